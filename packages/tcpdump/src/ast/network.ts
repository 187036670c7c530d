import type { IpAddress, Num, Port, Span, Word } from "@netfossil/core";
import type { HostName, Ip6Header, Station } from "../ast.ts";

export type Arp = ArpRequest | ArpReply | ArpWhoIs | ArpAt | ArpUnknown | ArpText;

/** What all ARP packets have. */
export interface ArpFields extends Span {
	readonly type: "arp";
	/** With `-v`, as printed: `Ethernet (len 6), IPv4 (len 4)` */
	readonly hardware?: string;
	readonly length?: Num;
	/** The line is one of 3.9, which says `arp who-has` and no length. */
	readonly form?: "3.9";
}

/**
 * `ARP, Request who-has 10.255.0.3 tell 10.255.0.6, length 28`. A sender that asks for its own address announces
 * it; one that tells `0.0.0.0` probes whether the address is free.
 */
export interface ArpRequest extends ArpFields {
	readonly operation: "request";
	readonly target: IpAddress | HostName;
	/** A unicast request names it. */
	readonly targetMac?: Station;
	readonly sender: IpAddress | HostName;
}

/** `ARP, Reply 10.255.0.3 is-at 02:42:0a:ff:00:03 (oui Unknown), length 28` */
export interface ArpReply extends ArpFields {
	readonly operation: "reply";
	readonly sender: IpAddress | HostName;
	readonly senderMac: Station;
}

/** `ARP, Reverse Request who-is 02:42:ce:2f:9e:dd tell 02:42:ce:2f:9e:dd, length 28` */
export interface ArpWhoIs extends ArpFields {
	readonly operation: "reverse-request" | "inverse-request";
	/** Whose address is asked for. */
	readonly targetMac: Station;
	readonly senderMac: Station;
}

/** `ARP, Reverse Reply 02:42:ce:2f:9e:dd at 172.18.0.5, length 28` */
export interface ArpAt extends ArpFields {
	readonly operation: "reverse-reply" | "inverse-reply";
	readonly mac: Station;
	readonly address: IpAddress | HostName;
}

/** `ARP, Unknown (77) `, `arp-#77`: the bytes stand below. */
export interface ArpUnknown extends ArpFields {
	readonly operation: "unknown";
	readonly number: Num;
}

/** Any other text of ARP: `NACK`, ARP over ATM. */
export interface ArpText extends ArpFields {
	readonly operation: "other";
	readonly text: string;
}

/** ` [|ip]`: the snapshot ends within this protocol's header. */
export interface Cut extends Span {
	readonly type: "cut";
	/** `ip`, `ip6`, `icmp`, `ether`, `arp` …; 4.9 wrote `ARP`. Of TCP and UDP it is a `tcp` or `udp` without fields. */
	readonly of: string;
	/** A blank stands before the bracket. */
	readonly blank?: true;
	/** `IP` or `IP6`, where the word was printed before it. */
	readonly word?: "IP" | "IP6";
}

/** `IP bad-len 10`, `IP5 (invalid)`, `IP [total length 10 < header length 20] (invalid)`: no IP packet. */
export interface InvalidIp extends Span {
	readonly type: "invalid-ip";
	/** `IP`, `IP6`; `IP5` where the header says another version. Absent behind a link header. */
	readonly word?: string;
	/** 5.0 prints it before it finds the end: `IP6 (hlim 64, …)  [|ip6]` */
	readonly header?: Ip6Header;
	readonly flaw: string;
}

/** `, options (RR 0.0.0.0,EOL)`: one of them. */
export interface IpOption {
	/** `NOP`, `EOL`, `RA`, `RR`, `LSRR`, `SSRR`, `TS`, `security`, `unknown 130` */
	readonly name: string;
	/** What follows the name, as printed. */
	readonly value?: string;
}

