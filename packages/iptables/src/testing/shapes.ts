import { readPrefix, type Word } from "@netfossil/core";
import { word } from "@netfossil/core/testing";
import fc from "fast-check";
import type { KnownMatch } from "../matches/index.ts";
import type { KnownTarget } from "../targets/index.ts";
import { decimal, type NumberValue, tosOperation, tosSymbol } from "../values.ts";
import { type Family, negation, nowhere, type Setting, still, type Value } from "./setting.ts";
import {
	addresses,
	byteAmounts,
	dashedPorts,
	decimals,
	flag,
	hexadecimals,
	natRanges,
	networks,
	numberRanges,
	numeral,
	policyElements,
	protocolsOf,
	rates,
	texts,
	wordLists,
	words,
	zeroNamed,
} from "./values.ts";

/**
 * What an extension asks of its fields beyond its entry: those of its own source that refuse a rule, and the
 * words and ranges that its options take. An extension without a shape has at least one field, each as
 * `values.ts` draws its kind.
 */
export interface Shape<Node = Record<string, unknown>> {
	/** Where only one family has it. */
	readonly family?: Family;
	/** Where the fields decide one another: the whole node. */
	readonly whole?: (setting: Setting) => fc.Arbitrary<Partial<Node>>;
	/** Always set. */
	readonly needs?: readonly Key<Node>[];
	/** Always set in the save form; the list keeps silent where it is the default. */
	readonly saved?: readonly Key<Node>[];
	/** Of each of these, just one is set. */
	readonly one?: readonly (readonly Key<Node>[])[];
	/** One of these is set, or more. */
	readonly some?: readonly Key<Node>[];
	/** Where a family has only some of the fields, or the others need more than can be drawn. */
	readonly only?: { readonly [F in Family]?: readonly Key<Node>[] };
	/** Of each of these, one at most. */
	readonly rivals?: readonly (readonly Key<Node>[])[];
	/** There may be no field at all. */
	readonly bare?: true;
	/** Where it is set, so are the others. */
	readonly with?: { readonly [K in Key<Node>]?: readonly Key<Node>[] };
	/** Set only where all of the others are. */
	readonly beside?: { readonly [K in Key<Node>]?: readonly Key<Node>[] };
	/** Never negated, though its place in the list could tell. */
	readonly plain?: readonly Key<Node>[];
	readonly values?: { readonly [K in Key<Node>]?: Draw };
	/** The fields behind a word of the list that stands for several. */
	readonly computed?: {
		readonly [name: string]: (setting: Setting) => fc.Arbitrary<Readonly<Record<string, unknown>>>;
	};
	/** The protocols of which a rule with these fields has to name one. */
	readonly protocols?: (node: Node) => readonly string[] | undefined;
	/** A match that has to stand in the rule. */
	readonly company?: KnownMatch;
	/** Fields that name something that has to be there before the rule is loaded. */
	readonly objects?: readonly Key<Node>[];
	/** Where a list puts nothing between the last match and it, so that there is no match. */
	readonly alone?: (node: Node) => unknown;
	/** The tables that the kernel allows it in. */
	readonly tables?: readonly string[];
	/** The built-in chains that the kernel allows it in. */
	readonly hooks?: readonly string[];
}

/** The values of a field; which others are set may decide them. */
export type Draw = (setting: Setting, keys: ReadonlySet<string>) => fc.Arbitrary<Value>;

type Key<Node> = Exclude<keyof Node & string, "type" | "start" | "end">;
type Shapes<Nodes extends { readonly type: string }> = {
	readonly [Type in Nodes["type"]]?: Shape<Extract<Nodes, { readonly type: Type }>>;
};

const WITH_PORTS = ["tcp", "udp", "sctp", "dccp"];
const TCP = () => ["tcp"];
const ofPorts = (ports: unknown): readonly string[] | undefined =>
	ports === undefined ? undefined : WITH_PORTS;

