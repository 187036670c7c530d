import { shellWord } from "@netfossil/capture";
import { bitsOf, familyOf, holds, hostLength } from "../address.ts";
import type { Fate } from "../fate.ts";
import { ICMP, type Packet, protocolName } from "../packet.ts";
import type { Record } from "../run.ts";
import { type Cite, type Kernel, type Namespace, placeName, type RuleRef } from "../state/kernel.ts";

/** A packet that is lost, and where it came by. */
export interface Lost {
	readonly fate: Fate;
	readonly way: Record;
	/** Whom the packet was for, where it never left. */
	readonly dst: string;
	/** It is the answer. */
	readonly answering?: boolean;
	/** Where the packet itself came by, and the machines there. */
	readonly forth: Record;
	readonly kernel: Kernel;
	/** An address that stands for any sender. */
	readonly anybody?: string | undefined;
}

/** What would have to change, for a packet that is lost; none where the way itself is all right. */
export function remedies(lost: Lost): string[] {
	const { anybody } = lost;
	return remediesOf(lost).map((each) =>
		anybody === undefined
			? each
			: each.replaceAll(` -s ${anybody}`, "").replaceAll(` -d ${anybody}`, "").replaceAll(anybody, "SOURCE"),
	);
}

function remediesOf(lost: Lost): string[] {
	const { fate, way, dst, answering = false } = lost;
	const { packet } = way;
	const route = (at: Namespace, address: string): string =>
		answering ? routeBack(lost, at, address) : routeTo(at, address);
	switch (fate.type) {
		case "delivered":
			return [];
		case "refused":
			return [
				`something must listen on ${protocolName(fate.packet.protocol)} port ${fate.packet.dport} in ${placeName(fate.at)}, at ${fate.packet.dst} or at all addresses`,
			];
		case "rejected":
			return beforeRule(fate.rule, packet);
		case "dropped":
			return ofDrop(fate, lost, route);
		case "unreachable": {
			const { at, icmp, cite } = fate;
			// Which of the routes of a circle is wrong, nothing tells.
			if (icmp.type === 11 || (icmp.type === 3 && familyOf(dst) === 6)) return [];
			if (cite !== undefined && /\bNO-CARRIER\b/.test(cite.text)) return [carrier(cite)];
			const asked = at.neighbours.some((each) => each.cite === cite);
			if (cite !== undefined && !asked) return otherRoute(cite, route(at, packet?.dst ?? dst));
			// 3/0 and 1/0: no route at all.
			return icmp.code === 0
				? [route(at, packet?.dst ?? dst)]
				: [
						`the machine must be up and answer there; or, if it is elsewhere, ${route(at, packet?.dst ?? dst)}`,
					];
		}
		case "no-route":
			return fate.cite === undefined ? [route(fate.at, dst)] : otherRoute(fate.cite, route(fate.at, dst));
		case "unknown":
			return fate.gap.command === undefined ? [] : [`save there: ${fate.gap.command}`];
	}
}

/** A command, as it is typed on the host of a namespace. */
function typed({ netns }: { readonly netns: string | null }, command: string): string {
	if (netns === null) return command;
	const container = /^container:(.+)$/.exec(netns)?.[1];
	if (container !== undefined)
		return `nsenter --net=$(docker inspect -f '{{.NetworkSettings.SandboxKey}}' ${shellWord(container)}) ${command}`;
	// Docker's own are not in the folder of `ip netns`.
	return /^(?:ingress_sbox|lb_.*|1-.*|[0-9a-f]{12})$/.test(netns)
		? `nsenter --net=/var/run/docker/netns/${shellWord(netns)} ${command}`
		: `ip netns exec ${shellWord(netns)} ${command}`;
}

const on = (place: { readonly host: string; readonly netns: string | null }, command: string): string =>
	`on ${place.host}: ${typed(place, command)}`;

const ip = (address: string): string => (familyOf(address) === 6 ? "ip -6" : "ip");

const routeTo = (at: Namespace, address: string, gateway = "GATEWAY"): string =>
	on(at, `${ip(address)} route add ${address}/${hostLength(familyOf(address))} via ${gateway}`);

