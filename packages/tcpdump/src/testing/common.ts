import type { Num } from "@netfossil/core";
import { mac, num } from "@netfossil/core/testing";
import fc from "fast-check";
import type { HostName, Station } from "../ast.ts";

export const nowhere = { start: 0, end: 0 };
export const span: { start: fc.Arbitrary<number>; end: fc.Arbitrary<number> } = {
	start: fc.constant(0),
	end: fc.constant(0),
};

export const count = (max = 65535): fc.Arbitrary<Num> => num(fc.integer({ min: 0, max }));

const text = (value: number, printed: string): Num =>
	String(value) === printed ? { value, ...nowhere } : { value, text: printed, ...nowhere };

/** A number in hexadecimal after `0x`, of so many digits. */
export const hex = (digits: number): fc.Arbitrary<Num> =>
	fc
		.integer({ min: 0, max: 16 ** digits - 1 })
		.map((value) => text(value, `0x${value.toString(16).padStart(digits, "0")}`));

/** A number in hexadecimal alone. */
export const bareHex = (digits: number): fc.Arbitrary<Num> =>
	fc
		.integer({ min: 0, max: 16 ** digits - 1 })
		.map((value) => text(value, value.toString(16).padStart(digits, "0")));

/** Hexadecimal digits alone, as text. */
export const digits = (length: number): fc.Arbitrary<string> =>
	fc
		.array(fc.integer({ min: 0, max: 15 }), { minLength: length, maxLength: length })
		.map((each) => each.map((digit) => digit.toString(16)).join(""));

/** Seconds with two decimals: `20.00`. */
export const decimal: fc.Arbitrary<Num> = fc
	.integer({ min: 0, max: 10_000 })
	.map((hundredths) => text(hundredths / 100, (hundredths / 100).toFixed(2)));

export const name: fc.Arbitrary<HostName> = fc
	.constantFrom("minikube", "api.prod.svc.cluster.local", "db_master.internal", "a1.b2.c3.d4", "3f2a9c1d77e0")
	.map((value) => ({ type: "name", value, ...nowhere }));

export const station: fc.Arbitrary<Station> = fc.oneof(
	mac().map((each) => ({ mac: each, ...nowhere })),
	mac().map((each) => ({ mac: each, oui: "Unknown", ...nowhere })),
	fc.constant<Station>({
		mac: { type: "mac", value: "ff:ff:ff:ff:ff:ff", text: "Broadcast", ...nowhere },
		...nowhere,
	}),
);
