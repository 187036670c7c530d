import { printLine, printPlain } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type {
	AddressKey,
	Forwarding,
	IpvsadmSave,
	SavedRealServer,
	SaveStatement,
	ServiceKey,
	TunnelOptions,
	VirtualService,
} from "../ast.ts";
import { printEndpoint } from "../endpoint.ts";

const FLAG: Record<AddressKey["protocol"], string> = { tcp: "-t", udp: "-u", sctp: "--sctp-service" };

// `ipvsadm -S` writes a local real server as a routed one; the kernel finds out again that it is local.
const FORWARD: Record<Forwarding, string> = { masquerade: "-m", route: "-g", tunnel: "-i", local: "-g" };

const CHECKSUM: Record<NonNullable<TunnelOptions["checksum"]>, string> = {
	none: "--tun-nocsum",
	checksum: "--tun-csum",
	"remote-checksum": "--tun-remcsum",
};

/** Prints a table as `ipvsadm -S` does. */
export function printSave(ast: IpvsadmSave): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: SaveStatement): string {
	switch (node.type) {
		case "service":
			return printLine(node, service(node));
		case "real-server":
			return printLine(node, realServer(node));
		case "error":
			return printLine(node, node.text);
		default:
			return printPlain(node);
	}
}

function service(node: VirtualService): string {
	const words = ["-A", key(node.key)];
	if (node.scheduler) words.push("-s", node.scheduler.value);
	if (node.persistent) words.push("-p", String(node.persistent.timeout));
	if (node.persistent?.mask !== undefined) words.push("-M", node.persistent.mask);
	const undashed = (word: "pe" | "ops"): boolean => node.undashed?.includes(word) ?? false;
	if (node.engine !== undefined) words.push(undashed("pe") ? "pe" : "--pe", node.engine);
	if (node.onePacket) words.push(undashed("ops") ? "ops" : "-o");
	if (node.flags) words.push("-b", node.flags.join(","));
	return words.join(" ");
}

function realServer(node: SavedRealServer): string {
	const words = ["-a", key(node.service), "-r", printEndpoint(node), FORWARD[node.forwarding]];
	words.push("-w", String(node.weight));
	if (node.tunnel) words.push("--tun-type", node.tunnel.type);
	if (node.tunnel?.port !== undefined) words.push("--tun-port", String(node.tunnel.port));
	if (node.tunnel?.checksum) words.push(CHECKSUM[node.tunnel.checksum]);
	return words.join(" ");
}

function key(node: ServiceKey): string {
	if (node.type === "fwmark") return `-f ${printNumber(node.mark)}${node.family === 6 ? " -6" : ""}`;
	return `${FLAG[node.protocol]} ${printEndpoint(node)}`;
}