/** A route to the sender: by the router that the packet came by, where that was saved. */
function routeBack({ forth, kernel }: Lost, at: Namespace, address: string): string {
	const came = forth.hops.findLastIndex(
		({ host, netns, dir }) => host === at.host && netns === at.netns && dir === "in",
	);
	const networks = at.devices.get(forth.hops[came]?.iface ?? "")?.addresses ?? [];
	for (const hop of forth.hops.slice(0, Math.max(came, 0)).reverse()) {
		if (hop.dir !== "out") continue;
		const from = kernel.namespaces.find(({ host, netns }) => host === hop.host && netns === hop.netns);
		const router = from?.devices.get(hop.iface)?.addresses.find((each) => {
			const bits = bitsOf(each.address);
			return bits !== undefined && networks.some(({ network }) => holds(network, bits));
		});
		if (router === undefined || familyOf(router.address) !== familyOf(address)) continue;
		if (router.address === address) break;
		return routeTo(at, address, router.address);
	}
	return routeTo(at, address);
}

const carrier = ({ file, line }: Cite): string =>
	`the link must come up at both ends: it had no carrier when ${file}:${line} was saved`;

const otherRoute = ({ file, line, text }: Cite, route: string): string[] => [
	`the route at ${file}:${line} (${text}) must go, or a longer one come beside it; ${route}`,
];

function ofDrop(
	{ at, reason, rule, table, chain, cite }: Extract<Fate, { type: "dropped" }>,
	lost: Lost,
	route: (at: Namespace, address: string) => string,
): string[] {
	const { packet, hops } = lost.way;
	if (rule !== undefined) return beforeRule(rule, packet);
	// Where it came in last.
	const iface = shellWord(hops.at(-1)?.iface ?? "IFACE");
	const six = packet?.family === 6;
	switch (reason) {
		case "policy":
			return [
				`a rule must accept it before the policy: ${on(at, `${six ? "ip6tables" : "iptables"} -t ${table} -A ${shellWord(chain ?? "")}${matching(packet)} -j ACCEPT`)}`,
			];
		case "rp_filter":
			return [
				`the route back to ${packet?.src ?? "the sender"} must lead by ${iface}: ${routeBack({ ...lost, forth: lost.way }, at, packet?.src ?? "ADDRESS")} dev ${iface}`,
				`or the check must be looser, if some other route leads back: ${on(at, `sysctl -w net.ipv4.conf.${iface}.rp_filter=2`)}`,
			];
		case "forwarding-off":
			return [on(at, `sysctl -w ${six ? "net.ipv6.conf.all.forwarding" : "net.ipv4.ip_forward"}=1`)];
		case "bridge-hairpin-off":
			return [on(at, `bridge link set dev ${iface} hairpin on`)];
		case "blackhole":
		case "no-route":
		case "no-route-after-dnat":
			if (cite !== undefined) return otherRoute(cite, route(at, packet?.dst ?? "ADDRESS"));
			return packet === undefined ? [] : [route(at, packet.dst)];
		case "no-answer":
			if (lost.answering)
				return [
					"it must come back through the machine that translated the packet, so that it comes from where that was sent to",
				];
			return packet === undefined ? [] : [routeBack(lost, at, packet.src)];
		default:
			return cite !== undefined && /\bNO-CARRIER\b/.test(cite.text) ? [carrier(cite)] : [];
	}
}

/** ` -s 10.0.0.5/32 -d 10.0.0.9/32 -p tcp --dport 443`: this very packet. */
function matching(packet: Packet | undefined): string {
	if (packet === undefined) return " …";
	const { src, dst, protocol, dport, icmp } = packet;
	const port = icmp === undefined && dport !== null ? ` --dport ${dport}` : "";
	const type =
		icmp === undefined ? "" : ` --${protocol === ICMP ? "icmp" : "icmpv6"}-type ${icmp.type}/${icmp.code}`;
	return ` -s ${src} -d ${dst} -p ${protocolName(protocol)}${port}${type}`;
}

/** The rule must go, or another must come before it. */
function beforeRule(rule: RuleRef, packet: Packet | undefined): string[] {
	const { family, table, chain, index, cite } = rule;
	const program = `${family === "ipv4" ? "iptables" : "ip6tables"} -t ${table}`;
	return [
		`a rule before it must take the packet: ${on(rule, `${program} -I ${shellWord(chain)} ${index ?? 1}${matching(packet)} -j ACCEPT`)}`,
		`or the rule${cite === undefined ? "" : ` at ${cite.file}:${cite.line}`} must go: ${on(rule, `${program} -D ${shellWord(chain)} ${index ?? "NUMBER"}`)}`,
	];
}
