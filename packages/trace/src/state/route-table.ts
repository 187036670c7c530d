import { type Bits, hostLength, networkBits } from "../address.ts";
import type { Route } from "./kernel.ts";

/** A table of routes in the order in which a lookup looks at them: the longest destination first. */
export class RouteTable implements Iterable<Route> {
	readonly #routes: readonly Route[];
	/** By the length of the destination, from the longest to the shortest, and its bits. */
	readonly #lengths = new Map<number, Map<bigint, Route[]>>();

	/** Of one family. */
	constructor(routes: Iterable<Route>) {
		this.#routes = [...routes].sort(
			(a, b) => b.destination.length - a.destination.length || b.tos - a.tos || a.metric - b.metric,
		);
		for (const route of this.#routes) {
			const { length } = route.destination;
			const byBits = this.#lengths.get(length) ?? new Map<bigint, Route[]>();
			this.#lengths.set(length, byBits);
			const bits = networkBits(route.destination, length);
			const alike = byBits.get(bits);
			if (alike === undefined) byBits.set(bits, [route]);
			else alike.push(route);
		}
	}

	[Symbol.iterator](): Iterator<Route> {
		return this.#routes.values();
	}

	/** The routes whose destination holds an address. */
	*toward(address: Bits): Generator<Route> {
		for (const [length, byBits] of this.#lengths) {
			if (length > hostLength(address.family)) continue;
			for (const route of byBits.get(networkBits(address, length)) ?? [])
				if (route.family === address.family) yield route;
		}
	}
}
