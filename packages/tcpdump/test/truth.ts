/** The independent decode of a fixture's packets, and the claims of an AST that it can check. */
import type {
	Endpoint,
	Icmp,
	Icmp6,
	Ip,
	Ip6,
	Layers,
	Link,
	Packet,
	Sequence,
	Tcp,
	Timestamp,
	Udp,
} from "../src/index.ts";
import { type ApplicationTruth, application, optionFact, sctp } from "./truth-applications.ts";

export interface TruthLayers extends Omit<ApplicationTruth, "tcp"> {
	readonly link?: {
		readonly type: string;
		readonly src?: string;
		readonly dst?: string;
		readonly length?: number;
		readonly ethertype?: number;
		readonly pkttype?: number;
		/** An 802.3 frame, of which `ethertype` is the length. */
		readonly llc?: boolean;
		readonly vlans?: readonly { readonly id: number; readonly pcp: number; readonly dei: number }[];
	};
	readonly ip?: {
		readonly version: number;
		readonly src: string;
		readonly dst: string;
		readonly ttl: number;
		readonly tos: number;
		readonly id: number;
		readonly offset: number;
		readonly df: boolean;
		readonly mf: boolean;
		readonly proto: number;
		readonly len: number;
		readonly cksum_ok: boolean;
		readonly hlim: number;
		readonly nh: number;
		readonly plen: number;
		readonly flow: number;
		readonly options?: string;
		readonly frag?: { readonly offset: number; readonly mf: boolean; readonly id: number };
		/** The numbers of IPv6's extension headers. */
		readonly ext?: readonly number[];
	};
	readonly tcp?: {
		readonly sport: number;
		readonly dport: number;
		readonly seq: number;
		readonly ack: number;
		readonly flags: string;
		readonly win: number;
		readonly urg: number;
		readonly cksum: number;
		readonly cksum_ok?: boolean;
		readonly length: number;
		readonly options: readonly (readonly unknown[])[];
		readonly trunc?: boolean;
	};
	readonly udp?: {
		readonly sport: number;
		readonly dport: number;
		readonly length: number;
		readonly cksum_ok?: boolean;
	};
	readonly icmp?: {
		readonly type: number;
		readonly code: number;
		readonly length: number;
		readonly id: number;
		readonly seq: number;
		readonly mtu: number;
		readonly cksum_ok?: boolean;
		readonly gw?: string;
		/** The packet that the message quotes. */
		readonly inner?: TruthLayers;
	};
	readonly icmp6?: {
		readonly type: number;
		readonly length: number;
		readonly id: number;
		readonly seq: number;
		readonly target: string;
		readonly mtu: number;
		readonly code: number;
		readonly cksum_ok?: boolean;
		readonly inner?: TruthLayers;
		readonly hlim?: number;
		readonly lifetime?: number;
	};
	readonly arp?: {
		readonly op: number;
		readonly rarp: boolean;
		readonly spa: string;
		readonly tpa: string;
		readonly sha: string;
		readonly tha: string;
	};
	readonly payload?: { readonly length: number };
	readonly esp?: { readonly spi: number; readonly seq: number; readonly length: number };
	readonly igmp?: { readonly type: number; readonly group: string };
	readonly geneve?: { readonly vni: number };
	readonly gre?: {
		readonly key: number;
		readonly seq: number;
		readonly proto: number;
		readonly length: number;
	};
	readonly vxlan?: { readonly vni: number };
	readonly inner?: TruthLayers;
}

export interface Truth extends TruthLayers {
	readonly n: number;
	readonly sec: number;
	readonly nsec: number;
	readonly len: number;
}

/** Something that a text says, and what the bytes say of it. */
export interface Claim {
	readonly what: string;
	readonly said: unknown;
	readonly true: unknown;
}

/** Every claim of a packet that the decode can check. `absolute`: sequence numbers are those of the header. */
export function claims(packet: Packet, truth: Truth, absolute: boolean): Claim[] {
	const out: Claim[] = [];
	const claim = (what: string, said: unknown, fact: unknown): void => {
		out.push({ what, said, true: fact });
	};
	if (packet.number) claim("number", packet.number.value, truth.n);
	if (packet.timestamp) time(packet.timestamp, truth, claim);
	if (packet.interface && truth.link?.pkttype !== undefined) {
		claim("direction", packet.interface.direction.value, DIRECTIONS[truth.link.pkttype]);
	}
	layers(packet, truth, absolute, claim);
	const timers = packet.continuation?.find((line) => line.type === "router-timers");
	if (timers) {
		claim("router's hop limit", timers.hopLimit.value, truth.icmp6?.hlim);
		claim("router's lifetime", timers.lifetime.value, truth.icmp6?.lifetime);
	}
	return out;
}

