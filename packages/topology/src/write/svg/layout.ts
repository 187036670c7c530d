import type { Box, Lan, Lane, Link, Picture, Row } from "./picture.ts";

/** Sizes in pixels. A character of the font is as wide as {@link CHARACTER}, so that text can be measured here. */
export const FONT = 11;
export const CHARACTER = 6.65;
export const ROW = 16;
const PADDING = 10;
const INDENT = 14;
const GAP = 14;
/** Between columns of boxes, where the lines run. */
const GUTTER = 90;
const LAN_GAP = 26;
const MARGIN = 20;
const HEADING = 26;

interface Rectangle {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

export interface PlacedRow extends Rectangle {
	readonly row: Row;
	/** Where its text begins. */
	readonly textX: number;
}

export interface PlacedBox extends Rectangle {
	readonly box: Box;
	readonly rows: readonly PlacedRow[];
}

export interface PlacedLane extends Rectangle {
	readonly lane: Lane;
	readonly boxes: readonly PlacedBox[];
}

/** A link as a path of SVG. */
export interface PlacedLink {
	readonly link: Link;
	readonly path: string;
}

/** A LAN as a line from top to bottom, with a branch to each of its members. */
export interface PlacedLan {
	readonly lan: Lan;
	readonly x: number;
	readonly top: number;
	readonly bottom: number;
	readonly branches: readonly { readonly x: number; readonly y: number }[];
}

export interface Layout {
	readonly picture: Picture;
	readonly width: number;
	/** Where the lists below the hosts begin. */
	readonly bottom: number;
	readonly lanes: readonly PlacedLane[];
	readonly links: readonly PlacedLink[];
	readonly lans: readonly PlacedLan[];
}

export const textWidth = (text: string): number => [...text].length * CHARACTER;

/**
 * Gives everything a place: a host is a lane, its namespaces stand in columns from its own on the left to the
 * containers on the right, LANs run down on the left. The same picture always gets the same places.
 */
export function layoutOf(picture: Picture): Layout {
	const left = MARGIN + LAN_GAP * picture.lans.length;
	const widths = columnWidths(picture);
	const starts = widths.map((_, index) =>
		widths.slice(0, index).reduce((x, width) => x + width + GUTTER, left + PADDING),
	);
	let y = MARGIN + (picture.lans.length > 0 ? HEADING : 0);
	const width = Math.max(
		starts.length === 0 ? 0 : starts.at(-1)! + widths.at(-1)! + PADDING - left,
		...picture.lanes.map(({ heading }) => textWidth(heading) + 2 * PADDING),
	);
	const places = new Map<string, PlacedRow | PlacedBox>();
	const lanes = picture.lanes.map((lane): PlacedLane => {
		const boxes: PlacedBox[] = [];
		let bottom = y + HEADING;
		for (const [index, column] of lane.columns.entries()) {
			let top = y + HEADING;
			for (const box of ordered(column, picture.links, places)) {
				const placed = placeBox(box, starts[index]!, top, widths[index]!);
				boxes.push(placed);
				places.set(box.id, placed);
				for (const row of placed.rows) places.set(row.row.id, row);
				top += placed.height + GAP;
			}
			bottom = Math.max(bottom, top);
		}
		const placed = { lane, x: left, y, width, height: bottom - y, boxes };
		y = bottom + GAP;
		return placed;
	});
	return {
		picture,
		width: left + width + MARGIN,
		bottom: y,
		lanes,
		links: picture.links.map((link) => ({
			link,
			path: pathOf(places.get(link.from)!, places.get(link.to)!),
		})),
		lans: picture.lans.map((lan, index) => placeLan(lan, MARGIN + LAN_GAP * index, places)),
	};
}

/** A column is as wide as its widest box on any host, so that columns are straight over all hosts. */
function columnWidths({ lanes }: Picture): number[] {
	const widths: number[] = [];
	for (const { columns } of lanes) {
		for (const [index, column] of columns.entries()) {
			for (const { heading, rows } of column) {
				const texts = [
					...heading.map(textWidth),
					...rows.map((row) => rowText(row) + row.depth * INDENT + INDENT),
				];
				widths[index] = Math.max(widths[index] ?? 0, ...texts.map((each) => each + 2 * PADDING));
			}
			widths[index] ??= 0;
		}
	}
	return widths;
}

const rowText = ({ name, details }: Row): number => textWidth(details === "" ? name : `${name} ${details}`);

/** Boxes in the order of what they are linked to in the columns before, so that few lines cross. */
function ordered(
	column: readonly Box[],
	links: readonly Link[],
	places: ReadonlyMap<string, PlacedRow | PlacedBox>,
): Box[] {
	const pull = new Map(
		column.map((box) => {
			const own = new Set(box.rows.map(({ id }) => id));
			const ys = links.flatMap(({ from, to }) => {
				const other = own.has(from) ? to : own.has(to) ? from : undefined;
				const place = other === undefined || own.has(other) ? undefined : places.get(other);
				return place === undefined ? [] : [place.y];
			});
			return [box.id, ys.length === 0 ? Number.MAX_SAFE_INTEGER : ys.reduce((a, b) => a + b) / ys.length];
		}),
	);
	return [...column].sort((a, b) => pull.get(a.id)! - pull.get(b.id)! || (a.id < b.id ? -1 : 1));
}

function placeBox(box: Box, x: number, y: number, width: number): PlacedBox {
	const top = y + PADDING / 2 + box.heading.length * ROW;
	const rows = box.rows.map((row, index) => ({
		row,
		x,
		y: top + index * ROW,
		width,
		height: ROW,
		textX: x + PADDING + INDENT + row.depth * INDENT,
	}));
	return { box, x, y, width, height: PADDING + (box.heading.length + rows.length) * ROW, rows };
}

/** A curve from one row to another, which leaves and reaches them at the sides that face each other. */
function pathOf(from: Rectangle, to: Rectangle): string {
	const y1 = from.y + Math.min(from.height, ROW) / 2;
	const y2 = to.y + Math.min(to.height, ROW) / 2;
	if (from.x === to.x) {
		// In one column: around the left side.
		const bend = from.x - Math.min(GUTTER * 0.8, 20 + Math.abs(y2 - y1) / 8);
		return `M${from.x} ${y1}C${bend} ${y1} ${bend} ${y2} ${to.x} ${y2}`;
	}
	const [a, b] = from.x < to.x ? [from, to] : [to, from];
	const [ya, yb] = from.x < to.x ? [y1, y2] : [y2, y1];
	const xa = a.x + a.width;
	const middle = (xa + b.x) / 2;
	return `M${xa} ${ya}C${middle} ${ya} ${middle} ${yb} ${b.x} ${yb}`;
}

function placeLan(lan: Lan, x: number, places: ReadonlyMap<string, Rectangle>): PlacedLan {
	const branches = lan.members.map((id) => {
		const place = places.get(id)!;
		return { x: place.x, y: place.y + ROW / 2 };
	});
	const ys = branches.map(({ y }) => y);
	return { lan, x, top: MARGIN + HEADING / 2, bottom: ys.reduce((a, b) => Math.max(a, b)), branches };
}
