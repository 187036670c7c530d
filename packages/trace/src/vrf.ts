import type { Device, Namespace } from "./state/kernel.ts";

/** `l3mdev_master_dev_rcu`: the VRF that a device is, or is in. */
export function vrfOf({ devices }: Namespace, name: string | undefined): Device | undefined {
	const device = name === undefined ? undefined : devices.get(name);
	if (device === undefined || device.kind === "vrf") return device;
	const master = device.master === undefined ? undefined : devices.get(device.master);
	return master?.kind === "vrf" ? master : undefined;
}
