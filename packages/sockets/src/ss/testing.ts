/** Arbitraries of what `ss` could have printed, and how wide it makes its columns. */
import { ipv4, ipv6, num, portNode, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type { Ss, SsDetail, SsEnd, SsLayout, SsSocket } from "./ast.ts";
import { readPair } from "./detail.ts";
import { lengthsOf, printDetails } from "./print.ts";

const nowhere = { start: 0, end: 0 };
const count = (max = 99_999): ReturnType<typeof num> => num(fc.nat({ max }));
const sometimes = <Value>(values: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
	fc.option(values, { nil: undefined });

const internetEnd: fc.Arbitrary<SsEnd> = fc
	.record({
		address: fc.oneof(
			ipv4(),
			ipv6(),
			fc.constantFrom("*", "localhost").map((value) => ({ type: "name" as const, value, ...nowhere })),
		),
		bracketed: fc.boolean(),
		scope: sometimes(word(fc.constantFrom("lo", "eth0", "br-7f1"))),
		port: fc.oneof(portNode(), fc.constant({ type: "any" as const, ...nowhere })),
	})
	.map(({ address, bracketed, scope, port }) => ({
		type: "internet" as const,
		address,
		...(bracketed && address.type === "ip" && address.family === 6 && { bracketed: true as const }),
		...(scope && { scope }),
		port,
		...nowhere,
	}));
const unixEnd = (paths: readonly string[]): fc.Arbitrary<SsEnd> =>
	fc
		.record({ path: word(fc.constantFrom(...paths)), inode: count(9_999_999) })
		.map((end) => ({ type: "unix" as const, ...end, ...nowhere }));
const namedEnd = (names: readonly string[], ports: readonly string[]): fc.Arbitrary<SsEnd> =>
	fc
		.record({ name: word(fc.constantFrom(...names)), port: word(fc.constantFrom(...ports)) })
		.map((end) => ({ type: "named" as const, ...end, ...nowhere }));
const noEnd = fc.constant<SsEnd>({ type: "none", text: "*", ...nowhere });
const paths = ["*", "/run/docker.sock", "@/tmp/.X11-unix/X0", "/run/a b", "@x@@", "private/tlsmgr"];

/** What the ends of each kind of socket may be, and its states. */
const KINDS: readonly {
	readonly netids: readonly string[];
	readonly local: fc.Arbitrary<SsEnd>;
	readonly peer: fc.Arbitrary<SsEnd>;
}[] = [
	{ netids: ["tcp", "udp", "raw", "icmp6", "dccp", "mptcp"], local: internetEnd, peer: internetEnd },
	{ netids: ["u_str", "u_dgr", "u_seq"], local: unixEnd(paths), peer: unixEnd(["*"]) },
	{
		netids: ["nl"],
		local: namedEnd(["rtnl", "0", "genl"], ["kernel", "tmux: server/12", "*", "14622"]),
		peer: noEnd,
	},
	{ netids: ["p_raw", "p_dgr"], local: namedEnd(["arp", "*", "[2054]"], ["eth0", "*"]), peer: noEnd },
	{
		netids: ["v_str"],
		local: namedEnd(["*", "2"], ["1234", "*"]),
		peer: namedEnd(["*", "3"], ["1024", "*"]),
	},
];

const name = fc.constantFrom("sshd", "nginx: worker", 'a "b: (c', "(sd-pam)", "python3");
const users: fc.Arbitrary<SsDetail> = fc.oneof(
	fc
		.array(fc.record({ name: word(name), pid: count(), fd: count(99) }), { minLength: 1, maxLength: 3 })
		.chain((processes) =>
			fc.boolean().map((bare) => ({
				type: "users" as const,
				processes: processes.map((process) => ({ ...process, ...nowhere })),
				...(bare && { bare: true as const }),
				...nowhere,
			})),
		),
	fc
		.record({
			name: word(name),
			pid: count(),
			tid: count(),
			context: word(fc.constant("system_u:system_r:sshd_t:s0")),
			fd: count(99),
			socketContext: word(fc.constantFrom("unavailable", "system_u:object_r:socket_t:s0")),
		})
		.map((process) => ({ type: "users" as const, processes: [{ ...process, ...nowhere }], ...nowhere })),
);
const expires = [
	[7140, "119min"],
	[62, "1min2sec"],
	[4.02, "4.020ms"],
	[0.2, "200ms"],
	[0, ""],
] as const;
const timer: fc.Arbitrary<SsDetail> = fc
	.tuple(
		word(fc.constantFrom("on", "keepalive", "timewait")),
		fc.constantFrom(...expires),
		fc.nat({ max: 9 }),
	)
	.map(([called, [value, text], retransmissions]) => ({
		type: "timer" as const,
		name: called,
		expires: { value, text, ...nowhere },
		retransmissions,
		...nowhere,
	}));
const memory: fc.Arbitrary<SsDetail> = fc
	.record({ r: fc.nat(), rb: fc.nat(), t: fc.nat(), d: fc.nat() })
	.map((bytes) => ({ type: "memory" as const, name: "skmem" as const, bytes, ...nowhere }));
const field = (texts: readonly (readonly [name: string, text: string])[]): fc.Arbitrary<SsDetail> =>
	fc
		.constantFrom(...texts)
		.map(([called, text]) => ({ type: "field" as const, ...readPair(called, text), ...nowhere }));
const tcpFields = fc.oneof(
	field([
		["wscale", "7,7"],
		["rto", "210"],
		["rtt", "0.016/0.008"],
		["retrans", "0/1"],
		["busy", "4ms"],
		["rwnd_limited", "12ms(3.0%)"],
		["cwnd", "10"],
		["dctcp", "fallback_mode"],
	]),
	fc
		.constantFrom("163840000000bps", "38.9Gbps", "0bps")
		.map((text) => ({ type: "field" as const, ...readPair("send", text), sign: " " as const, ...nowhere })),
	fc.constantFrom("6.73Gbps", "0bps").map((text) => ({
		type: "group" as const,
		name: "bbr",
		fields: [readPair("bw", text), readPair("mrtt", "0.042")],
		...nowhere,
	})),
);
const directions: fc.Arbitrary<SsDetail> = fc
	.record({ receives: fc.boolean(), sends: fc.boolean() })
	.map((open) => ({ type: "directions" as const, ...open, ...nowhere }));
const flags: fc.Arbitrary<SsDetail[]> = fc
	.subarray(["ts", "sack", "ecn"])
	.map((names) => names.map((called) => ({ type: "flag" as const, name: called, ...nowhere })));
const congestion: fc.Arbitrary<SsDetail> = fc
	.constantFrom("cubic", "bbr", "reno")
	.map((called) => ({ type: "congestion" as const, name: called, ...nowhere }));

const present = (details: readonly (SsDetail | undefined)[]): SsDetail[] =>
	details.filter((detail) => detail !== undefined);
const firstLine = fc
	.tuple(
		sometimes(users),
		sometimes(timer),
		sometimes(field([["uid", "1000"]])),
		sometimes(
			field([
				["sk", "1e5"],
				["cgroup", "/system.slice"],
				["ino", "64598"],
			]),
		),
		sometimes(directions),
	)
	.map(present);
const secondLine = fc
	.tuple(memory, flags, congestion, fc.array(tcpFields, { maxLength: 5 }))
	.map(([bytes, options, control, fields]): SsDetail[] => [
		{ type: "break", indent: "\t ", ...nowhere },
		bytes,
		...options,
		control,
		...fields,
	]);

/** Sockets of kinds, with the columns of kind and state or without. */
function socketsOf(netids: boolean, states: boolean, kinds: typeof KINDS): fc.Arbitrary<SsSocket> {
	return fc.constantFrom(...kinds).chain(({ netids: of, local, peer }) =>
		fc
			.record({
				netid: word(fc.constantFrom(...of)),
				state: word(fc.constantFrom("LISTEN", "ESTAB", "UNCONN", "FIN-WAIT-2")),
				recvQ: count(10_000_000),
				sendQ: count(10_000_000),
				local,
				peer,
				first: firstLine,
				second: fc.option(secondLine, { nil: [] }),
			})
			.map(({ netid, state, first, second, ...rest }) => ({
				type: "socket" as const,
				...(netids && { netid }),
				...(states && { state }),
				...rest,
				details: [...first, ...second],
				...nowhere,
			})),
	);
}

/** Sockets of any kind. */
export function ssSockets(): fc.Arbitrary<SsSocket> {
	return socketsOf(true, true, KINDS);
}

/**
 * How wide ss makes the columns: as wide as what stands in them, and, on a terminal, wider by an equal share of
 * what is left of the screen's line; columns that no line has room for go to the next. `render_calc_width` of `misc/ss.c`.
 * The last socket's details are not measured: ss renders before it has done with them.
 */
export function fitted(sockets: readonly SsSocket[], screen?: number): SsLayout {
	const rows = sockets.map(lengthsOf);
	const netid = rows.some((row) => row.netid !== undefined);
	const state = rows.some((row) => row.state !== undefined);
	const details = sockets
		.slice(0, -1)
		.map((socket) => printDetails(socket.details).replaceAll("\r\n", "\n").length);
	const most = (title: string, lengths: readonly number[]): number => Math.max(title.length, ...lengths);
	const measured = [
		netid
			? most(
					"Netid",
					rows.map((row) => row.netid ?? 0),
				)
			: 0,
		state
			? most(
					"State",
					rows.map((row) => row.state ?? 0),
				)
			: 0,
		most(
			"Recv-Q",
			rows.map((row) => row.recvQ),
		),
		most(
			"Send-Q",
			rows.map((row) => row.sendQ),
		),
		most(
			"Local Address:",
			rows.map((row) => row.local),
		),
		most(
			"Port",
			rows.map((row) => row.localPort),
		),
		most(
			"Peer Address:",
			rows.map((row) => row.peer),
		),
		most(
			"Port",
			rows.map((row) => row.peerPort),
		),
		most("Process", details),
	];
	const first = measured.findIndex((width) => width > 0);
	// A blank stands before each of these columns, but for the first.
	const delimited = [1, 2, 3, 4, 6];
	const widths = measured.map(
		(width, at) => width + (at > first && width > 0 && delimited.includes(at) ? 1 : 0),
	);
	if (screen !== undefined) spread(widths, screen);
	const [w0, w1, w2, w3, w4, w5, w6, w7, w8] = widths as [
		number,
		number,
		number,
		number,
		number,
		number,
		number,
		number,
		number,
	];
	// The blank before a field belongs to its column; a layout counts from field to field.
	return {
		...(netid && { netid: w0 + 1 }),
		...(state && { state: w1 + (netid ? 0 : 1) }),
		recvQ: w2 + (netid || state ? 0 : 1),
		local: w3 + w4 - 1,
		peer: w5 + w6,
		peerPort: w7,
		details: w8,
	};
}

/** Shares out what the columns leave of each line of the screen, the remainder from the right. */
function spread(widths: number[], screen: number): void {
	let line: number[] = [];
	let length = 0;
	const close = (): void => {
		const rest = screen - length;
		line.reverse().forEach((at, index) => {
			widths[at]! += Math.floor(rest / line.length) + (index < rest % line.length ? 1 : 0);
		});
		line = [];
		length = 0;
	};
	for (const [at, width] of widths.entries()) {
		if (width === 0) continue;
		widths[at] = Math.min(width, screen);
		if (length + widths[at] > screen) close();
		line.push(at);
		length += widths[at];
	}
	close();
}

/** A listing with its titles. */
export function ssTables(): fc.Arbitrary<Ss> {
	const internet = KINDS.slice(0, 1);
	const sockets = fc.oneof(
		fc.array(socketsOf(true, true, KINDS), { maxLength: 8 }),
		fc.array(socketsOf(false, true, internet), { maxLength: 8 }),
		fc.array(socketsOf(true, false, KINDS), { maxLength: 8 }),
		fc.array(socketsOf(false, true, KINDS.slice(1, 2)), { maxLength: 8 }),
	);
	return fc.tuple(sockets, sometimes(fc.integer({ min: 60, max: 300 }))).map(([rows, screen]) => ({
		type: "ss" as const,
		statements: [
			{ type: "columns" as const, layout: fitted(rows, screen), process: true as const, ...nowhere },
			...rows,
		],
		...nowhere,
	}));
}
