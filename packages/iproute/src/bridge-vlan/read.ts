import {
	type Draft,
	type ParseResult,
	parseClean,
	type SourceLine,
	type Unparsed,
	unparsedLine,
} from "@netfossil/core";
import { BlockReader } from "../blocks.ts";
import { PairsParser } from "../pairs.ts";
import { placed, type Row } from "../rows.ts";
import { unknownDiagnostic } from "../unknown.ts";
import type {
	BridgeVlan,
	BridgeVlanStatement,
	Vlan,
	VlanCounters,
	VlanDetails,
	VlanError,
	VlanHeader,
	VlanPort,
} from "./ast.ts";
import { VlanParser } from "./parser.ts";
import { BELOW_INDENT, detailsTrailing, VLAN_INDENT } from "./print.ts";
import { DETAILS } from "./tokens.ts";

const HEADER = /^port[ \t]+vlan[- ]ids?\b/;
/** What netlink's library says to the standard error, which a collector saves with the output. */
const ERROR = /^(?:RTNETLINK answers: |Dump terminated$|Dump was interrupted)/;
const RANGE = /^\d+(?:-\d+)?(?![^ \t])/;

type OpenPort = Omit<Draft<VlanPort>, "vlans"> & { vlans: Vlan[] };
type OpenVlan = Omit<Draft<Vlan>, "below"> & { below?: (VlanCounters | VlanDetails)[] };

let vlans: VlanParser | undefined;
let details: PairsParser | undefined;

/** Reads what `bridge vlan` prints. */
export function parseBridgeVlan(input: string): ParseResult<BridgeVlan> {
	return parseClean(input, (text) => new Reader(text).read("bridge-vlan"));
}

/** Reads the lines of a text one after the other, and gives each the port and the VLAN above it. */
class Reader extends BlockReader<BridgeVlanStatement> {
	/** The port and the VLAN that are open. */
	#port: OpenPort | undefined;
	#vlan: OpenVlan | undefined;

	constructor(text: string) {
		super(text, "bridge vlan");
		vlans ??= new VlanParser();
		details ??= new PairsParser(DETAILS);
	}

	protected line(line: SourceLine, row: Row): void {
		if (HEADER.test(row.body)) {
			// Today's titles end in two blanks, but for those of `-s`.
			const header: VlanHeader = { type: "header", start: 0, end: 0, text: row.body + row.trailing };
			this.alone(placed(header, row, "", row.trailing));
		} else if (row.indent === "" && ERROR.test(row.body)) {
			this.#error(row);
		} else if (row.indent !== "" && RANGE.test(row.body)) {
			this.#ofPort(line, row);
		} else if (/^[RT]X:[ \t]/.test(row.body)) {
			this.#below(line, row, "counters");
		} else if (row.indent !== "" && this.#isDetails(row)) {
			this.#below(line, row, "details");
		} else {
			this.#newPort(line, row);
		}
	}

	/** Several lines of one message are told once. */
	#error(row: Row): void {
		const last = this.statements.at(-1);
		const node: VlanError = placed({ type: "error", start: 0, end: 0, text: row.body }, row, "", "");
		this.alone(node);
		if (last?.type === "error") return;
		const without = row.body.endsWith(": Operation not supported");
		this.diagnostics.push({
			code: "iproute/error",
			severity: without ? "info" : "warning",
			message: without
				? "this kernel keeps no VLANs for bridges: there are none"
				: `bridge failed: ${row.body}`,
			start: row.start,
			end: row.end,
			...(!without && { hint: "the VLANs above are not all: run bridge vlan again, as root" }),
		});
	}

	#newPort(line: SourceLine, row: Row): void {
		const node = this.take(vlans!.readPort(this.text, row.end - row.body.length, row.end));
		if (node === undefined) {
			this.alone(this.#unread(line));
			return;
		}
		const [first] = node.vlans;
		if (first === undefined) {
			this.alone(placed(node, row, "", ""));
			return;
		}
		// The line is the port's and its first VLAN's: the one has the blanks before it, the other those behind it.
		const vlan: OpenVlan = placed(first, row, row.indent, "") as OpenVlan;
		vlan.start = first.id.start;
		const port = node as OpenPort;
		port.start = row.start;
		port.end = row.next;
		if (row.indent !== "") port.indent = row.indent;
		this.alone(port);
		this.#port = port;
		this.#open(vlan);
	}

	#ofPort(line: SourceLine, row: Row): void {
		const read = this.take(vlans!.readVlan(this.text, row.end - row.body.length, row.end));
		if (read === undefined) {
			this.alone(this.#unread(line));
			return;
		}
		const port = this.#port;
		const node = placed(read, row, VLAN_INDENT, "");
		if (port === undefined) {
			this.#orphan(node, "a VLAN of a port whose line is missing");
			this.alone(node);
		} else {
			port.vlans.push(node);
			port.end = row.next;
		}
		this.#open(node as OpenVlan);
	}

	#below(line: SourceLine, row: Row, type: "counters" | "details"): void {
		const from = row.end - row.body.length;
		const read =
			type === "counters" ? this.take(vlans!.readCounters(this.text, from, row.end)) : this.#detailsOf(row);
		if (read === undefined) {
			this.alone(this.#unread(line));
			return;
		}
		const node = placed(read, row, BELOW_INDENT, read.type === "details" ? detailsTrailing : "");
		const vlan = this.#vlan;
		if (vlan === undefined) {
			this.#orphan(node, "a line of a VLAN whose line is missing");
			this.alone(node);
			return;
		}
		vlan.below ??= [];
		vlan.below.push(node);
		vlan.end = row.next;
		if (this.#port !== undefined) this.#port.end = row.next;
	}

	#open(vlan: OpenVlan): void {
		this.#vlan = vlan;
		if (vlan.unknown !== undefined) this.diagnostics.push(unknownDiagnostic("bridge", vlan.unknown));
	}

	#isDetails(row: Row): boolean {
		const from = row.end - row.body.length;
		const reading = details!.readLine(this.text, from, row.end);
		return "node" in reading && reading.node[0]?.type === "attribute";
	}

	#detailsOf(row: Row): VlanDetails | undefined {
		const attributes = this.take(details!.readLine(this.text, row.end - row.body.length, row.end));
		for (const each of attributes ?? []) {
			if (each.type === "unparsed") this.diagnostics.push(unknownDiagnostic("bridge", each));
		}
		return attributes && { type: "details", start: 0, end: 0, attributes };
	}

	/** A statement that is no part of the port above it, and ends it. */
	protected alone(node: BridgeVlanStatement): void {
		this.statements.push(node);
		this.#port = undefined;
		this.#vlan = undefined;
	}

	#orphan({ start, end }: Vlan | VlanCounters | VlanDetails, message: string): void {
		this.diagnostics.push({ code: "iproute/orphan", severity: "info", message, start, end });
	}

	#unread(line: SourceLine): Unparsed {
		return unparsedLine(this.text, line);
	}
}
