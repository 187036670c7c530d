import {
	type Draft,
	type LineNode,
	type ParseResult,
	parseClean,
	type SourceLine,
	unparsedLine,
} from "@netfossil/core";
import { BlockReader } from "../blocks.ts";
import { placed, type Row } from "../rows.ts";
import type { BrctlBridge, BrctlHeader, BrctlPort, BrctlShow, BrctlStatement } from "./ast.ts";
import { BrctlParser } from "./parser.ts";
import { BRIDGE_TRAILING, MAC_WIDTH, PORT_INDENT, stpTrailing, TITLES } from "./print.ts";

const HEADERS = {
	bridges: /^bridge name[ \t]+bridge id[ \t]+STP enabled[ \t]+interfaces$/,
	macs: /^port no[ \t]+mac addr[ \t]+is local\?[ \t]+ageing timer$/,
} as const;
const STP_VALUES =
	/^(?:bridge id|designated (?:root|bridge|port|cost)|root port|max age|hello timer?|forward delay|ageing time|topology change timer|hairpin mode|port id|flags)(?![^ \t])/;

type OpenBridge = Omit<Draft<BrctlBridge>, "ports"> & { ports: BrctlPort[] };

let parser: BrctlParser | undefined;

/** Reads what `brctl show`, `brctl showmacs` and `brctl showstp` print. */
export function parseBrctlShow(input: string): ParseResult<BrctlShow> {
	return parseClean(input, (text) => new Reader(text).read("brctl-show"));
}

/** Reads the lines of a text one after the other, and gives ports to the bridge above them. */
class Reader extends BlockReader<BrctlStatement> {
	readonly #parser: BrctlParser;
	/** The bridge whose ports may follow. */
	#bridge: OpenBridge | undefined;

	constructor(text: string) {
		super(text, "brctl");
		parser ??= new BrctlParser();
		this.#parser = parser;
	}

	protected alone(node: BrctlStatement): void {
		this.statements.push(node);
		this.#bridge = node.type === "bridge" ? (node as OpenBridge) : undefined;
	}

	protected line(line: SourceLine, row: Row): void {
		const node = this.#statement(line, row);
		if (node !== undefined) this.alone(node);
	}

	/** The statement of a line; none where it is a port of the bridge above. */
	#statement(line: SourceLine, row: Row): BrctlStatement | undefined {
		// ` flags\t\t\t` has but one word too.
		if (row.indent.length > 1 && !/[ \t]/.test(row.body)) return this.#port(line, row);
		return this.#known(line, row) ?? unparsedLine(this.text, line);
	}

	#known(line: SourceLine, row: Row): BrctlStatement | undefined {
		for (const of of ["bridges", "macs"] as const) {
			if (!HEADERS[of].test(row.body)) continue;
			const node: Draft<BrctlHeader> = { type: "header", start: 0, end: 0, of };
			if (row.body !== TITLES[of]) node.text = row.body;
			return placed(node, row, "", "");
		}
		const text = this.text;
		const from = row.end - row.body.length;
		if (STP_VALUES.test(row.body)) {
			const node = this.take(this.#parser.readStpValues(text, from, row.end));
			return node && placed(node, row, " ", stpTrailing(node.values));
		}
		if (/^\d+[ \t]+[0-9a-f]{2}:/.test(row.body)) {
			const node = this.take(this.#parser.readMac(text, from, row.end));
			if (node === undefined) return undefined;
			const digits = /^\d+/.exec(row.body)![0].length;
			return placed(node, row, " ".repeat(Math.max(0, MAC_WIDTH - digits)), "");
		}
		if (/^[^ \t]+ \(\d+\)$/.test(row.body)) {
			const node = this.take(this.#parser.readStpPort(text, from, row.end));
			return node && placed(node, row, "", "");
		}
		// The name of a bridge is any word; what follows it tells.
		if (!/[ \t]/.test(row.body) && /^[ \t]+bridge id[ \t]/.test(text.slice(line.next, line.next + 32))) {
			const node = this.take(this.#parser.readStpBridge(text, from, row.end));
			return node && placed(node, row, "", "");
		}
		const node = this.take(this.#parser.readBridge(text, from, row.end));
		return node && placed(node, row, "", node.ports.length === 0 ? BRIDGE_TRAILING : "");
	}

	#port(line: SourceLine, row: Row): BrctlStatement | undefined {
		const read = this.take(this.#parser.readPort(this.text, row.end - row.body.length, row.end));
		if (read === undefined) return unparsedLine(this.text, line);
		const node: LineNode & BrctlPort = placed(read, row, PORT_INDENT, "");
		const bridge = this.#bridge;
		if (bridge === undefined) {
			this.diagnostics.push({
				code: "iproute/orphan",
				severity: "info",
				message: "a port of a bridge whose line is missing",
				start: node.start,
				end: node.end,
			});
			return node;
		}
		bridge.ports.push(node);
		bridge.end = row.next;
		return undefined;
	}
}
