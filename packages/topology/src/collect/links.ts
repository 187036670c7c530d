import type { ParsedDump } from "@netfossil/capture";
import type {
	BrctlShow,
	BridgeFdb,
	BridgeLink,
	BridgeVlan,
	Ifconfig,
	IfconfigInterface,
} from "@netfossil/iproute";
import { type BondingDump, bondOf, type VlanDump } from "@netfossil/kernel";
import type { InterfaceLine, Observations } from "../observations.ts";
import { maskLength } from "./routes.ts";

/** The ports of bridges, as `bridge link` lists them: a second source of what `ip link` says. */
export function collectBridgeLink(parsed: ParsedDump<BridgeLink>, into: Observations): void {
	for (const node of parsed.ast.statements) {
		if (node.type !== "port") continue;
		const { peer, master, mtu } = node;
		into.interfaces.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: node },
			index: node.index.value,
			name: node.name.value,
			// Releases before 4.14 look the index of a peer up among their own, so that a name says nothing.
			...(peer?.type === "ifindex" && { peerIndex: peer.index.value }),
			// A bridge with VLANs is printed as its own master.
			...(master && master.value !== node.name.value && { master: master.value }),
			...(mtu && { mtu: mtu.value }),
		});
	}
}

/** The bridges and their ports that `brctl show` lists. */
export function collectBrctl(parsed: ParsedDump<BrctlShow>, into: Observations): void {
	const { scope } = parsed.dump;
	for (const bridge of parsed.ast.statements) {
		if (bridge.type !== "bridge") continue;
		const quote = { parsed, span: bridge.name };
		into.interfaces.push({ scope, quote, name: bridge.name.value, kind: "bridge" });
		for (const port of bridge.ports) {
			into.ports.push({
				scope,
				quote: { parsed, span: port },
				master: bridge.name.value,
				name: port.name.value,
				of: "bridge",
				rule: "brctl-show",
			});
		}
	}
}

/** Where MAC addresses are, as bridges and VTEPs know it. */
export function collectBridgeFdb(parsed: ParsedDump<BridgeFdb>, into: Observations): void {
	for (const node of parsed.ast.statements) {
		if (node.type !== "entry" || node.address.type !== "mac" || node.dev === undefined) continue;
		into.fdb.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: node },
			mac: node.address.value,
			dev: node.dev.value,
			...(node.dst && { dst: node.dst.value }),
			...(node.vlan && { vlan: node.vlan.value }),
			...(node.vni && { vni: node.vni.value }),
			learned: node.state === undefined && !node.flags.includes("extern_learn"),
		});
	}
}

/** The VLANs of bridges' ports. */
export function collectBridgeVlan(parsed: ParsedDump<BridgeVlan>, into: Observations): void {
	for (const node of parsed.ast.statements) {
		if (node.type !== "port" || node.vlans.length === 0) continue;
		into.vlans.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: node },
			name: node.name.value,
			vlans: ranges(
				node.vlans.flatMap(({ id, last, flags }) =>
					Array.from({ length: (last ?? id).value - id.value + 1 }, (_, at) => ({
						id: id.value + at,
						flags: flags.join(" "),
					})),
				),
			),
		});
	}
}

/** `-compressvlans` or not, the same VLANs are the same text: `1 PVID Egress Untagged`, `10-19`. */
function ranges(vlans: readonly { readonly id: number; readonly flags: string }[]): string[] {
	const runs: { first: number; last: number; flags: string }[] = [];
	for (const { id, flags } of vlans) {
		const run = runs.at(-1);
		if (run !== undefined && run.last === id - 1 && run.flags === flags) run.last = id;
		else runs.push({ first: id, last: id, flags });
	}
	return runs.map(({ first, last, flags }) =>
		[first === last ? `${first}` : `${first}-${last}`, ...(flags === "" ? [] : [flags])].join(" "),
	);
}

/** Interfaces and addresses as `ifconfig` prints them. */
export function collectIfconfig(parsed: ParsedDump<Ifconfig>, into: Observations): void {
	const { scope } = parsed.dump;
	for (const node of parsed.ast.statements) {
		if (node.type !== "interface") continue;
		// Net-tools 1 cuts names at nine characters: `docker_gw Link encap:Ethernet`.
		if (node.layout === "encap" && node.name.value.length >= 9) continue;
		const [name] = node.name.value.split(":") as [string];
		const quote = { parsed, span: node.lines[0] ? { start: node.start, end: node.lines[0].end } : node };
		const line = ifconfigLine(node);
		// `eth0:1` is an address of eth0, with no counters or MAC of its own.
		into.interfaces.push({ scope, quote, name, ...line });
		for (const each of node.lines) {
			if (each.type !== "inet" && each.type !== "inet6") continue;
			const length =
				each.type === "inet6"
					? each.length.value
					: each.netmask === undefined
						? 32
						: maskLength(each.netmask);
			if (length === undefined) continue;
			into.addresses.push({
				scope,
				quote: { parsed, span: each },
				interface: name,
				family: each.address.family,
				address: each.address.value,
				length,
			});
		}
	}
}

function ifconfigLine(node: IfconfigInterface): Pick<InterfaceLine, "mac" | "mtu"> {
	const link = node.lines.find((each) => each.type === "link")?.address ?? node.address;
	const mtu = node.mtu ?? node.lines.find((each) => each.type === "state")?.mtu;
	return {
		...(link?.type === "mac" && { mac: link.value }),
		...(mtu && { mtu: mtu.value }),
	};
}

/** A bond and its slaves; the file bears the bond's name. */
export function collectBonding(parsed: ParsedDump<BondingDump>, into: Observations): void {
	const { scope, source } = parsed.dump;
	const bond = bondOf(parsed.ast);
	const name = /([^/]+)$/.exec(source.name)?.[1]?.replace(/^proc_net_bonding_|\.(?:txt|log|out)$/g, "");
	// In a transcript the file is the command's, `cat /proc/net/bonding/bond0`.
	const called = /\/proc\/net\/bonding\/([^\s/]+)/.exec(parsed.dump.command ?? "")?.[1];
	const master = called ?? (parsed.dump.start === 0 ? name : undefined);
	const first = bond.mode ?? bond.slaves[0]?.name;
	if (master === undefined || first === undefined) return;
	into.interfaces.push({
		scope,
		quote: { parsed, span: first },
		name: master,
		kind: "bond",
		...(bond.activeSlave && { details: { "active slave": bond.activeSlave.value } }),
	});
	for (const slave of bond.slaves) {
		into.ports.push({
			scope,
			quote: { parsed, span: slave.name },
			master,
			name: slave.name.value,
			of: "bond",
			rule: "proc-net-bonding",
		});
	}
}

/** The VLAN devices of /proc/net/vlan/config. */
export function collectVlan(parsed: ParsedDump<VlanDump>, into: Observations): void {
	for (const node of parsed.ast.statements) {
		if (node.type !== "vlan") continue;
		into.interfaces.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: node },
			name: node.name.value,
			kind: "vlan",
			vlanId: node.id.value,
			peerName: node.lower.value,
		});
	}
}
