import type { Forwarding } from "./ast.ts";

/** The words of a table for how packets reach a real server. */
export const FORWARD: Readonly<Record<Forwarding, string>> = {
	masquerade: "Masq",
	route: "Route",
	tunnel: "Tunnel",
	local: "Local",
};

/** {@link FORWARD} the other way round. */
export const FORWARDING: Readonly<Record<string, Forwarding>> = Object.fromEntries(
	Object.entries(FORWARD).map(([forwarding, word]) => [word, forwarding as Forwarding]),
);
