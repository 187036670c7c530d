import type { Draft, IpAddress, MacAddress, Num, Port } from "@netfossil/core";
import { readIp } from "@netfossil/core";
import type {
	Echo,
	Endpoint,
	Ethertype,
	Icmp,
	InnerPacket,
	InterfaceColumn,
	Ip,
	Ip6,
	Ip6Header,
	IpHeader,
	Layers,
	Link,
	Packet,
	Sequence,
	Station,
	Tcp,
	TcpChecksum,
	TcpOption,
	Timestamp,
	Transport,
	Udp,
} from "../ast.ts";
import { findApplication } from "../codecs/applications.ts";
import { readOptions } from "../codecs/tcp-options.ts";
import { tcpRest } from "./transport.ts";

const NEWLINE = 10;
const BLANK = 32;
const COMMA = 44;
const DASH = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const BRACKET = 93;

/** Where a number that is printed as it is ends: beyond 15 digits a double is not exact. */
const MOST_DIGITS = 15;

/**
 * The commonest packets, read without the grammar, which takes ten times as long: with addresses instead of
 * names, of TCP, of UDP where its length or what an application says stands on the line, echoes of ICMP, ARP, and
 * such packets in VXLAN; with `-e` on Ethernet, with `-v` and with any `-t`. Whatever else it meets it leaves to
 * the grammar (undefined); a test holds that the two agree.
 *
 * `end`: where the last line of the packet ends. Offsets of nodes count from `base` more than those of the text.
 */
export function readFast(text: string, start: number, end: number, base: number): Packet | undefined {
	return new Scanner(text, start, end, base).packet();
}

/** Where the time ends that a line of most texts begins with, as `08:50:25.616528 `; -1: with no such time. */
export function clockEnd(text: string, start: number): number {
	const end = start + "08:50:25.616528 ".length;
	if (text.charCodeAt(start + 2) !== COLON || text.charCodeAt(start + 5) !== COLON) return -1;
	if (text.charCodeAt(start + 8) !== DOT || text.charCodeAt(end - 1) !== BLANK) return -1;
	if (text.charCodeAt(start + 3) > ZERO + 5 || text.charCodeAt(start + 6) > ZERO + 5) return -1;
	for (let at = start; at < end - 1; at++) {
		const code = text.charCodeAt(at);
		if (code >= ZERO && code <= NINE) continue;
		if (at - start !== 2 && at - start !== 5 && at - start !== 8) return -1;
	}
	return end;
}

/**
 * A cursor over a packet's text. A method that reads a part goes behind it and gives its node; undefined: it stands
 * somewhere within, and the packet is given up.
 */
class Scanner {
	readonly #text: string;
	readonly #start: number;
	readonly #end: number;
	readonly #base: number;
	#at: number;
	/** The layers that were read last. */
	#link: Link | undefined;
	#network: Layers["network"] | undefined;
	#transport: Transport | undefined;

	constructor(text: string, start: number, end: number, base: number) {
		this.#text = text;
		this.#start = start;
		this.#end = end;
		this.#base = base;
		this.#at = start;
	}

	/*
	 * Where a node may lack keys, the commonest shape is written as one literal: to set the keys one by one makes
	 * V8 allocate them apart, several times over.
	 */

