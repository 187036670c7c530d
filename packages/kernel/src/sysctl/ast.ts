import type { LineNode, Word } from "@netfossil/core";
import type { Rows } from "../rows.ts";

/** What `sysctl -a` prints, and what a file of sysctl.d holds. Source of the format: procps 4.0, `sysctl.c`. */
export type SysctlDump = Rows<"sysctl", SysctlStatement>;

export type SysctlStatement = Setting | SysctlNotice;

/** `net.ipv4.ip_forward = 1`, `net.ipv4.tcp_rmem = 4096	131072	6291456` */
export interface Setting extends LineNode {
	readonly type: "setting";
	/** The path below /proc/sys with dots for slashes; a dot in the name of an interface is a slash (`eth0/583`). */
	readonly key: Word;
	/** As printed: words are parted by tabs. May be empty. */
	readonly value: Word;
	/** What stands between key and value, where it is not ` = `: `=` in files. */
	readonly separator?: string;
}

/** `sysctl: permission denied on key 'net.ipv4.tcp_fastopen_key'` */
export interface SysctlNotice extends LineNode {
	readonly type: "notice";
	readonly text: string;
}
