import {
	type Diagnostic,
	eolOf,
	type LineNode,
	type Num,
	type ParseResult,
	parseClean,
	parseLines,
	type Report,
	readIp,
	type SourceLine,
	trimBlanksEnd,
} from "@netfossil/core";
import { type Fault, type IToken, type Reading, syntaxDiagnostic } from "@netfossil/core/grammar";
import type {
	ColumnLine,
	Connection,
	ConnectionsLine,
	DaemonLine,
	ErrorLine,
	Forwarding,
	IpvsadmList,
	ListStatement,
	Persistence,
	RealServer,
	ServiceKey,
	TimeoutLine,
	Traffic,
	VirtualService,
} from "../ast.ts";
import { errorDiagnostic, readMessage } from "../errors.ts";
import { IpvsadmParser } from "../parser.ts";
import { Integer, Text } from "../tokens.ts";
import { columnsOf, type NumberColumns, printTitles } from "./titles.ts";
import * as t from "./tokens.ts";
import { readTunnelInfo } from "./tunnel-info.ts";

/**
 * The lines of a table, without their trailing blanks:
 *
 * ```
 * service    := key (scheduling | numbers)
 * scheduling := scheduler ["persistent" SECONDS ["mask" MASK]] ["pe" NAME] ["ops"] ["(" flags ")"]
 * key        := ("TCP" | "UDP" | "SCTP") ENDPOINT | "FWM" MARK ["IPv6"]
 * realServer := "->" ENDPOINT (state | numbers)
 * state      := ("Masq" | "Route" | "Tunnel" | "Local") [TUNNEL_INFO] WEIGHT ACTIVE INACTIVE
 * numbers    := NUMBER+
 * connection := PROTOCOL EXPIRES STATE ENDPOINT ENDPOINT ENDPOINT [ENGINE DATA]
 * ```
 *
 * What `numbers` are, the titles above them tell.
 */
export class ListParser extends IpvsadmParser {
	/** The columns that the titles above announce. */
	private columns: NumberColumns | undefined;

