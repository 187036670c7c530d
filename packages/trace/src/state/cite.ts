import type { ParsedDump } from "@netfossil/capture";
import type { NumberedRule } from "@netfossil/iptables";
import type { Cite, SavedTable } from "./kernel.ts";

/** Gives the line of a dump that an offset of its tree stands on. */
export type Citer = (offset: number) => Cite;

export function citer({ dump }: ParsedDump): Citer {
	const { source, start } = dump;
	return (offset) => {
		const { line } = source.locate(start + offset);
		return { file: source.name, line, text: source.lineText(line).trim() };
	};
}

/** What was counted, before a rule: `[12:720] -A …`, `   12   720 ACCEPT …`, with its number or without. */
export const COUNTED: RegExp = /^\[\d+:\d+\] |^(?:\d+ +)?\d+[KMGT]? +\d+[KMGT]? +/;

/** A rule's text without what it counted. */
export const bareRule = (
	{ citeAt }: Pick<SavedTable, "citeAt">,
	{ rule }: NumberedRule,
): string | undefined => citeAt(rule.start)?.text.replace(COUNTED, "").replace(/\s+/g, " ");