/** `bad cksum 525e (->434f)!` */
export interface BadChecksum extends Span {
	readonly value: Num;
	readonly expected: Num;
}

/** A header between IP's and the transport's. */
export type Extension =
	| OptionsExtension
	| RoutingExtension
	| FragmentExtension
	| AhExtension
	| OtherExtension;

/** `HBH (rtalert: 0x0000) (padn) `, `DSTOPT ` */
export interface OptionsExtension extends Span {
	readonly type: "hop-by-hop" | "destination-options";
	/** With `-v`, as printed: `(rtalert: 0x0000) (padn) ` */
	readonly options?: string;
}

/** `RT6 (len=2, type=0 [Deprecated], segleft=1, [0]2001:db8::9) `; 3.9 called it `srcrt`. */
export interface RoutingExtension extends Span {
	readonly type: "routing";
	readonly word: "RT6" | "srcrt";
	/** In units of eight bytes. */
	readonly length: Num;
	readonly routingType: Num;
	/** `type=0 [Deprecated]` */
	readonly deprecated?: true;
	readonly segmentsLeft: Num;
	/** What stands before the addresses, as printed: `, rsv=0x0` */
	readonly remarks?: string;
	readonly addresses: readonly (IpAddress | HostName)[];
}

/** `frag (0x0000002a:0|1400) `; the identification with `-v`. */
export interface FragmentExtension extends Span {
	readonly type: "fragment";
	readonly id?: Num;
	/** In bytes. */
	readonly offset: Num;
	readonly length: Num;
	/** Nothing follows, not even a blank: only the first fragment shows what it is one of. */
	readonly last?: true;
}

/** `AH(spi=0x00000077,seq=0x1,icv=0x000000000000000000000000): ` */
export interface AhExtension extends Span {
	readonly type: "ah";
	/** With `-v`: `length=4(24-bytes),` */
	readonly size?: { readonly words: Num; readonly bytes: Num };
	readonly spi: Num;
	readonly sequence: Num;
	/** The check value's digits. */
	readonly icv?: string;
	/** 3.9: how many bytes the check value has. */
	readonly sumLength?: Num;
}

/** A header of these whose text has another form, as printed. */
export interface OtherExtension extends Span {
	readonly type: "other";
	readonly text: string;
}

/** `1 > 2: `: behind an extension header the ports stand for themselves. */
export interface Ports extends Span {
	readonly source: Port;
	readonly destination: Port;
}

/**
 * The head of a protocol that has no type of its own: `OSPFv2, Hello, length 44`, `VRRPv2, Advertisement, vrid 51,
 * prio 100, authtype none, intvl 1s, length 20`, `CDPv2, ttl: 180s, checksum: 0x3b02 (unverified), length 386`
 */
export interface Head extends Span {
	readonly type: "head";
	/** `OSPF`, `VRRP`, `CDP` … */
	readonly protocol: Word;
	readonly version?: Num;
	/** `Hello`, `Advertisement` … */
	readonly message?: Word;
	/** What parts the message from the protocol, where that is not `, `. */
	readonly separator?: " " | "-";
	/** What stands before the length, as printed: `, vrid 51, prio 100` */
	readonly fields?: string;
	readonly length?: Num;
	/** The length is printed `length: 40`. */
	readonly colon?: true;
	/** What stands behind the length, as printed. */
	readonly rest?: string;
}

/** `ip-proto-17`, ` ip-proto-253 12`, `udp`: all that a later fragment shows, or a protocol that tcpdump can't read. */
export interface IpProtocol extends Span {
	readonly type: "ip-protocol";
	readonly number?: Num;
	/** Where a name was printed. */
	readonly name?: Word;
	/** In bytes; absent in a fragment. */
	readonly length?: Num;
	/** A blank stands before it, besides the one behind the ends. */
	readonly blank?: true;
}

/** `no next header` */
export interface NoNextHeader extends Span {
	readonly type: "no-next-header";
}
