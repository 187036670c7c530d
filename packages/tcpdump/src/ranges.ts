/** More gaps than a connection has at a time, and few enough to look through. */
const MOST = 32;

/** Which bytes of a stream were sent: ranges of sequence numbers, joined where they meet, of which the newest are kept. */
export class Ranges {
	readonly #ranges: { first: number; next: number }[] = [];

	/** Adds `[first, next)`; false: all of it is in already. */
	add(first: number, next: number): boolean {
		// The numbers begin anew after 2^32.
		if (next <= first) return true;
		for (const range of this.#ranges) {
			if (range.first <= first && next <= range.next) return false;
		}
		const joined = { first, next };
		for (let at = this.#ranges.length - 1; at >= 0; at--) {
			const range = this.#ranges[at]!;
			if (range.first > joined.next || joined.first > range.next) continue;
			joined.first = Math.min(joined.first, range.first);
			joined.next = Math.max(joined.next, range.next);
			this.#ranges.splice(at, 1);
		}
		this.#ranges.push(joined);
		if (this.#ranges.length > MOST) this.#ranges.shift();
		return true;
	}
}
