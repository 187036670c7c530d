import type { Span } from "@netfossil/core";
import type { Extension } from "../extension.ts";
import {
	type Host,
	host,
	listText,
	type Name,
	type NameList,
	type NumberRange,
	type NumberValue,
	name,
	nameList,
	number,
	numberRange,
	type Text,
	type Toggle,
	text,
	toggle,
} from "../values.ts";

/** `-j REJECT --reject-with icmp-port-unreachable`, listed `reject-with icmp-port-unreachable`. */
export interface RejectTarget extends Span {
	readonly type: "REJECT";
	readonly with?: Name;
}
export const reject: Extension<RejectTarget> = {
	type: "REJECT",
	save: [{ flag: "--reject-with", key: "with", value: name }],
	list: " reject-with {with}",
};

/** `-j LOG --log-prefix "DROP: " --log-tcp-options`, listed `LOG flags 2 level 4 prefix "DROP: "` (libxt_LOG). */
export interface LogTarget extends Span {
	readonly type: "LOG";
	readonly prefix?: Text;
	/** 0–7, or without `-n` a name (`warn`); 4 when the save form is silent. */
	readonly level?: Name;
	readonly tcpSequence?: Toggle;
	readonly tcpOptions?: Toggle;
	readonly ipOptions?: Toggle;
	readonly userId?: Toggle;
	readonly macDecode?: Toggle;
	/** A list with `-n`, which adds the flags up (`flags 2`). */
	readonly numeric?: true;
}
const LOG_FLAGS = [
	["tcpSequence", 1],
	["tcpOptions", 2],
	["ipOptions", 4],
	["userId", 8],
	["macDecode", 32],
] as const;
export const log: Extension<LogTarget> = {
	type: "LOG",
	save: [
		{ flag: "--log-prefix", key: "prefix", value: text },
		{ flag: "--log-level", key: "level", value: name },
		{ flag: "--log-tcp-sequence", key: "tcpSequence", value: toggle },
		{ flag: "--log-tcp-options", key: "tcpOptions", value: toggle },
		{ flag: "--log-ip-options", key: "ipOptions", value: toggle },
		{ flag: "--log-uid", key: "userId", value: toggle },
		{ flag: "--log-macdecode", key: "macDecode", value: toggle },
	],
	list: [
		{ format: ' LOG flags {=flags} level {level}[ prefix "{prefix}"]', set: { numeric: true } },
		{
			format:
				' LOG level {level}[ tcp-sequence{?tcpSequence}][ tcp-options{?tcpOptions}][ ip-options{?ipOptions}][ uid{?userId}][ macdecode{?macDecode}][ prefix "{prefix}"]',
		},
	],
	// Nothing follows the prefix, so that it may hold quotes of its own.
	listValues: { prefix: listText(/[\s\S]*(?="[ \t]*$)/y) },
	computed: {
		flags: {
			read: (printed, start) => {
				if (!/^\d{1,3}$/.test(printed)) return undefined;
				const flag: Toggle = { type: "flag", start, end: start + printed.length };
				const bits = Number(printed);
				const set = LOG_FLAGS.filter(([, bit]) => bits & bit);
				if (set.reduce((sum, [, bit]) => sum + bit, 0) !== bits) return undefined;
				return Object.fromEntries(set.map(([key]) => [key, flag]));
			},
			print: (node) => String(LOG_FLAGS.reduce((sum, [key, bit]) => sum + (key in node ? bit : 0), 0)),
		},
	},
};

/** `-j NFLOG --nflog-prefix "DROP " --nflog-group 5`, listed `nflog-prefix "DROP " nflog-group 5`. */
export interface NflogTarget extends Span {
	readonly type: "NFLOG";
	readonly prefix?: Text;
	readonly group?: NumberValue;
	readonly range?: NumberValue;
	readonly size?: NumberValue;
	readonly threshold?: NumberValue;
}
export const nflog: Extension<NflogTarget> = {
	type: "NFLOG",
	save: [
		{ flag: "--nflog-prefix", key: "prefix", value: text },
		{ flag: "--nflog-group", key: "group", value: number },
		{ flag: "--nflog-range", key: "range", value: number },
		{ flag: "--nflog-size", key: "size", value: number },
		{ flag: "--nflog-threshold", key: "threshold", value: number },
	],
	list: "[ nflog-prefix {prefix}][ nflog-group {group}][ nflog-range {range}][ nflog-size {size}][ nflog-threshold {threshold}]",
	// The list quotes as the save form does.
	listValues: { prefix: { ...text, pattern: /"(?:\\.|[^"\\])*"|[^ \t"]+/y } },
};

/** `-j TCPMSS --clamp-mss-to-pmtu`, listed `TCPMSS clamp to PMTU` (libxt_TCPMSS). */
export interface TcpmssTarget extends Span {
	readonly type: "TCPMSS";
	readonly set?: NumberValue;
	readonly clampToPathMtu?: Toggle;
}
export const tcpmssTarget: Extension<TcpmssTarget> = {
	type: "TCPMSS",
	save: [
		{ flag: "--set-mss", key: "set", value: number },
		{ flag: "--clamp-mss-to-pmtu", key: "clampToPathMtu", value: toggle },
	],
	list: " TCPMSS[ set {set}][ clamp to PMTU{?clampToPathMtu}]",
};

/** `-j CHECKSUM --checksum-fill`, listed `CHECKSUM fill` (libxt_CHECKSUM). */
export interface ChecksumTarget extends Span {
	readonly type: "CHECKSUM";
	readonly fill?: Toggle;
}
export const checksum: Extension<ChecksumTarget> = {
	type: "CHECKSUM",
	save: [{ flag: "--checksum-fill", key: "fill", value: toggle }],
	list: " CHECKSUM fill{?fill}",
};

