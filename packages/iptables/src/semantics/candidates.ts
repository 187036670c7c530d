import type { Address, Interface, Rule } from "../ast.ts";
import type { PortRange } from "../values.ts";
import { type AddressBits, type AddressBlock, addressBits, blockOf } from "./address.ts";
import type { Packet } from "./packet.ts";

/** What a packet has at a field, or the values of it that a rule takes. */
type Key = string | number | bigint;

/** A packet that is asked about, with its addresses as numbers. */
interface Asked {
	readonly packet: Packet;
	readonly source: AddressBits | undefined;
	readonly destination: AddressBits | undefined;
}

/** Something that a packet is asked for: its destination port, the first 24 bits of its source. */
interface Field {
	readonly name: string;
	/** Undefined: not known. Null: it has none, so that no rule that asks for one matches. */
	readonly of: (asked: Asked) => Key | null | undefined;
}

/** A rule matches no packet that has none of the keys at the field. */
interface Demand {
	readonly field: Field;
	readonly keys: readonly Key[];
}

/** Lists of ports that are longer are no way to find a rule. */
const MOST_PORTS = 64;

/**
 * Finds the rules of a long chain that may match a packet, without asking each. A rule stands under the rarest
 * of the values that it demands (a port, an address, a network, an interface, a protocol); what demands none for
 * certain, being negated or open, stands under all. So {@link matchRule} says `false` of every rule that is left out.
 */
export class RuleIndex {
	readonly #count: number;
	readonly #anyway: readonly number[];
	readonly #fields: readonly (readonly [Field, ReadonlyMap<Key, readonly number[]>])[];

	constructor(rules: readonly Rule[]) {
		this.#count = rules.length;
		const demands = rules.map((rule) => [...demandsOf(rule)]);
		const all = new Buckets();
		for (const [at, each] of demands.entries()) for (const demand of each) all.add(demand, at);
		const rarest = new Buckets();
		const anyway: number[] = [];
		for (const [at, each] of demands.entries()) {
			const [first, ...rest] = each;
			if (first === undefined) anyway.push(at);
			else
				rarest.add(
					rest.reduce((best, other) => (all.size(other) < all.size(best) ? other : best), first),
					at,
				);
		}
		this.#anyway = anyway;
		this.#fields = [...rarest.fields.values()];
	}

	/** The places of the rules that may match, in order. Of packets that may be fragments all. */
	*of(packet: Packet): Generator<number> {
		const lists = this.#listsOf(packet);
		if (lists === undefined) for (let at = 0; at < this.#count; at++) yield at;
		else if (lists.length === 1) yield* lists[0]!;
		else yield* merged(lists);
	}

	#listsOf(packet: Packet): (readonly number[])[] | undefined {
		// Of further fragments iptables-nft takes the data for ports.
		if (packet.fragment !== false) return undefined;
		const [source, destination] = [packet.source, packet.destination].map((text) =>
			text === undefined ? undefined : addressBits(text),
		);
		const asked: Asked = { packet, source, destination };
		const lists = this.#anyway.length === 0 ? [] : [this.#anyway];
		for (const [field, buckets] of this.#fields) {
			const key = field.of(asked);
			if (key === undefined) return undefined;
			const list = key === null ? undefined : buckets.get(key);
			if (list !== undefined) lists.push(list);
		}
		return lists;
	}
}

/** The places of rules by field and key. */
class Buckets {
	readonly fields: Map<string, readonly [Field, Map<Key, number[]>]> = new Map();

	add({ field, keys }: Demand, at: number): void {
		const known = this.fields.get(field.name) ?? ([field, new Map<Key, number[]>()] as const);
		this.fields.set(field.name, known);
		for (const key of keys) {
			const list = known[1].get(key);
			if (list === undefined) known[1].set(key, [at]);
			else list.push(at);
		}
	}

	/** How many rules a packet that fits may have to be asked beside. */
	size({ field, keys }: Demand): number {
		const buckets = this.fields.get(field.name)?.[1];
		return Math.max(...keys.map((key) => buckets?.get(key)?.length ?? 0));
	}
}

