import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkOperands, readArguments } from "../src/arguments.ts";
import type { Command } from "../src/command.ts";
import { Failure } from "../src/exit.ts";
import { distance, nearest } from "../src/nearest.ts";

const command: Command = {
	name: "dig",
	operands: "FILE…",
	arity: { min: 1, max: 2 },
	summary: "",
	description: "",
	options: [
		{ name: "output", short: "o", value: "FILE", help: "" },
		{ name: "format", value: "FORMAT", choices: ["text", "json"], help: "" },
		{ name: "deep", help: "" },
	],
	examples: [],
	run: async () => 0,
};
const read = (...argv: string[]): { operands: readonly string[]; options: Record<string, string> } => {
	const { operands, options } = readArguments(command, argv);
	return { operands, options: Object.fromEntries(options) };
};
const refused = (...argv: string[]): Failure => {
	try {
		checkOperands(command, readArguments(command, argv));
	} catch (error) {
		if (error instanceof Failure) return error;
	}
	throw new Error(`${argv.join(" ")} was taken`);
};

describe("arguments", () => {
	it("may stand in any order, long or short", () => {
		const expected = { operands: ["a", "b"], options: { output: "x", deep: "" } };
		expect(read("a", "-o", "x", "b", "--deep")).toEqual(expected);
		expect(read("--deep", "--output=x", "a", "b")).toEqual(expected);
		expect(read("-ox", "--deep", "--", "a", "b")).toEqual(expected);
	});

	it("keep values as they were typed", () => {
		expect(read("-o", "0x10", "--", "1e3", "--deep")).toEqual({
			operands: ["1e3", "--deep"],
			options: { output: "0x10" },
		});
	});

	it("take - for a file", () => {
		expect(read("-", "a")).toEqual({ operands: ["-", "a"], options: {} });
		expect(read("-o", "-", "a")).toEqual({ operands: ["a"], options: { output: "-" } });
	});

	it.each([
		[["--depe", "a"], "dig has no option --depe", 'did you mean "--deep"?'],
		[["-x", "a"], "dig has no option -x", "valid are: --output, --format, --deep, --help, --version"],
		[["--format", "jsn", "a"], '--format does not know "jsn"', 'did you mean "json"?'],
		[["--format", "xml", "a"], '--format does not know "xml"', "valid are: text, json"],
		[["a", "--output"], "--output needs a value", "--output FILE"],
		[["a", "--format="], "--format needs a value", "--format text|json"],
		[["--deep=yes", "a"], "--deep takes no value", "--deep"],
		[[], "dig needs FILE…", "netfossil dig FILE…"],
		[["a", "b", "c"], 'dig does not take "c"', "netfossil dig FILE…"],
	])("%j is refused with the nearest valid form", (argv, message, hint) => {
		expect(refused(...argv)).toMatchObject({ status: 2, message, hint });
	});

	it("are read or refused, whatever they are", () => {
		fc.assert(
			fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom("-", "--", "-o", "--format"))), (argv) => {
				try {
					readArguments(command, argv);
				} catch (error) {
					expect(error).toBeInstanceOf(Failure);
				}
			}),
		);
	});
});

describe("nearest", () => {
	const valid = ["iptables-list", "iptables-save", "ipvsadm-list", "ip-address", "tcpdump"];

	it("knows slips of the hand, beginnings and what was meant by more", () => {
		expect(nearest("tcpdmup", valid)).toEqual(["tcpdump"]);
		expect(nearest("iptables", valid)).toEqual(["iptables-list", "iptables-save"]);
		expect(nearest("ipvsadm-lst", valid)).toEqual(["ipvsadm-list"]);
		expect(nearest("TCPDUMP", valid)).toEqual(["tcpdump"]);
		expect(nearest("conntrack", valid)).toEqual([]);
	});

	it("measures a distance", () => {
		expect(distance("abcd", "abdc")).toBe(1);
		expect(distance("", "abc")).toBe(3);
		fc.assert(
			fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
				expect(distance(a, b)).toBe(distance(b, a));
				expect(distance(a, b) === 0).toBe(a === b);
				expect(distance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
			}),
		);
	});
});
