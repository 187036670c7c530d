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
/** Between lines that run side by side. */
const TRACK = 6;
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

/** A LAN as a line from top to bottom, with a branch, a path of SVG, to each of its members. */
export interface PlacedLan {
	readonly lan: Lan;
	readonly x: number;
	readonly top: number;
	readonly bottom: number;
	readonly branches: readonly string[];
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
 * containers on the right, LANs run down on the left. No line runs behind a box: one between columns that are not
 * neighbours goes below the boxes of its lane. The same picture always gets the same places.
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
	const columns = columnsOf(picture);
	const detours = detoursOf(picture, columns);
	/** Where the lines below the boxes of a lane begin. */
	const tracks = new Map<Lane, number>();
	const lanes = picture.lanes.map((lane): PlacedLane => {
		const boxes: PlacedBox[] = [];
		let bottom = y + HEADING;
		const around = detours.filter((each) => each.lane === lane);
		const furthest = around.reduce((most, { to }) => Math.max(most, columns.get(to)![0]), 0);
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
			// Lines that go around end before the column of their last end, whose boxes they need not pass.
			if (index < furthest) tracks.set(lane, bottom);
		}
		bottom = Math.max(bottom, (tracks.get(lane) ?? y) + around.length * TRACK);
		const placed = { lane, x: left, y, width, height: bottom - y, boxes };
		y = bottom + GAP;
		return placed;
	});
	const lanX = new Map(picture.lans.map((lan, index) => [lan, MARGIN + LAN_GAP * index]));
	const detoured = new Map<Link | Lan, Map<string, string>>();
	for (const lane of picture.lanes) {
		const here = detours
			.filter((each) => each.lane === lane)
			.map((each) => ({ ...each, start: each.from === undefined ? undefined : places.get(each.from)! }))
			.map((each) => ({ ...each, end: places.get(each.to)! }))
			.sort(
				(a, b) =>
					middleOf(a.start ?? a.end) - middleOf(b.start ?? b.end) || middleOf(a.end) - middleOf(b.end),
			);
		for (const [index, { of, start, end, to }] of here.entries()) {
			// From the top left corner inwards, so that these lines do not cross each other more than they must.
			const step = Math.min(TRACK, GUTTER / 3 / here.length);
			const y = tracks.get(lane)! + index * TRACK;
			const up = end.x - GUTTER / 2 + index * step;
			const down = start && start.x + start.width + GUTTER / 2 - (index + 1) * step;
			const begin =
				start === undefined
					? `M${lanX.get(of as Lan)} ${y}`
					: `M${start.x + start.width} ${middleOf(start)}H${down}V${y}`;
			const paths = detoured.get(of) ?? new Map<string, string>();
			detoured.set(of, paths.set(to, `${begin}H${up}V${middleOf(end)}H${end.x}`));
		}
	}
	return {
		picture,
		width: left + width + MARGIN,
		bottom: y,
		lanes,
		links: picture.links.map((link) => ({
			link,
			path:
				[...(detoured.get(link)?.values() ?? [])][0] ?? pathOf(places.get(link.from)!, places.get(link.to)!),
		})),
		lans: picture.lans.map((lan) => placeLan(lan, lanX.get(lan)!, places, detoured.get(lan))),
	};
}

/** The column of each box and row, and its lane. */
function columnsOf({ lanes }: Picture): Map<string, readonly [column: number, lane: Lane]> {
	const columns = new Map<string, readonly [number, Lane]>();
	for (const lane of lanes)
		for (const [column, boxes] of lane.columns.entries())
			for (const { id, rows } of boxes)
				for (const each of [id, ...rows.map((row) => row.id)]) columns.set(each, [column, lane]);
	return columns;
}

/** A line that would run behind boxes, and goes below those of a lane instead. */
interface Detour {
	readonly of: Link | Lan;
	readonly lane: Lane;
	/** Its left end; a branch of a LAN comes from the left of all. */
	readonly from?: string;
	readonly to: string;
}

function detoursOf(picture: Picture, columns: ReturnType<typeof columnsOf>): Detour[] {
	const links = picture.links.flatMap((link): Detour[] => {
		const [a, b] = [columns.get(link.from)!, columns.get(link.to)!];
		if (Math.abs(a[0] - b[0]) <= 1) return [];
		const [from, to, [, lane]] = a[0] < b[0] ? [link.from, link.to, a] : [link.to, link.from, b];
		return [{ of: link, lane, from, to }];
	});
	const branches = picture.lans.flatMap((lan) =>
		lan.members
			.filter((id) => columns.get(id)![0] > 0)
			.map((to): Detour => ({ of: lan, lane: columns.get(to)![1], to })),
	);
	return [...links, ...branches];
}

/** The height at which lines leave a row, or a box. */
const middleOf = ({ y, height }: Rectangle): number => y + Math.min(height, ROW) / 2;

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
	const [y1, y2] = [middleOf(from), middleOf(to)];
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

function placeLan(
	lan: Lan,
	x: number,
	places: ReadonlyMap<string, Rectangle>,
	detoured: ReadonlyMap<string, string> = new Map(),
): PlacedLan {
	const ends = lan.members.map((id) => places.get(id)!);
	const branches = lan.members.map(
		(id, index) => detoured.get(id) ?? `M${x} ${middleOf(ends[index]!)}H${ends[index]!.x}`,
	);
	// A branch that goes below the boxes of a lane leaves the line there.
	const starts = branches.map((path) => Number(/^M\S+ ([\d.]+)/.exec(path)![1]));
	return { lan, x, top: MARGIN + HEADING / 2, bottom: starts.reduce((a, b) => Math.max(a, b)), branches };
}
