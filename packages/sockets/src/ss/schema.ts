import { blank, ipAddress, lineShape, num, port, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import type { HostName } from "../ast.ts";
import type * as ast from "./ast.ts";

const optional = z.exactOptional;
const flag = optional(z.literal(true));
const hostName: z.ZodType<HostName> = z.strictObject({
	type: z.literal("name"),
	value: z.string(),
	...spanShape,
});
const width = z.int().min(0);

const layout: z.ZodType<ast.SsLayout> = z.strictObject({
	netid: optional(width),
	state: optional(width),
	recvQ: width,
	sendQ: optional(width),
	local: width,
	port: optional(width),
	peer: width,
	peerPort: width,
	details: optional(width),
});
const end: z.ZodType<ast.SsEnd> = z.union([
	z.strictObject({
		type: z.literal("internet"),
		address: z.union([ipAddress, hostName]),
		bracketed: flag,
		scope: optional(word),
		port: z.union([port, z.strictObject({ type: z.literal("any"), ...spanShape })]),
		...spanShape,
	}),
	z.strictObject({ type: z.literal("unix"), path: word, inode: num, ...spanShape }),
	z.strictObject({ type: z.literal("named"), name: word, port: word, ...spanShape }),
	z.strictObject({ type: z.literal("none"), text: z.string(), ...spanShape }),
]);
const process: z.ZodType<ast.SsProcess> = z.strictObject({
	name: word,
	pid: num,
	tid: optional(num),
	context: optional(word),
	fd: num,
	socketContext: optional(word),
	...spanShape,
});
const pairShape = {
	name: z.string(),
	value: z.union([z.number(), z.array(z.number()), z.string()]),
	text: optional(z.string()),
};
const detailShape = { before: optional(z.string()), ...spanShape };
const detail: z.ZodType<ast.SsDetail> = z.union([
	z.strictObject({ type: z.literal("users"), processes: z.array(process), bare: flag, ...detailShape }),
	z.strictObject({
		type: z.literal("timer"),
		name: word,
		expires: num,
		retransmissions: z.int(),
		...detailShape,
	}),
	z.strictObject({
		type: z.literal("memory"),
		name: z.enum(["skmem", "mem"]),
		bytes: z.record(z.string(), z.int()),
		...detailShape,
	}),
	z.strictObject({
		type: z.literal("field"),
		...pairShape,
		sign: optional(z.enum(["=", " ", ": "])),
		...detailShape,
	}),
	z.strictObject({
		type: z.literal("group"),
		name: z.string(),
		glued: flag,
		fields: z.array(z.strictObject(pairShape)),
		...detailShape,
	}),
	z.strictObject({
		type: z.literal("options"),
		name: z.enum(["inet-sockopt", "flags"]),
		options: z.array(z.string()),
		...detailShape,
	}),
	z.strictObject({ type: z.literal("peers"), inodes: z.array(z.int()), ...detailShape }),
	z.strictObject({ type: z.literal("filter"), instructions: z.array(z.string()), ...detailShape }),
	z.strictObject({
		type: z.literal("directions"),
		receives: z.boolean(),
		sends: z.boolean(),
		...detailShape,
	}),
	z.strictObject({ type: z.literal("flag"), name: z.string(), ...detailShape }),
	z.strictObject({ type: z.literal("congestion"), name: z.string(), ...detailShape }),
	z.strictObject({
		type: z.literal("break"),
		indent: z.string(),
		trailing: optional(z.string()),
		eol: optional(z.literal("\r\n")),
		...spanShape,
	}),
	z.strictObject({ type: z.literal("unparsed"), text: z.string(), ...detailShape }),
]);
const statement: z.ZodType<ast.SsStatement> = z.union([
	z.strictObject({ type: z.literal("columns"), layout, process: flag, ...lineShape }),
	z.strictObject({
		type: z.literal("socket"),
		layout: optional(layout),
		netid: optional(word),
		association: flag,
		state: optional(word),
		recvQ: num,
		sendQ: num,
		local: end,
		peer: end,
		details: z.array(detail),
		...lineShape,
	}),
	z.strictObject({ type: z.literal("total"), total: num, kernel: optional(num), ...lineShape }),
	z.strictObject({
		type: z.literal("tcp"),
		total: num,
		states: z.array(z.strictObject({ name: z.string(), count: z.int(), kernel: optional(z.int()) })),
		ports: optional(num),
		...lineShape,
	}),
	z.strictObject({ type: z.literal("transports"), ...lineShape }),
	z.strictObject({
		type: z.literal("transport"),
		name: word,
		total: num,
		ip: optional(num),
		ipv6: optional(num),
		...lineShape,
	}),
	z.strictObject({ type: z.literal("notice"), text: z.string(), ...lineShape }),
	blank,
	unparsed,
]);

/** The schema of {@link ast.Ss}. */
export const Ss: z.ZodType<ast.Ss> = z.strictObject({
	type: z.literal("ss"),
	statements: z.array(statement),
	...spanShape,
});
