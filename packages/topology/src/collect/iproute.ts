import type { ParsedDump } from "@netfossil/capture";
import type { Span } from "@netfossil/core";
import type {
	Details,
	Interface,
	InterfaceAddress,
	IpAddressDump,
	IpNetnsDump,
	NetnsLsDump,
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
			kernelScope: node.scope.value,
		});
	};
	for (const statement of parsed.ast.statements) {
		if (statement.type === "interface") {
			into.interfaces.push(interfaceLine(parsed, statement));
			for (const node of statement.addresses) addAddress(statement.name.value, node);
		} else if (statement.type === "address-of-interface") {
			addAddress(statement.name.value, statement.address);
		} else if (statement.type === "brief") {
			for (const { address, peer } of statement.addresses ?? []) {
				into.addresses.push({
					scope,
					quote: { parsed, span: statement },
					interface: statement.name.value,
					family: address.family,
					address: address.address,
					length: peer?.length ?? address.length,
				});
			}
		}
	}
}

function interfaceLine(parsed: ParsedDump<IpAddressDump>, node: Interface): InterfaceLine {
	const { peer, link } = node;
	const misprinted = node.flags.includes("M-DOWN") && misprintsPeers(node);
	const details = node.properties?.find(
		(each): each is Details => each.type === "details" && each.kind !== undefined,
	);
	const vni = details?.kind?.value === "vxlan" ? details.attributes.find(isVni) : undefined;
	return {
		scope: parsed.dump.scope,
		quote: { parsed, span: head(node) },
		index: node.index.value,
		name: node.name.value,
		...(peer?.type === "ifindex" && { peerIndex: peer.index.value }),
		...(peer?.type === "name" && !misprintsPeers(node) && { peerName: peer.name.value }),
		...(typeof link?.netnsid === "object" && { peerNetnsid: link.netnsid.value }),
		...(link?.netnsName && { peerNetns: link.netnsName.value }),
		...(node.master && { master: node.master.value }),
		...(link?.address?.type === "mac" && { mac: link.address.value }),
		...(node.mtu && { mtu: node.mtu.value }),
		...(node.state && { state: node.state.value }),
		flags: misprinted ? node.flags.filter((flag) => flag !== "M-DOWN") : node.flags,
		...(misprinted && {
			misprint:
				"busybox and ip before 4.0 look the peer's index up in the namespace at hand and print M-DOWN when it is not there",
		}),
		...(link && { linkType: link.kind.value }),
		...(details?.kind && { kind: details.kind.value }),
		...(vni !== undefined && { vxlanId: Number(vni.values[0]?.value) }),
	};
}

function isVni(each: Details["attributes"][number]): each is Extract<typeof each, { type: "attribute" }> {
	return each.type === "attribute" && each.name === "id" && each.values[0]?.type === "number";
}

/**
 * Whether the line is of busybox or of iproute2 before 4.0: neither prints a netnsid, and both take a peer's
 * index for one of the namespace at hand. Busybox prints no `group` either.
 */
function misprintsPeers(node: Interface): boolean {
	return node.link?.netnsid === undefined && node.link?.netnsName === undefined && node.group === undefined;
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
			into.netns.push({ scope: parsed.dump.scope, quote: { parsed, span: name }, name: name.value });
		}
	}
}
