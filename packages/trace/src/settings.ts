import type { Run } from "./run.ts";
import type { Namespace } from "./state/kernel.ts";

/** How the two switches of an interface and of all go together (`IN_DEV_*` in include/linux/inetdevice.h). */
const TOGETHER: Readonly<Record<string, "or" | "and" | "own" | "max">> = {
	accept_local: "or",
	route_localnet: "or",
	src_valid_mark: "or",
	arp_announce: "max",
	arp_filter: "or",
	arp_ignore: "max",
	proxy_arp: "or",
	forwarding: "own",
	rp_filter: "max",
};

/** What is taken where no dump says, with the reason that people are told. */
const DEFAULTS: readonly (readonly [pattern: RegExp, value: number, reason: string | undefined])[] = [
	[
		/^net\.ipv4\.conf\..*\.forwarding$/,
		1,
		"forwarding of IPv4 is taken to be on, as Docker and routers have it",
	],
	[/^net\.ipv6\.conf\..*\.forwarding$/, 1, "forwarding of IPv6 is taken to be on"],
	[
		/^net\.bridge\.bridge-nf-call-ip6?tables$/,
		1,
		"bridge-nf-call-iptables is taken to be 1, as br_netfilter sets it when it is loaded",
	],
	[/\.rp_filter$/, 0, "rp_filter is taken to be 0, the kernel's own value"],
	[
		/^net\.ipv4\.conf\.docker_gwbridge\.route_localnet$/,
		1,
		"route_localnet is taken to be 1 on docker_gwbridge, as Swarm sets it",
	],
	[/^net\.ipv4\.vs\.conntrack$/, 1, "IPVS is taken to track its connections, as Docker sets it"],
	[/^net\.ipv4\.ip_default_ttl$/, 64, undefined],
	[/^net\.ipv6\.conf\..*\.hop_limit$/, 64, undefined],
];

/** `ip4_dst_hoplimit`, `ip6_dst_hoplimit`: how far what leaves by an interface may go. */
export const hopLimit = (run: Run, namespace: Namespace, family: 4 | 6, iface: string): number =>
	family === 4
		? setting(run, namespace, "net.ipv4.ip_default_ttl")
		: setting(run, namespace, "net.ipv6.conf.*.hop_limit", iface);

/**
 * A setting, or what it is taken to be. `*` in the key is the interface: the switch for all goes with its own
 * by the rule of that setting.
 */
export function setting(run: Run, namespace: Namespace, key: string, iface?: string): number {
	if (iface === undefined || !key.includes("*")) return one(run, namespace, key);
	const how = TOGETHER[key.slice(key.lastIndexOf(".") + 1)] ?? "own";
	// sysctl writes a dot in a name as a slash.
	const own = key.replace("*", iface.replaceAll(".", "/"));
	if (how === "own") {
		if (!namespace.settings.has(own) && key.endsWith(".forwarding")) {
			const all =
				namespace.settings.get("net.ipv4.conf.all.forwarding") ??
				namespace.settings.get("net.ipv4.ip_forward");
			if (all !== undefined) return all;
		}
		return one(run, namespace, own);
	}
	const all = one(run, namespace, key.replace("*", "all"));
	const mine = one(run, namespace, own);
	return how === "max"
		? Math.max(all, mine)
		: how === "or"
			? Number(all !== 0 || mine !== 0)
			: Number(all !== 0 && mine !== 0);
}

function one(run: Run, namespace: Namespace, key: string): number {
	const told = namespace.settings.get(key);
	if (told !== undefined) return told;
	for (const [pattern, value, reason] of DEFAULTS) {
		if (!pattern.test(key)) continue;
		if (reason !== undefined) run.assume(namespace, reason, `sysctl ${key}`);
		return value;
	}
	return 0;
}
