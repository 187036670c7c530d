import { prefixText } from "./address.ts";
import { egressTags, ingressTags } from "./bridge-vlans.ts";
import type { Device, End, Kernel, Namespace, Vxlan } from "./state/kernel.ts";
import { outerTag, popTag, pushTag, type Tags } from "./tags.ts";

/** An interface at which a namespace takes packets for itself. */
export interface Taker extends End {
	/** The tags that the frame bears outside of it. */
	readonly vlan: Tags;
}

/** Interfaces whose other end no dump has: there the machine hangs on a network. */
interface Uplink extends End {
	lan: number;
	/** Of those with one number neighbour tables tell that they are on one LAN. */
	proven: number;
}

/** A place on a network. */
interface Seat {
	readonly uplink: Uplink;
	readonly taker: Taker;
}

/** Who has addresses of one network: one who has the address of another may be on its LAN, or on one of his own. */
interface Members {
	readonly joined: Seat[];
	readonly apart: Seat[];
}

const TUNNELS: ReadonlySet<string> = new Set([
	"vxlan",
	"dummy",
	"loopback",
	"tun",
	"wireguard",
	"ipip",
	"sit",
	"gre",
	"gretap",
	"erspan",
	"ip6tnl",
	"ip6gre",
	"ip6gretap",
	"ip6erspan",
	"vti6",
	"vti",
	"geneve",
	"ifb",
	"vrf",
]);

const endKey = ({ namespace, device }: End, vlan: Tags): string =>
	`${namespace.host} ${namespace.netns} ${device.name} ${vlan}`;

/**
 * Where frames go: from the joins of the topology, and for what leaves the machines, from who is on one LAN.
 * Two uplinks are on one LAN if the neighbours of one know the address of the other's link; and they are taken to be if
 * above both of them there are addresses of one network.
 */
export class Links {
	readonly #kernel: Kernel;
	readonly #uplinks: Uplink[] = [];
	/** The devices above another: VLANs, macvlans, ipvlans. */
	readonly #uppers = new Map<Device, End[]>();
	readonly #inward = new Map<string, readonly Taker[]>();
	readonly #outward = new Map<string, readonly Taker[]>();
	/** The networks in which an address is had twice. */
	#claimed: readonly Members[] = [];

	constructor(kernel: Kernel) {
		this.#kernel = kernel;
		for (const namespace of kernel.namespaces) {
			for (const device of namespace.devices.values()) {
				const { lower } = device;
				if (lower !== undefined)
					this.#uppers.set(lower.device, [...(this.#uppers.get(lower.device) ?? []), { namespace, device }]);
				if (isUplink(device)) {
					const number = this.#uplinks.length;
					this.#uplinks.push({ namespace, device, lan: number, proven: number });
				}
			}
		}
		this.#joinLans();
	}

	isUplink(device: Device): boolean {
		return this.#uplinks.some((uplink) => uplink.device === device);
	}

	/** The devices on top of one. */
	uppers(device: Device): readonly End[] {
		return this.#uppers.get(device) ?? [];
	}

	/** The other uplinks of the LAN that an uplink is on. */
	neighbours(device: Device): readonly End[] {
		const own = this.#uplinks.find((uplink) => uplink.device === device);
		return own === undefined
			? []
			: this.#uplinks.filter(({ lan, device: other }) => lan === own.lan && other !== device);
	}

	/** Who may be on the LAN of an interface as well, for its network is the same; an address is had twice there. */
	beside({ device }: End): readonly Taker[] {
		return this.#rivals(({ taker }) => taker.device === device).map(({ taker }) => taker);
	}

	/** The uplinks of those who may be on the LAN of an uplink as well. */
	uplinksBeside(device: Device): readonly End[] {
		return this.#rivals(({ uplink }) => uplink.device === device).map(({ uplink }) => uplink);
	}

