import type { Span } from "@netfossil/core";
import type { Extension } from "../extension.ts";
import {
	type ChunkTypes,
	chunkTypes,
	type IcmpType,
	icmpType,
	listedFlags,
	listedIcmp,
	listedPorts,
	listedRange,
	type NameList,
	type NumberRange,
	type NumberValue,
	nameList,
	number,
	numberRange,
	type PortList,
	type PortRange,
	portList,
	portRange,
	synFlags,
	type TcpFlags,
	type Toggle,
	tcpFlags,
	toggle,
	translated,
} from "../values.ts";

const ports = portRange(":");
const listedSource = listedPorts("spt", "spts");
const listedDestination = listedPorts("dpt", "dpts");
/** `! --sport 0:65535`, which no packet has: the save form of 1.8 leaves it out. */
const noPort = { from: { type: "port", number: 0 }, to: { type: "port", number: 65535 }, negated: true };

/** `-p tcp -m tcp --dport 8080`, listed `tcp dpt:8080` (libxt_tcp). */
export interface TcpMatch extends Span {
	readonly type: "tcp";
	readonly sourcePort?: PortRange;
	readonly destinationPort?: PortRange;
	/** The number of a TCP option that must be there. */
	readonly option?: NumberValue;
	readonly flags?: TcpFlags;
}
export const tcp: Extension<TcpMatch> = {
	type: "tcp",
	protocol: ["tcp"],
	save: [
		{ flag: "--sport", key: "sourcePort", value: ports, aliases: ["--source-port"] },
		{ flag: "--dport", key: "destinationPort", value: ports, aliases: ["--destination-port"] },
		{ flag: "--tcp-option", key: "option", value: number },
		{ flag: "--tcp-flags", key: "flags", value: tcpFlags },
		{ flag: "--syn", key: "flags", value: synFlags, byHand: true },
	],
	list: " tcp[ {sourcePort}][ {destinationPort}][ option={!!option}{option}][ {flags}]",
	listValues: { sourcePort: listedSource, destinationPort: listedDestination, flags: listedFlags },
	bare: " tcp",
	unsaved: { sourcePort: noPort, destinationPort: noPort },
};

/** `-p udp -m udp --dport 53`, listed `udp dpt:53` (libxt_udp). */
export interface UdpMatch extends Span {
	readonly type: "udp";
	readonly sourcePort?: PortRange;
	readonly destinationPort?: PortRange;
}
export const udp: Extension<UdpMatch> = {
	type: "udp",
	protocol: ["udp", "udplite"],
	save: [
		{ flag: "--sport", key: "sourcePort", value: ports, aliases: ["--source-port"] },
		{ flag: "--dport", key: "destinationPort", value: ports, aliases: ["--destination-port"] },
	],
	list: " udp[ {sourcePort}][ {destinationPort}]",
	listValues: { sourcePort: listedSource, destinationPort: listedDestination },
	bare: " udp",
	unsaved: { sourcePort: noPort, destinationPort: noPort },
};

/** `-p sctp -m sctp --dport 5060 --chunk-types any INIT,SACK`, listed `sctp dpt:5060 any 0x0001,0x0003`. */
export interface SctpMatch extends Span {
	readonly type: "sctp";
	readonly sourcePort?: PortRange;
	readonly destinationPort?: PortRange;
	/** By name in the save form, by number in a list with `-n`. */
	readonly chunks?: ChunkTypes;
}
export const sctp: Extension<SctpMatch> = {
	type: "sctp",
	protocol: ["sctp"],
	save: [
		{ flag: "--sport", key: "sourcePort", value: ports },
		{ flag: "--dport", key: "destinationPort", value: ports },
		{ flag: "--chunk-types", key: "chunks", value: chunkTypes },
	],
	list: " sctp[ {sourcePort}][ {destinationPort}][ {!chunks}{chunks}]",
	listValues: { sourcePort: listedSource, destinationPort: listedDestination },
	bare: " sctp",
};

