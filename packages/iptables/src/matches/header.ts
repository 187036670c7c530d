import type { Span } from "@netfossil/core";
import type { Extension } from "../extension.ts";
import {
	type AddressList,
	addressList,
	type HeaderOptions,
	headerOptions,
	listedRange,
	type NameList,
	type Network,
	type NumberRange,
	type NumberValue,
	nameList,
	network,
	number,
	numberRange,
	spaced,
	type Toggle,
	toggle,
	translated,
} from "../values.ts";

// The extension headers of IPv6: all of these are ip6tables' alone.

const range = numberRange(":");
/** `! --fragid 0:4294967295`, which no packet has: the save form leaves it out. */
const noNumber = { from: { value: 0 }, to: { value: 4294967295 }, negated: true };

/** `-m frag --fragid 1:9 --fragmore`, listed `frag ids:1:9 more` (libip6t_frag). */
export interface FragMatch extends Span {
	readonly type: "frag";
	readonly id?: NumberRange;
	readonly length?: NumberValue;
	/** The reserved field must be zero. */
	readonly reserved?: Toggle;
	readonly first?: Toggle;
	readonly more?: Toggle;
	readonly last?: Toggle;
}
export const frag: Extension<FragMatch> = {
	type: "frag",
	save: [
		{ flag: "--fragid", key: "id", value: range },
		{ flag: "--fraglen", key: "length", value: number },
		{ flag: "--fragres", key: "reserved", value: toggle },
		{ flag: "--fragfirst", key: "first", value: toggle },
		{ flag: "--fragmore", key: "more", value: toggle },
		{ flag: "--fraglast", key: "last", value: toggle },
	],
	// Without an id two blanks follow the name: `frag  first`.
	list: " frag [{id}][ length:{!!length}{length}][ reserved{?reserved}][ first{?first}][ more{?more}][ last{?last}]",
	listValues: { id: listedRange("id") },
	unsaved: { id: noNumber },
};

/** `-m rt --rt-type 0 --rt-segsleft 0:3`, listed `rt type:0 segslefts:0:3` (libip6t_rt). */
export interface RtMatch extends Span {
	readonly type: "rt";
	readonly routingType?: NumberValue;
	readonly segmentsLeft?: NumberRange;
	readonly length?: NumberValue;
	/** The reserved field must be zero. */
	readonly reserved?: Toggle;
	readonly addresses?: AddressList;
	/** Others may stand between the addresses. */
	readonly notStrict?: Toggle;
}
export const rt: Extension<RtMatch> = {
	type: "rt",
	save: [
		{ flag: "--rt-type", key: "routingType", value: number },
		{ flag: "--rt-segsleft", key: "segmentsLeft", value: range },
		{ flag: "--rt-len", key: "length", value: number },
		{ flag: "--rt-0-res", key: "reserved", value: toggle },
		{ flag: "--rt-0-addrs", key: "addresses", value: addressList },
		{ flag: "--rt-0-not-strict", key: "notStrict", value: toggle },
	],
	list: " rt[ type:{!!routingType}{routingType}][ {segmentsLeft}][ length:{!!length}{length}][ reserved{?reserved}][ 0-addrs {addresses}][ 0-not-strict{?notStrict}]",
	listValues: { segmentsLeft: listedRange("segsleft") },
	unsaved: { segmentsLeft: noNumber },
};

/** `-m hbh --hbh-len 42 --hbh-opts 149:92,12`, listed `hbh length:42 opts 149:92,12` (libip6t_hbh). */
export interface HbhMatch extends Span {
	readonly type: "hbh";
	readonly length?: NumberValue;
	readonly options?: HeaderOptions;
}
export const hbh: Extension<HbhMatch> = {
	type: "hbh",
	save: [
		{ flag: "--hbh-len", key: "length", value: number },
		{ flag: "--hbh-opts", key: "options", value: headerOptions },
	],
	list: " hbh[ length:{!!length}{length}][ opts {options}]",
};

/** `-m dst --dst-len 42 --dst-opts 149:92,12`, listed `dst length:42 opts 149:92,12` (libip6t_dst). */
export interface DstMatch extends Span {
	readonly type: "dst";
	readonly length?: NumberValue;
	readonly options?: HeaderOptions;
}
export const dst: Extension<DstMatch> = {
	type: "dst",
	save: [
		{ flag: "--dst-len", key: "length", value: number },
		{ flag: "--dst-opts", key: "options", value: headerOptions },
	],
	list: " dst[ length:{!!length}{length}][ opts {options}]",
};