const BYTE = (): fc.Arbitrary<Value> => decimals(0, 255);
const LARGE = (): fc.Arbitrary<Value> => decimals(0, 0xffffffff);
const SPI = (): fc.Arbitrary<Value> => numberRanges(0, 0xffffffff);
const PORT_WORDS = fc.integer({ min: 1, max: 65535 }).map((value) => ({ value: String(value), ...nowhere }));
const two = (value: number): string => String(value).padStart(2, "0");
const clocks = (min: number, max: number): fc.Arbitrary<Word> =>
	fc
		.tuple(fc.integer({ min, max }), fc.integer({ min: 0, max: 59 }), fc.integer({ min: 1, max: 58 }))
		.map((parts) => ({ value: parts.map(two).join(":"), ...nowhere }));
const dates = (min: number, max: number): fc.Arbitrary<Value> =>
	fc
		.tuple(
			fc.integer({ min, max }),
			fc.integer({ min: 1, max: 12 }),
			fc.integer({ min: 1, max: 28 }),
			clocks(0, 23),
		)
		.map(([year, month, day, { value }]) => ({
			value: `${year}-${two(month)}-${two(day)}T${value}`,
			...nowhere,
		}));
/** Names of state that rules with different settings must not share. */
const unique = (prefix: string): fc.Arbitrary<Value> =>
	fc
		.noBias(fc.integer({ min: 0, max: 0x7fffffff }))
		.map((value) => ({ value: `${prefix}${value.toString(16)}`, ...nowhere }));
/** The mask that `recent` always prints. */
const recentMask = ({ family }: Setting): fc.Arbitrary<Value> =>
	family === 4
		? words("255.255.255.255", "255.255.255.0", "255.255.0.0")
		: words("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff::");
const tos = (): fc.Arbitrary<Value> =>
	fc
		.tuple(hexadecimals(0, 255, 2), hexadecimals(0, 255, 2))
		.map(([value, mask]) => ({ value, mask, ...nowhere }));
const tosSymbols = (): fc.Arbitrary<Partial<Record<string, Value>>> =>
	fc
		.constantFrom("Minimize-Delay", "Maximize-Throughput", "Normal-Service")
		.map((word) => ({ tos: withoutSpans(tosSymbol.read(word, 0)!.tos) }));
const withoutSpans = (value: Value): Value =>
	JSON.parse(JSON.stringify(value, (key, each) => (key === "start" || key === "end" ? 0 : each)));
/** A rate and its burst both count packets or both bytes: they are drawn apart, so that another field decides. */
const countsBytes = (keys: ReadonlySet<string>): boolean => keys.has("tableMax") && !keys.has("rateMatch");
/** A rate that has to be matched whole is printed by the second; the kernel's counter has room for a day. */
const hashRates: Draw = (_, keys) =>
	countsBytes(keys)
		? fc.constantFrom(1, 2, 4).map((count) => ({ count, unit: "kb", per: "s", ...nowhere }))
		: rates.filter(({ per }) => (keys.has("rateMatch") ? per === "sec" : per !== "day"));
/** Bytes are printed in multiples of the rate. */
const hashBursts: Draw = (_, keys) =>
	countsBytes(keys) ? byteAmounts("8kb", "40kb", "400kb", "1mb") : decimals(1, 20);
/** A segment is always printed with its length. */
const segments = (): fc.Arbitrary<Value> =>
	fc.oneof(
		networks(6),
		addresses(6).map(({ value }) => still(readPrefix(`${value}/128`, 0)!)),
	);
const HEADERS = ["hop-by-hop", "ipv6-opts", "ipv6-route", "ipv6-frag", "ah", "esp", "ipv6-nonxt", "protocol"];
const STATES = ["INVALID", "NEW", "RELATED", "ESTABLISHED", "UNTRACKED"];
/** IPv6 has no broadcast, and its kernel knows no black holes here. */
const addressTypes = ({ family }: Setting): fc.Arbitrary<Value> =>
	family === 4
		? wordLists("UNICAST", "LOCAL", "BROADCAST", "ANYCAST", "MULTICAST", "BLACKHOLE", "UNREACHABLE")
		: wordLists("UNICAST", "LOCAL", "ANYCAST", "MULTICAST", "UNREACHABLE");

