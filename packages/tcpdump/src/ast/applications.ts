import type { IpAddress, LineNode, Num, Span, Word } from "@netfossil/core";
import type { Cut, HostName, Station } from "../ast.ts";

/** What applications over UDP or TCP print: on the line of the packet, and with `-v` on the lines below it. */
export type Application =
	| Dns
	| Dhcp
	| Dhcp6
	| Ntp
	| Http
	| TextProtocol
	| Syslog
	| Tftp
	| Snmp
	| Radius
	| UdpEncap
	| Isakmp
	| OtherApplication
	| Cut;

/** A line of text of `-v`, without the tab before it. */
export interface TextLine extends LineNode {
	readonly type: "line";
	readonly text: string;
}

/** `4660+ A? api.prod. (26)`, `34450* 3/0/1 CNAME cdn.example.com., A 10.255.0.172 (168)` */
export interface Dns extends Span {
	readonly type: "dns";
	/** The answer has that of the query. Absent where the message is cut before it. */
	readonly id?: Num;
	/** Where it is no plain query: `notify`, `update` … */
	readonly operation?: string;
	/** What became of an answer's query: `NXDomain`, `ServFail` … */
	readonly code?: Word;
	/** `+` recursion wanted, `%` checks off; of an answer `*` authoritative, `-` no recursion, `|` cut, `$` proven. */
	readonly flags: string;
	/** `[b2&3=0x140]`: the bytes of flags, where a query has some that are for answers. */
	readonly bits?: Num;
	/** How many entries a message has where there are not as many as usual: `[1au]`. */
	readonly sections?: readonly DnsSection[];
	/** Of a query; of an answer with `-v`. */
	readonly questions?: readonly DnsQuestion[];
	/** Of an answer alone: how many records each section has. */
	readonly counts?: { readonly answers: Num; readonly authority: Num; readonly additional: Num };
	readonly answers?: readonly DnsRecord[];
	/** With `-v`. */
	readonly authority?: readonly DnsRecord[];
	/** With `-v`. */
	readonly additional?: readonly DnsRecord[];
	/** What stands behind the fields that could be read: `CNAME <BAD PTR>`. */
	readonly rest?: string;
	/** In bytes; absent of a message that is cut. */
	readonly length?: Num;
	/** ` [|domain]`: the snapshot ends within; up to 4.9 without the blank. */
	readonly truncated?: string;
}

/** `[1au]` */
export interface DnsSection {
	/** `q`: questions, `a`: answers, `n`: authority, `au`: additional. */
	readonly of: "q" | "a" | "n" | "au";
	readonly count: number;
}

/** `PTR (QM)? _http._tcp.local.` */
export interface DnsQuestion extends Span {
	/** `A`, `AAAA`, `Type65` … */
	readonly record: Word;
	/** Where it is not the Internet: `CHAOS`, `(Class 77)`. */
	readonly class?: string;
	/** Of multicast DNS: whether all (`QM`) or the asker alone (`QU`) should hear the answer. */
	readonly answer?: "QM" | "QU";
	readonly name: Word;
}

/** `CNAME cdn.example.com.`, with `-v` `api.prod. [30s] A 10.1.2.3` */
export interface DnsRecord {
	readonly name?: string;
	/** Where it is not the Internet: `CHAOS`, `ANY`; of multicast DNS `(Cache flush)`. */
	readonly class?: string;
	/** As printed: `1m30s`. */
	readonly ttl?: string;
	readonly record: string;
	readonly data?: string;
	/** Of `OPT UDPsize=1232 DO [COOKIE 0102030405060708]`, in place of `data`. */
	readonly edns?: Edns;
}

/** `UDPsize=1232 DO [ECS 192.0.2.0/24/0]` */
export interface Edns {
	/** The largest answer that the asker takes. */
	readonly size: number;
	/** `DO`: the asker wants signatures. */
	readonly flags?: string;
	/** As printed between the brackets. */
	readonly options?: string;
}

