import type { Blank, IpAddress, LineNode, Num, Port, Span, Unparsed, Word } from "@netfossil/core";
import type { AnyPort, HostName } from "../ast.ts";

/**
 * What `ss` lists of sockets, or sums up of them (`-s`). Source of the format: `misc/ss.c` of iproute2 2.6.29–6.18
 * (`sock_state_print`, `inet_show_sock`, `tcp_stats_print`, `render`).
 */
export interface Ss extends Span {
	readonly type: "ss";
	readonly statements: readonly SsStatement[];
}

export type SsStatement = SsColumns | SsSocket | SsSummary | SsNotice | Blank | Unparsed;

/**
 * How wide the columns are: in characters from the start of one to the start of the next. ss fits them to what stands in
 * them, and spreads them over the terminal if there is one; a table in a pipe is as narrow as can be.
 */
export interface SsLayout {
	/** Absent where ss was asked for sockets of one kind and leaves the column out. */
	readonly netid?: number;
	/** Absent where ss was asked for one state and leaves the column out. */
	readonly state?: number;
	readonly recvQ: number;
	/** How wide Send-Q is at least, where releases before 4.15 let a long address push the row apart. */
	readonly sendQ?: number;
	/** From Send-Q to the local port: the address stands at the right end. */
	readonly local: number;
	/** How wide the local port is at least, as {@link sendQ}. */
	readonly port?: number;
	/** From the local port to the other one: the peer's address stands at the right end. */
	readonly peer: number;
	readonly peerPort: number;
	/** How wide the last column is filled up; absent where lines end with what they say. */
	readonly details?: number;
}

/** `Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess` */
export interface SsColumns extends LineNode {
	readonly type: "columns";
	readonly layout: SsLayout;
	/** Whether `Process` is the last title, as since 5.4. */
	readonly process?: true;
}

/** `udp   UNCONN 0      0         127.0.0.11:55792      0.0.0.0:*    users:(("dockerd",pid=1573,fd=40))` and its further lines. */
export interface SsSocket extends LineNode {
	readonly type: "socket";
	/** The columns from here on, where they are others than before. */
	readonly layout?: SsLayout;
	/** `tcp`, `udp`, `raw`, `icmp6`, `u_str`, `nl`, `p_raw`, `v_str`, …; absent where the column is. */
	readonly netid?: Word;
	/** An association of the SCTP socket above: `` `- ESTAB `` in place of kind and state. */
	readonly association?: true;
	/** `LISTEN`, `ESTAB`, `UNCONN`, `FIN-WAIT-2`, …; absent where the column is. */
	readonly state?: Word;
	/** Of a TCP socket that listens: how many wait to be accepted. */
	readonly recvQ: Num;
	/** Of a TCP socket that listens: how many may wait. */
	readonly sendQ: Num;
	readonly local: SsEnd;
	readonly peer: SsEnd;
	/** What stands behind the ends and on the lines below, in the order printed. */
	readonly details: readonly SsDetail[];
}

export type SsEnd = SsInternetEnd | SsUnixEnd | SsNamedEnd | SsNoEnd;

/** `127.0.0.53%lo:53`, `[fe80::1]%eth0:546`, `*:80`, `[::ffff:10.0.0.1]:22`, `:::22` */
export interface SsInternetEnd extends Span {
	readonly type: "internet";
	/** A name with `-r`; `*` for any address of either family. */
	readonly address: IpAddress | HostName;
	/** The address stands in brackets, as IPv6 does since 4.15. */
	readonly bracketed?: true;
	/** The interface that the socket is bound to. */
	readonly scope?: Word;
	readonly port: Port | AnyPort;
}

/** `/run/docker.sock 904`, `@/tmp/.X11-unix/X0 1234`, `* 0` */
export interface SsUnixEnd extends Span {
	readonly type: "unix";
	/** A path, `@` and a name in the abstract namespace, or `*` for none; may hold blanks. */
	readonly path: Word;
	/** 0: there is no other end. */
	readonly inode: Num;
}

/** `rtnl:kernel`, `arp:eth0`, `*:1234` of netlink, packets, vsock, TIPC and XDP. */
export interface SsNamedEnd extends Span {
	readonly type: "named";
	/** The protocol, the address or the interface. */
	readonly name: Word;
	/** `kernel`, `systemd/1`, `eth0`, a number. */
	readonly port: Word;
}

/** `*` or `-`: a socket of this kind has no other end. */
export interface SsNoEnd extends Span {
	readonly type: "none";
	readonly text: string;
}

export type SsDetail =
	| SsUsers
	| SsTimer
	| SsMemory
	| SsField
	| SsGroup
	| SsOptions
	| SsPeers
	| SsFilter
	| SsShutdown
	| SsFlag
	| SsCongestion
	| SsBreak
	| SsUnknown;

/** What every detail has. */
interface Detail extends Span {
	/** The blanks before it, where they are not one blank. */
	readonly before?: string;
}

/** `users:(("sshd",pid=1234,fd=3),("systemd",pid=1,fd=41))` */
export interface SsUsers extends Detail {
	readonly type: "users";
	readonly processes: readonly SsProcess[];
	/** `users:(("sshd",1234,3))`: without `pid=` and `fd=`, as before 3.18. */
	readonly bare?: true;
}

