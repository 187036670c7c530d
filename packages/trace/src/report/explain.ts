import type { Fate } from "../fate.ts";
import { protocolName } from "../packet.ts";
import { placeName, type RuleRef } from "../state/kernel.ts";

/** What would have to change, for a packet that is lost; none where the way itself is all right. */
export function remedies(fate: Fate): string[] {
	switch (fate.type) {
		case "delivered":
			return [];
		case "refused":
			return [
				`something must listen on ${protocolName(fate.packet.protocol)} port ${fate.packet.dport} in ${placeName(fate.at)}`,
			];
		case "rejected":
			return beforeRule(fate.rule);
		case "dropped":
			return ofDrop(fate);
		case "unreachable":
			return [`${placeName(fate.at)}: ${fate.why}; see ip route and ip neigh there`];
		case "no-route":
			return [`${placeName(fate.at)} needs a route, as by: ip route add NETWORK via GATEWAY`];
		case "unknown":
			return fate.gap.command === undefined ? [] : [`save there: ${fate.gap.command}`];
	}
}

function ofDrop({ at, reason, why, rule, table, chain }: Extract<Fate, { type: "dropped" }>): string[] {
	const where = placeName(at);
	if (rule !== undefined) return beforeRule(rule);
	switch (reason) {
		case "policy":
			return [
				`on ${where} a rule in ${chain} must accept it, as by: iptables -t ${table} -A ${chain} … -j ACCEPT`,
			];
		case "rp_filter":
			return [
				`on ${where} the way back must go by the same interface, or rp_filter must be 0 or 2 there and in all: ${why}`,
			];
		case "forwarding-off":
			return [`on ${where}: sysctl -w net.ipv4.ip_forward=1`];
		case "bridge-hairpin-off":
			return [`on ${where} the port must be a hairpin port: bridge link set dev PORT hairpin on`];
		case "no-route":
		case "blackhole":
		case "no-answer":
		case "no-route-after-dnat":
			return [`on ${where}: ${why}`];
		default:
			return [];
	}
}

/** The rule must go, or another must come before it. */
function beforeRule({ host, netns, family, table, chain, index }: RuleRef): string[] {
	const program = family === "ipv4" ? "iptables" : "ip6tables";
	const inside = netns === null ? "" : `ip netns exec ${netns} `;
	return [
		`on ${host} a rule before it must accept the packet: ${inside}${program} -t ${table} -I ${chain} ${index ?? 1} … -j ACCEPT`,
		`or the rule must go: ${inside}${program} -t ${table} -D ${chain} ${index ?? "NUMBER"}`,
	];
}