/** What text protocols have: a start line on the line of the packet, with `-v` all their lines below it. */
export interface TextMessage extends Span {
	/** With `-v`: of the payload; then the lines stand below. */
	readonly length?: Num;
	readonly line?: StartLine;
	/** With `-v`. A line that is no header, as a folded one, is a `line`. */
	readonly headers?: readonly (MessageHeader | TextLine)[];
	/** With `-v`: the line of a tab alone that ends the headers. */
	readonly blank?: LineNode;
	/** With `-v`: the lines behind the headers. */
	readonly body?: readonly TextLine[];
	/** ` [|http]`: the snapshot ends within, or what follows is no text; 4.9 wrote ` [!http]`. */
	readonly truncated?: string;
}

/** `HTTP: GET / HTTP/1.1`, `HTTP` (no start line), with `-v` `HTTP, length: 84` and the text below. */
export interface Http extends TextMessage {
	readonly type: "http";
}

/** `FTP: 220 ftp ready`, `SIP: OPTIONS sip:a@b SIP/2.0`, `SMTP, length: 26` */
export interface TextProtocol extends TextMessage {
	readonly type: "text-protocol";
	/** `FTP`, `SMTP`, `RTSP`, `SIP`, `WHOIS` */
	readonly name: Word;
}

export type StartLine = RequestLine | StatusLine | TextLine;

/** `GET /index.html HTTP/1.1` */
export interface RequestLine extends LineNode {
	readonly type: "request";
	readonly method: Word;
	readonly target: Word;
	/** `HTTP/1.1`, `SIP/2.0`, `RTSP/1.0` */
	readonly version: Word;
}

/** `HTTP/1.1 404 Not Found` */
export interface StatusLine extends LineNode {
	readonly type: "status";
	readonly version: Word;
	readonly code: Num;
	readonly reason?: Word;
}

/** `Host: api.prod` */
export interface MessageHeader extends LineNode {
	readonly type: "header";
	readonly name: Word;
	/** Absent where nothing stands behind the colon. */
	readonly value?: Word;
}

/** `BOOTP/DHCP, Request from 02:42:0a:ff:00:03, length 300`; all but the first three with `-v`. */
export interface Dhcp extends Span {
	readonly type: "dhcp";
	readonly operation: "request" | "reply" | "unknown";
	/** Of `unknown (0x03)`. */
	readonly code?: Num;
	readonly client?: Station;
	/** Absent of a message that is cut. */
	readonly length?: Num;
	/** Where it is not Ethernet's. */
	readonly hardwareType?: Num;
	/** Where it is not Ethernet's. */
	readonly hardwareLength?: Num;
	readonly hops?: Num;
	/** `xid 0x3903f326`: the reply has that of the request. */
	readonly transaction?: Num;
	readonly seconds?: Num;
	/** `none`, `Broadcast` */
	readonly flags?: string;
	/** `(0x8001)`, where there are others. */
	readonly flagBits?: Num;
	/** `Client-IP`: the address that the client has. */
	readonly clientAddress?: DhcpAddress;
	/** `Your-IP`: the address that the client gets. */
	readonly yourAddress?: DhcpAddress;
	/** `Server-IP`: where the client boots from. */
	readonly serverAddress?: DhcpAddress;
	/** `Gateway-IP`: the relay. */
	readonly gatewayAddress?: DhcpAddress;
	/** `Client-Ethernet-Address` */
	readonly clientStation?: DhcpStation;
	/** `sname "srv"` */
	readonly serverName?: DhcpName;
	/** `file "pxelinux.0"` */
	readonly file?: DhcpName;
	/** The line `Vendor-rfc1048 Extensions`. */
	readonly extensions?: LineNode;
	/** `Magic Cookie 0x63825363` */
	readonly cookie?: DhcpCookie;
	/** Their message type is the option 53. */
	readonly options?: readonly DhcpOption[];
	/** ` [|bootp]`: the snapshot ends within. */
	readonly truncated?: string;
}

/** `Your-IP 10.255.0.43` */
export interface DhcpAddress extends LineNode {
	readonly address: IpAddress | HostName;
}

/** `Client-Ethernet-Address 02:42:2a:5f:01:b1` */
export interface DhcpStation extends LineNode {
	readonly station: Station;
}

/** `file "pxelinux.0"` */
export interface DhcpName extends LineNode {
	readonly name: Word;
}

/** `Magic Cookie 0x63825363` */
export interface DhcpCookie extends LineNode {
	readonly value: Num;
}

