/** Numbers that are the same for the same seed (mulberry32). */
export class Dice {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/** From 0 to below 1. */
	next(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let value = this.#state;
		value = Math.imul(value ^ (value >>> 15), value | 1);
		value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
		return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
	}

	chance(probability: number): boolean {
		return this.next() < probability;
	}

	/** From the first number to the last one. */
	between(first: number, last: number): number {
		return first + Math.floor(this.next() * (last - first + 1));
	}

	pick<Each>(list: readonly Each[]): Each {
		return list[Math.floor(this.next() * list.length)]!;
	}

	/** Some of a list, in its order. */
	some<Each>(list: readonly Each[], probability: number): Each[] {
		return list.filter(() => this.chance(probability));
	}

	shuffled<Each>(list: readonly Each[]): Each[] {
		return list
			.map((each) => [this.next(), each] as const)
			.sort(([a], [b]) => a - b)
			.map(([, each]) => each);
	}
}
