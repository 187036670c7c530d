import type { Blank, IpAddress, LineNode, Num, Port, Span, Unparsed, Word } from "@netfossil/core";

/**
 * What `netstat` lists of sockets. Source of the format: `netstat.c` of net-tools 1.60–2.10
 * (`tcp_do_one`, `udp_do_one`, `unix_do_one`, `finish_this_one`), `statistics.c` for `-s`, and `networking/netstat.c`
 * of busybox 1.35.
 */
export interface Netstat extends Span {
	readonly type: "netstat";
	readonly statements: readonly Statement[];
}

export type Statement =
	| Title
	| Columns
	| InternetSocket
	| UnixSocket
	| Section
	| Counter
	| Notice
	| Blank
	| Unparsed;

/** Whose columns a line has, where they are not those of net-tools. */
export type Flavor = "busybox";

/** `Active Internet connections (only servers)` */
export interface Title extends LineNode {
	readonly type: "title";
	readonly of: "internet" | "unix";
	/** `only servers` (`-l`), `servers and established` (`-a`), `w/o servers`. */
	readonly shown: string;
}

/** `Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name` */
export interface Columns extends LineNode {
	readonly type: "columns";
	readonly of: "internet" | "unix";
	/** The titles, for example `["Proto", "Recv-Q", "Send-Q", "Local Address", …]`. */
	readonly titles: readonly string[];
	/** `State` is 12 wide, and `I-Node` no wider than it is. */
	readonly flavor?: Flavor;
}

/** `TcpExt:`, of `netstat -s` */
export interface Section extends LineNode {
	readonly type: "section";
	readonly name: Word;
}

/** `    19 total packets received`, `    Forwarding: 2`, `        InType3: 67`, of `netstat -s` */
export interface Counter extends LineNode {
	readonly type: "counter";
	/** The whole line, with its number. */
	readonly text: string;
	/** Absent for the title of a histogram. */
	readonly value?: Num;
	/** 2: a line of a histogram, or of a protocol by types. */
	readonly depth: 1 | 2;
}

/** `netstat: no support for ...` and the note that not every process could be seen. */
export interface Notice extends LineNode {
	readonly type: "notice";
	readonly text: string;
}

/** `tcp        0      0 127.0.0.11:41343        0.0.0.0:*               LISTEN      14447/dockerd` */
export interface InternetSocket extends LineNode {
	readonly type: "socket";
	/** `tcp`, `tcp6`, `udp`, `udp6`, `udplite`, `sctp`, `raw`, `raw6` */
	readonly protocol: Word;
	readonly recvQ: Num;
	readonly sendQ: Num;
	readonly local: SocketEnd;
	readonly foreign: SocketEnd;
	/** `LISTEN`; absent for UDP, whose column is empty unless the socket is connected. */
	readonly state?: Word;
	/** With `-e`: a number, or a name without `-n`. */
	readonly user?: Word;
	/** With `-e`. */
	readonly inode?: Num;
	/** With `-p`. */
	readonly process?: Process;
	/** With `-p`, where `-` was printed: the reader may not see the process, or the kernel owns the socket. */
	readonly processHidden?: true;
	/** With `-o`. */
	readonly timer?: Timer;
	/** A blank follows the state. */
	readonly flavor?: Flavor;
}

/** `127.0.0.11:41343`, `:::80`, `0.0.0.0:*`, `localhost:ipp` */
export interface SocketEnd extends Span {
	readonly address: IpAddress | HostName;
	/** `*` for a foreign end that may be anyone. */
	readonly port: Port | AnyPort;
	/** `fe80::1%eth0:546` */
	readonly zone?: string;
	/** `[::]:ssh`, as without `-n`. */
	readonly bracketed?: true;
	/**
	 * Without `-W` the end is cut to 23 columns, and the address loses its own end. `surely`: what is left is
	 * no address (`2001:db8:aaaa:bbb:39150`); `perhaps`: it fills the column and may be all or not.
	 */
	readonly cut?: "surely" | "perhaps";
}

/** `*` */
export interface AnyPort extends Span {
	readonly type: "any";
}

/** A name instead of an address, for want of `-n`; `*`; or what is left of an address that was cut. */
export interface HostName extends Word {
	readonly type: "name";
}

/** `14447/dockerd`; the program's name may hold blanks: `1234/sshd: root@pts/0` */
export interface Process extends Span {
	readonly pid: Num;
	readonly program: Word;
}

/** `keepalive (9.85/0/0)` */
export interface Timer extends Span {
	/** `off`, `on`, `keepalive`, `timewait`, `probe`, `unkn-N` */
	readonly name: Word;
	/** Seconds until it fires; as printed, `9.85`. */
	readonly expires: Num;
	readonly retransmissions: number;
	readonly probes: number;
}

/** `unix  2      [ ACC ]     STREAM     LISTENING     904      1565/dockerd         /run/docker.sock` */
export interface UnixSocket extends LineNode {
	readonly type: "unix";
	readonly protocol: Word;
	readonly references: Num;
	/** `ACC`, `W`, `N` in any combination. */
	readonly flags: readonly string[];
	/** `STREAM`, `DGRAM`, `SEQPACKET` … */
	readonly kind: Word;
	readonly state?: Word;
	readonly inode: Num;
	/** With `-p`. */
	readonly process?: Process;
	/** With `-p`, where `-` was printed. */
	readonly processHidden?: true;
	/** A path, or `@` and a name in the abstract namespace. */
	readonly path?: Word;
	/** The inode stands at the right of 6 columns. */
	readonly flavor?: Flavor;
}