/** `Lease-Time (51), length 4: 3600`; 3.9 wrote `Lease-Time Option 51, length 4: 3600`. */
export interface DhcpOption extends LineNode {
	readonly name: Word;
	readonly code: Num;
	readonly length: Num;
	/** How often it stands there: `PAD (0), length 0, occurs 3`. */
	readonly occurs?: Num;
	/** Absent where the lines below hold it. */
	readonly value?: DhcpValue;
	/** Lines below: the options that are asked for, options within, `trailing data length 1`. */
	readonly lines?: readonly (DhcpNames | DhcpSuboption | TextLine)[];
	/** The word before the number, in place of parentheses. */
	readonly spelling?: "Option";
}

export type DhcpValue =
	| { readonly type: "addresses"; readonly addresses: readonly (IpAddress | HostName)[] }
	| { readonly type: "number"; readonly number: Num }
	| { readonly type: "string"; readonly value: Word }
	| { readonly type: "other"; readonly value: Word };

/** `Subnet-Mask (1), Default-Gateway (3), Domain-Name (15)`: options that a client asks for. */
export interface DhcpNames extends LineNode {
	readonly type: "names";
	readonly names: readonly DhcpOptionName[];
}

/** `Subnet-Mask (1)`; 3.9 printed the name alone. */
export interface DhcpOptionName {
	readonly name: string;
	readonly code?: number;
}

/** `Circuit-ID SubOption 1, length 4: eth0` */
export interface DhcpSuboption extends LineNode {
	readonly type: "suboption";
	readonly name: Word;
	readonly code: Num;
	readonly length: Num;
	readonly value: Word;
}

/** `dhcp6 solicit`, with `-v` `dhcp6 solicit (xid=a1b2c3 (client-ID hwaddr type 1 0242de9562f9) (elapsed-time 100))` */
export interface Dhcp6 extends Span {
	readonly type: "dhcp6";
	readonly message: Word;
	/** Hex digits; absent of what a relay sends, and without `-v`. */
	readonly transaction?: Word;
	/** Of a relay: the link of the client. */
	readonly linkAddress?: IpAddress | HostName;
	/** Of a relay: whom the message came from. */
	readonly peerAddress?: IpAddress | HostName;
	/** With `-v`. */
	readonly options?: readonly Dhcp6Option[];
	/** What follows, as printed, where the parentheses do not match. */
	readonly rest?: string;
	/** ` [|dhcp6]`: the snapshot ends within. */
	readonly truncated?: string;
}

/** `(IA_NA IAID:1 T1:3600 T2:5400 (IA_ADDR 2001:db8::6 pltime:3600 vltime:7200))` */
export interface Dhcp6Option {
	readonly name: string;
	/** What follows the name, as printed. */
	readonly text?: string;
	/** Options within. */
	readonly options?: readonly Dhcp6Option[];
}

/** `NTPv4, Client, length 48`; the others with `-v`. */
export interface Ntp extends Span {
	readonly type: "ntp";
	readonly version: Num;
	/** Absent up to 4.9, which has it in {@link status}. */
	readonly mode?: Word;
	readonly length: Num;
	readonly status?: NtpStatus;
	readonly root?: NtpRoot;
	readonly timestamps?: readonly NtpTimestamp[];
	/** `Key id: 7` */
	readonly key?: NtpKey;
	readonly authentication?: NtpAuthentication;
	/** ` [|ntp]`: the snapshot ends within. */
	readonly truncated?: string;
}

/** `Leap indicator: clock unsynchronized (192), Stratum 2 (secondary reference), poll 6 (64s), precision -20` */
export interface NtpStatus extends LineNode {
	/** Up to 4.9. */
	readonly mode?: Word;
	/** `clock unsynchronized`; empty where no second is to be added. */
	readonly leap: string;
	readonly leapBits: Num;
	/** Absent of control messages. */
	readonly stratum?: Num;
	/** `secondary reference`; 3.9 did not print it. */
	readonly stratumName?: string;
	/** As a power of two. */
	readonly poll?: Num;
	/** 3.9 printed `poll 6s` instead. */
	readonly pollSeconds?: Num;
	/** As a power of two. */
	readonly precision?: number;
	/** Of a control message, as printed: `Request, OK, Last, OpCode=1` */
	readonly text?: string;
}

