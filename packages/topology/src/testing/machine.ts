import type {
	ModelAddress,
	ModelBalanced,
	ModelForward,
	ModelLink,
	ModelNeighbour,
	ModelNetns,
	ModelRule,
} from "./model.ts";
import { drawnMac } from "./names.ts";

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
/** What a link is made with; the kernel gives it the rest. */
type NewLink = Partial<Omit<ModelLink, "name" | "kind" | "index">>;

/** A namespace that is being set up. */
export class Netns implements ModelNetns {
	readonly name: string;
	readonly docker?: true;
	readonly links: Writable<ModelLink>[] = [];
	readonly neighbours: ModelNeighbour[] = [];
	readonly forwarded: ModelForward[] = [];
	readonly rules: ModelRule[] = [];
	readonly balanced: ModelBalanced[] = [];
	readonly #machine: Machine;

	constructor(machine: Machine, name: string, isDockers: boolean) {
		this.#machine = machine;
		this.name = name;
		if (isDockers) this.docker = true;
		const addresses = [{ address: "127.0.0.1", length: 8 }];
		this.links.push({
			name: "lo",
			index: 1,
			mac: "00:00:00:00:00:00",
			mtu: 65536,
			kind: "loopback",
			addresses,
		});
	}

	add(name: string, kind: ModelLink["kind"], given: NewLink = {}): Writable<ModelLink> {
		const index = this.#machine.nextIndex(this);
		const link = { name, kind, index, mac: this.#machine.nextMac(), mtu: 1500, addresses: [], ...given };
		this.links.push(link);
		return link;
	}

	link(name: string): ModelLink {
		return this.links.find((each) => each.name === name)!;
	}
}

/** A host that is being set up. */
export class Machine {
	readonly name: string;
	readonly number: number;
	readonly naming: "names" | "numbers";
	readonly namespaces: Netns[] = [];
	#index = 1;
	#skipped = 0;
	#macs = 0;

	constructor(name: string, number: number, naming: "names" | "numbers") {
		this.name = name;
		this.number = number;
		this.naming = naming;
		this.netns("host", false);
	}

	get own(): Netns {
		return this.namespaces[0]!;
	}

	netns(name: string, isDockers: boolean): Netns {
		const netns = new Netns(this, name, isDockers);
		this.namespaces.push(netns);
		return netns;
	}

	/**
	 * Each namespace counts its own links. Those of an engine are made in the host's and moved, so that on most hosts
	 * no two have one index; where the dumps name the namespaces, they need not.
	 */
	nextIndex(netns: Netns): number {
		return this.#skipped + (this.naming === "names" ? netns.links.length + 1 : ++this.#index);
	}

	/** Links that were there are gone: their indexes are not given again. */
	skip(indexes: number): void {
		this.#skipped += indexes;
	}

	nextMac(): string {
		return drawnMac(this.number * 65536 + ++this.#macs);
	}

	/** A veth with its two ends. */
	veth(near: Netns, nearName: string, nearEnd: NewLink, far: Netns, farName: string, farEnd: NewLink): void {
		const one = near.add(nearName, "veth", nearEnd);
		const two = far.add(farName, "veth", farEnd);
		one.peer = { netns: far.name, name: two.name, index: two.index };
		two.peer = { netns: near.name, name: one.name, index: one.index };
	}
}

/** The LAN that a card, or what stands on one, leads to: `lan0`, on a VLAN `lan0.10`. */
export function lanOf(netns: Pick<ModelNetns, "links">, link: ModelLink): string | undefined {
	const { links } = netns;
	if (link.vlan !== undefined) {
		const lower = links.find(({ name }) => name === link.vlan?.lower);
		return lower && `${lanOf(netns, lower)}.${link.vlan.id}`;
	}
	if (link.lan !== undefined) return link.lan;
	const ports = links.filter(({ master }) => master === link.name);
	return ports.map((port) => lanOf(netns, port)).find((lan) => lan !== undefined);
}

export const on = (address: string, length: number): ModelAddress[] => [{ address, length }];
