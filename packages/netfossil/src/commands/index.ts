import type { Command } from "../command.ts";
import { identify } from "./identify.ts";
import { parse } from "./parse.ts";
import { print } from "./print.ts";
import { schema } from "./schema.ts";
import { topology } from "./topology.ts";
import { trace } from "./trace.ts";

/** All verbs, in the order in which help lists them. */
export const commands: readonly Command[] = [topology, trace, identify, parse, print, schema];
