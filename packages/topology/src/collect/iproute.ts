import type { ParsedDump } from "@netfossil/capture";
import type { Span } from "@netfossil/core";
import {
	attributeOf,
	type BriefInterface,
	type Interface,
	type InterfaceAddress,
	type IpAddressDump,
	type IpNetnsDump,
	kindOf,
	type NetnsLsDump,
	netnsOf,
	type PeerNames,
	peerNames,
} from "@netfossil/iproute";
import type { InterfaceLine, Observations } from "../observations.ts";

/** The interfaces and addresses of a namespace. */
export function collectIpAddress(parsed: ParsedDump<IpAddressDump>, into: Observations): void {
	const { scope } = parsed.dump;
	const addAddress = (owner: string, node: InterfaceAddress): void => {
		into.addresses.push({
			scope,
			quote: { parsed, span: node },
			interface: owner,
			family: node.address.family,
			address: node.address.address,
			length: node.peer?.length ?? node.address.length,
			...(node.peer && { peer: node.peer.address }),
			kernelScope: node.scope.value,
		});
	};
	const names = peerNames(parsed.ast);
	for (const statement of parsed.ast.statements) {
		if (statement.type === "interface") {
			into.interfaces.push(interfaceLine(parsed, statement, names));
			for (const node of statement.addresses) addAddress(statement.name.value, node);
		} else if (statement.type === "address-of-interface") {
			addAddress(statement.name.value, statement.address);
		} else if (statement.type === "brief") {
			into.interfaces.push(briefLine(parsed, statement));
			for (const { address, peer } of statement.addresses ?? []) {
				into.addresses.push({
					scope,
					quote: { parsed, span: statement },
					interface: statement.name.value,
					family: address.family,
					address: address.address,
					length: peer?.length ?? address.length,
					...(peer && { peer: peer.address }),
				});
			}
		}
	}
}

function interfaceLine(parsed: ParsedDump<IpAddressDump>, node: Interface, names: PeerNames): InterfaceLine {
	const { peer, link } = node;
	const { netnsid, netnsName } = netnsOf(node);
	// `M-DOWN` beside `@if7`, and any `@NAME`, are looked up in the wrong namespace by old programs.
	const misprinted = names.are === "misprinted" && peer?.type === "ifindex" && node.flags.includes("M-DOWN");
	const kind = kindOf(node);
	const vni = attributeOf(node, "vxlan", "id")?.[0];
	const vlan = attributeOf(node, "vlan", "id")?.[0];
	return {
		scope: parsed.dump.scope,
		quote: { parsed, span: head(node) },
		index: node.index.value,
		name: node.name.value,
		...(peer?.type === "ifindex" && { peerIndex: peer.index.value }),
		...(peer?.type === "name" && names.are === "right" && { peerName: peer.name.value }),
		...(typeof netnsid === "object" && { peerNetnsid: netnsid.value }),
		...(netnsName && { peerNetns: netnsName.value }),
		...(node.master && { master: node.master.value }),
		...(link?.address?.type === "mac" && { mac: link.address.value }),
		...(node.mtu && { mtu: node.mtu.value }),
		...(node.state && { state: node.state.value }),
		flags: misprinted ? node.flags.filter((flag) => flag !== "M-DOWN") : node.flags,
		...(misprinted && { misprint: names.because }),
		...(link && { linkType: link.kind.value }),
		...(kind && { kind: kind.value }),
		// An external VTEP takes the id from each packet's route, and prints 0.
		...(vni?.type === "number" && vni.value !== 0 && { vxlanId: vni.value }),
		...(vlan?.type === "number" && { vlanId: vlan.value }),
		...tunnelOf(node, kind?.value),
		...detailsOf(node, kind?.value),
	};
}

