import type { Span } from "@netfossil/core";
import fc from "fast-check";
import type { Negatable } from "../values.ts";

/** Which form a generated node is for: the two write some values differently. */
export type Form = "list" | "save";

/** 4: iptables, 6: ip6tables. */
export type Family = 4 | 6;

/** What a generated node has to fit. */
export interface Setting {
	readonly form: Form;
	readonly family: Family;
}

/** A generated value, whatever its kind. */
export type Value = Negatable & Span;

/** Generated nodes stand nowhere: their spans are empty. */
export const nowhere: Span = { start: 0, end: 0 };

/** A node that was read, without its place. */
export const still = <T extends object>(node: T): T & Span => ({ ...node, ...nowhere });

/** Present or not. */
export const perhaps = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
	fc.option(values, { nil: undefined });

/** A `!` now and then. */
export const negation: fc.Arbitrary<Negatable> = fc.constantFrom({}, {}, { negated: true as const });