	constructor(skipValidations = true) {
		super(t.tokens, t.createListLexer(), { skipValidations });
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

	readConnection(text: string, start: number, end: number): Reading<Connection> {
		return this.read(this.connection, text, start, end);
	}

	private service = this.RULE("service", (): VirtualService => {
		const key = this.SUBRULE(this.key);
		const rest = this.OR([
			{ ALT: () => this.SUBRULE(this.scheduling) },
			{
				ALT: () => {
					const numbers = this.SUBRULE(this.numbers);
					return this.ACTION(() => this.serviceNumbers(numbers));
				},
			},
		]);
		return { type: "service", start: 0, end: 0, key, ...rest };
	});

	private scheduling = this.RULE("scheduling", (): Partial<VirtualService> => {
		const scheduler = this.word(this.CONSUME(Text));
		const persistent = this.OPTION(() => this.SUBRULE(this.persistence));
		const engine = this.OPTION1(() => {
			this.CONSUME(t.Pe);
			return this.SUBRULE1(this.name).value;
		});
		const onePacket = this.OPTION2(() => this.CONSUME(t.Ops));
		const flags = this.OPTION3(() => this.CONSUME(t.Flags).image.slice(1, -1).split(","));
		return {
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
		const columns = this.OR([
			{ ALT: () => this.SUBRULE(this.state) },
			{
				ALT: () => {
					const numbers = this.SUBRULE(this.numbers);
					return this.ACTION(() => this.serverNumbers(numbers));
				},
			},
		]);
		return { type: "real-server", start: 0, end: 0, ...endpoint, ...columns };
	});

	private state = this.RULE("state", (): Partial<RealServer> => {
		const forward = this.CONSUME(t.Forward).image;
		const tunnelInfo = this.OPTION(() => {
			const token = this.CONSUME(Text);
			return this.ACTION(() => readTunnelInfo(token.image) ?? this.refuse(token, "n/a or a tunnel"));
		});
		const weight = Number(this.CONSUME(Integer).image);
		const activeConnections = Number(this.CONSUME1(Integer).image);
		const inactiveConnections = Number(this.CONSUME2(Integer).image);
		return {
			forwarding: forwarding(forward),
			...(tunnelInfo && { tunnelInfo }),
			weight,
			activeConnections,
			inactiveConnections,
		};
	});

	private connection = this.RULE("connection", (): Connection => {
		const protocol = this.SUBRULE(this.any);
		const time = this.CONSUME(t.Expires);
		const state = this.SUBRULE1(this.any);
		const source = this.SUBRULE(this.endpoint);
		const virtual = this.SUBRULE1(this.endpoint);
		const destination = this.SUBRULE2(this.endpoint);
		const engine = this.OPTION(() => ({
			engine: this.word(this.SUBRULE2(this.any)),
			engineData: this.word(this.SUBRULE3(this.any)),
		}));
		const [minutes, seconds] = time.image.split(":");
		return {
			type: "connection",
			start: 0,
			end: 0,
			protocol: this.word(protocol),
			expires: Number(minutes) * 60 + Number(seconds),
			state: this.word(state),
			source,
			virtual,
			destination,
			...engine,
		};
	});

	/** A word whatever it is: the state of UDP connections is `UDP`. */
	private any = this.tokenRule("any", t.words);

	private numbers = this.RULE("numbers", (): IToken[] => {
		const numbers: IToken[] = [];
		this.AT_LEAST_ONE(() => {
			numbers.push(this.SUBRULE(this.count));
		});
		return numbers;
	});

	private count = this.tokenRule("count", [Integer, t.Scaled]);

	private serviceNumbers(tokens: readonly IToken[]): Partial<VirtualService> {
		if (this.columns === "stats" || this.columns === "rate") return { [this.columns]: this.traffic(tokens) };
		return this.refuse(tokens[0]!, "a scheduler");
	}

	private serverNumbers(tokens: readonly IToken[]): Partial<RealServer> {
		switch (this.columns) {
			case "stats":
			case "rate":
				return { [this.columns]: this.traffic(tokens) };
			case "thresholds": {
				const [upper, lower, activeConnections, inactiveConnections] = this.four(tokens);
				return { thresholds: { upper, lower }, activeConnections, inactiveConnections };
			}
			case "persistent-conn": {
				const [weight, persistentConnections, activeConnections, inactiveConnections] = this.four(tokens);
				return { weight, persistentConnections, activeConnections, inactiveConnections };
			}
			default:
				return this.refuse(tokens[0]!, t.Forward.LABEL!);
		}
	}

	private four(tokens: readonly IToken[]): [number, number, number, number] {
		this.expectCount(tokens, 4);
		const [a, b, c, d] = tokens.map((token) =>
			token.tokenType === Integer ? Number(token.image) : this.refuse(token, "a number without unit"),
		);
		return [a!, b!, c!, d!];
	}

	private traffic(tokens: readonly IToken[]): Traffic {
		this.expectCount(tokens, 5);
		const [connections, inPackets, outPackets, inBytes, outBytes] = tokens.map((token) => this.scaled(token));
		return {
			connections: connections!,
			inPackets: inPackets!,
			outPackets: outPackets!,
			inBytes: inBytes!,
			outBytes: outBytes!,
		};
	}

	/** print_largenum counts in powers of 1000. */
	private scaled(token: IToken): Num {
		const { image } = token;
		if (token.tokenType === Integer) return this.number(token);
		const unit = 1000 ** (1 + "KMGT".indexOf(image.slice(-1)));
		return { value: Number(image.slice(0, -1)) * unit, text: image, ...this.span(token) };
	}

	private expectCount(tokens: readonly IToken[], count: number): void {
		const odd = tokens[count] ?? tokens.at(-1)!;
		if (tokens.length !== count) this.refuse(odd, `${count} numbers`);
	}
}

function forwarding(image: string): Forwarding {
	return image === "Masq" ? "masquerade" : (image.toLowerCase() as Forwarding);
}

const VERSION = /^IP Virtual Server version (\d+\.\d+\.\d+) \(size=(\d+)\)$/;
const SERVICE_TITLES = /^Prot +LocalAddress:Port(?: +(.+))?$/;
const SERVER_TITLES = /^ {2}-> RemoteAddress:Port(?: +(.+))?$/;
const CONNECTION_TITLES =
	/^pro expire +(state) +(source) +(virtual) +(destination)(?: +(pe name) +(pe_data))?$/;
const SERVICE = /^(?:TCP|UDP|SCTP|FWM)\s/;
const SERVER = /^ *->/;
const CONNECTION = /^[A-Z]{2,4}\s+\d{2,}:\d\d\s/;
const TIMEOUT = /^Timeout \(tcp tcpfin udp\): (\d{1,10}) (\d{1,10}) (\d{1,10})$/;
const DAEMON =
	/^(master|backup) sync daemon \(mcast=([^\s,]+), syncid=(\d{1,10})(?:, maxlen=(\d{1,10}))?(?:, group=([^\s,]+))?(?:, port=(\d{1,5}))?(?:, ttl=(\d{1,3}))?\)$/;

let parser: ListParser | undefined;

/** Reads what `ipvsadm -L` prints: the table with any set of columns, connections, timeouts, daemons. */
export function parseList(input: string): ParseResult<IpvsadmList> {
	return parseClean(input, (text) => {
		const reader = new ListReader(text);
		const { ast: statements, diagnostics } = parseLines(text, "ipvsadm-list", (line, report) =>
			reader.readLine(line, report),
		);
		return { ast: { type: "ipvsadm-list", start: 0, end: text.length, statements }, diagnostics };
	});
}

/** Where a line's node stands, and what of its layout is not the tool's own. */
type Place = Pick<LineNode, "start" | "end" | "eol" | "trailing">;

/** Reads line after line, with the titles in mind that stood above. */
class ListReader {
	readonly #text: string;
	#columns: NumberColumns | undefined;
	#error: ErrorLine | undefined;

	constructor(text: string) {
		this.#text = text;
	}

	readLine(line: SourceLine, report: Report): ListStatement | undefined {
		const whole = this.#text.slice(line.start, line.end);
		const body = trimBlanksEnd(whole);
		const trailing = whole.slice(body.length);
		const place = { start: line.start, end: line.next, ...eolOf(line) };
		const laidOut: Place = trailing === "" ? place : { ...place, trailing };

		const version = VERSION.exec(body);
		if (version) {
			this.#columns = undefined;
			return { type: "version", version: version[1]!, size: Number(version[2]), ...laidOut };
		}
		const titles = readTitles(body, place);
		if (titles) {
			if (titles.of === "service") this.#columns = columnsOf(titles);
			return withTrailing(titles, trailing, blanksAtEnd(printTitles(titles)));
		}
		const end = line.start + body.length;
		if (SERVER.test(body)) return this.#realServer(line, end, trailing, place, report);
		parser ??= new ListParser();
		if (CONNECTION.test(body)) {
			const reading = parser.readConnection(this.#text, line.start, end);
			if ("node" in reading) return { ...reading.node, ...laidOut };
			report(syntaxDiagnostic("ipvsadm", reading.fault));
			return undefined;
		}
		if (SERVICE.test(body)) {
			const reading = parser.readService(this.#text, line.start, end, this.#columns);
			if ("node" in reading) return { ...reading.node, ...laidOut };
			report(this.#untitled(reading.fault));
			return undefined;
		}
		const plain = readPlain(body, laidOut) ?? this.#message(body, laidOut, report);
		if (plain) return plain;
		report(
			syntaxDiagnostic("ipvsadm", {
				start: line.start,
				end,
				found: body.length > 60 ? `${body.slice(0, 60)}…` : body,
				expected: [
					"a title line",
					"a virtual service (TCP, UDP, SCTP or FWM)",
					"a real server (->)",
					"a connection",
				],
			}),
		);
		return undefined;
	}

	#realServer(
		line: SourceLine,
		end: number,
		trailing: string,
		place: Place,
		report: Report,
	): RealServer | undefined {
		parser ??= new ListParser();
		const reading = parser.readRealServer(this.#text, line.start, end, this.#columns);
		if ("fault" in reading) {
			report(this.#untitled(reading.fault));
			return undefined;
		}
		const { inactiveConnections } = reading.node;
		// The tool pads the last column to ten characters, but not the numbers of --stats and --rate.
		const width = inactiveConnections === undefined ? 0 : 10 - String(inactiveConnections).length;
		return withTrailing({ ...reading.node, ...place }, trailing, " ".repeat(Math.max(0, width)));
	}

	/** Numbers where no titles say what they are may be right for all that. */
	#untitled(fault: Fault): Diagnostic {
		const diagnostic = syntaxDiagnostic("ipvsadm", fault);
		if (this.#columns !== undefined || !/^\d+[KMGT]?$/.test(fault.found)) return diagnostic;
		return { ...diagnostic, hint: "what these numbers are, the line of titles says: save it too" };
	}

	#message(body: string, place: Place, report: Report): ErrorLine | undefined {
		const before = this.#error?.end === place.start ? this.#error : undefined;
		const message = readMessage(body, before);
		if (message === undefined) return undefined;
		const { meaning, goesOn } = message;
		if (!goesOn) report(errorDiagnostic(meaning, place.start, place.start + body.length));
		this.#error = { type: "error", text: body, meaning, ...place };
		return this.#error;
	}
}

function readTitles(body: string, place: Place): ColumnLine | undefined {
	const service = SERVICE_TITLES.exec(body);
	const server = service ?? SERVER_TITLES.exec(body);
	if (server) {
		const of = service ? "service" : "real-server";
		return { type: "columns", of, titles: server[1]?.split(/ +/) ?? [], ...place };
	}
	const connection = CONNECTION_TITLES.exec(body);
	if (!connection) return undefined;
	const titles = connection.slice(1).filter((title) => title !== undefined);
	return { type: "columns", of: "connection", titles, ...place };
}

/** The lines that are sentences. */
function readPlain(body: string, place: Place): ConnectionsLine | TimeoutLine | DaemonLine | undefined {
	if (body === "IPVS connection entries") return { type: "connections", ...place };
	const timeout = TIMEOUT.exec(body);
	if (timeout) {
		const [tcp, tcpfin, udp] = timeout.slice(1).map(Number);
		return { type: "timeout", tcp: tcp!, tcpfin: tcpfin!, udp: udp!, ...place };
	}
	return readDaemon(body, place);
}

function readDaemon(body: string, place: Place): DaemonLine | undefined {
	const match = DAEMON.exec(body);
	if (!match) return undefined;
	const [, state, name, syncid, maxlen, address, port, ttl] = match;
	const nameStart = place.start + body.indexOf("mcast=") + 6;
	const group = address === undefined ? undefined : readIp(address, place.start + body.indexOf("group=") + 6);
	if (address !== undefined && group === undefined) return undefined;
	return {
		type: "daemon",
		state: state as DaemonLine["state"],
		interface: { value: name!, start: nameStart, end: nameStart + name!.length },
		syncid: Number(syncid),
		...(maxlen !== undefined && { maxlen: Number(maxlen) }),
		...(group && { group }),
		...(port !== undefined && { port: Number(port) }),
		...(ttl !== undefined && { ttl: Number(ttl) }),
		...place,
	};
}

/** A node with the blanks at its end, where they are not those that the tool prints. */
function withTrailing<Node extends LineNode>(node: Node, trailing: string, own: string): Node {
	return trailing === own ? node : { ...node, trailing };
}

function blanksAtEnd(text: string): string {
	return text.slice(trimBlanksEnd(text).length);
}
