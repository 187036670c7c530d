import { openCapture, type ParsedDump, type Place, parseDump } from "@netfossil/capture";

/**
 * The dumps of a folder as they would be found in a folder with netfossil's own layout: a recorded network has its
 * hosts' folders side by side, and below them `host`, `ns/NAME` and `docker` as it was saved by hand, or a report.
 */
export async function placedDumps(root: string, folders: readonly string[]): Promise<ParsedDump[]> {
	const all: ParsedDump[] = [];
	for (const folder of folders) {
		const [host] = folder.split("/") as [string];
		const { dumps } = await openCapture(`${root}/${folder}`);
		for (const dump of dumps) {
			const { name } = dump.source;
			const netns = /(?:^|\/)(?:ns|netns)\/([^/]+)\//.exec(name)?.[1];
			const place: Place = netns === undefined ? dump.scope.place : { type: "netns", name: netns };
			const id = `${folder}/${dump.id}`;
			all.push(parseDump({ ...dump, id, scope: { host, place } }));
		}
	}
	return all;
}