	#rivals(isOwn: (seat: Seat) => boolean): Seat[] {
		return this.#claimed.flatMap(({ joined, apart }) => {
			if (joined.some(isOwn)) return apart;
			return apart.some(isOwn) ? [...joined, ...apart.filter((seat) => !isOwn(seat))] : [];
		});
	}

	/** Whether neighbour tables, and not a network that both are in, tell that two uplinks are on one LAN. */
	isProvenLan(one: Device, other: Device): boolean {
		const [near, far] = [one, other].map((device) => this.#uplinks.find((each) => each.device === device));
		return near !== undefined && near.proven === far?.proven;
	}

	/** Who may take a frame that comes in by an interface. */
	inward(end: End, vlan: Tags): readonly Taker[] {
		return this.#memo(this.#inward, end, vlan, (seen) => this.#in(end, vlan, seen));
	}

	/** Who may take a frame that leaves by an interface, when it is for all. */
	outward(end: End, vlan: Tags): readonly Taker[] {
		return this.#memo(this.#outward, end, vlan, (seen) => this.#out(end, vlan, seen));
	}

	#memo(
		cache: Map<string, readonly Taker[]>,
		end: End,
		vlan: Tags,
		find: (seen: Set<string>) => Taker[],
	): readonly Taker[] {
		const key = endKey(end, vlan);
		const known = cache.get(key) ?? find(new Set());
		cache.set(key, known);
		return known;
	}

	#in(end: End, vlan: Tags, seen: Set<string>): Taker[] {
		const { namespace, device } = end;
		const key = `in ${endKey(end, vlan)}`;
		if (!device.up || seen.has(key)) return [];
		seen.add(key);
		const uppers = this.uppers(device);
		const tagged = uppers.filter(
			(upper) => upper.device.kind === "vlan" && upper.device.vlanId === outerTag(vlan),
		);
		if (vlan !== 0 && tagged.length > 0)
			return tagged.flatMap((upper) => this.#in(upper, popTag(vlan), seen));
		const master = frameMaster(namespace, device);
		if (master !== undefined && !hasCarrier(device)) return [];
		if (master !== undefined && isBridge(master, namespace)) {
			const inside = ingressTags(namespace, master, device, vlan);
			if (inside === undefined) return [];
			const own = egressTags(namespace, master, master, inside);
			return [
				...(own === undefined ? [] : this.#in({ namespace, device: master }, own, seen)),
				...this.#byPorts({ namespace, device: master }, inside, device, seen),
			];
		}
		if (master !== undefined) {
			// `bond_should_deliver_exact_match`: a slave that only stands by takes nothing.
			const idle = master.kind === "bond" && !slavesOf(namespace, master).includes(device);
			return idle ? [] : this.#in({ namespace, device: master }, vlan, seen);
		}
		if (vlan !== 0) return [];
		const above = uppers
			.filter((upper) => upper.device.kind !== "vlan")
			.flatMap((upper) => this.#in(upper, 0, seen));
		return [{ namespace, device, vlan }, ...above];
	}

	#out(end: End, vlan: Tags, seen: Set<string>): Taker[] {
		const { namespace, device } = end;
		const key = `out ${endKey(end, vlan)}`;
		if (!device.up || !hasCarrier(device) || seen.has(key)) return [];
		seen.add(key);
		if (device.peer !== undefined) return this.#in(device.peer, vlan, seen);
		if (isBridge(device, namespace)) {
			const inside = ingressTags(namespace, device, device, vlan);
			return inside === undefined ? [] : this.#byPorts(end, inside, undefined, seen);
		}
		switch (device.kind) {
			case "vlan":
				return device.lower === undefined || device.vlanId === undefined
					? []
					: this.#out(device.lower, pushTag(vlan, device.vlanId), seen);
			case "bond":
				return slavesOf(namespace, device).flatMap((slave) =>
					this.#out({ namespace, device: slave }, vlan, seen),
				);
			case "macvlan":
			case "macvtap":
			case "ipvlan":
			case "ipvtap": {
				if (device.lower === undefined) return [];
				const beside = this.uppers(device.lower.device).filter(
					({ device: other }) => other !== device && areSiblings(device, other),
				);
				return [
					...beside.flatMap((upper) => this.#in(upper, 0, seen)),
					...this.#out(device.lower, vlan, seen),
				];
			}
			case "vxlan":
			case "gretap":
			case "ip6gretap":
				return this.tunnelEnds(end).flatMap((far) => this.#in(far, vlan, seen));
			default:
				return this.neighbours(device).flatMap((far) => this.#in(far, vlan, seen));
		}
	}

	/** Who may take a frame of a VLAN that leaves a bridge by its other ports. */
	#byPorts({ namespace, device }: End, inside: number, from: Device | undefined, seen: Set<string>): Taker[] {
		return portsOf(namespace, device).flatMap((port) => {
			const tag = port === from ? undefined : egressTags(namespace, device, port, inside);
			return tag === undefined ? [] : this.#out({ namespace, device: port }, tag, seen);
		});
	}

	/** The devices at the other ends of a tunnel that carries frames. */
	tunnelEnds(end: End): readonly End[] {
		if (end.device.vxlan !== undefined) return this.#vxlanEnds(end, end.device.vxlan);
		if (end.device.kind === "vxlan") return this.#namesakes(end.namespace);
		return this.#kernel.namespaces.flatMap((namespace) =>
			[...namespace.devices.values()]
				.map((device) => ({ namespace, device }))
				.filter((other) => other.device !== end.device && areEnds(end, other, (each) => this.underlay(each))),
		);
	}

	/** A port of a bridge on the way out of an interface, of which no dump tells what is plugged in there. */
	openPort({ namespace, device }: End): Device | undefined {
		const bridge = isBridge(device, namespace) ? device : undefined;
		return (
			bridge &&
			portsOf(namespace, bridge).find(
				(port) =>
					port.up && port.kind === "veth" && port.peer === undefined && this.neighbours(port).length === 0,
			)
		);
	}

	/** The other VXLAN devices with the id of one whose underlay has an address that its table names. */
	#vxlanEnds({ namespace, device }: End, vxlan: Vxlan): readonly End[] {
		const remotes = new Set(
			namespace.fdb.flatMap(({ device: name, dst }) => (name === device.name && dst ? [dst] : [])),
		);
		for (const each of [vxlan.remote, vxlan.group]) if (each !== undefined) remotes.add(each);
		const ends: End[] = [];
		for (const other of this.#kernel.namespaces) {
			for (const far of other.devices.values()) {
				if (far === device || far.vxlan?.vni !== vxlan.vni) continue;
				const underlay = this.underlay({ namespace: other, device: far });
				if (vxlan.group !== undefined || (underlay && [...remotes].some((remote) => owns(underlay, remote))))
					ends.push({ namespace: other, device: far });
			}
		}
		return ends;
	}

	/** Of a VXLAN device that is there by habit: those of the namespaces that other machines have for the same overlay. */
	#namesakes({ host, netns }: Namespace): End[] {
		return this.#kernel.namespaces.flatMap((other) =>
			other.host === host || other.netns !== netns
				? []
				: [...other.devices.values()]
						.filter(({ kind }) => kind === "vxlan")
						.map((device) => ({ namespace: other, device })),
		);
	}

	/**
	 * The namespace that the packets of a tunnel's device go through: that in which it was made. Docker makes it
	 * in the host's own and moves it.
	 */
	underlay({ namespace, device }: End): Namespace | undefined {
		const { local, dev } = device.vxlan ?? device.tunnel ?? {};
		if (namespace.netns === null) return namespace;
		if (local !== undefined ? owns(namespace, local) : dev !== undefined && namespace.devices.has(dev))
			return namespace;
		return (
			this.#kernel.namespaces.find(({ host, netns }) => host === namespace.host && netns === null) ??
			namespace
		);
	}

	#joinLans(): void {
		const networks = new Map<string, Members>();
		const macs = new Map<string, Uplink>();
		for (const uplink of this.#uplinks) {
			if (isLocal(uplink)) continue;
			for (const [vlan, taker] of this.#above(uplink)) {
				if (taker.device.mac !== undefined) macs.set(taker.device.mac, uplink);
				for (const { network, scope, address } of taker.device.addresses) {
					if (scope !== "global" || network.length >= (network.family === 4 ? 32 : 128)) continue;
					const key = `${prefixText(network)} vlan ${vlan}`;
					const members = networks.get(key) ?? { joined: [], apart: [] };
					networks.set(key, members);
					// Virtual machines behind a NAT of their own all have one address, and no link; slaves of a bond share one.
					const twin = members.joined.some((other) =>
						this.#above(other.uplink).some(
							([, each]) =>
								each.device !== taker.device && each.device.addresses.some((one) => one.address === address),
						),
					);
					(twin ? members.apart : members.joined).push({ uplink, taker });
				}
			}
		}
		for (const { joined } of networks.values()) {
			const [first, ...rest] = joined;
			for (const each of rest) this.#merge(first!.uplink, each.uplink);
		}
		this.#claimed = [...networks.values()].filter(({ apart }) => apart.length > 0);
		for (const uplink of this.#uplinks) {
			if (this.#isBesideCard(uplink)) continue;
			const names = new Set(
				this.#above(uplink).map(
					([, { namespace, device }]) => `${namespace.host} ${namespace.netns} ${device.name}`,
				),
			);
			for (const namespace of this.#kernel.namespaces) {
				for (const { device, mac } of namespace.neighbours) {
					const owner = mac === undefined ? undefined : macs.get(mac);
					if (
						owner !== undefined &&
						owner !== uplink &&
						names.has(`${namespace.host} ${namespace.netns} ${device}`)
					)
						this.#merge(uplink, owner, "proven");
				}
			}
		}
	}

	/** Whom a bridge with a card knows as a neighbour is behind that, not behind its ports for containers. */
	#isBesideCard(uplink: Uplink): boolean {
		const { namespace, device } = uplink;
		const bridge = frameMaster(namespace, device);
		if (bridge === undefined || !isLocal(uplink) || namespace.netns !== null) return false;
		return this.#uplinks.some(
			(other) => other.namespace === namespace && other.device.master === bridge.name && !isLocal(other),
		);
	}

	/** Who is above an uplink, with the tag there. */
	#above(uplink: End): [number, Taker][] {
		const takers: [number, Taker][] = this.inward(uplink, 0).map((taker) => [0, taker]);
		const tags = new Set<Tags>();
		for (const namespace of this.#kernel.namespaces) {
			for (const device of namespace.devices.values())
				if (device.vlanId !== undefined) tags.add(tagsOf(device));
			// A trunk bears the VLANs of the ports without tags.
			for (const { id, pvid } of namespace.portVlans) if (pvid) tags.add(id);
		}
		for (const tag of tags) for (const taker of this.inward(uplink, tag)) takers.push([tag, taker]);
		return takers;
	}

	#merge(one: Uplink, other: Uplink, proof?: "proven"): void {
		if (proof !== undefined) {
			const gone = other.proven;
			for (const uplink of this.#uplinks) if (uplink.proven === gone) uplink.proven = one.proven;
		}
		if (one.lan === other.lan) return;
		const gone = other.lan;
		for (const uplink of this.#uplinks) if (uplink.lan === gone) uplink.lan = one.lan;
		// What is reached changes with it.
		this.#inward.clear();
		this.#outward.clear();
	}
}

