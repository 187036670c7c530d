import type { ParsedDump } from "@netfossil/capture";
import type { IpNeighDump } from "@netfossil/iproute";
import type { Observations } from "../observations.ts";

/** The neighbours whose link-layer addresses are known; multicast, which has none of its own, is left out. */
export function collectIpNeigh(parsed: ParsedDump<IpNeighDump>, into: Observations): void {
	for (const node of parsed.ast.statements) {
		if (node.type !== "neighbour" || node.address?.type !== "ip") continue;
		const states = node.states ?? [];
		if (states.includes("FAILED") && node.dev !== undefined) {
			const quote = { parsed, span: node };
			into.unanswered.push({
				scope: parsed.dump.scope,
				quote,
				address: node.address.value,
				dev: node.dev.value,
			});
		}
		if (node.lladdr?.type !== "mac") continue;
		if (states.includes("NOARP") || states.includes("FAILED")) continue;
		into.neighbours.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: node },
			address: node.address.value,
			mac: node.lladdr.value,
			...(node.dev && { dev: node.dev.value }),
			permanent: states.includes("PERMANENT"),
		});
	}
}
