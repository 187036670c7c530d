import type { Draft, Num } from "@netfossil/core";
import { type IToken, type Reading, StatementParser } from "@netfossil/core/grammar";
import type {
	ContinuationLine,
	Echo,
	Encapsulation,
	Extension,
	Geneve,
	Gre,
	Icmp,
	Icmp6,
	InnerPacket,
	Ip,
	Ip6,
	Ip6Header,
	IpHeader,
	Layers,
	Link,
	MplsInIp,
	Packet,
	Tcp,
	Transport,
	Tunnelled,
	Udp,
	VlanTag,
	Vxlan,
	VxlanGpe,
} from "../ast.ts";
import { readApplication } from "../codecs/applications.ts";
import { readArp } from "../codecs/arp.ts";
import { readExtension } from "../codecs/extensions.ts";
import { readIcmpMessage, readIcmpRest } from "../codecs/icmp.ts";
import { readIcmp6Message } from "../codecs/icmp6.ts";
import { llcOf, mplsOf, pppOf, pppoeOf } from "../codecs/link.ts";
import { readOptions } from "../codecs/tcp-options.ts";
import * as t from "../tokens.ts";
import { Fields } from "./fields.ts";
import { interfaceOf, timestampOf } from "./head.ts";
import {
	type Before,
	beforeOf,
	cookedOf,
	ethernetOf,
	loopbackOf,
	mayBeArp,
	mayBeTagged,
	vlanOf,
} from "./link.ts";
import { endsOf, ip6HeaderOf, ipHeaderOf, otherNetwork, portsOf, replyOf, requestOf } from "./network.ts";
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

/** A packet of either family while it is made. */
type DraftDatagram = Draft<Omit<Ip, "type" | "header">> & {
	type: "ip" | "ip6";
	header?: IpHeader | Ip6Header;
};

/** The network layer and above: what stands after the link header. */
type Upper = Omit<Layers, "link">;

