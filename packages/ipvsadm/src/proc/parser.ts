import {
	type Draft,
	type ParseResult,
	type PartReader,
	parseClean,
	parseLines,
	type Report,
	type SourceLine,
	trimBlanksEnd,
	wholeLines,
} from "@netfossil/core";
import { type IToken, type Reading, StatementParser, syntaxDiagnostic } from "@netfossil/core/grammar";
import type {
	Connection,
	Counter,
	Endpoint,
	FwmarkKey,
	ProcNetIpVs,
	ProcStatement,
	ProcTitles,
	RealServer,
	ServiceKey,
	Traffic,
	TrafficLine,
	VersionLine,
	VirtualService,
} from "../ast.ts";
import { FORWARDING } from "../forwarding.ts";
import { placed } from "../placed.ts";
import { Integer } from "../tokens.ts";
import { readVersion } from "../version.ts";
import { hexNumber, readHexEndpoint } from "./hex.ts";
import { readMask } from "./mask.ts";
import { printBody } from "./print.ts";
import { titlesOf } from "./titles.ts";
import * as t from "./tokens.ts";

type Line = VirtualService | RealServer | Connection | TrafficLine;

/**
 * The lines of /proc/net/ip_vs, ip_vs_conn and ip_vs_stats:
 *
 * ```
 * line       := service | realServer | connection | traffic
 * service    := (PROTOCOL ENDPOINT | MARK) SCHEDULER ["ops"] ["persistent" JIFFIES MASK]
 * realServer := "->" ENDPOINT ("Masq" | "Route" | "Tunnel" | "Local") WEIGHT ACTIVE INACTIVE
 * connection := PROTOCOL END END END STATE EXPIRES [ENGINE DATA]
 * traffic    := NUMBER NUMBER NUMBER NUMBER NUMBER
 * ```
 */
export class ProcParser extends StatementParser {
	/** What the numbers of a line of traffic are, as the titles above say. */
	private columns: "stats" | "rate" | undefined;

