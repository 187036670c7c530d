import {
	type Diagnostic,
	type Draft,
	type LineNode,
	type ParseResult,
	type PartReader,
	parseClean,
	parseDocument,
	parseLines,
	type Report,
	type SourceLine,
	trimBlanksEnd,
	wholeLines,
} from "@netfossil/core";
import { type Fault, type IToken, type Reading, syntaxDiagnostic } from "@netfossil/core/grammar";
import type { IpvsadmList, ListStatement, RealServer, Traffic, VirtualService } from "../ast.ts";
import { Messages } from "../errors.ts";
import { FORWARDING } from "../forwarding.ts";
import { BLANKS, IpvsadmParser, part, plainNumbers, wordsOf } from "../parser.ts";
import { paddingOf, placed } from "../placed.ts";
import { Text } from "../tokens.ts";
import { readVersion } from "../version.ts";
import { ConnectionParser } from "./connection.ts";
import { readCounter } from "./counter.ts";
import { readSentence } from "./sentences.ts";
import { columnsOf, type NumberColumns, printTitles, readTitles } from "./titles.ts";
import * as t from "./tokens.ts";
import { readTunnelInfo } from "./tunnel-info.ts";

/**
 * The lines of a table, without their trailing blanks:
 *
 * ```
 * service    := key (SCHEDULER options | NUMBERS)
 * realServer := SERVER (state | NUMBERS)
 * state      := ("Masq" | "Route" | "Tunnel" | "Local") [TUNNEL_INFO] NUMBERS
 * ```
 *
 * What the numbers are, the titles above them tell.
 */
export class ListParser extends IpvsadmParser {
	/** The columns that the titles above announce. */
	private columns: NumberColumns | undefined;

	constructor(skipValidations = true) {
		super(t.tokens, t.createListLexer(), t, skipValidations);
		this.performSelfAnalysis();
	}

	readService(
		text: string,
		start: number,
		end: number,
		columns: NumberColumns | undefined,
	): Reading<VirtualService> {
		this.columns = columns;
		return this.read(this.service, text, start, end);
	}

	readRealServer(
		text: string,
		start: number,
		end: number,
		columns: NumberColumns | undefined,
	): Reading<RealServer> {
		this.columns = columns;
		return this.read(this.realServer, text, start, end);
	}

	private service = this.RULE("service", (): VirtualService => {
		const key = this.SUBRULE(this.key);
		const node: Draft<VirtualService> = { type: "service", start: 0, end: 0, key };
		this.OR([
			{
				ALT: () => {
					node.scheduler = this.word(this.CONSUME(Text));
					this.SUBRULE(this.options, { ARGS: [node] });
				},
			},
			{
				ALT: () => {
					const numbers = this.CONSUME(t.Numbers);
					this.ACTION(() => this.serviceNumbers(numbers, node));
				},
			},
		]);
		return node;
	});

	private realServer = this.RULE("realServer", (): RealServer => {
		const endpoint = this.endpoint(this.CONSUME(t.Server));
		const node: Draft<RealServer> = { type: "real-server", start: 0, end: 0, ...endpoint };
		this.OR([
			{
				ALT: () => {
					const forward = this.CONSUME(t.Forward);
					const tunnel = this.OPTION(() => this.CONSUME(Text));
					const numbers = this.CONSUME(t.Numbers);
					this.ACTION(() => this.state(forward, tunnel, numbers, node));
				},
			},
			{
				ALT: () => {
					const numbers = this.CONSUME1(t.Numbers);
					this.ACTION(() => this.serverNumbers(numbers, node));
				},
			},
		]);
		return node;
	});

	private state(forward: IToken, tunnel: IToken | undefined, numbers: IToken, node: Draft<RealServer>): void {
		node.forwarding = FORWARDING[forward.image]!;
		if (tunnel !== undefined)
			node.tunnelInfo = readTunnelInfo(tunnel.image) ?? this.refuse(tunnel, "n/a or a tunnel");
		const [weight, active, inactive] = this.plain(numbers, 3);
		node.weight = weight!;
		node.activeConnections = active!;
		node.inactiveConnections = inactive!;
	}

	private serviceNumbers(token: IToken, node: Draft<VirtualService>): void {
		if (this.columns === "stats" || this.columns === "rate") node[this.columns] = this.traffic(token);
		else this.refuse(firstNumber(token), SCHEDULER);
	}

	private serverNumbers(token: IToken, node: Draft<RealServer>): void {
		switch (this.columns) {
			case "stats":
			case "rate":
				node[this.columns] = this.traffic(token);
				return;
			case "thresholds": {
				const [upper, lower, active, inactive] = this.plain(token, 4);
				node.thresholds = { upper: upper!, lower: lower! };
				node.activeConnections = active!;
				node.inactiveConnections = inactive!;
				return;
			}
			case "persistent-conn": {
				const [weight, persistent, active, inactive] = this.plain(token, 4);
				node.weight = weight!;
				node.persistentConnections = persistent!;
				node.activeConnections = active!;
				node.inactiveConnections = inactive!;
				return;
			}
			default:
				this.refuse(firstNumber(token), t.Forward.LABEL!);
		}
	}

