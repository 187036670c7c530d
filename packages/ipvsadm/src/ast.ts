import type { Blank, IpAddress, LineNode, Num, Port, Span, Unparsed, Word } from "@netfossil/core";

/**
 * What `ipvsadm -L` lists, in all its forms: the table with its several sets of columns, the connections
 * (`-c`), the timeouts (`--timeout`) and the daemons that synchronise connections (`--daemon`). Source of
 * the format: `print_title`, `print_service_entry`, `print_dest_entry`, `print_conn`, `list_timeout` and
 * `list_daemon` of ipvsadm 1.26–1.31.
 */
export interface IpvsadmList extends Span {
	readonly type: "ipvsadm-list";
	readonly statements: readonly ListStatement[];
}

/**
 * What `ipvsadm -S` and `ipvsadm-save` print: the arguments that would make the table again; and what people write
 * by hand to that end, with the command before them.
 */
export interface IpvsadmSave extends Span {
	readonly type: "ipvsadm-save";
	readonly statements: readonly SaveStatement[];
}

/**
 * The files of the kernel's own: /proc/net/ip_vs, ip_vs_conn and ip_vs_stats. Addresses, ports, marks and the
 * numbers of ip_vs_stats are in hexadecimal. Source of the format: Linux 6.1, `ip_vs_info_seq_show` and
 * `ip_vs_stats_show` of ip_vs_ctl.c, `ip_vs_conn_seq_show` of ip_vs_conn.c.
 */
export interface ProcNetIpVs extends Span {
	readonly type: "proc-net-ip-vs";
	readonly statements: readonly ProcStatement[];
}

export type ListStatement =
	| VersionLine
	| ColumnLine
	| VirtualService
	| RealServer
	| ConnectionsLine
	| Connection
	| TimeoutLine
	| DaemonLine
	| ErrorLine
	| Blank
	| Unparsed;
export type SaveStatement = SaveCommand | Comment | ErrorLine | Blank | Unparsed;
/** The statements of a save file that ipvsadm would carry out. */
export type SaveCommand = VirtualService | SavedRealServer | Removal;
export type ProcStatement =
	| VersionLine
	| ProcTitles
	| VirtualService
	| RealServer
	| Connection
	| TrafficLine
	| Blank
	| Unparsed;

/** `IP Virtual Server version 1.2.1 (size=4096)` */
export interface VersionLine extends LineNode {
	readonly type: "version";
	/** Of the kernel's IPVS, for example `1.2.1`. */
	readonly version: string;
	/** Buckets of the connection table. */
	readonly size: number;
}

/**
 * `Prot LocalAddress:Port Scheduler Flags`, the line of the real servers' titles below it, or
 * `pro expire state       source             virtual            destination`.
 */
export interface ColumnLine extends LineNode {
	readonly type: "columns";
	readonly of: "service" | "real-server" | "connection";
	/**
	 * The titles from the first column after the address, for example `["Forward", "Weight", …]`, none for
	 * the real servers' line of `--stats`; of connections those from `state` on.
	 */
	readonly titles: readonly string[];
}

/** A virtual service by protocol, address and port: `TCP  10.0.0.1:80`, `-t 10.0.0.1:80` */
export interface AddressKey extends Span {
	readonly type: "address";
	readonly protocol: "tcp" | "udp" | "sctp";
	readonly address: IpAddress | HostName;
	readonly port: Port;
}

/** A virtual service by firewall mark: `FWM  258`, `FWM  77 IPv6`, `-f 258` */
export interface FwmarkKey extends Span {
	readonly type: "fwmark";
	/** Decimal here; the same number stands in hex in iptables (`0x102`) and in /proc (`00000102`). */
	readonly mark: Num;
	/** Absent in /proc, which tells it only by the mask of a persistent service. */
	readonly family?: 4 | 6;
}

export type ServiceKey = AddressKey | FwmarkKey;

/** A name that was printed instead of an address, for want of `-n`. */
export interface HostName extends Word {
	readonly type: "name";
	/** ipvsadm 1.26 cut it to 28 characters, and the port with it: the port has neither number nor name. */
	readonly cut?: true;
}

/** An address and a port: `10.0.0.5:0`, `[2001:db8::1]:80`, `www.example.com:http` */
export interface Endpoint {
	readonly address: IpAddress | HostName;
	readonly port: Port;
}

/** How a command line was written, where that is not how `ipvsadm -S` prints it. */
export interface Written {
	/** What stands before the arguments, with its blanks: `sudo ipvsadm `. */
	readonly command?: string;
	/**
	 * The options in another order, by their long names (`--weight`, `--weight=`), or without those that ipvsadm
	 * knows by itself. Their values are the fields'.
	 */
	readonly options?: readonly string[];
}

