import type { Statement } from "@netfossil/capture";

export function statementsOf(ast: unknown): readonly Statement[] {
	return (ast as { readonly statements: readonly Statement[] }).statements;
}

/** How many of some statements a parser made something of, from 0 to 1; blank lines do not count. */
export function shareOf(statements: readonly Statement[]): number {
	const filled = statements.filter(({ type }) => type !== "blank");
	return filled.filter(({ type }) => type !== "unparsed").length / Math.max(1, filled.length);
}
