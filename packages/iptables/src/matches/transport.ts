import type { Num, Span } from "@netfossil/core";
import type { Extension } from "../extension.ts";
import {
	type IcmpType,
	icmpType,
	listedFlags,
	listedIcmp,
	listedPorts,
	type NumberRange,
	type NumberValue,
	number,
	numberRange,
	type PortList,
	type PortRange,
	portList,
	portRange,
	readNumber,
	type TcpFlags,
	type Toggle,
	tcpFlags,
	toggle,
} from "../values.ts";

const ports = portRange(":");
const listedSource = listedPorts("spt", "spts");
const listedDestination = listedPorts("dpt", "dpts");

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
	],
	list: " tcp[ {sourcePort}][ {destinationPort}][ option={!!option}{option}][ {flags}]",
	listValues: { sourcePort: listedSource, destinationPort: listedDestination, flags: listedFlags },
	bare: " tcp",
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
};

/** `-p sctp -m sctp --dport 5060`, listed `sctp dpt:5060` (libxt_sctp). */
export interface SctpMatch extends Span {
	readonly type: "sctp";
	readonly sourcePort?: PortRange;
	readonly destinationPort?: PortRange;
}
export const sctp: Extension<SctpMatch> = {
	type: "sctp",
	protocol: ["sctp"],
	save: [
		{ flag: "--sport", key: "sourcePort", value: ports },
		{ flag: "--dport", key: "destinationPort", value: ports },
	],
	list: " sctp[ {sourcePort}][ {destinationPort}]",
	listValues: { sourcePort: listedSource, destinationPort: listedDestination },
	bare: " sctp",
};

/** `-p dccp -m dccp --sport 1`, listed `dccp spt:1` (libxt_dccp). */
export interface DccpMatch extends Span {
	readonly type: "dccp";
	readonly sourcePort?: PortRange;
	readonly destinationPort?: PortRange;
}
export const dccp: Extension<DccpMatch> = {
	type: "dccp",
	protocol: ["dccp"],
	save: [
		{ flag: "--sport", key: "sourcePort", value: ports },
		{ flag: "--dport", key: "destinationPort", value: ports },
	],
	list: " dccp[ {sourcePort}][ {destinationPort}]",
	listValues: { sourcePort: listedSource, destinationPort: listedDestination },
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

/** `-p ah -m ah --ahspi 5`, listed `ah spi:5` (libipt_ah). */
export interface AhMatch extends Span {
	readonly type: "ah";
	readonly spi?: NumberRange;
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
}

const spi = numberRange(":");
/** `spi:5`, `spis:!0:10` */
const listedSpi: typeof spi = {
	...spi,
	ownNegation: true,
	pattern: /spis?:[^ \t]+/y,
	read: (printed, start) => {
		const parts = /^spis?:(!?)(.+)$/.exec(printed);
		if (parts === null) return undefined;
		const range = spi.read(parts[2]!, start + printed.length - parts[2]!.length);
		return range && { ...range, ...(parts[1] === "!" && { negated: true as const }) };
	},
	print: (range) =>
		`${range.to === undefined ? "spi" : "spis"}:${range.negated ? "!" : ""}${spi.print(range)}`,
};
export const ah: Extension<AhMatch> = {
	type: "ah",
	protocol: ["ah"],
	save: [{ flag: "--ahspi", key: "spi", value: spi }],
	list: " ah[ {spi}]",
	listValues: { spi: listedSpi },
};
export const ipcomp: Extension<IpcompMatch> = {
	type: "ipcomp",
	protocol: ["ipcomp"],
	save: [{ flag: "--ipcompspi", key: "spi", value: spi }],
	list: " comp[ {spi}]",
	listValues: { spi: listedSpi },
};
export const esp: Extension<EspMatch> = {
	type: "esp",
	protocol: ["esp"],
	save: [{ flag: "--espspi", key: "spi", value: spi }],
	list: " esp[ {spi}]",
	listValues: { spi: listedSpi },
};

/** `-m rt --rt-type 0 --rt-segsleft 0:3`, listed `rt type:0 segslefts:0:3` (libip6t_rt). */
export interface RtMatch extends Span {
	readonly type: "rt";
	readonly routingType?: NumberValue;
	readonly segmentsLeft?: NumberRange;
	readonly length?: NumberValue;
}
const segments = numberRange(":");
export const rt: Extension<RtMatch> = {
	type: "rt",
	save: [
		{ flag: "--rt-type", key: "routingType", value: number },
		{ flag: "--rt-segsleft", key: "segmentsLeft", value: segments },
		{ flag: "--rt-len", key: "length", value: number },
	],
	list: " rt[ type:{!!routingType}{routingType}][ {segmentsLeft}][ length:{!!length}{length}]",
	listValues: {
		segmentsLeft: {
			...segments,
			ownNegation: true,
			pattern: /segslefts?:[^ \t]+/y,
			read: (printed, start) => {
				const parts = /^segslefts?:(!?)(.+)$/.exec(printed);
				if (parts === null) return undefined;
				const range = segments.read(parts[2]!, start + printed.length - parts[2]!.length);
				return range && { ...range, ...(parts[1] === "!" && { negated: true as const }) };
			},
			print: (range) =>
				`${range.to === undefined ? "segsleft" : "segslefts"}:${range.negated ? "!" : ""}${segments.print(range)}`,
		},
	},
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

/** What a list without `-n` calls the types (libip6t_mh), from 0. */
const MOBILITY_TYPES = [
	"binding-refresh-request",
	"home-test-init",
	"careof-test-init",
	"home-test",
	"careof-test",
	"binding-update",
	"binding-acknowledgement",
	"binding-error",
];
const mobilityTypes = numberRange(":");
/** `1`, `home-test:binding-error`, `careof-test:241` */
const listedMobility: typeof mobilityTypes = {
	...mobilityTypes,
	read: (printed, start) => {
		const named = (word: string, at: number): Num | undefined => {
			const value = MOBILITY_TYPES.indexOf(word);
			return value === -1 ? readNumber(word, at) : { value, text: word, start: at, end: at + word.length };
		};
		const [first = "", last] = printed.split(":");
		const from = named(first, start);
		const to = last === undefined ? undefined : named(last, start + first.length + 1);
		if (from === undefined || (last !== undefined && to === undefined)) return undefined;
		return { from, ...(to && { to }), start, end: start + printed.length };
	},
};

/** `-p mobility-header -m mh --mh-type 1`, listed `mh 1`, without `-n` `mh home-test-init` (libip6t_mh). */
export interface MhMatch extends Span {
	readonly type: "mh";
	readonly messageType?: NumberRange;
}
export const mh: Extension<MhMatch> = {
	type: "mh",
	protocol: ["mobility-header", "mh"],
	save: [{ flag: "--mh-type", key: "messageType", value: mobilityTypes }],
	list: " mh {!!messageType}{messageType}",
	listValues: { messageType: listedMobility },
};

/** `-m hbh --hbh-len 42`, listed `hbh length:42` (libip6t_hbh). */
export interface HbhMatch extends Span {
	readonly type: "hbh";
	readonly length?: NumberValue;
}
export const hbh: Extension<HbhMatch> = {
	type: "hbh",
	save: [{ flag: "--hbh-len", key: "length", value: number }],
	list: " hbh length:{!!length}{length}",
};
