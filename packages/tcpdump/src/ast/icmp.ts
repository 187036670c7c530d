import type { IpAddress, Num, Port, Span, Word } from "@netfossil/core";
import type { BadChecksum, HostName, InnerPacket, Text } from "../ast.ts";

/** `ICMP echo request, id 18218, seq 1, length 8` */
export interface Icmp extends Span {
	readonly type: "icmp";
	readonly message: IcmpMessage;
	readonly length?: Num;
	/** With `-v`: ` (wrong icmp cksum babc (->bbbd)!)` */
	readonly badChecksum?: BadChecksum;
	/** What else follows, as printed. */
	readonly remarks?: string;
	/** With `-v`: the packet that the message is about, on the line below, behind a tab. */
	readonly quoted?: InnerPacket;
	/** How the line before it ended, where that is not "\n". */
	readonly break?: "\r\n";
}

export type IcmpMessage =
	| Echo
	| Unreachable
	| TimeExceeded
	| Redirect
	| ParameterProblem
	| IcmpTimestamp
	| AddressMask
	| RouterAdvertisement
	| PlainMessage
	| UnknownMessage
	| Text;

/** `echo reply, id 18218, seq 1`; 5.0 knows `extended echo request`. */
export interface Echo extends Span {
	readonly type: "echo-request" | "echo-reply" | "extended-echo-request" | "extended-echo-reply";
	/** Old releases leave it out of ICMPv6. */
	readonly id?: Num;
	readonly sequence: Num;
}

/**
 * `10.255.2.77 udp port 33434 unreachable`, `host 10.255.2.77 unreachable - admin prohibited`; of ICMPv6
 * `destination unreachable, unreachable port, 2001:db8::6 udp port 53`.
 */
export interface Unreachable extends Span {
	readonly type: "unreachable";
	/** `destination`: none of the others, see `reason`. */
	readonly what: "net" | "host" | "protocol" | "port" | "fragmentation" | "destination";
	/** Whom the lost packet was for; absent where ICMPv6 has a code that tcpdump doesn't know. */
	readonly address?: IpAddress | HostName;
	/** Of `udp port 33434`: the protocol's name. */
	readonly protocol?: string;
	readonly port?: Port;
	/** Of `protocol 6`. */
	readonly protocolNumber?: Num;
	/** Of `need to frag (mtu 1400)`. */
	readonly mtu?: Num;
	/** `admin prohibited`, `source route failed`, `#16`; of ICMPv6 `prohibited`, `beyond scope`, `unknown unreach code (9)` */
	readonly reason?: string;
	/** Of ICMPv6's `beyond scope`. */
	readonly source?: IpAddress | HostName;
}

/** `time exceeded in-transit`, `ip reassembly time exceeded`; of ICMPv6 `time exceeded in-transit for 2001:db8::6` */
export interface TimeExceeded extends Span {
	readonly type: "time-exceeded";
	readonly what?: "transit" | "reassembly";
	/** Any other code. */
	readonly code?: Num;
	/** Of ICMPv6: whom the lost packet was for. */
	readonly address?: IpAddress | HostName;
}

/** `redirect 10.255.2.77 to host 10.255.0.1`; of ICMPv6 `redirect, 2001:db8::9 to fe80::1` */
export interface Redirect extends Span {
	readonly type: "redirect";
	readonly destination: IpAddress | HostName;
	/** The better way to it. */
	readonly gateway: IpAddress | HostName;
	/** Whether the way is one to a network or a host; ICMPv6 does not say. */
	readonly what?: "net" | "host";
	/** `redirect-tos`: for packets with this type of service. */
	readonly tos?: true;
	/** Any other code: `redirect-#4` */
	readonly code?: Num;
}

/** `parameter problem - octet 20`, `parameter problem - code 1`; of ICMPv6 `parameter problem, next header - octet 40` */
export interface ParameterProblem extends Span {
	readonly type: "parameter-problem";
	/** Of ICMPv6: `erroneous`, `next header`, `option`, `incomplete header chain` */
	readonly problem?: string;
	/** Where in the packet. */
	readonly octet?: Num;
	readonly code?: Num;
}

/** `time stamp query id 1 seq 1`, `time stamp reply id 1 seq 1: org 00:00:01.000, recv 00:00:02.000, xmit 00:00:03.000` */
export interface IcmpTimestamp extends Span {
	readonly type: "timestamp-request" | "timestamp-reply";
	readonly id: Num;
	readonly sequence: Num;
	readonly times?: { readonly originate: string; readonly receive: string; readonly transmit: string };
}