/** `-p dccp -m dccp --sport 1 --dccp-types CLOSE --dccp-option 3`, listed `dccp spt:1 6 option=3` (libxt_dccp). */
export interface DccpMatch extends Span {
	readonly type: "dccp";
	readonly sourcePort?: PortRange;
	readonly destinationPort?: PortRange;
	/** REQUEST … SYNCACK, INVALID; numbers in a list with `-n`, where INVALID is `10,11,12,13,14,15`. */
	readonly types?: NameList;
	/** The number of a DCCP option that must be there. */
	readonly option?: NumberValue;
}
const DCCP_TYPES = [
	"REQUEST",
	"RESPONSE",
	"DATA",
	"ACK",
	"DATAACK",
	"CLOSEREQ",
	"CLOSE",
	"RESET",
	"SYNC",
	"SYNCACK",
	"INVALID",
];
const listedDccpTypes = translated(/(?:\d+|[A-Z]+)(?:,(?:\d+|[A-Z]+))*(?![^ \t])/y, (printed) => {
	const names = printed.split(",").map((each) => {
		if (!/^\d+$/.test(each)) return DCCP_TYPES.includes(each) ? each : undefined;
		return Number(each) > 15 ? undefined : (DCCP_TYPES[Number(each)] ?? "INVALID");
	});
	return names.includes(undefined) ? undefined : [...new Set(names as string[])];
});
export const dccp: Extension<DccpMatch> = {
	type: "dccp",
	protocol: ["dccp"],
	save: [
		{ flag: "--sport", key: "sourcePort", value: ports },
		{ flag: "--dport", key: "destinationPort", value: ports },
		{ flag: "--dccp-types", key: "types", value: nameList() },
		{ flag: "--dccp-option", key: "option", value: number },
	],
	list: " dccp[ {sourcePort}][ {destinationPort}][ {!types}{types}][ option={!!option}{option}]",
	listValues: { sourcePort: listedSource, destinationPort: listedDestination, types: listedDccpTypes },
	bare: " dccp",
};

/** `-m multiport --dports 80,443,8000:8100`, listed `multiport dports 80,443,8000:8100` (libxt_multiport). */
export interface MultiportMatch extends Span {
	readonly type: "multiport";
	readonly sourcePorts?: PortList;
	readonly destinationPorts?: PortList;
	/** Either side. */
	readonly ports?: PortList;
}
export const multiport: Extension<MultiportMatch> = {
	type: "multiport",
	save: [
		{ flag: "--sports", key: "sourcePorts", value: portList, aliases: ["--source-ports"] },
		{ flag: "--dports", key: "destinationPorts", value: portList, aliases: ["--destination-ports"] },
		{ flag: "--ports", key: "ports", value: portList },
	],
	// Two blanks stand before a negation: `multiport dports  !80,443`.
	list: [
		{ format: " multiport sports {!_sourcePorts}{sourcePorts}" },
		{ format: " multiport dports {!_destinationPorts}{destinationPorts}" },
		{ format: " multiport ports {!_ports}{ports}" },
	],
};

/** `-p icmp -m icmp --icmp-type 8`, listed `icmptype 8` or `icmp echo-request` (libxt_icmp). */
export interface IcmpMatch extends Span {
	readonly type: "icmp";
	readonly icmpType?: IcmpType;
}
export const icmp: Extension<IcmpMatch> = {
	type: "icmp",
	protocol: ["icmp"],
	save: [{ flag: "--icmp-type", key: "icmpType", value: icmpType(4) }],
	list: " {icmpType}",
	listValues: { icmpType: listedIcmp(4) },
	// Type 255 matches any, whatever the code: the save form writes `any`.
	unsaved: { "icmpType.code": 255 },
};

/** `-p ipv6-icmp -m icmp6 --icmpv6-type 135`, listed `ipv6-icmptype 135` (libip6t_icmp6). */
export interface Icmp6Match extends Span {
	readonly type: "icmp6";
	readonly icmpType?: IcmpType;
}
export const icmp6: Extension<Icmp6Match> = {
	type: "icmp6",
	protocol: ["ipv6-icmp", "icmpv6"],
	save: [{ flag: "--icmpv6-type", key: "icmpType", value: icmpType(6) }],
	list: " {icmpType}",
	listValues: { icmpType: listedIcmp(6) },
};

