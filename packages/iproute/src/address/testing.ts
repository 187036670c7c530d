/** Arbitraries of dumps that `ip` could have printed. Needs the optional peer `fast-check`. */
import { ipv4, ipv4Prefix, ipv6, ipv6Prefix, mac, num, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type {
	Attribute,
	AttributeValue,
	BriefInterface,
	Interface,
	InterfaceAddress,
	IpAddressDump,
	Lifetime,
	Link,
	Peer,
	Property,
	Statistics,
} from "./ast.ts";
import { titlesOf } from "./columns.ts";
import { type Conversion, type Format, formatsOf, KINDS, PEERLESS } from "./details.ts";

const nowhere = { start: 0, end: 0 };
const span = { start: fc.constant(0), end: fc.constant(0) };
const index = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

/** Names that kernels allow, the odd ones among them. */
export function interfaceNames(): fc.Arbitrary<string> {
	return fc.oneof(
		fc.constantFrom("lo", "eth0", "veth8fc6ed9", "br-0123456789ab", "eth0.100", "docker_gwbridge"),
		fc.constantFrom("mtu", "dev", "if5", "1", "-x", "eth0:1", 'a"b', "link/x", "<UP>", "inet", "any"),
		fc.stringMatching(/^[a-z][a-z0-9._-]{0,14}$/),
	);
}

function peers(): fc.Arbitrary<Peer> {
	return fc.oneof(
		num(index).map((each): Peer => ({ type: "ifindex", index: each, ...nowhere })),
		word(fc.constantFrom("eth0", "bond0", "p.7")).map((name): Peer => ({ type: "name", name, ...nowhere })),
		fc.constant<Peer>({ type: "none", ...nowhere }),
	);
}

const flags = fc.subarray(["NO-CARRIER", "LOOPBACK", "BROADCAST", "UP", "LOWER_UP", "40000000", "M-DOWN"]);

function links(): fc.Arbitrary<Link> {
	const address = fc.oneof(
		mac(),
		ipv4(),
		fc.constant({ type: "hardware" as const, value: "00:01:02:03:04:05:06:07", ...nowhere }),
	);
	const number = (name: string): fc.Arbitrary<Attribute> =>
		fc.nat().map((value) => attribute(name, [{ type: "number", value, ...nowhere }]));
	return fc
		.record(
			{
				type: fc.constant("link" as const),
				...span,
				kind: word(fc.constantFrom("ether", "loopback", "ipip", "[823]")),
				address,
				broadcast: address,
				permaddr: address,
				netnsid: fc.oneof(num(fc.nat()), fc.constant("unknown" as const)),
				netnsName: word(fc.constantFrom("qrouter-1", "ingress_sbox", "h")),
				attributes: fc.tuple(number("promiscuity"), number("allmulti"), number("minmtu")),
			},
			{ requiredKeys: ["type", "start", "end", "kind", "address"] },
		)
		.map(({ netnsName, ...link }) => (link.netnsid || !netnsName ? link : { ...link, netnsName }));
}

function attribute(name: string, values: readonly AttributeValue[]): Attribute {
	return { type: "attribute", name, values, ...nowhere };
}

/** A value as the format of its word has it, or a word in its place. */
function value(conversion: Conversion): fc.Arbitrary<AttributeValue> {
	const plain = fc.constantFrom("inherit", "on", "eth0", "-x").map(
		(text): AttributeValue => ({
			type: "word",
			value: text,
			...nowhere,
		}),
	);
	const number = fc.nat().map((each): AttributeValue => ({ type: "number", value: each, ...nowhere }));
	switch (conversion) {
		case "%u":
			return fc.oneof(number, plain);
		case "%7.2f":
			return number;
		case "%a,":
			return fc.oneof(ipv4(), ipv6());
		case "%a":
			return fc.oneof(ipv4(), ipv6(), plain);
		case "%m":
			return fc.oneof(mac(), plain);
		case "<%s>":
		case "{ %s }":
			return plain;
		default:
			return word(fc.constantFrom("7", "10.0.0.1", "0x1f", "eth0", "off")).map(
				(each): AttributeValue => ({ type: "word", ...each }),
			);
	}
}

function attributeOf(name: string, format: Format): fc.Arbitrary<Attribute> {
	const [first] = format;
	const isList = first === "%a," || first === "<%s>" || first === "{ %s }";
	const values = isList
		? fc.array(value(first), { minLength: first === "%a," ? 1 : 0, maxLength: 3 })
		: fc.tuple(...format.map(value));
	return values.map((each) => attribute(name, each));
}

/** A line of details of any kind: some of its words, in any order. */
function details(): fc.Arbitrary<Property> {
	return fc
		.constantFrom(...Object.keys(KINDS))
		.chain((kind) => {
			const words = [...formatsOf(kind)!].map(([name, format]) => attributeOf(name, format));
			return fc.tuple(
				fc.constant(kind),
				fc.shuffledSubarray(words, { maxLength: 8 }).chain((some) => fc.tuple(...some)),
			);
		})
		.map(([kind, attributes]) => ({
			type: "details",
			kind: { value: kind, ...nowhere },
			attributes,
			...nowhere,
		}));
}

function functions(): fc.Arbitrary<Property> {
	const parts = [
		attributeOf("vlan", ["%u"]),
		attributeOf("tx rate", ["%u"]),
		attributeOf("spoof checking", ["%s"]),
	].map((each) => each.filter(({ values }) => values[0]?.type !== "word" || values[0].value === "off"));
	return fc
		.record(
			{
				type: fc.constant("vf" as const),
				...span,
				index: num(fc.nat({ max: 127 })),
				kind: word(fc.constant("ether")),
				address: mac(),
				broadcast: mac(),
				attributes: fc.subarray(parts).chain((some) => fc.tuple(...some)),
			},
			{ requiredKeys: ["type", "start", "end", "index", "address", "attributes"] },
		)
		.map(({ broadcast, ...node }) => (node.kind && broadcast ? { ...node, broadcast } : node));
}

function properties(): fc.Arbitrary<Property[]> {
	return fc.array(
		fc.oneof(
			{ weight: 4, arbitrary: details() },
			fc
				.constantFrom("uplink to rack 7", "x", "port <5>, 'y'")
				.map((text): Property => ({ type: "alias", text, ...nowhere })),
			word(interfaceNames()).map((name): Property => ({ type: "altname", name, ...nowhere })),
			functions(),
			statistics(),
		),
		{ maxLength: 3 },
	);
}

function statistics(): fc.Arbitrary<Statistics> {
	const titles = "RX: bytes  packets  errors  dropped overrun mcast   ";
	const names = titlesOf(titles);
	return fc.array(count, { minLength: names.length, maxLength: names.length }).map((values) => ({
		type: "statistics",
		of: "RX",
		titles,
		aligned: "left",
		counters: {
			type: "counters",
			counters: values.map((value, at) => ({ name: names[at]!, value, ...nowhere })),
			...nowhere,
		},
		...nowhere,
	}));
}

function addresses(): fc.Arbitrary<InterfaceAddress> {
	const time = fc.oneof(fc.constant("forever" as const), num(fc.integer({ min: -100, max: 2 ** 32 })));
	const lifetime: fc.Arbitrary<Lifetime> = fc.record({
		type: fc.constant("lifetime" as const),
		...span,
		valid: time,
		preferred: time,
	});
	const common = {
		...span,
		metric: num(fc.nat()),
		scope: word(fc.constantFrom("global", "link", "host", "100")),
		flags: fc.subarray(["secondary", "deprecated", "tentative", "dynamic", "noprefixroute"]),
		flagBits: fc.constantFrom("400", "02"),
		proto: word(fc.constantFrom("kernel_lo", "4")),
		lifetime,
	};
	const requiredKeys = ["type", "start", "end", "address", "scope", "flags"] as const;
	return fc.oneof(
		fc.record(
			{
				type: fc.constant("inet" as const),
				address: ipv4Prefix(),
				...common,
				broadcast: ipv4(),
				label: word(fc.constantFrom("eth0", "lo:1", "dev")),
			},
			{ requiredKeys: [...requiredKeys, "label"] },
		),
		fc.record(
			{ type: fc.constant("inet6" as const), address: ipv6Prefix(), ...common },
			{ requiredKeys: [...requiredKeys] },
		),
		fc.tuple(ipv4(), ipv4Prefix()).map(
			([own, peer]): InterfaceAddress => ({
				type: "inet",
				address: { type: "prefix", family: 4, address: own.value, length: 32, text: own.value, ...nowhere },
				peer,
				scope: { value: "global", ...nowhere },
				flags: [],
				label: { value: "eth0", ...nowhere },
				...nowhere,
			}),
		),
	);
}

function interfaces(): fc.Arbitrary<Interface> {
	return fc
		.record(
			{
				type: fc.constant("interface" as const),
				...span,
				layout: fc.constant("one-line" as const),
				index: num(index),
				name: word(interfaceNames()),
				peer: peers(),
				flags,
				mtu: num(fc.nat()),
				xdp: word(fc.constantFrom("xdp", "xdpgeneric/id:7")),
				qdisc: word(fc.constantFrom("noqueue", "mq")),
				master: word(interfaceNames()),
				state: word(fc.constantFrom("UP", "DOWN", "0x9")),
				mode: word(fc.constantFrom("DEFAULT", "DORMANT")),
				group: word(fc.constantFrom("default", "7")),
				qlen: num(fc.nat()),
				link: links(),
				properties: properties(),
				addresses: fc.array(addresses(), { maxLength: 3 }),
				statistics: fc.tuple(statistics()),
			},
			{ requiredKeys: ["type", "start", "end", "index", "name", "flags", "addresses"] },
		)
		.map(({ peer, layout, properties: found, statistics: counted, ...rest }) => {
			// Counters stand behind addresses, where there are some.
			const behind = counted && rest.addresses.length > 0 && { statistics: counted };
			const whole = { ...rest, ...behind, ...(found && found.length > 0 && { properties: found }) };
			// A bridge has no other end, and one line is nothing special without more.
			const more = rest.link !== undefined || rest.addresses.length > 0 || whole.properties !== undefined;
			const kind = found?.find((each) => each.type === "details")?.kind?.value;
			const isAlone = kind !== undefined && PEERLESS.has(kind);
			return { ...whole, ...(peer && !isAlone && { peer }), ...(layout && more && { layout }) };
		});
}

function briefs(): fc.Arbitrary<BriefInterface> {
	const names = { type: fc.constant("brief" as const), ...span, name: word(interfaceNames()) };
	const state = word(fc.constantFrom("UP", "DOWN", "LOWERLAYERDOWN"));
	const address = fc.oneof(ipv4Prefix(), ipv6Prefix()).map((each) => ({ address: each, ...nowhere }));
	return fc.oneof(
		fc.record({ ...names, state, addresses: fc.array(address, { maxLength: 3 }) }),
		fc.record({ ...names, state, link: mac(), flags }),
	);
}

/** What `ip addr`, `ip link` and `ip -br` print. */
export function ipAddressDumps(): fc.Arbitrary<IpAddressDump> {
	const statements = fc.oneof(
		fc.array(interfaces(), { maxLength: 4 }),
		fc.array(briefs(), { maxLength: 4 }),
		fc.array(
			fc.record({
				type: fc.constant("address-of-interface" as const),
				...span,
				index: num(index),
				name: word(interfaceNames()),
				address: addresses(),
			}),
			{ maxLength: 4 },
		),
	);
	return statements.map((each) => ({ type: "ip-address", statements: each, ...nowhere }));
}
