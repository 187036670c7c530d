import type { ParsedDump } from "@netfossil/capture";
import { ipv4OfMac } from "@netfossil/docker";
import type { Observations } from "./observations.ts";

/**
 * Reports in which `sos clean` replaced addresses and names. Each run has its own replacements, so that an address of
 * one host's report is not that of another's, unless an address with its MAC, which is not replaced, is in both.
 */
export class CleanedReports {
	readonly #hosts: ReadonlySet<string>;
	/** Host → MAC → the addresses of the interface; and those that the host knows of others. */
	readonly #own = new Map<string, Map<string, Set<string>>>();
	readonly #known = new Map<string, Map<string, Set<string>>>();

	constructor(dumps: readonly ParsedDump[], seen: Observations) {
		const named = dumps.filter(({ dump }) => /-obfuscated(?:[./]|$)/.test(dump.source.name));
		this.#hosts = new Set([...named.map(({ dump }) => dump.scope.host), ...mismatched(seen)]);
		if (this.#hosts.size === 0) return;
		const add = (
			map: Map<string, Map<string, Set<string>>>,
			host: string,
			mac: string,
			address: string,
		): void => {
			const macs = map.get(host) ?? new Map<string, Set<string>>();
			map.set(host, macs.set(mac, (macs.get(mac) ?? new Set()).add(address)));
		};
		const macs = macsByInterface(seen);
		for (const row of seen.addresses) {
			const mac = macs.get(`${row.quote.parsed.dump.id} ${row.interface}`);
			// A virtual address is a /32 beside the interface's own, of which Docker makes the MAC.
			const own = row.length < (row.family === 4 ? 32 : 128);
			if (mac !== undefined && own) add(this.#own, row.scope.host, mac, row.address);
		}
		for (const row of seen.neighbours) add(this.#known, row.scope.host, row.mac, row.address);
		for (const { mac, address, scope } of seen.endpoints) {
			if (mac !== undefined && address !== undefined) add(this.#own, scope.host, mac, address);
		}
	}

	/** Whether a host's report was cleaned. */
	has(host: string): boolean {
		return this.#hosts.has(host);
	}

	/** Whether one address in the dumps of two hosts is the same one. */
	comparable(a: string, b: string): boolean {
		if (a === b || (!this.#hosts.has(a) && !this.#hosts.has(b))) return true;
		return this.#agree(a, b) && this.#agree(b, a) && (this.#meet(a, b) || this.#meet(b, a));
	}

	/** Whether a host knows an address of another with its MAC. */
	#meet(one: string, two: string): boolean {
		return this.#pairs(one, two).some((equal) => equal);
	}

	/** Whether all that a host knows of another's MACs is true of them. */
	#agree(one: string, two: string): boolean {
		return this.#pairs(one, two).every((equal) => equal);
	}

	#pairs(one: string, two: string): boolean[] {
		const own = this.#own.get(two);
		return [...(this.#known.get(one) ?? [])].flatMap(([mac, addresses]) => {
			const there = own?.get(mac);
			return there === undefined ? [] : [...addresses].map((address) => there.has(address));
		});
	}
}

function macsByInterface(seen: Observations): Map<string, string> {
	const macs = new Map<string, string>();
	for (const { mac, name, quote } of seen.interfaces) {
		if (mac !== undefined) macs.set(`${quote.parsed.dump.id} ${name}`, mac);
	}
	return macs;
}

/** Hosts on which Docker's MACs, which it makes of IPv4 addresses, all tell of other addresses than are printed. */
function mismatched({ interfaces, addresses }: Observations): string[] {
	const printed = new Map<string, Set<string>>();
	for (const row of addresses) {
		if (row.family !== 4) continue;
		const key = `${row.quote.parsed.dump.id} ${row.interface}`;
		printed.set(key, (printed.get(key) ?? new Set()).add(row.address));
	}
	const fits = new Map<string, boolean>();
	for (const { scope, quote, name, mac, peerIndex } of interfaces) {
		// The bridge docker0 has a MAC of its own; a container's leg has the one of its address.
		if (scope.place.type === "host" || peerIndex === undefined) continue;
		const made = ipv4OfMac(mac ?? "");
		const own = printed.get(`${quote.parsed.dump.id} ${name}`);
		if (made === undefined || own === undefined) continue;
		fits.set(scope.host, (fits.get(scope.host) ?? false) || own.has(made));
	}
	return [...fits].filter(([, fit]) => !fit).map(([host]) => host);
}
