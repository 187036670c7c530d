import fc from "fast-check";
import { expect, it } from "vitest";
import { type Bits, type Family, holds, type Prefix } from "../src/address.ts";
import type { Route } from "../src/index.ts";
import { RouteTable } from "../src/state/route-table.ts";

const WIDTH = { 4: 32, 6: 128 } as const;

/** Few different bits, so that destinations hold one another. */
const values = (family: Family): fc.Arbitrary<bigint> =>
	fc
		.tuple(fc.bigInt({ min: 0n, max: 15n }), fc.bigInt({ min: 0n, max: 15n }), fc.nat(WIDTH[family] / 4 - 1))
		.map(([head, tail, at]) => (head << BigInt(WIDTH[family] - 4)) | (tail << BigInt(4 * at)));

const prefixes = (family: Family): fc.Arbitrary<Prefix> =>
	fc.tuple(values(family), fc.nat(WIDTH[family])).map(([value, length]) => {
		const rest = BigInt(WIDTH[family] - length);
		return { family, value: (value >> rest) << rest, length };
	});

const routes = (family: Family): fc.Arbitrary<Route[]> =>
	fc.array(
		fc.record({
			family: fc.constant(family),
			table: fc.constant("main"),
			kind: fc.constantFrom("unicast", "throw", "blackhole"),
			destination: prefixes(family),
			tos: fc.constantFrom(0, 0, 16),
			metric: fc.nat(2),
			nexthops: fc.constant([]),
		}),
	);

it("finds the routes that a look at each finds, in the same order", () => {
	fc.assert(
		fc.property(
			fc
				.constantFrom(4 as const, 6 as const)
				.chain((family) => fc.tuple(fc.constant(family), routes(family))),
			fc.oneof(values(4), values(6)),
			([family, all], value) => {
				const table = new RouteTable(all);
				const targets: Bits[] = [
					{ family, value: BigInt.asUintN(WIDTH[family], value) },
					{ family: 4, value: BigInt.asUintN(32, value) },
					...all.map(({ destination }) => destination),
				];
				for (const bits of targets)
					expect([...table.toward(bits)]).toEqual(
						[...table].filter(({ destination }) => holds(destination, bits)),
					);
				const lengths = [...table].map(({ destination }) => destination.length);
				expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
				expect(new Set(table)).toEqual(new Set(all));
			},
		),
		{ numRuns: 500 },
	);
});