/** `-m tcpmss --mss 1400:1500`, listed `tcpmss match 1400:1500` (libxt_tcpmss). */
export interface TcpmssMatch extends Span {
	readonly type: "tcpmss";
	readonly mss?: NumberRange;
}
export const tcpmss: Extension<TcpmssMatch> = {
	type: "tcpmss",
	save: [{ flag: "--mss", key: "mss", value: numberRange(":") }],
	list: " tcpmss match {!!mss}{mss}",
};

/** `-p ah -m ah --ahspi 5`, listed `ah spi:5` (libipt_ah, libip6t_ah). */
export interface AhMatch extends Span {
	readonly type: "ah";
	readonly spi?: NumberRange;
	/** Of the header, as ip6tables has it. */
	readonly length?: NumberValue;
	/** The reserved field must be zero; ip6tables only. */
	readonly reserved?: Toggle;
}
/** `-p esp -m esp --espspi 0:10`, listed `esp spis:0:10` (libxt_esp). */
export interface EspMatch extends Span {
	readonly type: "esp";
	readonly spi?: NumberRange;
}

/** `-p ipcomp -m ipcomp --ipcompspi 18`, listed `comp spi:18` (libxt_ipcomp). */
export interface IpcompMatch extends Span {
	readonly type: "ipcomp";
	readonly spi?: NumberRange;
	/** The reserved field must be zero. */
	readonly reserved?: Toggle;
}

const spi = numberRange(":");
const listedSpi = listedRange("spi");
/** `! --espspi 0:4294967295`, which no packet has: the save form of 1.8 leaves it out. */
const noNumber = { from: { value: 0 }, to: { value: 4294967295 }, negated: true };
export const ah: Extension<AhMatch> = {
	type: "ah",
	protocol: ["ah"],
	save: [
		{ flag: "--ahspi", key: "spi", value: spi },
		{ flag: "--ahlen", key: "length", value: number },
		{ flag: "--ahres", key: "reserved", value: toggle },
	],
	// ip6tables glues the length to the SPI: `ah spi:5length:8`.
	list: " ah [{spi}][length:{!!length}{length}][ reserved{?reserved}]",
	listValues: { spi: listedSpi },
	unsaved: { spi: noNumber },
};
export const ipcomp: Extension<IpcompMatch> = {
	type: "ipcomp",
	protocol: ["ipcomp"],
	save: [
		{ flag: "--ipcompspi", key: "spi", value: spi },
		{ flag: "--compres", key: "reserved", value: toggle },
	],
	list: " comp[ {spi}][ reserved{?reserved}]",
	listValues: { spi: listedSpi },
	unsaved: { spi: noNumber },
};
export const esp: Extension<EspMatch> = {
	type: "esp",
	protocol: ["esp"],
	save: [{ flag: "--espspi", key: "spi", value: spi }],
	list: " esp[ {spi}]",
	listValues: { spi: listedSpi },
	unsaved: { spi: noNumber },
};

/** `-m ecn ! --ecn-tcp-cwr --ecn-ip-ect 2`, listed `ECN match !CWR ECT=2` (libxt_ecn). */
export interface EcnMatch extends Span {
	readonly type: "ecn";
	readonly echo?: Toggle;
	readonly reduced?: Toggle;
	readonly codepoint?: NumberValue;
}
export const ecn: Extension<EcnMatch> = {
	type: "ecn",
	save: [
		{ flag: "--ecn-tcp-ece", key: "echo", value: toggle },
		{ flag: "--ecn-tcp-cwr", key: "reduced", value: toggle },
		{ flag: "--ecn-ip-ect", key: "codepoint", value: number },
	],
	list: " ECN match[ {!!echo}ECE{?echo}][ {!!reduced}CWR{?reduced}][ {!!codepoint}ECT={codepoint}]",
};
