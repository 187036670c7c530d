import {
	type Draft,
	type ParseResult,
	parseClean,
	type SourceLine,
	type Unparsed,
	unparsedLine,
} from "@netfossil/core";
import { BlockReader } from "../blocks.ts";
import { placed, type Row } from "../rows.ts";
import type {
	Ifconfig,
	IfconfigInterface,
	IfconfigLine,
	IfconfigStatement,
	InterfaceTableColumns,
	InterfaceTableTitle,
} from "./ast.ts";
import { IfconfigParser } from "./parser.ts";
import { indentOf, TITLE, trailingOf } from "./print.ts";

const HEAD = /^[^ \t]+(?:: flags=-?\d+<|[ \t]+Link encap:)/;
const COLUMNS = /^Iface[ \t]+MTU[ \t]+(?:Met[ \t]+)?RX-OK[ \t]/;

type OpenInterface = Omit<Draft<IfconfigInterface>, "lines"> & { lines: IfconfigLine[] };

let parser: IfconfigParser | undefined;

/** Reads what `ifconfig` and `netstat -i` print. */
export function parseIfconfig(input: string): ParseResult<Ifconfig> {
	return parseClean(input, (text) => new Reader(text).read("ifconfig"));
}

/** Reads the lines of a text one after the other, and gives those that are indented to the interface above. */
class Reader extends BlockReader<IfconfigStatement> {
	readonly #parser: IfconfigParser;
	/** The interface whose lines may follow. */
	#interface: OpenInterface | undefined;
	/** Whether rows of a table may follow. */
	#table = false;
	/** Whether it was said that lines belong to no interface. */
	#orphans = false;

	constructor(text: string) {
		super(text, "ifconfig");
		parser ??= new IfconfigParser();
		this.#parser = parser;
	}

	protected alone(node: IfconfigStatement): void {
		this.statements.push(node);
		this.#interface = node.type === "interface" ? (node as OpenInterface) : undefined;
		if (node.type !== "columns" && node.type !== "row") this.#table = false;
	}

	protected line(line: SourceLine, row: Row): void {
		const node = this.#statement(line, row);
		if (node !== undefined) this.alone(node);
	}

	/** The statement of a line; none where it belongs to the interface above. */
	#statement(line: SourceLine, row: Row): IfconfigStatement | undefined {
		if (HEAD.test(row.body)) {
			const node = this.take(this.#parser.readHead(this.text, row.end - row.body.length, row.end));
			return node === undefined ? unparsedLine(this.text, line) : placed(node, row, "", trailingOf(node));
		}
		if (row.body === TITLE)
			return placed(
				{ type: "title", start: 0, end: 0 } satisfies InterfaceTableTitle as InterfaceTableTitle,
				row,
				"",
				"",
			);
		if (COLUMNS.test(row.body)) {
			this.#table = true;
			return placed(
				{ type: "columns", start: 0, end: 0, text: row.body } satisfies InterfaceTableColumns,
				row,
				"",
				"",
			);
		}
		if (this.#table || (row.indent === "" && this.#interface === undefined)) return this.#row(line, row);
		return this.#member(line, row);
	}

	#row(line: SourceLine, row: Row): IfconfigStatement {
		const node = this.take(this.#parser.readRow(this.text, row.end - row.body.length, row.end));
		return node === undefined ? unparsedLine(this.text, line) : placed(node, row, "", "");
	}

	#member(line: SourceLine, row: Row): IfconfigLine | undefined {
		const node = this.#read(line, row);
		const open = this.#interface;
		if (open === undefined) {
			if (!this.#orphans && node.type !== "unparsed") this.#orphan(node);
			return node;
		}
		// A line that nobody knows and that is not indented was printed by another tool.
		if (node.type === "unparsed" && row.indent === "") return node;
		open.lines.push(node);
		open.end = row.next;
		return undefined;
	}

	#read(line: SourceLine, row: Row): IfconfigLine {
		const read: IfconfigLine | Unparsed | undefined = this.take(
			this.#parser.readLine(this.text, row.end - row.body.length, row.end),
		);
		if (read === undefined || read.type === "unparsed") return unparsedLine(this.text, line);
		return placed(read, row, indentOf(read.layout), trailingOf(read));
	}

	#orphan({ start, end }: IfconfigLine): void {
		this.#orphans = true;
		const message = "lines of an interface whose first line is missing";
		this.diagnostics.push({ code: "iproute/orphan", severity: "info", message, start, end });
	}
}