/** `-m ipv6header --header hop-by-hop,esp --soft`, listed `ipv6header flags:0x84 soft` (libip6t_ipv6header). */
export interface Ipv6headerMatch extends Span {
	readonly type: "ipv6header";
	/** In the kernel's order of bits; a list with `-n` adds them up. */
	readonly headers?: NameList;
	/** Other headers may be there too. */
	readonly soft?: Toggle;
}
/** From bit 7 down. */
const HEADERS = ["hop-by-hop", "ipv6-opts", "ipv6-route", "ipv6-frag", "ah", "esp", "ipv6-nonxt", "protocol"];
const listedHeaders = translated(/[^ \t]+/y, (printed) => {
	if (!/^0x[0-9A-F]{2}$/.test(printed)) return /^[\w,-]+$/.test(printed) ? printed.split(",") : undefined;
	return HEADERS.filter((_, index) => Number(printed) & (0x80 >> index));
});
export const ipv6header: Extension<Ipv6headerMatch> = {
	type: "ipv6header",
	save: [
		{ flag: "--header", key: "headers", value: nameList() },
		{ flag: "--soft", key: "soft", value: toggle },
	],
	list: " ipv6header[ flags:{!!headers}{headers}][ soft{?soft}]",
	listValues: { headers: listedHeaders },
};

/** `-p mobility-header -m mh --mh-type 1`, listed `mh 1` or `mh home-test-init` (libip6t_mh). */
export interface MhMatch extends Span {
	readonly type: "mh";
	readonly messageType?: NumberRange;
}
const MOBILITY = [
	"binding-refresh-request",
	"home-test-init",
	"careof-test-init",
	"home-test",
	"careof-test",
	"binding-update",
	"binding-acknowledgement",
	"binding-error",
];
export const mh: Extension<MhMatch> = {
	type: "mh",
	protocol: ["mobility-header", "mh"],
	save: [{ flag: "--mh-type", key: "messageType", value: range }],
	list: " mh[ {!!messageType}{messageType}]",
	unsaved: { messageType: { from: { value: 0 }, to: { value: 255 }, negated: true } },
	listValues: { messageType: numberRange(":", MOBILITY) },
};

/** `-m srh --srh-next-hdr 17 --srh-psid a::/64`, listed `srh next-hdr:17 psid  a::/64` (libip6t_srh). */
export interface SrhMatch extends Span {
	readonly type: "srh";
	readonly nextHeader?: NumberValue;
	readonly lengthEquals?: NumberValue;
	readonly lengthAbove?: NumberValue;
	readonly lengthBelow?: NumberValue;
	readonly segmentsLeftEquals?: NumberValue;
	readonly segmentsLeftAbove?: NumberValue;
	readonly segmentsLeftBelow?: NumberValue;
	readonly lastEntryEquals?: NumberValue;
	readonly lastEntryAbove?: NumberValue;
	readonly lastEntryBelow?: NumberValue;
	readonly tag?: NumberValue;
	readonly previousSegment?: Network;
	readonly nextSegment?: Network;
	readonly lastSegment?: Network;
}
const SRH_NUMBERS = [
	["next-hdr", "nextHeader"],
	["hdr-len-eq", "lengthEquals"],
	["hdr-len-gt", "lengthAbove"],
	["hdr-len-lt", "lengthBelow"],
	["segs-left-eq", "segmentsLeftEquals"],
	["segs-left-gt", "segmentsLeftAbove"],
	["segs-left-lt", "segmentsLeftBelow"],
	["last-entry-eq", "lastEntryEquals"],
	["last-entry-gt", "lastEntryAbove"],
	["last-entry-lt", "lastEntryBelow"],
	["tag", "tag"],
] as const;
const SRH_SEGMENTS = [
	["psid", "previousSegment"],
	["nsid", "nextSegment"],
	["lsid", "lastSegment"],
] as const;
const listedSegment = spaced(network);
export const srh: Extension<SrhMatch> = {
	type: "srh",
	save: [
		...SRH_NUMBERS.map(([word, key]) => ({ flag: `--srh-${word}`, key, value: number })),
		...SRH_SEGMENTS.map(([word, key]) => ({ flag: `--srh-${word}`, key, value: network })),
	],
	list: ` srh${SRH_NUMBERS.map(([word, key]) => `[ ${word}:{!!${key}}{${key}}]`).join("")}${SRH_SEGMENTS.map(([word, key]) => `[ ${word} {${key}}]`).join("")}`,
	listValues: {
		previousSegment: listedSegment,
		nextSegment: listedSegment,
		lastSegment: listedSegment,
	},
};

/** `-m eui64`, listed `eui64 ` by the legacy backend only: the interface part of the source address is that of its MAC (libip6t_eui64). */
export interface Eui64Match extends Span {
	readonly type: "eui64";
}
export const eui64: Extension<Eui64Match> = {
	type: "eui64",
	save: [],
	// No blank stands before it, and one after.
	list: "eui64 ",
	hidden: true,
};