type Check = (what: string, said: unknown, fact: unknown) => void;

const DIRECTIONS = ["In", "B", "M", "P", "Out"];

function time(stamp: Timestamp, { sec, nsec }: Truth, claim: Check): void {
	const nano = stamp.digits === 9 ? nsec : Math.floor(nsec / 1000) * 1000;
	if (stamp.form === "delta") return;
	claim("nanoseconds", stamp.nanoseconds, nano);
	claim("seconds", stamp.seconds, stamp.form === "epoch" ? sec : ((sec % 86400) + 86400) % 86400);
	if (stamp.date) claim("date", stamp.date, new Date(sec * 1000).toISOString().slice(0, 10));
}

function layers(said: Layers, truth: TruthLayers, absolute: boolean, claim: Check): void {
	if (said.link) link(said.link, truth, claim);
	const { network, transport } = said;
	// The decode does not look behind labels.
	if (said.encapsulation?.some(({ type }) => type === "mpls")) return;
	if (network.type === "lldp") claim("lldp length", network.length.value, truth.payload?.length);
	if (network.type === "ip" || network.type === "ip6") {
		claim("ip version", network.type === "ip" ? 4 : 6, truth.ip?.version);
		host("source", network.source, truth.ip?.src, claim);
		host("destination", network.destination, truth.ip?.dst, claim);
		const ports = truth.tcp ?? truth.udp;
		if (ports) {
			const { source = network.source.port, destination = network.destination.port } = network.ports ?? {};
			if (source?.number !== undefined) claim("source port", source.number, ports.sport);
			if (destination?.number !== undefined) claim("destination port", destination.number, ports.dport);
		}
		extensions(network, truth, claim);
	}
	if (network.type === "ip" && network.header && truth.ip) {
		const { header } = network;
		claim("ttl", header.ttl?.value ?? 0, truth.ip.ttl);
		claim("tos", header.tos.value, truth.ip.tos);
		claim("id", header.id.value, truth.ip.id);
		claim("offset", header.offset.value, truth.ip.offset);
		claim("don't fragment", header.flags.includes("DF"), truth.ip.df);
		claim("more fragments", header.flags.includes("+"), truth.ip.mf);
		claim("protocol", header.protocol.number, truth.ip.proto);
		// Of a packet that the device was to split the header says 0.
		claim("ip length", header.presumed === undefined ? header.length.value : 0, truth.ip.len);
		claim("ip checksum", header.badChecksum === undefined, truth.ip.cksum_ok);
		claim("ip options", header.options !== undefined, truth.ip.options !== undefined);
	}
	if (network.type === "ip6" && network.header && truth.ip) {
		const { header } = network;
		claim("hop limit", header.hopLimit.value, truth.ip.hlim);
		claim("next header", header.nextHeader.number, truth.ip.nh);
		claim("payload length", header.payloadLength.value, truth.ip.plen);
		claim("flow label", header.flowLabel?.value ?? 0, truth.ip.flow);
	}
	if (network.type === "ip" && network.excess) {
		claim("ip length", network.excess.total.value, truth.ip?.len);
	}
	if (network.type === "arp") {
		if (network.operation === "request") {
			claim("arp operation", 1, truth.arp?.op);
			if (network.target.type === "ip") claim("arp target", network.target.value, truth.arp?.tpa);
			if (network.sender.type === "ip") claim("arp sender", network.sender.value, truth.arp?.spa);
		}
		if (network.operation === "reply") {
			claim("arp operation", 2, truth.arp?.op);
			if (network.sender.type === "ip") claim("arp sender", network.sender.value, truth.arp?.spa);
			claim("arp sender's mac", network.senderMac.mac.value, truth.arp?.sha);
		}
		const reverse = { "reverse-request": 3, "reverse-reply": 4, "inverse-request": 8, "inverse-reply": 9 };
		if (network.operation === "unknown") claim("arp operation", network.number.value, truth.arp?.op);
		if (network.operation === "reverse-request" || network.operation === "inverse-request") {
			claim("arp operation", reverse[network.operation], truth.arp?.op);
			claim("arp target's mac", network.targetMac.mac.value, truth.arp?.tha);
			claim("arp sender's mac", network.senderMac.mac.value, truth.arp?.sha);
		}
		if (network.operation === "reverse-reply" || network.operation === "inverse-reply") {
			claim("arp operation", reverse[network.operation], truth.arp?.op);
			// 3.9 prints the target of an inverse reply where later releases print its sender.
			const target = network.operation === "reverse-reply" || network.form === "3.9";
			const mac = target ? truth.arp?.tha : truth.arp?.sha;
			claim("arp target's mac", network.mac.mac.value, mac);
			const address = target ? truth.arp?.tpa : truth.arp?.spa;
			if (network.address.type === "ip") claim("arp target", network.address.value, address);
		}
	}
	// Nor behind an authentication header.
	if ("extensions" in network && network.extensions?.some(({ type }) => type === "ah")) return;
	switch (transport?.type) {
		case "tcp":
			tcp(transport, present(network, truth), absolute, claim);
			if (transport.payload) upper(transport.payload, truth, claim);
			break;
		case "sctp":
			sctp(transport, truth, claim);
			break;
		case "udp":
			if (transport.length) claim("udp length", transport.length.value, truth.udp?.length);
			// Of a datagram that is longer than its packet the decode has no sum.
			if (transport.checksum?.state === "ok" && transport.available === undefined)
				claim("udp checksum", true, truth.udp?.cksum_ok);
			if (transport.checksum?.state === "bad") claim("udp checksum", false, truth.udp?.cksum_ok);
			if (transport.payload) upper(transport.payload, truth, claim);
			if (transport.payload?.type === "geneve") {
				const { vni, inner } = transport.payload;
				claim("geneve vni", vni.value, truth.geneve?.vni);
				if (inner) layers(inner, truth.inner ?? {}, absolute, claim);
			}
			if (transport.payload?.type === "vxlan") {
				claim("vni", transport.payload.vni.value, truth.vxlan?.vni);
				if (transport.payload.inner) layers(transport.payload.inner, truth.inner ?? {}, absolute, claim);
			}
			break;
		case "icmp":
			icmp(transport, truth, claim);
			// Of a quoted segment the numbers are its own flow's.
			if (transport.quoted) layers(transport.quoted, truth.icmp?.inner ?? {}, absolute, claim);
			break;
		case "icmp6":
			icmp6(transport, truth, claim);
			break;
		case "gre":
			if (transport.key) claim("gre key", transport.key.value, truth.gre?.key);
			if (transport.sequence) claim("gre seq", transport.sequence.value, truth.gre?.seq);
			if (transport.protocol?.code) claim("gre protocol", transport.protocol.code.value, truth.gre?.proto);
			claim("gre length", transport.length.value, truth.gre?.length);
			if (transport.inner) layers(transport.inner, truth.inner ?? {}, absolute, claim);
			break;
		case "esp":
			claim("esp spi", transport.spi.value, truth.esp?.spi);
			claim("esp seq", transport.sequence.value, truth.esp?.seq);
			claim("esp length", transport.length.value, truth.esp?.length);
			break;
		case "igmp": {
			const { message, version, group } = transport;
			const report = [18, 22, 34][(version?.value ?? 0) - 1];
			const types = { query: [17], report: [report], leave: [23], dvmrp: [19], pimv1: [20] };
			claim("igmp type", types[message].includes(truth.igmp?.type ?? 0), true);
			if (group?.type === "ip") claim("igmp group", group.value, truth.igmp?.group);
			break;
		}
		case "ip-protocol":
			if (transport.number) claim("protocol", transport.number.value, truth.ip?.proto);
			break;
		case "ip-in-ip":
			layers(transport.inner, truth.inner ?? {}, absolute, claim);
			break;
	}
}

