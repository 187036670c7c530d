import type { Certainty, Evidence } from "./model.ts";

const CERTAINTY: Readonly<Record<Certainty, number>> = { observed: 4, derived: 2, assumed: 0 };

/**
 * How much evidence counts: by its certainty, and of the same certainty less where it rests on a dump that is a part, or
 * whose command failed.
 */
export class Strength {
	readonly #flawed: ReadonlySet<string>;

	/** `flawed` are the ids of such dumps. */
	constructor(flawed: ReadonlySet<string>) {
		this.#flawed = flawed;
	}

	/** The value whose evidence counts most; of several the first. */
	best<T extends { evidence: readonly Evidence[] }>(values: readonly T[]): T | undefined {
		if (values.length === 1) return values[0];
		let chosen: T | undefined;
		let most = Number.NEGATIVE_INFINITY;
		for (const value of values) {
			const strength = Math.max(-1, ...value.evidence.map((each) => this.#of(each)));
			if (strength <= most) continue;
			chosen = value;
			most = strength;
		}
		return chosen;
	}

	/** Evidence, that which counts most first. */
	sort(evidence: readonly Evidence[]): Evidence[] {
		if (evidence.length < 2) return [...evidence];
		return [...evidence].sort((a, b) => this.#of(b) - this.#of(a));
	}

	#of({ certainty, spans }: Evidence): number {
		const isFlawed = this.#flawed.size > 0 && spans.some(({ source }) => this.#flawed.has(source));
		return CERTAINTY[certainty] - (isFlawed ? 1 : 0);
	}
}
