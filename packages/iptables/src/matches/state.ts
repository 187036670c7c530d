import type { Span } from "@netfossil/core";
import type { Protocol } from "../ast.ts";
import type { Extension } from "../extension.ts";
import {
	type Amount,
	amount,
	decimal,
	keyword,
	listText,
	type Masked,
	masked,
	type Name,
	type NameList,
	type Network,
	type NumberRange,
	type NumberValue,
	name,
	nameList,
	network,
	number,
	numberRange,
	type PortRange,
	portRange,
	protocol,
	quoted,
	type Rate,
	rate,
	renamed,
	spaced,
	type Text,
	type Toggle,
	text,
	toggle,
} from "../values.ts";

const range = numberRange(":");
const ports = portRange(":");

/** `-m conntrack --ctstate RELATED,ESTABLISHED`, listed `ctstate RELATED,ESTABLISHED` (libxt_conntrack). */
export interface ConntrackMatch extends Span {
	readonly type: "conntrack";
	/** INVALID, NEW, RELATED, ESTABLISHED, UNTRACKED, SNAT, DNAT. */
	readonly state?: NameList;
	readonly protocol?: Protocol;
	/** The four addresses and ports of the connection before and after translation. */
	readonly originalSource?: Network;
	readonly originalDestination?: Network;
	readonly replySource?: Network;
	readonly replyDestination?: Network;
	readonly originalSourcePort?: PortRange;
	readonly originalDestinationPort?: PortRange;
	readonly replySourcePort?: PortRange;
	readonly replyDestinationPort?: PortRange;
	/** NONE, EXPECTED, SEEN_REPLY, ASSURED, CONFIRMED. */
	readonly status?: NameList;
	/** Seconds. */
	readonly expires?: NumberRange;
	/** ORIGINAL or REPLY. */
	readonly direction?: Name;
}
export const conntrack: Extension<ConntrackMatch> = {
	type: "conntrack",
	save: [
		{ flag: "--ctstate", key: "state", value: nameList() },
		{ flag: "--ctproto", key: "protocol", value: protocol },
		{ flag: "--ctorigsrc", key: "originalSource", value: network },
		{ flag: "--ctorigdst", key: "originalDestination", value: network },
		{ flag: "--ctreplsrc", key: "replySource", value: network },
		{ flag: "--ctrepldst", key: "replyDestination", value: network },
		{ flag: "--ctorigsrcport", key: "originalSourcePort", value: ports },
		{ flag: "--ctorigdstport", key: "originalDestinationPort", value: ports },
		{ flag: "--ctreplsrcport", key: "replySourcePort", value: ports },
		{ flag: "--ctrepldstport", key: "replyDestinationPort", value: ports },
		{ flag: "--ctstatus", key: "status", value: nameList() },
		{ flag: "--ctexpire", key: "expires", value: range },
		{ flag: "--ctdir", key: "direction", value: name },
	],
	list: [
		"[ {!state}ctstate {state}]",
		"[ {!protocol}ctproto {protocol}]",
		"[ {!originalSource}ctorigsrc {originalSource}]",
		"[ {!originalDestination}ctorigdst {originalDestination}]",
		"[ {!replySource}ctreplsrc {replySource}]",
		"[ {!replyDestination}ctrepldst {replyDestination}]",
		"[ {!originalSourcePort}ctorigsrcport {originalSourcePort}]",
		"[ {!originalDestinationPort}ctorigdstport {originalDestinationPort}]",
		"[ {!replySourcePort}ctreplsrcport {replySourcePort}]",
		"[ {!replyDestinationPort}ctrepldstport {replyDestinationPort}]",
		"[ {!status}ctstatus {status}]",
		"[ {!expires}ctexpire {expires}]",
		"[ ctdir {direction}]",
	].join(""),
};

/** `-m state --state NEW`, listed `state NEW`: the older name of `conntrack --ctstate`. */
export interface StateMatch extends Span {
	readonly type: "state";
	readonly state?: NameList;
}
export const state: Extension<StateMatch> = {
	type: "state",
	save: [{ flag: "--state", key: "state", value: nameList() }],
	list: " {!state}state {state}",
};

/** `-m mark --mark 0x1/0xff`, listed `mark match 0x1/0xff`: `(mark & mask) == value` (libxt_mark). */
export interface MarkMatch extends Span {
	readonly type: "mark";
	readonly mark?: Masked;
}
export const mark: Extension<MarkMatch> = {
	type: "mark",
	save: [{ flag: "--mark", key: "mark", value: masked }],
	list: " mark match {!mark}{mark}",
};

/** `-m connmark --mark 0x1`, listed `connmark match  0x1`: the mark of the connection (libxt_connmark). */
export interface ConnmarkMatch extends Span {
	readonly type: "connmark";
	readonly mark?: Masked;
}
export const connmark: Extension<ConnmarkMatch> = {
	type: "connmark",
	save: [{ flag: "--mark", key: "mark", value: masked }],
	// Two blanks, the first of which a negation turns into one and a `!`: `connmark match ! 0x1`.
	list: " connmark match {mark}",
	listValues: { mark: spaced(masked) },
};