const CARD = /^(?:eth|en[opsx]|em\d|wl|ib\d|p\d+p\d|bond|team|lan|wan|uplink)/;

function isUplink(device: Device): boolean {
	const { kind, peer, lower, name, mac } = device;
	if (peer !== undefined || lower !== undefined || name === "lo") return false;
	// Of what only routes and addresses tell, any name may be a tunnel's but those that are common for cards.
	if (kind === undefined && mac === undefined) return CARD.test(name);
	if (kind === undefined)
		return !/^(?:vxlan|dummy|tun|tap|wg|sit|gre|tunl|ip6tnl|vti)\d|^(?:docker|br-)/.test(name);
	return (
		kind === "veth" ||
		(kind !== "bridge" &&
			kind !== "bond" &&
			kind !== "vlan" &&
			kind !== "macvlan" &&
			kind !== "ipvlan" &&
			!TUNNELS.has(kind))
	);
}

/**
 * A container's link and a bridge's port for one hang on something of their own host. What that is must be known:
 * its rules count, and Docker's networks are alike on all hosts. A machine that is a container itself has a veth
 * for its `eth0`, which may be a port too.
 */
function isLocal({ namespace, device: { kind, master, name } }: End): boolean {
	return (
		namespace.netns !== null || (kind === "veth" && master !== undefined && !/^(?:eth|en[opsx])\d/.test(name))
	);
}