/**
 * A packet with all its lines. Tokens are whole parts of a line.
 *
 * ```
 * packet   := [NUMBER] [TIMESTAMP] [IFACE DIR] layers [BLANKS] { "\n" TEXT }
 * layers   := [ETHERNET | COOKED | LOOPBACK | RAW] { VLAN } { MPLS | PPPOE | PPP | LLC } network
 * network  := "IP " (ip | TEXT) | "IP6 " (ip6 | TEXT) | "ARP, " arp | ip | ip6 | arp | [TEXT]
 *                                          -- the words are printed exactly when no link header is
 * ip       := [MISSING] [IP-HEADER (" " | "\n" BLANKS)] ENDS { EXTENSION } [PORTS] [transport]
 * ip6      := [MISSING] [IP6-HEADER] ENDS { EXTENSION } [PORTS] [transport]
 * arp      := [HARDWARE] (REQUEST | REPLY | TEXT) [LENGTH]
 * transport:= tcp | udp | gre | icmp | icmp6 | ("IP " | "IP6 ") network | MPLS { MPLS … } network | TEXT
 * tcp      := "tcp " N | FLAGS [CKSUM] [SEQ] [ACK] [WIN] [URG] [OPTIONS] [LENGTH] [TEXT]
 * udp      := [UDP-CKSUM] ("UDP, length " N | "truncated-udplength " N | VXLAN ["\n" layers] | VXLAN-GPE [(": " | "\n    ") layers] | GENEVE [tunnelled] | TEXT)
 * gre      := GRE [tunnelled]
 * tunnelled:= (": " | "\n\t") layers
 * icmp     := (ECHO | TEXT) [LENGTH] [TEXT] ["\n\t" layers]
 * icmp6    := [CKSUM] (ECHO | TEXT) [LENGTH] [TEXT]
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
		// Most packets have none, and a rule costs more than an option.
		const encapsulation = this.OPTION1(() => this.SUBRULE(this.encapsulations)) ?? NONE;
		const upper = this.SUBRULE(this.network, {
			ARGS: [this.ACTION(() => beforeOf(link, encapsulation, outer !== undefined))],
		});
		if (encapsulation.length > 0) return { ...(link && { link }), encapsulation, ...upper };
		return link === undefined ? upper : { link, ...upper };
	});

	private encapsulations = this.RULE("encapsulations", (): Encapsulation[] => {
		const found: Encapsulation[] = [];
		this.AT_LEAST_ONE(() => {
			this.OR([
				{
					ALT: () => {
						const token = this.CONSUME(t.Mpls);
						this.ACTION(() => found.push(mplsOf(this.fields(token))));
					},
				},
				{
					ALT: () => {
						const token = this.CONSUME(t.Pppoe);
						this.ACTION(() => found.push(pppoeOf(this.fields(token))));
					},
				},
				{
					ALT: () => {
						const token = this.CONSUME(t.Ppp);
						this.ACTION(() => found.push(pppOf(this.fields(token))));
					},
				},
				{
					ALT: () => {
						const token = this.CONSUME(t.Llc);
						this.ACTION(() => found.push(llcOf(this.fields(token))));
					},
				},
			]);
		});
		return found;
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
			{
				ALT: () => {
					const token = this.CONSUME(t.Loopback);
					return this.ACTION(() => loopbackOf(this.fields(token)));
				},
			},
			{
				ALT: () => {
					const token = this.CONSUME(t.Raw);
					return this.ACTION((): Link => ({ type: "raw", ...this.span(token) }));
				},
			},
		]);
		const vlans: VlanTag[] = [];
		this.MANY(() => {
			const token = this.CONSUME(t.Vlan);
			this.ACTION(() => {
				if (!mayBeTagged(link, token.image)) this.refuse(token, "what the link header says");
				vlans.push(vlanOf(this.fields(token)));
			});
		});
		return this.ACTION(() =>
			vlans.length === 0 ? link : { ...link, vlans, end: vlans[vlans.length - 1]!.end },
		);
	});

	private network = this.RULE("network", (before: Before): Upper => {
		return this.OR([
			{ ALT: () => this.SUBRULE(this.worded, { ARGS: [before] }) },
			{ ALT: () => this.SUBRULE(this.arp, { ARGS: [before] }) },
			{ ALT: () => this.SUBRULE(this.datagram, { ARGS: [before, undefined] }) },
			{
				ALT: () => {
					const rest = this.OPTION1(() => this.CONSUME(t.Rest));
					return this.ACTION((): Upper => {
						if (rest !== undefined)
							return { network: otherNetwork(rest.image, this.span(rest).start, before) };
						const end = before.end ?? this.base;
						return { network: { type: "text", text: "", start: end, end } };
					});
				},
			},
		]);
	});

	/** `IP …`, `IP6 …`, `ARP, …` */
	private worded = this.RULE("worded", (before: Before): Upper => {
		return this.OR([
			{
				ALT: () => {
					const word = this.OR1([
						{ ALT: () => this.CONSUME(t.IpWord) },
						{ ALT: () => this.CONSUME(t.Ip6Word) },
					]);
					this.ACTION(() => {
						if (before.linked) this.refuse(word, "what the link header says");
					});
					return this.OR2([
						{ ALT: () => this.SUBRULE(this.datagram, { ARGS: [WORDED, word] }) },
						{
							ALT: () => {
								// 5.0 prints a header and then that the rest is cut: `IP6 (hlim 64, …)  [|ip6]`.
								const header = this.OPTION(() => this.CONSUME(t.Ip6Header));
								const rest = this.CONSUME(t.Rest);
								return this.ACTION((): Upper => {
									const where = this.spanFrom(word);
									if (header === undefined)
										return { network: otherNetwork(word.image + rest.image, where.start, WORDED) };
									const fields = ip6HeaderOf(this.fields(header));
									const name = word.image.trimEnd();
									const flaw = rest.image;
									return { network: { type: "invalid-ip", word: name, header: fields, flaw, ...where } };
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
						if (before.linked) this.refuse(word, "what the link header says");
					});
					const upper = this.OR3([
						{ ALT: () => this.SUBRULE(this.arp, { ARGS: [ARP] }) },
						{
							ALT: () => {
								const rest = this.CONSUME1(t.Rest);
								return this.ACTION((): Upper => ({ network: readArp(rest.image, this.span(rest).start) }));
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
	private arp = this.RULE("arp", (before: Before): Upper => {
		const hardware = this.OPTION(() => this.CONSUME(t.ArpHardware));
		const operation = this.OR([
			{ ALT: () => this.CONSUME(t.ArpRequest) },
			{ ALT: () => this.CONSUME(t.ArpReply) },
			{ ALT: () => this.CONSUME(t.ArpText) },
		]);
		const length = this.SUBRULE(this.lengthPart);
		return this.ACTION((): Upper => {
			const first = hardware ?? operation;
			if (!mayBeArp(before)) this.refuse(first, "what the link header says");
			const { tokenType, image } = operation;
			const arp =
				tokenType === t.ArpRequest
					? requestOf(this.fields(operation))
					: tokenType === t.ArpReply
						? replyOf(this.fields(operation))
						: readArp(image, this.span(operation).start);
			return {
				network: {
					...arp,
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

	private datagram = this.RULE("datagram", (before: Before, word: IToken | undefined): Upper => {
		const missing = this.OPTION(() => this.CONSUME(t.Missing));
		const header = this.OPTION1(() =>
			this.OR([{ ALT: () => this.SUBRULE(this.ipHeader) }, { ALT: () => this.CONSUME(t.Ip6Header) }]),
		);
		const ends = this.CONSUME(t.Endpoints);
		const extensions: Extension[] = [];
		this.MANY(() => {
			const token = this.CONSUME(t.Extension);
			this.ACTION(() => extensions.push(readExtension(token.image, this.span(token).start)));
		});
		const bare = this.OPTION2(() => this.CONSUME(t.Ports));
		const end = this.ACTION(() => this.span(this.LA(0)).end);
		const transport = this.OPTION3(() => this.SUBRULE(this.transport, { ARGS: [word === undefined] }));
		return this.ACTION((): Upper => {
			const family = this.familyOf(before, word, ends);
			const start = this.span(word ?? missing ?? ends).start;
			const extended = extensions.length > 0;
			const { source, destination } = endsOf(this.fields(ends), transport, extended);
			const above = known(transport, source.port !== undefined || bare !== undefined);
			const network = { type: family === 4 ? "ip" : "ip6" } as DraftDatagram;
			if (missing !== undefined) Object.assign(network, missingOf(this.fields(missing)));
			if (header !== undefined) {
				const own = "tos" in header;
				if (own !== (family === 4)) this.refuse(ends, "a header of its own family before it");
				network.header = own ? header : ip6HeaderOf(this.fields(header));
			}
			network.source = source;
			network.destination = destination;
			if (extended) network.extensions = extensions;
			if (bare !== undefined) network.ports = portsOf(this.fields(bare));
			network.start = Math.min(start, network.header?.start ?? start);
			network.end = end;
			const layer = network as Ip | Ip6;
			return above === undefined ? { network: layer } : { network: layer, transport: above };
		});
	});

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
				{ ALT: () => this.SUBRULE(this.icmp, { ARGS: [linked] }) },
				{ ALT: () => this.SUBRULE(this.icmp6) },
				{
					ALT: () => {
						this.ACTION(() => this.#depth++);
						const inner = this.OR1([
							{
								GATE: () => !linked && this.#depth <= MAX_DEPTH,
								ALT: () => this.SUBRULE(this.worded, { ARGS: [WORDED] }),
							},
							{
								GATE: () => linked && this.#depth <= MAX_DEPTH,
								ALT: () => this.SUBRULE(this.datagram, { ARGS: [LINKED, undefined] }),
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
					GATE: () => this.#depth < MAX_DEPTH,
					ALT: () => this.SUBRULE(this.mplsInIp, { ARGS: [linked] }),
				},
				{
					ALT: () => {
						const rest = this.CONSUME(t.Rest);
						return this.ACTION(() => otherTransport(rest.image, this.span(rest).start));
					},
				},
			]),
	);

	private mplsInIp = this.RULE("mplsInIp", (linked: boolean): MplsInIp => {
		const token = this.CONSUME(t.Mpls);
		this.ACTION(() => this.#depth++);
		const below = this.OPTION(() => this.SUBRULE(this.encapsulations)) ?? NONE;
		const upper = this.SUBRULE(this.network, { ARGS: [linked ? LINKED : WORDED] });
		return this.ACTION((): MplsInIp => {
			this.#depth--;
			const where = this.spanFrom(token);
			const encapsulation = [mplsOf(this.fields(token)), ...below];
			return { type: "mpls-in-ip", inner: { type: "inner", encapsulation, ...upper, ...where }, ...where };
		});
	});

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

	private icmp = this.RULE("icmp", (linked: boolean): Icmp => {
		const token = this.OR([
			{ ALT: () => this.CONSUME(t.IcmpEcho) },
			{ ALT: () => this.CONSUME(t.IcmpOther) },
		]);
		const length = this.SUBRULE(this.lengthPart);
		const rest = this.OPTION(() => this.CONSUME(t.Rest));
		const quote = this.OPTION1({
			GATE: () => this.#depth < MAX_DEPTH,
			DEF: () => {
				const gap = this.CONSUME(t.QuoteBreak);
				this.ACTION(() => this.#depth++);
				const layers = this.SUBRULE(this.layers, { ARGS: [linked ? "outer" : undefined] });
				return this.ACTION((): Pick<Icmp, "quoted" | "break"> => {
					this.#depth--;
					const { end } = this.spanFrom(gap);
					const quoted: InnerPacket = { type: "inner", ...layers, start: this.span(gap).end, end };
					return { quoted, ...(gap.image.startsWith("\r") && { break: "\r\n" as const }) };
				});
			},
		});
		return this.ACTION((): Icmp => {
			const skip = "ICMP ".length;
			const message =
				token.tokenType === t.IcmpEcho
					? echoOf(this.fields(token), skip)
					: readIcmpMessage(token.image.slice(skip), this.span(token).start + skip);
			return {
				type: "icmp",
				message,
				...(length && { length }),
				...(rest && readIcmpRest(rest.image, this.span(rest).start)),
				...quote,
				...this.spanFrom(token),
			};
		});
	});

	private icmp6 = this.RULE("icmp6", (): Icmp6 => {
		const checksum = this.OPTION(() => this.CONSUME(t.Icmp6Checksum));
		const token = this.OR([
			{ ALT: () => this.CONSUME(t.Icmp6Echo) },
			{ ALT: () => this.CONSUME(t.Icmp6Other) },
		]);
		const length = this.SUBRULE(this.lengthPart);
		const rest = this.OPTION1(() => this.CONSUME(t.Rest));
		return this.ACTION((): Icmp6 => {
			const base = {
				type: "icmp6" as const,
				...(checksum && { checksum: this.fields(checksum).text(1)! }),
			};
			const where = this.spanFrom(checksum ?? token);
			const skip = "ICMP6, ".length;
			if (token.tokenType === t.Icmp6Echo) {
				const f = this.fields(token);
				const first = f.has(2) ? f.num(2) : undefined;
				if (first !== undefined && length !== undefined) this.refuse(token, "one length");
				const size = first ?? length;
				return {
					...base,
					message: echo6Of(f, skip),
					...(size && { length: size }),
					...(first && { lengthFirst: true as const }),
					...(rest && { remarks: rest.image }),
					...where,
				};
			}
			const head = token.image.slice(skip);
			const start = this.span(token).start + skip;
			// With -v the length stands in the message: `neighbor solicitation, length 32, who has …`
			const tail = length !== undefined && rest !== undefined ? rest.image : "";
			const message = readIcmp6Message(head, start, tail, rest === undefined ? 0 : this.span(rest).start);
			if (message === undefined) {
				return {
					...base,
					message: { type: "text", text: head, start, end: start + head.length },
					...(length && { length }),
					...(rest && { remarks: rest.image }),
					...where,
				};
			}
			return {
				...base,
				message,
				...(length && { length }),
				...(tail !== "" && { lengthFirst: true as const }),
				...(rest && tail === "" && { remarks: rest.image }),
				...where,
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

	/** IPv4 or IPv6, by the word or else by what the link header says. */
	private familyOf({ linked, protocol }: Before, word: IToken | undefined, ends: IToken): 4 | 6 {
		if (word !== undefined) return word.tokenType === t.Ip6Word ? 6 : 4;
		if (protocol === "IPv4") return 4;
		if (protocol === "IPv6") return 6;
		if (linked && protocol === undefined) return ends.image.slice(0, -2).includes(":") ? 6 : 4;
		return this.refuse(ends, "IP or IP6");
	}
}

const NONE: readonly Encapsulation[] = [];
const WORDED: Before = { linked: false };
const LINKED: Before = { linked: true };
const ARP: Before = { linked: true, protocol: "ARP" };

/** `skip`: how long the word is before the message. */
function echoOf(f: Fields, skip: number): Echo {
	const { start, end } = f.whole;
	const type = `echo-${f.text(1) as "request" | "reply"}` as const;
	return { type, id: f.num(2), sequence: f.num(3), start: start + skip, end };
}

function echo6Of(f: Fields, skip: number): Echo {
	const { start, end } = f.whole;
	const type = `echo-${f.text(1) as "request" | "reply"}` as const;
	return { type, ...(f.has(3) && { id: f.num(3) }), sequence: f.num(4), start: start + skip, end };
}

function missingOf(f: Fields): Pick<Ip, "missing" | "excess"> {
	if (f.has(1)) return { missing: f.num(1) };
	return { excess: { total: f.num(2), length: f.num(3), ...f.whole } };
}
