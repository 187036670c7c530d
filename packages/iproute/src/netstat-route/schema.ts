import {
	blank,
	ipAddress,
	ipPrefix,
	lineShape,
	num,
	spanShape,
	unparsed,
	word,
} from "@netfossil/core/schema";
import { z } from "zod";
import type { NetstatRoute as NetstatRouteAst, NetstatRouteStatement, RouteName } from "./ast.ts";
import { LAYOUT_NAMES } from "./columns.ts";

const number = z.exactOptional(z.union([num, z.literal("-")]));
const name: z.ZodType<RouteName> = z.strictObject({
	type: z.literal("name"),
	value: z.string(),
	...spanShape,
});
const address = z.union([ipAddress, name]);
const layout = z.enum(LAYOUT_NAMES);
const statement: z.ZodType<NetstatRouteStatement> = z.union([
	z.strictObject({
		type: z.literal("title"),
		family: z.union([z.literal(4), z.literal(6)]),
		of: z.enum(["table", "cache"]),
		...lineShape,
	}),
	z.strictObject({ type: z.literal("columns"), layout, ...lineShape }),
	z.strictObject({
		type: z.literal("route"),
		layout,
		destination: z.union([ipAddress, ipPrefix, name]),
		gateway: address,
		netmask: z.exactOptional(address),
		flags: word,
		metric: number,
		references: number,
		uses: number,
		mss: number,
		window: number,
		irtt: number,
		interface: word,
		...lineShape,
	}),
	blank,
	unparsed,
]);

/** The schema of {@link NetstatRouteAst}. */
export const NetstatRoute: z.ZodType<NetstatRouteAst> = z.strictObject({
	type: z.literal("netstat-route"),
	statements: z.array(statement),
	...spanShape,
});
