import type { Command } from "../command.ts";
import { collector } from "./collector.ts";
import { identify } from "./identify.ts";
import { inventory } from "./inventory.ts";
import { parse } from "./parse.ts";
import { print } from "./print.ts";
import { schema } from "./schema.ts";
import { topology } from "./topology.ts";
import { trace } from "./trace.ts";
import { wanted } from "./wanted.ts";

/** All verbs, in the order in which help lists them. */
export const commands: readonly Command[] = [
	topology,
	trace,
	inventory,
	wanted,
	collector,
	identify,
	parse,
	print,
	schema,
];
