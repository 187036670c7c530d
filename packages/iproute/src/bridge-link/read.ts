import {
	type Draft,
	eolOf,
	type ParseResult,
	parseClean,
	type SourceLine,
	type Unparsed,
	unparsedLine,
} from "@netfossil/core";
import { BlockReader } from "../blocks.ts";
import { PairsParser } from "../pairs.ts";
import { INDENT, placed, type Row, rowsOf } from "../rows.ts";
import { unknownDiagnostic } from "../unknown.ts";
import type { BridgeLink, BridgeLinkStatement, BridgePort, BridgePortDetails } from "./ast.ts";
import { PortParser } from "./parser.ts";
import { trailingOf } from "./print.ts";
import { DETAILS } from "./words.ts";

let ports: PortParser | undefined;
let details: PairsParser | undefined;

/** Reads what `bridge link` prints. */
export function parseBridgeLink(input: string): ParseResult<BridgeLink> {
	return parseClean(input, (text) => new Reader(text, "bridge link").read("bridge-link"));
}

/** Reads the lines of a text one after the other, and gives the details to the port above them. */
class Reader extends BlockReader<BridgeLinkStatement> {
	protected alone(node: BridgeLinkStatement): void {
		this.statements.push(node);
	}

	protected line(line: SourceLine, row: Row): void {
		const first = row.body.charCodeAt(0);
		const isPort = first >= 48 && first <= 57;
		if (!(isPort ? this.#port(line, row) : this.#below(row))) this.alone(this.#unread(line));
	}

	/** The first line of a port; with `-o` the only one. False: it is none. */
	#port(line: SourceLine, whole: Row): boolean {
		const [head, below] = rowsOf(this.text, line);
		const one = below !== undefined;
		const row = one ? head! : whole;
		ports ??= new PortParser();
		const read = this.take(ports.readLine(this.text, row.end - row.body.length, row.end));
		if (read === undefined) return false;
		const node: Draft<BridgePort> = placed(read, row, INDENT.head, trailingOf(read));
		const rest = one ? this.#details(below, node.name.value) : undefined;
		if (one && rest === undefined) return false;
		for (const words of node.unknown ?? []) this.diagnostics.push(unknownDiagnostic("bridge", words));
		if (rest !== undefined) {
			node.layout = "one-line";
			node.details = rest;
			node.end = line.next;
			Object.assign(node, eolOf(line));
		}
		this.alone(node as BridgePort);
		return true;
	}

	/** The details of the port above. False: they are none. */
	#below(row: Row): boolean {
		const port = this.statements.at(-1);
		const mine = port?.type === "port" && port.details === undefined && port.nameAgain === undefined;
		const node =
			row.indent === "" && !mine ? undefined : this.#details(row, mine ? port.name.value : undefined);
		if (node === undefined) return false;
		if (mine) {
			Object.assign(port, { details: node, end: node.end });
			return true;
		}
		this.diagnostics.push({
			code: "iproute/orphan",
			severity: "info",
			message: "details of a port whose first line is missing",
			start: node.start,
			end: node.end,
		});
		this.alone(node);
		return true;
	}

	/** A line of details; undefined when no word of it is known. */
	#details(row: Row, name: string | undefined): BridgePortDetails | undefined {
		details ??= new PairsParser(DETAILS);
		const reading = details.readLine(this.text, row.end - row.body.length, row.end);
		if ("fault" in reading || !reading.node.some(({ type }) => type === "attribute")) return undefined;
		const node: Draft<BridgePortDetails> = { type: "details", start: 0, end: 0, attributes: reading.node };
		const last = reading.node.at(-1);
		if (last?.type === "unparsed" && last.text === name && last.gap === undefined) {
			node.attributes = reading.node.slice(0, -1);
			node.nameAgain = { value: last.text, start: last.start, end: last.end };
		}
		for (const each of node.attributes) {
			if (each.type === "unparsed") this.diagnostics.push(unknownDiagnostic("bridge", each));
		}
		return placed(node, row, INDENT.property, trailingOf(node));
	}

	#unread(line: SourceLine): Unparsed {
		const known = this.diagnostics.at(-1);
		if (known === undefined || known.start < line.start) {
			this.diagnostics.push({
				code: "iproute/syntax",
				severity: "warning",
				message: "bridge link does not print this line; it is kept as it stands",
				start: line.start,
				end: line.end,
				expected: ["INDEX: NAME: <FLAGS>", "details of a port (hairpin off …)"],
			});
		}
		return unparsedLine(this.text, line);
	}
}
