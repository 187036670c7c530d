import { type Draft, type Num, readIp, readPrefix, type Span, type Word } from "@netfossil/core";
import { type IToken, type Reading, readNumber, StatementParser } from "@netfossil/core/grammar";
import type {
	AddressOfInterface,
	Attribute,
	BriefAddress,
	BriefInterface,
	Details,
	HeadField,
	Interface,
	InterfaceAddress,
	Lifetime,
	Link,
	LinkAddress,
	UnknownAttribute,
	UnknownWords,
} from "./ast.ts";
import { formatOf, GOES_ON, ON_HEAD } from "./details.ts";
import * as t from "./tokens.ts";
import { listed, readLinkAddress, readValues, splitName } from "./values.ts";

const nowhere = { start: 0, end: 0 };

/** The fields of an interface's first line in the order that the tool prints them. */
export const HEAD_FIELDS: readonly HeadField[] = [
	"mtu",
	"xdp",
	"qdisc",
	"master",
	"portname",
	"portid",
	"switchid",
	"state",
	"mode",
	"group",
	"qlen",
];
const HEAD_ORDER = [...HEAD_FIELDS, "link-netns", "attributes"] as const;
type HeadPlace = (typeof HEAD_ORDER)[number];

/** `qlen` is printed by `%d`, and so may be below zero. */
const INTEGER = /^-?\d+$/;

/** Where the other end is. */
type Netns = Pick<Link, "netnsid" | "netnsName">;

/**
 * The lines of `ip addr` and `ip link`, without their indentation and trailing blanks:
 *
 * ```
 * head      := INDEX ":" NAME ["@" PEER] ":" "<" FLAGS ">" (field WORD | XDP | netns | attribute | unknown)*
 * field     := "mtu" | "qdisc" | "master" | "portname" | "portid" | "switchid" | "state" | "mode" | "group"
 *            | "qlen"
 * link      := "link/" TYPE [ADDRESS] [("brd" | "peer") ADDRESS] ["permaddr" ADDRESS]
 *              [netns] attribute*
 * netns     := "link-netnsid" (N | "unknown") | "link-netns" NAME
 * details   := [KIND] attribute*
 * attribute := FLAG | ["peer"] NAME VALUE | PAIR VALUE VALUE | MAP "{" VALUE* "}" | "remotes" (N) ADDRESS*
 *            | "<" FLAGS ">" | "(flowinfo" BITS ")" | "(berr-counter" "tx" N "rx" N ")" | unknown
 * address   := ("inet" | "inet6") (PREFIX | ADDRESS "peer" PREFIX) ["metric" N] ["brd" ADDRESS]
 *              ["any" ADDRESS] ["mcast" ADDRESS] "scope" SCOPE FLAG* ["flags" BITS] ["proto" P] [LABEL]
 * lifetime  := "valid_lft" TIME "preferred_lft" TIME
 * ofOne     := INDEX ":" NAME address
 * brief     := NAME ["@" PEER] STATE ([ADDRESS] "<" FLAGS ">" | (PREFIX | ADDRESS "peer" PREFIX) ["metric" N] …)
 * ```
 */
