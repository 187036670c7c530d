import type { Span } from "@netfossil/core";
import type { Extension } from "../extension.ts";
import {
	type Host,
	host,
	type Masked,
	masked,
	type NatRange,
	type Network,
	natRange,
	network,
	type PortRange,
	portRange,
	type Toggle,
	toggle,
} from "../values.ts";

const ports = portRange("-");

/** `-j DNAT --to-destination 172.18.0.2:8080`, listed `to:172.18.0.2:8080` (libxt_NAT). */
export interface DnatTarget extends Span {
	readonly type: "DNAT";
	readonly to?: NatRange;
	readonly random?: Toggle;
	readonly persistent?: Toggle;
}
export const dnat: Extension<DnatTarget> = {
	type: "DNAT",
	save: [
		{ flag: "--to-destination", key: "to", value: natRange },
		{ flag: "--random", key: "random", value: toggle },
		{ flag: "--persistent", key: "persistent", value: toggle },
	],
	list: " to:{to}[ random{?random}][ persistent{?persistent}]",
};

/** `-j SNAT --to-source :53`, listed `to::53` (libxt_NAT). */
export interface SnatTarget extends Span {
	readonly type: "SNAT";
	readonly to?: NatRange;
	readonly random?: Toggle;
	readonly randomFully?: Toggle;
	readonly persistent?: Toggle;
}
export const snat: Extension<SnatTarget> = {
	type: "SNAT",
	save: [
		{ flag: "--to-source", key: "to", value: natRange },
		{ flag: "--random", key: "random", value: toggle },
		{ flag: "--random-fully", key: "randomFully", value: toggle },
		{ flag: "--persistent", key: "persistent", value: toggle },
	],
	list: " to:{to}[ random{?random}][ random-fully{?randomFully}][ persistent{?persistent}]",
};

/** `-j MASQUERADE --to-ports 1024-65535`, listed `masq ports: 1024-65535` (libxt_NAT). */
export interface MasqueradeTarget extends Span {
	readonly type: "MASQUERADE";
	readonly ports?: PortRange;
	readonly random?: Toggle;
	readonly randomFully?: Toggle;
}
export const masquerade: Extension<MasqueradeTarget> = {
	type: "MASQUERADE",
	save: [
		{ flag: "--to-ports", key: "ports", value: ports },
		{ flag: "--random", key: "random", value: toggle },
		{ flag: "--random-fully", key: "randomFully", value: toggle },
	],
	list: "[ masq ports: {ports}][ random{?random}][ random-fully{?randomFully}]",
};

/** `-j REDIRECT --to-ports 80`, listed `redir ports 80` (libxt_NAT). */
export interface RedirectTarget extends Span {
	readonly type: "REDIRECT";
	readonly ports?: PortRange;
	readonly random?: Toggle;
}
export const redirect: Extension<RedirectTarget> = {
	type: "REDIRECT",
	save: [
		{ flag: "--to-ports", key: "ports", value: ports },
		{ flag: "--random", key: "random", value: toggle },
	],
	list: "[ redir ports {ports}][ random{?random}]",
};

/** `-j NETMAP --to 10.1.0.0/16`, listed `to:10.1.0.0/16` (libxt_NETMAP). */
export interface NetmapTarget extends Span {
	readonly type: "NETMAP";
	readonly to?: Network;
	/** As ip6tables 1.4.21 lists it: nothing stands before the network, not even a blank. */
	readonly glued?: true;
}
export const netmap: Extension<NetmapTarget> = {
	type: "NETMAP",
	save: [{ flag: "--to", key: "to", value: network }],
	list: [{ format: "{to}", set: { glued: true } }, { format: " to:{to}" }],
	listValues: { to: { ...network, pattern: /[\da-f:.]+(?:\/[\da-f:.]+)?/y } },
};

/** `-j TPROXY --on-port 15001 --on-ip 0.0.0.0 --tproxy-mark 0x1/0xffffffff` (libxt_TPROXY). */
export interface TproxyTarget extends Span {
	readonly type: "TPROXY";
	readonly port?: PortRange;
	readonly address?: Host;
	readonly mark?: Masked;
}
export const tproxy: Extension<TproxyTarget> = {
	type: "TPROXY",
	save: [
		{ flag: "--on-port", key: "port", value: ports },
		{ flag: "--on-ip", key: "address", value: host },
		{ flag: "--tproxy-mark", key: "mark", value: masked },
	],
	list: " TPROXY redirect {address}:{port}[ mark {mark}]",
	listValues: { address: { ...host, pattern: /[^ \t]+(?=:\d+(?![^ \t]))/y } },
};