/** `FWM  258 rr`, `TCP  172.157.54.5:0 wlc persistent 86400`; saved: `-A -f 258 -s rr` */
export interface VirtualService extends LineNode, Written {
	readonly type: "service";
	readonly key: ServiceKey;
	/** `-E`: the service is there, and becomes what is said here. */
	readonly edit?: true;
	/**
	 * `rr`, `wlc`, `mh` …; `--stats` and `--rate` print numbers in its place. Where a command does not say it, ipvsadm
	 * takes `wlc`.
	 */
	readonly scheduler?: Word;
	readonly persistent?: Persistence;
	/** Persistence engine (`pe sip`). */
	readonly engine?: string;
	/** Which options ipvsadm 1.26 saved without their dashes, so that it could not take them again: ` pe sip ops`. */
	readonly undashed?: readonly ("pe" | "ops")[];
	/** One-packet scheduling (`ops`). */
	readonly onePacket?: true;
	/** The scheduler's own flags: `sh-port`, `mh-fallback`, `flag-1` … */
	readonly flags?: readonly string[];
	/** Sums since the start or the last `ipvsadm -Z` (`--stats`). */
	readonly stats?: Traffic;
	/** Each second (`--rate`). */
	readonly rate?: Traffic;
}

/**
 * The columns of `--stats`: `Conns InPkts OutPkts InBytes OutBytes`, and those of `--rate`: `CPS InPPS OutPPS
 * InBPS OutBPS`.
 */
export interface Traffic {
	readonly connections: Counter;
	readonly inPackets: Counter;
	readonly outPackets: Counter;
	readonly inBytes: Counter;
	readonly outBytes: Counter;
}

/**
 * `2207`, or from 100,000,000 on cut to a unit: `100000K` is 100,000,000 with the interval of what the kernel
 * may have counted. `--exact` prints it whole.
 */
export interface Counter extends Num {
	/** Powers of 1000. */
	readonly unit?: "K" | "M" | "G" | "T";
	readonly min?: number;
	readonly max?: number;
}

/** `persistent 60 mask 255.255.255.0`; /proc: `persistent 6000 FFFFFF00` */
export interface Persistence {
	/** Seconds; absent in /proc. */
	readonly timeout?: number;
	/** The timeout was not written: `-p` alone. */
	readonly usual?: true;
	/** In /proc: ticks of the kernel, of which 100, 250 or 1000 make a second as it was built. */
	readonly jiffies?: number;
	/** Netmask (IPv4) or prefix length (IPv6) of the clients that are kept together; absent: one by one. */
	readonly mask?: string;
}

/** How packets reach a real server: `Masq`, `Route`, `Tunnel`, `Local`; saved `-m`, `-g`, `-i`. */
export type Forwarding = "masquerade" | "route" | "tunnel" | "local";

/**
 * A real server, with what the columns of the form at hand say of it. By default:
 * `  -> 10.255.0.5:0                 Masq    1      0          0         `
 */
export interface RealServer extends LineNode, Endpoint {
	readonly type: "real-server";
	/** By default and with `--tun-info`. */
	readonly forwarding?: Forwarding;
	/** With `--tun-info`: `gue:6080:r+c`; `n/a` for a server that no tunnel reaches. */
	readonly tunnelInfo?: TunnelOptions | "n/a";
	/** With `--thresholds`. */
	readonly thresholds?: Thresholds;
	/** 0: drained, takes no new connections. By default, with `--tun-info` and `--persistent-conn`. */
	readonly weight?: number;
	/** With `--persistent-conn`. */
	readonly persistentConnections?: number;
	/** In all forms but `--stats` and `--rate`. */
	readonly activeConnections?: number;
	readonly inactiveConnections?: number;
	/** Sums since the start or the last `ipvsadm -Z` (`--stats`). */
	readonly stats?: Traffic;
	/** Each second (`--rate`). */
	readonly rate?: Traffic;
}

/**
 * `Uthreshold Lthreshold`: a server with more connections than the upper number gets no new ones until they
 * are fewer than the lower one. 0: no limit.
 */
export interface Thresholds {
	readonly upper: number;
	readonly lower: number;
}

/** A real server as it is named in a command: `-r 10.255.0.4:0`, `-r 10.255.0.4` */
export interface SavedEndpoint extends Endpoint {
	/** No port was written: it is that of the service. */
	readonly samePort?: true;
}

