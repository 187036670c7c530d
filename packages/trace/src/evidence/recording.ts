import type { ParsedDump } from "@netfossil/capture";
import type { Port } from "@netfossil/core";
import type { Ip, Ip6, Layers, Packet, Tcpdump, Transport } from "@netfossil/tcpdump";
import { bitsOf, textOf } from "../address.ts";
import { citer } from "../state/cite.ts";
import type { Cite } from "../state/kernel.ts";
import { readTcpdump, type TcpdumpCommand } from "./command.ts";

/** A packet that was captured; in a tunnel the one within. */
export interface Captured {
	readonly protocol: "tcp" | "udp" | "icmp" | "icmp6";
	readonly src: string;
	readonly dst: string;
	readonly sport?: number;
	readonly dport?: number;
	/** `S`, `S.`, `R.`; absent with `-q`. */
	readonly flags?: string;
	/** The number by which a SYN, or an echo request, is known wherever it is seen. */
	readonly identity?: string;
	/** `echo-request`, `unreachable` … */
	readonly message?: string;
	/** The packet of VXLAN that it was in. */
	readonly vxlan?: { readonly vni: number; readonly src: string; readonly dst: string };
	/** Of `-i any`. */
	readonly iface?: string;
	/** `In`, `Out`, `B`, `M`, `P` */
	readonly direction?: string;
	/** As printed; absent with `-t`. */
	readonly time?: string;
	readonly cite: Cite;
}

/** A dump of tcpdump, as evidence. */
export interface Recording {
	readonly host: string;
	readonly netns: string | null;
	/** `file:line` of its beginning. */
	readonly source: string;
	/** `any`: all of the namespace. Absent: the dump does not say. */
	readonly iface?: string;
	/** What the command line asked for; absent where it is not known, or does not tell all. */
	readonly command?: TcpdumpCommand;
	/** Every packet that was captured can be read: nothing was dropped, cut or left as a name. */
	readonly whole: boolean;
	/** By {@link endsKey}. */
	readonly byEnds: ReadonlyMap<string, readonly Captured[]>;
	/** The packets that are known by a number. */
	readonly byIdentity: ReadonlyMap<string, readonly Captured[]>;
}

export const endsKey = (src: string, dst: string): string => `${src} ${dst}`;

export function readRecording(
	parsed: ParsedDump<Tcpdump>,
	{ host, netns }: { readonly host: string; readonly netns: string | null },
): Recording {
	const { dump, ast } = parsed;
	const citeAt = citer(parsed);
	const byEnds = new Map<string, Captured[]>();
	const byIdentity = new Map<string, Captured[]>();
	const add = (index: Map<string, Captured[]>, key: string, packet: Captured): void => {
		const before = index.get(key);
		if (before === undefined) index.set(key, [packet]);
		else before.push(packet);
	};
	let command = dump.command === undefined ? undefined : readTcpdump(dump.command);
	let iface = command?.iface;
	let whole = dump.flaws === undefined || dump.flaws.length === 0;
	let printed = 0;
	for (const statement of ast.statements) {
		switch (statement.type) {
			case "banner":
				if (statement.of === "listening") iface = statement.name.value;
				else {
					iface ??= interfaceOf(statement.name.value);
					// A file may have been written with a filter that nothing tells.
					command = undefined;
				}
				break;
			case "summary":
				if (statement.of.startsWith("dropped") && statement.count.value > 0) whole = false;
				if (statement.of === "captured" && statement.count.value !== printed) whole = false;
				break;
			case "packet": {
				printed++;
				const captured = readPacket(statement, parsed, citeAt);
				if (captured === undefined) whole &&= isOther(statement);
				else {
					add(byEnds, endsKey(captured.src, captured.dst), captured);
					if (captured.identity !== undefined) add(byIdentity, captured.identity, captured);
					// `http-alt` is another port elsewhere, and then none.
					whole &&=
						captured.message !== undefined || (captured.sport !== undefined && captured.dport !== undefined);
				}
				break;
			}
			case "unparsed":
			case "continuation":
				whole = false;
				break;
		}
	}
	if (command?.count !== undefined && printed >= command.count) whole = false;
	return {
		host,
		netns,
		source: `${dump.source.name}:${dump.source.locate(dump.start).line}`,
		...(iface !== undefined && { iface }),
		...(command && { command }),
		whole,
		byEnds,
		byIdentity,
	};
}

