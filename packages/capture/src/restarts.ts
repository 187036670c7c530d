import { ipv4OfMac } from "@netfossil/docker";
import type { Dump, PassedOver, Problem, Reason } from "./dump.ts";
import { shorten } from "./identify.ts";
import { type DocumentLine, documentLines } from "./lines.ts";

/** What was found in a file, as far as this changes it. */
export interface Found {
	readonly dumps: readonly Dump[];
	readonly passedOver: readonly PassedOver[];
	readonly problems: readonly Problem[];
}

/** What a listing says of an interface. */
interface Listed {
	readonly index: string | undefined;
	readonly peer: string | undefined;
	readonly mac: string | undefined;
}

/** A namespace by the interfaces that were listed of it, from its first output on. */
interface Namespace {
	readonly interfaces: Map<string, Listed>;
	readonly dump: Dump;
	/** The line that its first output begins on. */
	readonly first: number;
	/** Which one of those it is for which the file names the same place. */
	readonly number: number;
}

/** A dump from a line on, up to the next part of it, and whose it is. */
interface Part {
	readonly dump: Dump;
	readonly first: number;
	readonly of: Namespace | undefined;
}

/** What stands above an output from a line on, and the name that it gives it. */
interface Heading {
	readonly first: number;
	readonly name?: string;
	readonly text?: string;
}

/** What a namespace is called that was told apart, and why. */
interface Told {
	readonly host: string;
	readonly text: string;
	readonly line: number;
}

/** `5: vA1@if2: <BROADCAST,…`, `2: eth0    inet 192.0.2.1/24`. */
const FULL = /^(\d+): ([^\s:@]+)(?:@([^\s:]+))?(?::\s|\s)/;
/** The lines of `ip -br`. */
const BRIEF = /^()([^\s:@]+)(?:@(\S+))?\s+(?:UP|DOWN|UNKNOWN|LOWERLAYERDOWN|DORMANT|NOTPRESENT|TESTING)\s/;
const MAC = /(?:\blink\/\w+|^\S+\s+[A-Z]+)\s+((?:[\da-f]{2}:){5}[\da-f]{2})\s/;
/** More lines above an output are no heading of it. */
const HEADING_LINES = 3;

