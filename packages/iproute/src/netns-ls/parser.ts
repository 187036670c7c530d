import { type ParseResult, parseDocument } from "@netfossil/core";
import { type IToken, type Reading, StatementParser } from "@netfossil/core/grammar";
import { parseRows } from "../rows.ts";
import type { EntryName, FileEntry, FileName, Folder, NamesRow, NetnsLsDump, Total } from "./ast.ts";
import * as t from "./tokens.ts";

type Line = NamesRow | FileEntry | Total | Folder;

/** Names that Docker, Kubernetes and OpenStack give the files; `default` is Docker's for the host's own. */
const KNOWN_NAME =
	/^(?:\d-[a-z0-9]{10}|[0-9a-f]{12}|lb_[a-z0-9]{9}|ingress_sbox|default|cni-[0-9a-f-]{36}|q(?:router|dhcp)-[0-9a-f-]{36})$/;

/**
 * The lines of `ls`:
 *
 * ```
 * line  := FOLDER ":" | "total" BLOCKS | file | names
 * file  := [INODE] MODE LINKS OWNER GROUP SIZE DATE NAME ["->" TARGET]
 * names := NAME+
 * ```
 */
export class NetnsLsParser extends StatementParser {
	constructor(skipValidations = true) {
		super(t.tokens, t.createNetnsLsLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readLine(text: string, start: number, end: number): Reading<Line> {
		return this.read(this.line, text, start, end);
	}

	private line = this.RULE(
		"line",
		(): Line =>
			this.OR([
				{ ALT: () => this.SUBRULE(this.folder) },
				{ ALT: () => this.SUBRULE(this.total) },
				{ ALT: () => this.SUBRULE(this.file) },
				{ ALT: () => this.SUBRULE(this.names), IGNORE_AMBIGUITIES: true },
			]),
	);

	private folder = this.RULE("folder", (): Folder => {
		const { value, start, end } = this.word(this.CONSUME(t.Path));
		return { type: "folder", start: 0, end: 0, path: { value: value.slice(0, -1), start, end: end - 1 } };
	});

	private total = this.RULE("total", (): Total => {
		this.CONSUME(t.TotalWord);
		return { type: "total", start: 0, end: 0, blocks: this.word(this.CONSUME(t.Integer)) };
	});

	private file = this.RULE("file", (): FileEntry => {
		const inode = this.OPTION1(() => this.number(this.CONSUME2(t.Integer)));
		const mode = this.CONSUME(t.Mode);
		const links = this.CONSUME(t.Integer);
		const owner = this.SUBRULE(this.name);
		const group = this.SUBRULE1(this.name);
		const size = this.CONSUME1(t.Integer);
		const date = this.CONSUME(t.Time);
		const name = this.SUBRULE2(this.name);
		const target = this.OPTION(() => {
			this.CONSUME(t.Arrow);
			return this.SUBRULE3(this.name);
		});
		return this.ACTION(() => {
			const columns = [mode, links, owner, group, size, date, name];
			const gaps = columns.slice(1).map((column, index) => blanksBetween(columns[index]!, column));
			return {
				type: "file",
				start: 0,
				end: 0,
				...(inode && { inode }),
				mode: mode.image,
				links: this.number(links),
				owner: owner.image,
				group: group.image,
				size: this.number(size),
				date: date.image,
				name: this.entryName(name),
				...(target && { target: target.image }),
				...(gaps.some((gap) => gap !== " ") && { gaps }),
			};
		});
	});

	private names = this.RULE("names", (): NamesRow => {
		const words: IToken[] = [];
		this.AT_LEAST_ONE(() => {
			words.push(this.SUBRULE(this.name));
		});
		return this.ACTION(() => ({ type: "names", start: 0, end: 0, names: this.columns(words) }));
	});

	private name = this.RULE(
		"name",
		(): IToken =>
			this.OR([
				{ ALT: () => this.CONSUME(t.Text) },
				{ ALT: () => this.CONSUME(t.Integer) },
				{ ALT: () => this.CONSUME(t.TotalWord) },
				{ ALT: () => this.CONSUME(t.Quoted) },
			]),
	);

	/**
	 * The names of a row. `ls` puts at least two blanks between them; where a paste left one, names of the
	 * shapes that are known tell a row from a sentence (`ls: cannot access …`).
	 */
	private columns(words: readonly IToken[]): FileName[] {
		const names: FileName[] = [];
		let single: IToken | undefined;
		words.forEach((token, index) => {
			const next = words[index + 1];
			const gap = next === undefined ? "  " : blanksBetween(token, next);
			if (gap === " ") single ??= next;
			names.push({ ...this.entryName(token), ...(gap !== "  " && { gap }) });
		});
		if (single !== undefined && !names.every(({ value }) => KNOWN_NAME.test(value))) {
			this.refuse(single, "two blanks between names");
		}
		return names;
	}

	private entryName(token: IToken): EntryName {
		if (token.tokenType !== t.Quoted) return this.word(token);
		const quote = token.image.startsWith("'") ? "'" : '"';
		return { value: token.image.slice(1, -1), quote, ...this.span(token) };
	}
}

/** The blanks between two tokens; a tab of `ls -C` stands for as many as it takes. */
function blanksBetween(left: IToken, right: IToken): string {
	return " ".repeat(right.startOffset - left.startOffset - left.image.length);
}

let parser: NetnsLsParser | undefined;

/** Reads what `ls`, `ls -1`, `ls -l` or `ls -lai` prints of a folder of network namespaces. */
export function parseNetnsLs(input: string): ParseResult<NetnsLsDump> {
	return parseDocument(input, "netns-ls", (text) => {
		parser ??= new NetnsLsParser();
		return parseRows(text, "ls", parser);
	});
}