/** `address mask request`, `address mask is 0xffffff00` */
export interface AddressMask extends Span {
	readonly type: "address-mask-request" | "address-mask-reply";
	readonly mask?: Num;
}

/** `router advertisement lifetime 30:00 1: {10.255.0.1 0}`; of ICMPv6 `router advertisement`, the rest in the lines below. */
export interface RouterAdvertisement extends Span {
	readonly type: "router-advertisement";
	/** As printed: seconds, or minutes and seconds. */
	readonly lifetime?: Word;
	/** How many routers it names. */
	readonly count?: Num;
	/** Of an entry, where it is not what it should be. */
	readonly size?: Num;
	readonly routers?: readonly { readonly address: IpAddress | HostName; readonly preference: Num }[];
}

/** A message of which only the name is printed: `source quench`, `router solicitation` */
export interface PlainMessage extends Span {
	readonly type:
		| "source-quench"
		| "router-solicitation"
		| "information-request"
		| "information-reply"
		| "inverse-neighbor-solicitation"
		| "inverse-neighbor-advertisement";
}

/** `type-#42`, of ICMPv6 `unknown icmp6 type (42)` */
export interface UnknownMessage extends Span {
	readonly type: "unknown";
	readonly number: Num;
}

/** `ICMP6, echo request, id 7, seq 1, length 12` */
export interface Icmp6 extends Span {
	readonly type: "icmp6";
	/** With `-v`: `[icmp6 sum ok] `, as printed without the brackets. */
	readonly checksum?: string;
	readonly message: Icmp6Message;
	readonly length?: Num;
	/** With `-v` the length stands after the name of the message, not at its end. */
	readonly lengthFirst?: true;
	/** What follows, as printed. */
	readonly remarks?: string;
}

export type Icmp6Message =
	| Echo
	| Unreachable
	| PacketTooBig
	| TimeExceeded
	| ParameterProblem
	| Redirect
	| RouterAdvertisement
	| NeighborSolicitation
	| NeighborAdvertisement
	| ListenerMessage
	| ListenerQuery2
	| ListenerReport2
	| PlainMessage
	| UnknownMessage
	| Text;

/** `packet too big, mtu 1280` */
export interface PacketTooBig extends Span {
	readonly type: "packet-too-big";
	readonly mtu: Num;
}

/** `neighbor solicitation, who has 2001:db8::6` */
export interface NeighborSolicitation extends Span {
	readonly type: "neighbor-solicitation";
	readonly target: IpAddress | HostName;
}

/** `neighbor advertisement, tgt is 2001:db8::6, Flags [solicited]` */
export interface NeighborAdvertisement extends Span {
	readonly type: "neighbor-advertisement";
	readonly target: IpAddress | HostName;
	/** With `-v`: `none`, or names of `router`, `solicited`, `override` */
	readonly flags?: string;
}

/** Version 1: `multicast listener reportmax resp delay: 0 addr: ff02::1:3`, without a blank since 4.99. */
export interface ListenerMessage extends Span {
	readonly type: "listener-query" | "listener-report" | "listener-done";
	/** In milliseconds. */
	readonly delay: Num;
	readonly group: IpAddress | HostName;
	/** A blank stands before `max`. */
	readonly blank?: true;
}

/** `multicast listener query v2 [max resp delay=10000] [gaddr :: robustness=2 qqi=125]` */
export interface ListenerQuery2 extends Span {
	readonly type: "listener-query-v2";
	/** With `-v`. In milliseconds. */
	readonly delay?: Num;
	readonly group: IpAddress | HostName;
	/** What follows the group, as printed: ` robustness=2 qqi=125` */
	readonly remarks?: string;
}

/** `multicast listener report v2, 1 group record(s) [gaddr ff02::fb to_ex, 0 source(s)]` */
export interface ListenerReport2 extends Span {
	readonly type: "listener-report-v2";
	readonly count: Num;
	/** With `-v`. */
	readonly records: readonly GroupRecord[];
}

/** `[gaddr 239.1.2.3 to_ex, 0 source(s)]`, with `-vv` `[gaddr 239.1.2.3 to_ex { 10.0.0.1 }]` */
export interface GroupRecord extends Span {
	readonly group: IpAddress | HostName;
	/** `is_in`, `is_ex`, `to_in`, `to_ex`, `allow`, `block` */
	readonly mode: string;
	/** How many sources it names. */
	readonly count?: Num;
	readonly sources?: readonly (IpAddress | HostName)[];
}