function upper(said: NonNullable<Udp["payload"] | Tcp["payload"]>, truth: TruthLayers, claim: Check): void {
	if (said.type !== "text" && !("vni" in said)) application(said, truth, claim);
}

function link(said: Link, truth: TruthLayers, claim: Check): void {
	if (said.type === "loopback" || said.type === "raw") return;
	if (said.source) claim("mac source", said.source.mac.value, truth.link?.src);
	const tags = said.vlans ?? [];
	const type = (tags.at(-1) ?? said).ethertype;
	// 3.9 does not know the tag of 802.1ad, and prints no more than its number.
	if (type?.code?.value === 0x88a8) {
		claim("vlan tags", true, (truth.link?.vlans?.length ?? 0) > tags.length);
		return;
	}
	claim("vlan tags", tags.length, truth.link?.vlans?.length ?? 0);
	tags.forEach((tag, index) => {
		const fact = truth.link?.vlans?.[index];
		claim("vlan", tag.id.value, fact?.id);
		claim("vlan priority", tag.priority, fact?.pcp);
		claim("vlan drop eligible", tag.dropEligible === true, fact?.dei === 1);
	});
	if (said.type === "ethernet") {
		claim("mac destination", said.destination.mac.value, truth.link?.dst);
		// An 802.3 frame prints the length of its own header, which the decode keeps as the Ethernet type.
		const length = truth.link?.llc ? truth.link.ethertype : truth.link?.length;
		claim("link length", said.length.value, length);
	}
	if (type?.code) claim("ethertype", type.code.value, truth.link?.ethertype);
}

