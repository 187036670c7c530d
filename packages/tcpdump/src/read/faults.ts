import type { Diagnostic, SourceLine, Span } from "@netfossil/core";
import { syntaxDiagnostic } from "@netfossil/core/grammar";

/** That the closing summary stands in a packet. */
export function spliced({ start, end }: Span): Diagnostic {
	return {
		code: "tcpdump/spliced",
		severity: "info",
		message: "the closing summary stands in the middle of a packet, which is read as if it did not",
		hint: "capture with tcpdump -l, or send stderr to a file of its own",
		start,
		end,
	};
}

/** That a text begins or ends within a packet. */
export function cut({ start, end }: SourceLine, what: "begins" | "ends"): Diagnostic {
	const message = `the text ${what} in the middle of a packet`;
	return { code: "tcpdump/cut", severity: "info", message, start, end };
}

/** A line that tcpdump is not known to print. */
export function unknown(line: SourceLine, whole: string): Diagnostic {
	const body = whole.trim();
	const start = line.start + whole.indexOf(body);
	return syntaxDiagnostic("tcpdump", {
		start,
		end: start + body.length,
		found: body,
		expected: ["a packet", "a banner", "the closing summary"],
	});
}
