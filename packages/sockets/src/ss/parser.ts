import {
	type Diagnostic,
	type Draft,
	eolOf,
	lineAt,
	MAX_LINE,
	type ParseResult,
	type PartReader,
	parseClean,
	parseDocument,
	type Report,
	readBlank,
	type SourceLine,
	type Span,
	tooLong,
	unparsedLine,
} from "@netfossil/core";
import {
	type Fault,
	type IToken,
	type Reading,
	StatementParser,
	syntaxDiagnostic,
	type TokenType,
} from "@netfossil/core/grammar";
import type { Ss, SsBreak, SsDetail, SsEnd, SsLayout, SsSocket, SsStatement } from "./ast.ts";
import {
	readField,
	readFilter,
	readGroup,
	readMemory,
	readOptions,
	readPeers,
	readSpaced,
	readTimer,
	readUsers,
} from "./detail.ts";
import { readEnds } from "./end.ts";
import { type Lengths, layoutOf, type Places, placesOf, printTitles, readTitles } from "./layout.ts";
import { filling, printSummary } from "./print.ts";
import { readSummary } from "./summary.ts";
import * as t from "./tokens.ts";

type Socket = Draft<SsSocket>;

/** Words that stand alone in the details of a TCP or MPTCP socket. */
const FLAGS = new Set(
	"ts sack ecn ecnseen fastopen bidir app_limited fallback remote_key zc_ro_tx zc_ro_rx tcp-ulp-tls tcp-ulp-mptcp tcp-ulp-espintcp publ".split(
		" ",
	),
);

const READERS = new Map<TokenType, (text: string, start: number) => Exclude<SsDetail, SsBreak>>([
	[t.Users, readUsers],
	[t.Timer, readTimer],
	[t.Memory, readMemory],
	[t.Options, readOptions],
	[t.Group, readGroup],
	[t.Filter, readFilter],
	[t.Peers, readPeers],
	[t.Spaced, readSpaced],
	[t.Field, readField],
]);

/**
 * A row, and the further lines of one.
 *
 * ```
 * socket  := [NETID | "`-"] [STATE] RECVQ SENDQ ENDS details
 * details := { USERS | TIMER | MEMORY | OPTIONS | GROUP | FILTER | PEERS | SPACED | FIELD | SHUTDOWN | WORD }
 * ```
 */
export class SsParser extends StatementParser {
	#text = "";

