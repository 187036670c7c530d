import { readNumber } from "@netfossil/core/grammar";
import type { Counter } from "../ast.ts";

const UNITS = "KMGT";

/** Reads `2207` or `100000K`: print_largenum cuts in powers of 1000, so the rest is up to a unit less one. */
export function readCounter(text: string, start: number): Counter {
	const end = start + text.length;
	const power = UNITS.indexOf(text.slice(-1));
	if (power === -1) return readNumber(text, start, end);
	const step = 1000 ** (power + 1);
	const value = Number(text.slice(0, -1)) * step;
	return { value, text, unit: UNITS[power] as "K", min: value, max: value + step - 1, start, end };
}
