import type { Place } from "./dump.ts";

/** What a line of a person's own words says of where the dumps below it were taken. */
export interface Whereabouts {
	readonly host?: string;
	readonly place?: Place;
	/** A release that says that another host is spoken of: `How did it work on 1.12.1`. */
	readonly release?: string;
}

/** `node1`, `node1:`, `host node1` */
const ALONE = /^(?:(?:node|host|server|machine|vm):?\s+)?([A-Za-z][\w.-]{0,62}):?$/i;
/** `Check in node1`, `on worker2:` */
const PLACED =
	/^(?:\S.{0,60}?\s)?(?:in|on|at|from|inside)\s+(?:the\s+)?(?:(?:node|host|server|machine|vm)\s+)?([A-Za-z][\w.-]{0,62}):?$/i;
/** Names of hosts that people write in comments: `node1`, `swarm-worker-2`, `manager`; no word of English. */
const HOST = /^[A-Za-z][\w.-]*\d[a-z]?$|^(?:managers?|workers?|master|leader)$/i;

/** The host that a comment in a terminal names: `# node1`, `# Check in node1`. */
export function hostOfComment(line: string): string | undefined {
	const comment = /^\s*#+\s*(\S.{0,100})$/.exec(line)?.[1]?.trim();
	return comment === undefined ? undefined : hostNamed(comment);
}

/** `node1`, `on worker2:`; not `1.12.1`, and not a release `v1`. */
export function hostNamed(text: string): string | undefined {
	const name = (ALONE.exec(text) ?? PLACED.exec(text))?.[1];
	return name !== undefined && HOST.test(name) && !/^v\d/i.test(name) ? name : undefined;
}

/** `# ingress_sbox`, `== red ==`: the one word that a loop prints above what it prints for it. */
export function headingWord(line: string): string | undefined {
	const [, before, word, after] = /^(#+|[=-]{2,})\s*([\w.:-]*\w)\s*([=-]{2,}|#+)?:?\s*$/.exec(line) ?? [];
	return word !== undefined && (after === undefined || before?.[0] === after[0]) ? word : undefined;
}

/** The longest line that is taken for a headline. */
const LONGEST = 80;

/** Whether a line that stands alone between blank lines is a headline: short, and no whole sentence. */
export function isHeadline(line: string): boolean {
	const text = line.trim();
	return text.length <= LONGEST && /^[#*_\w]/.test(text) && !/[.;]$/.test(text);
}

/** What a headline says of the place of the dumps below it; undefined for one that names no place. */
export function readHeadline(line: string): Whereabouts | undefined {
	const text = line.replace(/^[\s#*_]+|[\s*_]+$/g, "");
	const release = /\b(?:on|in|with|under|docker|engine)\s+v?(\d+\.\d+(?:\.\d+)?)(?![\d.]*\d)/i.exec(
		text,
	)?.[1];
	const place = placeNamed(text);
	const host = place === undefined ? hostNamed(text) : undefined;
	if (release === undefined && place === undefined && host === undefined) return undefined;
	const named: Place | undefined = place ?? (host === undefined ? undefined : { type: "host" });
	return {
		...(host !== undefined && { host }),
		...(named && { place: named }),
		...(release !== undefined && { release }),
	};
}

function placeNamed(text: string): Place | undefined {
	if (/\bingress[-_ ]?s(?:and)?box\b/i.test(text)) return { type: "netns", name: "ingress_sbox" };
	const netns = /\b(?:netns|network namespace|namespace|sandbox)\s+([\w-]*\d[\w-]*)\b/i.exec(text)?.[1];
	if (netns !== undefined) return { type: "netns", name: netns };
	const container = /\bcontainer\s+([0-9a-f]{12}|[\w-]+\.\d+\.[a-z0-9]{25})\b/i.exec(text)?.[1];
	if (container !== undefined) return { type: "container", id: container };
	if (/^(?:(?:in|inside|from|within)\s+)?(?:the\s+|a\s+)?container\s*:?$/i.test(text)) {
		return { type: "container", id: "container" };
	}
	if (
		/^(?:(?:on|from|in)\s+)?(?:the\s+)?host(?:\s+(?:side|iptables|ipvs|rules?|interfaces?|namespace|netns|network)\b|\s*:?$)/i.test(
			text,
		)
	) {
		return { type: "host" };
	}
	return undefined;
}