	constructor(skipValidations = true) {
		super(t.tokens, t.createSsLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readSocket(text: string, start: number, end: number): Reading<Socket> {
		this.#text = text;
		return this.read(this.socket, text, start, end);
	}

	readDetails(text: string, start: number, end: number): Reading<SsDetail[]> {
		this.#text = text;
		return this.read(this.details, text, start, end);
	}

	private detail = this.tokenRule("detail", [
		t.Users,
		t.Timer,
		t.Memory,
		t.Options,
		t.Group,
		t.Filter,
		t.Peers,
		t.Spaced,
		t.Field,
		t.Shutdown,
		t.Netid,
		t.Association,
		t.State,
		t.Integer,
		t.Text,
	]);

	private details = this.RULE("details", (): SsDetail[] => {
		const details: SsDetail[] = [];
		this.MANY(() => {
			const token = this.SUBRULE(this.detail);
			this.ACTION(() => {
				details.push(this.detailOf(token, details[details.length - 1]));
			});
		});
		return details;
	});

	private socket = this.RULE("socket", (): Socket => {
		const first = this.LA(1);
		const netid = this.OPTION(() =>
			this.OR([{ ALT: () => this.CONSUME(t.Netid) }, { ALT: () => this.CONSUME(t.Association) }]),
		);
		const state = this.OPTION1(() => this.CONSUME(t.State));
		const recvQ = this.CONSUME(t.Integer);
		const sendQ = this.CONSUME1(t.Integer);
		const ends = this.CONSUME(t.Ends);
		const details = this.SUBRULE(this.details);
		return this.ACTION((): Socket => {
			const node: Socket = { type: "socket", start: 0, end: 0 } as Socket;
			if (netid?.tokenType === t.Netid) node.netid = this.word(netid);
			else if (netid !== undefined) node.association = true;
			if (state !== undefined) node.state = this.word(state);
			node.recvQ = this.number(recvQ);
			node.sendQ = this.number(sendQ);
			const kind = t.netidOf(first);
			const { local, peer } = readEnds(kind, ends.payload as RegExpExecArray, this.span(ends).start);
			node.local = local;
			node.peer = peer;
			node.details = details;
			return node;
		});
	});

	private detailOf(token: IToken, last: SsDetail | undefined): Exclude<SsDetail, SsBreak> {
		const { start, end } = this.span(token);
		const text = token.image;
		const read = READERS.get(token.tokenType);
		const detail =
			read?.(text, start) ??
			(token.tokenType === t.Shutdown
				? { type: "directions" as const, receives: text[0] === "<", sends: text[2] === ">", start, end }
				: wordDetail(text, start, last));
		if (last === undefined) return detail;
		const before = this.#text.slice(last.end, start);
		return before === " " ? detail : { ...detail, before };
	}
}

/** A word alone: a flag, or congestion control, whose names are those of kernel modules, behind memory and flags. */
function wordDetail(name: string, start: number, last: SsDetail | undefined): Exclude<SsDetail, SsBreak> {
	const end = start + name.length;
	if (FLAGS.has(name)) return { type: "flag", name, start, end };
	const follows =
		last === undefined || last.type === "memory" || (last.type === "flag" && OPTIONS.has(last.name));
	if (follows && /^[a-z][\w-]*$/.test(name)) return { type: "congestion", name, start, end };
	return { type: "unparsed", text: name, start, end };
}

/** What TCP agreed on with the other end, shown before the congestion control. */
const OPTIONS = new Set(["ts", "sack", "ecn", "ecnseen", "fastopen"]);

/** Who prints these lines, as messages name it. */
const TOOL = "ss";

let parser: SsParser | undefined;

/** Reads what `ss` prints, with any of its options. */
export function parseSs(input: string): ParseResult<Ss> {
	return parseDocument(input, "ss", (text) => new SsReader().read(text));
}

/** Reads a listing in parts: see `parseParts` of `@netfossil/core`. */
export function ssParts(): PartReader<SsStatement> {
	const reader = new SsReader();
	return { whole: wholeSockets, read: (input) => parseClean(input, (text) => reader.read(text)) };
}

/** Where the last row starts: more of its lines may come. */
function wholeSockets(text: string): number {
	let at = text.lastIndexOf("\n") + 1;
	while (at > 0) {
		const start = text.lastIndexOf("\n", at - 2) + 1;
		if (startsRow(text.slice(start, at))) return start;
		at = start;
	}
	return 0;
}

/** Whether a line is no further line of the socket above: what ss begins a row with, even where someone indented it. */
function startsRow(line: string): boolean {
	const code = line.charCodeAt(0);
	return (code !== 32 && code !== 9) || INDENTED_ROW.test(line);
}

const INDENTED_ROW =
	/^[ \t]+(?:(?:Netid[ \t]+)?(?:State[ \t]+)?Recv-Q[ \t]|(?:[a-z?][\w?]{1,6}[ \t]+)?(?:`-[ \t]+)?(?:[A-Z][A-Z\d_-]+[ \t]+)?\d+[ \t]+\d+[ \t]+\S+[ \t]+\S)/;

/** Reads rows; the columns of one are those of the row above until they change. */
class SsReader {
	#layout: SsLayout | undefined;

	read(text: string): ParseResult<SsStatement[]> {
		const ast: SsStatement[] = [];
		const diagnostics: Diagnostic[] = [];
		const report: Report = (diagnostic) => {
			diagnostics.push(diagnostic);
		};
		let line = lineAt(text, 0);
		while (line !== undefined) {
			const node = this.#statement(text, line, report);
			ast.push(node);
			line = lineAt(text, node.end);
		}
		return { ast, diagnostics };
	}

	#statement(text: string, line: SourceLine, report: Report): SsStatement {
		const blank = readBlank(text, line);
		if (blank !== undefined) return blank;
		if (line.end - line.start > MAX_LINE) {
			report(tooLong(line, TOOL));
			return unparsedLine(text, line);
		}
		let start = line.start;
		while (isBlank(text.charCodeAt(start))) start++;
		const end = contentEnd(text, line);
		return this.#plain(text, line, start, end) ?? this.#socket(text, line, start, end, report);
	}

	/** Titles, summaries, messages: what is one line, whatever stands above it. */
	#plain(text: string, line: SourceLine, start: number, end: number): SsStatement | undefined {
		const first = text.charCodeAt(start);
		// Titles begin with N, S or R, a summary and messages with capitals too, or `ss:`; rows with small letters mostly.
		if (first > 90 && first !== 115) return undefined;
		const place = { start: line.start, end: line.next, ...eolOf(line) };
		const indent = start > line.start ? { indent: text.slice(line.start, start) } : {};
		const titles = readTitles(text.slice(start, line.end));
		if (titles !== undefined) {
			this.#layout = titles.layout;
			const node = { type: "columns" as const, ...titles, ...indent, ...place };
			return withTrailing(node, printTitles(node), text.slice(end, line.end));
		}
		const summary = readSummary(text.slice(start, end), start);
		if (summary === undefined) return undefined;
		const node = { ...summary, ...indent, ...place };
		return withTrailing(node, printSummary(node), text.slice(end, line.end));
	}

	#socket(text: string, line: SourceLine, start: number, end: number, report: Report): SsStatement {
		parser ??= new SsParser();
		const reading = parser.readSocket(text, start, end);
		if (!("node" in reading)) {
			report(syntax(reading.fault));
			return unparsedLine(text, line);
		}
		const { node } = reading;
		// An association has no kind: the blanks before it are those of the column.
		const rowStart = node.association ? line.start : start;
		if (rowStart > line.start) node.indent = text.slice(line.start, rowStart);
		const last = this.#furtherLines(text, line, node, report);
		node.start = line.start;
		node.end = last.next;
		if (last.eol !== "\n") node.eol = last.eol;
		this.#place(text, node, rowStart, line, last);
		for (const detail of node.details) {
			if (detail.type === "unparsed") report(unknownWord(detail.text, detail));
		}
		return node;
	}

	/** Adds the details of the lines below to a socket; gives the last of its lines. */
	#furtherLines(text: string, line: SourceLine, node: Socket, report: Report): SourceLine {
		let last = line;
		for (;;) {
			const next = lineAt(text, last.next);
			if (next === undefined || startsRow(text.slice(next.start, next.end))) return last;
			if (next.end - next.start > MAX_LINE) return last;
			const blank = readBlank(text, next) !== undefined;
			// `-i` of a socket that has no details left: a line of a tab. Other blank lines stand between two listings.
			if (blank && text[next.start] !== "\t") return last;
			const details = node.details as SsDetail[];
			const trailing = text.slice(contentEnd(text, last), last.end);
			let start = next.start;
			while (start < next.end && isBlank(text.charCodeAt(start))) start++;
			const lineBreak: Draft<SsBreak> = {
				type: "break",
				indent: blank ? "\t" : text.slice(next.start, start),
				start: last.end,
				end: start,
			};
			if (trailing !== "" && details.length > 0) lineBreak.trailing = trailing;
			if (last.eol === "\r\n") lineBreak.eol = "\r\n";
			details.push(lineBreak);
			if (!blank) {
				const reading = parser!.readDetails(text, start, contentEnd(text, next));
				if ("node" in reading) details.push(...reading.node);
				else {
					report(syntax(reading.fault));
					const end = contentEnd(text, next);
					details.push({ type: "unparsed", text: text.slice(start, end), start, end });
				}
			}
			last = next;
		}
	}

	/** Compares where the fields stand with the columns known; notes the columns where they are others, and blanks at the end. */
	#place(text: string, node: Socket, start: number, line: SourceLine, last: SourceLine): void {
		const lengths = lengthsIn(node);
		const [detail] = node.details;
		const onFirstLine = detail !== undefined && detail.type !== "break";
		const port = portOf(node.peer);
		const localPort = portOf(node.local);
		const state = node.association ? node.state!.start - ASSOCIATION : (node.state ?? node.recvQ).start;
		const places: Places = {
			state: state - start,
			recvQ: node.recvQ.start - start,
			sendQ: node.sendQ.start - start,
			localPort: localPort - start,
			peerPort: port - start,
			details: (onFirstLine ? detail.start - 1 : line.end) - start,
		};
		const end = contentEnd(text, last);
		const trailing = text.slice(end, last.end);
		/** What stands between the last word and the filling: the peer's port is filled up, a line that says nothing has a tab. */
		const lone = node.details[node.details.length - 1]?.type === "break" ? "\t" : "";
		const width = (layout: SsLayout, from: number): string =>
			detail === undefined
				? " ".repeat(Math.max(0, from - (end - start))) + filling(layout, 0)
				: lone + filling(layout, end + lone.length - start - places.details - carriages(node));
		const known = this.#layout && placesOf(this.#layout, lengths);
		const fits =
			known !== undefined &&
			known.state === places.state &&
			known.recvQ === places.recvQ &&
			known.sendQ === places.sendQ &&
			known.localPort === places.localPort &&
			known.peerPort === places.peerPort &&
			(detail === undefined || known.details === places.details);
		if (fits && width(this.#layout!, known.details) === trailing) return;
		if (!fits || trailing !== "") {
			const length = last.end - start - places.details - carriages(node);
			const filled = trailing === lone || detail === undefined ? undefined : length;
			this.#layout = layoutOf(places, lengths, filled);
			node.layout = this.#layout;
			if (width(this.#layout, places.details) === trailing) return;
		}
		node.trailing = trailing;
	}
}

/** The mark before the state of an association, and a blank. */
const ASSOCIATION = "`- ".length;

/** Where the second column of an end begins. */
function portOf(end: SsEnd): number {
	if (end.type === "none") return end.end;
	return end.type === "unix" ? end.inode.start : end.port.start;
}

/** How long the fields of a row are, by where they stand: the same as `lengthsOf`, without printing them. */
function lengthsIn({ association, netid, state, recvQ, sendQ, local, peer }: Socket): Lengths {
	const length = ({ start, end }: Span): number => end - start;
	// One blank stands before an inode, whatever someone made of it.
	const address = (end: SsEnd): number =>
		end.type === "unix" ? length(end.path) + 1 : portOf(end) - end.start;
	return {
		netid: association ? 0 : netid && length(netid),
		state: state && length(state) + (association ? ASSOCIATION : 0),
		recvQ: length(recvQ),
		sendQ: length(sendQ),
		local: address(local),
		localPort: local.end - portOf(local),
		peer: address(peer),
		peerPort: peer.end - portOf(peer),
	};
}

/** How many carriage returns stand at the ends of lines within a socket: ss did not count them. */
function carriages({ details }: Socket): number {
	return details.filter((detail) => detail.type === "break" && detail.eol === "\r\n").length;
}

function isBlank(code: number): boolean {
	return code === 32 || code === 9;
}

/** Where the blanks at the end of a line begin. */
function contentEnd(text: string, { start, end }: SourceLine): number {
	let at = end;
	while (at > start && isBlank(text.charCodeAt(at - 1))) at--;
	return at;
}

/** A line of which the tool prints the body, with the blanks at its end where they are others. */
function withTrailing<Node extends SsStatement>(node: Node, body: string, trailing: string): Node {
	const own = /[ \t]*$/.exec(body)![0];
	return own === trailing ? node : { ...node, trailing };
}

function syntax(fault: Fault): Diagnostic {
	return { ...syntaxDiagnostic(TOOL, fault), code: "sockets/syntax" };
}

function unknownWord(text: string, { start, end }: { start: number; end: number }): Diagnostic {
	return {
		code: "sockets/unknown-word",
		severity: "warning",
		message: `${JSON.stringify(text)} is no detail of a socket that ${TOOL} prints; it is kept as it stands`,
		start,
		end,
	};
}
