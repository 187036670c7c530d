import type { ParsedDump } from "@netfossil/capture";
import type { Cite } from "./kernel.ts";

/** Gives the line of a dump that an offset of its tree stands on. */
export type Citer = (offset: number) => Cite;

export function citer({ dump }: ParsedDump): Citer {
	const { source, start } = dump;
	return (offset) => {
		const { line } = source.locate(start + offset);
		return { file: source.name, line, text: source.lineText(line).trim() };
	};
}
