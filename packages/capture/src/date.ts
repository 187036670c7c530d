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
