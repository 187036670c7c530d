import type { Layers } from "./ast.ts";
import type { LineHolder } from "./codecs/applications.ts";

/** The layers of the packet that is in a packet, however deep; its own where it is no tunnel's. */
export function innermost(layers: Layers): Layers {
	const { transport } = layers;
	const tunnel = transport?.type === "udp" ? transport.payload : transport;
	const inner = tunnel !== undefined && "inner" in tunnel ? tunnel.inner : undefined;
	return inner === undefined ? layers : innermost(inner);
}

/** The layers that the lines below a head are about: those of the innermost packet, or of the one that it quotes. */
export function layersBelow(layers: Layers): Layers {
	const inner = innermost(layers);
	const { transport } = inner;
	return transport?.type === "icmp" && transport.quoted !== undefined ? layersBelow(transport.quoted) : inner;
}

/** What may have lines below the head. */
export function lineHolderOf(layers: Layers): LineHolder | undefined {
	const { transport } = layersBelow(layers);
	if (transport?.type === "sctp") return transport;
	if (transport?.type !== "tcp" && transport?.type !== "udp") return undefined;
	const { payload } = transport;
	if (payload === undefined || payload.type === "text" || "vni" in payload) return undefined;
	return payload;
}
