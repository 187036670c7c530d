import type { Topology } from "@netfossil/topology";
import { bitsOf, prefixText } from "./address.ts";
import { isOutside } from "./outside.ts";
import type { InterfaceAddress, Kernel, Namespace } from "./state/kernel.ts";

/** What a name stands for, or why it stands for nothing. */
export type Named<Thing> =
	| { readonly type: "found"; readonly value: Thing }
	| { readonly type: "failed"; readonly message: string; readonly hint: string };

const found = <Thing>(value: Thing): Named<Thing> => ({ type: "found", value });

/** `HOST`, `HOST/NETNS`, `HOST/CONTAINER`, `CONTAINER`, `internet`. */
export function placeNamed(
	kernel: Kernel,
	name: string,
): Named<{ readonly host: string; readonly netns: string | null }> {
	if (isOutside(name)) return found({ host: name, netns: null });
	const [host = "", ...rest] = name.split("/");
	const inside = rest.join("/");
	const exact = kernel.namespaces.find((each) => each.host === host && (each.netns ?? "") === inside);
	const place = exact ?? kernel.aliases.get(name) ?? onlyOne(kernel, name);
	if (place !== undefined) return found({ host: place.host, netns: place.netns });
	const known = kernel.namespaces.map((each) =>
		each.netns === null ? each.host : `${each.host}/${each.netns}`,
	);
	return {
		type: "failed",
		message: `the capture has no dump of ${name}`,
		hint: `it has: ${known.sort().join(", ") || "no namespace"}`,
	};
}

/** A namespace or container whose host need not be named. */
function onlyOne(kernel: Kernel, name: string): Namespace | undefined {
	const named = new Set(kernel.namespaces.filter(({ netns }) => netns === name));
	for (const [alias, namespace] of kernel.aliases) if (alias.endsWith(`/${name}`)) named.add(namespace);
	const [one] = named;
	return named.size === 1 ? one : undefined;
}

/**
 * An address, or that of a host, a container or a service: of several the one on a network that the sender is on too.
 */
export function addressNamed(
	kernel: Kernel,
	{ nodes, edges }: Pick<Topology, "nodes" | "edges">,
	name: string,
	sender: { readonly host: string; readonly netns: string | null },
	family: 4 | 6 = 4,
): Named<string> {
	if (bitsOf(name) !== undefined) return found(name);
	if (name === "localhost") return found(family === 4 ? "127.0.0.1" : "::1");
	const service = nodes.find((node) => node.kind === "service" && node.name === name);
	if (service !== undefined) {
		const vips = edges
			.filter(({ kind, from, to }) => kind === "backs" && to === service.id && from.includes("/vip/"))
			.map(({ from }) => from.slice(from.lastIndexOf("/") + 1));
		// The ingress network's is for what comes in by a published port.
		const [vip] = vips.length > 1 ? [vips.at(-1)] : vips;
		if (vip !== undefined) return found(vip);
	}
	const place = placeNamed(kernel, name);
	if (place.type === "found") {
		const addresses = addressesOf(kernel, place.value, family);
		const own = new Set(addressesOf(kernel, sender, family).map(({ network }) => prefixText(network)));
		const global = addresses.find(({ network }) => own.has(prefixText(network))) ?? addresses[0];
		if (global !== undefined) return found(global.address);
	}
	return {
		type: "failed",
		message: `${name} is no address, and no host, container or service of the capture`,
		hint: "give an address: 10.0.0.9:443, [2001:db8::9]:443",
	};
}

function addressesOf(
	kernel: Kernel,
	place: { readonly host: string; readonly netns: string | null },
	family: 4 | 6,
): InterfaceAddress[] {
	const namespace = kernel.namespaces.find(({ host, netns }) => host === place.host && netns === place.netns);
	return [...(namespace?.devices.values() ?? [])]
		.flatMap((device) => (device.kind === "bridge" ? [] : device.addresses))
		.filter((each) => each.family === family && each.scope === "global");
}
