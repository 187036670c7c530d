import {
	type Blank,
	cleanText,
	type Draft,
	eolOf,
	hasControl,
	MAX_LINE,
	type ParseResult,
	type PartReader,
	parseClean,
	partsOf,
	type SourceLine,
	trimBlanksStart,
	type Unparsed,
	unparsedLine,
} from "@netfossil/core";
import { syntaxDiagnostic } from "@netfossil/core/grammar";
import { BlockReader } from "../blocks.ts";
import { INDENT, place, placed, type Row, rowsOf, trailing } from "../rows.ts";
import type {
	AddressOfInterface,
	Alias,
	Altname,
	Attribute,
	Counter,
	Counters,
	Interface,
	InterfaceAddress,
	IpAddressDump,
	IpAddressStatement,
	Lifetime,
	Link,
	Property,
	Statistics,
	UnknownAttribute,
	UnknownWords,
} from "./ast.ts";
import { columnsOf, countersTrailing, readCounter, readTitles } from "./columns.ts";
import { formatsOf, GOES_ON, PEERLESS } from "./details.ts";
import { statisticsOf } from "./facts.ts";
import * as fast from "./fast.ts";
import { readFunction } from "./functions.ts";
import { AddressParser } from "./parser.ts";
import { addressTrailing, briefTrailing, detailsIndent, headTrailing, linkTrailing } from "./print.ts";
import { printName } from "./values.ts";

type Known = Link | Property | InterfaceAddress | Lifetime | Counters;

const HEAD = /^\d+:[ \t]+[^ \t]+:[ \t]+</;
const ADDRESS_OF_INTERFACE = /^\d+:[ \t]+[^ \t]+[ \t]+inet6?[ \t]/;
const BRIEF =
	/^[^ \t]+[ \t]+(?:UP|DOWN|UNKNOWN|LOWERLAYERDOWN|DORMANT|NOTPRESENT|TESTING|0x[0-9a-f]+)(?:[ \t]|$)/;
