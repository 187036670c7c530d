import type { ParsedDump } from "@netfossil/capture";
import { type ConntrackDump, translationOf } from "@netfossil/kernel";
import type { Observations } from "../observations.ts";

/** The connections whose packets go elsewhere than they were sent: what a rule or IPVS did. */
export function collectConntrack(parsed: ParsedDump<ConntrackDump>, into: Observations): void {
	for (const node of parsed.ast.statements) {
		if (node.type !== "connection") continue;
		const { destination } = translationOf(node);
		if (destination === undefined) continue;
		const port = node.original.destinationPort?.number;
		into.connections.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: node },
			protocol: node.protocol.name.value,
			sentTo: { address: node.original.destination.value, ...(port !== undefined && { port }) },
			goesTo: destination,
		});
	}
}
