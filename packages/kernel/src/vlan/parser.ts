import { type ParseResult, trimBlanksEnd, type Word } from "@netfossil/core";
import { type IToken, type Reading, readNumber, StatementParser } from "@netfossil/core/grammar";
import { parseRows } from "../rows.ts";
import type { VlanDevice, VlanDump, VlanNaming, VlanStatement, VlanTitle } from "./ast.ts";
import * as t from "./tokens.ts";

/**
 * The lines of /proc/net/vlan/config:
 *
 * ```
 * line := NAME "|" ID "|" NAME | "VLAN Dev name | VLAN ID" | "Name-Type: " NAMING
 * ```
 */
export class VlanParser extends StatementParser {
	constructor(skipValidations = true) {
		super(t.tokens, t.createVlanLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readLine(text: string, start: number, end: number): Reading<VlanStatement> {
		return this.read(this.line, text, start, end);
	}

	private line = this.RULE(
		"line",
		(): VlanStatement =>
			this.OR([
				{ ALT: () => this.SUBRULE(this.device) },
				{ ALT: () => this.SUBRULE(this.title) },
				{ ALT: () => this.SUBRULE(this.naming) },
			]),
	);

	private device = this.RULE("device", (): VlanDevice => {
		const name = this.#cell(this.CONSUME(t.Cell));
		const second = this.CONSUME1(t.Cell);
		const lower = this.word(this.CONSUME(t.Text));
		return this.ACTION((): VlanDevice => {
			const { value, start, end } = this.#cell(second);
			if (!/^\d+$/.test(value)) this.refuse(second, "a VLAN's number");
			return { type: "vlan", start: 0, end: 0, name, id: readNumber(value, start, end), lower };
		});
	});

	/** What stands before the bar. */
	#cell(token: IToken): Word {
		const { value, start } = this.word(token);
		const text = trimBlanksEnd(value.slice(0, -1));
		return { value: text, start, end: start + text.length };
	}

	private title = this.RULE("title", (): VlanTitle => {
		this.CONSUME(t.Title);
		return { type: "title", start: 0, end: 0 };
	});

	private naming = this.RULE("naming", (): VlanNaming => {
		const { value, start, end } = this.word(this.CONSUME(t.Naming));
		const before = "Name-Type: ".length;
		return {
			type: "naming",
			start: 0,
			end: 0,
			naming: { value: value.slice(before), start: start + before, end },
		};
	});
}

let parser: VlanParser | undefined;

/** Reads /proc/net/vlan/config. */
export function parseVlan(text: string): ParseResult<VlanDump> {
	parser ??= new VlanParser();
	return parseRows(text, "proc-net-vlan", parser);
}
