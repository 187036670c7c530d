import {
	type Capture,
	type Dump,
	type KindName,
	type Place,
	placeKey,
	type Recipe,
} from "@netfossil/capture/files";
import { essenceOf } from "../essence.ts";
import type { Topology } from "../model.ts";

/** The kinds that tell as much as another one, so that nobody need save both. */
const EQUALS: Readonly<Partial<Record<KindName, readonly KindName[]>>> = {
	"ip-route": ["netstat-route"],
	"ipvsadm-list": ["ipvsadm-save", "proc-net-ip-vs"],
	ss: ["netstat"],
};

/** What stands for a place of a host, by whatever name it was saved: that of the namespace, where it is known. */
export class Places {
	/** `host container` → the namespace that it lives in. */
	readonly #netnsOf = new Map<string, string>();

	constructor({ edges }: Topology) {
		for (const { kind, from, to } of edges) {
			const [, host, id] = /^(.+)\/container\/([^/]+)$/.exec(from) ?? [];
			const netns = /^.+\/netns\/([^/]+)$/.exec(to)?.[1];
			if (kind === "same-entity" && host !== undefined && netns !== undefined)
				this.#netnsOf.set(`${host} ${id}`, netns);
		}
	}

	/** The place by its first name. */
	of(host: string, place: Place): Place {
		if (place.type === "netns") return place.name === "default" ? { type: "host" } : place;
		if (place.type === "host") return place;
		const netns = this.#netnsOf.get(`${host} ${place.id.slice(0, 12)}`);
		if (netns === undefined || netns.startsWith("container:"))
			return { type: "container", id: place.id.slice(0, 12) };
		return netns === "host" ? { type: "host" } : { type: "netns", name: netns };
	}

	key(host: string, place: Place): string {
		return `${host}\0${placeKey(this.of(host, place))}`;
	}
}

/** What was saved, by place. */
export class Coverage {
	readonly #dumps = new Map<string, Dump[]>();
	readonly #silent = new Map<string, Set<string>>();
	readonly #places: Places;

	constructor(capture: Capture, places: Places) {
		this.#places = places;
		for (const dump of capture.dumps) {
			const key = places.key(dump.scope.host, dump.scope.place);
			const here = this.#dumps.get(key);
			if (here) here.push(dump);
			else this.#dumps.set(key, [dump]);
		}
		for (const { scope, command, returnCode } of capture.silent) {
			if (returnCode !== 0) continue;
			const key = places.key(scope.host, scope.place);
			this.#silent.set(key, (this.#silent.get(key) ?? new Set()).add(essenceOf(command)));
		}
	}

	/** The dumps of a place, all or those of some kinds. */
	dumps(host: string, place: Place, ...kinds: readonly KindName[]): readonly Dump[] {
		const here = this.#dumps.get(this.#places.key(host, place)) ?? [];
		return kinds.length === 0 ? here : here.filter(({ kind }) => kinds.includes(kind));
	}

	/** Whether some dump of a place holds what a pattern says. */
	shows(host: string, place: Place, pattern: RegExp, ...kinds: readonly KindName[]): boolean {
		return this.dumps(host, place, ...kinds).some((dump) => pattern.test(textOf(dump)));
	}

	/** Whether what a recipe makes was saved, or is known to be nothing. */
	has(host: string, place: Place, recipe: Recipe): boolean {
		const ran = this.#silent.get(this.#places.key(host, place));
		if (ran !== undefined && recipe.commands.some((command) => ran.has(essenceOf(command)))) return true;
		const dumps = this.dumps(host, place, recipe.kind, ...(EQUALS[recipe.kind] ?? []));
		return dumps.some((dump) => isWhole(dump) && isOfFamily(dump, recipe.family));
	}

	/** Whether `iptables -nvL` was saved of both tables that matter most, which tells most of what iptables-save does. */
	hasRuleLists(host: string, place: Place): boolean {
		const lists = this.dumps(host, place, "iptables-list").filter((dump) => isOfFamily(dump, undefined));
		// A list does not say its table, but filter has no PREROUTING, and nat has no FORWARD.
		const has = (chain: string, without: string): boolean =>
			lists
				.map(textOf)
				.some((text) => text.includes(`Chain ${chain} (`) && !text.includes(`Chain ${without} (`));
		return has("FORWARD", "PREROUTING") && has("PREROUTING", "FORWARD");
	}
}

export function textOf({ source, start, end }: Dump): string {
	return source.text.slice(start, end);
}

/** Whether a dump tells all that its kind can: `ip -o addr` has no interfaces, `| grep 8080` hardly anything. */
function isWhole(dump: Dump): boolean {
	if (dump.command !== undefined && /\|\s*(?:e|f)?grep\b/.test(dump.command)) return false;
	switch (dump.kind) {
		case "ip-address":
			return /^\s+link\/\w+/m.test(textOf(dump));
		case "iptables-save":
			// A piece of a document holds some rules; the command prints a table to its end, and -S all chains.
			return /^COMMIT/m.test(textOf(dump));
		default:
			return true;
	}
}

/** Whether a dump is of a family, IPv4 unless it says otherwise. */
function isOfFamily(dump: Dump, family: Recipe["family"]): boolean {
	const said = `${dump.command ?? ""} ${dump.source.name.replace(/^.*\//, "")}`;
	const is6 = /ip6tables|\bip[_ ](?:\S+[_ ])*?-6|_-6_/.test(said);
	switch (dump.kind) {
		case "iptables-save":
		case "ip-rule":
			return is6 === (family === 6);
		case "iptables-list":
		case "ip-route":
		case "netstat-route":
			return !is6;
		default:
			return true;
	}
}
