/** Arbitraries of tables of routes. Needs the optional peer `fast-check`. */
import type { Num } from "@netfossil/core";
import { ipv4, ipv6, ipv6Prefix, num, word } from "@netfossil/core/testing";
import fc from "fast-check";
import { interfaceNames } from "../address/testing.ts";
import type { NetstatRoute, NetstatRouteStatement, RouteLayout, RouteName, RouteRow } from "./ast.ts";
import { LAYOUT_NAMES, LAYOUTS } from "./columns.ts";

const nowhere = { start: 0, end: 0 };
const names: fc.Arbitrary<RouteName> = fc
	.constantFrom("default", "*", "-", "[::]", "gw.example.org", "link-local")
	.map((value) => ({ type: "name", value, ...nowhere }));
const number: fc.Arbitrary<Num | "-"> = fc.oneof(num(fc.nat()), fc.constant<"-">("-"));

/** Rows of a layout. */
export function routesOf(layout: RouteLayout): fc.Arbitrary<RouteRow> {
	const wide = layout.startsWith("ipv6");
	const fields = {
		destination: fc.oneof(names, wide ? ipv6Prefix() : ipv4()),
		gateway: fc.oneof(names, wide ? ipv6() : ipv4()),
		netmask: ipv4(),
		flags: word(fc.constantFrom("U", "UG", "UGH", "!", "Un", "UGDAe")),
		interface: word(interfaceNames()),
		metric: number,
		references: number,
		uses: number,
		mss: number,
		window: number,
		irtt: number,
	};
	const columns = LAYOUTS[layout].columns.map(([column]) => [column, fields[column]] as const);
	return fc
		.record(Object.fromEntries(columns))
		.map((node) => ({ type: "route", layout, ...nowhere, ...node }) as unknown as RouteRow);
}

/** What `route` and `netstat -r` print. */
export function netstatRoutes(): fc.Arbitrary<NetstatRoute> {
	const table = fc
		.constantFrom(...LAYOUT_NAMES)
		.chain((layout) =>
			fc
				.array(routesOf(layout), { maxLength: 5 })
				.map((routes): NetstatRouteStatement[] => [
					{ type: "title", family: layout.startsWith("ipv6") ? 6 : 4, of: "table", ...nowhere },
					{ type: "columns", layout, ...nowhere },
					...routes,
				]),
		);
	return fc
		.array(table, { maxLength: 2 })
		.map((tables) => ({ type: "netstat-route", statements: tables.flat(), ...nowhere }));
}
