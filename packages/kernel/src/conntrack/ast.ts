import type { IpAddress, LineNode, Num, Port, Span, Word } from "@netfossil/core";
import type { Rows } from "../rows.ts";

/**
 * What `conntrack -L` prints, also with `-o extended` or `-o id`, and /proc/net/nf_conntrack. Sources of the format:
 * libnetfilter_conntrack 1.0.9, `snprintf_default.c`; Linux 6.1, `nf_conntrack_standalone.c`.
 */
export type ConntrackDump = Rows<"conntrack", ConntrackStatement>;

export type ConntrackStatement = Connection | ConntrackSummary;

/**
 * A connection as the kernel tracks it:
 *
 * ```
 * tcp      6 78 TIME_WAIT src=10.0.0.1 dst=10.0.0.2 sport=39340 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=39340 [ASSURED] mark=0 use=1
 * ```
 */
export interface Connection extends LineNode {
	readonly type: "connection";
	/** `NEW`, `UPDATE` or `DESTROY`, of `conntrack -E`. */
	readonly event?: Word;
	/** `ipv4     2`: in /proc and with `-o extended`. */
	readonly family?: NamedNumber;
	/** `tcp      6`; of a protocol without a name `unknown  47`. */
	readonly protocol: NamedNumber;
	/** Seconds until the kernel forgets it; absent for those that it does not time (offloaded ones). */
	readonly timeout?: Num;
	/** `ESTABLISHED`, `SYN_SENT`, …: of TCP, SCTP and DCCP. */
	readonly state?: Word;
	/** As the first packet had it. */
	readonly original: Tuple;
	/** No packet came back yet. */
	readonly unreplied?: Word;
	/** What the kernel expects of answers: where it differs from the turned round original, addresses are translated. */
	readonly reply: Tuple;
	/** What follows, in the order printed. */
	readonly attributes: readonly Attribute[];
}

/** `tcp      6` */
export interface NamedNumber extends Span {
	readonly name: Word;
	readonly number: Num;
}

/** One direction of a connection: `src=10.0.0.1 dst=10.0.0.2 sport=39340 dport=80` */
export interface Tuple extends Span {
	readonly source: IpAddress;
	readonly destination: IpAddress;
	readonly sourcePort?: Port;
	readonly destinationPort?: Port;
	/** `type=8 code=0 id=1234` of ICMP. */
	readonly icmp?: { readonly type: Num; readonly code: Num; readonly id: Num };
	/** `srckey=0x0 dstkey=0x1` of GRE. */
	readonly keys?: { readonly source: Num; readonly destination: Num };
	/** With net.netfilter.nf_conntrack_acct. */
	readonly counters?: { readonly packets: Num; readonly bytes: Num };
}

/** `mark=0`, `use=2`, `zone=1`, `[ASSURED]`, `helper=ftp` */
export type Attribute = NumberAttribute | FlagAttribute | TextAttribute;

/** `mark=258`: decimal, of 32 bits. `id` is that of `-o id`, `delta-time` seconds since the first packet. */
export interface NumberAttribute extends Span {
	readonly type: "mark" | "use" | "zone" | "zone-orig" | "zone-reply" | "id" | "delta-time";
	readonly value: Num;
}

/** `[ASSURED]`: packets went both ways; `[OFFLOAD]`: in the fast path, past the rules. */
export interface FlagAttribute extends Span {
	readonly type: "flag";
	readonly name: string;
}

/** `helper=ftp`, `secctx=null`, and whatever else is printed. */
export interface TextAttribute extends Span {
	readonly type: "text";
	readonly text: string;
}

/** `conntrack v1.4.7 (conntrack-tools): 30 flow entries have been shown.` (stderr) */
export interface ConntrackSummary extends LineNode {
	readonly type: "summary";
	readonly version: Word;
	readonly count: Num;
}
