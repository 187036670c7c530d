import type { Draft, Num } from "@netfossil/core";
import { type IToken, type Reading, StatementParser } from "@netfossil/core/grammar";
import { readApplication } from "../applications/index.ts";
import type {
	ContinuationLine,
	Geneve,
	Gre,
	Icmp,
	Icmp6,
	InnerPacket,
	Ip,
	Ip6,
	IpHeader,
	Layers,
	Link,
	Packet,
	Tcp,
	Transport,
	Tunnelled,
	Udp,
	VlanTag,
	Vxlan,
	VxlanGpe,
} from "../ast.ts";
import { readOptions } from "../options.ts";
import * as t from "../tokens.ts";
import { Fields } from "./fields.ts";
import { interfaceOf, timestampOf } from "./head.ts";
import { firstLengthOf, icmp6MessageOf, icmpMessageOf } from "./icmp.ts";
import { cookedOf, ethernetOf, ethertypeOf, isArp, vlanOf } from "./link.ts";
import { arpOf, endsOf, ip6HeaderOf, ipHeaderOf } from "./network.ts";
import {
	geneveOf,
	greOf,
	known,
	OPTIONS_CUT,
	otherTransport,
	sequenceOf,
	tcpChecksumOf,
	tcpRest,
	udpChecksumOf,
} from "./transport.ts";

/** More packets within one another than any network nests, and few enough for the stack. */
const MAX_DEPTH = 16;

/** The network layer and above: what stands after the link header. */
type Upper = Omit<Layers, "link">;

/**
 * A packet with all its lines. Tokens are whole parts of a line.
 *
 * ```
 * packet   := [NUMBER] [TIMESTAMP] [IFACE DIR] layers [BLANKS] { "\n" TEXT }
 * layers   := [ETHERNET | COOKED] { VLAN } network
 * network  := "IP " (ip | TEXT) | "IP6 " (ip6 | TEXT) | "ARP, " arp | ip | ip6 | arp | [TEXT]
 *                                          -- the words are printed exactly when no link header is
 * ip       := [MISSING] [IP-HEADER (" " | "\n" BLANKS)] ENDS [transport]
 * ip6      := [MISSING] [IP6-HEADER] ENDS ["HBH "] [transport]
 * arp      := [HARDWARE] (REQUEST | REPLY | TEXT) [LENGTH]
 * transport:= tcp | udp | gre | icmp | icmp6 | ("IP " | "IP6 ") network | TEXT
 * tcp      := "tcp " N | FLAGS [CKSUM] [SEQ] [ACK] [WIN] [URG] [OPTIONS] [LENGTH] [TEXT]
 * udp      := [UDP-CKSUM] ("UDP, length " N | "truncated-udplength " N | VXLAN ["\n" layers] | VXLAN-GPE [(": " | "\n    ") layers] | GENEVE [tunnelled] | TEXT)
 * gre      := GRE [tunnelled]
 * tunnelled:= (": " | "\n\t") layers
 * icmp     := (ECHO | UNREACHABLE | TEXT) [LENGTH] [TEXT]
 * icmp6    := [CKSUM] (ECHO | NEIGHBOR | TOO-BIG | UNREACHABLE | TEXT) [LENGTH] [TEXT]
 * ```
 */
export class TcpdumpParser extends StatementParser {
	/** How many packets the one at hand is in. */
	#depth = 0;

