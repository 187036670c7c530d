import {
	blank,
	ipAddress,
	ipPrefix,
	lineShape,
	macAddress,
	num,
	spanShape,
	unparsed,
	word,
} from "@netfossil/core/schema";
import { z } from "zod";
import type {
	AddressOfInterface,
	Attribute,
	AttributeValue,
	BriefAddress,
	BriefInterface,
	Counter,
	Interface,
	InterfaceAddress,
	IpAddressDump as IpAddressDumpAst,
	Lifetime,
	Link,
	LinkAddress,
	Peer,
	Property,
	Statistics,
	UnknownAttribute,
	UnknownWords,
} from "./ast.ts";

const maybe = z.exactOptional;
const block = { rest: maybe(z.array(z.union([blank, unparsed]))), ...lineShape };
const wordShape = { value: z.string(), ...spanShape };
const numShape = { value: z.number(), text: maybe(z.string()), ...spanShape };
const netns = { netnsid: maybe(z.union([num, z.literal("unknown")])), netnsName: maybe(word) };

export const peer: z.ZodType<Peer> = z.union([
	z.strictObject({ type: z.literal("ifindex"), index: num, ...spanShape }),
	z.strictObject({ type: z.literal("name"), name: word, ...spanShape }),
	z.strictObject({ type: z.literal("none"), ...spanShape }),
]);
export const linkAddress: z.ZodType<LinkAddress> = z.union([
	macAddress,
	ipAddress,
	z.strictObject({ type: z.literal("hardware"), ...wordShape }),
]);
const attributeValue: z.ZodType<AttributeValue> = z.union([
	z.strictObject({ type: z.literal("number"), ...numShape }),
	z.strictObject({ type: z.literal("word"), ...wordShape }),
	ipAddress,
	macAddress,
]);
const gap = maybe(z.int().min(0));
export const attributes: z.ZodArray<z.ZodType<Attribute | UnknownAttribute>> = z.array(
	z.union([
		z.strictObject({
			type: z.literal("attribute"),
			name: z.string(),
			values: z.array(attributeValue),
			gap,
			...spanShape,
		}),
		z.strictObject({ type: z.literal("unparsed"), text: z.string(), gap, ...spanShape }),
	]),
);
const link: z.ZodType<Link> = z.strictObject({
	type: z.literal("link"),
	kind: word,
	address: maybe(linkAddress),
	broadcast: maybe(linkAddress),
	peer: maybe(linkAddress),
	permaddr: maybe(linkAddress),
	...netns,
	attributes: maybe(attributes),
	...block,
});
const counter: z.ZodType<Counter> = z.strictObject({ name: z.string(), ...numShape });
const statistics: z.ZodType<Statistics> = z.strictObject({
	type: z.literal("statistics"),
	of: z.enum(["RX", "TX", "RX errors", "TX errors"]),
	titles: z.string(),
	aligned: z.enum(["left", "right"]),
	counters: maybe(z.strictObject({ type: z.literal("counters"), counters: z.array(counter), ...block })),
	...block,
});
const property: z.ZodType<Property> = z.union([
	z.strictObject({ type: z.literal("details"), kind: maybe(word), attributes, ...block }),
	z.strictObject({ type: z.literal("alias"), text: z.string(), ...block }),
	z.strictObject({ type: z.literal("altname"), name: word, ...block }),
	z.strictObject({
		type: z.literal("vf"),
		index: num,
		kind: maybe(word),
		address: linkAddress,
		broadcast: maybe(linkAddress),
		attributes,
		...block,
	}),
	statistics,
]);
const time = z.union([num, z.literal("forever")]);
const lifetime: z.ZodType<Lifetime> = z.strictObject({
	type: z.literal("lifetime"),
	valid: time,
	preferred: time,
	...block,
});
const address: z.ZodType<InterfaceAddress> = z.strictObject({
	type: z.enum(["inet", "inet6"]),
	address: ipPrefix,
	peer: maybe(ipPrefix),
	metric: maybe(num),
	broadcast: maybe(ipAddress),
	anycast: maybe(ipAddress),
	multicast: maybe(ipAddress),
	scope: word,
	flags: z.array(z.string()),
	flagBits: maybe(z.string()),
	proto: maybe(word),
	label: maybe(word),
	lifetime: maybe(lifetime),
	...block,
});
const unknownWords: z.ZodType<UnknownWords> = z.strictObject({
	type: z.literal("unparsed"),
	text: z.string(),
	after: maybe(
		z.enum([
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
			"link-netns",
			"attributes",
		]),
	),
	...spanShape,
});
const networkInterface: z.ZodType<Interface> = z.strictObject({
	type: z.literal("interface"),
	layout: maybe(z.literal("one-line")),
	index: num,
	name: word,
	peer: maybe(peer),
	flags: z.array(z.string()),
	mtu: maybe(num),
	xdp: maybe(word),
	qdisc: maybe(word),
	master: maybe(word),
	portname: maybe(word),
	portid: maybe(word),
	switchid: maybe(word),
	state: maybe(word),
	mode: maybe(word),
	group: maybe(word),
	qlen: maybe(num),
	...netns,
	attributes: maybe(attributes),
	unknown: maybe(z.array(unknownWords)),
	link: maybe(link),
	properties: maybe(z.array(property)),
	addresses: z.array(address),
	statistics: maybe(z.array(statistics)),
	...block,
});
const addressOfInterface: z.ZodType<AddressOfInterface> = z.strictObject({
	type: z.literal("address-of-interface"),
	index: num,
	name: word,
	address,
	...lineShape,
});
const briefAddress: z.ZodType<BriefAddress> = z.strictObject({
	address: ipPrefix,
	peer: maybe(ipPrefix),
	metric: maybe(num),
	...spanShape,
});
const brief: z.ZodType<BriefInterface> = z.strictObject({
	type: z.literal("brief"),
	name: word,
	peer: maybe(peer),
	state: word,
	addresses: maybe(z.array(briefAddress)),
	link: maybe(linkAddress),
	flags: maybe(z.array(z.string())),
	...lineShape,
});

/** The schema of {@link IpAddressDumpAst}. */
export const IpAddressDump: z.ZodType<IpAddressDumpAst> = z.strictObject({
	type: z.literal("ip-address"),
	statements: z.array(
		z.union([
			networkInterface,
			addressOfInterface,
			brief,
			link,
			property,
			address,
			lifetime,
			blank,
			unparsed,
		]),
	),
	...spanShape,
});
