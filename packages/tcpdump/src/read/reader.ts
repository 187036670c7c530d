import {
	type Diagnostic,
	type Draft,
	movedTo,
	moveSpans,
	type ParseResult,
	type Report,
	readBlank,
	type SourceLine,
	tooLong,
	unparsedLine,
} from "@netfossil/core";
import type { Packet, Splice, Statement } from "../ast.ts";
import { lineOf } from "../dump.ts";
import { type Cuts, restore, without } from "./cuts.ts";
import { readFast } from "./fast.ts";
import { cut, spliced, unknown } from "./faults.ts";
import { type Form, type Frame, framesOf } from "./frame.ts";
import { readNote } from "./notes.ts";
import { readPacket } from "./packet.ts";
import { type SplicedSummary, splicesOf } from "./splice.ts";

/** Reads the text of one run, at once or in parts. */
export class Reader {
	#form: Form = { raw: false, printed: 0 };
	/** A packet was seen, so that what is indented belongs to one. */
	#begun = false;

	/**
	 * Where the packet starts that more text may change. Of the last one it is not known whether it is a packet
	 * or payload that looks like one; a summary may part a packet from its rest.
	 */
	whole(text: string): number {
		const end = text.lastIndexOf("\n") + 1;
		const summary = /\d packets? captured\r?\n/.exec(text.slice(Math.max(0, end - 400), end));
		const certain =
			summary === null ? end : text.lastIndexOf("\n", Math.max(0, end - 400) + summary.index) + 1;
		const cuts = splicesOf(text.slice(0, certain), this.#form.printed);
		let whole = 0;
		let last = 0;
		for (const { first } of framesOf(without(text.slice(0, certain), cuts), { ...this.#form })) {
			whole = last;
			last = first.start;
		}
		for (const { start, end: behind } of cuts) if (start < whole) whole += behind - start;
		return whole;
	}

	/** Reads whole statements. Their spans, and those of the diagnostics, count from `base` more than in the text. */
	read(text: string, base = 0): ParseResult<readonly Statement[]> {
		let splices = splicesOf(text, this.#form.printed);
		if (splices.length === 0) return this.#readAt(text, base);
		for (;;) {
			const before = { form: { ...this.#form }, begun: this.#begun };
			const result = this.#readWithout(text, splices);
			const strays = splices.filter((each) => !result.ast.some((node) => holds(node, each)));
			if (strays.length === 0) {
				for (const splice of splices) place(result, splice);
				return movedTo(result, base);
			}
			// What stands in no packet is a summary for itself.
			splices = splices.filter((each) => !strays.includes(each));
			this.#form = before.form;
			this.#begun = before.begun;
		}
	}

	#readWithout(text: string, cuts: Cuts): ParseResult<readonly Statement[]> {
		const result = this.#readAt(without(text, cuts), 0);
		restore(result.ast, cuts);
		restore(result.diagnostics, cuts);
		return result;
	}

	#readAt(text: string, base: number): ParseResult<readonly Statement[]> {
		const diagnostics: Diagnostic[] = [];
		const placed = <Node>(node: Node): Node => {
			if (base > 0) moveSpans(node, (offset) => offset + base);
			return node;
		};
		const report: Report = (each) => diagnostics.push(placed({ ...each }));
		const statements: Statement[] = [];
		const form = this.#form;
		for (const frame of framesOf(text, form)) {
			const { type, first, last } = frame;
			if (type === "packet") {
				const packet =
					readFastPacket(text, frame, form.raw, base) ??
					placed(readPacket(text, first, last, frame.margin, form.raw, report));
				statements.push(packet);
				this.#begun = true;
				form.printed += last.next - first.start;
			} else if (type === "long") {
				report(tooLong(first, "tcpdump"));
				statements.push(placed(unparsedLine(text, first)));
			} else {
				const node = readBlank(text, first) ?? this.#readLine(text, first, statements.length, report);
				if (node.type !== "banner" && node.type !== "notice" && node.type !== "summary")
					form.printed += first.next - first.start;
				statements.push(placed(node));
			}
		}
		return { ast: statements, diagnostics };
	}

	#readLine(text: string, line: SourceLine, index: number, report: Report): Statement {
		const body = text.slice(line.start, line.end);
		const note = readNote(line, body);
		if (note !== undefined) return note;
		const orphan = !this.#begun && /^(?:\t| {4})/.test(body);
		if (orphan || (!this.#begun && index === 0 && / > |, length \d/.test(body))) {
			if (index === 0) report(cut(line, "begins"));
			if (index === 0 || orphan) return orphan ? lineOf(text, line) : unparsedLine(text, line);
		}
		if (line.eol === "" && /^[\d:. -]+$/.test(body)) report(cut(line, "ends"));
		else report(unknown(line, body));
		return unparsedLine(text, line);
	}
}

/** A packet of a common shape, without the grammar; undefined for all others. */
function readFastPacket(text: string, frame: Frame, raw: boolean, base: number): Packet | undefined {
	const { first, last, margin } = frame;
	// Below a head that `-A` follows all is payload.
	if (margin.quote !== "" || (raw && last !== first)) return undefined;
	const packet: Draft<Packet> | undefined = readFast(text, first.start + margin.start, last.end, base);
	if (packet === undefined) return undefined;
	packet.start = first.start + base;
	packet.end = last.next + base;
	if (margin.indent !== undefined) packet.indent = margin.indent;
	if (last.eol !== "\n") packet.eol = last.eol;
	return packet;
}

function holds(node: Statement, { start, end }: SplicedSummary): boolean {
	return node.type === "packet" && node.start < start && node.end > end;
}

/** Puts the summary into the packet that it parts. */
function place({ ast, diagnostics }: ParseResult<readonly Statement[]>, splice: SplicedSummary): void {
	const packet = ast.find((node) => holds(node, splice)) as Draft<Packet>;
	const { summary, start, end } = splice;
	const earlier = packet.splices ?? [];
	const inside = earlier.reduce((count, each) => count + each.end - each.start, 0);
	const node: Splice = { after: start - packet.start - inside, summary, start, end };
	packet.splices = [...earlier, node];
	(diagnostics as Diagnostic[]).push(spliced(splice));
}
