import stringWidth from "string-width";

/** A column of a table. */
export interface Column<Row> {
	readonly title: string;
	readonly text: (row: Row) => string;
	/** Numbers stand at the right. */
	readonly right?: true;
	/** Whether the column gives way where the terminal is narrow, and at which end of its cells; the last does so first. */
	readonly shrinks?: "start" | "end";
	readonly paint?: (text: string, row: Row) => string;
}

/** No column is cut below this. */
const NARROWEST = 12;
const BETWEEN = "  ";

/**
 * Rows below titles, in columns as wide as their widest cell; on a terminal no line is longer than `columns`, as far as
 * the columns that may shrink allow it. A column without any text is left out.
 */
export function tableLines<Row>(
	columns: readonly Column<Row>[],
	rows: readonly Row[],
	{ indent = "", columns: most = Number.POSITIVE_INFINITY }: { indent?: string; columns?: number } = {},
	title: (text: string) => string = (text) => text,
): string[] {
	const used = columns
		.map((column) => ({ column, cells: rows.map((row) => column.text(row)) }))
		.filter(({ cells }) => cells.some((cell) => cell !== ""))
		.map(({ column, cells }) => ({
			column,
			cells,
			width: cells.reduce((width, cell) => Math.max(width, stringWidth(cell)), stringWidth(column.title)),
		}));
	const whole = used.reduce((sum, { width }) => sum + width + BETWEEN.length, indent.length - BETWEEN.length);
	let excess = whole - most;
	for (const each of used.toReversed()) {
		if (!each.column.shrinks || excess <= 0 || each.width <= NARROWEST) continue;
		const narrower = Math.max(NARROWEST, each.width - excess);
		excess -= each.width - narrower;
		each.width = narrower;
	}

	const line = (
		cellOf: (column: (typeof used)[number]) => [text: string, painted: (text: string) => string],
	) =>
		(
			indent +
			used
				.map((each) => {
					const [text, painted] = cellOf(each);
					const cut = cutText(text, each.width, each.column.shrinks);
					const blanks = " ".repeat(Math.max(0, each.width - stringWidth(cut)));
					return each.column.right ? blanks + painted(cut) : painted(cut) + blanks;
				})
				.join(BETWEEN)
		).replace(/ +$/, "");
	return [
		line(({ column }) => [column.title, title]),
		...rows.map((row, index) =>
			line(({ column, cells }) => [cells[index]!, (text) => column.paint?.(text, row) ?? text]),
		),
	];
}

/** A text in at most this many columns: of a path the end tells more than the start, of a sentence the other way round. */
function cutText(text: string, width: number, from: "start" | "end" = "end"): string {
	if (stringWidth(text) <= width) return text;
	const characters = Array.from(text);
	if (from === "start") characters.reverse();
	let kept = 0;
	for (let columns = 1; kept < characters.length; kept++) {
		columns += stringWidth(characters[kept]!);
		if (columns > width) break;
	}
	const rest = characters.slice(0, kept);
	return from === "start" ? `…${rest.reverse().join("")}` : `${rest.join("")}…`;
}
