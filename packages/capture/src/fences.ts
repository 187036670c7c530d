/** What a line is in the fences of a Markdown document. */
export type FenceRole = "opens" | "inside" | "closes" | "outside";

const FENCE = /^\s*(`{3,}|~{3,})\s*(.*?)\s*$/;

/**
 * The role of each line. A fence closes with at least as many of its own characters and nothing behind them
 * but blanks (`~~~\t  `); one that never closes reaches to the end.
 */
export function fenceRoles(lines: readonly { readonly text: string }[]): FenceRole[] {
	let open: string | undefined;
	return lines.map(({ text }) => {
		const fence = FENCE.exec(text);
		const [, marks = "", info = ""] = fence ?? [];
		if (open === undefined) {
			// The info string of a fence of backquotes holds none: "```code``` in a sentence" is no fence.
			if (fence === null || (marks.startsWith("`") && info.includes("`"))) return "outside";
			open = marks;
			return "opens";
		}
		if (fence === null || marks[0] !== open[0] || marks.length < open.length || info !== "") return "inside";
		open = undefined;
		return "closes";
	});
}
