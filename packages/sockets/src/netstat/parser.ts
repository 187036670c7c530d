import {
	type Draft,
	type ParseResult,
	type PartReader,
	parseClean,
	parseDocument,
	parseLines,
	type Report,
	type SourceLine,
	type Word,
	wholeLines,
} from "@netfossil/core";
import {
	type Fault,
	type IToken,
	type Reading,
	readNumber,
	StatementParser,
	syntaxDiagnostic,
} from "@netfossil/core/grammar";
import type {
	Columns,
	Counter,
	InternetSocket,
	Netstat,
	Notice,
	Process,
	Section,
	SocketEnd,
	Statement,
	Timer,
	Title,
	UnixSocket,
} from "../ast.ts";
import { readEnd } from "./end.ts";
import { statementBody } from "./print.ts";
import * as t from "./tokens.ts";

type Fields = "process" | "processHidden";
type Shown = { readonly [Key in Fields]?: InternetSocket[Key] };

/**
 * The lines of the two tables.
 *
 * ```
 * socket  := PROTOCOL RECVQ SENDQ END END [STATE] [USER INODE] [process] [TIMER]
 *                                                      -- UDP has no state unless it is connected
 * unix    := "unix" REFS FLAGS KIND [STATE] INODE [process] { WORD }       -- the words are the path
 * process := PID "/" PROGRAM | "-"
 * ```
 */
export class NetstatParser extends StatementParser {
	#text = "";

