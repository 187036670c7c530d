import type { ParsedDump } from "@netfossil/capture";
import {
	type AttributeValue,
	attributeOf,
	type BridgeLink,
	type Interface,
	type InterfaceAddress as InterfaceAddressNode,
	type IpAddressDump,
	kindOf,
} from "@netfossil/iproute";
import { type BondingDump, bondOf, type VlanDump } from "@netfossil/kernel";
import { bitsOf, broadcastOf, holds, hostLength, isLinkLocal, prefixOf, textOf } from "../address.ts";
import { type Citer, citer } from "./cite.ts";
import type { Device, InterfaceAddress, Port, Route, Vxlan } from "./kernel.ts";
import { tableName } from "./routes.ts";
import { isTunnel, readTunnel } from "./tunnels.ts";

/** What the dumps say of an interface, while they are read; what comes later adds what was not known. */
export type DeviceDraft = {
	-readonly [Key in keyof Device]?: Device[Key];
} & { addresses: InterfaceAddress[]; cite: Device["cite"] };

export class Devices {
	readonly drafts: Map<string, DeviceDraft> = new Map();

	readAddresses(parsed: ParsedDump<IpAddressDump>): void {
		const cite = citer(parsed);
		for (const node of parsed.ast.statements) {
			if (node.type === "interface") this.#readInterface(node, cite);
			else if (node.type === "address-of-interface") {
				const draft = this.#draft(node.name.value, node.start, cite);
				draft.index ??= node.index.value;
				addAddress(draft, node.address, cite);
			} else if (node.type === "brief") {
				const draft = this.#draft(node.name.value, node.start, cite);
				draft.flags ??= new Set(node.flags ?? (node.state.value === "DOWN" ? [] : ["UP"]));
				if (node.link?.type === "mac") draft.mac ??= node.link.value;
				for (const { address, peer, start } of node.addresses ?? []) {
					const network = prefixOf((peer ?? address).address, (peer ?? address).length);
					if (network === undefined) continue;
					put(draft, {
						family: address.family,
						address: address.address,
						network,
						...BRIEF,
						cite: cite(start),
					});
				}
			}
		}
	}

	#readInterface(node: Interface, cite: Citer): void {
		const name = node.name.value;
		const draft = this.#draft(name, node.start, cite);
		draft.index ??= node.index.value;
		draft.flags ??= new Set(node.flags);
		const { mtu, master, link } = node;
		if (mtu) draft.mtu ??= mtu.value;
		if (node.peer?.type === "ifindex") draft.peerIndex ??= node.peer.index.value;
		if (master) draft.master ??= master.value;
		if (link?.address?.type === "mac") draft.mac ??= link.address.value;
		const kind = kindOf(node)?.value ?? (link?.kind.value === "loopback" ? "loopback" : undefined);
		if (kind !== undefined) draft.kind ??= kind;
		if (kind !== undefined) readDetails(draft, node, kind);
		if (kindOf(node, true)?.value === "bridge_slave") draft.port = readPort(node);
		for (const address of node.addresses) addAddress(draft, address, cite);
	}

	/** Ports that only `bridge link` shows, and what it says of them. */
	readPorts(parsed: ParsedDump<BridgeLink>): void {
		const cite = citer(parsed);
		for (const node of parsed.ast.statements) {
			if (node.type !== "port") continue;
			const draft = this.#draft(node.name.value, node.start, cite);
			draft.index ??= node.index.value;
			draft.flags ??= new Set(node.flags);
			if (node.master && node.master.value !== node.name.value) draft.master ??= node.master.value;
			const word = (name: string): string | undefined => {
				const found = node.details?.attributes.find(
					(each) => each.type === "attribute" && each.name === name,
				);
				return found?.type === "attribute" ? wordOf(found.values[0]) : undefined;
			};
			if (node.details === undefined && draft.port !== undefined) continue;
			draft.port ??= {
				...(node.state && { state: node.state.value }),
				hairpin: word("hairpin") === "on",
				isolated: word("isolated") === "on",
			};
		}
	}

	/**
	 * Where no dump of addresses is, the routes of the table local have them, and those that the kernel made for the
	 * link their networks: `local 172.17.0.2 dev eth0 table local proto kernel scope host src 172.17.0.2`.
	 */
	readLocalRoutes(routes: readonly Route[]): void {
		if ([...this.drafts.values()].some(({ addresses }) => addresses.length > 0)) return;
		for (const { table, kind, destination, nexthops, cite } of routes) {
			const dev = nexthops[0]?.dev;
			if (table !== "local" || kind !== "local" || dev === undefined || cite === undefined) continue;
			const { family, length } = destination;
			if (length !== hostLength(family)) continue;
			const link = routes.find(
				(route) =>
					route.table === "main" &&
					route.kind === "unicast" &&
					route.destination.length > 0 &&
					route.nexthops[0]?.dev === dev &&
					route.nexthops[0].via === undefined &&
					holds(route.destination, destination),
			);
			const draft = this.drafts.get(dev) ?? { name: dev, addresses: [], cite };
			this.drafts.set(dev, draft);
			const scope = dev === "lo" ? "host" : isLinkLocal(destination) && family === 6 ? "link" : "global";
			put(draft, {
				family,
				address: textOf(destination),
				network: link?.destination ?? destination,
				scope,
				secondary: false,
				flags: [],
				cite,
			});
		}
	}

	readBond(parsed: ParsedDump<BondingDump>): void {
		const { mode, activeSlave, slaves } = bondOf(parsed.ast);
		const name = /([^/]+)$/.exec(parsed.dump.source.name)?.[1] ?? "";
		const draft = this.drafts.get(name);
		if (draft === undefined) return;
		if (mode) draft.mode ??= mode.value;
		if (activeSlave) draft.activeSlave ??= activeSlave.value;
		draft.slaves ??= slaves.map((slave) => slave.name.value);
		for (const slave of slaves) {
			const port = this.drafts.get(slave.name.value);
			if (port) port.master ??= name;
		}
	}

	/** `/proc/net/vlan/config` → the names of the devices below, by VLAN. */
	readVlans(parsed: ParsedDump<VlanDump>, lowers: Map<string, string>): void {
		for (const node of parsed.ast.statements) {
			if (node.type !== "vlan") continue;
			lowers.set(node.name.value, node.lower.value);
			const draft = this.drafts.get(node.name.value);
			if (draft === undefined) continue;
			draft.kind ??= "vlan";
			draft.vlanId ??= node.id.value;
		}
	}

	#draft(name: string, offset: number, cite: Citer): DeviceDraft {
		const known = this.drafts.get(name);
		if (known !== undefined) return known;
		const draft: DeviceDraft = { name, addresses: [], cite: cite(offset) };
		this.drafts.set(name, draft);
		return draft;
	}
}

