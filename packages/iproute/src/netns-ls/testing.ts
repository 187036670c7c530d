/** Arbitraries of listings of namespaces' files. Needs the optional peer `fast-check`. */
import { num, word } from "@netfossil/core/testing";
import fc from "fast-check";
import { namespaceNames } from "../netns/testing.ts";
import type { EntryName, NetnsLsDump } from "./ast.ts";

const span = { start: fc.constant(0), end: fc.constant(0) };

/** Names as they are, and such as a shell would take apart, in quotes. */
const entryNames: fc.Arbitrary<EntryName> = fc.oneof(
	{ weight: 5, arbitrary: word(namespaceNames()) },
	fc.constantFrom<EntryName>(
		{ value: "my ns", quote: "'", start: 0, end: 0 },
		{ value: "it's", quote: '"', start: 0, end: 0 },
	),
);

/** What `ls`, `ls -l` and `ls -li` print. */
export function netnsLsDumps(): fc.Arbitrary<NetnsLsDump> {
	const rows = fc.record({
		type: fc.constant("names" as const),
		...span,
		names: fc.array(entryNames, { minLength: 1, maxLength: 6 }),
	});
	const file = {
		type: fc.constant("file" as const),
		...span,
		mode: fc.constantFrom("-r--r--r--", "drwxr-xr-x.", "lrwxrwxrwx"),
		links: num(fc.nat()),
		owner: fc.constantFrom("root", "0"),
		group: fc.constantFrom("root", "0"),
		size: num(fc.nat()),
		date: fc.constantFrom("Apr 15 09:47", "Apr  5  2019", "2024-04-15 09:47"),
		name: entryNames,
	};
	const files = fc.oneof(fc.record(file), fc.record({ ...file, inode: num(fc.nat()) }));
	const total = fc.constant({
		type: "total" as const,
		blocks: { value: "0", start: 0, end: 0 },
		start: 0,
		end: 0,
	});
	return fc
		.oneof(
			fc.array(rows, { maxLength: 4 }),
			fc.tuple(total, fc.array(files, { maxLength: 4 })).map(([first, more]) => [first, ...more]),
		)
		.map((statements) => ({ type: "netns-ls", statements, start: 0, end: 0 }));
}
