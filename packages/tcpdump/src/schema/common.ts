import { ipAddress, macAddress, num, spanShape } from "@netfossil/core/schema";
import { z } from "zod";
import type { BadChecksum, Ethertype, HostName, Station, Text } from "../ast.ts";

export const optional: typeof z.exactOptional = z.exactOptional;
export const flag: z.ZodExactOptional<z.ZodLiteral<true>> = optional(z.literal(true));
export const string: z.ZodString = z.string();

const hostName: z.ZodType<HostName> = z.strictObject({
	type: z.literal("name"),
	value: string,
	...spanShape,
});
export const host: z.ZodUnion<[typeof ipAddress, typeof hostName]> = z.union([ipAddress, hostName]);
export const text: z.ZodType<Text> = z.strictObject({ type: z.literal("text"), text: string, ...spanShape });
export const station: z.ZodType<Station> = z.strictObject({
	mac: macAddress,
	oui: optional(string),
	...spanShape,
});
export const ethertype: z.ZodType<Ethertype> = z.strictObject({
	name: string,
	code: optional(num),
	...spanShape,
});
export const badChecksum: z.ZodType<BadChecksum> = z.strictObject({
	value: num,
	expected: num,
	...spanShape,
});
