/** A string of JSON that a terminal broke into several lines. */
interface Rejoined {
	readonly value: string;
	readonly end: number;
	/** Of the terminal, in code points. */
	readonly columns: number;
}

/** Columns of the narrowest window that anybody reads JSON in. */
const NARROWEST = 40;

/** The rest of a string, up to its closing quote or the end of the line. */
const REST = /(?:[^"\\\u0000-\u001f]|\\.)*/y;

/** What follows a string in JSON. */
const BEHIND = /[ \t]*(?:[,:}\]\r\n]|$)/y;

/**
 * The string that starts at `start` and is not closed on its line, which ends at `end`:
 *
 * ```
 *             "SandboxID": "727bc5c9f5d0099c1c119e8faead35c9eee37159eeb8017bebd31c5e0f8159
 * 44",
 * ```
 *
 * A terminal breaks all lines at one column and indents nothing, which tells its breaks from a cut.
 */
export function rejoin(
	text: string,
	start: number,
	end: number,
	known: number | undefined,
): Rejoined | undefined {
	const lineStart = text.lastIndexOf("\n", start) + 1;
	const columns = [...text.slice(lineStart, end)].length;
	if (columns < NARROWEST || (known !== undefined && columns !== known)) return undefined;
	let joined = text.slice(start, end);
	for (let at = end; ; ) {
		if (text[at] === "\r") at++;
		if (text[at] !== "\n" || text[at + 1] === " " || text[at + 1] === "\t") return undefined;
		REST.lastIndex = ++at;
		const part = REST.exec(text)![0];
		joined += part;
		at += part.length;
		if (text[at] === '"') return finish(text, joined, at + 1, columns);
		if ([...part].length !== columns) return undefined;
	}
}

function finish(text: string, joined: string, end: number, columns: number): Rejoined | undefined {
	BEHIND.lastIndex = end;
	if (!BEHIND.test(text)) return undefined;
	try {
		return { value: JSON.parse(`${joined}"`) as string, end, columns };
	} catch {
		return undefined;
	}
}