/** `ipvsadm -C`, `ipvsadm -D -t 10.0.0.1:80`, `ipvsadm -d -t 10.0.0.1:80 -r 10.0.0.5:80` */
export interface Removal extends LineNode, Written {
	readonly type: "removal";
	/** Absent: all services. */
	readonly service?: ServiceKey;
	/** Absent: the service with all its real servers. */
	readonly server?: SavedEndpoint;
}

/** `# the shop`, `#!/bin/sh` */
export interface Comment extends LineNode {
	readonly type: "comment";
	/** The line. */
	readonly text: string;
}

/** `-a -f 256 -r 10.255.0.4:0 -m -w 1` */
export interface SavedRealServer extends LineNode, SavedEndpoint, Written {
	readonly type: "real-server";
	/** `-e`: the real server is there, and becomes what is said here. */
	readonly edit?: true;
	/** The service that it belongs to; in a list that is the line above. */
	readonly service: ServiceKey;
	/** Where a command does not say it: `route`. */
	readonly forwarding: Forwarding;
	/** 0: drained, takes no new connections. Where a command does not say it: 1. */
	readonly weight: number;
	/** `-x`, `-y`; 0 for the one that is not written. `ipvsadm -S` leaves them out. */
	readonly thresholds?: Thresholds;
	/** Since 1.30, for real servers reached by a tunnel. */
	readonly tunnel?: TunnelOptions;
}

/** `--tun-type gue --tun-port 6080 --tun-remcsum`; in the list `gue:6080:r+c`, `gre:-c`, `ipip` */
export interface TunnelOptions {
	readonly type: string;
	/** UDP port of GUE. */
	readonly port?: number;
	readonly checksum?: "none" | "checksum" | "remote-checksum";
}

/** `IPVS connection entries` */
export interface ConnectionsLine extends LineNode {
	readonly type: "connections";
}

/** `TCP 14:57  ESTABLISHED 10.99.0.1:54016    10.99.0.1:8000     10.99.0.3:9000` (`-c`) */
export interface Connection extends LineNode {
	readonly type: "connection";
	/** `TCP`, `UDP`, `SCTP`; `IP` for the template of a service by firewall mark. */
	readonly protocol: Word;
	/** Seconds until it is forgotten, printed as minutes and seconds. */
	readonly expires: number;
	/** `ESTABLISHED`, `TIME_WAIT` …; `NONE` for the template that keeps a client with its server. */
	readonly state: Word;
	readonly source: Endpoint;
	/** Of a template with protocol `IP` the mark, in the form of an address: `0.0.1.2` is 258. */
	readonly virtual: Endpoint;
	readonly destination: Endpoint;
	/** The persistence engine and what it keeps the client by; with `--persistent-conn`, where there is one. */
	readonly engine?: Word;
	readonly engineData?: Word;
}

/** `Timeout (tcp tcpfin udp): 900 120 300`, in seconds (`--timeout`) */
export interface TimeoutLine extends LineNode {
	readonly type: "timeout";
	readonly tcp: number;
	readonly tcpfin: number;
	readonly udp: number;
}

/** `master sync daemon (mcast=eth0, syncid=7, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)` (`--daemon`) */
export interface DaemonLine extends LineNode {
	readonly type: "daemon";
	readonly state: "master" | "backup";
	/** The interface (`mcast`). */
	readonly interface: Word;
	readonly syncid: number;
	readonly maxlen?: number;
	readonly group?: IpAddress;
	readonly port?: number;
	readonly ttl?: number;
}

/**
 * A line of what `ipvsadm` prints in place of a table: `Can't initialize ipvs: Protocol not available`, and
 * below it `Are you sure that IP Virtual Server is built in the kernel or as module?`; or of what the shell prints in
 * place of ipvsadm: `bash: ipvsadm: command not found`
 */
export interface ErrorLine extends LineNode {
	readonly type: "error";
	/** The line. */
	readonly text: string;
	readonly meaning: ErrorMeaning;
}

/** What a message of `ipvsadm`, or of the shell in its place, says about the host that it was printed on. */
export type ErrorMeaning = "no-module" | "permission-denied" | "no-command" | "other";

/** `Prot LocalAddress:Port Scheduler Flags`, `   Conns  Packets  Packets            Bytes            Bytes` */
export interface ProcTitles extends LineNode {
	readonly type: "titles";
	readonly of: "service" | "real-server" | "connection" | "stats" | "rate";
	/** The line. */
	readonly text: string;
}

/** `      29       CC       8F             3106            C56E4`: all services together (ip_vs_stats) */
export interface TrafficLine extends LineNode {
	readonly type: "traffic";
	/** Sums since the start, under `Conns …`. */
	readonly stats?: Traffic;
	/** Each second, under `Conns/s …`. */
	readonly rate?: Traffic;
}
