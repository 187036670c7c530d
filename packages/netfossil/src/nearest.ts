/** Steps (insert, delete, replace, swap neighbours) that turn one word into the other. */
export function distance(from: string, to: string): number {
	let before: number[] = [];
	let last: number[] = Array.from({ length: to.length + 1 }, (_, index) => index);
	for (let i = 1; i <= from.length; i++) {
		const row = [i];
		for (let j = 1; j <= to.length; j++) {
			const replaced = last[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
			let steps = Math.min(last[j]! + 1, row[j - 1]! + 1, replaced);
			if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
				steps = Math.min(steps, before[j - 2]! + 1);
			row.push(steps);
		}
		before = last;
		last = row;
	}
	return last[to.length]!;
}

/** The valid words that a user may have meant: those that begin or go on with it, else the closest by typing. */
export function nearest(word: string, valid: readonly string[]): string[] {
	const lower = word.toLowerCase();
	const related = valid.filter(
		(each) => lower !== "" && (each.startsWith(lower) || lower.startsWith(`${each}-`)),
	);
	if (related.length > 0) return related;
	const ranked = valid.map((each) => ({ each, steps: distance(lower, each) }));
	const best = Math.min(...ranked.map(({ steps }) => steps));
	if (best > Math.max(1, Math.floor(word.length / 2.5))) return [];
	return ranked.filter(({ steps }) => steps === best).map(({ each }) => each);
}

/** How many words a hint names. */
const FEW = 12;

/** `did you mean "parse"?`, or what is valid at all when nothing is near; the first few of what is many. */
export function suggest(word: string, valid: readonly string[]): string {
	const near = nearest(word, valid);
	if (near.length === 0) return `valid are: ${few(valid).join(", ")}`;
	return `did you mean ${few(near.map((each) => JSON.stringify(each))).join(" or ")}?`;
}

function few(words: readonly string[]): string[] {
	const more = words.length - FEW;
	return more > 1 ? [...words.slice(0, FEW), `${more} more`] : [...words];
}

/** How many ids are named where one was not found. */
const IDS = 5;

/**
 * The ids that a user may have meant by one that there is not: those that hold it, the shortest first; else those that
 * are the closest by typing, or whose names, their last parts, are, where only a name was given.
 */
export function nearestIds(wanted: string, ids: readonly string[]): string[] {
	const lower = wanted.toLowerCase();
	const within = ids.filter((id) => id.toLowerCase().includes(lower));
	if (within.length > 0) return within.sort((a, b) => a.length - b.length || (a < b ? -1 : 1)).slice(0, IDS);
	// Thousands of ids end in `eth0`: each ending is compared once.
	const steps = new Map<string, number>();
	const stepsTo = (name: string): number => {
		let known = steps.get(name);
		if (known === undefined) {
			known = distance(lower, name.toLowerCase());
			steps.set(name, known);
		}
		return known;
	};
	const last = (id: string): string => id.slice(id.lastIndexOf("/") + 1);
	const whole = wanted.includes("/");
	const ranked = ids
		.map((id) => ({ id, steps: stepsTo(whole ? id : last(id)) }))
		.sort((a, b) => a.steps - b.steps || a.id.length - b.id.length || (a.id < b.id ? -1 : 1));
	const best = ranked[0]?.steps ?? 0;
	return ranked
		.filter(({ steps }) => steps <= best + 1)
		.slice(0, IDS)
		.map(({ id }) => id);
}
