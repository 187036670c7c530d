import type { Context } from "./context.ts";
import type { Quote } from "./evidence.ts";
import { append } from "./lists.ts";
import type { Certainty } from "./model.ts";
import { momentOf } from "./moments.ts";
import type { InterfaceLine } from "./observations.ts";

/** The namespace that a line's other end is in, and what says so. */
export interface OtherNetns {
	readonly netns: string;
	/** A number that an assumed pair told is assumed. */
	readonly certainty: Certainty;
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
	/** `moment netns other` → the numbers that the one calls the other by. */
	readonly #called = new Map<string, number[]>();

	constructor(context: Context) {
		this.#context = context;
		const { seen, who } = context;
		for (const row of seen.netns) {
			if (row.netnsid === undefined) continue;
			const netns = who.netns({ host: row.scope.host, place: { type: "netns", name: row.name } });
			const [moment, here] = [momentOf(row), who.netns(row.scope)];
			append(this.#listed, key(moment, here, row.netnsid), { netns, quote: row.quote });
			append(this.#called, key(moment, here, netns), row.netnsid);
		}
	}

	/** Undefined when no dump tells. */
	of(line: InterfaceLine): OtherNetns | undefined {
		const { who } = this.#context;
		if (line.peerNetns !== undefined) {
			const place = { type: "netns", name: line.peerNetns } as const;
			const netns = who.netns({ host: line.scope.host, place });
			const because = `link-netns names ${line.peerNetns}`;
			return { netns, certainty: "derived", because, quotes: [line.quote] };
		}
		const number = this.#keyOf(line);
		if (number === undefined) return undefined;
		const listed = this.#listed.get(number) ?? [];
		// A number is given anew when a namespace goes, so that two listings may differ.
		if (new Set(listed.map(({ netns }) => netns)).size === 1) {
			const because = `the listing of the same namespace calls number ${line.peerNetnsid} so`;
			const [{ netns, quote }] = listed as [{ netns: string; quote: Quote }];
			return { netns, certainty: "derived", because, quotes: [line.quote, quote] };
		}
		const learned = this.#learned.get(number) ?? [];
		return new Set(learned.map(({ netns }) => netns)).size === 1 ? learned[0] : undefined;
	}

	/** Keeps what a pair tells of a line's number. */
	learn(line: InterfaceLine, other: string, certainty: Certainty, quotes: readonly Quote[]): void {
		const number = this.#keyOf(line);
		if (number === undefined) return;
		const because = `another interface of the namespace with link-netnsid ${line.peerNetnsid} has its peer there`;
		append(this.#learned, number, { netns: other, certainty, because, quotes });
		append(this.#called, this.#otherKey(line, other), line.peerNetnsid!);
	}

	/** Whether a line's namespace knows another one by another number than the line's: then its peer is not there. */
	isElsewhere(line: InterfaceLine, other: string): boolean {
		const numbers =
			line.peerNetnsid === undefined ? undefined : this.#called.get(this.#otherKey(line, other));
		return numbers !== undefined && !numbers.includes(line.peerNetnsid!);
	}

	/** Whether pairs contradict each other about the number of a line. */
	isDisputed(line: InterfaceLine): boolean {
		const number = this.#keyOf(line);
		const learned = number === undefined ? [] : (this.#learned.get(number) ?? []);
		return new Set(learned.map(({ netns }) => netns)).size > 1;
	}

	#keyOf(line: InterfaceLine): string | undefined {
		if (line.peerNetnsid === undefined) return undefined;
		return key(momentOf(line), this.#context.who.netns(line.scope), line.peerNetnsid);
	}

	#otherKey(line: InterfaceLine, other: string): string {
		return key(momentOf(line), this.#context.who.netns(line.scope), other);
	}
}

function key(moment: string, netns: string, called: number | string): string {
	return `${moment}\n${netns}\n${called}`;
}
