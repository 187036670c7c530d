import { type ParseResult, type PartReader, partsOf } from "@netfossil/core";
import { type Reading, StatementParser } from "@netfossil/core/grammar";
import { parseRows } from "../rows.ts";
import type { Setting, SysctlDump, SysctlNotice, SysctlStatement } from "./ast.ts";
import * as t from "./tokens.ts";

/**
 * The lines of `sysctl -a`:
 *
 * ```
 * line := KEY " = " VALUE | "sysctl: " TEXT
 * ```
 */
export class SysctlParser extends StatementParser {
	constructor(skipValidations = true) {
		super(t.tokens, t.createSysctlLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readLine(text: string, start: number, end: number): Reading<SysctlStatement> {
		return this.read(this.line, text, start, end);
	}

	private line = this.RULE(
		"line",
		(): SysctlStatement =>
			this.OR([{ ALT: () => this.SUBRULE(this.setting) }, { ALT: () => this.SUBRULE(this.notice) }]),
	);

	private setting = this.RULE("setting", (): Setting => {
		const key = this.word(this.CONSUME(t.Key));
		const assigned = this.CONSUME(t.Assignment);
		return this.ACTION((): Setting => {
			const { start, end } = this.span(assigned);
			const separator = /^[ \t]*=[ \t]*/.exec(assigned.image)![0];
			const value = assigned.image.slice(separator.length);
			const node: Setting = {
				type: "setting",
				start: 0,
				end: 0,
				key,
				value: { value, start: start + separator.length, end },
			};
			// The blank after the sign is at the end of the line where the value is empty.
			const own = value === "" ? " =" : " = ";
			return separator === own ? node : { ...node, separator };
		});
	});

	private notice = this.RULE("notice", (): SysctlNotice => {
		const { image } = this.CONSUME(t.Notice);
		return { type: "notice", start: 0, end: 0, text: image };
	});
}

let parser: SysctlParser | undefined;

/** Reads what `sysctl -a` prints. */
export function parseSysctl(text: string): ParseResult<SysctlDump> {
	parser ??= new SysctlParser();
	return parseRows(text, "sysctl", parser);
}

/** Reads `sysctl -a` in parts. */
export function sysctlParts(): PartReader<SysctlDump["statements"][number]> {
	return partsOf(parseSysctl);
}
