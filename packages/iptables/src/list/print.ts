import { printLine, printPlain, trimBlanksEnd, trimBlanksStart } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type {
	Address,
	ChainHead,
	ColumnLine,
	Interface,
	IptablesList,
	ListStatement,
	Match,
	Rule,
	Target,
} from "../ast.ts";
import { printAddressColumn, printCounter, printInterface, printProtocol } from "../fields.ts";
import { matches } from "../matches/index.ts";
import { targets } from "../targets/index.ts";
import { wrap } from "../wrap.ts";

/** Prints a listing as `iptables -L` does. */
export function printList(ast: IptablesList): string {
	const printed = ast.statements.map(printStatement).join("");
	return ast.width === undefined ? printed : wrap(printed, ast.width);
}

function printStatement(node: ListStatement): string {
	switch (node.type) {
		case "table-title":
			return printLine(node, `Table: ${node.name.value}`);
		case "chain-head":
			return printLine(node, head(node));
		case "columns":
			return printLine(node, printColumns(node));
		case "rule":
			return printLine(node, columnsOf(node) + printTail(node));
		case "warning":
		case "command-line":
			return printLine(node, node.text);
		default:
			return printPlain(node);
	}
}

function head({ name, policy, counters, references }: ChainHead): string {
	if (references === "unknown") return `Chain ${name.value} (ERROR obtaining refs)`;
	if (references !== undefined) return `Chain ${name.value} (${references} references)`;
	const counted = counters
		? ` ${printCounter(counters.packets)} packets, ${printCounter(counters.bytes)} bytes`
		: "";
	return `Chain ${name.value} (policy ${policy?.value}${counted})`;
}

/** print_header: "num  ", "%5s %5s " or with -x "%8s %10s ", then the titles. */
export function printColumns({ numbers, counters, interfaces }: Omit<ColumnLine, "start" | "end">): string {
	let out = numbers ? "num  " : "";
	if (counters === "exact") out += "    pkts      bytes ";
	if (counters === "rounded") out += " pkts bytes ";
	out += "target     prot opt ";
	if (interfaces) out += "in     out     ";
	return `${out}source               destination         `;
}

/** The columns of a rule up to its destination, with the blanks that pad it. */
export function columnsOf(rule: Rule): string {
	const { number, counters, protocol, fragment, columns } = rule;
	if (columns?.noTable) return outsideOfTable(rule);
	let out = number ? `${printNumber(number).padEnd(4)} ` : "";
	if (counters)
		out +=
			counter(printCounter(counters.packets), counters.style) +
			counter(printCounter(counters.bytes), counters.style);
	out += `${(targetName(rule) ?? "").padEnd(9)} ${protocol?.negated ? "!" : " "}`;
	const name = protocol ? printProtocol(protocol) : "all";
	// "%-4s " since 1.8.9, "%-5s" before.
	out += columns?.gluedOption ? name.padEnd(5) : columns?.blankOption ? name.padEnd(5) : `${name.padEnd(4)} `;
	out += columns?.blankOption ? "   " : `${option(fragment)} `;
	if (rule.in !== undefined) out += ` ${face(rule.in).padEnd(6)} ${face(rule.out).padEnd(6)} `;
	return `${out}${address(rule.source)} ${address(rule.destination)} `;
}

/** With FMT_NOTABLE the columns have names and no widths. */
function outsideOfTable(rule: Rule): string {
	const { protocol, fragment, source, destination } = rule;
	const out = `${targetName(rule) ?? ""} ${protocol?.negated ? "!" : " "}${protocol ? printProtocol(protocol) : "all"}`;
	const sides = `in ${face(rule.in)} out ${face(rule.out)}`;
	const from = `${source?.negated ? "!" : " "}${source ? printAddressColumn(source) : "0.0.0.0/0"}`;
	const to = `${destination?.negated ? "!" : " "}-> ${destination ? printAddressColumn(destination) : "0.0.0.0/0"}`;
	return `${out} opt ${option(fragment)} ${sides} ${from} ${to}  `;
}

/** `--`, `-f`, `!f` */
function option(fragment: Rule["fragment"]): string {
	if (fragment === undefined) return "--";
	return fragment.negated ? "!f" : "-f";
}

/** "%5llu " or "%4lluK "; with -x "%8llu ". */
const counter = (printed: string, style: string | undefined): string =>
	`${printed.padStart(style === "exact" ? 8 : 5)} `;

function face(node: Interface | undefined): string {
	return node === undefined ? "*" : `${node.negated ? "!" : ""}${printInterface(node)}`;
}

/** A `!` takes the place of the blank before the column. */
function address(node: Address | undefined): string {
	if (node === undefined) return ` ${"0.0.0.0/0".padEnd(19)}`;
	return `${node.negated ? "!" : " "}${printAddressColumn(node).padEnd(19)}`;
}

function targetName({ target }: Rule): string | undefined {
	if (target === undefined) return undefined;
	if (target.type === "jump") return target.chain.value;
	return target.type === "unknown-target" ? target.name.value : target.type;
}

/** How many blanks stand before the first word of a rule. */
export function blanksBefore(rule: Rule): number {
	if (rule.number !== undefined) return 0;
	if (rule.counters === undefined && targetName(rule) !== undefined) return 0;
	const printed = columnsOf(rule);
	return printed.length - trimBlanksStart(printed).length;
}

/** The blanks at the end of a rule: of its last word, or those that pad the destination. */
export function blanksAfter(rule: Rule): string {
	const { target, matches: all } = rule;
	const own = target && targets.get(target.type);
	const last = all[all.length - 1];
	// Printing the tail would tell too, but takes as long as reading it.
	const ends = own?.endsBlank || target?.type === "unknown-target";
	if (last !== undefined && !ends && !matches.get(last.type)?.endsBlank) return "";
	let tail = last === undefined && own === undefined ? "" : printTail(rule);
	if (trimBlanksEnd(tail) === "")
		tail = `${rule.columns?.noTable ? "-> " : address(rule.destination)} ${printTail(rule)}`;
	return tail.slice(trimBlanksEnd(tail).length);
}

function printMatch(match: Match): string {
	return match.type === "unknown-match"
		? ` ${match.text}`
		: (matches.get(match.type)?.printList(match) ?? "");
}

function printTarget(target: Target): string {
	if (target.type === "unknown-target") return ` ${target.text}`;
	return targets.get(target.type)?.printList(target) ?? "";
}

/** What follows the destination: the matches' words and the target's. */
export function printTail(rule: Rule): string {
	const { target } = rule;
	let out = target?.type === "jump" && target.goto ? "[goto] " : "";
	for (const match of rule.matches) out += printMatch(match);
	return target === undefined ? out : out + printTarget(target);
}
