/** One simple command of a command line, with what its output goes through. */
export interface SimpleCommand {
	/** The words after the shell took the quotes away; no redirections. */
	readonly words: readonly string[];
	/** The programs behind the pipes. */
	readonly pipes: readonly (readonly string[])[];
	/** Whether the output goes to a file. */
	readonly redirected: boolean;
}

/** Nobody types more than this on one line. */
const LONGEST = 8192;

type Token = { readonly word: string } | { readonly operator: string };

const OPERATOR = /^(?:&&|\|\||;|\|&?|&)/;
const REDIRECTION = /^(?:\d|&)?>>?(?:&\d|\|)?|^\d?<{1,3}/;

/**
 * Splits a command line as a shell does: quotes, backslashes, `;`, `&&`, `||`, `|`, `>`. `$(…)` and backquotes
 * stay in their word. Undefined when a quote is left open, as in prose with an apostrophe.
 */
export function readCommands(line: string): SimpleCommand[] | undefined {
	const tokens = line.length > LONGEST ? undefined : tokenize(line);
	if (tokens === undefined) return undefined;
	const commands: SimpleCommand[] = [];
	let stages: string[][] = [[]];
	let redirected = false;
	const finish = (): void => {
		const [words = [], ...pipes] = stages;
		if (words.length > 0) commands.push({ words, pipes, redirected });
		stages = [[]];
		redirected = false;
	};
	for (let index = 0; index < tokens.length; index++) {
		const token = tokens[index]!;
		if ("word" in token) {
			stages.at(-1)?.push(token.word);
		} else if (token.operator.startsWith("|") && token.operator !== "||") {
			stages.push([]);
		} else if (/[<>]/.test(token.operator)) {
			if (/^1?>>?$|^&>/.test(token.operator)) redirected = true;
			// `2>&1` has its target in itself; any other redirection is followed by a file.
			if (!/&\d$/.test(token.operator)) index++;
		} else {
			finish();
		}
	}
	finish();
	return commands;
}

function tokenize(line: string): Token[] | undefined {
	const tokens: Token[] = [];
	let at = 0;
	while (at < line.length) {
		const rest = line.slice(at);
		const blank = /^\s+/.exec(rest);
		const comment = /^#/.test(rest);
		const operator = REDIRECTION.exec(rest) ?? OPERATOR.exec(rest);
		if (blank) {
			at += blank[0].length;
		} else if (comment) {
			break;
		} else if (operator) {
			tokens.push({ operator: operator[0] });
			at += operator[0].length;
		} else {
			const read = readWord(line, at);
			if (read === undefined) return undefined;
			tokens.push({ word: read.word });
			at = read.end;
		}
	}
	return tokens;
}

function readWord(line: string, start: number): { word: string; end: number } | undefined {
	let word = "";
	let at = start;
	while (at < line.length && !/[\s;|&<>]/.test(line[at]!)) {
		const character = line[at]!;
		if (character === "\\") {
			word += line[at + 1] ?? "";
			at += 2;
		} else if (character === "'" || character === "`") {
			const close = line.indexOf(character, at + 1);
			if (close === -1) return undefined;
			word += character === "'" ? line.slice(at + 1, close) : line.slice(at, close + 1);
			at = close + 1;
		} else if (character === '"') {
			const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(line.slice(at));
			if (!quoted) return undefined;
			word += quoted[1]!.replace(/\\(["\\$`])/g, "$1");
			at += quoted[0].length;
		} else if (line.startsWith("$(", at)) {
			const close = closing(line, at + 1);
			if (close === undefined) return undefined;
			word += line.slice(at, close + 1);
			at = close + 1;
		} else {
			word += character;
			at++;
		}
	}
	return { word, end: Math.min(at, line.length) };
}

/** Where the parenthesis that opens at `open` closes. */
function closing(line: string, open: number): number | undefined {
	let depth = 0;
	for (let at = open; at < line.length; at++) {
		if (line[at] === "(") depth++;
		if (line[at] === ")" && --depth === 0) return at;
	}
	return undefined;
}
