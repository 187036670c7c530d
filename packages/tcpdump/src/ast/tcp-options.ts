import type { IpAddress, Num, Span } from "@netfossil/core";

/** An option of TCP's header. */
export type TcpOption =
	| NopOption
	| EndOption
	| MssOption
	| WindowScaleOption
	| SackPermittedOption
	| SackOption
	| TimestampOption
	| FastOpenOption
	| UserTimeoutOption
	| SignatureOption
	| AuthenticationOption
	| ValueOption
	| ExperimentalOption
	| UnknownOption
	| MultipathOption
	| OtherOption;

/** `nop` */
export interface NopOption extends Span {
	readonly type: "nop";
}

/** `eol` */
export interface EndOption extends Span {
	readonly type: "eol";
}

/** `mss 1460` */
export interface MssOption extends Span {
	readonly type: "mss";
	readonly size: Num;
}

/** `wscale 7` */
export interface WindowScaleOption extends Span {
	readonly type: "wscale";
	readonly shift: Num;
}

/** `sackOK` */
export interface SackPermittedOption extends Span {
	readonly type: "sackOK";
}

/** `sack 1 {101:106}` */
export interface SackOption extends Span {
	readonly type: "sack";
	readonly blocks: readonly { readonly left: number; readonly right: number }[];
}

/** `TS val 3733770 ecr 0`; 3.9 wrote `timestamp 3733770 0`. */
export interface TimestampOption extends Span {
	readonly type: "timestamp";
	readonly value: Num;
	readonly echo: Num;
}

/** `tfo  cookiereq`, `tfo  cookie 0123456789abcdef`; as an experiment `exp-tfo cookiereq` */
export interface FastOpenOption extends Span {
	readonly type: "tfo";
	/** Hex digits; absent in a request for a cookie. */
	readonly cookie?: string;
	/** It has the number of an experiment, before the option had its own. */
	readonly experimental?: true;
}

/** `uto 0x8005 983160`: how long unacknowledged data is kept. */
export interface UserTimeoutOption extends Span {
	readonly type: "uto";
	/** As sent: the first bit says minutes. */
	readonly value: Num;
	readonly seconds: Num;
}

/** `md5 shared secret not supplied with -M, can't check - 000102030405060708090a0b0c0d0e0f`, `md5 valid` */
export interface SignatureOption extends Span {
	readonly type: "md5";
	/** What tcpdump knows of it: `valid`, `invalid`, `can't check`. */
	readonly state?: string;
	/** Hex digits. */
	readonly digest?: string;
}

/** `tcp-ao keyid 1 rnextkeyid 2 mac 0x000102030405060708090a0b` */
export interface AuthenticationOption extends Span {
	readonly type: "tcp-ao";
	readonly key: Num;
	/** The key that the sender wants to get next. */
	readonly next: Num;
	readonly digest?: Num;
}

/** Options of one number, of before 1995: `cc 1`, `echo 168496141` */
export interface ValueOption extends Span {
	readonly type: "echo" | "echoreply" | "cc" | "ccnew" | "ccecho";
	readonly value: Num;
}

/** `exp-1234` */
export interface ExperimentalOption extends Span {
	readonly type: "experimental";
	readonly magic: string;
}

/** `unknown-200 0x010203`; 3.9 wrote `opt-200:010203`. */
export interface UnknownOption extends Span {
	readonly type: "unknown";
	readonly kind: Num;
	/** Hex digits. */
	readonly data?: string;
}

/** `mptcp 12 capable v1 {0xaabbccdd}`; each subtype has the fields that its line shows. */
export interface MultipathOption extends Span {
	readonly type: "mptcp";
	/** 4.9 did not print it. */
	readonly length?: Num;
	readonly subtype:
		| "capable"
		| "join"
		| "dss"
		| "add-addr"
		| "rem-addr"
		| "prio"
		| "fail"
		| "fast-close"
		| "unknown";
	/** Of `capable` and `add-addr`. */
	readonly version?: Num;
	/** Of `capable`: checksums are wanted. */
	readonly checksums?: true;
	/** Of `capable`: as printed, `H`. */
	readonly flags?: string;
	/** Of `capable`, of the sender and the receiver; of `fast-close`. */
	readonly keys?: readonly string[];
	/** Of `join` and `prio`. */
	readonly backup?: boolean;
	/** Of `join`, `add-addr` and `prio`. */
	readonly id?: Num;
	/** Of `join`. */
	readonly token?: string;
	/** Of `join` and `add-addr`. */
	readonly hmac?: string;
	/** Of `join`. */
	readonly nonce?: string;
	/** Of `dss`: no data follows. */
	readonly fin?: true;
	/** Of `dss`; as printed, for it may have 64 bits. */
	readonly ack?: string;
	/** Of `dss` and `fail`; as printed, for it may have 64 bits. */
	readonly sequence?: string;
	/** Of `dss`: where the data begins on this subflow. */
	readonly subflowSequence?: Num;
	/** Of `dss`: bytes. */
	readonly dataLength?: Num;
	/** Of `dss`. */
	readonly checksum?: Num;
	/** Of `add-addr`: an answer. */
	readonly echo?: true;
	/** Of `add-addr`. */
	readonly address?: IpAddress;
	/** Of `add-addr`. */
	readonly port?: Num;
	/** Of `rem-addr`. */
	readonly ids?: readonly number[];
}

/** What is none of them, or has a wrong length, as printed: `mss 1281[len 3]`, `tfo  (invalid)`, `[bad opt]`. */
export interface OtherOption extends Span {
	readonly type: "other";
	readonly text: string;
}
