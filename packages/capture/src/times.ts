import type { Taken } from "./dump.ts";
import type { TextFile } from "./folder.ts";

/** `node1/date`, `node1/saved/date.txt`, `node1/sos_commands/date/date_--utc`: when all that is in `node1` was saved. */
const DATE = /^(?:.*\/)?date(_--utc)?(?:\.txt)?$/;
const DATE_FOLDERS = /(?:^|\/)sos_commands\/\w+$/;

/** What the files `date` say, by the folder that each is of. */
export class SavedTimes {
	readonly #byFolder = new Map<string, { readonly taken: Taken; readonly utc: boolean }>();
	readonly #files = new Map<TextFile, Taken>();

	constructor(files: readonly TextFile[]) {
		for (const file of files) {
			const name = DATE.exec(file.name);
			const at = name && readDate(file.text);
			if (!at) continue;
			const taken: Taken = { at, from: "date", file: file.name };
			this.#files.set(file, taken);
			const folder = file.folders.join("/").replace(DATE_FOLDERS, "");
			const utc = name[1] !== undefined;
			// sos saves both, and the time zone of `date` may be one of those that nothing tells apart: CST.
			if (utc || !this.#byFolder.has(folder)) this.#byFolder.set(folder, { taken, utc });
		}
	}

	/** When what is in a folder was saved: as the nearest file above it says. */
	of(folders: readonly string[]): Taken | undefined {
		for (let end = folders.length; end >= 0; end--) {
			const found = this.#byFolder.get(folders.slice(0, end).join("/"));
			if (found !== undefined) return found.taken;
		}
		return undefined;
	}

	/** What a file says, if it is one that was read here. */
	saidBy(file: TextFile): Taken | undefined {
		return this.#files.get(file);
	}
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const CLOCK =
	"(?<hour>\\d{1,2}):(?<minute>\\d\\d):(?<second>\\d\\d)(?: (?<half>[AP]M))?(?: (?<zone>[A-Za-z]+|[+-]\\d\\d))?";
const FORMS = [
	/** `Sat Nov 21 00:16:25 UTC 2026` */
	new RegExp(`^\\w{3} (?<month>\\w{3}) {1,2}(?<day>\\d{1,2}) ${CLOCK} (?<year>\\d{4})$`),
	/** `Sat 21 Nov 2026 12:16:25 AM UTC` */
	new RegExp(`^\\w{3},? (?<day>\\d{1,2}) (?<month>\\w{3}),? (?<year>\\d{4}),? ${CLOCK}$`),
];
/** `2026-11-21T00:11:27+00:00`, `2026-11-21 00:11:27Z` */
const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,]\d+)? ?(Z|UTC|[+-]\d\d:?\d\d)?$/;

/** What `date` printed, in ISO 8601: in UTC where the time zone is certain, else without one. */
export function readDate(text: string): string | undefined {
	const line = text.trim();
	const iso = ISO.exec(line);
	if (iso) {
		const [, day, clock, zone = ""] = iso;
		return inUtc(`${day}T${clock}`, zone.replace("UTC", "Z").replace(/(\d\d)(\d\d)$/, "$1:$2"));
	}
	const found = FORMS.map((form) => form.exec(line)?.groups).find((groups) => groups !== undefined);
	const month = found && MONTHS.indexOf(found.month!) + 1;
	if (!found || !month) return undefined;
	const { half, zone = "" } = found;
	const hour = half === undefined ? Number(found.hour) : (Number(found.hour) % 12) + (half === "PM" ? 12 : 0);
	const two = (value: number | string): string => String(value).padStart(2, "0");
	const local = `${found.year}-${two(month)}-${two(found.day!)}T${two(hour)}:${found.minute}:${found.second}`;
	const offset = /^[+-]/.test(zone) ? `${zone}:00` : "";
	return inUtc(local, /^(?:UTC|GMT|Z)$/.test(zone) ? "Z" : offset);
}

function inUtc(local: string, zone: string): string | undefined {
	const time = Date.parse(`${local}${zone || "Z"}`);
	if (Number.isNaN(time)) return undefined;
	const text = new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
	return zone === "" ? text.slice(0, -1) : text;
}
