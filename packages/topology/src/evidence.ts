import type { Dump } from "@netfossil/capture";
import type { Span } from "@netfossil/core";
import type { Certainty, Evidence, SpanRef } from "./model.ts";

/** What a span counts from: a dump, or a command that was typed. */
export interface Origin {
	/** Commands are of no kind. */
	readonly dump: Pick<Dump, "id" | "source" | "start"> & Partial<Pick<Dump, "kind">>;
}

/** A span of a dump's AST as a place in the file that holds the dump. */
export function spanRef({ dump }: Origin, span: Span): SpanRef {
	const start = dump.source.locate(dump.start + span.start);
	// A statement ends behind its line end; for people it ends on its own line.
	const text = dump.source.text;
	let last = dump.start + span.end;
	while (last > dump.start + span.start && (text[last - 1] === "\n" || text[last - 1] === "\r")) last--;
	const end = dump.source.locate(last);
	return {
		source: dump.id,
		file: dump.source.name,
		line: start.line,
		column: start.column,
		endLine: end.line,
		endColumn: end.column,
	};
}

/** Where something was read: a span and the dump that it belongs to. */
export interface Quote {
	readonly parsed: Origin;
	readonly span: Span;
}

/** Evidence from quoted places. */
export function proof(
	certainty: Certainty,
	rule: string,
	quotes: readonly Quote[],
	because?: string,
): Evidence {
	const refs = quotes.map(({ parsed, span }) => spanRef(parsed, span));
	const starts = (one: SpanRef, other: SpanRef): boolean =>
		one.source === other.source && one.line === other.line && one.column === other.column;
	return { rule, certainty, ...(because === undefined ? {} : { because }), spans: distinct(refs, starts) };
}

/** What a dump says by itself: the rule is its kind. */
export function observed(quote: Quote): Evidence {
	return proof("observed", quote.parsed.dump.kind ?? "typed-command", [quote]);
}

/** A conclusion drawn from facts: their spans, strongest evidence of each, with a rule and words of its own. */
export function conclude(
	certainty: Certainty,
	rule: string,
	premises: readonly (readonly Evidence[])[],
	because: string,
): Evidence {
	const spans = premises.flatMap((premise) => premise[0]?.spans ?? []);
	return { rule, certainty, because, spans: distinct(spans, isSameSpan) };
}

/** Each span once; in an array of no more room than it needs, for there are millions. */
function distinct(spans: readonly SpanRef[], same: (one: SpanRef, other: SpanRef) => boolean): SpanRef[] {
	if (spans.length < 2) return [...spans];
	return spans.filter((span, at) => spans.findIndex((other) => same(other, span)) === at).slice();
}

/** Whether two places are one. */
export function isSameSpan(one: SpanRef, two: SpanRef): boolean {
	return (
		one.source === two.source &&
		one.line === two.line &&
		one.column === two.column &&
		one.endLine === two.endLine &&
		one.endColumn === two.endColumn
	);
}
