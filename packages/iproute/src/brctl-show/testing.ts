/** Arbitraries of what `brctl` prints. Needs the optional peer `fast-check`. */
import { mac, num, word } from "@netfossil/core/testing";
import fc from "fast-check";
import { interfaceNames } from "../address/testing.ts";
import type { BrctlShow, BrctlStatement } from "./ast.ts";

const nowhere = { start: 0, end: 0 };
const span = { start: fc.constant(0), end: fc.constant(0) };
const names = word(interfaceNames());
const yesNo = word(fc.constantFrom("yes", "no"));
const ids = word(fc.stringMatching(/^[0-9a-f]{4}\.[0-9a-f]{12}$/));
const times = fc.tuple(fc.nat(9999), fc.integer({ min: 0, max: 99 })).map(([whole, part]) => {
	const text = `${whole}.${String(part).padStart(2, "0")}`;
	const value = Number(text);
	return { value, ...(String(value) !== text && { text }), ...nowhere };
});

const header = (of: "bridges" | "macs"): BrctlStatement => ({ type: "header", of, ...nowhere });
const port = fc.record({ type: fc.constant("port" as const), ...span, name: names });

/** What `brctl show`, `showmacs` and `showstp` print. */
export function brctlShows(): fc.Arbitrary<BrctlShow> {
	const bridge = fc.record({
		type: fc.constant("bridge" as const),
		...span,
		name: names,
		id: ids,
		stp: yesNo,
		ports: fc.array(port, { maxLength: 4 }),
	});
	const macEntry = fc.record({
		type: fc.constant("mac-entry" as const),
		...span,
		port: num(fc.integer({ min: 1, max: 1023 })),
		address: mac(),
		local: yesNo,
		ageing: times,
	});
	const value = (name: string, text: fc.Arbitrary<string>) =>
		text.map((each) => ({ name, value: { value: each, ...nowhere }, ...nowhere }));
	const time = times.map((each) => each.text ?? String(each.value));
	const line = (...values: ReturnType<typeof value>[]): fc.Arbitrary<BrctlStatement> =>
		fc.tuple(...values).map((both) => ({ type: "stp-values", values: both, ...nowhere }));
	const count = fc.nat(99_999).map(String);
	const flags = fc.constantFrom("", "TOPOLOGY_CHANGE", "TOPOLOGY_CHANGE TOPOLOGY_CHANGE_DETECTED");
	const stp: fc.Arbitrary<BrctlStatement[]> = fc.tuple(
		names.map((name): BrctlStatement => ({ type: "stp-bridge", name, ...nowhere })),
		line(value("bridge id", fc.constant("4000.56ae334b046b"))),
		line(value("root port", count), value("path cost", count)),
		line(value("hello timer", time), value("tcn timer", time)),
		line(value("flags", flags)),
		fc.record({
			type: fc.constant("stp-port" as const),
			...span,
			name: names,
			number: num(fc.nat(1023)),
		}),
		line(value("port id", fc.constant("8001")), value("state", fc.constantFrom("forwarding", "disabled"))),
		line(value("designated root", fc.constant("4000.56ae334b046b")), value("path cost", count)),
	);
	return fc
		.oneof(
			fc.array(bridge, { maxLength: 4 }).map((each) => [header("bridges"), ...each]),
			fc.array(macEntry, { maxLength: 4 }).map((each) => [header("macs"), ...each]),
			stp,
		)
		.map((statements) => ({ type: "brctl-show", statements, ...nowhere }));
}
