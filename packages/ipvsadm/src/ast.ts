import type { Blank, IpAddress, LineNode, Num, Port, Span, Unparsed, Word } from "@netfossil/core";

/**
 * What `ipvsadm` lists. Source of the format: `print_title`, `print_service_entry` and `print_dest_entry` of
 * ipvsadm 1.26–1.31.
 */
export interface IpvsadmList extends Span {
	readonly type: "ipvsadm-list";
	readonly statements: readonly ListStatement[];
}

/** What `ipvsadm -S` and `ipvsadm-save` print: the arguments that would make the table again. */
export interface IpvsadmSave extends Span {
	readonly type: "ipvsadm-save";
	readonly statements: readonly SaveStatement[];
}

export type ListStatement = VersionLine | ColumnLine | VirtualService | RealServer | Blank | Unparsed;
export type SaveStatement = VirtualService | SavedRealServer | Blank | Unparsed;

/** `IP Virtual Server version 1.2.1 (size=4096)` */
export interface VersionLine extends LineNode {
	readonly type: "version";
	/** Of the kernel's IPVS, for example `1.2.1`. */
	readonly version: string;
	/** Buckets of the connection table. */
	readonly size: number;
}

/** `Prot LocalAddress:Port Scheduler Flags`, or the line of the real servers' titles below it. */
export interface ColumnLine extends LineNode {
	readonly type: "columns";
	readonly of: "service" | "real-server";
	/** The titles from the first column after the address, for example `["Forward", "Weight", …]`. */
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
	/** Decimal here; the same number stands in hex in iptables (`0x102`). */
	readonly mark: Num;
	readonly family: 4 | 6;
}

export type ServiceKey = AddressKey | FwmarkKey;

/** A name that was printed instead of an address, for want of `-n`. */
export interface HostName extends Word {
	readonly type: "name";
}

/** `FWM  258 rr`, `TCP  172.157.54.5:0 wlc persistent 86400`; saved: `-A -f 258 -s rr` */
export interface VirtualService extends LineNode {
	readonly type: "service";
	readonly key: ServiceKey;
	/** `rr`, `wlc`, `mh` … */
	readonly scheduler: Word;
	readonly persistent?: Persistence;
	/** Persistence engine (`pe sip`). */
	readonly engine?: string;
	/** One-packet scheduling (`ops`). */
	readonly onePacket?: true;
	/** The scheduler's own flags: `sh-port`, `mh-fallback`, `flag-1` … */
	readonly flags?: readonly string[];
}

/** `persistent 60 mask 255.255.255.0` */
export interface Persistence {
	/** Seconds. */
	readonly timeout: number;
	/** Netmask (IPv4) or prefix length (IPv6) of the clients that are kept together; absent: one by one. */
	readonly mask?: string;
}

/** How packets reach a real server: `Masq`, `Route`, `Tunnel`, `Local`; saved `-m`, `-g`, `-i`. */
export type Forwarding = "masquerade" | "route" | "tunnel" | "local";

/** What a real server is, in the list and in the save form. */
export interface RealServerFields {
	readonly address: IpAddress | HostName;
	/** Port 0 keeps the port of the packet. */
	readonly port: Port;
	readonly forwarding: Forwarding;
	/** 0: drained, takes no new connections. */
	readonly weight: number;
}

/** `  -> 10.255.0.5:0                 Masq    1      0          0         ` */
export interface RealServer extends LineNode, RealServerFields {
	readonly type: "real-server";
	readonly activeConnections: number;
	readonly inactiveConnections: number;
}

/** `-a -f 256 -r 10.255.0.4:0 -m -w 1` */
export interface SavedRealServer extends LineNode, RealServerFields {
	readonly type: "real-server";
	/** The service that it belongs to; in a list that is the line above. */
	readonly service: ServiceKey;
	/** Since 1.30, for real servers reached by a tunnel. */
	readonly tunnel?: TunnelOptions;
}

/** `--tun-type gue --tun-port 6080 --tun-remcsum` */
export interface TunnelOptions {
	readonly type: string;
	/** UDP port of GUE. */
	readonly port?: number;
	readonly checksum?: "none" | "checksum" | "remote-checksum";
}
