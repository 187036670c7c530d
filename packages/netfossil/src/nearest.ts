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

/** `did you mean "parse"?`, or what is valid at all when nothing is near. */
export function suggest(word: string, valid: readonly string[]): string {
	const near = nearest(word, valid);
	if (near.length === 0) return `valid are: ${valid.join(", ")}`;
	return `did you mean ${near.map((each) => JSON.stringify(each)).join(" or ")}?`;
}