/** `netif_carrier_ok`, as far as a dump tells: `<NO-CARRIER,BROADCAST,MULTICAST,UP> … state DOWN`. */
export const hasCarrier = ({ flags }: Device): boolean => !flags.has("NO-CARRIER");

export function isBridge(device: Device, namespace: Namespace): boolean {
	if (device.kind !== undefined) return device.kind === "bridge";
	for (const { master, port } of namespace.devices.values())
		if (master === device.name && port !== undefined) return true;
	return false;
}

/** Whether what one device sends to all reaches the other at once: ipvlans do, macvlans of the mode bridge. */
const areSiblings = (one: Device, other: Device): boolean =>
	one.kind === other.kind &&
	(one.kind?.startsWith("ip") || (one.mode === "bridge" && other.mode === "bridge"));

/** The tags that a VLAN's frames bear on the wire. */
function tagsOf({ vlanId, lower }: Device): Tags {
	let tags = vlanId ?? 0;
	let below = lower?.device;
	for (let depth = 0; below?.kind === "vlan" && depth < 3; depth++) {
		tags = pushTag(tags, below.vlanId ?? 0);
		below = below.lower?.device;
	}
	return tags;
}

/** The device that takes an interface's frames before the IP layer does; a VRF takes packets, see vrf.ts. */
export function frameMaster({ devices }: Namespace, { master }: Device): Device | undefined {
	const found = master === undefined ? undefined : devices.get(master);
	return found?.kind === "vrf" ? undefined : found;
}

