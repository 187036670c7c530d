import type { Choice, Step } from "../run.ts";
import { placeName } from "../state/kernel.ts";
import type { Branch } from "../walk.ts";

/** A way that a packet may go instead of the first, from where the two part. */
export interface OtherWay {
	/** What was chosen otherwise. */
	readonly choice: Choice;
	readonly steps: readonly Step[];
}

/** The ways that come to another end than those before them; of what is not known nothing more can be told. */
export function otherWays([first, ...rest]: readonly Branch[]): OtherWay[] {
	if (first === undefined) return [];
	const ends = new Set([endOf(first)]);
	const ways: OtherWay[] = [];
	for (const branch of rest) {
		const end = endOf(branch);
		const choice = branch.run.choices.find((each, at) => each.taken !== first.run.choices[at]?.taken);
		if (branch.fate.type === "unknown" || ends.has(end) || choice === undefined) continue;
		ends.add(end);
		const { steps } = branch.run.forth;
		const parting = steps.findIndex((step, at) => !isSame(step, first.run.forth.steps[at]));
		if (parting !== -1) ways.push({ choice, steps: steps.slice(parting) });
	}
	return ways;
}

function endOf({ fate }: Branch): string {
	const place = fate.at === undefined ? "" : placeName(fate.at);
	const packet = fate.type === "delivered" || fate.type === "refused" ? fate.packet : undefined;
	return [fate.type, place, packet?.dst, packet?.dport].join(" ");
}

const isSame = (one: Step, other: Step | undefined): boolean =>
	other !== undefined &&
	placeName(one) === placeName(other) &&
	one.kind === other.kind &&
	one.text === other.text;
