/** How a document's lines are laid out: what stands between its tokens when nothing else is said. */
export interface Layout {
	/** The blanks before the elements of a container at this depth, or before its closing bracket one less. */
	readonly gap: (depth: number) => string;
	readonly colon: string;
}

export const DEFAULT_UNIT = "    ";

/** The layout that a statement's fields describe. */
export function layoutOf({
	unit = DEFAULT_UNIT,
	newline = "\n",
	indent = "",
}: {
	readonly unit?: string;
	readonly newline?: "\n" | "\r\n";
	readonly indent?: string;
}): Layout {
	if (unit === "") return { gap: () => "", colon: ":" };
	const gaps: string[] = [];
	const gap = (depth: number): string => {
		gaps[depth] ??= newline + indent + unit.repeat(depth);
		return gaps[depth];
	};
	return { gap, colon: ": " };
}
