/** Arbitraries of what `ifconfig` prints. Needs the optional peer `fast-check`. */
import { ipv4, ipv6, mac, num, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type { Ifconfig, IfconfigCounter, IfconfigInterface, IfconfigLine, IfconfigStatement } from "./ast.ts";
import { COUNTER_TITLES } from "./columns.ts";

const nowhere = { start: 0, end: 0 };
const span = { start: fc.constant(0), end: fc.constant(0) };
const count = num(fc.nat());
const names = word(fc.constantFrom("lo", "eth0", "eth0:1", "br-0123456789ab", "eth0.100", "inet", "7"));
const flags = fc.subarray(["UP", "BROADCAST", "RUNNING", "MULTICAST", "NOARP"]);
const human = fc.constantFrom("380.0 B", "1.5 KiB", "2.0 GB");
const address = fc.oneof(
	mac(),
	fc.constant({ type: "hardware" as const, value: "00-01-02-03-00-00", ...nowhere }),
);

function counter(name: string, of?: "RX" | "TX", size = false): fc.Arbitrary<IfconfigCounter> {
	return fc
		.tuple(count, human)
		.map(([value, text]) => ({ ...(of && { of }), ...value, name, ...(size && { human: text }) }));
}

function counters(
	layout: "flags" | "encap",
	...all: fc.Arbitrary<IfconfigCounter>[]
): fc.Arbitrary<IfconfigLine> {
	return fc.tuple(...all).map((each) => ({ type: "counters", layout, counters: each, ...nowhere }));
}

function lines(layout: "flags" | "encap"): fc.Arbitrary<IfconfigLine[]> {
	const is = { layout: fc.constant(layout), ...span };
	const value = (name: string, text: string) => ({ name, value: { value: text, ...nowhere }, ...nowhere });
	const inet = fc.record(
		{
			type: fc.constant("inet" as const),
			...is,
			address: ipv4(),
			peer: ipv4(),
			broadcast: ipv4(),
			netmask: ipv4(),
		},
		{ requiredKeys: ["type", "layout", "start", "end", "address"] },
	);
	const inet6 = {
		type: fc.constant("inet6" as const),
		...is,
		address: ipv6(),
		length: num(fc.integer({ min: 0, max: 128 })),
	};
	if (layout === "encap") {
		return fc.array(
			fc.oneof<fc.Arbitrary<IfconfigLine>[]>(
				inet,
				fc.record({ ...inet6, scope: word(fc.constantFrom("Link", "Global", "Host")) }),
				fc.record({ type: fc.constant("state" as const), ...is, flags, mtu: count, metric: count }),
				counters(layout, counter("packets", "RX"), counter("errors", "RX"), counter("frame", "RX")),
				counters(layout, counter("collisions"), counter("txqueuelen")),
				counters(layout, counter("bytes", "RX", true), counter("bytes", "TX", true)),
				fc.constant({
					type: "device",
					layout,
					values: [value("Interrupt", "16"), value("Base address", "0x2000")],
					...nowhere,
				}),
			),
			{ maxLength: 6 },
		);
	}
	const link = fc.record(
		{
			type: fc.constant("link" as const),
			...is,
			kind: word(fc.constantFrom("ether", "loop", "sit", "unspec")),
			address,
			txqueuelen: count,
			title: word(fc.constantFrom("Ethernet", "Local Loopback", "UNSPEC")),
		},
		{ requiredKeys: ["type", "layout", "start", "end", "kind", "title"] },
	);
	return fc.array(
		fc.oneof<fc.Arbitrary<IfconfigLine>[]>(
			inet,
			fc.record({
				...inet6,
				scope: word(fc.constantFrom("link", "global", "compat,global")),
				scopeId: word(fc.constantFrom("0x0", "0x20")),
			}),
			link,
			counters(layout, counter("packets", "RX"), counter("bytes", "RX", true)),
			counters(layout, counter("errors", "TX"), counter("dropped", "TX"), counter("overruns", "TX")),
			fc.constant({ type: "device", layout, values: [value("interrupt", "3")], ...nowhere }),
		),
		{ maxLength: 6 },
	);
}

/** Blocks of both layouts. */
export function ifconfigInterfaces(): fc.Arbitrary<IfconfigInterface> {
	const type = fc.constant("interface" as const);
	return fc.oneof(
		fc.record(
			{
				type,
				...span,
				layout: fc.constant("flags" as const),
				name: names,
				flagBits: count,
				flags,
				mtu: count,
				metric: count,
				lines: lines("flags"),
			},
			{ requiredKeys: ["type", "start", "end", "layout", "name", "flagBits", "flags", "mtu", "lines"] },
		),
		fc.record(
			{
				type,
				...span,
				layout: fc.constant("encap" as const),
				name: names,
				encapsulation: word(fc.constantFrom("Ethernet", "Local Loopback", "IPv6-in-IPv4")),
				address,
				lines: lines("encap"),
			},
			{ requiredKeys: ["type", "start", "end", "layout", "name", "encapsulation", "lines"] },
		),
	);
}

/** What `ifconfig` and `netstat -i` print. */
export function ifconfigs(): fc.Arbitrary<Ifconfig> {
	const row = fc.record(
		{
			type: fc.constant("row" as const),
			...span,
			name: names,
			mtu: count,
			counters: fc.tuple(...COUNTER_TITLES.map((title) => counter(title))),
			flags: word(fc.constantFrom("BMRU", "LRU", "BORU")),
		},
		{ requiredKeys: ["type", "start", "end", "name", "mtu", "flags"] },
	);
	const titles = ["Iface", "MTU", ...COUNTER_TITLES, "Flg"].join(" ");
	const table = fc
		.array(row, { maxLength: 4 })
		.map((rows): IfconfigStatement[] => [
			{ type: "title", ...nowhere },
			{ type: "columns", text: titles, ...nowhere },
			...rows,
		]);
	return fc
		.oneof<fc.Arbitrary<IfconfigStatement[]>[]>(fc.array(ifconfigInterfaces(), { maxLength: 4 }), table)
		.map((statements) => ({ type: "ifconfig", statements, ...nowhere }));
}
