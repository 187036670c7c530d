import type { Num } from "@netfossil/core";
import { num } from "@netfossil/core/testing";
import fc from "fast-check";

export const nowhere = { start: 0, end: 0 };
export const span: { start: fc.Arbitrary<number>; end: fc.Arbitrary<number> } = {
	start: fc.constant(0),
	end: fc.constant(0),
};

export const count = (max = 65535): fc.Arbitrary<Num> => num(fc.integer({ min: 0, max }));
/** A number in as many hexadecimal digits. */
export const hex = (digits: number): fc.Arbitrary<Num> =>
	fc.integer({ min: 0, max: 16 ** digits - 1 }).map((value) => ({
		value,
		text: `0x${value.toString(16).padStart(digits, "0")}`,
		...nowhere,
	}));
/** Hexadecimal digits alone. */
export const digits = (length: number): fc.Arbitrary<string> =>
	fc
		.array(fc.integer({ min: 0, max: 15 }), { minLength: length, maxLength: length })
		.map((each) => each.map((digit) => digit.toString(16)).join(""));
