import type { ParseResult } from "@netfossil/core";
import { type Reading, StatementParser } from "@netfossil/core/grammar";
import { parseRows } from "../rows.ts";
import type { BondingDump, BondingField, BondingHeading, BondingStatement } from "./ast.ts";
import * as t from "./tokens.ts";

/**
 * The lines of a file of /proc/net/bonding:
 *
 * ```
 * line := KEY ": " VALUE | HEADING
 * ```
 */
export class BondingParser extends StatementParser {
	constructor(skipValidations = true) {
		super(t.tokens, t.createBondingLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readLine(text: string, start: number, end: number): Reading<BondingStatement> {
		return this.read(this.line, text, start, end);
	}

	private line = this.RULE(
		"line",
		(): BondingStatement =>
			this.OR([{ ALT: () => this.SUBRULE(this.field) }, { ALT: () => this.SUBRULE(this.heading) }]),
	);

	private field = this.RULE("field", (): BondingField => {
		const key = this.word(this.CONSUME(t.Key));
		const { value, start, end } = this.word(this.CONSUME(t.Value));
		return {
			type: "field",
			start: 0,
			end: 0,
			key,
			value: { value: value.slice(2), start: start + 2, end },
		};
	});

	private heading = this.RULE("heading", (): BondingHeading => {
		const { image } = this.CONSUME(t.Heading);
		return { type: "heading", start: 0, end: 0, text: image };
	});
}

let parser: BondingParser | undefined;

/** Reads a file of /proc/net/bonding. */
export function parseBonding(text: string): ParseResult<BondingDump> {
	parser ??= new BondingParser();
	return parseRows(text, "proc-net-bonding", parser);
}
