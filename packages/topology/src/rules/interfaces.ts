import type { Context, Rule } from "../context.ts";
import { observed, proof } from "../evidence.ts";
import { addressId, interfaceId, vtepId } from "../ids.ts";
import type { Evidence, Value } from "../model.ts";
import type { InterfaceLine } from "../observations.ts";

/** Interfaces, their addresses, and the bridges and bonds that they are ports of. */
export const interfaces: Rule = {
	id: "interfaces",
	concludes:
		"Each interface that a dump of a namespace lists is a node, with its addresses and its master: the bridge, bond, team or VRF that it is a port of. `ip`, `bridge link`, `brctl`, `ifconfig`, /proc/net/bonding and /proc/net/vlan tell of the same ones.",
	certainty: ["observed"],
	contradictedBy: "another dump that says something else of the same interface: both are kept as a conflict",
	apply(context) {
		const { seen, graph, who } = context;
		for (const row of seen.interfaces) line(context, row);
		// A master may stand behind its ports in a dump, or in another dump.
		for (const row of [...seen.interfaces, ...seen.ports]) {
			if (row.master === undefined) continue;
			const netns = who.netns(row.scope);
			const port = interfaceId(netns, row.name);
			const master = interfaceId(netns, row.master);
			const evidence = observed(row.quote);
			for (const [id, name] of [
				[port, row.name],
				[master, row.master],
			] as const) {
				if (!graph.has(id)) graph.node("interface", id, name, evidence);
				graph.edge("contains", netns, id, evidence);
			}
			graph.edge("enslaved-to", port, master, evidence);
		}
		addresses(context);
	},
};

function line({ graph, who }: Context, row: InterfaceLine): void {
	const netns = who.netns(row.scope);
	const evidence = observed(row.quote);
	const id = graph.node("interface", interfaceId(netns, row.name), row.name, evidence);
	graph.edge("contains", netns, id, evidence);
	const { index, peerIndex, peerNetnsid, peerNetns, mac, mtu, state, kind, vlanId, flags, details } = row;
	const said = { index, peerIndex, peerNetnsid, peerNetns, mac, mtu, state, kind, vlanId, flags, ...details };
	setAll(graph, id, said, evidence);
	if (row.misprint !== undefined) {
		const because = proof("observed", "ip-address", [row.quote], row.misprint);
		graph.set(id, "mDown", "printed, but no fault", because);
	}
	const isVtep = row.vxlanId !== undefined || /^vxlan\d*$/.test(row.name) || row.kind === "vxlan";
	if (!isVtep && row.tunnel === undefined) return;
	const vtep = graph.node("vtep", vtepId(netns, row.name), row.name, evidence);
	graph.edge("same-entity", vtep, id, evidence);
	const { local, remote, receives, sends } = row.tunnel ?? {};
	setAll(graph, vtep, { vxlanId: row.vxlanId, local, remote, receives, sends }, evidence);
}

function setAll(
	graph: Context["graph"],
	id: string,
	said: { readonly [name: string]: Value | undefined },
	evidence: Evidence,
): void {
	for (const [name, value] of Object.entries(said)) {
		if (value !== undefined) graph.set(id, name, value, evidence);
	}
}

function addresses({ seen, graph, who }: Context): void {
	for (const row of seen.addresses) {
		const netns = who.netns(row.scope);
		const because = `the kernel makes the route to ${row.address}/${row.length}'s subnet of the address`;
		const evidence =
			row.fromRoute === undefined
				? observed(row.quote)
				: proof("derived", "route-address", [row.quote], because);
		const id = graph.node("address", addressId(netns, row.address), row.address, evidence);
		const owner = interfaceId(netns, row.interface);
		// A route names the interface, though no dump of the namespace's interfaces need be there.
		if (!graph.has(owner)) {
			graph.node("interface", owner, row.interface, evidence);
			graph.edge("contains", netns, owner, evidence);
		}
		graph.edge("has-address", owner, id, evidence, { length: row.length });
		if (row.kernelScope !== undefined) graph.set(id, "scope", row.kernelScope, evidence);
		if (row.peer !== undefined) graph.set(id, "peer", row.peer, evidence);
	}
}