/** `/lab/if/ingress_sbox.eth0.pcap`: whoever captures at several places names the files by them. */
function interfaceOf(path: string): string | undefined {
	const parts = path.replace(/^.*\//, "").split(".");
	return parts.length === 3 && parts[2]!.startsWith("pcap") ? parts[1] : undefined;
}

/** A packet of a protocol that is not traced: one that is, and could not be read, may have been any. */
function isOther({ network, transport }: Layers): boolean {
	switch (network.type) {
		case "arp":
		case "stp":
		case "lldp":
		case "head":
			return true;
		case "ip":
		case "ip6": {
			if (transport === undefined) return false;
			const payload = transport.type === "udp" ? transport.payload : undefined;
			if (payload?.type === "vxlan" && payload.inner !== undefined) return isOther(payload.inner);
			return !UNTOLD.has(transport.type);
		}
		default:
			return false;
	}
}

const UNTOLD: ReadonlySet<string> = new Set(["tcp", "udp", "icmp", "icmp6", "cut", "text", "ip-protocol"]);

function readPacket(
	packet: Packet,
	{ dump }: ParsedDump,
	citeAt: (offset: number) => Cite,
): Captured | undefined {
	const { timestamp, interface: column, link } = packet;
	const payload = packet.transport?.type === "udp" ? packet.transport.payload : undefined;
	const tunnel = payload?.type === "vxlan" && payload.inner !== undefined ? payload : undefined;
	const layers: Layers = tunnel?.inner ?? packet;
	const ends = endsOf(layers.network);
	const carried = layers.transport && carriedBy(layers.transport);
	const outer = tunnel && endsOf(packet.network);
	if (ends === undefined || carried === undefined || (tunnel && outer === undefined)) return undefined;
	const direction = column?.direction.value ?? (link?.type === "cooked" ? link.direction?.value : undefined);
	return {
		...carried,
		...(carried.protocol === "icmp" || carried.protocol === "icmp6"
			? { src: ends.src, dst: ends.dst }
			: ends),
		...(tunnel && outer && { vxlan: { vni: tunnel.vni.value, src: outer.src, dst: outer.dst } }),
		...(column && { iface: column.name.value }),
		...(direction !== undefined && { direction }),
		...(timestamp && {
			time: dump.source.text.slice(dump.start + timestamp.start, dump.start + timestamp.end).trim(),
		}),
		get cite() {
			return citeAt(packet.start);
		},
	};
}

type Ends = Pick<Captured, "src" | "dst" | "sport" | "dport">;

/** None where a name stands for an address. */
function endsOf(network: Layers["network"]): Ends | undefined {
	if (network.type !== "ip" && network.type !== "ip6") return undefined;
	const { source, destination, ports }: Ip | Ip6 = network;
	if (source.host.type !== "ip" || destination.host.type !== "ip") return undefined;
	const [src, dst] = [bitsOf(source.host.value), bitsOf(destination.host.value)];
	if (src === undefined || dst === undefined) return undefined;
	const port = (each: Port | undefined): number | undefined => each?.number;
	const [sport, dport] = [port(ports?.source ?? source.port), port(ports?.destination ?? destination.port)];
	return {
		src: textOf(src),
		dst: textOf(dst),
		...(sport !== undefined && { sport }),
		...(dport !== undefined && { dport }),
	};
}

type Carried = Pick<Captured, "protocol" | "flags" | "identity" | "message">;

function carriedBy(transport: Transport): Carried | undefined {
	switch (transport.type) {
		case "tcp": {
			const { flags, sequence, ack } = transport;
			const opens = flags?.value.includes("S") === true && ack === undefined;
			return {
				protocol: "tcp",
				...(flags && { flags: flags.value }),
				...(opens && sequence && { identity: `seq ${sequence.first.value}` }),
			};
		}
		case "udp":
			return { protocol: "udp" };
		case "icmp":
		case "icmp6": {
			const { message, type } = transport;
			const echo = message.type === "echo-request" && message.id !== undefined;
			return {
				protocol: type,
				message: message.type,
				...(echo && { identity: `id ${message.id!.value} seq ${message.sequence.value}` }),
			};
		}
		default:
			return undefined;
	}
}
