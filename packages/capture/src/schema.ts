import { z } from "zod";
import type { Flaw, PassedOver, Place, Problem, SilentCommand } from "./dump.ts";
import {
	type DiagnosticCount,
	INVENTORY_SCHEMA,
	type InventoryDump,
	type Inventory as InventoryModel,
	type Totals,
} from "./inventory.ts";
import { type KindName, kinds } from "./kinds.ts";

const count = z.int().min(0);
const place: z.ZodType<Place> = z.union([
	z.strictObject({ type: z.literal("host") }),
	z.strictObject({ type: z.literal("netns"), name: z.string() }),
	z.strictObject({ type: z.literal("container"), id: z.string() }),
]);
const lines = z.strictObject({ first: z.int().min(1), last: z.int().min(1) });
const flaw: z.ZodType<Flaw> = z.strictObject({
	type: z.enum(["truncated", "failed", "cut"]),
	text: z.string(),
});
const diagnostic: z.ZodType<DiagnosticCount> = z.strictObject({
	code: z.string(),
	severity: z.enum(["error", "warning", "info"]),
	count: z.int().min(1),
	first: z.strictObject({ line: z.int().min(1), column: z.int().min(1), message: z.string() }),
});
const kind = z.enum(kinds.map(({ name }) => name) as [KindName, ...KindName[]]);
const dump: z.ZodType<InventoryDump> = z.strictObject({
	id: z.string(),
	kind,
	host: z.string(),
	place,
	command: z.exactOptional(z.string()),
	file: z.string(),
	lines,
	time: z.exactOptional(z.string()),
	flaws: z.exactOptional(z.array(flaw)),
	read: count,
	unparsed: count,
	diagnostics: z.array(diagnostic),
});
const silent: z.ZodType<SilentCommand> = z.strictObject({
	scope: z.strictObject({ host: z.string(), place }),
	kind,
	command: z.string(),
	file: z.string(),
	returnCode: z.int(),
});
const passedOver: z.ZodType<PassedOver> = z.strictObject({
	type: z.enum(["prose", "command", "output", "repetition", "markup", "file"]),
	file: z.string(),
	lines: z.exactOptional(lines),
	what: z.string(),
	reason: z.string(),
	used: z.exactOptional(z.literal(true)),
});
const problem: z.ZodType<Problem> = z.strictObject({
	file: z.string(),
	message: z.string(),
	hint: z.exactOptional(z.string()),
});
const totals: z.ZodType<Totals> = z.strictObject({
	hosts: count,
	places: count,
	dumps: count,
	read: count,
	unparsed: count,
	filesPassedOver: count,
});

/** What a capture holds, as `netfossil inventory --format json` prints it. */
export const Inventory: z.ZodType<InventoryModel> = z.strictObject({
	schema: z.literal(INVENTORY_SCHEMA),
	dumps: z.array(dump),
	silent: z.array(silent),
	passedOver: z.array(passedOver),
	problems: z.array(problem),
	totals,
});
