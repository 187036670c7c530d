import { blank, ipAddress, lineShape, num, port, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import type { HostName, Netstat as NetstatAst, Process, SocketEnd, Statement, Timer } from "./ast.ts";

export { Ss } from "./ss/schema.ts";

const optional = z.exactOptional;
const flag = optional(z.literal(true));
const hostName: z.ZodType<HostName> = z.strictObject({
	type: z.literal("name"),
	value: z.string(),
	...spanShape,
});
const end: z.ZodType<SocketEnd> = z.strictObject({
	address: z.union([ipAddress, hostName]),
	port: z.union([port, z.strictObject({ type: z.literal("any"), ...spanShape })]),
	zone: optional(z.string()),
	bracketed: flag,
	cut: optional(z.enum(["surely", "perhaps"])),
	...spanShape,
});
const process: z.ZodType<Process> = z.strictObject({ pid: num, program: word, ...spanShape });
const timer: z.ZodType<Timer> = z.strictObject({
	name: word,
	expires: num,
	retransmissions: z.int(),
	probes: z.int(),
	...spanShape,
});
const flavor = optional(z.literal("busybox"));
const of = z.enum(["internet", "unix"]);
const statement: z.ZodType<Statement> = z.union([
	z.strictObject({ type: z.literal("title"), of, shown: z.string(), ...lineShape }),
	z.strictObject({ type: z.literal("columns"), of, titles: z.array(z.string()), flavor, ...lineShape }),
	z.strictObject({ type: z.literal("section"), name: word, ...lineShape }),
	z.strictObject({
		type: z.literal("counter"),
		text: z.string(),
		value: optional(num),
		depth: z.union([z.literal(1), z.literal(2)]),
		...lineShape,
	}),
	z.strictObject({
		type: z.literal("socket"),
		protocol: word,
		recvQ: num,
		sendQ: num,
		local: end,
		foreign: end,
		state: optional(word),
		user: optional(word),
		inode: optional(num),
		process: optional(process),
		processHidden: flag,
		timer: optional(timer),
		flavor,
		...lineShape,
	}),
	z.strictObject({
		type: z.literal("unix"),
		protocol: word,
		references: num,
		flags: z.array(z.string()),
		kind: word,
		state: optional(word),
		inode: num,
		process: optional(process),
		processHidden: flag,
		path: optional(word),
		flavor,
		...lineShape,
	}),
	z.strictObject({ type: z.literal("notice"), text: z.string(), ...lineShape }),
	blank,
	unparsed,
]);

/** The schema of {@link NetstatAst}. */
export const Netstat: z.ZodType<NetstatAst> = z.strictObject({
	type: z.literal("netstat"),
	statements: z.array(statement),
	...spanShape,
});
