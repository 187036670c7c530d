import { type Blank, printAddress, printLine, printPlain, type Unparsed } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type {
	Connection,
	Endpoint,
	ProcNetIpVs,
	ProcStatement,
	RealServer,
	ServiceKey,
	Traffic,
	VirtualService,
} from "../ast.ts";
import { FORWARD } from "../forwarding.ts";
import { printVersion } from "../version.ts";
import { hex } from "./hex.ts";
import { printMask } from "./mask.ts";

/** Prints the files of /proc/net as the kernel does. */
export function printProc(ast: ProcNetIpVs): string {
	return ast.statements
		.map((node) =>
			node.type === "blank" || node.type === "unparsed" ? printPlain(node) : printLine(node, printBody(node)),
		)
		.join("");
}

/** A line as the kernel prints it, with the blanks at its end. */
export function printBody(node: Exclude<ProcStatement, Blank | Unparsed>): string {
	switch (node.type) {
		case "version":
			return printVersion(node);
		case "titles":
			return node.text;
		case "service":
			return service(node);
		case "real-server":
			return realServer(node);
		case "connection":
			return connection(node);
		case "traffic":
			return traffic(node.stats ?? node.rate!);
	}
}

/**
 * ip_vs_info_seq_show:
 *
 * ```
 * "%s  [%pI6]:%04X %s "       IPv6
 * "%s  %08X:%04X %s %s "      IPv4, with "ops " or nothing as the last
 * "FWM  %08X %s %s"           a mark, the same
 * "persistent %d %08X"        behind each of them
 * ```
 */
function service(node: VirtualService): string {
	const ops = node.onePacket ? "ops " : "";
	const v6 = node.key.type === "address" && node.key.address.type === "ip" && node.key.address.family === 6;
	const gap = node.key.type === "fwmark" || v6 ? ops : `${ops} `;
	const head = `${key(node.key)} ${node.scheduler?.value} ${gap}`;
	return node.persistent
		? `${head}persistent ${node.persistent.jiffies} ${printMask(node.persistent, node.key)}`
		: head;
}

function key(node: ServiceKey): string {
	if (node.type === "fwmark") return `FWM  ${printNumber(node.mark)}`;
	return `${node.protocol.toUpperCase()}  ${endpoint(node)}`;
}

/** "  -> %08X:%04X      %-7s %-6d %-10d %-10d" */
function realServer(node: RealServer): string {
	const column = (value: string | number | undefined, width: number): string => String(value).padEnd(width);
	return [
		`  -> ${endpoint(node)}     `,
		column(node.forwarding && FORWARD[node.forwarding], 7),
		column(node.weight, 6),
		column(node.activeConnections, 10),
		column(node.inactiveConnections, 10),
	].join(" ");
}

/** ip_vs_conn_seq_show: "%-3s %08X %04X %08X %04X %08X %04X %-11s %7u%s" */
function connection(node: Connection): string {
	const ends = [node.source, node.virtual, node.destination].map(
		(end) => `${address(end)} ${hex(end.port.number ?? 0, 4)}`,
	);
	const words = [node.protocol.value.padEnd(3), ...ends, node.state.value.padEnd(11)];
	words.push(String(node.expires).padStart(7));
	if (node.engine) words.push(node.engine.value, node.engineData?.value ?? "");
	return words.join(" ");
}

/** ip_vs_stats_show: "%8LX %8LX %8LX %16LX %16LX" */
function traffic({ connections, inPackets, outPackets, inBytes, outBytes }: Traffic): string {
	return [
		...[connections, inPackets, outPackets].map((number) => printNumber(number).padStart(8)),
		...[inBytes, outBytes].map((number) => printNumber(number).padStart(16)),
	].join(" ");
}

function endpoint(node: Endpoint): string {
	const v6 = node.address.type === "ip" && node.address.family === 6;
	const host = v6 ? `[${address(node)}]` : address(node);
	return `${host}:${hex(node.port.number ?? 0, 4)}`;
}

function address(node: Endpoint): string {
	return node.address.type === "ip" ? printAddress(node.address) : node.address.value;
}
