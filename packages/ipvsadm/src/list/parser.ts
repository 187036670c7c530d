import {
	eolOf,
	type ParseResult,
	parseClean,
	parseLines,
	type Report,
	type SourceLine,
} from "@netfossil/core";
import { type Reading, syntaxDiagnostic } from "@netfossil/core/grammar";
import type {
	ColumnLine,
	Forwarding,
	IpvsadmList,
	Persistence,
	RealServer,
	ServiceKey,
	VersionLine,
	VirtualService,
} from "../ast.ts";
import { IpvsadmParser } from "../parser.ts";
import { Integer } from "../tokens.ts";
import * as t from "./tokens.ts";

/**
 * The lines of a table, without their trailing blanks:
 *
 * ```
 * service    := key scheduler ["persistent" SECONDS ["mask" MASK]] ["pe" NAME] ["ops"] ["(" flags ")"]
 * key        := ("TCP" | "UDP" | "SCTP") ENDPOINT | "FWM" MARK ["IPv6"]
 * realServer := "->" ENDPOINT ("Masq" | "Route" | "Tunnel" | "Local") WEIGHT ACTIVE INACTIVE
 * ```
 */
export class ListParser extends IpvsadmParser {
	constructor(skipValidations = true) {
		super(t.tokens, t.createListLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readService(text: string, start: number, end: number): Reading<VirtualService> {
		return this.read(this.service, text, start, end);
	}

	readRealServer(text: string, start: number, end: number): Reading<RealServer> {
		return this.read(this.realServer, text, start, end);
	}

	private service = this.RULE("service", (): VirtualService => {
		const key = this.SUBRULE(this.key);
		const scheduler = this.SUBRULE(this.name);
		const persistent = this.OPTION(() => this.SUBRULE(this.persistence));
		const engine = this.OPTION1(() => {
			this.CONSUME(t.Pe);
			return this.SUBRULE1(this.name).value;
		});
		const onePacket = this.OPTION2(() => this.CONSUME(t.Ops));
		const flags = this.OPTION3(() => this.CONSUME(t.Flags).image.slice(1, -1).split(","));
		return {
			type: "service",
			start: 0,
			end: 0,
			key,
			scheduler,
			...(persistent && { persistent }),
			...(engine !== undefined && { engine }),
			...(onePacket && { onePacket: true }),
			...(flags && { flags }),
		};
	});

	private key = this.RULE(
		"key",
		(): ServiceKey =>
			this.OR([
				{
					ALT: () => {
						const protocol = this.CONSUME(t.Protocol);
						const endpoint = this.SUBRULE(this.endpoint);
						return {
							type: "address" as const,
							protocol: protocol.image.toLowerCase() as "tcp" | "udp" | "sctp",
							...endpoint,
							...this.spanFrom(protocol),
						};
					},
				},
				{
					ALT: () => {
						const fwm = this.CONSUME(t.Fwm);
						const mark = this.CONSUME(Integer);
						const ipv6 = this.OPTION(() => this.CONSUME(t.Ipv6));
						return {
							type: "fwmark" as const,
							mark: this.number(mark),
							family: ipv6 ? (6 as const) : (4 as const),
							...this.spanFrom(fwm),
						};
					},
				},
			]),
	);

	private persistence = this.RULE("persistence", (): Persistence => {
		this.CONSUME(t.Persistent);
		const timeout = Number(this.CONSUME(Integer).image);
		const mask = this.OPTION(() => {
			this.CONSUME(t.Mask);
			return this.SUBRULE(this.name).value;
		});
		return mask === undefined ? { timeout } : { timeout, mask };
	});

	private realServer = this.RULE("realServer", (): RealServer => {
		this.CONSUME(t.Arrow);
		const endpoint = this.SUBRULE(this.endpoint);
		const forward = this.CONSUME(t.Forward).image;
		const weight = Number(this.CONSUME(Integer).image);
		const activeConnections = Number(this.CONSUME1(Integer).image);
		const inactiveConnections = Number(this.CONSUME2(Integer).image);
		return {
			type: "real-server",
			start: 0,
			end: 0,
			...endpoint,
			forwarding: forwarding(forward),
			weight,
			activeConnections,
			inactiveConnections,
		};
	});
}

function forwarding(image: string): Forwarding {
	return image === "Masq" ? "masquerade" : (image.toLowerCase() as Forwarding);
}

const VERSION = /^IP Virtual Server version (\d+\.\d+\.\d+) \(size=(\d+)\)$/;
const SERVICE_TITLES = /^Prot +LocalAddress:Port(?: +(.+))?$/;
const SERVER_TITLES = /^ {2}-> RemoteAddress:Port(?: +(.+))?$/;
const SERVICE = /^(?:TCP|UDP|SCTP|FWM)\s/;
const SERVER = /^ *->/;

let parser: ListParser | undefined;

/** Reads the table that `ipvsadm`, `ipvsadm -L` or `ipvsadm -Ln` prints. */
export function parseList(input: string): ParseResult<IpvsadmList> {
	return parseClean(input, (text) => {
		const { ast: statements, diagnostics } = parseLines(text, "ipvsadm-list", (line, report) =>
			readLine(text, line, report),
		);
		return { ast: { type: "ipvsadm-list", start: 0, end: text.length, statements }, diagnostics };
	});
}

function readLine(
	text: string,
	line: SourceLine,
	report: Report,
): VersionLine | ColumnLine | VirtualService | RealServer | undefined {
	const whole = text.slice(line.start, line.end);
	const body = whole.trimEnd();
	const trailing = whole.slice(body.length);
	const place = { start: line.start, end: line.next, ...eolOf(line) };
	const extra = trailing === "" ? {} : { trailing };

	const version = VERSION.exec(body);
	if (version) return { type: "version", version: version[1]!, size: Number(version[2]), ...place, ...extra };
	const titles = SERVICE_TITLES.exec(body) ?? SERVER_TITLES.exec(body);
	if (titles) {
		const of = body.startsWith("Prot") ? "service" : "real-server";
		return { type: "columns", of, titles: titles[1]?.split(/ +/) ?? [], ...place, ...extra };
	}

	parser ??= new ListParser();
	const end = line.start + body.length;
	if (SERVER.test(body)) {
		const reading = parser.readRealServer(text, line.start, end);
		if ("node" in reading) {
			const { node } = reading;
			// The tool pads the last column to ten characters.
			const own = " ".repeat(Math.max(0, 10 - String(node.inactiveConnections).length));
			return { ...node, ...place, ...(trailing === own ? {} : { trailing }) };
		}
		report(syntaxDiagnostic("ipvsadm", reading.fault));
		return undefined;
	}
	if (SERVICE.test(body)) {
		const reading = parser.readService(text, line.start, end);
		if ("node" in reading) return { ...reading.node, ...place, ...extra };
		report(syntaxDiagnostic("ipvsadm", reading.fault));
		return undefined;
	}
	report(
		syntaxDiagnostic("ipvsadm", {
			start: line.start,
			end,
			found: body.length > 60 ? `${body.slice(0, 60)}…` : body,
			expected: ["a title line", "a virtual service (TCP, UDP, SCTP or FWM)", "a real server (->)"],
		}),
	);
	return undefined;
}
