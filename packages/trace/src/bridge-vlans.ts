import type { Device, Namespace, PortVlan } from "./state/kernel.ts";
import { outerTag, popTag, type Tags } from "./tags.ts";

const vlansOf = ({ portVlans }: Namespace, port: Device): PortVlan[] =>
	portVlans.filter(({ device }) => device === port.name);

/**
 * `br_allowed_ingress`: the tags of a frame that comes in by a port, the outermost for the VLAN that it is in;
 * a frame without a tag is in the port's own. Undefined: the port does not take it.
 */
export function ingressTags(
	namespace: Namespace,
	bridge: Device,
	port: Device,
	vlan: Tags,
): Tags | undefined {
	if (!bridge.vlanFiltering) return vlan;
	const vlans = vlansOf(namespace, port);
	if (vlans.length === 0) return vlan;
	if (vlan === 0) return vlans.find(({ pvid }) => pvid)?.id;
	return vlans.some(({ id }) => id === outerTag(vlan)) ? vlan : undefined;
}

/** `br_allowed_egress`, `br_handle_vlan`: the tags with which a frame of a VLAN leaves by a port. */
export function egressTags(namespace: Namespace, bridge: Device, port: Device, vlan: Tags): Tags | undefined {
	if (!bridge.vlanFiltering) return vlan;
	const vlans = vlansOf(namespace, port);
	if (vlans.length === 0) return vlan;
	const found = vlans.find(({ id }) => id === outerTag(vlan));
	return found && (found.untagged ? popTag(vlan) : vlan);
}