/** `-m connbytes --connbytes 0:1000 --connbytes-mode bytes --connbytes-dir original` (libxt_connbytes). */
export interface ConnbytesMatch extends Span {
	readonly type: "connbytes";
	readonly range?: NumberRange;
	readonly mode?: Name;
	readonly direction?: Name;
}
export const connbytes: Extension<ConnbytesMatch> = {
	type: "connbytes",
	save: [
		{ flag: "--connbytes", key: "range", value: range },
		{ flag: "--connbytes-mode", key: "mode", value: name },
		{ flag: "--connbytes-dir", key: "direction", value: name },
	],
	list: " {!range}connbytes {range} connbytes mode {mode} connbytes direction {direction}",
};

/** `-m connlimit --connlimit-above 20 --connlimit-mask 32 --connlimit-saddr`, listed `#conn src/32 > 20`. */
export interface ConnlimitMatch extends Span {
	readonly type: "connlimit";
	readonly above?: NumberValue;
	readonly upTo?: NumberValue;
	/** Prefix length: addresses alike in it are counted together. */
	readonly mask?: NumberValue;
	/** `saddr` or `daddr`. */
	readonly side?: Name;
}
export const connlimit: Extension<ConnlimitMatch> = {
	type: "connlimit",
	save: [
		{ flag: "--connlimit-upto", key: "upTo", value: number },
		{ flag: "--connlimit-above", key: "above", value: number },
		{ flag: "--connlimit-mask", key: "mask", value: number },
		{ flag: "--connlimit-saddr", key: "side", value: keyword("saddr") },
		{ flag: "--connlimit-daddr", key: "side", value: keyword("daddr") },
	],
	list: [{ format: " #conn {side}/{mask} > {above}" }, { format: " #conn {side}/{mask} <= {upTo}" }],
	listValues: {
		side: renamed({ src: "saddr", dst: "daddr" }),
		mask: { ...number, pattern: /\d+/y },
	},
};

