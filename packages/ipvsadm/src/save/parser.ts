import {
	eolOf,
	type ParseResult,
	parseClean,
	parseLines,
	type Report,
	type SourceLine,
	trimBlanksEnd,
} from "@netfossil/core";
import { type Reading, syntaxDiagnostic } from "@netfossil/core/grammar";
import type {
	Forwarding,
	IpvsadmSave,
	Persistence,
	SavedRealServer,
	ServiceKey,
	TunnelOptions,
	VirtualService,
} from "../ast.ts";
import { IpvsadmParser } from "../parser.ts";
import { Integer } from "../tokens.ts";
import * as t from "./tokens.ts";

/**
 * The lines that `ipvsadm -S` prints:
 *
 * ```
 * line       := "-A" key "-s" NAME ["-p" SECONDS ["-M" MASK]] ["--pe" NAME] ["-o"] ["-b" FLAGS]
 *             | "-a" key "-r" ENDPOINT ("-m" | "-g" | "-i") "-w" WEIGHT [tunnel]
 * tunnel     := "--tun-type" NAME ["--tun-port" PORT] ["--tun-nocsum" | "--tun-csum" | "--tun-remcsum"]
 * key        := ("-t" | "-u" | "--sctp-service") ENDPOINT | "-f" MARK ["-6"]
 * ```
 */
export class SaveParser extends IpvsadmParser {
	constructor(skipValidations = true) {
		super(t.tokens, t.createSaveLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readLine(text: string, start: number, end: number): Reading<VirtualService | SavedRealServer> {
		return this.read(this.line, text, start, end);
	}

	private line = this.RULE("line", (): VirtualService | SavedRealServer =>
		this.OR([{ ALT: () => this.SUBRULE(this.service) }, { ALT: () => this.SUBRULE(this.realServer) }]),
	);

	private service = this.RULE("service", (): VirtualService => {
		this.CONSUME(t.AddService);
		const key = this.SUBRULE(this.key);
		this.CONSUME(t.Scheduler);
		const scheduler = this.SUBRULE(this.name);
		const persistent = this.OPTION(() => this.SUBRULE(this.persistence));
		const engine = this.OPTION1(() => {
			this.CONSUME(t.Pe);
			return this.SUBRULE1(this.name).value;
		});
		const onePacket = this.OPTION2(() => this.CONSUME(t.Ops));
		const flags = this.OPTION3(() => {
			this.CONSUME(t.SchedulerFlags);
			const names = this.SUBRULE2(this.name);
			return this.ACTION(() => names.value.split(","));
		});
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

	private realServer = this.RULE("realServer", (): SavedRealServer => {
		this.CONSUME(t.AddServer);
		const service = this.SUBRULE(this.key);
		this.CONSUME(t.Real);
		const endpoint = this.SUBRULE(this.endpoint);
		const forward = this.CONSUME(t.Forward).image;
		this.CONSUME(t.Weight);
		const weight = Number(this.CONSUME(Integer).image);
		const tunnel = this.OPTION(() => this.SUBRULE(this.tunnel));
		return {
			type: "real-server",
			start: 0,
			end: 0,
			service,
			...endpoint,
			forwarding: FORWARDING[forward] ?? "masquerade",
			weight,
			...(tunnel && { tunnel }),
		};
	});

	private tunnel = this.RULE("tunnel", (): TunnelOptions => {
		this.CONSUME(t.TunnelType);
		const type = this.SUBRULE(this.name).value;
		const port = this.OPTION(() => {
			this.CONSUME(t.TunnelPort);
			return Number(this.CONSUME(Integer).image);
		});
		const flag = this.OPTION1(() => this.CONSUME(t.TunnelChecksum).image);
		const checksum = flag === undefined ? undefined : CHECKSUM[flag];
		return { type, ...(port !== undefined && { port }), ...(checksum && { checksum }) };
	});

	private key = this.RULE(
		"key",
		(): ServiceKey =>
			this.OR([
				{
					ALT: () => {
						const flag = this.CONSUME(t.AddressFlag);
						const endpoint = this.SUBRULE(this.endpoint);
						return {
							type: "address" as const,
							protocol: PROTOCOL[flag.image] ?? "tcp",
							...endpoint,
							...this.spanFrom(flag),
						};
					},
				},
				{
					ALT: () => {
						const flag = this.CONSUME(t.FwmarkFlag);
						const mark = this.CONSUME(Integer);
						const ipv6 = this.OPTION(() => this.CONSUME(t.Ipv6Flag));
						return {
							type: "fwmark" as const,
							mark: this.number(mark),
							family: ipv6 ? (6 as const) : (4 as const),
							...this.spanFrom(flag),
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
}

const PROTOCOL: Record<string, "tcp" | "udp" | "sctp"> = {
	"-t": "tcp",
	"-u": "udp",
	"--sctp-service": "sctp",
};
const FORWARDING: Record<string, Forwarding> = { "-m": "masquerade", "-g": "route", "-i": "tunnel" };

const CHECKSUM: Record<string, NonNullable<TunnelOptions["checksum"]>> = {
	"--tun-nocsum": "none",
	"--tun-csum": "checksum",
	"--tun-remcsum": "remote-checksum",
};

let parser: SaveParser | undefined;

/** Reads what `ipvsadm -S`, `ipvsadm -Sn` or `ipvsadm-save` prints. */
export function parseSave(input: string): ParseResult<IpvsadmSave> {
	return parseClean(input, (text) => {
		const { ast: statements, diagnostics } = parseLines(text, "ipvsadm-save", (line, report) =>
			readLine(text, line, report),
		);
		return { ast: { type: "ipvsadm-save", start: 0, end: text.length, statements }, diagnostics };
	});
}

function readLine(
	text: string,
	line: SourceLine,
	report: Report,
): VirtualService | SavedRealServer | undefined {
	const whole = text.slice(line.start, line.end);
	const body = trimBlanksEnd(whole);
	const trailing = whole.slice(body.length);
	parser ??= new SaveParser();
	const reading = parser.readLine(text, line.start, line.start + body.length);
	if ("fault" in reading) {
		report(syntaxDiagnostic("ipvsadm", reading.fault));
		return undefined;
	}
	const place = { start: line.start, end: line.next, ...eolOf(line) };
	return { ...reading.node, ...place, ...(trailing === "" ? {} : { trailing }) };
}
