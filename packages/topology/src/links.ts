import type { Scope } from "@netfossil/capture";
import type { Identities } from "./identities.ts";
import { interfaceId } from "./ids.ts";
import type { InterfaceLine, Observations } from "./observations.ts";

/** An interface with all lines that tell of it, from whatever dump. */
export interface Link {
	readonly id: string;
	readonly name: string;
	readonly netns: string;
	readonly scope: Scope;
	readonly lines: readonly InterfaceLine[];
	/** `veth`, `bridge` …: only `-d` and some files of /proc tell it, and any dump that does decides. */
	readonly kind?: string;
}

/** The interfaces of all namespaces by their ids. */
export class Links {
	readonly #byId = new Map<string, { link: Link; lines: InterfaceLine[] }>();
	readonly #byNetns = new Map<string, Link[]>();

	constructor(seen: Observations, who: Identities) {
		for (const line of seen.interfaces) {
			const netns = who.netns(line.scope);
			const id = interfaceId(netns, line.name);
			let known = this.#byId.get(id);
			if (known === undefined) {
				const lines: InterfaceLine[] = [];
				const link = { id, name: line.name, netns, scope: line.scope, lines };
				known = { link, lines };
				this.#byId.set(id, known);
				const here = this.#byNetns.get(netns);
				if (here === undefined) this.#byNetns.set(netns, [link]);
				else here.push(link);
			}
			known.lines.push(line);
			if (line.kind !== undefined) (known.link as { kind?: string }).kind = line.kind;
		}
	}

	/** All of them, in the order of their ids. */
	all(): Link[] {
		return [...this.#byId.values()].map(({ link }) => link).sort((a, b) => (a.id < b.id ? -1 : 1));
	}

	get(id: string): Link | undefined {
		return this.#byId.get(id)?.link;
	}

	/** The interfaces of a namespace that have an index, by whatever dump. */
	withIndex(netns: string, index: number): Link[] {
		return (this.#byNetns.get(netns) ?? []).filter(({ lines }) => lines.some((line) => line.index === index));
	}

	/** Every MAC that a dump gives an interface. */
	macs(id: string): ReadonlySet<string> {
		return new Set(this.get(id)?.lines.flatMap(({ mac }) => mac ?? []));
	}
}