/** `Root Delay: 0.003906, Root dispersion: 0.007812, Reference-ID: 0x0aff024d` */
export interface NtpRoot extends LineNode {
	/** In seconds. */
	readonly delay: Word;
	/** In seconds. */
	readonly dispersion: Word;
	/** `(unspec)`, `GPS`, `0x0aff024d`; 3.9 printed an address. */
	readonly reference: Word;
}

/** `Transmit Timestamp:   3900000000.500000000 (2023-08-02T21:20:00Z)`, `Originator - Receive Timestamp:  -0.000000000` */
export interface NtpTimestamp extends LineNode {
	readonly of:
		| "Reference"
		| "Originator"
		| "Receive"
		| "Transmit"
		| "Originator - Receive"
		| "Originator - Transmit";
	/** Seconds since 1900, or of a difference. */
	readonly value: Word;
	/** As printed: `2023-08-02T21:20:00Z`, up to 4.9 `2023/08/02 21:20:00`. */
	readonly date?: string;
}

/** `Key id: 7` */
export interface NtpKey extends LineNode {
	readonly id: Num;
}

/** `Authentication: 00000000000000000000000000000000` */
export interface NtpAuthentication extends LineNode {
	/** Hex digits. */
	readonly digest: Word;
}

/** `SYSLOG daemon.info, length: 39`, with `-v` `SYSLOG, length: 39` and two lines. */
export interface Syslog extends Span {
	readonly type: "syslog";
	readonly facility?: Word;
	readonly severity?: Word;
	readonly length: Num;
	/** With `-v`. */
	readonly priority?: SyslogPriority;
	/** With `-v`: `Msg: Nov 20 10:00:00 web-0 app[1]: hello` */
	readonly message?: TextLine;
	/** ` [|syslog]`: the snapshot ends within. */
	readonly truncated?: string;
}

/** `Facility daemon (3), Severity info (6)` */
export interface SyslogPriority extends LineNode {
	readonly facility: Word;
	readonly facilityCode: Num;
	readonly severity: Word;
	readonly severityCode: Num;
}

/** `TFTP, length 17, RRQ "boot.img" octet`; up to 4.9 ` 17 RRQ "boot.img" octet`. */
export interface Tftp extends Span {
	readonly type: "tftp";
	readonly length: Num;
	/** `RRQ`, `WRQ`, `DATA`, `ACK`, `ERROR`, `OACK` */
	readonly operation: Word;
	/** Of a request. */
	readonly file?: Word;
	/** Of a request: `octet`, `netascii` */
	readonly mode?: Word;
	/** Of data and acknowledgements. */
	readonly block?: Num;
	/** What follows, as printed: ` blksize 1432` */
	readonly text?: string;
	/** How the line is punctuated where it is not today's. */
	readonly punctuation?: "4.9";
}

/** ` GetRequest(28)  .1.3.6.1.2.1.1.1.0`, with `-v` ` { SNMPv2c C="private" { GetRequest(28) R=455884110  .1.3 } } ` */
export interface Snmp extends Span {
	readonly type: "snmp";
	/** `[2 extra after iSEQ]`: what is wrong with the message. */
	readonly flaw?: string;
	/** With `-v`: `1`, `2c`, `3` */
	readonly version?: Word;
	/** With `-v`, where it is not `public`. */
	readonly community?: Word;
	readonly operation: Word;
	/** In bytes. */
	readonly size: Num;
	/** With `-v`. */
	readonly request?: Num;
	/** What follows, as printed: the objects. */
	readonly text: string;
}

/** `RADIUS, Access-Request (1), id: 0x07 length: 49`, with `-v` `RADIUS, length: 49` and the attributes below. */
export interface Radius extends Span {
	readonly type: "radius";
	/** Without `-v`, and up to 3.9. */
	readonly message?: Word;
	readonly code?: Num;
	readonly id?: Num;
	readonly length: Num;
	/** With `-v`. */
	readonly packet?: RadiusPacket;
	/** With `-v`. */
	readonly attributes?: readonly RadiusAttribute[];
	/** ` [|radius]`: the snapshot ends within. */
	readonly truncated?: string;
}

