import type { Fate } from "./fate.ts";
import type { Packet } from "./packet.ts";
import type { Run } from "./run.ts";
import type { Device, Namespace } from "./state/kernel.ts";

/** To come: what IPVS does in INPUT. */
export function serveLocally(
	_run: Run,
	_namespace: Namespace,
	_packet: Packet,
	_device: Device,
): Fate | undefined {
	return undefined;
}

export function serveOnReply(_run: Run, _namespace: Namespace, _packet: Packet): void {}