	constructor(skipValidations = true) {
		super(t.tokens, t.createTcpdumpLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readPacket(text: string, start: number, end: number): Reading<Packet> {
		this.#depth = 0;
		return this.read(this.packet, text, start, end);
	}

	private packet = this.RULE("packet", (): Packet => {
		const number = this.OPTION(() => {
			const token = this.CONSUME(t.PacketNumber);
			return this.ACTION(() => this.fields(token).num(1));
		});
		const timestamp = this.OPTION1(() => {
			const token = this.CONSUME(t.Timestamp);
			return this.ACTION(() => timestampOf(this.fields(token)) ?? this.refuse(token, "a timestamp"));
		});
		const column = this.OPTION2(() => {
			const token = this.CONSUME(t.Interface);
			return this.ACTION(() => interfaceOf(this.fields(token)));
		});
		const layers = this.SUBRULE(this.layers);
		const trailing = this.OPTION3(() => this.CONSUME(t.Trailing).image);
		const continuation: ContinuationLine[] = [];
		let eol: "\r\n" | undefined;
		this.MANY(() => {
			const token = this.CONSUME(t.Continuation);
			this.ACTION(() => {
				// The line end before this line is that of the line above.
				const crlf = token.image.startsWith("\r");
				const last = continuation.at(-1);
				if (crlf && last === undefined) eol = "\r\n";
				else if (crlf) continuation[continuation.length - 1] = { ...last!, eol: "\r\n" };
				const { start, end } = this.span(token);
				const skip = crlf ? 2 : 1;
				const previous = continuation.at(-1);
				if (previous !== undefined) {
					continuation[continuation.length - 1] = { ...previous, end: start + skip };
				}
				continuation.push({ type: "continuation", text: token.image.slice(skip), start: start + skip, end });
			});
		});
		return this.ACTION((): Packet => {
			const packet = { type: "packet", start: 0, end: 0 } as Draft<Packet>;
			if (number !== undefined) packet.number = number;
			if (timestamp !== undefined) packet.timestamp = timestamp;
			if (column !== undefined) packet.interface = column;
			Object.assign(packet, layers);
			if (trailing !== undefined) packet.trailing = trailing;
			if (eol !== undefined) packet.eol = eol;
			if (continuation.length > 0) packet.continuation = continuation;
			return packet;
		});
	});

	/** `outer`: a link header was printed for the packet that this one is in. */
	private layers = this.RULE("layers", (outer?: "outer"): Layers => {
		const link = this.OPTION(() => this.SUBRULE(this.link));
		const upper = this.SUBRULE(this.network, { ARGS: [link ?? outer] });
		return link === undefined ? upper : { link, ...upper };
	});

	private link = this.RULE("link", (): Link => {
		const link = this.OR([
			{
				ALT: () => {
					const token = this.CONSUME(t.Ethernet);
					return this.ACTION(() => ethernetOf(this.fields(token)));
				},
			},
			{
				ALT: () => {
					const token = this.CONSUME(t.Cooked);
					return this.ACTION(() => cookedOf(this.fields(token)));
				},
			},
		]);
		const vlans: VlanTag[] = [];
		this.MANY(() => {
			const token = this.CONSUME(t.Vlan);
			this.ACTION(() => vlans.push(vlanOf(this.fields(token))));
		});
		return this.ACTION(() =>
			vlans.length === 0 ? link : { ...link, vlans, end: vlans[vlans.length - 1]!.end },
		);
	});

	private network = this.RULE("network", (link: Link | "outer" | undefined): Upper => {
		return this.OR([
			{ ALT: () => this.SUBRULE(this.worded, { ARGS: [link] }) },
			{ ALT: () => this.SUBRULE(this.arp, { ARGS: [link] }) },
			{ ALT: () => this.SUBRULE(this.datagram, { ARGS: [link, undefined] }) },
			{
				ALT: () => {
					const rest = this.OPTION1(() => this.CONSUME(t.Rest));
					return this.ACTION((): Upper => ({ network: this.textNetwork(link, rest) }));
				},
			},
		]);
	});

	/** `IP …`, `IP6 …`, `ARP, …` */
	private worded = this.RULE("worded", (link: Link | "outer" | undefined): Upper => {
		return this.OR([
			{
				ALT: () => {
					const word = this.OR1([
						{ ALT: () => this.CONSUME(t.IpWord) },
						{ ALT: () => this.CONSUME(t.Ip6Word) },
					]);
					this.ACTION(() => {
						if (link !== undefined) this.refuse(word, "what the Ethernet type says");
					});
					return this.OR2([
						{ ALT: () => this.SUBRULE(this.datagram, { ARGS: [undefined, word] }) },
						{
							ALT: () => {
								// 5.0 prints a header and then that the rest is cut: `IP6 (hlim 64, …)  [|ip6]`.
								const header = this.OPTION(() => this.CONSUME(t.Ip6Header));
								const rest = this.CONSUME(t.Rest);
								return this.ACTION((): Upper => {
									const text = `${word.image}${header?.image ?? ""}${rest.image}`;
									return { network: { type: "text", text, ...this.spanFrom(word) } };
								});
							},
						},
					]);
				},
			},
			{
				ALT: () => {
					const word = this.CONSUME(t.ArpWord);
					this.ACTION(() => {
						if (link !== undefined) this.refuse(word, "what the Ethernet type says");
					});
					const upper = this.OR3([
						{ ALT: () => this.SUBRULE(this.arp, { ARGS: ["worded"] }) },
						{
							ALT: () => {
								const rest = this.CONSUME1(t.Rest);
								return this.ACTION((): Upper => ({ network: arpOf(this.fields(rest)) }));
							},
						},
					]);
					return this.ACTION((): Upper => {
						const { start } = this.span(word);
						return { ...upper, network: { ...upper.network, start } };
					});
				},
			},
		]);
	});

	/** What follows the word, or a link header that says the same. */
	private arp = this.RULE("arp", (before: Link | "worded" | "outer" | undefined): Upper => {
		const hardware = this.OPTION(() => this.CONSUME(t.ArpHardware));
		const operation = this.OR([
			{ ALT: () => this.CONSUME(t.ArpRequest) },
			{ ALT: () => this.CONSUME(t.ArpReply) },
			{ ALT: () => this.CONSUME(t.ArpText) },
		]);
		const length = this.SUBRULE(this.lengthPart);
		return this.ACTION((): Upper => {
			const first = hardware ?? operation;
			if (before !== "worded" && before !== "outer" && !isArp(before))
				this.refuse(first, "what the Ethernet type says");
			return {
				network: {
					...arpOf(this.fields(operation)),
					...(hardware && { hardware: hardware.image.slice(0, -2) }),
					...(length && { length }),
					...this.spanFrom(first),
				},
			};
		});
	});

	private lengthPart = this.RULE("lengthPart", (): Num | undefined =>
		this.OPTION(() => {
			const token = this.CONSUME(t.Length);
			return this.ACTION(() => this.fields(token).num(1));
		}),
	);

	private datagram = this.RULE(
		"datagram",
		(before: Link | "outer" | undefined, word: IToken | undefined): Upper => {
			const missing = this.OPTION(() => this.CONSUME(t.Missing));
			const header = this.OPTION1(() =>
				this.OR([{ ALT: () => this.SUBRULE(this.ipHeader) }, { ALT: () => this.CONSUME(t.Ip6Header) }]),
			);
			const ends = this.CONSUME(t.Endpoints);
			const hopByHop = this.OPTION2(() => this.CONSUME(t.HopByHop));
			const transport = this.OPTION3(() => this.SUBRULE(this.transport, { ARGS: [word === undefined] }));
			return this.ACTION((): Upper => {
				const family = this.familyOf(before, word, ends);
				const start = this.span(word ?? missing ?? ends).start;
				const { source, destination } = endsOf(this.fields(ends), transport);
				const { end } = this.span(hopByHop ?? ends);
				const above = known(transport, source.port !== undefined);
				if (family === 4) {
					if (hopByHop !== undefined) this.refuse(hopByHop, "a protocol over IPv4");
					if (header !== undefined && !("tos" in header)) this.refuse(header, "an IPv4 header");
					const network = { type: "ip" } as Draft<Ip>;
					if (missing !== undefined) network.missing = this.fields(missing).num(1);
					if (header !== undefined) network.header = header;
					network.source = source;
					network.destination = destination;
					network.start = Math.min(start, header?.start ?? start);
					network.end = end;
					return above === undefined ? { network } : { network, transport: above };
				}
				if (header !== undefined && "tos" in header) this.refuse(ends, "an IPv6 header before it");
				const network = { type: "ip6" } as Draft<Ip6>;
				if (missing !== undefined) network.missing = this.fields(missing).num(1);
				if (header !== undefined) network.header = ip6HeaderOf(this.fields(header));
				network.source = source;
				network.destination = destination;
				if (hopByHop !== undefined) network.extensions = hopByHop.image;
				network.start = Math.min(start, network.header?.start ?? start);
				network.end = end;
				return above === undefined ? { network } : { network, transport: above };
			});
		},
	);

	private ipHeader = this.RULE("ipHeader", (): IpHeader => {
		const token = this.CONSUME(t.IpHeader);
		const gap = this.CONSUME(t.AfterHeader);
		return this.ACTION(() => ipHeaderOf(this.fields(token), gap.image));
	});

	/** `linked`: a link header was printed, so that an inner packet has no word either. */
	private transport = this.RULE(
		"transport",
		(linked: boolean): Transport =>
			this.OR([
				{ ALT: () => this.SUBRULE(this.tcp) },
				{ ALT: () => this.SUBRULE(this.udp, { ARGS: [linked] }) },
				{ ALT: () => this.SUBRULE(this.gre, { ARGS: [linked] }) },
				{ ALT: () => this.SUBRULE(this.icmp) },
				{ ALT: () => this.SUBRULE(this.icmp6) },
				{
					ALT: () => {
						this.ACTION(() => this.#depth++);
						const inner = this.OR1([
							{
								GATE: () => !linked && this.#depth <= MAX_DEPTH,
								ALT: () => this.SUBRULE(this.worded, { ARGS: [undefined] }),
							},
							{
								GATE: () => linked && this.#depth <= MAX_DEPTH,
								ALT: () => this.SUBRULE(this.datagram, { ARGS: ["outer", undefined] }),
							},
						]);
						return this.ACTION((): Transport => {
							this.#depth--;
							const where = { start: inner.network.start, end: this.span(this.LA(0)).end };
							return { type: "ip-in-ip", inner: { type: "inner", ...inner, ...where }, ...where };
						});
					},
				},
				{
					ALT: () => {
						const rest = this.CONSUME(t.Rest);
						return this.ACTION(() => otherTransport(rest.image, this.span(rest).start));
					},
				},
			]),
	);

	private tcp = this.RULE(
		"tcp",
		(): Tcp =>
			this.OR([
				{
					ALT: () => {
						const token = this.CONSUME(t.QuietTcp);
						return this.ACTION(
							(): Tcp => ({
								type: "tcp",
								length: this.fields(token).num(1),
								...this.span(token),
							}),
						);
					},
				},
				{
					ALT: () => {
						const flags = this.CONSUME(t.Flags);
						const checksum = this.OPTION(() => this.CONSUME(t.TcpChecksum));
						const sequence = this.OPTION1(() => this.CONSUME(t.Sequence));
						const ack = this.OPTION2(() => this.CONSUME(t.Ack));
						const window = this.OPTION3(() => this.CONSUME(t.Window));
						const urgent = this.OPTION4(() => this.CONSUME(t.Urgent));
						const options = this.OPTION5(() => this.CONSUME(t.Options));
						const length = this.SUBRULE(this.lengthPart);
						const rest = this.OPTION6(() => this.CONSUME(t.Rest));
						return this.ACTION((): Tcp => {
							const tcp = { type: "tcp", flags: this.fields(flags).word(1) } as Draft<Tcp>;
							if (checksum !== undefined) tcp.checksum = tcpChecksumOf(this.fields(checksum));
							if (sequence !== undefined) tcp.sequence = sequenceOf(this.fields(sequence));
							if (ack !== undefined) tcp.ack = this.fields(ack).num(1);
							if (window !== undefined) tcp.window = this.fields(window).num(1);
							if (urgent !== undefined) tcp.urgent = this.fields(urgent).num(1);
							if (options !== undefined) {
								const start = this.span(options).start + ", options [".length;
								tcp.options = readOptions(this.fields(options).text(1)!, start);
							}
							if (length !== undefined) tcp.length = length;
							if (rest !== undefined && options !== undefined && OPTIONS_CUT.test(rest.image))
								this.refuse(rest, "the length");
							if (rest !== undefined)
								Object.assign(tcp, tcpRest(rest.image, this.span(rest), length !== undefined));
							return Object.assign(tcp, this.spanFrom(flags));
						});
					},
				},
			]),
	);

	private udp = this.RULE(
		"udp",
		(linked: boolean): Udp =>
			this.OR([
				{
					ALT: () => {
						const token = this.CONSUME(t.UdpChecksum);
						const body = this.OPTION(() => this.SUBRULE(this.udpBody, { ARGS: [linked] }));
						const rest = this.OPTION1(() => this.CONSUME(t.Rest));
						return this.ACTION((): Udp => {
							const checksum = udpChecksumOf(this.fields(token));
							const text = rest && { payload: readApplication(rest.image, this.span(rest).start) };
							return { type: "udp", checksum, ...body, ...text, ...this.spanFrom(token) };
						});
					},
				},
				{
					ALT: () => {
						const body = this.SUBRULE1(this.udpBody, { ARGS: [linked] });
						return { type: "udp" as const, ...body };
					},
				},
			]),
	);

	private udpBody = this.RULE(
		"udpBody",
		(linked: boolean): Omit<Udp, "type" | "checksum"> =>
			this.OR([
				{
					ALT: () => {
						const token = this.CONSUME(t.UdpLength);
						return this.ACTION(() => {
							const f = this.fields(token);
							return { length: f.num(1), ...(f.has(2) && { available: f.num(2) }), ...this.span(token) };
						});
					},
				},
				{
					ALT: () => {
						const token = this.CONSUME(t.UdpTruncated);
						return this.ACTION(() => {
							const truncatedLength = this.fields(token).num(1);
							return { truncatedLength, ...this.span(token) };
						});
					},
				},
				{
					ALT: () => {
						const payload = this.OR1([
							{ ALT: () => this.SUBRULE(this.vxlan) },
							{ ALT: () => this.SUBRULE(this.vxlanGpe, { ARGS: [linked] }) },
							{ ALT: () => this.SUBRULE(this.geneve, { ARGS: [linked] }) },
						]);
						return this.ACTION(() => ({ payload, start: payload.start, end: payload.end }));
					},
				},
			]),
	);

	private vxlan = this.RULE("vxlan", (): Vxlan => {
		const token = this.CONSUME(t.Vxlan);
		const below = this.OPTION({
			GATE: () => this.#depth < MAX_DEPTH,
			DEF: () => {
				const gap = this.CONSUME(t.InnerBreak);
				this.ACTION(() => this.#depth++);
				const layers = this.SUBRULE(this.layers);
				return this.ACTION(() => {
					this.#depth--;
					const start = this.span(gap).end;
					const inner: InnerPacket = { type: "inner", ...layers, start, end: this.spanFrom(gap).end };
					return { inner, ...(gap.image.startsWith("\r") && { eol: "\r\n" as const }) };
				});
			},
		});
		return this.ACTION((): Vxlan => {
			const f = this.fields(token);
			const flags = f.has(1) ? 1 : 3;
			return {
				type: "vxlan",
				flags: f.text(flags)!,
				flagBits: f.num(flags + 1),
				...(f.has(5) && { overlay: f.num(5) }),
				vni: f.num(6),
				...below,
				...this.spanFrom(token),
			};
		});
	});

	private vxlanGpe = this.RULE("vxlanGpe", (linked: boolean): VxlanGpe => {
		const token = this.CONSUME(t.VxlanGpe);
		const below = this.OPTION({
			GATE: () => this.#depth < MAX_DEPTH,
			DEF: () => {
				const gap = this.CONSUME(t.GpeBreak);
				return this.SUBRULE(this.inner, { ARGS: [linked, gap] });
			},
		});
		return this.ACTION((): VxlanGpe => {
			const f = this.fields(token);
			return { type: "vxlan-gpe", flags: f.text(1)!, vni: f.num(2), ...below, ...this.spanFrom(token) };
		});
	});

	private geneve = this.RULE("geneve", (linked: boolean): Geneve => {
		const token = this.CONSUME(t.Geneve);
		const below = this.SUBRULE(this.tunnelled, { ARGS: [linked] });
		return this.ACTION(() => ({ ...geneveOf(this.fields(token)), ...below, ...this.spanFrom(token) }));
	});

	private gre = this.RULE("gre", (linked: boolean): Gre => {
		const token = this.CONSUME(t.Gre);
		const below = this.SUBRULE(this.tunnelled, { ARGS: [linked] });
		return this.ACTION(() => ({ ...greOf(this.fields(token)), ...below, ...this.spanFrom(token) }));
	});

	private tunnelled = this.RULE("tunnelled", (linked: boolean): Tunnelled | undefined =>
		this.OPTION({
			GATE: () => this.#depth < MAX_DEPTH,
			DEF: () => {
				const gap = this.CONSUME(t.TunnelBreak);
				return this.SUBRULE(this.inner, { ARGS: [linked, gap] });
			},
		}),
	);

	/** The packet behind the token that parts it from the header of its tunnel. */
	private inner = this.RULE("inner", (linked: boolean, gap: IToken): Tunnelled => {
		this.ACTION(() => this.#depth++);
		const layers = this.SUBRULE(this.layers, { ARGS: [linked ? "outer" : undefined] });
		return this.ACTION((): Tunnelled => {
			this.#depth--;
			const { end } = this.spanFrom(gap);
			const inner: InnerPacket = { type: "inner", ...layers, start: this.span(gap).end, end };
			if (gap.image === ": ") return { inner };
			return { inner, break: gap.image.startsWith("\r") ? "\r\n" : "\n" };
		});
	});

	private icmp = this.RULE("icmp", (): Icmp => {
		const token = this.OR([
			{ ALT: () => this.CONSUME(t.IcmpEcho) },
			{ ALT: () => this.CONSUME(t.IcmpUnreachable) },
			{ ALT: () => this.CONSUME(t.IcmpOther) },
		]);
		const length = this.SUBRULE(this.lengthPart);
		const rest = this.OPTION(() => this.CONSUME(t.Rest));
		return this.ACTION(
			(): Icmp => ({
				type: "icmp",
				message: icmpMessageOf(this.fields(token)),
				...(length && { length }),
				...(rest && { remarks: rest.image }),
				...this.spanFrom(token),
			}),
		);
	});

	private icmp6 = this.RULE("icmp6", (): Icmp6 => {
		const checksum = this.OPTION(() => this.CONSUME(t.Icmp6Checksum));
		const token = this.OR([
			{ ALT: () => this.CONSUME(t.Icmp6Echo) },
			{ ALT: () => this.CONSUME(t.Icmp6Neighbor) },
			{ ALT: () => this.CONSUME(t.Icmp6TooBig) },
			{ ALT: () => this.CONSUME(t.Icmp6Unreachable) },
			{ ALT: () => this.CONSUME(t.Icmp6Other) },
		]);
		const length = this.SUBRULE(this.lengthPart);
		const rest = this.OPTION1(() => this.CONSUME(t.Rest));
		return this.ACTION((): Icmp6 => {
			const first = firstLengthOf(this.fields(token));
			if (first !== undefined && length !== undefined) this.refuse(token, "one length");
			return {
				type: "icmp6",
				...(checksum && { checksum: this.fields(checksum).text(1)! }),
				message: icmp6MessageOf(this.fields(token)),
				...(length && { length }),
				...(first && { length: first, lengthFirst: true }),
				...(rest && { remarks: rest.image }),
				...this.spanFrom(checksum ?? token),
			};
		});
	});

	private fields(token: IToken): Fields {
		return new Fields(
			token.payload as RegExpExecArray,
			this.base,
			token.tokenType,
			t.places.get(token.tokenType),
		);
	}

	private textNetwork(before: Link | "outer" | undefined, rest: IToken | undefined): Layers["network"] {
		const link = before === "outer" ? undefined : before;
		if (rest === undefined) {
			const end = this.RECORDING_PHASE ? 0 : (link?.end ?? this.base);
			return { type: "text", text: "", start: end, end };
		}
		if (!isArp(link)) return { type: "text", text: rest.image, ...this.span(rest) };
		return { ...arpOf(this.fields(rest)), ...this.span(rest) };
	}

	/** IPv4 or IPv6, by the word or else by the Ethernet type. */
	private familyOf(before: Link | "outer" | undefined, word: IToken | undefined, ends: IToken): 4 | 6 {
		if (word !== undefined) return word.tokenType === t.Ip6Word ? 6 : 4;
		if (before === "outer") return ends.image.slice(0, -2).includes(":") ? 6 : 4;
		const name = ethertypeOf(before)?.name;
		if (name === "IPv4") return 4;
		if (name === "IPv6") return 6;
		return this.refuse(ends, "IP or IP6");
	}
}