/** `root@h:~# ip a`, `/ # ip a`, `[user@h ~]$`: what follows was printed by another command. */
const PROMPT = /[#$%>](?:[ \t]|$)/;
const KIND = /^[a-z][a-z0-9_/-]*(?![^ \t])/;
const EXPECTED = [
	"the first line of an interface (INDEX: NAME: <FLAGS>)",
	"a line of a block (link/, inet, valid_lft, altname, RX: …)",
];

let parser: AddressParser | undefined;

/** The grammar, which takes a while to build, and which many a dump does without. */
function grammar(): AddressParser {
	parser ??= new AddressParser();
	return parser;
}

/** Reads what `ip addr`, `ip link` and their `-d`, `-s`, `-o` and `-br` forms print. */
export function parseIpAddress(input: string): ParseResult<IpAddressDump> {
	return parseClean(input, (text) => new Reader(text, "ip").read("ip-address"));
}

/** Reads what {@link parseIpAddress} reads in parts: memory does not grow with the number of interfaces. */
export function ipAddressParts(): PartReader<IpAddressStatement> {
	return partsOf(parseIpAddress, lastStart);
}

/** Where the last line of a text stands that is whole and starts a statement, whatever stands before it; or 0. */
function lastStart(text: string): number {
	let end = text.lastIndexOf("\n");
	while (end > 0) {
		const start = text.lastIndexOf("\n", end - 1) + 1;
		const line = text.slice(start, Math.min(end, start + MAX_LINE));
		const body = trimBlanksStart(hasControl(line) ? cleanText(line).text : line);
		const isFirst = HEAD.test(body) || ADDRESS_OF_INTERFACE.test(body);
		if (isFirst || (body.length === line.length && BRIEF.test(body))) return start;
		end = start - 1;
	}
	return 0;
}

/** Reads the lines of a text one after the other and joins those of an interface to a block. */
class Reader extends BlockReader<IpAddressStatement> {
	/** The block that is open. */
	#block: Draft<Interface> | undefined;
	/** The lines of the open block to its last one, each of which spans what belongs to it. */
	#path: Draft<Known | Interface>[] = [];
	/** Lines without meaning that belong to the open block if another line of it follows. */
	#pending: (Blank | Unparsed)[] = [];
	/** Whether the lines at hand are parts of one line, so that none can be a statement of its own. */
	#oneLine = false;

	protected alone(node: Blank | Unparsed): void {
		if (node.type === "blank") this.#pending.push(node);
		else this.#statement(node);
	}

	protected line(line: SourceLine, row: Row): void {
		const isIndexed = isDigit(row.body.charCodeAt(0));
		if (isIndexed && HEAD.test(row.body)) this.#head(line, row);
		else if (isIndexed && ADDRESS_OF_INTERFACE.test(row.body)) this.#addressOfInterface(line);
		else if (!this.#isWithin(row) && BRIEF.test(row.body)) this.#brief(line, row);
		else if (!this.#member(row)) this.#unread(line, row);
	}

	/** The first line of an interface; with `-o` the only one. */
	#head(line: SourceLine, whole: Row): void {
		const rows = rowsOf(this.text, line);
		const one = rows.length > 1;
		const row = one ? rows[0]! : whole;
		const node =
			fast.readHead(this.text, row.start, row.end) ??
			this.take(grammar().readHead(this.text, row.start, row.end));
		if (node === undefined) {
			this.#statement(unparsedLine(this.text, line));
			return;
		}
		for (const words of node.unknown ?? []) this.#unknown(words);
		this.#unknownIn(node.attributes);
		const block: Draft<Interface> = placed(node, row, INDENT.head, headTrailing(node));
		this.#statement(block as Interface);
		this.#block = block;
		this.#path = [block];
		if (!one) return;
		block.layout = "one-line";
		this.#oneLine = true;
		for (const part of rows.slice(1)) this.#member(part);
		this.#oneLine = false;
		this.close();
		block.end = line.next;
		Object.assign(block, eolOf(line));
	}

	/** `1: lo    inet …`: each address of `ip -o addr` names its interface. */
	#addressOfInterface(line: SourceLine): void {
		const [row, ...more] = rowsOf(this.text, line);
		const after = row!;
		const node =
			fast.readAddressOfInterface(this.text, after.start, after.end) ??
			this.take(grammar().readAddressOfInterface(this.text, after.start, after.end));
		if (node === undefined) {
			this.#statement(unparsedLine(this.text, line));
			return;
		}
		const from = node.address.type === "inet" ? "inet" : "inet6";
		const start = after.end - after.body.length + after.body.search(new RegExp(`[ \t]${from}[ \t]`)) + 1;
		const address: Draft<InterfaceAddress> = {
			...node.address,
			...trailing(after, addressTrailing(node.address)),
			start,
			end: line.next,
		};
		const indent = after.indent === "" ? {} : { indent: after.indent };
		const statement: AddressOfInterface = { ...node, address, ...indent, start: line.start, end: line.next };
		this.#statement({ ...statement, ...eolOf(line) });
		this.#oneLine = true;
		this.#path = [address];
		for (const part of more) this.#member(part);
		this.#oneLine = false;
		this.#path = [];
	}

	/** Reads a line of a block; false if it is none. */
	#member(row: Row): boolean {
		const node = this.#known(row);
		if (node !== undefined && this.#join(node)) return true;
		if (this.#oneLine) {
			const text = this.text.slice(row.start, row.end) + row.trailing;
			this.#rest({ type: "unparsed", text, start: row.start, end: row.next });
			if (node !== undefined) this.#complain(row);
			return true;
		}
		if (node === undefined) return false;
		if (node.type === "lifetime" && this.#isWithin(row) && this.#path.at(-1)?.rest !== undefined) {
			// The line above was not read: an address, likely, whose lifetime this is. The block goes on.
			this.#complain(row);
			return false;
		}
		this.#orphan(node);
		return true;
	}

	/** The node of a line of a block, wherever it stands; undefined if it is none, and that has been reported. */
	#known(row: Row): Known | undefined {
		const { body } = row;
		const { start, end } = { start: row.end - body.length, end: row.end };
		if (body.startsWith("link/")) {
			const node =
				fast.readLink(this.text, start, end) ?? this.take(grammar().readLink(this.text, start, end));
			if (node === undefined) return undefined;
			this.#unknownIn(node.attributes);
			return placed(node, row, INDENT.property, linkTrailing(node));
		}
		if (body.startsWith("inet ") || body.startsWith("inet6 ")) {
			const node =
				fast.readAddress(this.text, start, end) ?? this.take(grammar().readAddress(this.text, start, end));
			return node && placed(node, row, INDENT.property, addressTrailing(node));
		}
		if (body.startsWith("valid_lft ")) {
			const node =
				fast.readLifetime(this.text, start, end) ?? this.take(grammar().readLifetime(this.text, start, end));
			return node && placed(node, row, INDENT.lifetime, "");
		}
		const named = this.#alias(row) ?? this.#altname(row) ?? this.#statistics(row) ?? this.#counters(row);
		if (named !== undefined) return named;
		const virtual = body.startsWith("vf ") ? readFunction(body, start) : undefined;
		if (virtual !== undefined) {
			this.#unknownIn(virtual.attributes);
			return placed(virtual, row, INDENT.property, "");
		}
		if (this.#isDetails(row)) {
			const node =
				fast.readDetails(this.text, start, end) ?? this.take(grammar().readDetails(this.text, start, end));
			if (node === undefined) return undefined;
			this.#unknownIn(node.attributes);
			return placed(node, row, detailsIndent(node), " ");
		}
		this.#complain(row);
		return undefined;
	}

	/** An alias goes to the end of the line, blanks and all. */
	#alias(row: Row): Alias | undefined {
		const line = row.body + row.trailing;
		if (!row.body.startsWith("alias") || !line.startsWith("alias ")) return undefined;
		return {
			type: "alias",
			text: line.slice("alias ".length),
			...place({ ...row, trailing: "" }, INDENT.property, ""),
		};
	}

	#altname(row: Row): Altname | undefined {
		if (!row.body.startsWith("altname ")) return undefined;
		const value = /^altname ([^ \t]+)$/.exec(row.body)?.[1];
		if (value === undefined) return undefined;
		const name = { value, start: row.end - value.length, end: row.end };
		return { type: "altname", name, ...place(row, INDENT.property, "") };
	}

	#statistics(row: Row): Statistics | undefined {
		const titles = row.body + row.trailing;
		const kind = readTitles(titles);
		if (kind === undefined) return undefined;
		// `TX errors: aborted   fifo` looks the same in both; the rows above it do not.
		const above = this.#block && statisticsOf(this.#block as Interface)[0];
		const aligned = above?.aligned ?? kind.aligned;
		const layout = place(row, INDENT.property, row.trailing);
		return { type: "statistics", of: kind.of, titles, aligned, ...layout };
	}

	/** The numbers below the titles that were read last. */
	#counters(row: Row): Counters | undefined {
		const above = this.#path.at(-1) as Statistics | undefined;
		if (
			above?.type !== "statistics" ||
			this.#pending.some(({ type }) => type !== "blank") ||
			!isNumber(row.body)
		)
			return undefined;
		const places = columnsOf(above.titles);
		const counters: Counter[] = [];
		for (let at = row.end - row.body.length; at < row.end; ) {
			let end = at;
			while (end < row.end && !isBlank(this.text.charCodeAt(end))) end++;
			const title = places[counters.length]?.title;
			const counter = title === undefined ? undefined : readCounter(title, this.text.slice(at, end), at);
			if (counter === undefined) return undefined;
			counters.push(counter);
			at = end;
			while (at < row.end && isBlank(this.text.charCodeAt(at))) at++;
		}
		if (counters.length !== places.length) return undefined;
		// The columns are the titles': how far this line is indented follows from them.
		return { type: "counters", counters, ...place(row, row.indent, countersTrailing(above, counters)) };
	}

	/**
	 * Whether a line holds details. With `-d` any word may begin them: the link line then has attributes. A
	 * text without those (iproute2 before 3.8) or without its block shows it by a kind that is known.
	 */
	#isDetails(row: Row): boolean {
		const word = KIND.exec(row.body)?.[0];
		if (word === undefined) return false;
		if (formatsOf(word) !== undefined || GOES_ON.has(word))
			return this.#block !== undefined || row.indent !== "";
		const within = this.#block !== undefined && this.#block.addresses.length === 0;
		return within && row.indent.length >= 4 && this.#block?.link?.attributes !== undefined;
	}

	/** Puts a line in its place in the open block; false if it has none there. */
	#join(node: Known): boolean {
		const block = this.#block;
		const last = this.#path.at(-1);
		switch (node.type) {
			case "link":
				if (block === undefined || last !== block || block.link !== undefined) return false;
				this.#push(node);
				block.link = node;
				return true;
			case "inet":
			case "inet6":
				if (block === undefined || block.statistics !== undefined) return false;
				this.#push(node);
				(block.addresses as InterfaceAddress[]).push(node);
				return true;
			case "lifetime": {
				const address = this.#path.find(isAddress);
				if (address === undefined || address.lifetime !== undefined) return false;
				this.#push(node, address);
				address.lifetime = node;
				return true;
			}
			case "counters": {
				const above = last as Draft<Statistics>;
				this.#push(node, above);
				above.counters = node;
				return true;
			}
			default:
				if (block === undefined) return false;
				if (block.addresses.length > 0) {
					if (node.type !== "statistics") return false;
					this.#push(node);
					block.statistics ??= [];
					(block.statistics as Statistics[]).push(node);
					return true;
				}
				this.#push(node);
				block.properties ??= [];
				(block.properties as Property[]).push(node);
				return true;
		}
	}

	/** Makes a node the last line of the block, below `above` or else below its first line. */
	#push(node: Draft<Known>, above?: Draft<Known | Interface>): void {
		this.#takePending();
		const top = this.#block;
		this.#path = [];
		if (top !== undefined) this.#path.push(top);
		if (above !== undefined) this.#path.push(above);
		this.#path.push(node);
		this.#stretch(node.end);
	}

	/** Lets all lines that the last one belongs to reach to its end. */
	#stretch(end: number): void {
		if (this.#oneLine) return;
		for (const node of this.#path) node.end = end;
	}

	/** Keeps a line that no rule knows with the line above it. */
	#rest(node: Blank | Unparsed): void {
		const last = this.#path.at(-1);
		if (last === undefined) return;
		last.rest ??= [];
		(last.rest as (Blank | Unparsed)[]).push(node);
		for (const each of this.#path) each.end = Math.max(each.end, node.end);
	}

	#takePending(): void {
		if (this.#pending.length === 0) return;
		const pending = this.#pending;
		this.#pending = [];
		for (const each of pending) this.#rest(each);
	}

	/** A line of a block whose interface is not known. */
	#orphan(node: Known): void {
		const hadBlock = this.#block !== undefined;
		const before = this.statements.at(-1);
		const first = hadBlock || before === undefined || !ORPHANS.has(before.type);
		this.#statement(node as IpAddressStatement);
		this.#path = [node];
		if (!first) return;
		this.diagnostics.push({
			code: "iproute/orphan",
			severity: "info",
			message: "these lines belong to an interface whose first line is not here",
			start: node.start,
			end: node.end,
			expected: ["the first line of an interface (INDEX: NAME: <FLAGS>)"],
		});
	}

	/** A line of `ip -br`. */
	#brief(line: SourceLine, row: Row): void {
		const node =
			fast.readBrief(this.text, row.end - row.body.length, row.end) ??
			this.take(grammar().readBrief(this.text, row.end - row.body.length, row.end));
		if (node === undefined) this.#unread(line, row);
		else this.#statement(placed(node, row, INDENT.head, briefTrailing(node)));
	}

	/**
	 * A line that no rule knows. What is indented deeper than the open block belongs to it; the rest of a line
	 * that was wrapped, or a message that came in between, does if more of the block follows.
	 */
	#unread(line: SourceLine, row: Row): void {
		const node = unparsedLine(this.text, line);
		if (this.#isWithin(row)) {
			this.#takePending();
			this.#rest(node);
		} else if (this.#block === undefined || PROMPT.test(row.body)) this.#statement(node);
		else this.#pending.push(node);
	}

	#isWithin(row: Row): boolean {
		return this.#block !== undefined && row.indent.length > (this.#block.indent ?? "").length;
	}

	#statement(node: IpAddressStatement): void {
		this.close();
		this.statements.push(node);
	}

	/** Ends the open block, and decides what in its name is the other end. */
	protected override close(): void {
		const block = this.#block;
		this.#block = undefined;
		this.#path = [];
		if (block !== undefined && block.peer !== undefined && hasNoPeer(block)) {
			const { name, peer } = block;
			const value = this.text.slice(name.start, peer.end);
			block.name = { value, start: name.start, end: peer.end };
			delete block.peer;
		}
		for (const each of this.#pending) this.statements.push(each);
		this.#pending = [];
	}

	#complain(row: Row): void {
		const { body, end } = row;
		const fault = { start: end - body.length, end, found: body, expected: EXPECTED };
		this.diagnostics.push(syntaxDiagnostic("iproute", fault));
	}

	#unknownIn(attributes: readonly (Attribute | UnknownAttribute)[] | undefined): void {
		for (const each of attributes ?? []) if (each.type === "unparsed") this.#unknown(each);
	}

	#unknown({ text, start, end }: Unparsed | UnknownAttribute | UnknownWords): void {
		this.diagnostics.push({
			code: "iproute/unknown-attribute",
			severity: "warning",
			message: `${JSON.stringify(text)} is no attribute that ip is known to print; it is kept as text`,
			start,
			end,
		});
	}
}

const isAddress = (node: Draft<Known | Interface>): node is Draft<InterfaceAddress> =>
	node.type === "inet" || node.type === "inet6";

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
/** A counter may be printed below zero. */
const isNumber = (body: string): boolean => isDigit(body.charCodeAt(body.startsWith("-") ? 1 : 0));
const isBlank = (code: number): boolean => code === 32 || code === 9;

/** What may follow an orphan without being told of again. */
const ORPHANS: ReadonlySet<string> = new Set([
	"link",
	"details",
	"alias",
	"altname",
	"statistics",
	"vf",
	"inet",
	"inet6",
	"lifetime",
]);

/**
 * Whether the `@` of a name belongs to the name itself: links of some kinds have no other end, and the label
 * of an IPv4 address repeats the name (`x@if5` may be called so).
 */
function hasNoPeer({ name, peer, properties, addresses }: Draft<Interface>): boolean {
	const whole = printName({ name, ...(peer && { peer }) });
	const kind = properties?.find((each) => each.type === "details")?.kind?.value;
	if (kind !== undefined && PEERLESS.has(kind)) return true;
	return addresses.some(({ label }) => label?.value === whole || label?.value.startsWith(`${whole}:`));
}
