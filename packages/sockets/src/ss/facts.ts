import type { SsDetail, SsProcess, SsSocket, SsTimer, SsValue } from "./ast.ts";

/** What the details of a socket say, by what they are called; what a listing does not show has no key. */
export interface SsFacts {
	readonly processes: readonly SsProcess[];
	readonly timer?: SsTimer;
	/** Absent for root: ss leaves 0 out. */
	readonly uid?: number;
	/** The socket's own inode. Of a UNIX socket the local end tells it, and `ino:` is that of its file. */
	readonly inode?: number;
	/** The kernel's cookie of the socket, in hexadecimal. */
	readonly cookie?: string;
	readonly cgroup?: string;
	/** Bytes of memory, by the letters of `skmem`. */
	readonly memory?: Readonly<Record<string, number>>;
	readonly congestion?: string;
	/** Every field, by its name: `rto`, `rtt`, `wscale`, `cwnd`, `bytes_acked`, … */
	readonly fields: Readonly<Record<string, SsValue>>;
	/** `ts`, `sack`, `app_limited`, … */
	readonly flags: readonly string[];
}

/** What the details of a socket say. */
export function ssFacts({ local, details }: SsSocket): SsFacts {
	const fields: Record<string, SsValue> = {};
	for (const detail of details) if (detail.type === "field") fields[detail.name] = detail.value;
	const of = <Type extends SsDetail["type"]>(type: Type): Extract<SsDetail, { type: Type }>[] =>
		details.filter((detail): detail is Extract<SsDetail, { type: Type }> => detail.type === type);
	const [timer] = of("timer");
	const [memory] = of("memory");
	const [congestion] = of("congestion");
	const inode = local.type === "unix" ? local.inode.value : fields.ino;
	return {
		processes: of("users").flatMap(({ processes }) => processes),
		...(timer && { timer }),
		...(typeof fields.uid === "number" && { uid: fields.uid }),
		...(typeof inode === "number" && { inode }),
		...(typeof fields.sk === "string" && { cookie: fields.sk }),
		...(typeof fields.cgroup === "string" && { cgroup: fields.cgroup }),
		...(memory && { memory: memory.bytes }),
		...(congestion && { congestion: congestion.name }),
		fields,
		flags: of("flag").map(({ name }) => name),
	};
}
