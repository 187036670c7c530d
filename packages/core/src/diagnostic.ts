import type { Source } from "./source.ts";
import type { Span } from "./span.ts";

export type Severity = "error" | "warning" | "info";

/** What a parser has to say about a place in its input. Parsers report; they never throw on input. */
export interface Diagnostic extends Span {
	/** Stable and documented in `docs/diagnostics.md`, for example `ipvsadm/syntax`. */
	readonly code: string;
	readonly severity: Severity;
	readonly message: string;
	/** What could have stood there instead, in the words of the format. */
	readonly expected?: readonly string[];
	/** What the reader can do about it. */
	readonly hint?: string;
}

/** Takes a diagnostic of a parser. */
export type Report = (diagnostic: Diagnostic) => void;

/** Colours for the parts of a printed diagnostic; each takes and gives text. */
export interface DiagnosticPaint {
	readonly severity: (text: string, severity: Severity) => string;
	readonly place: (text: string) => string;
	readonly caret: (text: string) => string;
}

const plain: DiagnosticPaint = { severity: (text) => text, place: (text) => text, caret: (text) => text };

/** The widest excerpt of a source line that is shown. */
const EXCERPT = 160;

/**
 * Prints a diagnostic for people:
 *
 * ```
 * node1/ipvsadm.txt:4:7: warning: no rule of ipvsadm-list reads this line [ipvsadm/syntax]
 *   4 | FWM  2x8 rr
 *     |      ^~~
 *   expected a firewall mark
 * ```
 */
export function formatDiagnostic(
	source: Source,
	diagnostic: Diagnostic,
	paint: DiagnosticPaint = plain,
): string {
	const { line, column } = source.locate(diagnostic.start);
	const place = paint.place(`${visible(source.name)}:${line}:${column}:`);
	const severity = paint.severity(`${diagnostic.severity}:`, diagnostic.severity);
	const out = [`${place} ${severity} ${visible(diagnostic.message)} [${diagnostic.code}]`];

	const text = source.lineText(line);
	const from = Math.max(0, column - 1 - EXCERPT / 2);
	const excerpt = text.slice(from, from + EXCERPT);
	const before = column - 1 - from;
	const width = Math.max(1, Math.min(diagnostic.end - diagnostic.start, excerpt.length - before));
	const gutter = String(line);
	out.push(`  ${gutter} | ${visible(excerpt)}`);
	const pad = excerpt.slice(0, before).replace(/[^\t]/g, " ");
	out.push(`  ${" ".repeat(gutter.length)} | ${pad}${paint.caret(`^${"~".repeat(width - 1)}`)}`);
	if (diagnostic.expected?.length) out.push(`  expected ${diagnostic.expected.join(", ")}`);
	if (diagnostic.hint !== undefined) out.push(`  ${diagnostic.hint}`);
	return out.join("\n");
}

/** The longest piece of a dump that a message quotes whole. */
const QUOTED = 60;

/** A piece of a dump in quotes, as messages show it. */
export function excerpt(text: string): string {
	return JSON.stringify(text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text);
}

/**
 * Dump text as it may be shown on a terminal: control characters, which could move the cursor or change
 * the title of the window, become their pictures (`␛`). A tab stays.
 */
export function visible(text: string): string {
	return text.replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, (character) => {
		const code = character.charCodeAt(0);
		if (code < 0x20) return String.fromCharCode(0x2400 + code);
		return code === 0x7f ? "␡" : "�";
	});
}
