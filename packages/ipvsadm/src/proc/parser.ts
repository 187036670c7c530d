import {
	type Draft,
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
import { type IToken, nodeOf, type Reading, StatementParser } from "@netfossil/core/grammar";
import type {
	AddressKey,
	Connection,
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
import { BLANKS, lastWord, plainNumbers, wordsOf } from "../parser.ts";
import { paddingOf, placed } from "../placed.ts";
import { readVersion } from "../version.ts";
import { hexNumber, readHexEndpoint } from "./hex.ts";
import { readMask } from "./mask.ts";
import { titlesOf } from "./titles.ts";
import * as t from "./tokens.ts";

type Line = VirtualService | RealServer | Connection | TrafficLine;

/**
 * The lines of /proc/net/ip_vs, ip_vs_conn and ip_vs_stats:
 *
 * ```
 * line       := service | realServer | connection | traffic
 * service    := (KEY | MARK) SCHEDULER ["ops"] [PERSISTENT]
 * realServer := SERVER ("Masq" | "Route" | "Tunnel" | "Local") STATE
 * connection := PROTOCOL END END END STATE EXPIRES [ENGINE DATA]
 * traffic    := NUMBERS
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
						const token = this.CONSUME(t.Key);
						const protocol = token.image.slice(0, token.image.search(BLANKS)).toLowerCase();
						return {
							type: "address",
							protocol: protocol as AddressKey["protocol"],
							...this.endpoint(token),
							...this.span(token),
						};
					},
				},
				{ ALT: () => this.mark(this.CONSUME(t.Mark)) },
			]),
	);

	private realServer = this.RULE("realServer", (): RealServer => {
		const endpoint = this.endpoint(this.CONSUME(t.Server));
		const forward = this.CONSUME(t.Forward).image;
		const numbers = plainNumbers(this.CONSUME(t.State).image) ?? [];
		const [weight = 0, activeConnections = 0, inactiveConnections = 0] = numbers;
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
		const expires = Number(this.CONSUME(t.Integer).image);
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
		const token = this.CONSUME(t.Numbers);
		return this.ACTION((): TrafficLine => {
			const { columns } = this;
			if (columns === undefined) return this.refuse(token, "the titles of ip_vs_stats before its numbers");
			const [connections, inPackets, outPackets, inBytes, outBytes] = wordsOf(token).map((word) =>
				hexNumber(word.image, this.span(word).start),
			);
			const traffic: Traffic = {
				connections: connections!,
				inPackets: inPackets!,
				outPackets: outPackets!,
				inBytes: inBytes!,
				outBytes: outBytes!,
			};
			return { type: "traffic", start: 0, end: 0, [columns]: traffic };
		});
	});

	/** A word whatever it is: the state of UDP connections is `UDP`. */
	private any = this.tokenRule("any", t.words);

	private endpoint(token: IToken): Endpoint {
		return this.ACTION(() => {
			const { image } = token;
			// Of `-> 0A6012A4:7B91` the endpoint is the last word, `0A630001 D300` is one as a whole.
			const from = token.tokenType === t.End ? 0 : lastWord(image);
			return readHexEndpoint(image.slice(from), this.span(token).start + from);
		});
	}

	private mark(token: IToken): FwmarkKey {
		return this.ACTION((): FwmarkKey => {
			const { start, end } = this.span(token);
			return { type: "fwmark", mark: hexNumber(token.image.slice(-8), end - 8), start, end };
		});
	}
}

/** A line that is no title, by its looks. */
const ROW = /^(?:TCP|UDP|SCTP|FWM) |^ {2}-> [^R]/;

let parser: ProcParser | undefined;

/** Reads /proc/net/ip_vs, ip_vs_conn or ip_vs_stats. */
export function parseProc(input: string): ParseResult<ProcNetIpVs> {
	return parseDocument(input, "proc-net-ip-vs", (text) => new ProcReader().read(text));
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
		const node =
			(ROW.test(body) ? undefined : this.#titles(body)) ??
			this.#row(text, line.start, line.start + body.length, report);
		if (node === undefined) return undefined;
		return placed(node, line, whole.slice(body.length), blanksBehind(node));
	}

	#titles(body: string): ProcTitles | VersionLine | undefined {
		const of = titlesOf(body);
		if (of === undefined) return readVersion(body);
		this.#columns = of === "stats" || of === "rate" ? of : undefined;
		return { type: "titles", of, text: body, start: 0, end: 0 };
	}

	#row(text: string, start: number, end: number, report: Report): Line | undefined {
		parser ??= new ProcParser();
		return nodeOf(parser.readLine(text, start, end, this.#columns), "ipvsadm", report);
	}
}

/** The blanks that the kernel prints at the end of a line: `TCP  7F000041:0F1C rr  `, of IPv6 and marks one. */
function blanksBehind(node: ProcStatement): string {
	if (node.type === "real-server") return paddingOf(node);
	if (node.type !== "service" || node.persistent) return "";
	const { key } = node;
	return key.type === "address" && key.address.type === "ip" && key.address.family === 4 ? "  " : " ";
}