const BRIEF = { scope: "global", secondary: false, flags: [] };

function addAddress(draft: DeviceDraft, node: InterfaceAddressNode, cite: Citer): void {
	const { address, peer, scope, flags, broadcast, start } = node;
	const { address: text, length } = peer ?? address;
	const network = prefixOf(text, length);
	if (network === undefined) return;
	put(draft, {
		family: address.family,
		address: address.address,
		network,
		scope: scope.value,
		secondary: flags.includes("secondary"),
		flags,
		...(broadcast && { broadcast: broadcast.value }),
		cite: cite(start),
	});
}

function put({ addresses }: DeviceDraft, address: InterfaceAddress): void {
	if (!addresses.some((each) => each.address === address.address)) addresses.push(address);
}

const wordOf = (value: AttributeValue | undefined): string | undefined =>
	value === undefined ? undefined : String(value.value);

function readDetails(draft: DeviceDraft, node: Interface, kind: string): void {
	const value = (name: string): string | undefined => wordOf(attributeOf(node, kind, name)?.[0]);
	const has = (name: string): boolean => attributeOf(node, kind, name) !== undefined;
	switch (kind) {
		case "vlan":
			draft.vlanId ??= Number(value("id"));
			break;
		case "bridge":
			draft.vlanFiltering ??= value("vlan_filtering") === "1";
			draft.callsIptables ??= value("nf_call_iptables") === "1";
			break;
		case "macvlan":
		case "macvtap":
		case "ipvlan":
		case "ipvtap":
		case "bond": {
			const mode = value("mode");
			if (mode !== undefined) draft.mode ??= mode;
			const active = value("active_slave");
			if (active !== undefined) draft.activeSlave ??= active;
			const policy = value("xmit_hash_policy");
			if (policy !== undefined) draft.hashPolicy ??= policy;
			break;
		}
		case "vrf": {
			const table = value("table");
			if (table !== undefined) draft.table ??= tableName(table);
			break;
		}
		case "vxlan":
			draft.vxlan ??= readVxlan(value, has);
			break;
		default:
			if (isTunnel(kind)) draft.tunnel ??= readTunnel(value, has);
	}
}

function readVxlan(value: (name: string) => string | undefined, has: (name: string) => boolean): Vxlan {
	const text = (name: string): { [name: string]: string } => {
		const found = value(name);
		return found === undefined ? {} : { [name]: found };
	};
	return {
		vni: Number(value("id") ?? 0),
		port: Number(value("dstport") ?? 8472),
		...text("local"),
		...text("remote"),
		...text("group"),
		...text("dev"),
		external: has("external"),
		proxy: has("proxy"),
	};
}

function readPort(node: Interface): Port {
	const value = (name: string): string | undefined => wordOf(attributeOf(node, "bridge_slave", name)?.[0]);
	const state = value("state");
	return {
		...(state !== undefined && { state }),
		hairpin: value("hairpin") === "on",
		isolated: value("isolated") === "on",
	};
}

/** A draft as an interface. */
export function finished(draft: DeviceDraft, lower: string | undefined): Device {
	const flags = draft.flags ?? new Set<string>(["UP"]);
	const { name = "" } = draft;
	return {
		vlanFiltering: false,
		callsIptables: false,
		...draft,
		name,
		index: draft.index ?? 0,
		flags,
		up: flags.has("UP"),
		...(draft.kind === undefined && guessedKind(name, lower)),
		addresses: draft.addresses.map(withBroadcast),
	};
}

/** What a dump without details leaves open: Docker's names of its bridges, and a VLAN that names its id. */
function guessedKind(name: string, lower: string | undefined): { kind?: string; vlanId?: number } {
	if (name === "lo") return { kind: "loopback" };
	if (/^(?:docker0|docker_gwbridge|br-[0-9a-f]{12}|br\d+|cni0|virbr\d+)$/.test(name))
		return { kind: "bridge" };
	const vlan = /^(.+)\.(\d{1,4})$/.exec(name);
	if (vlan !== null && vlan[1] === lower) return { kind: "vlan", vlanId: Number(vlan[2]) };
	return {};
}

/** The kernel keeps a broadcast address only where one was set, but for what a packet is it makes no difference. */
function withBroadcast(address: InterfaceAddress): InterfaceAddress {
	const { family, network, broadcast } = address;
	if (family === 6 || broadcast !== undefined || network.length >= hostLength(4) - 1) return address;
	return bitsOf(address.address) ? { ...address, broadcast: textOf(broadcastOf(network)) } : address;
}