/** `eth0@if15        UP             02:42:0a:00:00:02 <BROADCAST,UP>`: no index, and names behind `@` as old as `ip` itself. */
function briefLine(parsed: ParsedDump<IpAddressDump>, node: BriefInterface): InterfaceLine {
	const { peer, link } = node;
	return {
		scope: parsed.dump.scope,
		quote: { parsed, span: node },
		name: node.name.value,
		...(peer?.type === "ifindex" && { peerIndex: peer.index.value }),
		...(link?.type === "mac" && { mac: link.value }),
		...(node.state.value !== "" && { state: node.state.value }),
	};
}

/** Kinds whose devices have two ends in an underlay. */
const TUNNELS: ReadonlySet<string> = new Set([
	"vxlan",
	"geneve",
	"gre",
	"gretap",
	"ip6gre",
	"ip6gretap",
	"erspan",
	"ip6erspan",
	"ipip",
	"sit",
	"ip6tnl",
	"vti",
	"vti6",
	"ip_vti",
]);

function tunnelOf(node: Interface, kind: string | undefined): Pick<InterfaceLine, "tunnel"> {
	if (kind === undefined || !TUNNELS.has(kind)) return {};
	const address = (name: string): string | undefined => {
		const value = attributeOf(node, kind, name)?.[0];
		// `local any`: what the route says.
		return value?.type === "ip" ? value.value : undefined;
	};
	const text = (name: string): string | undefined => {
		const value = attributeOf(node, kind, name)?.[0];
		return value === undefined ? undefined : String(value.value);
	};
	const local = address("local");
	const remote = address("remote") ?? address("group");
	const receives = text("ikey") ?? (kind === "geneve" ? text("id") : undefined);
	const sends = text("okey") ?? (kind === "geneve" ? text("id") : undefined);
	return {
		tunnel: {
			...(local !== undefined && { local }),
			...(remote !== undefined && { remote }),
			...(receives !== undefined && { receives }),
			...(sends !== undefined && { sends }),
		},
	};
}

/** Details of a kind that a reader asks for first. */
const DETAILS: Readonly<Record<string, readonly string[]>> = {
	bond: ["mode", "active_slave"],
	bridge: ["vlan_filtering"],
	ipvlan: ["mode"],
	macvlan: ["mode"],
	macvtap: ["mode"],
	vrf: ["table"],
	vxlan: ["dstport"],
};

function detailsOf(node: Interface, kind: string | undefined): Pick<InterfaceLine, "details"> {
	const found = (kind === undefined ? undefined : DETAILS[kind])?.flatMap((name) => {
		const value = attributeOf(node, kind!, name)?.[0];
		return value === undefined ? [] : [[name.replaceAll("_", " "), value.value] as const];
	});
	return found === undefined || found.length === 0 ? {} : { details: Object.fromEntries(found) };
}

/** The first two lines of an interface, which hold all that is said of it but its addresses. */
function head(node: Interface): Span {
	const addresses = node.addresses[0]?.start;
	return { start: node.start, end: node.link?.end ?? addresses ?? node.end };
}

/** The namespaces that `ip netns` lists, with the numbers that the one at hand has for them. */
export function collectIpNetns(parsed: ParsedDump<IpNetnsDump>, into: Observations): void {
	for (const node of parsed.ast.statements) {
		if (node.type !== "namespace" && node.type !== "nsid") continue;
		if (node.name === undefined) continue;
		into.netns.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: node },
			name: node.name.value,
			...(node.id && { netnsid: node.id.value }),
		});
	}
}

/** The namespaces whose files a listing of their folder shows. */
export function collectNetnsLs(parsed: ParsedDump<NetnsLsDump>, into: Observations): void {
	for (const node of parsed.ast.statements) {
		const names = node.type === "names" ? node.names : node.type === "file" ? [node.name] : [];
		for (const name of names) {
			// `ls -a` shows the folder itself and the one above it.
			if (name.value === "." || name.value === "..") continue;
			into.netns.push({ scope: parsed.dump.scope, quote: { parsed, span: name }, name: name.value });
		}
	}
}