/** `Access-Request (1), id: 0x07, Authenticator: 00000000000000000000000000000000` */
export interface RadiusPacket extends LineNode {
	readonly message: Word;
	readonly code: Num;
	readonly id: Num;
	readonly authenticator: Word;
}

/** `User-Name Attribute (1), length: 5, Value: bob` */
export interface RadiusAttribute extends LineNode {
	readonly name: Word;
	readonly code: Num;
	readonly length: Num;
	readonly value: Word;
}

/** `ESP(spi=0x1234abcd,seq=0x1), length 48` */
export interface Esp extends Span {
	readonly type: "esp";
	readonly spi: Num;
	readonly sequence: Num;
	readonly length: Num;
}

/** `UDP-encap: ESP(spi=0x00c0ffee,seq=0x7), length 40`: ESP through a NAT. */
export interface UdpEncap extends Span {
	readonly type: "udp-encap";
	/** Absent where the packet is cut. */
	readonly esp?: Esp;
	/** ` [|esp]`: the snapshot ends within. */
	readonly truncated?: string;
}

/** `isakmp: phase 1 I ident`, with `-v` `isakmp 2.0 msgid 00000000: parent_sa ikev2_init[I]:`; `isakmp-nat-keep-alive` */
export interface Isakmp extends Span {
	readonly type: "isakmp";
	/** It stands behind `NONESP-encap: `, on ESP's port. */
	readonly encapsulated?: true;
	/** With `-v`: `1.0`, `2.0` */
	readonly version?: Word;
	/** With `-v`: hex digits. */
	readonly message?: Word;
	/** With `-vv`, of both sides: `3132333435363738->0000000000000000` */
	readonly cookies?: Word;
	/** What is agreed upon, as printed: `phase 1 I ident`; absent of a packet that only keeps a NAT open. */
	readonly exchange?: string;
}

/** Any other application: `BGP`, `RESP "GET" "a"`, `HSRPv0-hello 20: state=active`, `BFDv1, length: 24` */
export interface OtherApplication extends Span {
	readonly type: "application";
	/** `BGP` */
	readonly name: Word;
	/** Of `BFDv1`. */
	readonly version?: Num;
	/** What follows the name, as printed. */
	readonly text?: string;
	/** Where `, length: 24` ends the line. */
	readonly length?: Num;
	/** How the length is written, where it is not `length: 24`. */
	readonly colon?: false;
	/** A blank stands before the name: ` l2tp:[TLS](1/0)`. */
	readonly spaced?: true;
}

/** `sctp (1) [INIT] [init tag: 3735928559] [rwnd: 106496], (2) [DATA] (B)(E) [TSN: 1] ` */
export interface Sctp extends Span {
	readonly type: "sctp";
	/** With `-vv` they stand below the line, and are `continuation`. */
	readonly chunks?: readonly SctpChunk[];
	/** Of the acknowledgement that ends the line. */
	readonly blocks?: readonly (SctpGap | SctpDuplicate)[];
	/** What follows, as printed: ` (1) [Bad chunk length 2, < size of chunk descriptor]`, ` [|sctp]` */
	readonly flaw?: string;
}

/** `(2) [DATA] (B)(E) [TSN: 1] [SID: 2] [SSEQ 3] [PPID 0x2e] ` */
export interface SctpChunk extends Span {
	readonly number: Num;
	/** `INIT`, `DATA`, `SACK`, `HB REQ` … */
	readonly kind: Word;
	/** Of data: `UBE`, unordered, the beginning and the end of a message. */
	readonly flags?: string;
	readonly fields?: readonly SctpField[];
}

/** `[init tag: 3735928559]`, `[SSEQ 3]` */
export interface SctpField extends Span {
	readonly name: string;
	readonly value: Num;
	/** A colon stands behind the name. */
	readonly colon?: true;
}

/** `[gap ack block #1: start = 7, end = 8] `: what arrived, though something before it did not. */
export interface SctpGap extends LineNode {
	readonly type: "gap";
	readonly number: Num;
	readonly first: Num;
	readonly last: Num;
}

/** `[dup TSN #1: 4] `: what arrived twice. */
export interface SctpDuplicate extends LineNode {
	readonly type: "duplicate";
	readonly number: Num;
	readonly tsn: Num;
}