const numberedProtocols = (...numbers: readonly string[]): fc.Arbitrary<Value> => protocolsOf(numbers);
const noted = (key: string): fc.Arbitrary<Partial<Record<string, Value>>> =>
	word(fc.constantFrom("lt", "gt", "eq")).map((value) => ({ [key]: value }));

export const matchShapes: Shapes<KnownMatch> = {
	addrtype: {
		values: {
			source: addressTypes,
			destination: addressTypes,
		},
		some: ["source", "destination"],
		// Either is refused where a packet has no such interface.
		rivals: [["limitIn", "limitOut"]],
		hooks: ["FORWARD"],
	},
	ah: {
		bare: true,
		// ip6tables alone knows more of the header.
		values: { spi: SPI, length: LARGE },
		only: { 4: ["spi"] },
	},
	bpf: {
		one: [["bytecode", "pinned"]],
		objects: ["pinned"],
		values: { pinned: () => words("/sys/fs/bpf/prog", "a") },
	},
	connlabel: { needs: ["label"], values: { label: () => words("0", "40", "127") } },
	dst: { family: 6, values: { length: LARGE } },
	eui64: { family: 6, bare: true, hooks: ["PREROUTING", "INPUT", "FORWARD"] },
	frag: { family: 6, rivals: [["more", "last"]], values: { id: SPI, length: LARGE } },
	ipv6header: { family: 6, needs: ["headers"], values: { headers: () => wordLists(...HEADERS) } },
	osf: {
		needs: ["genre"],
		values: {
			genre: () => words("Linux", "Windows"),
			ttl: () => decimals(0, 2),
			log: () => decimals(0, 2),
		},
		protocols: TCP,
	},
	rateest: {
		whole: () =>
			fc.tuple(noted("packetsComparison"), LARGE()).map(([comparison, againstPackets]) => ({
				estimator: { value: "RE1", ...nowhere },
				...comparison,
				againstPackets: againstPackets as NumberValue,
			})),
	},
	srh: {
		family: 6,
		values: { previousSegment: segments, nextSegment: segments, lastSegment: segments },
		rivals: [
			["lengthEquals", "lengthAbove", "lengthBelow"],
			["segmentsLeftEquals", "segmentsLeftAbove", "segmentsLeftBelow"],
			["lastEntryEquals", "lastEntryAbove", "lastEntryBelow"],
		],
	},
	cgroup: {
		one: [["path", "cgroup"]],
		values: { path: () => words("/"), cgroup: LARGE },
		hooks: ["INPUT", "OUTPUT", "POSTROUTING"],
	},
	cluster: {
		needs: ["nodeMask", "totalNodes", "hashSeed"],
		values: {
			// The tool prints higher masks, and refuses to read them again.
			nodeMask: () => hexadecimals(1, 32, 8),
			totalNodes: () => decimals(6, 32),
			hashSeed: () => hexadecimals(0, 0xffffffff, 8),
		},
	},
	comment: { needs: ["comment"], values: { comment: () => texts(60) } },
	connbytes: {
		needs: ["range", "mode", "direction"],
		values: {
			range: () => numberRanges(0, 1_000_000),
			mode: () => words("packets", "bytes", "avgpkt"),
			direction: () => words("original", "reply", "both"),
		},
	},
	connlimit: {
		one: [["above", "upTo"]],
		needs: ["mask", "side"],
		values: {
			above: LARGE,
			upTo: LARGE,
			mask: ({ family }) => decimals(0, family === 4 ? 32 : 128),
			side: () => words("saddr", "daddr"),
		},
	},
	conntrack: {
		plain: ["direction"],
		values: {
			state: () => wordLists(...STATES, "SNAT", "DNAT"),
			protocol: () => numberedProtocols("1", "6", "17", "132"),
			status: () => wordLists("EXPECTED", "SEEN_REPLY", "ASSURED", "CONFIRMED"),
			expires: () => numberRanges(0, 0xffffffff),
			direction: () => words("ORIGINAL", "REPLY"),
		},
	},
	cpu: { values: { cpu: LARGE } },
	devgroup: {
		values: {
			source: ({ form }) => zeroNamed("default", form),
			destination: ({ form }) => zeroNamed("default", form),
		},
		hooks: ["FORWARD"],
	},
	dscp: { values: { dscp: () => hexadecimals(0, 63, 2) } },
	ecn: {
		values: { codepoint: () => decimals(0, 3) },
		protocols: ({ echo, reduced }) => (echo ?? reduced) && ["tcp"],
	},
	esp: { values: { spi: SPI } },
	hashlimit: {
		one: [["upTo", "above"]],
		needs: ["burst", "name"],
		beside: { sourceMask: ["mode"], destinationMask: ["mode"], rateInterval: ["rateMatch"] },
		values: {
			upTo: hashRates,
			above: hashRates,
			burst: hashBursts,
			mode: () => wordLists("srcip", "srcport", "dstip", "dstport"),
			name: () => unique("h"),
			tableSize: () => decimals(1, 1000),
			tableMax: () => decimals(1, 2000),
			collectInterval: () => decimals(1, 999),
			expire: () => decimals(1, 9999),
			sourceMask: ({ family }) => decimals(1, family === 4 ? 31 : 127),
			destinationMask: ({ family }) => decimals(1, family === 4 ? 31 : 127),
			rateInterval: () => decimals(2, 10),
		},
	},
	hbh: { family: 6, values: { length: LARGE } },
	helper: { values: { helper: () => words("ftp", "sip", "tftp", "h-1") } },
	hl: { family: 6, one: [["equals", "below", "above"]], values: { equals: BYTE, below: BYTE, above: BYTE } },
	icmp: { family: 4, needs: ["icmpType"] },
	icmp6: { family: 6, needs: ["icmpType"] },
	ipcomp: { with: { reserved: ["spi"] }, values: { spi: SPI } },
	ipvs: {
		values: {
			protocol: () => words("tcp", "udp", "sctp"),
			virtualPort: () => PORT_WORDS,
			direction: () => words("ORIGINAL", "REPLY"),
			method: () => words("GATE", "IPIP", "MASQ"),
			controlPort: () => PORT_WORDS,
		},
	},
	limit: {
		needs: ["rate"],
		values: {
			// The kernel's counter has room for a day.
			rate: (_, keys) => rates.filter(({ count, per }) => per !== "day" || (count > 5 && !keys.has("burst"))),
			burst: ({ form }) => decimals(form === "save" ? 6 : 1, 20),
		},
	},
	mac: { hooks: ["PREROUTING", "INPUT", "FORWARD"] },
	mark: { needs: ["mark"] },
	mh: {
		family: 6,
		values: {
			messageType: ({ form }) =>
				form === "save"
					? numberRanges(0, 254)
					: fc.oneof(
							numberRanges(0, 254),
							fc.constant({
								from: { value: 4, text: "careof-test", ...nowhere },
								to: { value: 7, text: "binding-error", ...nowhere },
								...nowhere,
							}),
						),
		},
	},
	multiport: {
		one: [["sourcePorts", "destinationPorts", "ports"]],
		protocols: () => [...WITH_PORTS, "udplite"],
	},
	nfacct: { needs: ["name"] },
	owner: {
		beside: { supplementaryGroups: ["group"] },
		hooks: ["OUTPUT", "POSTROUTING"],
	},
	physdev: {
		values: { in: () => words("eth0", "veth+", "lo"), out: () => words("eth0", "veth+", "lo") },
		hooks: ["FORWARD"],
	},
	pkttype: { values: { packetType: () => words("unicast", "broadcast", "multicast") } },
	policy: {
		needs: ["direction", "policy"],
		beside: { strict: ["elements"] },
		with: { elements: ["strict"] },
		values: { direction: () => words("in", "out"), policy: () => words("ipsec") },
		computed: { elements: (setting) => policyElements(setting).map((elements) => ({ elements })) },
		hooks: ["FORWARD"],
	},
	quota: { needs: ["quota"], plain: ["quota"], values: { quota: LARGE } },
	realm: {
		family: 4,
		hooks: ["INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
		values: { realm: ({ form }) => zeroNamed("cosmos", form) },
	},
	recent: {
		needs: ["command", "name", "mask", "side"],
		beside: { reap: ["seconds"] },
		values: {
			command: (_, keys) =>
				["seconds", "hits", "sameTtl"].some((key) => keys.has(key))
					? words("rcheck", "update")
					: words("set", "rcheck", "update", "remove"),
			seconds: () => decimals(1, 86400),
			hits: () => decimals(1, 20),
			name: () => unique("r"),
			mask: recentMask,
			side: () => words("source", "destination"),
		},
	},
	rpfilter: { bare: true, hooks: ["PREROUTING"], tables: ["raw", "mangle"] },
	rt: {
		family: 6,
		with: {
			reserved: ["routingType"],
			addresses: ["routingType"],
			notStrict: ["addresses", "routingType"],
		},
		// Only type 0 has the others.
		plain: ["routingType"],
		values: {
			routingType: (_, keys) =>
				keys.has("reserved") || keys.has("addresses")
					? decimals(0, 0)
					: fc.tuple(BYTE(), negation).map(([type, not]) => ({ ...type, ...not })),
			segmentsLeft: SPI,
			length: LARGE,
		},
	},
	set: {
		needs: ["set"],
		rivals: [
			["packetsEqual", "packetsBelow", "packetsAbove"],
			["bytesEqual", "bytesBelow", "bytesAbove"],
		],
	},
	socket: { bare: true, hooks: ["PREROUTING", "INPUT"], tables: ["mangle"] },
	state: { values: { state: () => wordLists(...STATES) } },
	statistic: {
		needs: ["mode"],
		one: [["probability", "every"]],
		with: { every: ["packet"] },
		beside: { packet: ["every"] },
		values: {
			mode: (_, keys) => words(keys.has("probability") ? "random" : "nth"),
			// In steps of 2^-31, with 11 decimals.
			probability: () =>
				fc
					.integer({ min: 0, max: 0x80000000 })
					.map((steps) => still(decimal.read((steps / 0x80000000).toFixed(11), 0)!)),
			every: () => decimals(2, 0xffff),
			packet: () => decimals(0, 1),
		},
	},
	string: {
		one: [["string", "hex"]],
		needs: ["algorithm"],
		values: {
			string: () => texts(30, "aZ09-_ ./:=?"),
			// With a byte that is no letter, for a string of letters is printed as one.
			hex: () =>
				fc.array(fc.integer({ min: 0x80, max: 0xff }), { minLength: 1, maxLength: 8 }).map((bytes) => ({
					value: `|${bytes.map((byte) => byte.toString(16)).join("")}|`,
					...nowhere,
				})),
			algorithm: () => words("bm", "kmp"),
			from: () => decimals(1, 1000),
			to: () => decimals(1000, 65534),
		},
	},
	tcp: { bare: true, values: { option: () => decimals(1, 255) } },
	tcpmss: { values: { mss: () => numberRanges(0, 65535) }, protocols: TCP },
	time: {
		saved: ["dateStop"],
		beside: { timeStart: ["timeStop"], timeStop: ["timeStart"], contiguous: ["timeStart"] },
		values: {
			// Only over midnight does `contiguous` say something.
			timeStart: (_, keys) => (keys.has("contiguous") ? clocks(12, 23) : clocks(0, 23)),
			timeStop: (_, keys) => (keys.has("contiguous") ? clocks(0, 11) : clocks(0, 23)),
			weekdays: () =>
				fc
					.subarray(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], { minLength: 1, maxLength: 6 })
					.map((names) => ({ names, ...nowhere })),
			monthDays: () =>
				fc
					.subarray(
						Array.from({ length: 31 }, (_, index) => index + 1),
						{ minLength: 1, maxLength: 30 },
					)
					.map((days) => ({ names: days.map(String), ...nowhere })),
			dateStart: () => dates(1971, 2025),
			dateStop: ({ form }) =>
				form === "list" ? dates(2026, 2037) : fc.oneof(dates(2026, 2037), words("2038-01-19T03:14:07")),
		},
	},
	tos: { values: { tos }, computed: { symbol: tosSymbols } },
	ttl: { family: 4, one: [["equals", "below", "above"]], values: { equals: BYTE, below: BYTE, above: BYTE } },
	u32: {
		values: {
			expression: () => words("0x0=0x0", "0x6&0xff=0x1:0x6&&0x4&0x1fff=0x0", "0x0>>0x16&0x3c@0x0=0x1"),
		},
	},
	udp: { bare: true, protocols: () => ["udp"] },
	sctp: { bare: true },
	dccp: {
		bare: true,
		values: {
			types: () => wordLists("REQUEST", "DATA", "RESET", "SYNCACK", "INVALID"),
			option: () => decimals(1, 255),
		},
	},
};