	constructor(skipValidations = true) {
		super(t.tokens, t.createNetstatLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readSocket(text: string, start: number, end: number): Reading<InternetSocket> {
		return this.read(this.socket, text, start, end);
	}

	readUnix(text: string, start: number, end: number): Reading<UnixSocket> {
		this.#text = text;
		return this.read(this.unix, text, start, end);
	}

	private socket = this.RULE("socket", (): InternetSocket => {
		const protocol = this.CONSUME(t.Protocol);
		const recvQ = this.CONSUME(t.Integer);
		const sendQ = this.CONSUME1(t.Integer);
		const local = this.SUBRULE(this.end);
		const foreign = this.SUBRULE1(this.end);
		const named = this.OPTION(() => this.CONSUME(t.State));
		// The state of a raw socket is a bare number; elsewhere a number here is the user's.
		const numbered = this.OPTION4({
			GATE: () => named === undefined && protocol.image.startsWith("raw"),
			DEF: () => this.CONSUME2(t.Integer),
		});
		const state = named ?? numbered;
		const owner = this.OPTION1(() => {
			const user = this.OR([{ ALT: () => this.CONSUME3(t.Integer) }, { ALT: () => this.CONSUME1(t.Text) }]);
			return { user, inode: this.CONSUME4(t.Integer) };
		});
		const process = this.OPTION2(() => this.SUBRULE(this.process));
		const timer = this.OPTION3(() => this.SUBRULE(this.timer));
		return this.ACTION((): InternetSocket => {
			const node: Draft<InternetSocket> = {
				type: "socket",
				start: 0,
				end: 0,
				protocol: this.word(protocol),
				recvQ: this.number(recvQ),
				sendQ: this.number(sendQ),
				local,
				foreign,
			};
			if (state !== undefined) node.state = this.word(state);
			if (owner !== undefined) {
				node.user = this.word(owner.user);
				node.inode = this.number(owner.inode);
			}
			if (process !== undefined) Object.assign(node, process);
			if (timer !== undefined) node.timer = timer;
			return node;
		});
	});

	private end = this.RULE("end", (): SocketEnd => {
		const token = this.CONSUME(t.Text);
		return this.ACTION(
			() => readEnd(token.image, this.span(token).start) ?? this.refuse(token, "ADDRESS:PORT"),
		);
	});

	private process = this.RULE("process", (): Shown => {
		const token = this.OR([{ ALT: () => this.CONSUME(t.Process) }, { ALT: () => this.CONSUME(t.Dash) }]);
		return this.ACTION((): Shown => {
			if (token.tokenType === t.Dash) return { processHidden: true };
			return { process: this.processOf(token) };
		});
	});

	private timer = this.RULE("timer", (): Timer => {
		const token = this.CONSUME(t.Timer);
		return this.ACTION(() => {
			const [, name, expires, retransmissions, probes] = TIMER.exec(token.image)!;
			const { start, end } = this.span(token);
			const at = start + name!.length + 2;
			return {
				name: { value: name!, start, end: start + name!.length },
				expires: readNumber(expires!, at, at + expires!.length),
				retransmissions: Number(retransmissions),
				probes: Number(probes),
				start,
				end,
			};
		});
	});

	private unix = this.RULE("unix", (): UnixSocket => {
		const protocol = this.CONSUME(t.Unix);
		const references = this.CONSUME(t.Integer);
		const flags = this.CONSUME(t.Flags);
		const kind = this.CONSUME(t.Kind);
		const state = this.OPTION(() => this.CONSUME(t.State));
		const inode = this.CONSUME1(t.Integer);
		const process = this.OPTION1(() => this.SUBRULE(this.process));
		const path: IToken[] = [];
		this.MANY(() => {
			const word = this.OR([
				{ ALT: () => this.CONSUME(t.Text) },
				{ ALT: () => this.CONSUME2(t.Integer) },
				{ ALT: () => this.CONSUME1(t.Kind) },
				{ ALT: () => this.CONSUME1(t.State) },
				{ ALT: () => this.CONSUME(t.Protocol) },
			]);
			path.push(word);
		});
		return this.ACTION((): UnixSocket => {
			const node = { type: "unix", start: 0, end: 0, protocol: this.word(protocol) } as Draft<UnixSocket>;
			node.references = this.number(references);
			node.flags = flags.image.slice(2, -1).split(" ").slice(0, -1);
			node.kind = this.word(kind);
			if (state !== undefined) node.state = this.word(state);
			node.inode = this.number(inode);
			if (process !== undefined) Object.assign(node, process);
			if (path.length > 0) node.path = this.pathOf(path);
			return node;
		});
	});

	private processOf(token: IToken): Process {
		const { start, end } = this.span(token);
		const slash = token.image.indexOf("/");
		const digits = token.image.slice(0, slash);
		const text = String(Number(digits)) === digits ? {} : { text: digits };
		return {
			pid: { value: Number(digits), ...text, start, end: start + slash },
			program: { value: token.image.slice(slash + 1), start: start + slash + 1, end },
			start,
			end,
		};
	}

	/** The path as it stands, with the blanks in it. */
	private pathOf(words: readonly IToken[]): Word {
		const { start } = this.span(words[0]!);
		const { end } = this.span(words[words.length - 1]!);
		return { value: this.#text.slice(start, end), start, end };
	}
}

const TIMER = /^([\w-]+) \((\d+\.\d+)\/(\d+)\/(\d+)\)$/;

const SOCKET = /^(?:unix |tcp|udp|sctp|raw)/;
const TITLE = /^Active (Internet connections|UNIX domain sockets) \((.+)\)$/;
const COLUMNS = /^Proto\s+(?:Recv-Q|RefCnt)\s/;
const NOTICE =
	/^(?:netstat: |exec of "|\(Not all processes could be identified|will not be shown, you would have to be root|\(No info could be read for "-p")/;
const TITLES = /Local Address|Foreign Address|PID\/Program name|\S+/g;

const ENGLISH = new Set([
	"Proto",
	"Recv-Q",
	"Send-Q",
	"Local Address",
	"Foreign Address",
	"State",
	"User",
	"Inode",
	"PID/Program name",
	"Timer",
	"RefCnt",
	"Flags",
	"Type",
	"I-Node",
	"Path",
	"Security",
	"Context",
]);

/** Who prints these lines, as messages name it. */
const TOOL = "netstat";

let parser: NetstatParser | undefined;

/** Reads the tables of sockets that `netstat` prints (not its routes: `netstat -rn` is another kind). */
export function parseNetstat(input: string): ParseResult<Netstat> {
	return parseDocument(input, "netstat", readLines);
}

/** Reads the tables in parts: see `parseParts` of `@netfossil/core`. */
export function netstatParts(): PartReader<Statement> {
	return { whole: wholeLines, read: (input) => parseClean(input, readLines) };
}

function readLines(text: string): ParseResult<Statement[]> {
	return parseLines(text, TOOL, (line, report) => readLine(text, line, report));
}

type Known = Title | Columns | InternetSocket | UnixSocket | Section | Counter | Notice;

function readLine(text: string, line: SourceLine, report: Report): Known | undefined {
	const whole = text.slice(line.start, line.end);
	const end = contentEnd(whole);
	let indent = 0;
	while (isBlank(whole.charCodeAt(indent))) indent++;
	const body = whole.slice(indent, end);
	const at = line.start + indent;
	const read: Draft<Known> | undefined = readStatistics(body, at, indent) ?? readBody(text, body, at, report);
	if (read === undefined) return undefined;
	const shown = whole.slice(read.type === "counter" ? 0 : indent);
	const printed = statementBody(read);
	// netstat pads its last column; where the blanks were trimmed or added, they are kept apart.
	if (printed !== shown && !hasFlavor(read, shown)) {
		const trailing = whole.slice(end);
		if (trailing !== printed.slice(contentEnd(printed))) read.trailing = trailing;
	}
	if (indent > 0 && read.type !== "counter") read.indent = whole.slice(0, indent);
	read.start = line.start;
	read.end = line.next;
	if (line.eol !== "\n") read.eol = line.eol;
	return read;
}

function isBlank(code: number): boolean {
	return code === 32 || code === 9;
}

/** Where the blanks at the end of a line begin; an expression would try each run of blanks within the line. */
function contentEnd(line: string): number {
	let end = line.length;
	while (end > 0 && isBlank(line.charCodeAt(end - 1))) end--;
	return end;
}

/** Marks a line that busybox printed; false where it is not so. */
function hasFlavor(node: Draft<Known>, line: string): boolean {
	if (node.type !== "columns" && node.type !== "socket" && node.type !== "unix") return false;
	if (statementBody({ ...node, flavor: "busybox" }) !== line) return false;
	node.flavor = "busybox";
	return true;
}

const SECTION = /^(?:Ip|Ip6|Icmp|Icmp6|IcmpMsg|Tcp|Udp|Udp6|UdpLite|UdpLite6|TcpExt|IpExt|MPTcpExt|Sctp):$/;

/** Lines of `netstat -s`: counters stand below their section, by 4 blanks or by 8. */
function readStatistics(body: string, start: number, indent: number): Section | Counter | undefined {
	const nowhere = { start: 0, end: 0 };
	const end = start + body.length;
	if (indent === 0 && body.endsWith(":") && SECTION.test(body))
		return { type: "section", name: { value: body.slice(0, -1), start, end: end - 1 }, ...nowhere };
	if ((indent !== 4 && indent !== 8) || PROTOCOL.test(body)) return undefined;
	const number = /(?<![\w.-])\d+(?![\w.])/.exec(body);
	if (number === null && !body.endsWith(":")) return undefined;
	const depth = indent === 4 ? 1 : 2;
	if (number === null) return { type: "counter", text: body, depth, ...nowhere };
	const at = start + number.index;
	const value = readNumber(number[0], at, at + number[0].length);
	return { type: "counter", text: body, value, depth, ...nowhere };
}

/** What a socket's line begins with, and a table's titles: someone may have indented them. */
const PROTOCOL = /^(?:Proto|tcp|udp|sctp|raw|unix)/;

/** The titles of a table in another language than English; the protocols and numbers below are the same. */
const TRANSLATED = /^Proto\s+\S+\s+\S+\s+\S|^(?:Aktiv|Connexions |Conex|Sockets du |Domain sockets |稼働中)/;

function readBody(text: string, body: string, start: number, report: Report): Known | undefined {
	const end = start + body.length;
	if (SOCKET.test(body)) {
		parser ??= new NetstatParser();
		const reading = body.startsWith("unix ")
			? parser.readUnix(text, start, end)
			: parser.readSocket(text, start, end);
		return "node" in reading ? reading.node : refuse(reading.fault, report);
	}
	const nowhere = { start: 0, end: 0 };
	const title = TITLE.exec(body);
	if (title) {
		const of = title[1]!.startsWith("I") ? "internet" : "unix";
		return { type: "title", of, shown: title[2]!, ...nowhere };
	}
	const titles: readonly string[] = COLUMNS.test(body) ? body.match(TITLES)! : [];
	if (titles.length > 0 && titles.every((each) => ENGLISH.has(each)))
		return { type: "columns", of: titles.includes("RefCnt") ? "unix" : "internet", titles, ...nowhere };
	if (NOTICE.test(body)) return { type: "notice", text: body, ...nowhere };
	if (TRANSLATED.test(body)) {
		report({
			code: "sockets/translated",
			severity: "warning",
			message: "netstat printed this title in another language than English; it is kept as it stands",
			start,
			end,
			hint: "run it again as: LC_ALL=C netstat …",
		});
		return undefined;
	}
	return refuse({ start, end, found: body, expected: EXPECTED }, report);
}

const EXPECTED = ["a title line", "a socket (tcp, udp, raw or unix)"];

function refuse(fault: Fault, report: Report): undefined {
	report({ ...syntaxDiagnostic(TOOL, fault), code: "sockets/syntax" });
	return undefined;
}
