/** Arbitraries of ASTs that `netstat` and `ss` could have printed. Needs the optional peer `fast-check`. */
import { ipv4, ipv6, num, portNode, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type { InternetSocket, Netstat, Process, SocketEnd, Statement, Timer, UnixSocket } from "./ast.ts";
import { END_WIDTH, printEnd } from "./netstat/end.ts";

export { fitted, ssSockets, ssTables } from "./ss/testing.ts";

const nowhere = { start: 0, end: 0 };
const span = { start: fc.constant(0), end: fc.constant(0) };
const count = (max = 65535): ReturnType<typeof num> => num(fc.integer({ min: 0, max }));

/** Ends of sockets, whole. */
export function ends(): fc.Arbitrary<SocketEnd> {
	const address = fc.oneof(
		ipv4(),
		ipv6(),
		fc.constantFrom("localhost", "*").map((value) => ({ type: "name" as const, value, ...nowhere })),
	);
	const port = fc.oneof(
		{ weight: 3, arbitrary: portNode() },
		fc.constant({ type: "any" as const, ...nowhere }),
	);
	return fc.tuple(address, port).map(([each, number]) => {
		const end: SocketEnd = { address: each, port: number, ...nowhere };
		const fills = printEnd(end).length === END_WIDTH && !(each.type === "ip" && each.family === 4);
		return fills ? { ...end, cut: "perhaps" } : end;
	});
}

const process: fc.Arbitrary<Process> = fc
	.tuple(count(99_999), word(fc.constantFrom("dockerd", "sshd: root@p", "nginx: w", "1/x", "python3")))
	.map(([pid, program]) => ({ pid, program, ...nowhere }));
const shown = fc.constantFrom<"none" | "hidden" | "shown">("none", "hidden", "shown");
const timer: fc.Arbitrary<Timer> = fc.record({
	name: word(fc.constantFrom("off", "keepalive", "timewait", "unkn-4")),
	expires: fc.constantFrom({ value: 0, text: "0.00", ...nowhere }, { value: 9.85, ...nowhere }),
	retransmissions: fc.nat({ max: 9 }),
	probes: fc.nat({ max: 9 }),
	...span,
});

/** Sockets of the internet. */
export function internetSockets(): fc.Arbitrary<InternetSocket> {
	const fields = fc.record(
		{
			type: fc.constant("socket" as const),
			protocol: word(fc.constantFrom("tcp", "tcp6", "udp", "udp6")),
			recvQ: count(),
			sendQ: count(),
			local: ends(),
			foreign: ends(),
			state: word(fc.constantFrom("LISTEN", "ESTABLISHED", "CLOSE_WAIT")),
			timer,
			...span,
		},
		{ requiredKeys: ["type", "protocol", "recvQ", "sendQ", "local", "foreign", "start", "end"] },
	);
	const owner = fc.option(
		fc.record({ user: word(fc.constantFrom("0", "1000", "root")), inode: count(9_999_999) }),
		{ nil: undefined },
	);
	return fc.tuple(fields, owner, shown, process).map(([each, owned, how, program]) => ({
		...each,
		...owned,
		...(how === "shown" && { process: program }),
		...(how === "hidden" && { processHidden: true as const }),
	}));
}

/** Sockets of UNIX domains. */
export function unixSockets(): fc.Arbitrary<UnixSocket> {
	const fields = fc.record(
		{
			type: fc.constant("unix" as const),
			protocol: word(fc.constant("unix")),
			references: count(99),
			flags: fc.subarray(["ACC", "W", "N"]),
			kind: word(fc.constantFrom("STREAM", "DGRAM", "SEQPACKET")),
			state: word(fc.constantFrom("LISTENING", "CONNECTED")),
			inode: count(9_999_999),
			path: word(fc.constantFrom("/run/docker.sock", "@/tmp/.X11-unix/X0", "/run/a b", "private/tlsmgr")),
			...span,
		},
		{ requiredKeys: ["type", "protocol", "references", "flags", "kind", "inode", "start", "end"] },
	);
	return fc.tuple(fields, shown, process).map(([each, how, program]) => ({
		...each,
		...(how === "shown" && { process: program }),
		...(how === "hidden" && { processHidden: true as const }),
	}));
}

/** Both tables. */
export function tables(): fc.Arbitrary<Netstat> {
	const title = (of: "internet" | "unix", titles: string[]): Statement[] => [
		{ type: "title", of, shown: "servers and established", ...nowhere },
		{ type: "columns", of, titles, ...nowhere },
	];
	const internet = ["Proto", "Recv-Q", "Send-Q", "Local Address", "Foreign Address", "State"];
	const unix = ["Proto", "RefCnt", "Flags", "Type", "State", "I-Node", "PID/Program name", "Path"];
	return fc
		.tuple(fc.array(internetSockets(), { maxLength: 6 }), fc.array(unixSockets(), { maxLength: 6 }))
		.map(([sockets, domains]) => ({
			type: "netstat",
			...nowhere,
			statements: [...title("internet", internet), ...sockets, ...title("unix", unix), ...domains],
		}));
}
