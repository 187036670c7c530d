import {
	type Blank,
	type LineNode,
	type ParseResult,
	parseDocument,
	parseLines,
	type Span,
	trimBlanksEnd,
	trimBlanksStart,
	type Unparsed,
} from "@netfossil/core";
import { nodeOf, type Reading } from "@netfossil/core/grammar";

/** A grammar for lines that stand by themselves. */
export interface LineGrammar<Node extends LineNode> {
	/** Reads a line without the blanks around it. */
	readLine(text: string, start: number, end: number): Reading<Node>;
}

/** The tree of a dump whose lines stand by themselves. */
export interface Rows<Type extends string, Node extends LineNode> extends Span {
	readonly type: Type;
	readonly statements: readonly (Node | Blank | Unparsed)[];
}

/** Reads a text line by line; blanks around a line that the tool does not print are kept beside its node. */
export function parseRows<Type extends string, Node extends LineNode>(
	input: string,
	type: Type,
	grammar: LineGrammar<Node>,
): ParseResult<Rows<Type, Node>> {
	return parseDocument(input, type, (text) =>
		parseLines<Node>(text, type, (line, report) => {
			const whole = text.slice(line.start, line.end);
			const bare = trimBlanksStart(whole);
			const body = trimBlanksEnd(bare);
			const start = line.start + whole.length - bare.length;
			const node = nodeOf(grammar.readLine(text, start, start + body.length), "kernel", report);
			if (node === undefined) return undefined;
			const indent = whole.slice(0, start - line.start);
			const trailing = bare.slice(body.length);
			return {
				...node,
				start: line.start,
				end: line.next,
				...(indent !== "" && { indent }),
				...(trailing !== "" && { trailing }),
				...(line.eol !== "\n" && { eol: line.eol }),
			};
		}),
	);
}
