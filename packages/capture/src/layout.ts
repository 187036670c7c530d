import type { Place } from "./dump.ts";
import type { Said } from "./session.ts";

/** What the folders above a file say of where it was taken. */
export interface Layout {
	readonly host?: Said<string>;
	readonly place: Said<Place>;
}

/**
 * Reads the folders above a file: `HOST/netns/NAME/`, `HOST/containers/ID/`, or `HOST/`; of an unpacked
 * sosreport `HOST/sos_commands/PLUGIN/` and `HOST/sos_commands/PLUGIN/namespaces/NAME/` (since sos 4.3).
 */
export function readLayout(folders: readonly string[]): Layout {
	let host: string | undefined;
	let place: Said<Place> | undefined;
	for (let index = 0; index < folders.length; index++) {
		const folder = folders[index]!;
		const inside = folders[index + 1];
		if (folder === "sos_commands" && host !== undefined) {
			const name = folders[index + 2] === "namespaces" ? folders[index + 3] : undefined;
			if (name !== undefined) place = stated({ type: "netns", name }, `namespaces/${name}`);
			break;
		}
		if (folder === "netns" && inside !== undefined) {
			place = stated({ type: "netns", name: inside }, `netns/${inside}`);
			index++;
		} else if (folder === "containers" && inside !== undefined) {
			place = stated({ type: "container", id: inside }, `containers/${inside}`);
			index++;
		} else {
			host = folder;
			place = undefined;
		}
	}
	const named = place ?? unstated;
	if (host === undefined) return { place: named };
	const text = `the folder "${host}" is taken for the host's name`;
	return { host: { value: host, reason: { about: "host", text, certainty: "assumed" } }, place: named };
}

function stated(value: Place, folder: string): Said<Place> {
	return { value, reason: { about: "place", text: `the folder "${folder}" says so`, certainty: "observed" } };
}

const unstated: Said<Place> = {
	value: { type: "host" },
	reason: {
		about: "place",
		text: "it stands in no folder netns/NAME or containers/ID: taken to be the host's own",
		certainty: "assumed",
	},
};