/** `-j NFQUEUE --queue-balance 0:3 --queue-bypass`, listed `NFQUEUE balance 0:3 bypass` (libxt_NFQUEUE). */
export interface NfqueueTarget extends Span {
	readonly type: "NFQUEUE";
	readonly number?: NumberValue;
	readonly balance?: NumberRange;
	readonly bypass?: Toggle;
	readonly cpuFanout?: Toggle;
}
export const nfqueue: Extension<NfqueueTarget> = {
	type: "NFQUEUE",
	save: [
		{ flag: "--queue-num", key: "number", value: number },
		{ flag: "--queue-balance", key: "balance", value: numberRange(":") },
		{ flag: "--queue-bypass", key: "bypass", value: toggle },
		{ flag: "--queue-cpu-fanout", key: "cpuFanout", value: toggle },
	],
	list: " NFQUEUE[ num {number}][ balance {balance}][ bypass{?bypass}][ cpu-fanout{?cpuFanout}]",
};

/** `-j TEE --gateway 1.1.1.1`, listed `TEE gw:1.1.1.1` (libxt_TEE). */
export interface TeeTarget extends Span {
	readonly type: "TEE";
	readonly gateway?: Host;
	readonly out?: Name;
}
export const tee: Extension<TeeTarget> = {
	type: "TEE",
	save: [
		{ flag: "--gateway", key: "gateway", value: host },
		{ flag: "--oif", key: "out", value: name },
	],
	list: " TEE gw:{gateway}[ oif={out}]",
};

/** `-j AUDIT --type drop`, listed `AUDIT drop` (libxt_AUDIT). */
export interface AuditTarget extends Span {
	readonly type: "AUDIT";
	readonly auditType?: Name;
}
export const audit: Extension<AuditTarget> = {
	type: "AUDIT",
	save: [{ flag: "--type", key: "auditType", value: name }],
	list: " AUDIT {auditType}",
};

/** `-j TRACE`: the kernel logs every rule that the packet meets from here on. */
export interface TraceTarget extends Span {
	readonly type: "TRACE";
}
export const trace: Extension<TraceTarget> = { type: "TRACE", save: [], list: "" };

/** `-j IDLETIMER --timeout 30 --label idle0`, listed `timeout:30 label:idle0` (libxt_IDLETIMER). */
export interface IdletimerTarget extends Span {
	readonly type: "IDLETIMER";
	readonly timeout?: NumberValue;
	readonly label?: Name;
}
export const idletimer: Extension<IdletimerTarget> = {
	type: "IDLETIMER",
	save: [
		{ flag: "--timeout", key: "timeout", value: number },
		{ flag: "--label", key: "label", value: name },
	],
	list: " timeout:{timeout} label:{label}",
};

/** `-j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460` (libxt_SYNPROXY). */
export interface SynproxyTarget extends Span {
	readonly type: "SYNPROXY";
	readonly sackPermitted?: Toggle;
	readonly timestamp?: Toggle;
	readonly windowScale?: NumberValue;
	readonly mss?: NumberValue;
}
export const synproxy: Extension<SynproxyTarget> = {
	type: "SYNPROXY",
	save: [
		{ flag: "--sack-perm", key: "sackPermitted", value: toggle },
		{ flag: "--timestamp", key: "timestamp", value: toggle },
		{ flag: "--wscale", key: "windowScale", value: number },
		{ flag: "--mss", key: "mss", value: number },
	],
	list: " SYNPROXY[ sack-perm{?sackPermitted}][ timestamp{?timestamp}][ wscale {windowScale}][ mss {mss}]",
};

/** `-j TCPOPTSTRIP --strip-options 5,8`, listed `TCPOPTSTRIP options 5,8`, without `-n` by name. */
export interface TcpoptstripTarget extends Span {
	readonly type: "TCPOPTSTRIP";
	readonly options?: NameList;
}
export const tcpoptstrip: Extension<TcpoptstripTarget> = {
	type: "TCPOPTSTRIP",
	save: [{ flag: "--strip-options", key: "options", value: nameList() }],
	list: "[ TCPOPTSTRIP options {options}]",
};

/** `-j CONNSECMARK --restore`, listed `CONNSECMARK restore` (libxt_CONNSECMARK). */
export interface ConnsecmarkTarget extends Span {
	readonly type: "CONNSECMARK";
	readonly save?: Toggle;
	readonly restore?: Toggle;
}
export const connsecmark: Extension<ConnsecmarkTarget> = {
	type: "CONNSECMARK",
	save: [
		{ flag: "--save", key: "save", value: toggle },
		{ flag: "--restore", key: "restore", value: toggle },
	],
	list: " CONNSECMARK[ save{?save}][ restore{?restore}]",
};

/** `-j RATEEST --rateest-name RE1 --rateest-interval 250.0ms --rateest-ewmalog 500.0ms` (libxt_RATEEST). */
export interface RateestTarget extends Span {
	readonly type: "RATEEST";
	readonly name?: Name;
	readonly interval?: Name;
	readonly ewmaLog?: Name;
}
export const rateest: Extension<RateestTarget> = {
	type: "RATEEST",
	save: [
		{ flag: "--rateest-name", key: "name", value: name },
		{ flag: "--rateest-interval", key: "interval", value: name },
		{ flag: "--rateest-ewmalog", key: "ewmaLog", value: name },
	],
	list: " name {name} interval {interval} ewmalog {ewmaLog}",
};
