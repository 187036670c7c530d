import type { Place } from "./dump.ts";
import { hostNamed } from "./headlines.ts";
import type { Said } from "./session.ts";

/** What the folders above a file say of where it was taken. */
export interface Layout {
	readonly host?: Said<string>;
	readonly place: Said<Place>;
	/** How many folders there are down to the host's own. */
	readonly depth: number;
}

/** Folders that hold a namespace or a container each, by its name. */
const PLACES: Readonly<Record<string, Place["type"]>> = {
	netns: "netns",
	ns: "netns",
	namespaces: "netns",
	containers: "container",
};

/** Folders by which people sort what they saved of one host; they name none. */
const SORTED =
	/^(?:docker|saved|networking|firewall|tcpdump|text|any|anytext|live|if|session|before|after|dumps|logs|output)$/;

/**
 * Reads the folders above a file: `HOST/netns/NAME/`, `HOST/containers/ID/`, or `HOST/`, with folders such as `saved` and
 * `host` between; of an unpacked sosreport `HOST/sos_commands/PLUGIN/` and `HOST/sos_commands/PLUGIN/namespaces/NAME/` (since
 * sos 4.3), and the folders that it copied: `HOST/proc/7935/net/`.
 */
export function readLayout(folders: readonly string[]): Layout {
	let host: string | undefined;
	let depth = 0;
	let place: Said<Place> | undefined;
	for (let index = 0; index < folders.length; index++) {
		const folder = folders[index]!;
		const inside = folders[index + 1];
		if (host !== undefined && isOfReport(folder, inside)) {
			const name = folders[index + 2] === "namespaces" ? folders[index + 3] : undefined;
			if (name !== undefined) place = stated({ type: "netns", name }, `namespaces/${name}`);
			break;
		}
		const type = PLACES[folder];
		if (type !== undefined && inside !== undefined && (host !== undefined || folder.length > 2)) {
			const value: Place = type === "container" ? { type, id: inside } : { type: "netns", name: inside };
			place = stated(value, `${folder}/${inside}`);
			index++;
		} else if (host === undefined || !(SORTED.test(folder) || isHostsOwn(folder, folders[index - 1] ?? ""))) {
			host = folder;
			depth = index + 1;
			place = undefined;
		}
	}
	const named = place ?? unstated;
	if (host === undefined) return { place: named, depth };
	const name = hostOfFolder(host);
	const text = `the folder "${host}" is taken for the host's name`;
	const said: Said<string> = { value: name, reason: { about: "host", text, certainty: "assumed" } };
	return { host: said, place: named, depth };
}

/** `node1/host`, `saved/host`: what was saved outside of namespaces; elsewhere a folder `host` may be a host's. */
function isHostsOwn(folder: string, above: string): boolean {
	return folder === "host" && (SORTED.test(above) || hostNamed(above) !== undefined);
}

/** Whether a folder is one that sos makes or copies into a report. */
function isOfReport(folder: string, inside: string | undefined): boolean {
	if (/^sos_(?:commands|reports|logs|strings)$/.test(folder)) return true;
	return folder === "proc" && /^(?:\d+|self|net|sys)$/.test(inside ?? "");
}

/** The name of a host in that of a collector's folder: `sosreport-node1-2026-11-21-aqamhkn`, `scc_node1_261121_0930`. */
export function hostOfFolder(folder: string): string {
	const sos = /^sosreport-(.+?)(?:-\d{4}-\d\d-\d\d-\w{5,10}|[.-]\d{14})?(?:-obfuscated)?$/.exec(folder)?.[1];
	return sos ?? /^(?:scc|nts)_(.+)_\d{6}_\d{4}$/.exec(folder)?.[1] ?? folder;
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