export class AddressParser extends StatementParser {
	constructor(skipValidations = true) {
		super(t.tokens, t.createAddressLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readHead(text: string, start: number, end: number): Reading<Interface> {
		return this.read(this.head, text, start, end);
	}

	readLink(text: string, start: number, end: number): Reading<Link> {
		return this.read(this.link, text, start, end);
	}

	readDetails(text: string, start: number, end: number): Reading<Details> {
		return this.read(this.details, text, start, end);
	}

	readAddress(text: string, start: number, end: number): Reading<InterfaceAddress> {
		return this.read(this.address, text, start, end);
	}

	readLifetime(text: string, start: number, end: number): Reading<Lifetime> {
		return this.read(this.lifetime, text, start, end);
	}

	readAddressOfInterface(text: string, start: number, end: number): Reading<AddressOfInterface> {
		return this.read(this.ofOne, text, start, end);
	}

	readBrief(text: string, start: number, end: number): Reading<BriefInterface> {
		return this.read(this.brief, text, start, end);
	}

	private head = this.RULE("head", (): Interface => {
		const head = this.CONSUME(t.Head);
		const fields: Partial<Record<HeadField, Word | Num>> = {};
		const unknown: IToken[] = [];
		const after: (HeadPlace | undefined)[] = [];
		let last: HeadPlace | undefined;
		let netns: Netns = {};
		const attributes: (Attribute | UnknownAttribute)[] = [];
		this.MANY(() => {
			this.OR([
				{
					ALT: () => {
						const field = this.CONSUME(t.HeadField);
						const value = this.CONSUME(t.AnyWord);
						this.ACTION(() => {
							const name = field.image as HeadField;
							const isNumber = name === "mtu" || name === "qlen";
							if (isNumber && !INTEGER.test(value.image)) {
								unknown.push(field, value);
								after.push(last, last);
								return;
							}
							last = this.nextField(field, name, last);
							fields[name] = isNumber ? this.number(value) : this.word(value);
						});
					},
				},
				{
					ALT: () => {
						const xdp = this.CONSUME(t.Xdp);
						this.ACTION(() => {
							last = this.nextField(xdp, "xdp", last);
							fields.xdp = this.word(xdp);
						});
					},
				},
				{
					ALT: () => {
						const first = this.LA(1);
						const found = this.SUBRULE(this.netns);
						this.ACTION(() => {
							last = this.nextField(first, "link-netns", last);
							netns = found;
						});
					},
				},
				{
					GATE: () => ON_HEAD.has(this.LA(1).image) && last !== undefined,
					ALT: () => {
						const name = this.CONSUME(t.ValueName);
						const attribute = this.attribute(undefined, name, [this.CONSUME2(t.AnyWord)]);
						this.ACTION(() => {
							last = "attributes";
							attributes.push(attribute);
						});
					},
				},
				{
					ALT: () => {
						unknown.push(this.CONSUME1(t.AnyWord));
						after.push(last);
					},
					IGNORE_AMBIGUITIES: true,
				},
			]);
		});
		return this.ACTION(() => {
			const node: Draft<Interface> = Object.assign(this.identity(head), fields, netns);
			if (attributes.length > 0) node.attributes = attributes;
			if (unknown.length > 0) node.unknown = this.unknownWords(unknown, after);
			node.addresses = [];
			return node;
		});
	});

	private link = this.RULE("link", (): Link => {
		const kind = this.CONSUME(t.LinkKind);
		const own = this.OPTION(() => this.SUBRULE(this.linkAddress));
		const broadcast = this.OPTION1(() => {
			this.CONSUME(t.Brd);
			return this.SUBRULE1(this.linkAddress);
		});
		const peer = this.OPTION2(() => {
			this.CONSUME(t.Peer);
			return this.SUBRULE2(this.linkAddress);
		});
		const permaddr = this.OPTION3(() => {
			this.CONSUME(t.Permaddr);
			return this.SUBRULE3(this.linkAddress);
		});
		const netns = this.OPTION4(() => this.SUBRULE(this.netns));
		const attributes = this.SUBRULE(this.attributes);
		return this.ACTION(() => {
			const { start, end } = this.span(kind);
			const skip = "link/".length;
			const node: Draft<Link> = {
				type: "link",
				start: 0,
				end: 0,
				kind: { value: kind.image.slice(skip), start: start + skip, end },
			};
			if (own !== undefined) node.address = own;
			if (broadcast !== undefined) node.broadcast = broadcast;
			if (peer !== undefined) node.peer = peer;
			if (permaddr !== undefined) node.permaddr = permaddr;
			if (netns !== undefined) Object.assign(node, netns);
			if (attributes.length > 0) node.attributes = attributes;
			return node;
		});
	});

	private netns = this.RULE(
		"netns",
		(): Netns =>
			this.OR([
				{
					ALT: () => {
						this.CONSUME(t.LinkNetnsid);
						const id = this.CONSUME(t.AnyWord);
						return this.ACTION(() => ({
							netnsid: id.image === "unknown" ? ("unknown" as const) : this.integer(id),
						}));
					},
				},
				{
					ALT: () => {
						this.CONSUME(t.LinkNetns);
						return { netnsName: this.word(this.CONSUME1(t.AnyWord)) };
					},
				},
			]),
	);

	private linkAddress = this.RULE("linkAddress", (): LinkAddress => {
		const token = this.CONSUME(t.Address);
		return readLinkAddress(token.image, this.span(token).start);
	});

	private details = this.RULE("details", (): Details => {
		const kind = this.OPTION({
			GATE: () => !GOES_ON.has(this.LA(1).image),
			DEF: () => this.word(this.CONSUME(t.AnyWord)),
		});
		const attributes = this.SUBRULE(this.attributes, { ARGS: [kind?.value] });
		return kind === undefined
			? { type: "details", start: 0, end: 0, attributes }
			: { type: "details", start: 0, end: 0, kind, attributes };
	});

	private attributes = this.RULE("attributes", (kind?: string): (Attribute | UnknownAttribute)[] => {
		const found: (Attribute | UnknownAttribute)[] = [];
		this.MANY(() => {
			const before = this.LA(0);
			const first = this.LA(1);
			const attribute = this.OR([
				{ ALT: () => this.attribute(kind, this.CONSUME(t.FlagName), []) },
				{
					// `mode l3 type peer policy forward peer policy blackhole` of netkit
					GATE: () => formatOf(kind, `peer ${this.LA(2).image}`) !== undefined,
					ALT: () => {
						const peer = this.CONSUME(t.Peer);
						const name = this.CONSUME1(t.ValueName);
						return this.attribute(kind, peer, [this.CONSUME4(t.AnyWord)], `peer ${name.image}`);
					},
				},
				{
					ALT: () => {
						const name = this.CONSUME(t.ValueName);
						return this.attribute(kind, name, [this.CONSUME(t.AnyWord)]);
					},
				},
				{
					ALT: () => {
						const name = this.CONSUME(t.Pair);
						const one = this.CONSUME1(t.AnyWord);
						return this.attribute(kind, name, [one, this.CONSUME2(t.AnyWord)]);
					},
				},
				{ ALT: () => this.SUBRULE(this.map) },
				{ ALT: () => this.SUBRULE(this.remotes) },
				{ ALT: () => this.flagList(this.CONSUME(t.Bracketed)) },
				{ ALT: () => this.enclosed(this.CONSUME(t.Flowinfo)) },
				{ ALT: () => this.enclosed(this.CONSUME(t.BerrCounter)) },
				{
					ALT: (): UnknownAttribute => {
						const token = this.CONSUME3(t.AnyWord);
						return { type: "unparsed", text: token.image, ...this.span(token) };
					},
					IGNORE_AMBIGUITIES: true,
				},
			]);
			this.ACTION(() => {
				const blanks = first.startOffset - before.startOffset - before.image.length;
				const last = found.at(-1);
				if (attribute.type === "unparsed" && last?.type === "unparsed") {
					const text = `${last.text}${" ".repeat(blanks)}${attribute.text}`;
					found[found.length - 1] = { ...last, text, end: attribute.end };
				} else {
					if (!Number.isNaN(blanks) && blanks !== 1) (attribute as Draft<typeof attribute>).gap = blanks;
					found.push(attribute);
				}
			});
		});
		return found;
	});

	private map = this.RULE("map", (): Attribute => {
		const name = this.CONSUME(t.MapName);
		const values: IToken[] = [];
		this.CONSUME(t.Open);
		this.MANY({
			GATE: () => this.LA(1).tokenType !== t.Close,
			DEF: () => values.push(this.CONSUME(t.AnyWord)),
		});
		this.CONSUME(t.Close);
		return this.ACTION(() => {
			const found = values.map((token) => ({ type: "word" as const, ...this.word(token) }));
			return { type: "attribute", name: name.image, values: found, ...this.spanFrom(name) };
		});
	});

	private remotes = this.RULE("remotes", (): Attribute => {
		const name = this.CONSUME(t.Remotes);
		const values: IToken[] = [];
		this.MANY(() => {
			values.push(this.CONSUME(t.Address));
		});
		return this.ACTION(() => {
			if (Number(name.image.slice("remotes (".length, -1)) !== values.length) {
				this.refuse(name, "a count of the addresses that follow");
			}
			const found = readValues(["(n) %m"], this.words(values))!;
			return { type: "attribute", name: "remotes", values: found, ...this.spanFrom(name) };
		});
	});

	private address = this.RULE("address", (): InterfaceAddress => {
		const family = this.CONSUME(t.Inet);
		const addresses = this.SUBRULE(this.addresses);
		const metric = this.OPTION(() => {
			this.CONSUME(t.Metric);
			return this.integer(this.CONSUME(t.AnyWord));
		});
		const broadcast = this.OPTION1(() => {
			this.CONSUME(t.Brd);
			return this.SUBRULE(this.ip);
		});
		const anycast = this.OPTION2(() => {
			this.CONSUME(t.Any);
			return this.SUBRULE1(this.ip);
		});
		const multicast = this.OPTION3(() => {
			this.CONSUME(t.Mcast);
			return this.SUBRULE2(this.ip);
		});
		this.CONSUME(t.Scope);
		const scope = this.word(this.CONSUME1(t.AnyWord));
		const words: IToken[] = [];
		this.MANY(() => {
			words.push(this.CONSUME2(t.AnyWord));
		});
		return this.ACTION(() => {
			const type = family.image as "inet" | "inet6";
			if (addresses.address.family !== (type === "inet" ? 4 : 6)) this.refuse(family, "the other family");
			const node = { type, start: 0, end: 0, address: addresses.address } as Draft<InterfaceAddress>;
			if (addresses.peer !== undefined) node.peer = addresses.peer;
			if (metric !== undefined) node.metric = metric;
			if (broadcast !== undefined) node.broadcast = broadcast;
			if (anycast !== undefined) node.anycast = anycast;
			if (multicast !== undefined) node.multicast = multicast;
			node.scope = scope;
			setMarks(node, this.words(words));
			return node;
		});
	});

	private addresses = this.RULE(
		"addresses",
		(): Pick<BriefAddress, "address" | "peer"> =>
			this.OR([
				{ ALT: () => ({ address: this.prefix(this.CONSUME(t.Prefix)) }) },
				{
					ALT: () => {
						const own = this.CONSUME(t.Address);
						this.CONSUME(t.Peer);
						const peer = this.prefix(this.CONSUME1(t.Prefix));
						return this.ACTION(() => {
							const ip = readIp(own.image, this.span(own).start) ?? this.refuse(own, "an address");
							const { family, value: address, start, end } = ip;
							const length = family === 4 ? 32 : 128;
							return {
								address: { type: "prefix", family, address, length, text: own.image, start, end },
								peer,
							} as const;
						});
					},
				},
			]),
	);

	private ip = this.RULE("ip", () => {
		const token = this.CONSUME(t.Address);
		return this.ACTION(() => readIp(token.image, this.span(token).start) ?? this.refuse(token, "an address"));
	});

	private lifetime = this.RULE("lifetime", (): Lifetime => {
		this.CONSUME(t.ValidLft);
		const valid = this.time(this.CONSUME(t.AnyWord));
		this.CONSUME(t.PreferredLft);
		const preferred = this.time(this.CONSUME1(t.AnyWord));
		return { type: "lifetime", start: 0, end: 0, valid, preferred };
	});

	private ofOne = this.RULE("ofOne", (): AddressOfInterface => {
		const index = this.CONSUME(t.Index);
		const name = this.word(this.CONSUME(t.AnyWord));
		const address = this.SUBRULE(this.address);
		return this.ACTION(() => ({
			type: "address-of-interface",
			...nowhere,
			index: this.indexOf(index),
			name,
			address,
		}));
	});

	private brief = this.RULE("brief", (): BriefInterface => {
		const name = this.CONSUME(t.AnyWord);
		const state = this.word(this.CONSUME1(t.AnyWord));
		const rest = this.OR([
			{
				ALT: () => {
					const own = this.OPTION(() => this.SUBRULE(this.linkAddress));
					const flags = this.CONSUME(t.Bracketed);
					return { ...(own && { link: own }), flags: flagsOf(flags) };
				},
			},
			{
				ALT: () => {
					const addresses: BriefAddress[] = [];
					this.MANY(() => {
						const first = this.LA(1);
						const pair = this.SUBRULE(this.addresses);
						const metric = this.OPTION1(() => {
							this.CONSUME(t.Metric);
							return this.integer(this.CONSUME2(t.AnyWord));
						});
						this.ACTION(() => {
							addresses.push({ ...pair, ...(metric && { metric }), ...this.spanFrom(first) });
						});
					});
					return { addresses };
				},
			},
		]);
		return this.ACTION(() => {
			const { start } = this.span(name);
			return { type: "brief", ...nowhere, ...splitName(name.image, start), state, ...rest };
		});
	});

	/** Index, name, other end and flags, which are one token. */
	private identity(head: IToken): Interface {
		const { start } = this.span(head);
		const [, index = "", middle = "", name = "", flags = ""] =
			/^(\d+)(:[ \t]+)(.+):[ \t]+<([^<>]*)>$/.exec(head.image) ?? [];
		const end = start + index.length;
		const node = {
			type: "interface",
			start: 0,
			end: 0,
			index: readNumber(index, start, end),
		} as Draft<Interface>;
		const whole = splitName(name, end + middle.length);
		node.name = whole.name;
		if (whole.peer !== undefined) node.peer = whole.peer;
		node.flags = flags === "" ? [] : flags.split(",");
		return node;
	}

	/** Sees to it that the fields of a first line come in the tool's order, for they are printed in it. */
	private nextField(token: IToken, field: HeadPlace, last: HeadPlace | undefined): HeadPlace {
		const previous = last === undefined ? -1 : HEAD_ORDER.indexOf(last);
		const later = HEAD_ORDER.slice(previous + 1);
		if (!later.includes(field)) {
			this.refuse(token, later.length === 0 ? "the end of the line" : later.join("\n"));
		}
		return field;
	}

	/** Words that follow one another directly are one piece of text. */
	private unknownWords(tokens: readonly IToken[], after: readonly (HeadPlace | undefined)[]): UnknownWords[] {
		const found: UnknownWords[] = [];
		tokens.forEach((token, index) => {
			const field = after[index];
			const last = found.at(-1);
			const span: Span = this.span(token);
			if (last !== undefined && last.after === field) {
				found[found.length - 1] = { ...last, text: `${last.text} ${token.image}`, end: span.end };
			} else {
				found.push({ type: "unparsed", text: token.image, ...(field && { after: field }), ...span });
			}
		});
		return found;
	}

	private attribute(
		kind: string | undefined,
		first: IToken,
		tokens: readonly IToken[],
		name: string = first.image,
	): Attribute | UnknownAttribute {
		if (this.RECORDING_PHASE) return { type: "attribute", name: "", values: [], ...nowhere };
		const { start, end } = this.spanFrom(first);
		const values = readValues(formatOf(kind, name) ?? [], this.words(tokens));
		if (values !== undefined) return { type: "attribute", name, values, start, end };
		return { type: "unparsed", text: [name, ...tokens.map(({ image }) => image)].join(" "), start, end };
	}

	private words(tokens: readonly IToken[]): Word[] {
		return tokens.map((token) => this.word(token));
	}

	private flagList(token: IToken): Attribute {
		const word = this.word(token);
		const { start, end } = word;
		return { type: "attribute", name: "flags", values: listed(word) ?? [], start, end };
	}

	/** `(flowinfo 0x00000042)`, `(berr-counter tx 0 rx 0)` */
	private enclosed(token: IToken): Attribute {
		const { start, end } = this.span(token);
		const [, name = ""] = /^\((\S+)/.exec(token.image) ?? [];
		const numbers = [...token.image.matchAll(/ (\d\w*)/g)].map(({ 1: value = "", index }) => {
			const from = start + index + 1;
			return { value, start: from, end: from + value.length };
		});
		return { type: "attribute", name, values: readValues(["%u", "%u"], numbers)!, start, end };
	}

	private prefix(token: IToken) {
		return this.ACTION(
			() => readPrefix(token.image, this.span(token).start) ?? this.refuse(token, "ADDRESS/LENGTH"),
		);
	}

	private integer(token: IToken): Num {
		if (!this.RECORDING_PHASE && !INTEGER.test(token.image)) this.refuse(token, "a number");
		return this.number(token);
	}

	private indexOf(token: IToken): Num {
		const { start, end } = this.span(token);
		const digits = token.image.slice(0, -1);
		return readNumber(digits, start, end - 1);
	}

	/** `forever`, or seconds; a preferred lifetime that is over may be printed below zero. */
	private time(token: IToken): Num | "forever" {
		if (this.RECORDING_PHASE || token.image === "forever") return "forever";
		const { start, end } = this.span(token);
		const [, digits] = /^(-?\d+)sec$/.exec(token.image) ?? this.refuse(token, "'forever' or SECONDSsec");
		return readNumber(digits!, start, end - "sec".length);
	}
}

/** What follows the scope: flags, `flags BITS`, `proto P`, and for IPv4 the label, which is always last. */
export function setMarks(node: Draft<InterfaceAddress>, words: Word[]): void {
	const last = words.at(-1);
	// A kernel prints a label for each IPv4 address, so that a flag in the last place was cut after it,
	// or is an interface's name; the flags that the tool knows are taken for flags.
	const before = words.at(-2)?.value;
	const labelled =
		node.type === "inet" &&
		last !== undefined &&
		!ADDRESS_FLAGS.has(last.value) &&
		before !== "flags" &&
		before !== "proto";
	const label = labelled ? words.pop() : undefined;
	const proto = taken(words, "proto");
	const bits = taken(words, "flags");
	node.flags = words.map(({ value }) => value);
	if (bits !== undefined) node.flagBits = bits.value;
	if (proto !== undefined) node.proto = proto;
	if (label !== undefined) node.label = label;
}

/** Takes `name VALUE` off the end of the words. */
function taken(words: Word[], name: string): Word | undefined {
	return words.at(-2)?.value === name ? words.splice(-2)[1] : undefined;
}

/** The flags of an address that iproute2 has names for, `ifa_flag_names` in `ip/ipaddress.c`. */
const ADDRESS_FLAGS: ReadonlySet<string> = new Set([
	"secondary",
	"temporary",
	"nodad",
	"optimistic",
	"dadfailed",
	"home",
	"deprecated",
	"tentative",
	"permanent",
	"dynamic",
	"mngtmpaddr",
	"noprefixroute",
	"autojoin",
	"stable-privacy",
]);

function flagsOf(token: IToken): string[] {
	const inner = token.image.slice(1, -1);
	return inner === "" ? [] : inner.split(",");
}