/** `-m helper --helper ftp`, listed `helper match "ftp"` (libxt_helper). */
export interface HelperMatch extends Span {
	readonly type: "helper";
	readonly helper?: Text;
}
export const helper: Extension<HelperMatch> = {
	type: "helper",
	save: [{ flag: "--helper", key: "helper", value: text }],
	list: ' helper match {!helper}"{helper}"',
	listValues: { helper: listText(/[^"]*/y) },
};

/** `-m limit --limit 3/min --limit-burst 10`, listed `limit: avg 3/min burst 10` (libxt_limit). */
export interface LimitMatch extends Span {
	readonly type: "limit";
	readonly rate?: Rate;
	/** 5 when the save form is silent. */
	readonly burst?: NumberValue;
}
export const limit: Extension<LimitMatch> = {
	type: "limit",
	save: [
		{ flag: "--limit", key: "rate", value: rate },
		{ flag: "--limit-burst", key: "burst", value: number },
	],
	list: " limit: avg {rate} burst {burst}",
	defaults: { burst: { value: 5 } },
};

/** `-m hashlimit --hashlimit-above 5/sec --hashlimit-mode srcip --hashlimit-name x` (libxt_hashlimit). */
export interface HashlimitMatch extends Span {
	readonly type: "hashlimit";
	readonly upTo?: Rate;
	readonly above?: Rate;
	/** Packets, or bytes with a unit (`400kb`). */
	readonly burst?: Amount;
	/** What packets are told apart by: srcip, srcport, dstip, dstport. */
	readonly mode?: NameList;
	/** A list does not print it. */
	readonly name?: Name;
	readonly tableSize?: NumberValue;
	readonly tableMax?: NumberValue;
	readonly collectInterval?: NumberValue;
	readonly expire?: NumberValue;
	readonly sourceMask?: NumberValue;
	readonly destinationMask?: NumberValue;
	readonly rateMatch?: Toggle;
	readonly rateInterval?: NumberValue;
}
export const hashlimit: Extension<HashlimitMatch> = {
	type: "hashlimit",
	save: [
		{ flag: "--hashlimit-upto", key: "upTo", value: rate },
		{ flag: "--hashlimit-above", key: "above", value: rate },
		{ flag: "--hashlimit-burst", key: "burst", value: amount },
		{ flag: "--hashlimit-mode", key: "mode", value: nameList() },
		{ flag: "--hashlimit-name", key: "name", value: name },
		{ flag: "--hashlimit-htable-size", key: "tableSize", value: number },
		{ flag: "--hashlimit-htable-max", key: "tableMax", value: number },
		{ flag: "--hashlimit-htable-gcinterval", key: "collectInterval", value: number },
		{ flag: "--hashlimit-htable-expire", key: "expire", value: number },
		{ flag: "--hashlimit-srcmask", key: "sourceMask", value: number },
		{ flag: "--hashlimit-dstmask", key: "destinationMask", value: number },
		{ flag: "--hashlimit-rate-match", key: "rateMatch", value: toggle },
		{ flag: "--hashlimit-rate-interval", key: "rateInterval", value: number },
	],
	list: [" limit: up to {upTo}", " limit: above {above}"].map((head) => ({
		format: `${head}[ burst {burst}][ mode {mode}][ htable-size {tableSize}][ htable-max {tableMax}][ htable-gcinterval {collectInterval}][ htable-expire {expire}][ srcmask {sourceMask}][ dstmask {destinationMask}][ rate-match{?rateMatch}][ rate-interval {rateInterval}]`,
	})),
	listValues: { mode: nameList(/(?:src|dst)(?:ip|port)(?:-(?:src|dst)(?:ip|port))*/y, "-") },
	unlisted: ["name"],
};

/** `-m recent --rcheck --seconds 30 --name SSH --rsource`, listed `recent: CHECK seconds: 30 …` (libxt_recent). */
export interface RecentMatch extends Span {
	readonly type: "recent";
	/** `set`, `rcheck`, `update` or `remove`. */
	readonly command?: Name;
	readonly seconds?: NumberValue;
	readonly reap?: Toggle;
	readonly hits?: NumberValue;
	readonly sameTtl?: Toggle;
	readonly name?: Name;
	readonly mask?: Name;
	/** `source` or `destination`. */
	readonly side?: Name;
}
export const recent: Extension<RecentMatch> = {
	type: "recent",
	save: [
		{ flag: "--set", key: "command", value: keyword("set") },
		{ flag: "--rcheck", key: "command", value: keyword("rcheck") },
		{ flag: "--update", key: "command", value: keyword("update") },
		{ flag: "--remove", key: "command", value: keyword("remove") },
		{ flag: "--seconds", key: "seconds", value: number },
		{ flag: "--reap", key: "reap", value: toggle },
		{ flag: "--hitcount", key: "hits", value: number },
		{ flag: "--rttl", key: "sameTtl", value: toggle },
		{ flag: "--name", key: "name", value: name },
		{ flag: "--mask", key: "mask", value: name },
		{ flag: "--rsource", key: "side", value: keyword("source") },
		{ flag: "--rdest", key: "side", value: keyword("destination") },
	],
	list: " {!command}recent: {command}[ seconds: {seconds}][ reap{?reap}][ hit_count: {hits}][ TTL-Match{?sameTtl}][ name: {name}][ side: {side}][ mask: {mask}]",
	listValues: {
		command: renamed({ SET: "set", CHECK: "rcheck", UPDATE: "update", REMOVE: "remove" }),
		side: renamed({ source: "source", dest: "destination" }),
	},
};

/** `-m statistic --mode random --probability 0.5`, `--mode nth --every 3 --packet 0` (libxt_statistic). */
export interface StatisticMatch extends Span {
	readonly type: "statistic";
	/** `random` or `nth`. */
	readonly mode?: Name;
	/** In steps of 2^-31. */
	readonly probability?: NumberValue;
	readonly every?: NumberValue;
	/** 0 where a list is silent. */
	readonly packet?: NumberValue;
}
export const statistic: Extension<StatisticMatch> = {
	type: "statistic",
	save: [
		{ flag: "--mode", key: "mode", value: name },
		{ flag: "--probability", key: "probability", value: decimal },
		{ flag: "--every", key: "every", value: number },
		{ flag: "--packet", key: "packet", value: number },
	],
	list: " statistic mode {mode}[ {!probability}probability {probability}][ {!every}every {every}][ packet {packet}]",
	// A list is silent about packet 0.
	defaults: { packet: { value: 0 } },
};

/** `-m quota --quota 5000`, listed `quota: 5000 bytes` (libxt_quota). */
export interface QuotaMatch extends Span {
	readonly type: "quota";
	/** A list does not print the negation. */
	readonly quota?: NumberValue;
	/** As 1.4.21 saves a negation: `-m quota!  --quota 5000`. */
	readonly gluedNot?: true;
}
export const quota: Extension<QuotaMatch> = {
	type: "quota",
	save: [{ flag: "--quota", key: "quota", value: number }],
	list: " quota: {quota} bytes",
	marks: ["gluedNot"],
	unlisted: ["quota.negated"],
};

/** `-m connlabel --label "40" --set`, listed `connlabel 40 set`, by name `connlabel 'eth0-in'` (libxt_connlabel). */
export interface ConnlabelMatch extends Span {
	readonly type: "connlabel";
	/** The number, or the name that connlabel.conf has for it; lists with `-n` print the number. */
	readonly label?: Text;
	readonly set?: Toggle;
}
export const connlabel: Extension<ConnlabelMatch> = {
	type: "connlabel",
	save: [
		{ flag: "--label", key: "label", value: quoted },
		{ flag: "--set", key: "set", value: toggle },
	],
	list: " connlabel {!label}{label}[ set{?set}]",
	listValues: {
		label: {
			kind: "text",
			pattern: /\d+|'[^']*'/y,
			read: (printed, start) => {
				const value = printed.replace(/^'|'$/g, "");
				return { value, start, end: start + printed.length };
			},
			print: ({ value }) => (/^\d+$/.test(value) ? value : `'${value}'`),
		},
	},
};