/** Sorted lists as one; what stands in several comes once. */
function* merged(lists: readonly (readonly number[])[]): Generator<number> {
	const next = lists.map(() => 0);
	for (;;) {
		let least: number | undefined;
		for (const [list, at] of next.entries()) {
			const head = lists[list]![at];
			if (head !== undefined && (least === undefined || head < least)) least = head;
		}
		if (least === undefined) return;
		for (const [list, at] of next.entries()) if (lists[list]![at] === least) next[list] = at + 1;
		yield least;
	}
}

/** What a rule demands of whole packets, as far as one value or a few are named. */
function* demandsOf(rule: Rule): Generator<Demand> {
	const { destination, source, protocol, matches } = rule;
	if (destination !== undefined) yield* addressDemand("destination", destination);
	if (source !== undefined) yield* addressDemand("source", source);
	yield* portDemands(matches);
	if (rule.in !== undefined) yield* interfaceDemand("in", rule.in);
	if (rule.out !== undefined) yield* interfaceDemand("out", rule.out);
	if (protocol?.number !== undefined && protocol.number !== 0 && !protocol.negated)
		yield { field: PROTOCOL, keys: [protocol.number] };
}

const PROTOCOL: Field = { name: "protocol", of: ({ packet }) => packet.protocol };

function* addressDemand(end: "source" | "destination", address: Address): Generator<Demand> {
	if (address.type === "any" || address.negated) return;
	const block = blockOf(address);
	if (block === undefined || block.mask === 0n) return;
	yield { field: addressField(end, block), keys: [block.value & block.mask] };
}

function addressField(end: "source" | "destination", { family, mask }: AddressBlock): Field {
	return {
		name: `${end} ${family} ${mask}`,
		of: (asked) => {
			const bits = asked[end];
			if (bits === undefined) return undefined;
			return bits.family === family ? bits.value & mask : null;
		},
	};
}

const interfaceField = (side: "in" | "out"): Field => ({
	name: side,
	// A packet without an interface has an empty name there.
	of: ({ packet }) => (packet[side] === null ? "" : packet[side]),
});
const INTERFACES = { in: interfaceField("in"), out: interfaceField("out") };

function* interfaceDemand(side: "in" | "out", wanted: Interface): Generator<Demand> {
	if (wanted.type === "any" || wanted.negated || wanted.name.endsWith("+")) return;
	yield { field: INTERFACES[side], keys: [wanted.name] };
}

const portField = (name: "sourcePort" | "destinationPort"): Field => ({
	name,
	of: ({ packet }) => packet[name],
});
const PORTS = {
	sourcePort: portField("sourcePort"),
	destinationPort: portField("destinationPort"),
};

/** Ports, up to the first match that asks the machine's routes: the kernel would ask it before them. */
function* portDemands(matches: Rule["matches"]): Generator<Demand> {
	for (const match of matches) {
		switch (match.type) {
			case "addrtype":
				return;
			case "tcp":
			case "udp":
			case "sctp":
				yield* portDemand("destinationPort", match.destinationPort);
				yield* portDemand("sourcePort", match.sourcePort);
				break;
			case "multiport":
				yield* portDemand("destinationPort", match.destinationPorts);
				yield* portDemand("sourcePort", match.sourcePorts);
		}
	}
}

type Ports = PortRange | { readonly ports: readonly PortRange[]; readonly negated?: true };

function* portDemand(name: keyof typeof PORTS, wanted: Ports | undefined): Generator<Demand> {
	if (wanted === undefined || wanted.negated) return;
	const ranges = "ports" in wanted ? wanted.ports : [wanted];
	const keys = new Set<number>();
	for (const { from, to } of ranges) {
		const low = from.number;
		const high = to === undefined ? low : to.number;
		// A name stands for a port that is not certain.
		if (low === undefined || high === undefined || high - low >= MOST_PORTS) return;
		for (let port = low; port <= high; port++) keys.add(port);
	}
	if (keys.size > 0 && keys.size <= MOST_PORTS) yield { field: PORTS[name], keys: [...keys] };
}
