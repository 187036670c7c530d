import type { Diagnostic, Span } from "@netfossil/core";

/** Words of a line that no rule knows, with the word that they follow. */
export interface UnknownText<After extends string> extends Span {
	readonly type: "unparsed";
	readonly text: string;
	/** Absent: at the start of what may vary. */
	readonly after?: After;
}

/** Adds a word that no rule knows; words that follow one another directly are one piece of text. */
export function addUnknown<After extends string>(
	found: UnknownText<After>[],
	text: string,
	{ start, end }: Span,
	after: After | undefined,
): void {
	const last = found.at(-1);
	if (last !== undefined && last.after === after) {
		found[found.length - 1] = { ...last, text: `${last.text} ${text}`, end };
	} else {
		found.push({ type: "unparsed", text, ...(after !== undefined && { after }), start, end });
	}
}

/** Says that words were kept as text. */
export function unknownDiagnostic(
	tool: string,
	{ text, start, end }: Span & { readonly text: string },
): Diagnostic {
	return {
		code: "iproute/unknown-attribute",
		severity: "warning",
		message: `${tool} is not known to print ${JSON.stringify(text)} here; it is kept as text`,
		start,
		end,
	};
}
