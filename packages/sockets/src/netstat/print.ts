import { printLine, printPlain } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { Columns, InternetSocket, Netstat, Process, Statement, UnixSocket } from "../ast.ts";
import { END_WIDTH, printEnd } from "./end.ts";
import { PROCESS_WIDTH } from "./tokens.ts";

/** Prints tables of sockets as `netstat` of net-tools does. */
export function printNetstat(ast: Netstat): string {
	return ast.statements
		.map((node) =>
			node.type === "blank" || node.type === "unparsed"
				? printPlain(node)
				: printLine(node, statementBody(node)),
		)
		.join("");
}

/** A line as the tool prints it, without line end but with the tool's own blanks at its end. */
export function statementBody(node: Exclude<Statement, { type: "blank" | "unparsed" }>): string {
	switch (node.type) {
		case "title":
			return `Active ${node.of === "internet" ? "Internet connections" : "UNIX domain sockets"} (${node.shown})`;
		case "columns":
			return columns(node);
		case "section":
			return `${node.name.value}:`;
		case "counter":
			return `${"    ".repeat(node.depth)}${node.text}`;
		case "notice":
			return node.text;
		case "socket":
			return socket(node);
		case "unix":
			return unix(node);
	}
}

const WIDTHS: Record<Columns["of"], Record<string, number>> = {
	internet: {
		Proto: 5,
		"Recv-Q": 6,
		"Send-Q": 6,
		"Local Address": END_WIDTH,
		"Foreign Address": END_WIDTH,
		State: 11,
		User: 10,
		Inode: 10,
		"PID/Program name": PROCESS_WIDTH,
	},
	unix: {
		Proto: 5,
		RefCnt: 6,
		Flags: 11,
		Type: 10,
		State: 13,
		"I-Node": 8,
		"PID/Program name": PROCESS_WIDTH,
	},
};

/** Busybox's titles differ from those of net-tools in two widths. */
const BUSYBOX_WIDTHS: Readonly<Record<Columns["of"], Record<string, number>>> = {
	internet: { State: 12 },
	unix: { "I-Node": 0 },
};

function columns({ of, titles, flavor }: Columns): string {
	const other = flavor === undefined ? {} : BUSYBOX_WIDTHS[of];
	return titles.map((title) => title.padEnd(other[title] ?? WIDTHS[of][title] ?? 0)).join(" ");
}

function process(node: InternetSocket | UnixSocket): string | undefined {
	if (node.processHidden) return "-".padEnd(PROCESS_WIDTH);
	return node.process && printProcess(node.process).padEnd(PROCESS_WIDTH);
}

function printProcess({ pid, program }: Process): string {
	return `${printNumber(pid)}/${program.value}`;
}

/** `"%-4s  %6ld %6ld %-23s %-23s %-11s"`, then ` %-10s %-10lu`, ` %-20s` and ` %s` by the flags. */
function socket(node: InternetSocket): string {
	const out = [
		`${node.protocol.value.padEnd(4)}  ${printNumber(node.recvQ).padStart(6)}`,
		printNumber(node.sendQ).padStart(6),
		printEnd(node.local).padEnd(END_WIDTH),
		printEnd(node.foreign).padEnd(END_WIDTH),
		(node.state?.value ?? "").padEnd(11),
	];
	if (node.user && node.inode) out.push(node.user.value.padEnd(10), printNumber(node.inode).padEnd(10));
	const owner = process(node);
	if (owner !== undefined) out.push(owner);
	if (node.timer) {
		const { name, expires, retransmissions, probes } = node.timer;
		out.push(`${name.value} (${printNumber(expires)}/${retransmissions}/${probes})`);
	}
	// Busybox: `"%-11s "`, for the program may follow.
	return node.flavor === undefined ? out.join(" ") : `${out.join(" ")} `;
}

/** `"%-5s %-6ld %-11s %-10s %-13s %-8lu "`, then `%-20s ` and the path. */
function unix(node: UnixSocket): string {
	const out = [
		node.protocol.value.padEnd(5),
		printNumber(node.references).padEnd(6),
		["[", ...node.flags, "]"].join(" ").padEnd(11),
		node.kind.value.padEnd(10),
		(node.state?.value ?? "").padEnd(13),
		node.flavor === undefined ? printNumber(node.inode).padEnd(8) : printNumber(node.inode).padStart(6),
	];
	const owner = process(node);
	if (owner !== undefined) out.push(owner);
	return `${out.join(" ")} ${node.path?.value ?? ""}`;
}
