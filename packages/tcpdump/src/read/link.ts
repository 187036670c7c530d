import { type Draft, trimBlanksStart, type Word } from "@netfossil/core";
import type { Encapsulation, EthernetLink, Ethertype, Link, LoopbackLink, VlanTag } from "../ast.ts";
import type { Fields } from "./fields.ts";

export function ethernetOf(f: Fields): EthernetLink {
	const ethertype: Ethertype | undefined = f.has(5)
		? { name: f.text(5)!, code: f.num(6), start: f.span(5).start, end: f.span(6).end }
		: f.has(8)
			? { name: f.text(8)!, ...f.span(8) }
			: undefined;
	const link = { type: "ethernet", source: f.station(1), destination: f.station(3) } as Draft<EthernetLink>;
	if (ethertype !== undefined) link.ethertype = ethertype;
	link.length = f.num(9);
	return Object.assign(link, f.whole);
}

export function cookedOf(f: Fields): Link {
	return {
		type: "cooked",
		...(f.has(1) && { direction: trimmed(f.word(1)) }),
		...(f.has(2) && { interfaceIndex: f.num(2) }),
		...(f.has(3) && { source: f.station(3) }),
		...(f.has(8) && {
			ethertype: f.has(5)
				? { name: f.text(5)!, code: f.num(6), start: f.span(5).start, end: f.span(6).end }
				: { name: f.text(7)!, ...f.span(7) },
			length: f.num(8),
		}),
		...f.whole,
	};
}

export function loopbackOf(f: Fields): LoopbackLink {
	const name = f.has(1) ? 1 : 3;
	const { start } = f.span(name);
	return {
		type: "loopback",
		family: {
			name: f.text(name)!,
			...(f.has(2) && { number: f.num(2) }),
			start,
			end: f.span(f.has(2) ? 2 : name).end,
		},
		length: f.num(4),
		...f.whole,
	};
}

export function vlanOf(f: Fields): VlanTag {
	const name = f.has(4) ? 4 : f.has(6) ? 6 : undefined;
	return {
		id: f.num(1),
		priority: Number(f.text(2)),
		...(f.has(3) && { dropEligible: true as const }),
		...(name !== undefined && {
			ethertype: {
				name: f.text(name)!,
				...(f.has(5) && { code: f.num(5) }),
				start: f.span(name).start,
				end: f.span(f.has(5) ? 5 : name).end,
			},
		}),
		...f.whole,
	};
}

/** What stands before a network layer. */
export interface Before {
	/** A link header was printed, for this packet or the one that it is in: the protocol has no word then. */
	readonly linked: boolean;
	/** What the header says is within; absent where none says it. */
	readonly protocol?: string;
	/** Where the headers end. */
	readonly end?: number;
}

export function beforeOf(
	link: Link | undefined,
	encapsulation: readonly Encapsulation[],
	outer: boolean,
): Before {
	const last = encapsulation.at(-1);
	const worded = encapsulation.every(({ type }) => type === "mpls" || type === "pppoe");
	const linked = outer || link !== undefined || !worded;
	const protocol = last === undefined ? linkProtocol(link) : encapsulated(last);
	const end = last?.end ?? link?.end;
	return { linked, ...(protocol !== undefined && { protocol }), ...(end !== undefined && { end }) };
}

function linkProtocol(link: Link | undefined): string | undefined {
	switch (link?.type) {
		case "ethernet":
		case "cooked":
			return (link.vlans?.at(-1) ?? link).ethertype?.name;
		case "loopback":
			return link.family.name;
		default:
			return undefined;
	}
}

/** What PPP calls the protocols that Ethernet types name otherwise. */
const PPP_NAMES: Readonly<Record<string, string>> = { IP: "IPv4", IP6: "IPv6" };

function encapsulated(last: Encapsulation): string | undefined {
	if (last.type === "ppp") return PPP_NAMES[last.protocol.name] ?? last.protocol.name;
	if (last.type !== "llc") return undefined;
	if (last.snap !== undefined) return last.snap.protocol.name;
	return last.destination.name === "IP" ? "IPv4" : last.destination.name;
}

/** Whether ARP may follow. */
export function mayBeArp({ linked, protocol }: Before): boolean {
	return linked && (protocol === undefined || /(?:^|[ E])ARP$/.test(protocol));
}

/** Whether a header may be followed by such a tag, which names what is within as the header does. */
export function mayBeTagged(link: Link, tag: string): boolean {
	if (link.type !== "ethernet" && link.type !== "cooked") return false;
	const bare = /^vlan \d+, p \d+(?:, DEI)?, $/.test(tag);
	if (link.type === "cooked" && link.ethertype === undefined) return bare;
	return !bare && (tag.endsWith("802.3") || isQuiet(link) !== tag.includes(", ethertype "));
}

/** Whether a header is one of `-q`, which names the Ethernet type alone. */
export function isQuiet(link: Link): boolean {
	return link.type === "ethernet" && link.ethertype !== undefined && link.ethertype.code === undefined;
}

function trimmed(word: Word): Word {
	const value = trimBlanksStart(word.value);
	return { value, start: word.end - value.length, end: word.end };
}
