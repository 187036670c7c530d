import type { ColumnLine } from "../ast.ts";

/** The sets of columns whose numbers only their titles tell apart. */
export type NumberColumns = "stats" | "rate" | "thresholds" | "persistent-conn";

const TITLES: Record<NumberColumns, string> = {
	stats: "Conns InPkts OutPkts InBytes OutBytes",
	rate: "CPS InPPS OutPPS InBPS OutBPS",
	thresholds: "Uthreshold Lthreshold ActiveConn InActConn",
	"persistent-conn": "Weight PersistConn ActiveConn InActConn",
};

/** How wide the titles of the numbers are, to the left of their columns. */
const WIDTHS: Partial<Record<NumberColumns, readonly number[]>> = {
	thresholds: [10, 10, 10, 10],
	"persistent-conn": [9, 11, 10, 10],
};

const SERVICE = /^Prot +LocalAddress:Port(?: +(.+))?$/;
const SERVER = /^ {2}-> RemoteAddress:Port(?: +(.+))?$/;
const CONNECTION = /^pro expire +(state) +(source) +(virtual) +(destination)(?: +(pe name) +(pe_data))?$/;

/** Reads a line of titles. */
export function readTitles(body: string): ColumnLine | undefined {
	const service = SERVICE.exec(body);
	const server = service ?? SERVER.exec(body);
	if (server) {
		const of = service ? "service" : "real-server";
		return { type: "columns", of, titles: server[1]?.split(/ +/) ?? [], start: 0, end: 0 };
	}
	const connection = CONNECTION.exec(body);
	if (!connection) return undefined;
	const titles = connection.slice(1).filter((title) => title !== undefined);
	return { type: "columns", of: "connection", titles, start: 0, end: 0 };
}

/** The columns that the titles of services announce; undefined for `Scheduler Flags`. */
export function columnsOf({ titles }: ColumnLine): NumberColumns | undefined {
	const joined = titles.join(" ");
	for (const [columns, known] of Object.entries(TITLES))
		if (known === joined) return columns as NumberColumns;
	return undefined;
}

/** A line of titles as `print_title` prints it. */
export function printTitles(node: ColumnLine): string {
	const { titles } = node;
	if (node.of === "connection") return connectionTitles(titles);
	if (node.of === "real-server") {
		if (titles.length === 0) return "  -> RemoteAddress:Port";
		const padded = titles.map((title) => (title === "TunnelInfo" ? title.padEnd(13) : title));
		return ["  -> RemoteAddress:Port          ", ...padded].join(" ");
	}
	const columns = columnsOf(node);
	if (columns === undefined) return ["Prot LocalAddress:Port", ...titles].join(" ");
	const widths = WIDTHS[columns];
	// "%-33s %8s %8s %8s %8s %8s", "%-33s %-10s %-10s %-10s %-10s", "%-33s %-9s %-11s %-10s %-10s"
	const padded = titles.map((title, at) => (widths ? title.padEnd(widths[at]!) : title.padStart(8)));
	return ["Prot LocalAddress:Port".padEnd(33), ...padded].join(" ");
}

/** "pro expire %-11s %-18s %-18s %s", with `--persistent-conn` "pro expire %-11s %-18s %-18s %-18s %-16s %s" */
function connectionTitles(titles: readonly string[]): string {
	const widths = [11, 18, 18, 18, 16];
	const padded = titles.map((title, at) => (at < titles.length - 1 ? title.padEnd(widths[at]!) : title));
	return ["pro expire", ...padded].join(" ");
}
