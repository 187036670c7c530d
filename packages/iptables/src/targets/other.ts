import type { Span } from "@netfossil/core";
import type { Extension } from "../extension.ts";
import {
	escaped,
	type Host,
	host,
	listText,
	type Mac,
	mac,
	type Name,
	type NameList,
	type Network,
	type NumberRange,
	type NumberValue,
	name,
	namedNumber,
	nameList,
	network,
	number,
	numberRange,
	type Text,
	type Toggle,
	text,
	toggle,
	translated,
	withUnit,
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
	/** 0–7, without `-n` by name (`warn`); 4 when the save form is silent. */
	readonly level?: NumberValue;
	readonly tcpSequence?: Toggle;
	readonly tcpOptions?: Toggle;
	readonly ipOptions?: Toggle;
	readonly userId?: Toggle;
	readonly macDecode?: Toggle;
	/** A list with `-n`, which adds the flags up (`flags 2`). */
	readonly numeric?: true;
}
/** `warn` since 1.8.9, `warning` before; likewise `err`. */
const LOG_LEVELS = {
	emerg: 0,
	panic: 0,
	alert: 1,
	crit: 2,
	err: 3,
	error: 3,
	warn: 4,
	warning: 4,
	notice: 5,
	info: 6,
	debug: 7,
};
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
		{ flag: "--log-level", key: "level", value: number },
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
	listValues: { prefix: listText(/[\s\S]*(?="[ \t]*$)/y), level: namedNumber(LOG_LEVELS) },
	defaults: { level: { value: 4 } },
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
	/** As releases up to 1.8.7 print: two blanks stand before the prefix. */
	readonly wide?: true;
	readonly prefix?: Text;
	readonly group?: NumberValue;
	readonly range?: NumberValue;
	readonly size?: NumberValue;
	readonly threshold?: NumberValue;
}
const NFLOG_REST =
	"[ nflog-group {group}][ nflog-range {range}][ nflog-size {size}][ nflog-threshold {threshold}]";
export const nflog: Extension<NflogTarget> = {
	type: "NFLOG",
	save: [
		{ flag: "--nflog-prefix", key: "prefix", value: text, wide: "wide" },
		{ flag: "--nflog-group", key: "group", value: number },
		{ flag: "--nflog-range", key: "range", value: number },
		{ flag: "--nflog-size", key: "size", value: number },
		{ flag: "--nflog-threshold", key: "threshold", value: number },
	],
	marks: ["wide"],
	list: [
		{ format: ` nflog-prefix\\ \\ {prefix}${NFLOG_REST}`, set: { wide: true } },
		{ format: `[ nflog-prefix {prefix}]${NFLOG_REST}` },
	],
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
	/** The timer runs while the machine sleeps. */
	readonly alarm?: Toggle;
}
export const idletimer: Extension<IdletimerTarget> = {
	type: "IDLETIMER",
	save: [
		{ flag: "--timeout", key: "timeout", value: number },
		{ flag: "--label", key: "label", value: name },
		{ flag: "--alarm", key: "alarm", value: toggle },
	],
	list: " timeout:{timeout} label:{label}[ alarm{?alarm}]",
};

/** `-j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460` (libxt_SYNPROXY). */
export interface SynproxyTarget extends Span {
	readonly type: "SYNPROXY";
	readonly sackPermitted?: Toggle;
	readonly timestamp?: Toggle;
	readonly windowScale?: NumberValue;
	readonly mss?: NumberValue;
	readonly ecn?: Toggle;
}
export const synproxy: Extension<SynproxyTarget> = {
	type: "SYNPROXY",
	save: [
		{ flag: "--sack-perm", key: "sackPermitted", value: toggle },
		{ flag: "--timestamp", key: "timestamp", value: toggle },
		{ flag: "--wscale", key: "windowScale", value: number },
		{ flag: "--mss", key: "mss", value: number },
		{ flag: "--ecn", key: "ecn", value: toggle },
	],
	// A blank follows each of them.
	list: " SYNPROXY [sack-perm {?sackPermitted}][timestamp {?timestamp}][wscale {windowScale} ][mss {mss} ][ecn {?ecn}]",
};

/** `-j TCPOPTSTRIP --strip-options 5,8`, listed `TCPOPTSTRIP options 5,8`, without `-n` by name. */
export interface TcpoptstripTarget extends Span {
	readonly type: "TCPOPTSTRIP";
	readonly options?: NameList;
}
const TCP_OPTIONS: Readonly<Record<string, number>> = {
	mss: 2,
	wscale: 3,
	"sack-permitted": 4,
	sack: 5,
	timestamp: 8,
	md5: 19,
};
export const tcpoptstrip: Extension<TcpoptstripTarget> = {
	type: "TCPOPTSTRIP",
	save: [{ flag: "--strip-options", key: "options", value: nameList() }],
	list: "[ TCPOPTSTRIP options {options}]",
	listValues: {
		options: translated(/[^ \t]+/y, (printed) =>
			printed.split(",").map((each) => String(TCP_OPTIONS[each] ?? each)),
		),
	},
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

/** `-j SECMARK --selctx system_u:object_r:ssh_t:s0`, listed `SECMARK selctx …` (libxt_SECMARK). */
export interface SecmarkTarget extends Span {
	readonly type: "SECMARK";
	readonly context?: Name;
}
export const secmark: Extension<SecmarkTarget> = {
	type: "SECMARK",
	save: [{ flag: "--selctx", key: "context", value: name }],
	list: " SECMARK selctx {context}",
};

/** `-j LED --led-trigger-id "ssh" --led-delay 42`, listed `led-trigger-id:"ssh" led-delay:42ms` (libxt_LED). */
export interface LedTarget extends Span {
	readonly type: "LED";
	readonly trigger?: Text;
	/** Milliseconds; -1, listed `inf`: for good. 0 when the save form is silent. */
	readonly delay?: NumberValue;
	readonly alwaysBlink?: Toggle;
}
const signed: typeof number = {
	...number,
	read: (printed, start) =>
		printed === "-1" ? { value: -1, start, end: start + printed.length } : number.read(printed, start),
};
export const led: Extension<LedTarget> = {
	type: "LED",
	save: [
		{ flag: "--led-trigger-id", key: "trigger", value: escaped },
		{ flag: "--led-delay", key: "delay", value: signed },
		{ flag: "--led-always-blink", key: "alwaysBlink", value: toggle },
	],
	list: " led-trigger-id:{trigger}[ led-delay:{delay}][ led-always-blink{?alwaysBlink}]",
	listValues: {
		// The list quotes as the save form does.
		trigger: { ...escaped, pattern: /"(?:\\.|[^"\\])*"/y },
		delay: withUnit("ms", { inf: -1 }),
	},
	defaults: { delay: { value: 0 } },
};

/** `-j ULOG --ulog-prefix "DROP " --ulog-nlgroup 5`, listed `ULOG copy_range 0 nlgroup 5 prefix "DROP " …`. */
export interface UlogTarget extends Span {
	readonly type: "ULOG";
	readonly prefix?: Text;
	/** 1 when the save form is silent. */
	readonly group?: NumberValue;
	/** Bytes of a packet that are passed on; 0, when the save form is silent: all. */
	readonly range?: NumberValue;
	/** Packets that are passed on at once; 1 when the save form is silent. */
	readonly threshold?: NumberValue;
}
export const ulog: Extension<UlogTarget> = {
	type: "ULOG",
	save: [
		{ flag: "--ulog-prefix", key: "prefix", value: text },
		{ flag: "--ulog-nlgroup", key: "group", value: number },
		{ flag: "--ulog-cprange", key: "range", value: number },
		{ flag: "--ulog-qthreshold", key: "threshold", value: number },
	],
	list: ' ULOG copy_range {range} nlgroup {group}[ prefix "{prefix}"] queue_threshold {threshold}',
	listValues: { prefix: listText(/[\s\S]*(?=" queue_threshold \d+[ \t]*$)/y) },
	defaults: { group: { value: 1 }, range: { value: 0 }, threshold: { value: 1 } },
};

/** `-j ECN --ecn-tcp-remove`, listed `ECN TCP remove` (libipt_ECN). */
export interface EcnTarget extends Span {
	readonly type: "ECN";
	readonly remove?: Toggle;
	readonly echo?: NumberValue;
	readonly reduced?: NumberValue;
	readonly codepoint?: NumberValue;
}
export const ecnTarget: Extension<EcnTarget> = {
	type: "ECN",
	save: [
		{ flag: "--ecn-tcp-remove", key: "remove", value: toggle },
		{ flag: "--ecn-tcp-ece", key: "echo", value: number },
		{ flag: "--ecn-tcp-cwr", key: "reduced", value: number },
		{ flag: "--ecn-ip-ect", key: "codepoint", value: number },
	],
	list: " ECN[ TCP remove{?remove}][ ECE={echo}][ CWR={reduced}][ ECT codepoint={codepoint}]",
};

/** `-j CLUSTERIP --new --hashmode sourceip …`, listed `CLUSTERIP hashmode=sourceip …` (libipt_CLUSTERIP). */
export interface ClusteripTarget extends Span {
	readonly type: "CLUSTERIP";
	readonly new?: Toggle;
	/** `sourceip`, `sourceip-sourceport` or `sourceip-sourceport-destport`. */
	readonly hashMode?: Name;
	readonly mac?: Mac;
	readonly totalNodes?: NumberValue;
	readonly localNode?: NumberValue;
	readonly hashSeed?: NumberValue;
}
export const clusterip: Extension<ClusteripTarget> = {
	type: "CLUSTERIP",
	save: [
		{ flag: "--new", key: "new", value: toggle },
		{ flag: "--hashmode", key: "hashMode", value: name },
		{ flag: "--clustermac", key: "mac", value: mac },
		{ flag: "--total-nodes", key: "totalNodes", value: number },
		{ flag: "--local-node", key: "localNode", value: number },
		{ flag: "--hash-init", key: "hashSeed", value: number },
	],
	// All or nothing: only the rule that makes the cluster (`--new`) has parameters.
	list: " CLUSTERIP[ hashmode={hashMode} clustermac={mac} total_nodes={totalNodes} local_node={localNode} hash_init={hashSeed}{?new}]",
};

/** `-j DNPT --src-pfx dead::/64 --dst-pfx 1c3::/64`, listed `DNPT src-pfx dead::/64 dst-pfx 1c3::/64`. */
export interface DnptTarget extends Span {
	readonly type: "DNPT";
	readonly source?: Network;
	readonly destination?: Network;
}
/** `-j SNPT --src-pfx dead::/64 --dst-pfx 1c3::/64`: the same for source addresses. */
export interface SnptTarget extends Span {
	readonly type: "SNPT";
	readonly source?: Network;
	readonly destination?: Network;
}
const prefixes = [
	{ flag: "--src-pfx", key: "source", value: network },
	{ flag: "--dst-pfx", key: "destination", value: network },
] as const;
export const dnpt: Extension<DnptTarget> = {
	type: "DNPT",
	save: prefixes,
	list: " DNPT[ src-pfx {source}][ dst-pfx {destination}]",
};
export const snpt: Extension<SnptTarget> = {
	type: "SNPT",
	save: prefixes,
	list: " SNPT[ src-pfx {source}][ dst-pfx {destination}]",
};
