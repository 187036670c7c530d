import { trimBlanksEnd } from "@netfossil/core";
import type { RouteLayout, RouteRow } from "./ast.ts";

/** The columns that are numbers. */
export type NumberColumn = "metric" | "references" | "uses" | "mss" | "window" | "irtt";

export type Column = "destination" | "gateway" | "netmask" | "flags" | "interface" | NumberColumn;

interface Layout {
	/** The line of titles. */
	readonly titles: string;
	/** Each column with its width, as in `printf`: below zero it is filled up at the right. */
	readonly columns: readonly (readonly [Column, number])[];
}

const IPV4: Layout["columns"] = [
	["destination", -15],
	["gateway", -15],
	["netmask", -15],
	["flags", -5],
];

/** `printf("%-15s %-15s %-15s %-5s %-6d %-2d %7d %s\n", …)` and its likes. */
export const LAYOUTS: Readonly<Record<RouteLayout, Layout>> = {
	route: {
		titles: "Destination     Gateway         Genmask         Flags Metric Ref    Use Iface",
		columns: [...IPV4, ["metric", -6], ["references", -2], ["uses", 7], ["interface", 0]],
	},
	netstat: {
		titles: "Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface",
		columns: [...IPV4, ["mss", 5], ["window", -5], ["irtt", 6], ["interface", 0]],
	},
	extended: {
		titles:
			"Destination     Gateway         Genmask         Flags Metric Ref    Use Iface    MSS   Window irtt",
		columns: [
			...IPV4,
			["metric", -6],
			["references", -2],
			["uses", 7],
			["interface", -8],
			["mss", -5],
			["window", -6],
			["irtt", 0],
		],
	},
	ipv6: {
		titles: "Destination                    Next Hop                   Flag Met Ref  Use If",
		columns: [
			["destination", -30],
			["gateway", -26],
			["flags", -4],
			["metric", -3],
			["references", -1],
			["uses", 6],
			["interface", 0],
		],
	},
	"ipv6-wide": {
		titles:
			"Destination                                 Next Hop                                Flags Metric Ref    Use Iface",
		columns: [
			["destination", -43],
			["gateway", -39],
			["flags", -5],
			["metric", -6],
			["references", -2],
			["uses", 7],
			["interface", -8],
		],
	},
};

export const LAYOUT_NAMES = Object.keys(LAYOUTS) as RouteLayout[];

/** The cells of a row in their columns. The last column is filled up too: `eth0    `. */
export function joinCells(layout: RouteLayout, cells: readonly string[]): string {
	return LAYOUTS[layout].columns
		.map(([, width], at) => (width < 0 ? cells[at]!.padEnd(-width) : cells[at]!.padStart(width)))
		.join(" ");
}

/** The blanks at the end of a row that are the tool's own. */
export function rowTrailing({ layout, interface: { value } }: RouteRow): string {
	return layout === "ipv6-wide" ? " ".repeat(Math.max(0, 8 - value.length)) : "";
}

/** The layout of a line of titles, however wide its blanks are. */
export function layoutOfTitles(line: string): RouteLayout | undefined {
	const words = trimBlanksEnd(line).replace(/[ \t]+/g, " ");
	return LAYOUT_NAMES.find((name) => LAYOUTS[name].titles.replace(/ +/g, " ") === words);
}

/** The layouts that a row without titles may be of: those that would print it as it is come first. */
export function layoutsOfRow(line: string, cells: readonly string[]): RouteLayout[] {
	const fitting = LAYOUT_NAMES.filter((name) => LAYOUTS[name].columns.length === cells.length);
	const exact = (name: RouteLayout): boolean => trimBlanksEnd(joinCells(name, cells)) === line;
	return [...fitting.filter(exact), ...fitting.filter((name) => !exact(name))];
}
