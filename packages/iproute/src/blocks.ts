import {
	type Blank,
	type Diagnostic,
	linesOf,
	MAX_LINE,
	type ParseResult,
	readBlank,
	type SourceLine,
	tooLong,
	type Unparsed,
	unparsedLine,
} from "@netfossil/core";
import { nodeOf, type Reading } from "@netfossil/core/grammar";
import { type Row, rowOfLine } from "./rows.ts";

/** Reads the lines of a text one after the other, where a line may belong to the block that one above began. */
export abstract class BlockReader<Statement> {
	protected readonly text: string;
	protected readonly statements: Statement[] = [];
	protected readonly diagnostics: Diagnostic[] = [];
	readonly #tool: string;

	/** `tool` is who prints such lines, for messages. */
	constructor(text: string, tool: string) {
		this.text = text;
		this.#tool = tool;
	}

	/** The tree of the whole text. */
	read<Type extends string>(
		type: Type,
	): ParseResult<{ type: Type; start: number; end: number; statements: readonly Statement[] }> {
		for (const line of linesOf(this.text)) this.#line(line);
		this.close();
		const { text, statements, diagnostics } = this;
		return { ast: { type, start: 0, end: text.length, statements }, diagnostics };
	}

	#line(line: SourceLine): void {
		const blank = readBlank(this.text, line);
		if (blank !== undefined) {
			this.alone(blank);
		} else if (line.end - line.start > MAX_LINE) {
			this.diagnostics.push(tooLong(line, this.#tool));
			this.alone(unparsedLine(this.text, line));
		} else {
			this.line(line, rowOfLine(this.text, line));
		}
	}

	/** Takes an empty line, or one that was not read. */
	protected abstract alone(node: Blank | Unparsed): void;

	/** Takes a line that a tool printed. */
	protected abstract line(line: SourceLine, row: Row): void;

	/** Ends what is open when the text ends. */
	protected close(): void {}

	/** The node of a reading; undefined where there is none, and then the fault is told. */
	protected take<Node>(reading: Reading<Node>): Node | undefined {
		return nodeOf(reading, "iproute", (diagnostic) => this.diagnostics.push(diagnostic));
	}
}
