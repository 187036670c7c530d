import { blank, lineShape, num, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import { attributes } from "../address/schema.ts";
import type {
	BridgeVlan as BridgeVlanAst,
	Vlan,
	VlanCounters,
	VlanDetails,
	VlanError,
	VlanHeader,
	VlanPort,
} from "./ast.ts";

const maybe = z.exactOptional;
const counters: z.ZodType<VlanCounters> = z.strictObject({
	type: z.literal("counters"),
	of: z.enum(["RX", "TX"]),
	bytes: num,
	packets: num,
	...lineShape,
});
const details: z.ZodType<VlanDetails> = z.strictObject({
	type: z.literal("details"),
	attributes,
	...lineShape,
});
const vlan: z.ZodType<Vlan> = z.strictObject({
	type: z.literal("vlan"),
	id: num,
	last: maybe(num),
	flags: z.array(z.string()),
	tunnel: maybe(num),
	lastTunnel: maybe(num),
	tunnelGap: maybe(z.string()),
	unknown: maybe(z.strictObject({ type: z.literal("unparsed"), text: z.string(), ...spanShape })),
	below: maybe(z.array(z.union([counters, details]))),
	...lineShape,
});
const port: z.ZodType<VlanPort> = z.strictObject({
	type: z.literal("port"),
	name: word,
	gap: maybe(z.string()),
	vlans: z.array(vlan),
	...lineShape,
});
const header: z.ZodType<VlanHeader> = z.strictObject({
	type: z.literal("header"),
	text: z.string(),
	...lineShape,
});
const error: z.ZodType<VlanError> = z.strictObject({
	type: z.literal("error"),
	text: z.string(),
	...lineShape,
});

/** The schema of {@link BridgeVlanAst}. */
export const BridgeVlan: z.ZodType<BridgeVlanAst> = z.strictObject({
	type: z.literal("bridge-vlan"),
	statements: z.array(z.union([header, error, port, vlan, counters, details, blank, unparsed])),
	...spanShape,
});