	packet(): Packet | undefined {
		const number = this.#number();
		const timestamp = this.#timestamp();
		if (timestamp === undefined) return undefined;
		const column = this.#column();
		if (column === null || !this.#layers(0) || this.#at !== this.#end) return undefined;
		const start = this.#start + this.#base;
		const end = this.#end + this.#base;
		const network = this.#network!;
		const transport = this.#transport;
		if (number === undefined && column === undefined && this.#link === undefined && transport !== undefined)
			return { type: "packet", start, end, timestamp, network, transport };
		const packet = { type: "packet", start, end } as Draft<Packet>;
		if (number !== undefined) packet.number = number;
		packet.timestamp = timestamp;
		if (column !== undefined) packet.interface = column;
		if (this.#link !== undefined) packet.link = this.#link;
		packet.network = network;
		if (transport !== undefined) packet.transport = transport;
		return packet;
	}

	/** `3  `, before a time. */
	#number(): Num | undefined {
		const start = this.#at;
		if (this.#text.charCodeAt(start + 2) === COLON) return undefined;
		const number = this.#num();
		if (number !== undefined && this.#take("  ") && this.#isDigit(this.#at)) return number;
		this.#at = start;
		return undefined;
	}

	/** `08:50:25.616528 `, ` 00:00:00.000137 `, `2026-11-20 23:40:22.310551 `, `1770000000.000137 ` */
	#timestamp(): Timestamp | undefined {
		const text = this.#text;
		const isDelta = text.charCodeAt(this.#at) === BLANK;
		const start = isDelta ? this.#at + 1 : this.#at;
		let form: Timestamp["form"] = isDelta ? "delta" : "time";
		let seconds = 0;
		let at = start;
		if (!isDelta && text.charCodeAt(start + 4) === DASH) {
			if (text.charCodeAt(start + 7) !== DASH || text.charCodeAt(start + 10) !== BLANK) return undefined;
			for (const digit of DATE_DIGITS) if (!this.#isDigit(start + digit)) return undefined;
			form = "date";
			at += 11;
		}
		if (text.charCodeAt(at + 2) === COLON) {
			if (clockEnd(text, at) === -1) {
				// `--nano`
				if (text.charCodeAt(at + 5) !== COLON || text.charCodeAt(at + 8) !== DOT) return undefined;
				for (const digit of CLOCK_DIGITS) if (!this.#isDigit(at + digit)) return undefined;
				if (text.charCodeAt(at + 3) > ZERO + 5 || text.charCodeAt(at + 6) > ZERO + 5) return undefined;
			}
			seconds = this.#two(at) * 3600 + this.#two(at + 3) * 60 + this.#two(at + 6);
			at += 8;
		} else {
			if (form !== "time") return undefined;
			this.#at = at;
			seconds = this.#digits();
			if (seconds === -1) return undefined;
			form = "epoch";
			at = this.#at;
		}
		if (text.charCodeAt(at) !== DOT) return undefined;
		at++;
		let fraction = 0;
		let digits = 0;
		for (; this.#isDigit(at) && digits < 10; at++, digits++)
			fraction = fraction * 10 + text.charCodeAt(at) - ZERO;
		if ((digits !== 6 && digits !== 9) || text.charCodeAt(at) !== BLANK) return undefined;
		const from = start + this.#base;
		const to = at + this.#base;
		this.#at = at + 1;
		if (form !== "date" && digits === 6)
			return { form, seconds, nanoseconds: fraction * 1000, start: from, end: to };
		const nanoseconds = digits === 9 ? fraction : fraction * 1000;
		const time = { form } as Draft<Timestamp>;
		if (form === "date") time.date = text.slice(start, start + 10);
		time.seconds = seconds;
		time.nanoseconds = nanoseconds;
		if (digits === 9) time.digits = 9;
		time.start = from;
		time.end = to;
		return time;
	}

	/** `eth0  In  `; undefined where an IP packet begins at once, null where something else does. */
	#column(): InterfaceColumn | undefined | null {
		const text = this.#text;
		const start = this.#at;
		if (text.charCodeAt(start) === 73 && /* I */ (this.#is("IP ") || this.#is("IP6 "))) return undefined;
		if (this.#is("ARP, ") || this.#macEnd(start) !== -1) return undefined;
		const nameEnd = text.indexOf(" ", start);
		if (nameEnd <= start || nameEnd - start > 15) return null;
		const name = text.slice(start, nameEnd);
		// A tab in a name, or a line's end, is not looked at here.
		for (let at = start; at < nameEnd; at++) if (text.charCodeAt(at) < BLANK) return null;
		this.#at = start + Math.max(name.length, 5) + 1;
		for (let at = nameEnd; at < this.#at; at++) if (text.charCodeAt(at) !== BLANK) return null;
		const direction = DIRECTIONS.find((each) => this.#is(`${each.padEnd(3)} `));
		if (direction === undefined) return null;
		const from = this.#at;
		this.#at += 4;
		if (text.charCodeAt(this.#at) === BLANK) return null;
		const base = this.#base;
		return {
			name: { value: name, start: start + base, end: nameEnd + base },
			direction: { value: direction, start: from + base, end: from + direction.length + base },
			start: start + base,
			end: this.#at + base,
		};
	}

	/** Reads the layers of a packet, to the end of a line. */
	#layers(depth: number): boolean {
		this.#link = undefined;
		this.#transport = undefined;
		if (this.#is("IP ")) return this.#datagram(4, "IP ".length, depth);
		if (this.#is("IP6 ")) return this.#datagram(6, "IP6 ".length, depth);
		if (this.#is("ARP, ")) return this.#arp("ARP, ".length);
		const link = this.#ethernet();
		if (link === undefined) return false;
		const { name } = link.ethertype!;
		const read =
			name === "ARP"
				? this.#arp(0)
				: name === "IPv4" || name === "IPv6"
					? this.#datagram(name === "IPv4" ? 4 : 6, 0, depth)
					: false;
		this.#link = link;
		return read;
	}

	/** `02:42:0a:ff:00:03 > 02:42:0a:ff:00:06, ethertype IPv4 (0x0800), length 74: ` */
	#ethernet(): (Link & { ethertype?: Ethertype }) | undefined {
		const start = this.#at;
		const source = this.#station();
		if (source === undefined || !this.#take(" > ")) return undefined;
		const destination = this.#station();
		if (destination === undefined || !this.#take(", ethertype ")) return undefined;
		const from = this.#at;
		const name = ETHERTYPES.find((each) => this.#is(each));
		if (name === undefined) return undefined;
		this.#at += name.length;
		if (!this.#take(" (")) return undefined;
		const code = this.#hex();
		if (code === undefined || !this.#take("), length ")) return undefined;
		const ethertype = { name, code, start: from + this.#base, end: code.end };
		const length = this.#num();
		if (length === undefined || !this.#take(": ")) return undefined;
		const place = { start: start + this.#base, end: this.#at + this.#base };
		return { type: "ethernet", source, destination, ethertype, length, ...place };
	}

	#station(): Station | undefined {
		const at = this.#at;
		const start = at + this.#base;
		if (this.#take("Broadcast")) {
			const end = this.#at + this.#base;
			const mac: MacAddress = { type: "mac", value: "ff:ff:ff:ff:ff:ff", text: "Broadcast", start, end };
			return { mac, start, end };
		}
		this.#at = this.#macEnd(at);
		if (this.#at === -1) return undefined;
		const end = this.#at + this.#base;
		return { mac: { type: "mac", value: this.#text.slice(at, this.#at), start, end }, start, end };
	}

	/** Where an address of lower case digits ends, or -1. */
	#macEnd(start: number): number {
		const text = this.#text;
		const end = start + 17;
		for (let at = start; at < end; at++) {
			const code = text.charCodeAt(at);
			if ((at - start) % 3 === 2 ? code !== COLON : !isHex(code)) return -1;
		}
		return end;
	}

	/** `word`: how long `IP ` is; 0: a link header says it. */
	#datagram(family: 4 | 6, word: number, depth: number): boolean {
		const from = this.#at + this.#base;
		this.#at += word;
		let header: IpHeader | Ip6Header | undefined;
		if (this.#text.charCodeAt(this.#at) === 40 /* ( */) {
			header = family === 4 ? this.#ipHeader() : this.#ip6Header();
			if (header === undefined) return false;
		}
		// Without a word a packet starts with its ends, or with the header before them.
		const start = word === 0 && header !== undefined ? header.start : from;
		const source = this.#endpoint(family);
		if (source === undefined || !this.#take(" > ")) return false;
		const destination = this.#endpoint(family);
		if (destination === undefined || !this.#take(": ")) return false;
		const end = this.#at + this.#base;
		const type = family === 4 ? "ip" : "ip6";
		const network =
			header === undefined
				? { type, source, destination, start, end }
				: { type, header, source, destination, start, end };
		const transport = this.#upper(source.port !== undefined && destination.port !== undefined, depth);
		if (transport === undefined) return false;
		this.#network = network as Ip | Ip6;
		this.#transport = transport;
		return true;
	}

	/** `(tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 52)`, and the blanks of the next line */
	#ipHeader(): IpHeader | undefined {
		const start = this.#at;
		if (!this.#take("(tos ")) return undefined;
		const tos = this.#hex();
		if (tos === undefined) return undefined;
		const ecn =
			this.#text.charCodeAt(this.#at + 1) === BLANK ? undefined : ECN.find((each) => this.#is(each));
		if (ecn !== undefined) this.#at += ecn.length;
		const ttl = this.#field(", ttl ");
		const id = ttl && this.#field(", id ");
		const offset = id && this.#field(", offset ");
		if (offset === undefined || !this.#take(", flags [")) return undefined;
		const flags = IP_FLAGS.find((each) => this.#is(each));
		if (flags === undefined) return undefined;
		this.#at += flags.length;
		const protocol = this.#take("], proto ") ? this.#protocol() : undefined;
		const length = protocol && this.#field(", length ");
		if (length === undefined || !this.#take(")\n    ")) return undefined;
		if (this.#text.charCodeAt(this.#at) === BLANK) return undefined;
		return {
			tos,
			...(ecn !== undefined && { ecn: ecn.slice(1) }),
			ttl: ttl!,
			id: id!,
			offset,
			flags,
			protocol: protocol!,
			length,
			start: start + this.#base,
			end: this.#at - "\n    ".length + this.#base,
		};
	}

	/** `(flowlabel 0x9a0b3, hlim 1, next-header TCP (6) payload length: 20) ` */
	#ip6Header(): Ip6Header | undefined {
		const start = this.#at;
		this.#at++;
		const header = {} as Draft<Ip6Header>;
		if (this.#take("class ")) {
			const value = this.#hex();
			if (value === undefined || !this.#take(", ")) return undefined;
			header.class = value;
		}
		if (this.#take("flowlabel ")) {
			const value = this.#hex();
			if (value === undefined || !this.#take(", ")) return undefined;
			header.flowLabel = value;
		}
		const hopLimit = this.#field("hlim ");
		const nextHeader = hopLimit && this.#take(", next-header ") ? this.#protocol() : undefined;
		if (nextHeader === undefined) return undefined;
		const isNew = this.#take(", payload length ");
		const length = this.#field(isNew ? "" : " payload length: ");
		if (length === undefined || !this.#take(") ")) return undefined;
		header.hopLimit = hopLimit!;
		header.nextHeader = nextHeader;
		header.payloadLength = length;
		if (isNew) header.punctuation = "5.0";
		header.start = start + this.#base;
		header.end = this.#at - 1 + this.#base;
		return header;
	}

	/** `TCP (6)` */
	#protocol(): { name: string; number: number } | undefined {
		const name = PROTOCOLS.find((each) => this.#is(each));
		if (name === undefined) return undefined;
		this.#at += name.length;
		if (!this.#take(" (")) return undefined;
		const number = this.#digits();
		return number === -1 || !this.#take(")") ? undefined : { name, number };
	}

	/** An address, and a port where one follows; to the blank or the colon behind it. */
	#endpoint(family: 4 | 6): Endpoint | undefined {
		return family === 4 ? this.#endpoint4() : this.#endpoint6();
	}

	/** `10.255.0.3.56472` */
	#endpoint4(): Endpoint | undefined {
		const start = this.#at;
		const host = this.#quad();
		if (host === undefined) return undefined;
		if (this.#text.charCodeAt(this.#at) !== DOT) return { host, start: start + this.#base, end: host.end };
		this.#at++;
		return this.#ported(host, start);
	}

	/** `2001:db8::6.58619` */
	#endpoint6(): Endpoint | undefined {
		const text = this.#text;
		const start = this.#at;
		let end = start;
		let dot = -1;
		for (; ; end++) {
			const code = text.charCodeAt(end);
			if (code === DOT) {
				// `::ffff:10.0.0.1.80`
				if (dot !== -1) return undefined;
				dot = end;
			} else if (code !== COLON && !isHex(code)) break;
		}
		// The destination's colon.
		if (text.charCodeAt(end - 1) === COLON && text.charCodeAt(end - 2) !== COLON) end--;
		else if (dot === -1 && text.charCodeAt(end - 1) === COLON && text.charCodeAt(end - 3) === COLON) end--;
		const host = readIp(text.slice(start, dot === -1 ? end : dot), start + this.#base);
		if (host === undefined || host.family !== 6) return undefined;
		this.#at = end;
		if (dot === -1) return { host, start: start + this.#base, end: host.end };
		this.#at = dot + 1;
		return this.#ported(host, start);
	}

	#ported(host: IpAddress, start: number): Endpoint | undefined {
		const from = this.#at;
		const number = this.#digits();
		if (number === -1 || number > 65_535) return undefined;
		const end = this.#at + this.#base;
		const port: Port = { type: "port", number, start: from + this.#base, end };
		return { host, port, start: start + this.#base, end };
	}

	/** A dotted quad. */
	#quad(): IpAddress | undefined {
		const text = this.#text;
		const start = this.#at;
		let at = start;
		for (let part = 0; part < 4; part++) {
			if (part > 0 && text.charCodeAt(at++) !== DOT) return undefined;
			const first = text.charCodeAt(at);
			if (first < ZERO || first > NINE) return undefined;
			let byte = first - ZERO;
			at++;
			while (this.#isDigit(at)) {
				if (byte === 0) return undefined;
				byte = byte * 10 + text.charCodeAt(at) - ZERO;
				if (byte > 255) return undefined;
				at++;
			}
		}
		this.#at = at;
		const base = this.#base;
		return { type: "ip", family: 4, value: text.slice(start, at), start: start + base, end: at + base };
	}

	/** `Request who-has 10.255.0.3 tell 10.255.0.6, length 28`, `Reply 10.255.0.3 is-at 02:42:0a:ff:00:03, length 28` */
	#arp(word: number): boolean {
		const start = this.#at + this.#base;
		this.#at += word;
		if (this.#take("Request who-has ")) {
			const target = this.#quad();
			if (target === undefined || !this.#take(" tell ")) return false;
			const sender = this.#quad();
			const length = sender && this.#field(", length ");
			if (length === undefined || !this.#isLineEnd()) return false;
			const { end } = length;
			this.#network = { type: "arp", operation: "request", target, sender: sender!, start, end, length };
			return true;
		}
		if (!this.#take("Reply ")) return false;
		const sender = this.#quad();
		if (sender === undefined || !this.#take(" is-at ")) return false;
		const senderMac = this.#station();
		const length = senderMac && this.#field(", length ");
		if (length === undefined || !this.#isLineEnd()) return false;
		const { end } = length;
		this.#network = { type: "arp", operation: "reply", sender, senderMac: senderMac!, start, end, length };
		return true;
	}

	/** `ported`: both ends have ports. */
	#upper(ported: boolean, depth: number): Transport | undefined {
		if (!ported) return this.#is("ICMP echo ") ? this.#echo() : undefined;
		switch (this.#text.charCodeAt(this.#at)) {
			case 70: // F
				return this.#tcp();
			case 85: // U
				return this.#udpLength();
			case 86: // V
				return this.#vxlan(depth);
			case 91: // [
				return this.#summedUdp();
			default:
				return this.#application();
		}
	}

	/** `UDP, length 7` */
	#udpLength(): Udp | undefined {
		const start = this.#at + this.#base;
		const length = this.#field("UDP, length ");
		if (length === undefined || !this.#isLineEnd()) return undefined;
		return { type: "udp", length, start, end: length.end };
	}

	/** `[udp sum ok] UDP, length 7` */
	#summedUdp(): Udp | undefined {
		const start = this.#at + this.#base;
		const state = this.#take("[udp sum ok] ") ? "ok" : this.#take("[no cksum] ") ? "none" : undefined;
		if (state === undefined) return undefined;
		const checksum = { state, start, end: this.#at + this.#base } as const;
		const length = this.#field("UDP, length ");
		if (length === undefined || !this.#isLineEnd()) return undefined;
		return { type: "udp", checksum, length, start, end: length.end };
	}

	/** What an application over UDP says; the message of DNS begins with a number. */
	#application(): Transport | undefined {
		const start = this.#at;
		if (!this.#isDigit(start)) return undefined;
		const end = this.#lineEnd();
		const text = this.#text.slice(start, end);
		// The grammar takes these for the ends of a packet; without a port for a name it would not be DNS.
		if (text.includes(" > ") || text.includes("\r")) return undefined;
		this.#at = end;
		const payload = findApplication(text, start + this.#base);
		return payload && { type: "udp", payload, start: start + this.#base, end: end + this.#base };
	}

	/** `ICMP echo request, id 18218, seq 1, length 8` */
	#echo(): Icmp | undefined {
		const from = this.#at + this.#base;
		this.#at += "ICMP echo ".length;
		const type: Echo["type"] | undefined = this.#take("request")
			? "echo-request"
			: this.#take("reply")
				? "echo-reply"
				: undefined;
		const id = type && this.#field(", id ");
		const sequence = id && this.#field(", seq ");
		if (sequence === undefined) return undefined;
		const start = from + "ICMP ".length;
		const message = { type: type!, id: id!, sequence, start, end: this.#at + this.#base };
		const length = this.#field(", length ");
		if (length === undefined || !this.#isLineEnd()) return undefined;
		return { type: "icmp", message, length, start: from, end: length.end };
	}

	/** `VXLAN, flags [I] (0x08), vni 4096`, and the inner packet on the next line. */
	#vxlan(depth: number): Udp | undefined {
		const start = this.#at + this.#base;
		// A deeper one is left to the grammar, which counts.
		if (depth > 0 || !this.#take("VXLAN, flags [I] (")) return undefined;
		const flagBits = this.#hex();
		const vni = flagBits && this.#field("), vni ");
		if (vni === undefined || this.#text.charCodeAt(this.#at) !== NEWLINE || this.#at >= this.#end)
			return undefined;
		this.#at++;
		const from = this.#at + this.#base;
		if (!this.#layers(depth + 1)) return undefined;
		const end = this.#at + this.#base;
		const link = this.#link;
		const network = this.#network!;
		const transport = this.#transport;
		const inner = { type: "inner" } as Draft<InnerPacket>;
		if (link !== undefined) inner.link = link;
		inner.network = network;
		if (transport !== undefined) inner.transport = transport;
		inner.start = from;
		inner.end = end;
		const payload = { type: "vxlan", flags: "I", flagBits: flagBits!, vni, inner, start, end } as const;
		return { type: "udp", payload, start, end };
	}

	/** `Flags [P.], seq 1:79, ack 1, win 342, options [nop,nop,TS val 7 ecr 9], length 78: HTTP: GET / HTTP/1.1` */
	#tcp(): Tcp | undefined {
		const text = this.#text;
		const base = this.#base;
		const start = this.#at;
		if (!this.#take("Flags [")) return undefined;
		const from = this.#at;
		let to = from;
		while (text.charCodeAt(to) !== BRACKET) if (++to - from > 8) return undefined;
		const signs = text.slice(from, to);
		if (signs.includes("\n") || signs.includes("\r")) return undefined;
		this.#at = to + 1;
		const flags = { value: signs, start: from + base, end: to + base };
		let checksum: TcpChecksum | undefined;
		let sequence: Sequence | undefined;
		let ack: Num | undefined;
		let options: TcpOption[] | undefined;
		if (this.#is(", cksum ")) {
			checksum = this.#tcpChecksum();
			if (checksum === undefined) return undefined;
		}
		if (this.#is(", seq ")) {
			sequence = this.#sequence();
			if (sequence === undefined) return undefined;
		}
		if (this.#is(", ack ")) {
			ack = this.#field(", ack ");
			if (ack === undefined) return undefined;
		}
		const window = this.#field(", win ");
		if (window === undefined) return undefined;
		if (this.#is(", options [")) {
			options = this.#options();
			if (options === undefined) return undefined;
		}
		const length = this.#field(", length ");
		if (length === undefined) return undefined;
		let end = length.end;
		let rest: Partial<Tcp> | undefined;
		if (!this.#isLineEnd()) {
			const at = this.#at;
			if (text.charCodeAt(at) !== COLON || text.charCodeAt(at + 1) !== BLANK) return undefined;
			// The grammar takes it for the ends of a packet.
			if (text.startsWith("> ", at + 2)) return undefined;
			this.#at = this.#lineEnd();
			const image = text.slice(at, this.#at);
			if (image.includes("\r")) return undefined;
			end = this.#at + base;
			rest = tcpRest(image, { start: at + base, end }, true);
		} else if (checksum === undefined && ack !== undefined && options !== undefined) {
			const whole = start + base;
			return sequence === undefined
				? { type: "tcp", flags, ack, window, options, length, start: whole, end }
				: { type: "tcp", flags, sequence, ack, window, options, length, start: whole, end };
		}
		const tcp = { type: "tcp", flags } as Draft<Tcp>;
		if (checksum !== undefined) tcp.checksum = checksum;
		if (sequence !== undefined) tcp.sequence = sequence;
		if (ack !== undefined) tcp.ack = ack;
		tcp.window = window;
		if (options !== undefined) tcp.options = options;
		tcp.length = length;
		if (rest !== undefined) Object.assign(tcp, rest);
		tcp.start = start + base;
		tcp.end = end;
		return tcp;
	}

	/** `, cksum 0x5e9f (correct)`, `, cksum 0x2aef (incorrect -> 0x4402)` */
	#tcpChecksum(): TcpChecksum | undefined {
		const start = this.#at + this.#base;
		this.#at += ", cksum ".length;
		const value = this.#hex();
		if (value === undefined) return undefined;
		if (this.#take(" (correct)")) return { value, state: "correct", start, end: this.#at + this.#base };
		if (!this.#take(" (incorrect -> ")) return undefined;
		const expected = this.#hex();
		if (expected === undefined || !this.#take(")")) return undefined;
		return { value, state: "incorrect", expected, start, end: this.#at + this.#base };
	}

	/** `, seq 1:79` */
	#sequence(): Sequence | undefined {
		const start = this.#at + this.#base;
		this.#at += ", seq ".length;
		const first = this.#num();
		if (first === undefined) return undefined;
		if (this.#text.charCodeAt(this.#at) !== COLON) return { first, start, end: first.end };
		this.#at++;
		const next = this.#num();
		return next && { first, next, start, end: next.end };
	}

	/** `, options [nop,nop,TS val 7 ecr 9]`; others than the commonest are read as the grammar does. */
	#options(): TcpOption[] | undefined {
		const text = this.#text;
		const base = this.#base;
		this.#at += ", options [".length;
		const from = this.#at;
		const options: TcpOption[] = [];
		for (;;) {
			const start = this.#at + base;
			if (this.#take("nop")) options.push({ type: "nop", start, end: start + 3 });
			else if (this.#is("TS val ")) {
				const value = this.#field("TS val ");
				const echo = value && this.#field(" ecr ");
				if (echo === undefined) return undefined;
				options.push({ type: "timestamp", value: value!, echo, start, end: echo.end });
			} else if (this.#is("mss ")) {
				const size = this.#field("mss ");
				if (size === undefined) return undefined;
				options.push({ type: "mss", size, start, end: size.end });
			} else if (this.#is("wscale ")) {
				const shift = this.#field("wscale ");
				if (shift === undefined) return undefined;
				options.push({ type: "wscale", shift, start, end: shift.end });
			} else if (this.#take("sackOK")) options.push({ type: "sackOK", start, end: start + 6 });
			else return this.#otherOptions(from);
			const code = text.charCodeAt(this.#at);
			// A comma with a blank behind it stands within an option.
			if (code === COMMA && text.charCodeAt(this.#at + 1) !== BLANK) this.#at++;
			else if (code === BRACKET) break;
			else return this.#otherOptions(from);
		}
		this.#at++;
		return text.charCodeAt(this.#at) === COMMA ? options : undefined;
	}

	#otherOptions(from: number): TcpOption[] | undefined {
		const to = this.#text.indexOf("]", from);
		const list = this.#text.slice(from, to);
		if (to === -1 || list.includes("[") || list.includes("\n") || list.includes("\r")) return undefined;
		this.#at = to + 1;
		if (this.#text.charCodeAt(this.#at) !== COMMA) return undefined;
		return readOptions(list, from + this.#base);
	}

	/** A number behind a word. */
	#field(word: string): Num | undefined {
		return this.#take(word) ? this.#num() : undefined;
	}

	/** A decimal number that is printed as it is. */
	#num(): Num | undefined {
		const start = this.#at + this.#base;
		const value = this.#digits();
		return value === -1 ? undefined : { value, start, end: this.#at + this.#base };
	}

	/** The value of digits, or -1 for those that are not its own text. */
	#digits(): number {
		const text = this.#text;
		const start = this.#at;
		let at = start;
		let value = 0;
		for (;;) {
			const digit = text.charCodeAt(at) - ZERO;
			if (!(digit >= 0 && digit <= 9)) break;
			value = value * 10 + digit;
			at++;
		}
		const length = at - start;
		if (length === 0 || length > MOST_DIGITS) return -1;
		if (length > 1 && text.charCodeAt(start) === ZERO) return -1;
		this.#at = at;
		return value;
	}

	/** `0x0800` */
	#hex(): Num | undefined {
		const text = this.#text;
		const start = this.#at;
		if (!this.#take("0x")) return undefined;
		let at = this.#at;
		let value = 0;
		for (; ; at++) {
			const code = text.charCodeAt(at);
			if (!isHex(code)) break;
			value = value * 16 + (code <= NINE ? code - ZERO : code - 87);
		}
		if (at === this.#at || at - this.#at > 8) return undefined;
		this.#at = at;
		return { value, text: text.slice(start, at), start: start + this.#base, end: at + this.#base };
	}

	#two(at: number): number {
		return (this.#text.charCodeAt(at) - ZERO) * 10 + this.#text.charCodeAt(at + 1) - ZERO;
	}

	#isDigit(at: number): boolean {
		const code = this.#text.charCodeAt(at);
		return code >= ZERO && code <= NINE;
	}

	/** Whether a word stands here. */
	#is(word: string): boolean {
		const text = this.#text;
		const at = this.#at;
		for (let index = 0; index < word.length; index++) {
			if (text.charCodeAt(at + index) !== word.charCodeAt(index)) return false;
		}
		return true;
	}

	/** Goes behind a word that stands here. */
	#take(word: string): boolean {
		if (!this.#is(word)) return false;
		this.#at += word.length;
		return true;
	}

	#isLineEnd(): boolean {
		return this.#at === this.#end || (this.#at < this.#end && this.#text.charCodeAt(this.#at) === NEWLINE);
	}

	#lineEnd(): number {
		const newline = this.#text.indexOf("\n", this.#at);
		return newline === -1 || newline > this.#end ? this.#end : newline;
	}
}

const DATE_DIGITS = [0, 1, 2, 3, 5, 6, 8, 9];
const CLOCK_DIGITS = [0, 1, 3, 4, 6, 7];
const DIRECTIONS = ["In", "Out", "B", "M", "P"];
const ETHERTYPES = ["IPv4", "IPv6", "ARP"];
const ECN = [",ECT(0)", ",ECT(1)", ",CE"];
const IP_FLAGS = ["DF", "none", "+"];
const PROTOCOLS = ["TCP", "UDP", "ICMP", "ICMPv6"];

function isHex(code: number): boolean {
	return (code >= ZERO && code <= NINE) || (code >= 97 && code <= 102);
}
