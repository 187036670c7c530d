import type { SsColumns, SsLayout } from "./ast.ts";

/** Where the columns of a row begin; what a layout and the lengths of the fields give, or what a line shows. */
export interface Places {
	readonly state: number;
	readonly recvQ: number;
	readonly sendQ: number;
	readonly localPort: number;
	readonly peerPort: number;
	/** Where the blank before the first detail stands. */
	readonly details: number;
}

/** How long the fields of a row are; those of a column that is left out are undefined. */
export interface Lengths {
	readonly netid: number | undefined;
	readonly state: number | undefined;
	readonly recvQ: number;
	readonly sendQ: number;
	/** With the delimiter behind it. */
	readonly local: number;
	readonly localPort: number;
	/** With the delimiter behind it. */
	readonly peer: number;
	readonly peerPort: number;
}

/** Where a layout puts the fields; undefined when it lacks a column that the row has, or has one too many. */
export function placesOf(layout: SsLayout, lengths: Lengths): Places | undefined {
	// An association has no kind of its own, whether there is a column for it or not.
	if (lengths.netid !== 0 && (layout.netid === undefined) !== (lengths.netid === undefined)) return undefined;
	if ((layout.state === undefined) !== (lengths.state === undefined)) return undefined;
	const state = column(0, layout.netid, lengths.netid);
	const recvQ = column(state, layout.state, lengths.state);
	const sendQ = column(recvQ, layout.recvQ, lengths.recvQ);
	const before = Math.max(layout.sendQ ?? 0, lengths.sendQ);
	const localPort = sendQ + Math.max(layout.local, before + 1 + lengths.local);
	const port = Math.max(layout.port ?? 0, lengths.localPort);
	const peerPort = localPort + Math.max(layout.peer, port + 1 + lengths.peer);
	return {
		state,
		recvQ,
		sendQ,
		localPort,
		peerPort,
		details: peerPort + Math.max(layout.peerPort, lengths.peerPort),
	};
}

/** Where the column behind one begins: a blank stands between what they hold. */
function column(at: number, width: number | undefined, length: number | undefined): number {
	return width === undefined ? at : at + Math.max(width, (length ?? 0) + 1);
}

/** The layout that puts the fields where a row has them. */
export function layoutOf(places: Places, lengths: Lengths, details: number | undefined): SsLayout {
	return {
		...(lengths.netid !== undefined && places.state > 0 && { netid: places.state }),
		...(lengths.state !== undefined && { state: places.recvQ - places.state }),
		recvQ: places.sendQ - places.recvQ,
		local: places.localPort - places.sendQ,
		peer: places.peerPort - places.localPort,
		peerPort: places.details - places.peerPort,
		...(details !== undefined && { details }),
	};
}

const TITLES =
	/^(Netid +)?(State +)?(Recv-Q +)(Send-Q +Local Address:)(Port +Peer Address:)(Port *)(Process *)?$/;

/** Reads the line of titles; undefined when it is none. */
export function readTitles(line: string): Pick<SsColumns, "layout" | "process"> | undefined {
	const match = TITLES.exec(line);
	if (match === null) return undefined;
	const [, netid, state, recvQ, local, peer, peerPort, process] = match;
	// Before 4.15 the rows were printed by `%-6d %*s:%-*s %*s:%-*s`: what was too long pushed the rest on.
	const old = process === undefined;
	const layout: SsLayout = {
		...(netid !== undefined && { netid: netid.length }),
		...(state !== undefined && { state: state.length }),
		recvQ: recvQ!.length,
		...(old && { sendQ: "Send-Q".length }),
		local: local!.length,
		...(old && { port: peerPort!.length }),
		peer: peer!.length,
		peerPort: peerPort!.length,
		...(process !== undefined && { details: process.length }),
	};
	return process === undefined ? { layout } : { layout, process: true };
}

/** The line of titles. */
export function printTitles({ layout, process }: SsColumns): string {
	const out = [
		layout.netid === undefined ? "" : "Netid".padEnd(layout.netid),
		layout.state === undefined ? "" : "State".padEnd(layout.state),
		"Recv-Q".padEnd(layout.recvQ),
		`Send-Q${"Local Address:".padStart(layout.local - "Send-Q".length)}`,
		`Port${"Peer Address:".padStart(layout.peer - "Port".length)}`,
		"Port".padEnd(layout.peerPort),
		process ? "Process".padEnd(layout.details ?? 0) : "",
	];
	return out.join("");
}