/** `hA:`, `=== hB ===`, `pod cB1:`; `on beta, the same command prints:`; `alpha$ ip addr` */
const NAMES: readonly RegExp[] = [
	/^(?:[#*_=-]+\s*)?(?:(?:pod|container|netns|namespace|node|host|server|machine|vm)\s+)?[*_`"]*([A-Za-z][\w.-]{0,62}?)[*_`"]*(?:\s*[*_=#-]+)?:?$/i,
	/\b(?:on|in|from|inside)\s+(?:the\s+)?(?:(?:pod|container|netns|namespace|node|host|server|machine|vm)\s+)?[*_`"]*([A-Za-z][\w.-]{0,62}?)[*_`"]*(?:[\s,.:].*)?$/i,
	/^([A-Za-z][\w.-]{0,62})[$#>%]\s+\S/,
];
const NO_NAME =
	/^(?:the|an?|my|our|its?|this|that|each|both|same|host|container|pod|node|ip|output|result)$/i;

/**
 * Parts what one file holds of several namespaces or machines. `ip addr` lists each index and each name once: where
 * `1: lo` begins again, another output does. One of other interfaces gets a place of its own, for as the same
 * namespace's its facts would be proven of another machine; so does what stands below it.
 */
export function partRestarts<Reading extends Found>(reading: Reading): Reading {
	const [any] = reading.dumps;
	if (any === undefined || !reading.dumps.some(({ kind }) => kind === "ip-address")) return reading;
	const lines = documentLines(any.source.text);
	const parts = partsOf(reading.dumps, lines);
	const places = placesOf(parts, lines);
	if (places.size === 0) return reading;
	const headings: PassedOver[] = [];
	const dumps = parts.map(({ dump, first, of }, at): Dump => {
		const goesOn = parts[at - 1]?.dump === dump;
		const next = parts[at + 1]?.dump === dump ? parts[at + 1] : undefined;
		const place = of && places.get(of);
		if (!goesOn && next === undefined) return placed(dump, place);
		const above = headingAbove(first, lines);
		// A file that was taken for one dump begins with what stands above its first part.
		const top = goesOn ? above.first : Math.min(above.first, lineOf(dump));
		const cut = top < first && (goesOn || lines[above.first]!.start >= dump.start);
		if (cut) headings.push(passedOver(dump, top, first));
		const part = {
			...dump,
			...(goesOn && { id: `${dump.source.name}:${first + 1}` }),
			start: goesOn || cut ? lines[first]!.start : dump.start,
			end: next === undefined ? dump.end : lines[headingAbove(next.first, lines).first]!.start,
		};
		return placed(part, place);
	});
	const line = ({ lines: range }: PassedOver): number => range?.first ?? 0;
	const over = [...reading.passedOver, ...headings];
	return {
		...reading,
		dumps,
		passedOver: headings.length === 0 ? over : over.sort((a, b) => line(a) - line(b)),
		problems: [...reading.problems, problemOf(any, places)],
	};
}

/** The dumps, those with several listings in parts, each with the namespace that the lists of interfaces tell. */
function partsOf(dumps: readonly Dump[], lines: readonly DocumentLine[]): Part[] {
	const known = new Map<string, { readonly all: Namespace[]; current: Namespace }>();
	return dumps.flatMap((dump): Part[] => {
		const key = JSON.stringify(dump.scope);
		const first = lineOf(dump);
		// What stands below a listing is taken of the same namespace.
		if (dump.kind !== "ip-address")
			return [{ dump, first, of: isGuess(dump) ? known.get(key)?.current : undefined }];
		return listingsOf(lines, first, dump.end).map(({ interfaces, ...listing }, at) => {
			const here = known.get(key);
			const same = here?.all.find((each) => isSame(each.interfaces, interfaces));
			// Another command of one shell may find other interfaces; within the output of one they are another's.
			const isOther =
				here === undefined || at > 0 || (isGuess(dump) && contradict(here.current.interfaces, interfaces));
			const number = (here?.all.length ?? 0) + 1;
			const of: Namespace =
				same ?? (isOther ? { interfaces: new Map(), dump, first: listing.first, number } : here.current);
			for (const [name, each] of interfaces) if (!of.interfaces.has(name)) of.interfaces.set(name, each);
			if (here === undefined) known.set(key, { all: [of], current: of });
			else {
				if (!here.all.includes(of)) here.all.push(of);
				here.current = of;
			}
			return { dump, ...listing, of };
		});
	});
}

/** The line that a dump begins on, from 0. */
function lineOf({ source, start }: Dump): number {
	return source.locate(start).line - 1;
}

/** The listings of interfaces in a dump, each up to where an index or a name begins again. */
function listingsOf(
	lines: readonly DocumentLine[],
	from: number,
	end: number,
): { readonly first: number; readonly interfaces: Map<string, Listed> }[] {
	let listing = { first: from, interfaces: new Map<string, Listed>() };
	let indexes = new Set<string>();
	const found = [listing];
	let last: string | undefined;
	for (let at = from; at < lines.length && lines[at]!.start < end; at++) {
		const { text } = lines[at]!;
		const [, index, name, peer] = FULL.exec(text) ?? BRIEF.exec(text) ?? [];
		if (name !== undefined) {
			const known = listing.interfaces.has(name) || indexes.has(index!);
			const begins = name === "lo" || index === "1" || isFirstOf(listing.interfaces, name, index);
			// `ip -o addr` has a line for each address.
			if (known && begins && name !== last) {
				listing = { first: at, interfaces: new Map() };
				indexes = new Set();
				found.push(listing);
			} else if (listing.interfaces.size === 0) listing.first = at;
			if (!listing.interfaces.has(name))
				listing.interfaces.set(name, { index: index || undefined, peer, mac: undefined });
			if (index !== "") indexes.add(index!);
			last = name;
		}
		const mac = MAC.exec(text);
		const [current] = last === undefined ? [] : [listing.interfaces.get(last)];
		if (mac !== null && current !== undefined && current.mac === undefined)
			listing.interfaces.set(last!, { ...current, mac: mac[1] ?? mac[2] });
	}
	return found;
}

function isFirstOf(
	interfaces: ReadonlyMap<string, Listed>,
	name: string,
	index: string | undefined,
): boolean {
	const [first] = interfaces;
	return first !== undefined && (first[0] === name || (index !== "" && first[1].index === index));
}

/** Whether two listings are of one namespace: a MAC of both, or, where none is printed, the same interfaces. */
function isSame(one: ReadonlyMap<string, Listed>, two: ReadonlyMap<string, Listed>): boolean {
	const common = [...two].flatMap(([name, each]) => {
		const other = one.get(name);
		return name === "lo" || other === undefined ? [] : [[other, each] as const];
	});
	const equal = common.filter(([a, b]) => a.mac !== undefined && a.mac === b.mac);
	// Docker makes MACs of addresses, so that containers of two hosts may share them.
	if (equal.some(([{ mac }]) => ipv4OfMac(mac!) === undefined)) return true;
	const unsaid = common.filter(([a, b]) => a.mac === undefined || b.mac === undefined);
	return equal.length + unsaid.length > 0 && !contradict(one, two);
}

/** Whether two listings cannot be of one namespace: an index of two names, a name of two indexes, peers or MACs. */
function contradict(one: ReadonlyMap<string, Listed>, two: ReadonlyMap<string, Listed>): boolean {
	const byIndex = new Map([...one].map(([name, { index }]) => [index, name]));
	const differ = (a: string | undefined, b: string | undefined): boolean =>
		a !== undefined && b !== undefined && a !== b;
	return [...two].some(([name, { index, peer, mac }]) => {
		const other = one.get(name);
		if (index !== undefined && differ(byIndex.get(index), name)) return true;
		return (
			other !== undefined &&
			(differ(other.index, index) || differ(other.peer, peer) || differ(other.mac, mac))
		);
	});
}

/** Whether nothing but a habit tells the host of a dump. */
function isGuess({ reasons }: Dump): boolean {
	return reasons.some(({ about, certainty }) => about === "host" && certainty === "assumed");
}

/** What the namespaces are called that were told apart; nothing where each place of the file has one. */
function placesOf(parts: readonly Part[], lines: readonly DocumentLine[]): ReadonlyMap<Namespace, Told> {
	const all = new Set(parts.flatMap(({ of }) => of ?? []));
	const severed = new Set(
		[...all].filter(({ number }) => number > 1).map(({ dump }) => JSON.stringify(dump.scope)),
	);
	const places = new Map<Namespace, Told>();
	const taken = new Set<string>();
	for (const namespace of all) {
		const { dump, first, number } = namespace;
		if (!severed.has(JSON.stringify(dump.scope))) continue;
		const { name, text } = headingAbove(first, lines);
		const { host } = dump.scope;
		const called = name === undefined || taken.has(name) ? undefined : name;
		if (number === 1 && (called === undefined || !isGuess(dump))) {
			taken.add(host);
			continue;
		}
		let own = called ?? `${host}~${number}`;
		for (let next = number + 1; taken.has(own); next++) own = `${host}~${next}`;
		taken.add(own);
		const why =
			called === undefined ? "nothing names them" : `"${shorten(text!)}" above them is taken for the name`;
		const because = `its interfaces are not those that the file lists before: another namespace's or machine's; ${why}`;
		places.set(namespace, {
			host: own,
			text: number === 1 ? `${why}, for the file lists others, too` : because,
			line: first + 1,
		});
	}
	return places;
}

function placed(dump: Dump, told: Told | undefined): Dump {
	if (told === undefined) return dump;
	const { host, text, line } = told;
	const others = dump.reasons.filter(({ about }) => about !== "host" && about !== "place");
	const reason: Reason = { about: "host", text, line, certainty: "assumed" };
	const place: Reason = {
		about: "place",
		text: "nothing tells whether it is the host's own",
		line,
		certainty: "assumed",
	};
	return { ...dump, scope: { host, place: { type: "host" } }, reasons: [...others, reason, place] };
}

/** The lines above an output that speak of it, with the name that one of them gives it. */
function headingAbove(first: number, lines: readonly DocumentLine[]): Heading {
	let top = first;
	let seen = 0;
	for (let at = first - 1; at >= 0 && seen < HEADING_LINES; at--) {
		const text = lines[at]!.text.trim();
		if (text === "" || /^(?:```|~~~)/.test(text)) continue;
		// An interface of what stands before: indented lines, an index, the columns of `ip -br`.
		if (/^\s/.test(lines[at]!.text) || FULL.test(text) || BRIEF.test(text)) break;
		top = at;
		seen++;
		const name = NAMES.map((form) => form.exec(text)?.[1]).find((each) => each !== undefined);
		if (name !== undefined && !NO_NAME.test(name)) return { first: top, name, text };
	}
	return { first: top };
}

function passedOver(dump: Dump, first: number, next: number): PassedOver {
	const reason = "it parts the outputs of several commands";
	return {
		type: "markup",
		file: dump.source.name,
		lines: { first: first + 1, last: next },
		what: "a heading",
		reason,
	};
}

function problemOf({ source }: Dump, places: ReadonlyMap<Namespace, Told>): Problem {
	const names = [...places.values()].map(({ host, line }) => `${host} (line ${line})`);
	return {
		file: source.name,
		message: `it lists the interfaces of several namespaces or machines, one behind another; each is taken for a host of its own: ${names.join(", ")}`,
		hint: "save each as HOST/ip_addr.txt, or HOST/netns/NAME/ip_addr.txt that of a namespace; --host names the first one only",
	};
}
