import type { Observed } from "./observations.ts";

/** Where the layout of a saved host begins: what stands before it is which of its captures this is. */
const LAYOUT = /^(?:sos_commands|sos_reports|proc|sys|etc|netns|namespaces|ns|containers|host|docker)$/;

const known = new Map<string, string>();

/**
 * Which capture of its host a dump belongs to, by its folder: `before/web1` and `after/web1` are two. Between two
 * captures containers come and go, so that indexes of one say nothing of the other.
 */
export function momentOf({ scope, quote }: Observed): string {
	const { name } = quote.parsed.dump.source;
	const key = `${scope.host}\n${name}`;
	let moment = known.get(key);
	if (moment === undefined) {
		if (known.size > 100_000) known.clear();
		moment = momentOfPath(scope.host, name);
		known.set(key, moment);
	}
	return moment;
}

/**
 * Those rows that were saved along with another one, if there are any: of its host in the same capture, of other hosts
 * in the same folder of captures (`before/web1` and `before/web2`).
 */
export function savedWith<Row extends Observed>(row: Observed, rows: readonly Row[]): readonly Row[] {
	const moment = momentOf(row);
	const isNear = (other: Row): boolean => {
		const its = momentOf(other);
		return other.scope.host === row.scope.host ? its === moment : folderOf(its) === folderOf(moment);
	};
	const near = rows.filter(isNear);
	return near.length > 0 ? near : rows;
}

const folderOf = (moment: string): string => moment.slice(0, Math.max(0, moment.lastIndexOf("/")));

/** The folders of a path down to the one that is named after the host: `case/sosreport-web1-2026-11-21-abc`. */
export function momentOfPath(host: string, path: string): string {
	const folders = path.split("/").slice(0, -1);
	const layout = folders.findIndex((folder) => LAYOUT.test(folder));
	// A namespace may be called after its host too: `case/web1/netns/web1-dmz` is of the capture `case/web1`.
	const above = layout > 0 ? folders.slice(0, layout) : folders;
	const at = above.findLastIndex((folder) => isNamedAfter(folder, host));
	const end = at === -1 ? layout : at + 1;
	return (end === -1 ? folders : folders.slice(0, end)).join("/");
}

function isNamedAfter(folder: string, host: string): boolean {
	const at = folder.indexOf(host);
	if (at === -1 || host === "") return false;
	const isWord = (sign: string | undefined): boolean => sign !== undefined && /[A-Za-z0-9]/.test(sign);
	return !isWord(folder[at - 1]) && !isWord(folder[at + host.length]);
}
