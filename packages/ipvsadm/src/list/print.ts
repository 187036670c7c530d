import { printLine, printPlain } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type {
	Forwarding,
	IpvsadmList,
	ListStatement,
	RealServer,
	ServiceKey,
	VirtualService,
} from "../ast.ts";
import { printEndpoint } from "../endpoint.ts";

const FORWARD: Record<Forwarding, string> = {
	masquerade: "Masq",
	route: "Route",
	tunnel: "Tunnel",
	local: "Local",
};

/** Prints a table as `ipvsadm` does. */
export function printList(ast: IpvsadmList): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: ListStatement): string {
	switch (node.type) {
		case "version":
			return printLine(node, `IP Virtual Server version ${node.version} (size=${node.size})`);
		case "columns": {
			const title = node.of === "service" ? "Prot LocalAddress:Port" : "  -> RemoteAddress:Port          ";
			return printLine(node, [title, ...node.titles].join(" "));
		}
		case "service":
			return printLine(node, service(node));
		case "real-server":
			return printLine(node, realServer(node));
		default:
			return printPlain(node);
	}
}

function service(node: VirtualService): string {
	const words = [key(node.key), node.scheduler.value];
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

/** print_dest_entry: `"  -> %-28s %-7s %-6d %-10u %-10u\n"` */
function realServer(node: RealServer): string {
	return [
		`  -> ${printEndpoint(node).padEnd(28)}`,
		FORWARD[node.forwarding].padEnd(7),
		String(node.weight).padEnd(6),
		String(node.activeConnections).padEnd(10),
		String(node.inactiveConnections).padEnd(10),
	].join(" ");
}
