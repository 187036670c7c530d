import { printAddress, printLine, printPlain } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type {
	Connection,
	DaemonLine,
	IpvsadmList,
	ListStatement,
	RealServer,
	ServiceKey,
	Traffic,
	VirtualService,
} from "../ast.ts";
import { printEndpoint } from "../endpoint.ts";
import { FORWARD } from "../forwarding.ts";
import { printVersion } from "../version.ts";
import { printTitles } from "./titles.ts";
import { printTunnelInfo } from "./tunnel-info.ts";

/** Prints a table as `ipvsadm` does. */
export function printList(ast: IpvsadmList): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: ListStatement): string {
	switch (node.type) {
		case "version":
			return printLine(node, printVersion(node));
		case "columns":
			return printLine(node, printTitles(node));
		case "service":
			return printLine(node, service(node));
		case "real-server":
			return printLine(node, realServer(node));
		case "connections":
			return printLine(node, "IPVS connection entries");
		case "connection":
			return printLine(node, connection(node));
		case "timeout":
			return printLine(node, `Timeout (tcp tcpfin udp): ${node.tcp} ${node.tcpfin} ${node.udp}`);
		case "daemon":
			return printLine(node, daemon(node));
		case "error":
			return printLine(node, node.text);
		default:
			return printPlain(node);
	}
}

function service(node: VirtualService): string {
	const counters = node.stats ?? node.rate;
	// "%-33s", then the numbers
	if (counters) return key(node.key).padEnd(33) + traffic(counters);
	const words = [key(node.key)];
	if (node.scheduler) words.push(node.scheduler.value);
	if (node.persistent) words.push("persistent", String(node.persistent.timeout));
	if (node.persistent?.mask !== undefined) words.push("mask", node.persistent.mask);
	if (node.engine !== undefined) words.push("pe", node.engine);
	if (node.onePacket) words.push("ops");
	if (node.flags) words.push(`(${node.flags.join(",")})`);
	return words.join(" ");
}

function key(node: ServiceKey): string {
	if (node.type === "fwmark") return `FWM  ${printNumber(node.mark)}${node.family === 6 ? " IPv6" : ""}`;
	return `${node.protocol.toUpperCase().padEnd(4)} ${printEndpoint(node)}`;
}

/**
 * print_dest_entry, by columns:
 *
 * ```
 * "  -> %-28s %-7s %-6d %-10u %-10u"         the default
 * "  -> %-28s %-7s %-13s %-6d %-10u %-10u"   --tun-info
 * "  -> %-28s %-10u %-10u %-10u %-10u"       --thresholds
 * "  -> %-28s %-9u %-11u %-10u %-10u"        --persistent-conn
 * "  -> %-28s", then the numbers             --stats, --rate
 * ```
 */
function realServer(node: RealServer): string {
	const counters = node.stats ?? node.rate;
	const name = `  -> ${printEndpoint(node).padEnd(28)}`;
	if (counters) return name + traffic(counters);
	const columns = [name];
	const column = (value: string | number | undefined, width: number): void => {
		if (value !== undefined) columns.push(String(value).padEnd(width));
	};
	column(node.forwarding && FORWARD[node.forwarding], 7);
	column(node.tunnelInfo && printTunnelInfo(node.tunnelInfo), 13);
	column(node.thresholds?.upper, 10);
	column(node.thresholds?.lower, 10);
	column(node.weight, node.persistentConnections === undefined ? 6 : 9);
	column(node.persistentConnections, 11);
	column(node.activeConnections, 10);
	column(node.inactiveConnections, 10);
	return columns.join(" ");
}

/** print_largenum: "%9llu", "%8lluK" …; `--exact` widens, and leaves a blank before the number too. */
function traffic(node: Traffic): string {
	const numbers = [node.connections, node.inPackets, node.outPackets, node.inBytes, node.outBytes];
	return numbers.map((number) => ` ${printNumber(number).padStart(8)}`).join("");
}

/** print_conn: "%-3s %-6s %-11s %-18s %-18s %s", with an engine "%-3s %-6s %-11s %-18s %-18s %-16s %-18s %s" */
function connection(node: Connection): string {
	const two = (number: number): string => String(number).padStart(2, "0");
	const expires = `${two(Math.floor(node.expires / 60))}:${two(node.expires % 60)}`;
	const destination = printEndpoint(node.destination);
	const columns = [
		node.protocol.value.padEnd(3),
		expires.padEnd(6),
		node.state.value.padEnd(11),
		printEndpoint(node.source).padEnd(18),
		printEndpoint(node.virtual).padEnd(18),
	];
	if (!node.engine) return [...columns, destination].join(" ");
	return [...columns, destination.padEnd(16), node.engine.value.padEnd(18), node.engineData?.value].join(" ");
}

function daemon(node: DaemonLine): string {
	const words = [`mcast=${node.interface.value}`, `syncid=${node.syncid}`];
	if (node.maxlen !== undefined) words.push(`maxlen=${node.maxlen}`);
	if (node.group) words.push(`group=${printAddress(node.group)}`);
	if (node.port !== undefined) words.push(`port=${node.port}`);
	if (node.ttl !== undefined) words.push(`ttl=${node.ttl}`);
	return `${node.state} sync daemon (${words.join(", ")})`;
}
