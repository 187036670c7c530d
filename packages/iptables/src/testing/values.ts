import { type IpAddress, type IpPrefix, type Num, networkOf, type Port } from "@netfossil/core";
import { ipv4, ipv6, mac, portNode, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type { Protocol } from "../ast.ts";
import { readProtocol } from "../fields.ts";
import {
	type Amount,
	amount,
	chunkTypes,
	icmpType,
	type MarkOperation,
	type Masked,
	markOperation,
	type Negatable,
	type PolicyElement,
	type PortRange,
	type Rate,
	readNumber,
	type Toggle,
	type ValueKind,
} from "../values.ts";
import {
	type Family,
	type Form,
	negation,
	nowhere,
	perhaps,
	type Setting,
	still,
	type Value,
} from "./setting.ts";

const ALL = 0xffffffff;

/** An option without a value. */
export const flag: Toggle = { type: "flag", ...nowhere };

/** A number as it is printed: `7`, `0x2e`. */
export const numeral = (text: string): Num => still(readNumber(text, 0)!);

/** Decimal numbers, the ends of the range included. */
export const decimals = (min: number, max: number): fc.Arbitrary<Num> =>
	fc.integer({ min, max }).map((value) => numeral(String(value)));

/** Numbers that are printed in hexadecimal, padded to a width. */
export const hexadecimals = (min: number, max: number, width = 1): fc.Arbitrary<Num> =>
	fc.integer({ min, max }).map((value) => numeral(`0x${value.toString(16).padStart(width, "0")}`));

/** One number or a range of two different ones, as the tool prints it. */
export const numberRanges = (min: number, max: number): fc.Arbitrary<Value> =>
	fc.tuple(decimals(min, max), perhaps(decimals(min, max))).map(([a, b]) => {
		if (b === undefined || a.value === b.value) return { from: a, ...nowhere };
		return a.value < b.value ? { from: a, to: b, ...nowhere } : { from: b, to: a, ...nowhere };
	});

/** Words, each a value of its own. */
export const words = (...all: readonly string[]): fc.Arbitrary<Value> => word(fc.constantFrom(...all));

/** Some of the words, in the order in which the tool prints them. */
export const wordLists = (...all: readonly string[]): fc.Arbitrary<Value> =>
	fc.subarray([...all], { minLength: 1 }).map((names) => ({ names, ...nowhere }));

/** Free text up to a length, made of signs that need quotes and signs that do not. */
export const texts = (maxLength: number, signs = "aZ09-_ .:#'*/!,éß\"\\$|\t"): fc.Arbitrary<Value> =>
	fc
		.array(fc.constantFrom(...signs), { minLength: 1, maxLength })
		.map((all) => ({ value: all.join("").trim() || "x", ...nowhere }));

const PORTS = { min: 1, max: 65535 };

function port(form: Form): fc.Arbitrary<Port> {
	const numbered = fc.integer(PORTS).map((number): Port => ({ type: "port", number, ...nowhere }));
	// A list without `-n` prints the names of services.
	return form === "list" ? fc.oneof(numbered, portNode()) : numbered;
}

/** A port or a range of two different ones, the lower first. */
export function portRanges(form: Form): fc.Arbitrary<PortRange> {
	return fc.tuple(port(form), perhaps(port(form))).map(([a, b]): PortRange => {
		if (b === undefined || (a.number === b.number && a.name === b.name)) return { from: a, ...nowhere };
		const isReversed = a.number !== undefined && b.number !== undefined && a.number > b.number;
		return isReversed ? { from: b, to: a, ...nowhere } : { from: a, to: b, ...nowhere };
	});
}

/** Ranges that a `-` parts stand without names, for a name may hold one. */
export const dashedPorts: fc.Arbitrary<PortRange> = portRanges("save");

/** An address of a family. */
export const addresses = (family: Family): fc.Arbitrary<IpAddress> =>
	family === 4 ? ipv4() : ipv6().filter(({ value }) => !DOTTED.test(value));

/** The tool's libc prints these with a dotted end: `::0.97.0.25`. */
const DOTTED = /^::(?:ffff:)?[0-9a-f]+:[0-9a-f]+$/;

/** A network without bits beyond its length, as the tool prints it; neither a host nor everything. */
export function networks(family: Family): fc.Arbitrary<IpPrefix> {
	const lengths = fc.integer({ min: 1, max: family === 4 ? 31 : 127 });
	return fc
		.tuple(addresses(family), lengths)
		.map(([{ value }, length]) => {
			const [address = value] = networkOf(value, length).split("/");
			return { type: "prefix" as const, family, address, length, ...nowhere };
		})
		.filter(({ address }) => !DOTTED.test(address));
}

/** Addresses from the lower to the higher. */
export const addressRanges = (family: Family): fc.Arbitrary<{ from: IpAddress; to: IpAddress }> =>
	fc.integer({ min: 1, max: 200 }).chain((low) =>
		fc.integer({ min: low + 1, max: 254 }).map((high) => {
			const at = (last: number): IpAddress => {
				const value = family === 4 ? `192.0.2.${last}` : `2001:db8::${last.toString(16)}`;
				return { type: "ip", family, value, ...nowhere };
			};
			return { from: at(low), to: at(high) };
		}),
	);

const marks = hexadecimals(0, ALL);
/** A full mask is not printed. */
export const masks: fc.Arbitrary<Num> = hexadecimals(0, ALL - 1);

/** A value, with the bits that count where these are not all. */
export const masked = (value: fc.Arbitrary<Num>, mask: fc.Arbitrary<Num>): fc.Arbitrary<Value> =>
	fc
		.tuple(value, perhaps(mask))
		.map(([bits, care]) => ({ value: bits, ...(care && { mask: care }), ...nowhere }));

/** The same where the tool prints a name for 0. */
export const zeroNamed = (name: string, form: Form): fc.Arbitrary<Value> =>
	masked(hexadecimals(0, 0xffff), masks).map((drawn) => {
		const { value, mask } = drawn as Masked;
		const isNamed = form === "save" && value.value === 0 && mask === undefined;
		return isNamed ? { ...drawn, value: { ...value, text: name } } : drawn;
	});

const SPELLINGS = ["set", "or", "and", "xor", "xset"] as const;

/** A list has a word for each operation, the save form writes them all as `--set-xmark`. */
const operations = (form: Form): fc.Arbitrary<MarkOperation> => {
	const spellings = form === "list" ? SPELLINGS : (["xset"] as const);
	return fc
		.tuple(fc.constantFrom(...spellings), marks, hexadecimals(0, ALL))
		.map(([spelling, operand, mask]) => {
			const operandMask = spelling === "xset" ? mask : undefined;
			return {
				...markOperation(spelling, operand.value, operandMask?.value),
				spelling,
				operand,
				...(operandMask && { operandMask }),
				...nowhere,
			};
		});
};

const UNITS: Readonly<Record<string, readonly number[]>> = {
	sec: [1, 2, 4, 5, 8, 10, 20, 25, 50, 100, 1000, 10000],
	min: [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30],
	hour: [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30],
	day: [1, 2, 3, 4, 6, 8, 12],
};

/** Rates that the kernel's unit holds exactly: `7/sec` would come back as another one. */
export const rates: fc.Arbitrary<Rate> = fc
	.constantFrom(...Object.entries(UNITS).flatMap(([per, counts]) => counts.map((count) => ({ count, per }))))
	.map((rate) => ({ ...rate, ...nowhere }));

/** Bytes in a unit: `400kb` */
export const byteAmounts = (...all: readonly string[]): fc.Arbitrary<Amount> =>
	fc.constantFrom(...all).map((printed) => still(amount.read(printed, 0)!));

/** Where NAT turns to: an address or a range of them, with or without ports. */
export const natRanges = (family: Family): fc.Arbitrary<Value> =>
	fc
		.record({
			one: perhaps(addresses(family)),
			range: perhaps(addressRanges(family)),
			ports: perhaps(dashedPorts),
		})
		.filter(({ one, range, ports }) => Boolean(one ?? range ?? ports))
		.map(({ one, range, ports }) => ({
			...(range ?? (one && { from: one })),
			...(ports && { ports }),
			...nowhere,
		}));

const FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"];

const tcpFlags = (form: Form): fc.Arbitrary<Value> =>
	fc.subarray(FLAGS, { minLength: 1 }).chain((mask) =>
		fc.tuple(fc.subarray(mask), fc.boolean()).map(([set, numeric]) => ({
			mask,
			set,
			...(form === "list" && numeric && { numeric: true as const }),
			...nowhere,
		})),
	);

const ICMP_NAMES = {
	4: [
		"any",
		"echo-request",
		"network-unreachable",
		"fragmentation-needed",
		"TOS-host-redirect",
		"ip-header-bad",
	],
	6: ["echo-reply", "no-route", "reject-route", "unknown-option", "neighbour-solicitation", "redirect"],
};

/** Half of them are among those that have names. */
const icmpTypes = ({ form, family }: Setting): fc.Arbitrary<Value> => {
	const types = family === 4 ? [0, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 17, 18] : [1, 2, 3, 4, 128, 133, 137];
	const small = fc.record({ value: fc.constantFrom(...types), code: fc.integer({ min: 0, max: 15 }) });
	const any = fc.record({
		value: fc.integer({ min: 0, max: 254 }),
		code: fc.integer({ min: 0, max: 255 }),
	});
	const numbers = fc
		.oneof(small, any)
		.chain((both) => fc.constantFrom(both, { value: both.value }))
		.map((type) => ({ ...type, ...nowhere }));
	const named = fc.constantFrom(...ICMP_NAMES[family]).map((name) => still(icmpType(family).read(name, 0)!));
	return form === "list" ? fc.oneof(numbers, named) : numbers;
};

export const protocolsOf = (names: readonly string[]): fc.Arbitrary<Protocol> =>
	fc.constantFrom(...names).map((name) => still(readProtocol(name, 0)));
/** The transformations of a strict policy; tunnels have two ends. */
export const policyElements = ({ form, family }: Setting): fc.Arbitrary<PolicyElement[]> => {
	const not = <T extends object>(values: fc.Arbitrary<T>): fc.Arbitrary<T & Negatable> =>
		fc.tuple(values, negation).map(([value, sign]) => ({ ...value, ...sign }));
	const ends = fc.oneof(addresses(family), networks(family));
	const element = fc
		.record(
			{
				requestId: not(decimals(1, 0xffffffff)),
				spi: not(hexadecimals(1, 0xffffffff)),
				protocol: not(protocolsOf(form === "save" ? ["esp", "ah", "ipcomp"] : ["50", "51", "108"])),
				tunnel: fc.record({ to: not(ends), from: not(ends) }),
			},
			{ requiredKeys: ["requestId"] },
		)
		.map(
			({ tunnel, ...rest }): PolicyElement => ({
				...rest,
				...(tunnel && {
					mode: { value: "tunnel", ...nowhere },
					tunnelDestination: tunnel.to,
					tunnelSource: tunnel.from,
				}),
				...nowhere,
			}),
		);
	return fc.array(element, { minLength: 1, maxLength: 4 });
};

/** What each kind of value looks like where an extension does not say more: see `shapes.ts`. */
export const values: Readonly<Record<ValueKind, (setting: Setting) => fc.Arbitrary<Value>>> = {
	toggle: () => fc.constant(flag),
	name: () => words("eth0", "a-name", "x.1"),
	text: () => texts(20),
	number: () => decimals(0, 255),
	amount: () => fc.oneof(decimals(1, 1000), byteAmounts("1b", "400kb", "2mb")),
	numberRange: () => numberRanges(0, 65535),
	portRange: ({ form }) => portRanges(form),
	portList: ({ form }) =>
		// The kernel has room for 15 ports, and a range takes two.
		fc.array(portRanges(form), { minLength: 1, maxLength: 7 }).map((ports) => ({ ports, ...nowhere })),
	nameList: () => wordLists("one", "two", "three"),
	masked: () => masked(marks, masks),
	markOperation: ({ form }) => operations(form),
	rate: () => rates,
	host: ({ family }) => addresses(family),
	network: ({ family }) => fc.oneof(addresses(family), networks(family)),
	addressRange: ({ family }) => addressRanges(family).map((range) => ({ ...range, ...nowhere })),
	natRange: ({ family }) => natRanges(family),
	tcpFlags: ({ form }) => tcpFlags(form),
	icmpType: icmpTypes,
	mac: () => mac(),
	account: () =>
		fc
			.tuple(decimals(0, 1000), perhaps(decimals(1001, 65534)))
			.map(([id, to]) => ({ id, ...(to && { to }), ...nowhere })),
	classId: () =>
		fc
			.record({ major: fc.integer({ min: 0, max: 0xffff }), minor: fc.integer({ min: 0, max: 0xffff }) })
			.map((id) => ({ ...id, ...nowhere })),
	chunkTypes: () =>
		fc
			.tuple(
				fc.constantFrom("all", "any", "only"),
				fc.subarray(["DATA", "INIT", "SACK", "ABORT"], { minLength: 1 }),
			)
			.map(([scope, names]) => still(chunkTypes.read(`${scope} ${names.join(",")}`, 0)!)),
	bytecode: () =>
		fc.constant({
			instructions: [
				{ code: 48, jumpTrue: 0, jumpFalse: 0, k: 9 },
				{ code: 6, jumpTrue: 0, jumpFalse: 0, k: 1 },
			],
			...nowhere,
		}),
	headerOptions: () =>
		fc
			.array(
				fc.record(
					// Type 0 is a byte of padding, which has no length; 255 stands for none.
					{ optionType: fc.integer({ min: 1, max: 255 }), length: fc.integer({ min: 0, max: 254 }) },
					{ requiredKeys: ["optionType"] },
				),
				{ minLength: 1, maxLength: 4 },
			)
			.map((options) => ({ options, ...nowhere })),
	addressList: ({ family }) =>
		fc
			.array(addresses(family), { minLength: 1, maxLength: 4 })
			.map((all) => ({ addresses: all, ...nowhere })),
	protocol: () => fc.constantFrom("6", "17").map((number) => still(readProtocol(number, 0))),
	policyElements: (setting) => policyElements(setting) as unknown as fc.Arbitrary<Value>,
	setReference: () =>
		fc
			.record({
				set: fc.constantFrom("blocked", "cali40s:abcdef"),
				directions: fc.array(fc.constantFrom("src", "dst"), { minLength: 1, maxLength: 3 }),
			})
			.map((reference) => ({ ...reference, ...nowhere })),
};