function host(what: string, said: Endpoint, fact: string | undefined, claim: Check): void {
	if (said.host.type === "ip") claim(what, said.host.value, fact);
}

/** The numbers of the extension headers that have a type. */
const EXTENSIONS = { "hop-by-hop": 0, routing: 43, fragment: 44, ah: 51, "destination-options": 60 };

function extensions({ type, extensions: said = [] }: Ip | Ip6, truth: TruthLayers, claim: Check): void {
	for (const each of said) {
		if (each.type === "other") continue;
		if (type === "ip6") claim("extension", truth.ip?.ext?.includes(EXTENSIONS[each.type]), true);
		if (each.type === "fragment") {
			claim("fragment's offset", each.offset.value, truth.ip?.frag?.offset);
			if (each.id) claim("fragment's id", each.id.value, truth.ip?.frag?.id);
		}
		if (each.type === "ah") claim("protocol", 51, truth.ip?.proto);
	}
}

/** What the bytes say where IP's length is more than has come: 5.0 prints what there is. */
function present(network: Layers["network"], truth: TruthLayers): TruthLayers {
	if (network.type !== "ip" || network.excess === undefined || truth.tcp === undefined) return truth;
	const { total, length } = network.excess;
	return { ...truth, tcp: { ...truth.tcp, length: truth.tcp.length - (total.value - length.value) } };
}

function tcp(said: Tcp, truth: TruthLayers, absolute: boolean, claim: Check): void {
	const fact = truth.tcp;
	if (fact === undefined) {
		claim("tcp", true, false);
		return;
	}
	// Of a header whose length is wrong, tcpdump prints that of the datagram less the wrong one.
	if (said.length && said.flaw === undefined) claim("tcp length", said.length.value, fact.length);
	// The header of 3.9 that is cut tells of no acknowledgement; 4.99 does not print AE.
	if (said.flags && !(said.form === "3.9" && said.flaw !== undefined)) {
		const known = said.flags.value.includes("e") ? fact.flags : fact.flags.replace("N", "");
		claim("tcp flags", letters(said), [...known].sort().join(""));
	}
	if (said.window) claim("window", said.window.value, fact.win);
	if (said.urgent) claim("urgent", said.urgent.value, fact.urg);
	if (said.checksum) {
		claim("tcp checksum", said.checksum.value.value, fact.cksum);
		if (fact.cksum_ok !== undefined)
			claim("tcp checksum state", said.checksum.state === "correct", fact.cksum_ok);
	}
	const whole = absolute || said.flags?.value.includes("S") === true;
	if (said.sequence) sequence(said.sequence, fact, whole, claim);
	if (said.ack && whole) claim("ack", said.ack.value, fact.ack);
	for (const [index, option] of (said.options ?? []).entries()) {
		const own = optionFact(option);
		if (own === undefined || (option.type === "sack" && !absolute)) continue;
		claim("option", own, fact.options[index]);
	}
}

function sequence(said: Sequence, fact: NonNullable<TruthLayers["tcp"]>, whole: boolean, claim: Check): void {
	if (whole) claim("seq", said.first.value, fact.seq);
	if (said.next) claim("seq span", (said.next.value - said.first.value + 2 ** 32) % 2 ** 32, fact.length);
}

/** 3.9 prints the flags of an acknowledgement and of urgent data by their numbers alone. */
function letters({ form, flags, ack, urgent }: Tcp): string {
	const signs = flags?.value === "none" ? "" : (flags?.value ?? "");
	const acknowledged = form === "3.9" ? ack !== undefined : signs.includes(".");
	const more = [acknowledged ? "A" : "", form === "3.9" && urgent !== undefined ? "U" : ""].join("");
	return [...signs.replace(".", "").replace("W", "C").replace("e", "N"), ...more].sort().join("");
}

/** The types of ICMP's messages. */
const TYPES: Readonly<Record<string, number>> = {
	"echo-reply": 0,
	unreachable: 3,
	"source-quench": 4,
	redirect: 5,
	"echo-request": 8,
	"router-advertisement": 9,
	"router-solicitation": 10,
	"time-exceeded": 11,
	"parameter-problem": 12,
	"timestamp-request": 13,
	"timestamp-reply": 14,
	"information-request": 15,
	"information-reply": 16,
	"address-mask-request": 17,
	"address-mask-reply": 18,
	"extended-echo-request": 42,
	"extended-echo-reply": 43,
};

