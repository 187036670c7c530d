import {
	addressId,
	containerId,
	endpointId,
	hostId,
	interfaceId,
	ipvsServiceId,
	localNetworkId,
	netnsId,
	overlayId,
	realServerId,
	serviceId,
	taskId,
	vtepId,
} from "../ids.ts";
import type { Value } from "../model.ts";
import type { ModelHost, ModelNetwork } from "./model.ts";

/** What the nodes of a topology of a network say of themselves, by id and name, when every dump was saved. */
export function attributesOf(network: ModelNetwork): Map<string, Readonly<Record<string, Value>>> {
	const all = new Map<string, Readonly<Record<string, Value>>>();
	for (const host of network.hosts) ofHost(host, all);
	for (const { id, name, ingress, encrypted, vni } of network.overlays) {
		const is = { ...(ingress && { ingress }), ...(encrypted && { encrypted }) };
		all.set(overlayId(id), { name, driver: "overlay", vxlanIds: [vni], ...is });
	}
	for (const { name, id, image, tasks } of network.services) {
		all.set(serviceId(name), { id: id.slice(0, 12), image, replicas: `${tasks.length}/${tasks.length}` });
		for (const task of tasks) all.set(taskId(serviceId(name), task.id), { node: task.host });
	}
	return all;
}

function ofHost(host: ModelHost, all: Map<string, Readonly<Record<string, Value>>>): void {
	const at = hostId(host.name);
	for (const netns of host.namespaces) {
		const where = netnsId(at, netns.name);
		for (const link of netns.links) {
			const kind = link.kind === "loopback" || link.kind === "card" ? undefined : link.kind;
			all.set(interfaceId(where, link.name), {
				index: link.index,
				mac: link.mac,
				mtu: link.mtu,
				...(kind !== undefined && { kind }),
				...(link.vlan !== undefined && { vlanId: link.vlan.id }),
				...(kind === "bond" && { mode: "active-backup" }),
			});
			if (link.vxlan !== undefined) all.set(vtepId(where, link.name), { vxlanId: link.vxlan.id });
			for (const { address } of link.addresses) {
				const scope = link.name === "lo" ? "host" : address.startsWith("fe80:") ? "link" : "global";
				all.set(addressId(where, address), { scope });
			}
		}
		for (const { mark, servers } of netns.balanced) {
			const service = ipvsServiceId(where, `fwmark ${mark}`);
			all.set(service, { fwmark: mark, scheduler: "rr" });
			for (const { address } of servers)
				all.set(realServerId(service, `${address}:0`), { forwarding: "masquerade", weight: 1 });
		}
	}
	const { networks = [], containers = [], endpoints = [] } = host.engine ?? {};
	for (const { name, driver } of networks) all.set(localNetworkId(at, name), { name, driver });
	for (const { id, name, image } of containers) all.set(containerId(at, id.slice(0, 12)), { name, image });
	for (const { network, key, mac, address } of endpoints) {
		const local = networks.find(({ id }) => id === network);
		const of = local === undefined ? overlayId(network) : localNetworkId(at, local.name);
		all.set(endpointId(of, host.name, key), { mac, address });
	}
}
