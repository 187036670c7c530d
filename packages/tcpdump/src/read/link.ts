import { type Draft, trimBlanksStart, type Word } from "@netfossil/core";
import type { Ethertype, Link, VlanTag } from "../ast.ts";
import type { Fields } from "./fields.ts";

export function ethernetOf(f: Fields): Link {
	const ethertype: Ethertype | undefined = f.has(5)
		? { name: f.text(5)!, code: f.num(6), start: f.span(5).start, end: f.span(6).end }
		: f.has(8)
			? { name: f.text(8)!, ...f.span(8) }
			: undefined;
	const link = { type: "ethernet", source: f.station(1), destination: f.station(3) } as Draft<Link>;
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
		ethertype: { name: f.text(5)!, code: f.num(6), start: f.span(5).start, end: f.span(6).end },
		length: f.num(7),
		...f.whole,
	};
}

export function vlanOf(f: Fields): VlanTag {
	return {
		id: f.num(1),
		priority: Number(f.text(2)),
		...(f.has(3) && { dropEligible: true as const }),
		ethertype: {
			name: f.text(4)!,
			...(f.has(5) && { code: f.num(5) }),
			start: f.span(4).start,
			end: f.span(f.has(5) ? 5 : 4).end,
		},
		...f.whole,
	};
}

export function ethertypeOf(link: Link | undefined): Ethertype | undefined {
	return link?.vlans?.at(-1)?.ethertype ?? link?.ethertype;
}

export function isArp(link: Link | undefined): boolean {
	return /(?:^|[ E])ARP$/.test(ethertypeOf(link)?.name ?? "");
}

function trimmed(word: Word): Word {
	const value = trimBlanksStart(word.value);
	return { value, start: word.end - value.length, end: word.end };
}
