import type { Evidence } from "./model.ts";

/** Which capture of which host a dump belongs to. */
export interface TakenIn {
	readonly host: string;
	readonly moment: string;
	/** When that capture was begun, where this is known of all captures of the host. */
	readonly time?: string;
}

/**
 * Whether values differ because they are of different times: of one host, whose every capture tells one of them. Two
 * hosts that say different things, or two dumps of one capture, contradict each other.
 */
export function isChange(
	values: readonly { readonly evidence: readonly Evidence[] }[],
	takenIn: ReadonlyMap<string, TakenIn>,
): boolean {
	/** Host → capture → the place of the value that it tells. */
	const told = new Map<string, Map<string, number>>();
	for (const [at, { evidence }] of values.entries()) {
		for (const { source } of evidence.flatMap(({ spans }) => spans)) {
			const taken = takenIn.get(source);
			if (taken === undefined) return false;
			const moments = told.get(taken.host) ?? new Map<string, number>();
			if ((moments.get(taken.moment) ?? at) !== at) return false;
			told.set(taken.host, moments.set(taken.moment, at));
		}
	}
	return [...told.values()].some((moments) => new Set(moments.values()).size === values.length);
}

/** Of values that changed the one of the newest capture, and which that is, where the times of all are known. */
export function newestOf<T extends { readonly evidence: readonly Evidence[] }>(
	values: readonly T[],
	takenIn: ReadonlyMap<string, TakenIn>,
): { readonly value: T; readonly taken: TakenIn } | undefined {
	let newest: { value: T; taken: TakenIn } | undefined;
	for (const value of values) {
		for (const { source } of value.evidence.flatMap(({ spans }) => spans)) {
			const taken = takenIn.get(source);
			if (taken?.time === undefined) return undefined;
			if (newest === undefined || taken.time > newest.taken.time!) newest = { value, taken };
		}
	}
	return newest;
}