/** `("sshd",pid=1234,fd=3)` */
export interface SsProcess extends Span {
	/** The kernel's name of the process, cut to 15 characters; may hold anything. */
	readonly name: Word;
	readonly pid: Num;
	/** The thread, with `-T`. */
	readonly tid?: Num;
	/** The process's SELinux context, with `-Z`. */
	readonly context?: Word;
	readonly fd: Num;
	/** The socket's SELinux context, with `-z`. */
	readonly socketContext?: Word;
}

/** `timer:(keepalive,1min2sec,0)` */
export interface SsTimer extends Detail {
	readonly type: "timer";
	/** `on`, `keepalive`, `timewait`, `persist`, `unknown` */
	readonly name: Word;
	/** Seconds until it fires; `text` as printed: `1min2sec`. */
	readonly expires: Num;
	readonly retransmissions: number;
}

/** `skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d0)`; `mem:(r0,w0,f0,t0)` from old kernels */
export interface SsMemory extends Detail {
	readonly type: "memory";
	readonly name: "skmem" | "mem";
	/** Bytes by the letters printed: `{ r: 0, rb: 131072, … }`. */
	readonly bytes: Readonly<Record<string, number>>;
}

/** A number, several (`wscale:7,7`, `rtt:0.1/0.05`, `dev:0/24`), or a text. */
export type SsValue = number | readonly number[] | string;

/** A value with its name, without a place of its own. */
export interface SsPair {
	readonly name: string;
	/** Rates in bits a second, times in the unit that ss means: mostly milliseconds. */
	readonly value: SsValue;
	/** As printed, where the value alone does not say: `38.9Gbps`, `4ms`. */
	readonly text?: string;
}

/** `ino:64598`, `cgroup:/system.slice`, `rto:210`, `groups=0x00000001`, `send 38.9Gbps`, `cipher: aes-gcm-128` */
export interface SsField extends Detail, SsPair {
	readonly type: "field";
	/** What stands between name and value, where it is not a colon. */
	readonly sign?: "=" | " " | ": ";
}

/** `bbr:(bw:6.73Gbps,mrtt:0.042)`, `dctcp:(ce_state:0,alpha:1)`, `ring_rx(blk_size:4096,blk_nr:1)` */
export interface SsGroup extends Detail {
	readonly type: "group";
	readonly name: string;
	/** No colon before the parenthesis. */
	readonly glued?: true;
	readonly fields: readonly SsPair[];
}

/** `inet-sockopt: ( is_icsk mc_loop mc_all)`, `flags( running auxdata )` */
export interface SsOptions extends Detail {
	readonly type: "options";
	readonly name: "inet-sockopt" | "flags";
	readonly options: readonly string[];
}

/** `peers: 1043 1044`: inodes of the UNIX sockets that wait to be accepted. */
export interface SsPeers extends Detail {
	readonly type: "peers";
	readonly inodes: readonly number[];
}

/** `bpf filter (4):  0x28 0 0 12, 0x15 0 1 2054, …` */
export interface SsFilter extends Detail {
	readonly type: "filter";
	readonly instructions: readonly string[];
}

/** `<->`, `-->`, `<--`, `---`: which directions are still open. */
export interface SsShutdown extends Detail {
	readonly type: "directions";
	readonly receives: boolean;
	readonly sends: boolean;
}

/** `ts`, `sack`, `ecn`, `ecnseen`, `fastopen`, `app_limited`, … */
export interface SsFlag extends Detail {
	readonly type: "flag";
	readonly name: string;
}

/** `cubic`, `bbr`: the congestion control of a TCP socket. */
export interface SsCongestion extends Detail {
	readonly type: "congestion";
	readonly name: string;
}

/** The details go on on the next line. */
export interface SsBreak extends Span {
	readonly type: "break";
	/** The blanks that the next line begins with: a tab and a blank, mostly. */
	readonly indent: string;
	/** Blanks at the end of the line above. */
	readonly trailing?: string;
	readonly eol?: "\r\n";
}

/** A word that no rule knows. */
export interface SsUnknown extends Detail {
	readonly type: "unparsed";
	readonly text: string;
}

/** A line of `ss -s`. */
export type SsSummary = SsTotal | SsTcpSummary | SsTransports | SsTransport;

/** `Total: 17`, `Total: 190 (kernel 197)` */
export interface SsTotal extends LineNode {
	readonly type: "total";
	readonly total: Num;
	/** Before 4.15. */
	readonly kernel?: Num;
}

/** `TCP:   8 (estab 3, closed 1, orphaned 0, timewait 1)` */
export interface SsTcpSummary extends LineNode {
	readonly type: "tcp";
	readonly total: Num;
	/** `{ name: "timewait", count: 1 }`; before 4.15 of `timewait 1/0` the second is the kernel's count. */
	readonly states: readonly SsStateCount[];
	/** `, ports 12`, before 4.15. */
	readonly ports?: Num;
}

export interface SsStateCount {
	readonly name: string;
	readonly count: number;
	readonly kernel?: number;
}

/** `Transport Total     IP        IPv6` */
export interface SsTransports extends LineNode {
	readonly type: "transports";
}

/** `UDP	  5         3         2` */
export interface SsTransport extends LineNode {
	readonly type: "transport";
	readonly name: Word;
	readonly total: Num;
	/** Absent for `-`. */
	readonly ip?: Num;
	/** Absent for `-`. */
	readonly ipv6?: Num;
}

/** `ss: SELinux is not enabled.`, `RTNETLINK answers: Invalid argument` */
export interface SsNotice extends LineNode {
	readonly type: "notice";
	readonly text: string;
}
