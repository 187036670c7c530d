import { visible } from "@netfossil/core";
import type { Topology } from "../../model.ts";
import {
	FONT,
	type Layout,
	layoutOf,
	type PlacedBox,
	type PlacedLane,
	type PlacedRow,
	ROW,
	textWidth,
} from "./layout.ts";
import { type Entry, pictureOf } from "./picture.ts";

/** The colours of docker networks: of Okabe and Ito, which the colour-blind can tell apart. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#a0522d", "#6a3d9a"];

const STYLE = `svg{background:#fff;color:#1a1a1a}
text{font:${FONT}px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;fill:currentColor}
.lane{fill:#f6f7f9;stroke:#c4c9d2}
.box{fill:#fff;stroke:#69707d}
.heading{font-weight:bold}
.details,.lan text{fill:#5a6270}
path{fill:none;stroke-width:1.2;opacity:.75}
.veth{stroke:#4b5563}
.tunnel{stroke:#7c3aed;stroke-width:1.6}
.nat{stroke:#b91c1c}
.lan line,.lan path{stroke:#4b5563;stroke-width:1.5}
.assumed{stroke-dasharray:4 3}
.port{fill:#4b5563}`;

/** A topology as a picture: hosts as lanes, namespaces as boxes, interfaces as rows in them; what is assumed is dashed. */
export function toSvg(topology: Topology): string {
	const layout = layoutOf(pictureOf(topology));
	const { lists, height, width } = listsBelow(layout);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}" role="img" aria-label="network topology">`,
		`<style>${STYLE}</style>`,
		...layout.lanes.map(laneFrame),
		...layout.lans.map(
			({ lan, x, top, bottom, branches }) =>
				`<g class="lan"><text x="${n(x - 6)}" y="${n(top - 4)}">${escaped(lan.name)}</text>${line(x, top, x, bottom)}${branches
					.map((path) => `<path d="${rounded(path)}"/>`)
					.join("")}</g>`,
		),
		...layout.links.map(
			({ link, path }) =>
				`<path class="${link.kind}${link.assumed ? " assumed" : ""}" d="${rounded(path)}"><title>${escaped(link.title)}</title></path>`,
		),
		...layout.lanes.flatMap(({ boxes }) => boxes.flatMap((each) => [boxFrame(each), ...boxText(each)])),
		...lists,
		"</svg>",
		"",
	].join("\n");
}

function laneFrame({ lane, x, y, width, height }: PlacedLane): string {
	const style = lane.assumed ? "lane assumed" : "lane";
	return `<rect class="${style}" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="6"/>${text(x + 10, y + 17, lane.heading, "heading")}`;
}

function boxFrame({ box, x, y, width, height }: PlacedBox): string {
	const style = box.assumed ? "box assumed" : "box";
	return `<rect class="${style}" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="4"/>`;
}

function boxText({ box, x, y, rows }: PlacedBox): string[] {
	return [
		...box.heading.map((each, index) => text(x + 10, y + 16 + index * ROW, each, "heading")),
		...rows.map(rowText),
	];
}

function rowText({ row, x, y, width, height, textX }: PlacedRow): string {
	const middle = y + height / 2;
	const sides = [x, x + width].map(
		(at) => `<rect class="port" x="${n(at - 2)}" y="${n(middle - 2)}" width="4" height="4"/>`,
	);
	const dot =
		row.network === undefined
			? ""
			: `<circle cx="${n(textX - 8)}" cy="${n(middle)}" r="4" fill="${colourOf(row.network)}"/>`;
	const details = row.details === "" ? "" : ` <tspan class="details">${escaped(row.details)}</tspan>`;
	const assumed = row.assumed ? ' font-style="italic"' : "";
	return `<g><title>${escaped(row.title)}</title>${sides.join("")}${dot}<text x="${n(textX)}" y="${n(y + 12)}"${assumed}>${escaped(row.name)}${details}</text></g>`;
}

/** Networks with their colours, services, and what is outside, below the hosts. */
function listsBelow({ picture, bottom, width }: Layout): { lists: string[]; height: number; width: number } {
	const lists: string[] = [];
	let y = bottom + 10;
	let widest = width;
	const add = (title: string, entries: readonly Entry[], colours: boolean): void => {
		if (entries.length === 0) return;
		lists.push(text(20, y, title, "heading"));
		for (const [index, entry] of entries.entries()) {
			y += ROW;
			if (colours) lists.push(`<circle cx="28" cy="${n(y - 4)}" r="4" fill="${colourOf(index)}"/>`);
			lists.push(text(38, y, entry.text));
			widest = Math.max(widest, 38 + textWidth(entry.text) + 20);
		}
		y += ROW * 1.5;
	};
	if (picture.part !== undefined) add("a part of the network", [{ id: "", text: picture.part }], false);
	add("networks", picture.networks, true);
	add("services", picture.services, false);
	add("outside the dumps", picture.outside, false);
	return { lists, height: y + 4, width: widest };
}

const colourOf = (index: number): string => COLOURS[index % COLOURS.length]!;

function text(x: number, y: number, content: string, style?: string): string {
	return `<text x="${n(x)}" y="${n(y)}"${style === undefined ? "" : ` class="${style}"`}>${escaped(content)}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number): string {
	return `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}"/>`;
}

/** A coordinate, short and the same on every machine. */
const n = (value: number): string => String(Math.round(value * 10) / 10);

const rounded = (path: string): string => path.replace(/\d+\.\d+/g, (each) => n(Number(each)));

/** Text of a dump as text of SVG: it can hold no markup, and no sign that XML forbids. */
function escaped(content: string): string {
	return content
		.split("\n")
		.map((each) => visible(each))
		.join("\n")
		.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