export function portsOf(namespace: Namespace, bridge: Device): Device[] {
	return [...namespace.devices.values()].filter(({ master }) => master === bridge.name);
}

/** The slaves that a bond sends by: the active one, or all, in the order of `/proc/net/bonding`. */
export function slavesOf(namespace: Namespace, bond: Device): Device[] {
	const place = ({ name }: Device): number => bond.slaves?.indexOf(name) ?? 0;
	const slaves = portsOf(namespace, bond)
		.filter(({ up }) => up)
		.sort((one, other) => place(one) - place(other));
	const active = slaves.filter(({ name }) => name === bond.activeSlave);
	return active.length > 0 ? active : slaves;
}

/** Whether a namespace has an address of its own. */
export function owns(namespace: Namespace, address: string): boolean {
	for (const { up, addresses } of namespace.devices.values())
		if (up && addresses.some((each) => each.address === address)) return true;
	return false;
}

/** Whether two devices are the ends of one tunnel, as far as their addresses tell. */
function areEnds(one: End, other: End, underlayOf: (end: End) => Namespace | undefined): boolean {
	const [here, there] = [one.device.tunnel, other.device.tunnel];
	if (here === undefined || there === undefined || one.device.kind !== other.device.kind) return false;
	if (here.okey !== there.ikey || here.remote === undefined) return false;
	const [near, far] = [underlayOf(one), underlayOf(other)];
	if (near === undefined || far === undefined || !owns(far, here.remote)) return false;
	return there.remote === undefined || owns(near, there.remote);
}
