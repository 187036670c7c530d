import { type Diagnostic, linesOf, type Severity } from "@netfossil/core";
import { parseDump } from "./capture.ts";
import { readDate } from "./date.ts";
import type { Capture, Dump, Flaw, ParsedDump, PassedOver, Place, Problem, SilentCommand } from "./dump.ts";
import type { KindName, Statement } from "./kinds.ts";

/** The version of {@link Inventory}; a reader refuses a name that it does not know. New fields keep it. */
export const INVENTORY_SCHEMA = "netfossil/inventory/1";

/** What a capture holds: every dump and how much of it could be read, and everything that is no dump. Plain JSON. */
export interface Inventory {
	readonly schema: typeof INVENTORY_SCHEMA;
	/** In the order of hosts and places by name, the host's own namespace first; those of a place as they were found. */
	readonly dumps: readonly InventoryDump[];
	/** Commands that are known to have run and to have printed nothing. */
	readonly silent: readonly SilentCommand[];
	readonly passedOver: readonly PassedOver[];
	readonly problems: readonly Problem[];
	readonly totals: Totals;
}

/** A dump, and how much of it could be read. */
export interface InventoryDump {
	/** As `Dump.id`: `path`, or `path:line` in a document. */
	readonly id: string;
	readonly kind: KindName;
	readonly host: string;
	readonly place: Place;
	readonly command?: string;
	readonly file: string;
	/** First and last line in the file. */
	readonly lines: { readonly first: number; readonly last: number };
	/**
	 * When it was taken, as far as anything tells: ISO 8601, in UTC (`2026-11-21T00:16:25Z`) or without a zone where nothing
	 * tells which one it is; what cannot be read as a time is as it was found.
	 */
	readonly time?: string;
	/** Why it proves less than another. */
	readonly flaws?: readonly Flaw[];
	/** Lines that are not blank and that the parser made something of, if not of every word. */
	readonly read: number;
	/** Lines that the parser kept as they are. */
	readonly unparsed: number;
	/** What the parser remarked, by code, in the order of the first place of each. */
	readonly diagnostics: readonly DiagnosticCount[];
}

/** The diagnostics of one code. */
export interface DiagnosticCount {
	readonly code: string;
	readonly severity: Severity;
	readonly count: number;
	/** The first of them, with its place in the file; lines and columns count from 1. */
	readonly first: { readonly line: number; readonly column: number; readonly message: string };
}

export interface Totals {
	readonly hosts: number;
	/** Namespaces and containers that dumps were taken in; a host's own counts as one. */
	readonly places: number;
	readonly dumps: number;
	readonly read: number;
	readonly unparsed: number;
	/** Whole files that are no dumps and were not used otherwise. */
	readonly filesPassedOver: number;
}

/** The dumps of a capture in the order of an inventory. */
export function inOrder(dumps: readonly Dump[]): Dump[] {
	const order = new Map(dumps.map((dump, index) => [dump, index]));
	return [...dumps].sort(
		(a, b) =>
			byName(a.scope.host, b.scope.host) ||
			byName(placeKey(a.scope.place), placeKey(b.scope.place)) ||
			order.get(a)! - order.get(b)!,
	);
}

/** Reads a dump and keeps of it what an inventory tells; its tree is dropped. */
export function takeStock(dump: Dump): InventoryDump {
	const parsed = parseDump(dump);
	const { source, start, end, scope, command, time, flaws } = dump;
	return {
		id: dump.id,
		kind: dump.kind,
		host: scope.host,
		place: scope.place,
		...(command !== undefined && { command }),
		file: source.name,
		lines: { first: source.locate(start).line, last: source.locate(Math.max(start, end - 1)).line },
		...(time !== undefined && { time: readDate(time) ?? time }),
		...(flaws && { flaws }),
		...countLines(parsed),
		diagnostics: countDiagnostics(parsed),
	};
}

/** The totals of dumps that were taken stock of, and of what was passed over. */
export function totalsOf(dumps: readonly InventoryDump[], passedOver: readonly PassedOver[]): Totals {
	const sum = (count: (dump: InventoryDump) => number): number =>
		dumps.reduce((total, dump) => total + count(dump), 0);
	return {
		hosts: new Set(dumps.map(({ host }) => host)).size,
		places: new Set(dumps.map(({ host, place }) => `${host}\0${placeKey(place)}`)).size,
		dumps: dumps.length,
		read: sum(({ read }) => read),
		unparsed: sum(({ unparsed }) => unparsed),
		filesPassedOver: passedOver.filter(({ type, used }) => type === "file" && !used).length,
	};
}

/** Takes stock of a capture: one dump is read at a time, so that memory holds no more than one tree. */
export function inventoryOf(capture: Capture, eachDump: (dump: Dump) => void = () => {}): Inventory {
	const dumps = inOrder(capture.dumps).map((dump) => {
		eachDump(dump);
		return takeStock(dump);
	});
	const { silent, passedOver, problems } = capture;
	return {
		schema: INVENTORY_SCHEMA,
		dumps,
		silent,
		passedOver,
		problems,
		totals: totalsOf(dumps, passedOver),
	};
}

/** What tells places of one host apart, and puts them in order: the host's own first. */
export function placeKey(place: Place): string {
	switch (place.type) {
		case "host":
			return "";
		case "netns":
			return `netns ${place.name}`;
		case "container":
			return `container ${place.id}`;
	}
}

/** The same order on every machine, whatever its locale. */
function byName(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/** A line counts as not read when a statement that the parser kept as it is stands on it. */
function countLines({ dump, ast }: ParsedDump): Pick<InventoryDump, "read" | "unparsed"> {
	const text = dump.source.text.slice(dump.start, dump.end);
	const kept = (ast as { readonly statements: readonly Statement[] }).statements.filter(
		({ type }) => type === "unparsed",
	);
	let read = 0;
	let unparsed = 0;
	let next = 0;
	for (const { start, end } of linesOf(text)) {
		if (text.slice(start, end).trim() === "") continue;
		while (next < kept.length && kept[next]!.end <= start) next++;
		if (next < kept.length && kept[next]!.start < end) unparsed++;
		else read++;
	}
	return { read, unparsed };
}

function countDiagnostics({ dump, diagnostics }: ParsedDump): DiagnosticCount[] {
	const byCode = new Map<string, Diagnostic[]>();
	for (const diagnostic of diagnostics) {
		const alike = byCode.get(diagnostic.code);
		if (alike) alike.push(diagnostic);
		else byCode.set(diagnostic.code, [diagnostic]);
	}
	return [...byCode.values()].map((alike) => {
		const first = alike.reduce((least, each) => (each.start < least.start ? each : least));
		const { line, column } = dump.source.locate(dump.start + first.start);
		const { code, severity, message } = first;
		return { code, severity, count: alike.length, first: { line, column, message } };
	});
}
