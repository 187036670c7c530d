import type { IpAddress } from "@netfossil/core";
import { ipAddress, macAddress, spanShape } from "@netfossil/core/schema";
import { z } from "zod";
import type { HostName, Station, Text } from "../ast.ts";

const hostName: z.ZodType<HostName> = z.strictObject({
	type: z.literal("name"),
	value: z.string(),
	...spanShape,
});
export const host: z.ZodType<IpAddress | HostName> = z.union([ipAddress, hostName]);
export const station: z.ZodType<Station> = z.strictObject({
	mac: macAddress,
	oui: z.exactOptional(z.string()),
	...spanShape,
});
export const text: z.ZodType<Text> = z.strictObject({
	type: z.literal("text"),
	text: z.string(),
	...spanShape,
});