	constructor(skipValidations = true) {
		super(t.tokens, t.createProcLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readLine(text: string, start: number, end: number, columns: "stats" | "rate" | undefined): Reading<Line> {
		this.columns = columns;
		return this.read(this.line, text, start, end);
	}

	private line = this.RULE(
		"line",
		(): Line =>
			this.OR([
				{ ALT: () => this.SUBRULE(this.service) },
				{ ALT: () => this.SUBRULE(this.realServer) },
				{ ALT: () => this.SUBRULE(this.connection) },
				{ ALT: () => this.SUBRULE(this.traffic) },
			]),
	);

	private service = this.RULE("service", (): VirtualService => {
		let key = this.SUBRULE(this.key);
		const scheduler = this.word(this.SUBRULE(this.any));
		const onePacket = this.OPTION(() => this.CONSUME(t.Ops));
		const token = this.OPTION1(() => this.CONSUME(t.Persistent));
		return this.ACTION((): VirtualService => {
			if (token === undefined)
				return { type: "service", start: 0, end: 0, key, scheduler, ...(onePacket && { onePacket: true }) };
			const [, jiffies = "", text = ""] = token.image.split(/[ \t]+/);
			const known = key.type === "address" && key.address.type === "ip" ? key.address.family : undefined;
			const { mask, family } = readMask(text, known) ?? this.refuse(token, "a prefix length of IPv6");
			if (key.type === "fwmark") key = { ...key, family };
			return {
				type: "service",
				start: 0,
				end: 0,
				key,
				scheduler,
				persistent: { jiffies: Number(jiffies), ...(mask !== undefined && { mask }) },
				...(onePacket && { onePacket: true }),
			};
		});
	});

	private key = this.RULE(
		"key",
		(): ServiceKey =>
			this.OR([
				{
					ALT: (): ServiceKey => {
						const protocol = this.CONSUME(t.Protocol);
						const endpoint = this.endpoint(this.CONSUME(t.Endpoint));
						return {
							type: "address",
							protocol: protocol.image.toLowerCase() as "tcp" | "udp" | "sctp",
							...endpoint,
							...this.spanFrom(protocol),
						};
					},
				},
				{ ALT: () => this.mark(this.CONSUME(t.Mark)) },
			]),
	);

	private realServer = this.RULE("realServer", (): RealServer => {
		this.CONSUME(t.Arrow);
		const endpoint = this.endpoint(this.CONSUME(t.Endpoint));
		const forward = this.CONSUME(t.Forward).image;
		const weight = Number(this.CONSUME(Integer).image);
		const activeConnections = Number(this.CONSUME1(Integer).image);
		const inactiveConnections = Number(this.CONSUME2(Integer).image);
		return {
			type: "real-server",
			start: 0,
			end: 0,
			...endpoint,
			forwarding: FORWARDING[forward] ?? "masquerade",
			weight,
			activeConnections,
			inactiveConnections,
		};
	});

	private connection = this.RULE("connection", (): Connection => {
		const protocol = this.word(this.SUBRULE(this.any));
		const source = this.endpoint(this.CONSUME(t.End));
		const virtual = this.endpoint(this.CONSUME1(t.End));
		const destination = this.endpoint(this.CONSUME2(t.End));
		const state = this.word(this.SUBRULE1(this.any));
		const expires = Number(this.CONSUME(Integer).image);
		const node: Draft<Connection> = {
			type: "connection",
			start: 0,
			end: 0,
			protocol,
			expires,
			state,
			source,
			virtual,
			destination,
		};
		this.OPTION(() => {
			node.engine = this.word(this.SUBRULE2(this.any));
			node.engineData = this.word(this.SUBRULE3(this.any));
		});
		return node;
	});

	private traffic = this.RULE("traffic", (): TrafficLine => {
		const first = this.SUBRULE(this.count);
		const traffic: Traffic = {
			connections: this.counter(first),
			inPackets: this.counter(this.SUBRULE1(this.count)),
			outPackets: this.counter(this.SUBRULE2(this.count)),
			inBytes: this.counter(this.SUBRULE3(this.count)),
			outBytes: this.counter(this.SUBRULE4(this.count)),
		};
		return this.ACTION((): TrafficLine => {
			const { columns } = this;
			if (columns === undefined) return this.refuse(first, "the titles of ip_vs_stats before its numbers");
			return { type: "traffic", start: 0, end: 0, [columns]: traffic };
		});
	});

	/** A word whatever it is: the state of UDP connections is `UDP`. */
	private any = this.tokenRule("any", t.words);
	private count = this.tokenRule("count", [Integer, t.Hex]);

	private endpoint(token: IToken): Endpoint {
		return this.ACTION(() => readHexEndpoint(token.image, this.span(token).start));
	}

	private counter(token: IToken): Counter {
		return this.ACTION(() => hexNumber(token.image, this.span(token).start));
	}

	private mark(token: IToken): FwmarkKey {
		return this.ACTION((): FwmarkKey => {
			const { start, end } = this.span(token);
			return { type: "fwmark", mark: hexNumber(token.image.slice(-8), end - 8), start, end };
		});
	}
}

let parser: ProcParser | undefined;

/** Reads /proc/net/ip_vs, ip_vs_conn or ip_vs_stats. */
export function parseProc(input: string): ParseResult<ProcNetIpVs> {
	return parseClean(input, (text) => {
		const { ast: statements, diagnostics } = new ProcReader().read(text);
		return { ast: { type: "proc-net-ip-vs", start: 0, end: text.length, statements }, diagnostics };
	});
}

/** Reads the files in parts. */
export function procParts(): PartReader<ProcStatement> {
	const reader = new ProcReader();
	return { whole: wholeLines, read: (text) => parseClean(text, (clean) => reader.read(clean)) };
}

/** Reads line after line, with the titles in mind that stood above. */
class ProcReader {
	#columns: "stats" | "rate" | undefined;

	read(text: string): ParseResult<ProcStatement[]> {
		return parseLines(text, "proc-net-ip-vs", (line, report) => this.#line(text, line, report));
	}

	#line(text: string, line: SourceLine, report: Report): ProcStatement | undefined {
		const whole = text.slice(line.start, line.end);
		const body = trimBlanksEnd(whole);
		const node = this.#titles(body) ?? this.#row(text, line.start, line.start + body.length, report);
		if (node === undefined) return undefined;
		// The kernel prints blanks at the end of lines: "TCP  7F000041:0F1C rr  ".
		const printed = printBody(node);
		const own = printed.slice(trimBlanksEnd(printed).length);
		return placed(node, line, whole.slice(body.length), own);
	}

	#titles(body: string): ProcTitles | VersionLine | undefined {
		const of = titlesOf(body);
		if (of === undefined) return readVersion(body);
		this.#columns = of === "stats" || of === "rate" ? of : undefined;
		return { type: "titles", of, text: body, start: 0, end: 0 };
	}

	#row(text: string, start: number, end: number, report: Report): Line | undefined {
		parser ??= new ProcParser();
		const reading = parser.readLine(text, start, end, this.#columns);
		if ("node" in reading) return reading.node;
		report(syntaxDiagnostic("ipvsadm", reading.fault));
		return undefined;
	}
}
