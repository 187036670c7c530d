import {
	type Diagnostic,
	type Draft,
	eolOf,
	type ParseResult,
	parseClean,
	parseLines,
	type Report,
	type SourceLine,
} from "@netfossil/core";
import { nodeOf, type Reading } from "@netfossil/core/grammar";
import { unknownDiagnostic } from "../fields.ts";
import { placed, type Row, rowOfLine, rowsOf } from "../rows.ts";
import type { IpMaddrDump, IpMaddrStatement, MulticastGroup, MulticastInterface } from "./ast.ts";
import { MaddrParser } from "./parser.ts";
import { INDENT } from "./print.ts";

let parser: MaddrParser | undefined;

/** Reads what `ip maddr` prints. */
export function parseIpMaddr(input: string): ParseResult<IpMaddrDump> {
	return parseClean(input, (text) => {
		parser ??= new MaddrParser();
		const grammar = parser;
		const { ast, diagnostics } = parseLines(text, "ip", (line, report) =>
			readLine(grammar, text, line, report),
		);
		const { statements, orphans } = joined(ast);
		return {
			ast: { type: "ip-maddr", start: 0, end: text.length, statements },
			diagnostics: [...diagnostics, ...orphans],
		};
	});
}

function readLine(
	grammar: MaddrParser,
	text: string,
	line: SourceLine,
	report: Report,
): Draft<MulticastInterface> | MulticastGroup | undefined {
	const take = <Node>(reading: Reading<Node>): Node | undefined => nodeOf(reading, "iproute", report);
	const group = (row: Row): MulticastGroup | undefined => {
		const node = take(grammar.readGroup(text, row.end - row.body.length, row.end));
		if (node?.unknown !== undefined) report(unknownDiagnostic(node.unknown));
		return node && placed(node, row, INDENT, "");
	};
	const whole = rowOfLine(text, line);
	if (/^(?:link|inet6?)[ \t]/.test(whole.body)) return group(whole);
	const rows = whole.body.includes("\\") ? rowsOf(text, line) : [];
	const first = rows.length > 1 ? rows[0]! : whole;
	const node = take(grammar.readInterface(text, first.end - first.body.length, first.end));
	if (node === undefined) return undefined;
	const block: Draft<MulticastInterface> = placed(node, first, "", "");
	if (rows.length <= 1) return block;
	const groups = rows.slice(1).map(group);
	if (groups.some((each) => each === undefined)) return undefined;
	block.layout = "one-line";
	block.groups = groups as MulticastGroup[];
	block.end = line.next;
	return Object.assign(block, eolOf(line));
}

/** Puts the groups below their interfaces, and tells of those that have none. */
function joined(nodes: readonly Draft<IpMaddrStatement>[]): {
	readonly statements: readonly IpMaddrStatement[];
	readonly orphans: readonly Diagnostic[];
} {
	const statements: Draft<IpMaddrStatement>[] = [];
	const orphans: Diagnostic[] = [];
	for (const node of nodes) {
		const before = statements.at(-1);
		if (node.type === "link" || node.type === "inet" || node.type === "inet6") {
			if (before?.type === "multicast-interface" && before.layout === undefined) {
				(before.groups as MulticastGroup[]).push(node);
				before.end = node.end;
				continue;
			}
			if (before === undefined || !["link", "inet", "inet6"].includes(before.type))
				orphans.push(orphan(node));
		}
		statements.push(node);
	}
	return { statements: statements as readonly IpMaddrStatement[], orphans };
}

function orphan({ start, end }: MulticastGroup): Diagnostic {
	return {
		code: "iproute/orphan",
		severity: "info",
		message: "these lines belong to an interface whose first line is not here",
		start,
		end,
		expected: ["the line of an interface (INDEX: NAME)"],
	};
}
