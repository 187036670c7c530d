import { blank, ipAddress, lineShape, num, port, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import type { BondingDump as BondingDumpAst } from "./bonding/ast.ts";
import type { Attribute, ConntrackDump as ConntrackDumpAst, NamedNumber, Tuple } from "./conntrack/ast.ts";
import type { SysctlDump as SysctlDumpAst } from "./sysctl/ast.ts";
import type { VlanDump as VlanDumpAst } from "./vlan/ast.ts";

/** The schema of {@link SysctlDumpAst}. */
export const SysctlDump: z.ZodType<SysctlDumpAst> = z.strictObject({
	type: z.literal("sysctl"),
	statements: z.array(
		z.union([
			z.strictObject({
				type: z.literal("setting"),
				key: word,
				value: word,
				separator: z.exactOptional(z.string()),
				...lineShape,
			}),
			z.strictObject({ type: z.literal("notice"), text: z.string(), ...lineShape }),
			blank,
			unparsed,
		]),
	),
	...spanShape,
});

const named: z.ZodType<NamedNumber> = z.strictObject({ name: word, number: num, ...spanShape });
const tuple: z.ZodType<Tuple> = z.strictObject({
	source: ipAddress,
	destination: ipAddress,
	sourcePort: z.exactOptional(port),
	destinationPort: z.exactOptional(port),
	icmp: z.exactOptional(z.strictObject({ type: num, code: num, id: num })),
	keys: z.exactOptional(z.strictObject({ source: num, destination: num })),
	counters: z.exactOptional(z.strictObject({ packets: num, bytes: num })),
	...spanShape,
});
const attribute: z.ZodType<Attribute> = z.union([
	z.strictObject({
		type: z.enum(["mark", "use", "zone", "zone-orig", "zone-reply", "id", "delta-time"]),
		value: num,
		...spanShape,
	}),
	z.strictObject({ type: z.literal("flag"), name: z.string(), ...spanShape }),
	z.strictObject({ type: z.literal("text"), text: z.string(), ...spanShape }),
]);

/** The schema of {@link ConntrackDumpAst}. */
export const ConntrackDump: z.ZodType<ConntrackDumpAst> = z.strictObject({
	type: z.literal("conntrack"),
	statements: z.array(
		z.union([
			z.strictObject({
				type: z.literal("connection"),
				event: z.exactOptional(word),
				family: z.exactOptional(named),
				protocol: named,
				timeout: z.exactOptional(num),
				state: z.exactOptional(word),
				original: tuple,
				unreplied: z.exactOptional(word),
				reply: tuple,
				attributes: z.array(attribute),
				...lineShape,
			}),
			z.strictObject({ type: z.literal("summary"), version: word, count: num, ...lineShape }),
			blank,
			unparsed,
		]),
	),
	...spanShape,
});

/** The schema of {@link BondingDumpAst}. */
export const BondingDump: z.ZodType<BondingDumpAst> = z.strictObject({
	type: z.literal("proc-net-bonding"),
	statements: z.array(
		z.union([
			z.strictObject({ type: z.literal("field"), key: word, value: word, ...lineShape }),
			z.strictObject({ type: z.literal("heading"), text: z.string(), ...lineShape }),
			blank,
			unparsed,
		]),
	),
	...spanShape,
});

/** The schema of {@link VlanDumpAst}. */
export const VlanDump: z.ZodType<VlanDumpAst> = z.strictObject({
	type: z.literal("proc-net-vlan"),
	statements: z.array(
		z.union([
			z.strictObject({ type: z.literal("vlan"), name: word, id: num, lower: word, ...lineShape }),
			z.strictObject({ type: z.literal("title"), ...lineShape }),
			z.strictObject({ type: z.literal("naming"), naming: word, ...lineShape }),
			blank,
			unparsed,
		]),
	),
	...spanShape,
});
