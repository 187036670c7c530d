import {
	type Blank,
	type Diagnostic,
	type Draft,
	eolOf,
	linesOf,
	MAX_LINE,
	type ParseResult,
	parseClean,
	readBlank,
	type SourceLine,
	tooLong,
	type Unparsed,
	unparsedLine,
} from "@netfossil/core";
import { syntaxDiagnostic } from "@netfossil/core/grammar";
import { PairsParser } from "../pairs.ts";
import { INDENT, placed, type Row, rowOf, rowsOf } from "../rows.ts";
import { unknownDiagnostic } from "../unknown.ts";
import type { BridgeLink, BridgeLinkStatement, BridgePort, BridgePortDetails } from "./ast.ts";
import { PortParser } from "./parser.ts";
import { trailingOf } from "./print.ts";
import { DETAILS } from "./words.ts";

let ports: PortParser | undefined;
let details: PairsParser | undefined;

/** Reads what `bridge link` prints. */
export function parseBridgeLink(input: string): ParseResult<BridgeLink> {
	return parseClean(input, (text) => new Reader(text).read());
}

/** Reads the lines of a text one after the other, and gives the details to the port above them. */
class Reader {
	readonly #text: string;
	readonly #statements: (BridgeLinkStatement | Draft<BridgePort>)[] = [];
	readonly #diagnostics: Diagnostic[] = [];

	constructor(text: string) {
		this.#text = text;
	}

	read(): ParseResult<BridgeLink> {
		for (const line of linesOf(this.#text)) this.#statements.push(...this.#line(line));
		const statements = this.#statements as readonly BridgeLinkStatement[];
		return {
			ast: { type: "bridge-link", start: 0, end: this.#text.length, statements },
			diagnostics: this.#diagnostics,
		};
	}

	/** The statement of a line; none where the line belongs to the port above it. */
	#line(line: SourceLine): (Blank | Unparsed | BridgePort | BridgePortDetails)[] {
		const blank = readBlank(this.#text, line);
		if (blank !== undefined) return [blank];
		if (line.end - line.start > MAX_LINE) {
			this.#diagnostics.push(tooLong(line, "bridge link"));
			return [unparsedLine(this.#text, line)];
		}
		const row = rowOf(this.#text, line.start, line.end, line.next, line.eol === "\n" ? undefined : line.eol);
		const first = row.body.charCodeAt(0);
		return (first >= 48 && first <= 57 ? this.#port(line, row) : this.#below(row)) ?? [this.#unread(line)];
	}

	#port(line: SourceLine, whole: Row): BridgePort[] | undefined {
		const [head, below] = rowsOf(this.#text, line);
		const one = below !== undefined;
		const row = one ? head! : whole;
		ports ??= new PortParser();
		const reading = ports.readLine(this.#text, row.end - row.body.length, row.end);
		if ("fault" in reading) {
			this.#diagnostics.push(syntaxDiagnostic("iproute", reading.fault));
			return undefined;
		}
		const node: Draft<BridgePort> = placed(reading.node, row, INDENT.head, trailingOf(reading.node));
		const rest = one ? this.#details(below, node.name.value) : undefined;
		if (one && rest === undefined) return undefined;
		for (const words of node.unknown ?? []) this.#diagnostics.push(unknownDiagnostic("bridge", words));
		if (rest !== undefined) {
			node.layout = "one-line";
			node.details = rest;
			node.end = line.next;
			Object.assign(node, eolOf(line));
		}
		return [node];
	}

	#below(row: Row): BridgePortDetails[] | undefined {
		const port = this.#statements.at(-1);
		const mine = port?.type === "port" && port.details === undefined && port.nameAgain === undefined;
		const node =
			row.indent === "" && !mine ? undefined : this.#details(row, mine ? port.name.value : undefined);
		if (node === undefined) return undefined;
		if (mine) {
			Object.assign(port, { details: node, end: node.end });
			return [];
		}
		this.#diagnostics.push({
			code: "iproute/orphan",
			severity: "info",
			message: "details of a port whose first line is missing",
			start: node.start,
			end: node.end,
		});
		return [node];
	}

	/** A line of details; undefined when no word of it is known. */
	#details(row: Row, name: string | undefined): BridgePortDetails | undefined {
		details ??= new PairsParser(DETAILS);
		const reading = details.readLine(this.#text, row.end - row.body.length, row.end);
		if ("fault" in reading || !reading.node.some(({ type }) => type === "attribute")) return undefined;
		const node: Draft<BridgePortDetails> = { type: "details", start: 0, end: 0, attributes: reading.node };
		const last = reading.node.at(-1);
		if (last?.type === "unparsed" && last.text === name && last.gap === undefined) {
			node.attributes = reading.node.slice(0, -1);
			node.nameAgain = { value: last.text, start: last.start, end: last.end };
		}
		for (const each of node.attributes) {
			if (each.type === "unparsed") this.#diagnostics.push(unknownDiagnostic("bridge", each));
		}
		return placed(node, row, INDENT.property, trailingOf(node));
	}

	#unread(line: SourceLine): Unparsed {
		const known = this.#diagnostics.at(-1);
		if (known === undefined || known.start < line.start) {
			this.#diagnostics.push({
				code: "iproute/syntax",
				severity: "warning",
				message: "bridge link does not print this line; it is kept as it stands",
				start: line.start,
				end: line.end,
				expected: ["INDEX: NAME: <FLAGS>", "details of a port (hairpin off …)"],
			});
		}
		return unparsedLine(this.#text, line);
	}
}
