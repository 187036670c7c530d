import type { Context } from "./context.ts";
import type { Quote } from "./evidence.ts";
import { momentOf } from "./moments.ts";
import type { InterfaceLine } from "./observations.ts";

/** The namespace that a line's other end is in, and what says so. */
export interface OtherNetns {
	readonly netns: string;
	readonly because: string;
	readonly quotes: readonly Quote[];
}

/**
 * Which namespace the other end of an interface is in. `link-netns NAME` says it. `link-netnsid 1` is a number of
 * the namespace that the dump was taken in: it is the `(id: 1)` of `ip netns` only where that listing was made in
 * the same namespace; and what one proven pair tells of a number holds for every other line with it.
 */
export class NetnsNumbers {
	readonly #context: Context;
	/** `moment netns number` → the names that listings give it. */
	readonly #listed = new Map<string, { netns: string; quote: Quote }[]>();
	readonly #learned = new Map<string, OtherNetns[]>();

	constructor(context: Context) {
		this.#context = context;
		const { seen, who } = context;
		for (const row of seen.netns) {
			if (row.netnsid === undefined) continue;
			const netns = who.netns({ host: row.scope.host, place: { type: "netns", name: row.name } });
			append(this.#listed, this.#key(momentOf(row), who.netns(row.scope), row.netnsid), {
				netns,
				quote: row.quote,
			});
		}
	}

	/** Undefined when no dump tells. */
	of(line: InterfaceLine): OtherNetns | undefined {
		const { who } = this.#context;
		if (line.peerNetns !== undefined) {
			const place = { type: "netns", name: line.peerNetns } as const;
			const netns = who.netns({ host: line.scope.host, place });
			return { netns, because: `link-netns names ${line.peerNetns}`, quotes: [line.quote] };
		}
		const key = this.#keyOf(line);
		if (key === undefined) return undefined;
		const listed = this.#listed.get(key) ?? [];
		// A number is given anew when a namespace goes, so that two listings may differ.
		if (new Set(listed.map(({ netns }) => netns)).size === 1) {
			const because = `the listing of the same namespace calls number ${line.peerNetnsid} so`;
			return { netns: listed[0]!.netns, because, quotes: [line.quote, listed[0]!.quote] };
		}
		const learned = this.#learned.get(key) ?? [];
		return new Set(learned.map(({ netns }) => netns)).size === 1 ? learned[0] : undefined;
	}

	/** Keeps what a proven pair tells of a line's number. */
	learn(line: InterfaceLine, other: string, quotes: readonly Quote[]): void {
		const key = this.#keyOf(line);
		if (key === undefined) return;
		const because = `another interface of the namespace with link-netnsid ${line.peerNetnsid} has its peer there`;
		append(this.#learned, key, { netns: other, because, quotes });
	}

	/** Whether pairs contradict each other about the number of a line. */
	isDisputed(line: InterfaceLine): boolean {
		const key = this.#keyOf(line);
		const learned = key === undefined ? [] : (this.#learned.get(key) ?? []);
		return new Set(learned.map(({ netns }) => netns)).size > 1;
	}

	#keyOf(line: InterfaceLine): string | undefined {
		if (line.peerNetnsid === undefined) return undefined;
		return this.#key(momentOf(line), this.#context.who.netns(line.scope), line.peerNetnsid);
	}

	#key(moment: string, netns: string, number: number): string {
		return `${moment}\n${netns}\n${number}`;
	}
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
	const known = lists.get(key);
	if (known === undefined) lists.set(key, [value]);
	else known.push(value);
}