const CONNTRACK_EVENTS = ["new", "related", "destroy", "reply", "assured", "protoinfo", "helper", "mark"];
const LOG_FLAGS = ["tcpSequence", "tcpOptions", "ipOptions", "userId", "macDecode"] as const;
const REJECT_WITH = {
	4: ["icmp-net-unreachable", "icmp-host-unreachable", "icmp-port-unreachable", "icmp-admin-prohibited"],
	6: ["icmp6-no-route", "icmp6-adm-prohibited", "icmp6-addr-unreachable", "icmp6-port-unreachable"],
};
const PREFIXES = {
	source: () => fc.constant(still(readPrefix("2001:db8:1::/48", 0)!)),
	destination: () => fc.constant(still(readPrefix("2001:db8:2::/48", 0)!)),
};
const NAT = ["nat"];
const MANGLE = ["mangle"];

export const targetShapes: Shapes<KnownTarget> = {
	CLUSTERIP: {
		family: 4,
		needs: ["new", "hashMode", "mac", "totalNodes", "localNode", "hashSeed"],
		values: { hashMode: () => words("sourceip", "sourceip-sourceport") },
	},
	DNPT: {
		family: 6,
		needs: ["source", "destination"],
		tables: MANGLE,
		hooks: ["PREROUTING", "OUTPUT"],
		values: PREFIXES,
	},
	SNPT: {
		family: 6,
		needs: ["source", "destination"],
		tables: MANGLE,
		hooks: ["INPUT", "POSTROUTING"],
		values: PREFIXES,
	},
	ECN: {
		family: 4,
		needs: ["remove"],
		only: { 4: ["remove"] },
		tables: MANGLE,
		protocols: TCP,
	},
	HMARK: {
		needs: ["modulus", "seed", "sourcePrefix", "destinationPrefix"],
		only: {
			4: ["modulus", "offset", "seed", "sourcePrefix", "destinationPrefix"],
			6: ["modulus", "offset", "seed", "sourcePrefix", "destinationPrefix"],
		},
		tables: MANGLE,
		hooks: ["PREROUTING", "FORWARD"],
		values: {
			modulus: () => decimals(1, 100),
			offset: () => decimals(1, 100),
			seed: () => hexadecimals(1, 0xffffffff, 8),
			sourcePrefix: () => decimals(1, 32),
			destinationPrefix: () => decimals(1, 32),
		},
	},
	LED: { needs: ["trigger"] },
	SECMARK: { needs: ["context"] },
	ULOG: { family: 4, needs: ["group", "range", "threshold"] },
	AUDIT: { values: { auditType: () => words("accept", "drop", "reject") } },
	CHECKSUM: { needs: ["fill"], tables: MANGLE },
	CLASSIFY: {
		needs: ["class"],
		tables: MANGLE,
		hooks: ["FORWARD", "OUTPUT", "POSTROUTING"],
	},
	CONNMARK: {
		one: [["operation", "command"]],
		values: {
			command: () => words("save", "restore"),
			packetMask: () => hexadecimals(0, 0xfffffffe),
			connectionMask: () => hexadecimals(0, 0xfffffffe),
			leftShift: () => decimals(1, 31),
			rightShift: () => decimals(1, 31),
		},
		rivals: [["leftShift", "rightShift"]],
		with: { command: ["packetMask", "connectionMask"] },
		beside: { packetMask: ["command"], connectionMask: ["command"] },
		computed: {
			saved: () => words("save").map((command) => ({ command })),
			restored: () => words("restore").map((command) => ({ command })),
			bothMasks: () =>
				hexadecimals(0, 0xfffffffe).map((mask) => ({ packetMask: mask, connectionMask: mask })),
		},
	},
	CONNSECMARK: { one: [["save", "restore"]], tables: ["security", "mangle"] },
	CT: {
		// The kernel has one zone and notes the direction beside it.
		one: [["notrack", "zone", "zoneOriginal", "zoneReply"]],
		objects: ["helper", "timeout"],
		values: {
			helper: () => words("ftp"),
			events: () => wordLists(...CONNTRACK_EVENTS),
			expectedEvents: () => wordLists("new"),
			zoneOriginal: () => words("1", "5", "65535"),
			zoneReply: () => words("1", "5", "65535"),
			zone: () => words("1", "5", "65535", "mark"),
		},
		tables: ["raw"],
		hooks: ["PREROUTING", "OUTPUT"],
	},
	DNAT: {
		needs: ["to"],
		tables: NAT,
		hooks: ["PREROUTING", "OUTPUT"],
		protocols: ({ to }) => ofPorts(to?.ports),
		values: {
			// Only DNAT shifts the ports of a range: `1.1.1.1:1000-2000/3000`.
			to: ({ family }) =>
				fc.tuple(natRanges(family), fc.option(fc.integer({ min: 1, max: 65535 }))).map(([to, base]) => {
					const ranged = "ports" in to && (to.ports as { to?: unknown }).to !== undefined;
					const shift = base !== null && ranged;
					return { ...to, ...(shift && { base: { type: "port", number: base, ...nowhere } }) };
				}),
		},
	},
	DSCP: { tables: MANGLE, values: { dscp: () => hexadecimals(0, 63, 2) } },
	HL: {
		family: 6,
		one: [["set", "decrement", "increment"]],
		tables: MANGLE,
		values: { set: BYTE, decrement: () => decimals(1, 255), increment: () => decimals(1, 255) },
	},
	IDLETIMER: {
		needs: ["timeout", "label"],
		values: { timeout: () => decimals(1, 10_000), label: () => unique("i") },
	},
	LOG: {
		bare: true,
		values: {
			prefix: () => texts(14),
			level: ({ form }) =>
				fc
					.constantFrom(...(form === "save" ? ["0", "3", "7"] : ["4", "7", "warn"]))
					.map((word) => (word === "warn" ? { value: 4, text: word, ...nowhere } : numeral(word))),
		},
		computed: {
			flags: () =>
				fc.subarray([...LOG_FLAGS]).map((keys) => Object.fromEntries(keys.map((key) => [key, flag]))),
		},
	},
	MARK: { needs: ["operation"] },
	MASQUERADE: {
		bare: true,
		tables: NAT,
		hooks: ["POSTROUTING"],
		protocols: ({ ports }) => ofPorts(ports),
		values: { ports: () => dashedPorts },
	},
	NETMAP: {
		needs: ["to"],
		alone: ({ glued }) => glued,
		tables: NAT,
		hooks: ["PREROUTING", "OUTPUT", "POSTROUTING", "INPUT"],
		values: { to: ({ family }) => networks(family) },
	},
	NFLOG: {
		bare: true,
		rivals: [["range", "size"]],
		values: {
			prefix: () => texts(30),
			group: () => decimals(1, 65535),
			range: LARGE,
			size: LARGE,
			threshold: () => decimals(2, 65535),
		},
	},
	NFQUEUE: {
		one: [["number", "balance"]],
		beside: { cpuFanout: ["balance"] },
		values: { number: () => decimals(0, 65535), balance: () => queueRanges },
	},
	NOTRACK: { bare: true, tables: ["raw"], hooks: ["PREROUTING", "OUTPUT"] },
	RATEEST: {
		needs: ["name", "interval", "ewmaLog"],
		values: {
			name: () => unique("R"),
			interval: () => words("250.0ms", "500.0ms"),
			ewmaLog: () => words("1.0s", "2.0s"),
		},
	},
	REDIRECT: {
		bare: true,
		tables: NAT,
		hooks: ["PREROUTING", "OUTPUT"],
		protocols: ({ ports }) => ofPorts(ports),
		values: { ports: () => dashedPorts },
	},
	REJECT: {
		needs: ["with"],
		tables: ["filter"],
		hooks: ["INPUT", "FORWARD", "OUTPUT"],
		values: { with: ({ family }) => words(...REJECT_WITH[family], "tcp-reset") },
		protocols: ({ with: reply }) => (reply?.value === "tcp-reset" ? ["tcp"] : undefined),
	},
	SET: {
		one: [["add", "delete", "map"]],
		beside: { exist: ["add"], timeout: ["add"], mapMark: ["map"], mapPriority: ["map"], mapQueue: ["map"] },
	},
	SNAT: {
		needs: ["to"],
		tables: NAT,
		hooks: ["POSTROUTING", "INPUT"],
		protocols: ({ to }) => ofPorts(to?.ports),
	},
	SYNPROXY: {
		bare: true,
		tables: ["filter"],
		hooks: ["INPUT", "FORWARD"],
		protocols: TCP,
		values: { windowScale: () => decimals(0, 14), mss: () => decimals(1, 65535) },
	},
	TCPMSS: {
		one: [["set", "clampToPathMtu"]],
		tables: MANGLE,
		hooks: ["FORWARD", "OUTPUT", "POSTROUTING"],
		protocols: TCP,
		company: {
			type: "tcp",
			flags: { mask: ["SYN", "RST"], set: ["SYN"], ...nowhere },
			...nowhere,
		},
		values: { set: () => decimals(1, 65495) },
	},
	TCPOPTSTRIP: {
		tables: MANGLE,
		protocols: TCP,
		values: {
			options: () => wordLists("2", "3", "4", "5", "8", "30"),
		},
	},
	TEE: {
		needs: ["gateway"],
		values: {
			gateway: ({ family }) =>
				fc
					.constantFrom(...(family === 4 ? ["10.0.0.1", "192.0.2.7"] : ["2001:db8::7", "fe80::1"]))
					.map((value) => ({
						type: "ip",
						family,
						value,
						...nowhere,
					})),
			out: () => words("eth0", "lo"),
		},
	},
	TOS: {
		tables: MANGLE,
		values: {
			tos: ({ form }) =>
				form === "save"
					? tos()
					: fc.oneof(
							tos(),
							fc
								.constantFrom("and 0xf0", "or 0x0f", "xor 0x33")
								.map((printed) => withoutSpans(tosOperation.read(printed, 0)!)),
						),
		},
		computed: { symbol: tosSymbols },
	},
	TPROXY: {
		needs: ["port", "address", "mark"],
		tables: MANGLE,
		hooks: ["PREROUTING"],
		protocols: () => ["tcp", "udp"],
		values: {
			port: () =>
				fc
					.integer({ min: 1, max: 65535 })
					.map((number) => ({ from: { type: "port", number, ...nowhere }, ...nowhere })),
			mark: () =>
				fc
					.tuple(hexadecimals(1, 0xffffffff), hexadecimals(1, 0xffffffff))
					.map(([value, mask]) => ({ value, mask, ...nowhere })),
		},
	},
	TRACE: { bare: true, tables: ["raw"] },
	TTL: {
		family: 4,
		one: [["set", "decrement", "increment"]],
		tables: MANGLE,
		values: { set: BYTE, decrement: () => decimals(1, 255), increment: () => decimals(1, 255) },
	},
};

const queueRanges = fc
	.tuple(fc.integer({ min: 0, max: 60000 }), fc.integer({ min: 1, max: 100 }))
	.map(([from, more]) => ({ from: numeral(String(from)), to: numeral(String(from + more)), ...nowhere }));
