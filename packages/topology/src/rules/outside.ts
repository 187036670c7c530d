import type { Context } from "../context.ts";

/** Kinds that lead to nobody outside of the host by themselves. */
const INSIDE =
	/^(?:dummy|ifb|vxlan|geneve|gre|gretap|ip6gre|ip6gretap|ipip|sit|ip6tnl|vti6?|wireguard|tun|nlmon|vrf|netkit)$/;

/** Names that container engines and hypervisors give the bridges of their own networks. */
const ENGINES =
	/^(?:docker\d+|docker_gwbridge|br-[0-9a-f]{12}|virbr\d+|cni\d+|cni-podman\d+|podman\d+|cbr0|kube-bridge|lxcbr\d+|lxdbr\d+|flannel\S*|cali\S*|tun\d+|tap\S*)$/;

/**
 * Whether an interface leads out of its host: a network card, or a VLAN, bond, bridge or macvlan that stands on
 * one. What has its other end in another namespace of the host does not.
 */
export function leadsOutside(context: Context, id: string, depth = 0): boolean {
	const { graph, links } = context;
	const link = links.get(id);
	if (link === undefined || depth > 8 || ENGINES.test(link.name)) return false;
	if (INSIDE.test(link.kind ?? "")) return false;
	if (link.lines.some(({ linkType }) => linkType !== undefined && linkType !== "ether")) return false;
	if (graph.targets("veth-peer", id).length + graph.origins("veth-peer", id).length > 0) return false;
	const below = graph.targets("lower-device", id);
	if (below.length > 0) return below.some((each) => leadsOutside(context, each, depth + 1));
	const ports = graph.origins("enslaved-to", id);
	if (ports.length > 0) return ports.some((each) => leadsOutside(context, each, depth + 1));
	if (link.kind === "bridge" || link.kind === "bond" || link.kind === "team") return false;
	if (/^(?:macvlan|macvtap|ipvlan|ipvtap|vlan)$/.test(link.kind ?? "")) return true;
	if (/^veth/.test(link.name)) return false;
	// In a container, `eth0@if7` leads to the host; a card that was given to it has no `@`.
	const tied = link.lines.some(
		({ peerIndex, peerName }) => peerIndex !== undefined || peerName !== undefined,
	);
	return link.scope.place.type === "host" || !tied;
}