	/** Numbers that are printed whole. */
	private plain(token: IToken, count: number): number[] {
		const numbers = plainNumbers(token.image);
		if (numbers?.length === count) return numbers;
		const odd = this.split(token, count).find(({ image }) => Number.isNaN(Number(image)));
		return this.refuse(odd ?? token, "a number without unit");
	}

	private traffic(token: IToken): Traffic {
		const [connections, inPackets, outPackets, inBytes, outBytes] = this.split(token, 5).map((word) =>
			readCounter(word.image, this.span(word).start),
		);
		return {
			connections: connections!,
			inPackets: inPackets!,
			outPackets: outPackets!,
			inBytes: inBytes!,
			outBytes: outBytes!,
		};
	}

	/** The words of a token, of which there have to be so many. */
	private split(token: IToken, count: number): IToken[] {
		const words = wordsOf(token);
		if (words.length !== count) this.refuse(words[count] ?? words.at(-1)!, `${count} numbers`);
		return words;
	}
}

const SCHEDULER = "a scheduler";

function firstNumber(token: IToken): IToken {
	const end = token.image.search(BLANKS);
	return end === -1 ? token : part(token, 0, end);
}

const SERVICE = /^(?:TCP|UDP|SCTP|FWM)[ \t]/;
const QUOTE = /^(?:> ?)+/;
const SERVER = /^ *->(?! RemoteAddress:Port)/;
const CONNECTION = /^[A-Z]{2,4}[ \t]+\d{2,}:\d\d[ \t]/;

let parser: ListParser | undefined;
let connectionParser: ConnectionParser | undefined;

/** Reads what `ipvsadm -L` prints: the table with any set of columns, connections, timeouts, daemons. */
export function parseList(input: string): ParseResult<IpvsadmList> {
	return parseDocument(input, "ipvsadm-list", (text) => new ListReader().read(text));
}

/** Reads a list in parts. */
export function listParts(): PartReader<ListStatement> {
	const reader = new ListReader();
	return { whole: wholeLines, read: (text) => parseClean(text, (clean) => reader.read(clean)) };
}

/** Reads line after line, with the titles in mind that stood above. */
class ListReader {
	#columns: NumberColumns | undefined;
	#messages = new Messages();

	read(text: string): ParseResult<ListStatement[]> {
		this.#messages = new Messages();
		return parseLines(text, "ipvsadm-list", (line, report) => this.#line(text, line, report));
	}

	/** A line, also with the marks of quoted mail before it: `> TCP  10.96.0.1:443 rr`. */
	#line(text: string, line: SourceLine, report: Report): ListStatement | undefined {
		if (text[line.start] !== ">") return this.#statement(text, line, line.start, report);
		const [indent] = QUOTE.exec(text.slice(line.start, line.end))!;
		const node = this.#statement(text, line, line.start + indent.length, report);
		return node && { ...node, indent };
	}

	#statement(text: string, line: SourceLine, start: number, report: Report): ListStatement | undefined {
		const whole = text.slice(start, line.end);
		const body = trimBlanksEnd(whole);
		const trailing = whole.length === body.length ? "" : whole.slice(body.length);
		const end = start + body.length;
		if (SERVER.test(body)) {
			parser ??= new ListParser();
			const node = this.#node(parser.readRealServer(text, start, end, this.#columns), report);
			return node && placed(node, line, trailing, paddingOf(node));
		}
		if (CONNECTION.test(body)) {
			connectionParser ??= new ConnectionParser();
			const node = this.#node(connectionParser.readConnection(text, start, end), report);
			return node && placed(node, line, trailing, "");
		}
		if (SERVICE.test(body)) {
			parser ??= new ListParser();
			const node = this.#node(parser.readService(text, start, end, this.#columns), report);
			return node && placed(node, line, trailing, "");
		}
		const titles = readTitles(body);
		if (titles) {
			if (titles.of === "service") this.#columns = columnsOf(titles);
			const printed = printTitles(titles);
			return placed(titles, line, trailing, printed.slice(trimBlanksEnd(printed).length));
		}
		const version = readVersion(body);
		if (version) this.#columns = undefined;
		const sentence = version ?? readSentence(body, start) ?? this.#messages.read(body, line, report);
		if (sentence) return placed(sentence, line, trailing, "");
		report(unknownLine(body, start));
		return undefined;
	}

	#node<Node extends LineNode>(reading: Reading<Node>, report: Report): Node | undefined {
		if ("node" in reading) return reading.node;
		report(this.#untitled(reading.fault));
		return undefined;
	}

	/** Numbers where no titles say what they are may be right for all that. */
	#untitled(fault: Fault): Diagnostic {
		const diagnostic = syntaxDiagnostic("ipvsadm", fault);
		const instead = fault.expected.some((each) => each === SCHEDULER || each === t.Forward.LABEL);
		if (this.#columns !== undefined || !instead || !/^\d+[KMGT]?$/.test(fault.found)) return diagnostic;
		return { ...diagnostic, hint: "what these numbers are, the line of titles says: save it too" };
	}
}

function unknownLine(body: string, start: number): Diagnostic {
	return syntaxDiagnostic("ipvsadm", {
		start,
		end: start + body.length,
		found: body,
		expected: [
			"a title line",
			"a virtual service (TCP, UDP, SCTP or FWM)",
			"a real server (->)",
			"a connection",
		],
	});
}
