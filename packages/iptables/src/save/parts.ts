import type { PartReader } from "@netfossil/core";
import type { SaveStatement } from "../ast.ts";
import { readSave } from "./read.ts";

/** What no quoted text runs on over; see `wholeLine` of the parser. */
const BEGINS = /^(?:-[A-Z] |\[\d+:\d+\] -|COMMIT|[:*#])/;

/** Reads the save form in parts: a part ends before a line that begins a statement. */
export function saveParts(): PartReader<SaveStatement> {
	const declared = new Set<string>();
	return {
		whole: (text) => {
			for (let end = text.lastIndexOf("\n"); end > 0; end = text.lastIndexOf("\n", end - 1)) {
				// The line may still be growing, so that its first characters decide only when they are there.
				if (BEGINS.test(text.slice(end + 1, end + 64))) return end + 1;
			}
			return 0;
		},
		read: (text) => {
			const { ast, diagnostics } = readSave(text, declared);
			return { ast: ast.statements, diagnostics };
		},
	};
}