/** The codes that each thing which was not reached may have. */
const UNREACHABLE = {
	net: [0, 6, 9, 11],
	host: [1, 7, 8, 10, 12, 13],
	protocol: [2],
	port: [3],
	fragmentation: [4],
	destination: [5],
};

function icmp({ message, length, badChecksum, quoted }: Icmp, truth: TruthLayers, claim: Check): void {
	const fact = truth.icmp;
	if (length) claim("icmp length", length.value, fact?.length);
	if (badChecksum) claim("icmp checksum", false, fact?.cksum_ok);
	if (message.type !== "text") {
		const type = message.type === "unknown" ? message.number.value : TYPES[message.type];
		claim("icmp type", type, fact?.type);
	}
	// The decode does not know extended echoes.
	if (message.type.startsWith("extended-")) return;
	if ("id" in message) claim("icmp id", message.id?.value, fact?.id);
	if ("sequence" in message) claim("icmp seq", message.sequence.value, fact?.seq);
	const about = fact?.inner?.ip;
	switch (message.type) {
		case "unreachable":
			claim("icmp code", UNREACHABLE[message.what].includes(fact?.code ?? -1), true);
			if (message.mtu) claim("icmp mtu", message.mtu.value, fact?.mtu);
			if (message.address?.type === "ip") claim("icmp destination", message.address.value, about?.dst);
			if (message.protocolNumber) claim("icmp protocol", message.protocolNumber.value, about?.proto);
			if (message.port?.number !== undefined)
				claim("icmp port", message.port.number, (fact?.inner?.udp ?? fact?.inner?.tcp)?.dport);
			break;
		case "time-exceeded":
			claim("icmp code", message.what === "transit" ? 0 : 1, fact?.code);
			break;
		case "redirect":
			if (message.gateway.type === "ip") claim("icmp gateway", message.gateway.value, fact?.gw);
			if (message.destination.type === "ip") claim("icmp destination", message.destination.value, about?.dst);
			break;
	}
	// 3.9 takes the data of a type that it does not know for a packet, and says that it is none.
	if (quoted && (quoted.network.type === "ip" || quoted.network.type === "ip6"))
		claim("icmp quotes", true, fact?.inner !== undefined);
}

/** The types of ICMPv6's messages. */
const TYPES6: Readonly<Record<string, number>> = {
	unreachable: 1,
	"packet-too-big": 2,
	"time-exceeded": 3,
	"parameter-problem": 4,
	"echo-request": 128,
	"echo-reply": 129,
	"listener-query": 130,
	"listener-query-v2": 130,
	"listener-report": 131,
	"listener-done": 132,
	"router-solicitation": 133,
	"router-advertisement": 134,
	"neighbor-solicitation": 135,
	"neighbor-advertisement": 136,
	redirect: 137,
	"listener-report-v2": 143,
};
const UNREACHABLE6 = { net: [0], host: [3], port: [4], destination: [1, 2], protocol: [], fragmentation: [] };

function icmp6({ message, length, checksum }: Icmp6, truth: TruthLayers, claim: Check): void {
	const fact = truth.icmp6;
	if (length) claim("icmp6 length", length.value, fact?.length);
	if (checksum !== undefined) claim("icmp6 checksum", checksum === "icmp6 sum ok", truth.icmp6?.cksum_ok);
	if (message.type !== "text") claim("icmp6 type", TYPES6[message.type], fact?.type);
	if ("id" in message && message.id) claim("icmp6 id", message.id.value, fact?.id);
	if ("sequence" in message) claim("icmp6 seq", message.sequence.value, fact?.seq);
	if ("target" in message && message.target.type === "ip")
		claim("icmp6 target", message.target.value, fact?.target);
	if (message.type === "packet-too-big") claim("icmp6 mtu", message.mtu.value, fact?.mtu);
	if (message.type === "unreachable") {
		const codes: readonly number[] = UNREACHABLE6[message.what];
		claim("icmp6 code", codes.includes(fact?.code ?? -1), true);
	}
	if ((message.type === "unreachable" || message.type === "time-exceeded") && message.address?.type === "ip")
		claim("icmp6 destination", message.address.value, fact?.inner?.ip?.dst);
	if (message.type === "unreachable" && message.port?.number !== undefined)
		claim("icmp6 port", message.port.number, (fact?.inner?.udp ?? fact?.inner?.tcp)?.dport);
}
