import { type Draft, type IpPrefix, type Num, readIp, readMac, readPrefix, type Word } from "@netfossil/core";
import { readNumber } from "@netfossil/core/grammar";
import type {
	AddressOfInterface,
	Attribute,
	BriefAddress,
	BriefInterface,
	Details,
	HeadField,
	Interface,
	InterfaceAddress,
	Lifetime,
	Link,
	LinkAddress,
	UnknownAttribute,
} from "./ast.ts";
import { common, type Format, formatsOf } from "./details.ts";
import { HEAD_FIELDS, setMarks } from "./parser.ts";
import { listed, readLinkAddress, readValues, splitName } from "./values.ts";

/*
 * The commonest lines, read without the grammar, which takes six times as long. Each function reads the slice
 * `[start, end)` as the rule of the same name does; what it is not sure of it leaves to the grammar (undefined).
 * A test holds that the two agree.
 */

const ZERO = 48;
const NINE = 57;
const COLON = 58;
const OPEN = 60;
const PARENTHESIS = 40;

/** `2: eth0@if15: <BROADCAST,UP> mtu 1450 qdisc noqueue master br0 state UP group default qlen 1000` */
export function readHead(text: string, start: number, end: number): Interface | undefined {
	const words = new Words(text, start, end);
	const node = { type: "interface", start: 0, end: 0 } as Draft<Interface>;
	if (!words.raw() || !isIndex(words.text)) return undefined;
	node.index = readNumber(words.text.slice(0, -1), words.start, words.end - 1);
	if (!words.raw() || words.gap !== 1 || words.text.length < 2 || !words.text.endsWith(":")) return undefined;
	const { name, peer } = splitName(words.text.slice(0, -1), words.start);
	if (!words.raw() || words.gap !== 1) return undefined;
	const flags = flagsOf(words.text);
	if (flags === undefined) return undefined;
	node.name = name;
	if (peer !== undefined) node.peer = peer;
	node.flags = flags;
	let last = -1;
	while (words.next()) {
		const place = PLACES.get(words.text);
		if (place === undefined || place <= last || !words.next()) return undefined;
		last = place;
		const field = HEAD_FIELDS[place]!;
		if (field === "mtu" || field === "qlen") {
			const number = words.number();
			if (number === undefined) return undefined;
			node[field] = number;
		} else node[field as Exclude<HeadField, "mtu" | "qlen">] = words.word();
	}
	if (!words.done) return undefined;
	node.addresses = [];
	return node;
}

const PLACES: ReadonlyMap<string, number> = new Map(
	HEAD_FIELDS.flatMap((field, place) => (field === "xdp" ? [] : [[field, place] as const])),
);

/** `link/ether 02:42:0a:ff:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0 promiscuity 0 ` */
export function readLink(text: string, start: number, end: number): Link | undefined {
	const words = new Words(text, start, end);
	if (!words.next() || words.text.length < 6 || !words.text.startsWith("link/")) return undefined;
	const node: Draft<Link> = {
		type: "link",
		start: 0,
		end: 0,
		kind: { value: words.text.slice(5), start: words.start + 5, end: words.end },
	};
	let more = words.next();
	if (more && isAddress(words.text)) {
		node.address = linkAddress(words);
		more = words.next();
	}
	for (const [word, key] of LINK_ADDRESSES) {
		if (!more || words.text !== word) continue;
		if (!words.next() || !isAddress(words.text)) return undefined;
		node[key] = linkAddress(words);
		more = words.next();
	}
	if (more && words.text === "link-netnsid") {
		if (!words.next()) return undefined;
		const id = words.id();
		if (id === undefined) return undefined;
		node.netnsid = id;
		more = words.next();
	} else if (more && words.text === "link-netns") {
		if (!words.next()) return undefined;
		node.netnsName = words.word();
		more = words.next();
	}
	const attributes = more ? readAttributes(words, common) : [];
	if (attributes === undefined || !words.done) return undefined;
	if (attributes.length > 0) node.attributes = attributes;
	return node;
}

const LINK_ADDRESSES = [
	["brd", "broadcast"],
	["peer", "peer"],
	["permaddr", "permaddr"],
] as const;

const linkAddress = (words: Words): LinkAddress =>
	readMac(words.text, words.start) ?? readLinkAddress(words.text, words.start);

/** `vxlan id 4097 srcport 0 0 dstport 4789 nolearning ttl auto ageing 300 ` */
export function readDetails(text: string, start: number, end: number): Details | undefined {
	const words = new Words(text, start, end);
	if (!words.next()) return undefined;
	const formats = formatsOf(words.text);
	if (formats === undefined) return undefined;
	const kind = words.word();
	const attributes = words.next() ? readAttributes(words, formats) : [];
	if (attributes === undefined || !words.done) return undefined;
	return { type: "details", start: 0, end: 0, kind, attributes };
}

/** The attributes from the word at hand on, if all of them are the kind's own. */
function readAttributes(
	words: Words,
	formats: ReadonlyMap<string, Format>,
): (Attribute | UnknownAttribute)[] | undefined {
	const found: Attribute[] = [];
	do {
		const { gap, start, text: name } = words;
		const node = readAttribute(words, name, start, formats.get(name));
		if (node === undefined) return undefined;
		if (gap !== 1) node.gap = gap;
		found.push(node);
	} while (words.next());
	return found;
}

function readAttribute(
	words: Words,
	name: string,
	start: number,
	format: Format | undefined,
): Draft<Attribute> | undefined {
	if (format === undefined) {
		if (name.charCodeAt(0) !== OPEN) return undefined;
		const values = listed(words.word());
		return values && { type: "attribute", name: "flags", values, start, end: words.end };
	}
	if (format.length === 0) return { type: "attribute", name, values: [], start, end: words.end };
	if (format[0] === "{ %s }" || !words.next()) return undefined;
	const first = words.word();
	if (format.length === 2 && !words.next()) return undefined;
	const values = readValues(format, format.length === 2 ? [first, words.word()] : [first]);
	return values && { type: "attribute", name, values, start, end: words.end };
}

/** `inet 10.255.0.2/16 brd 10.255.255.255 scope global eth0` */
export function readAddress(text: string, start: number, end: number): InterfaceAddress | undefined {
	const words = new Words(text, start, end);
	return words.next() ? addressFrom(words) : undefined;
}

/** `2: eth0    inet 10.0.0.2/24 scope global eth0` */
export function readAddressOfInterface(
	text: string,
	start: number,
	end: number,
): AddressOfInterface | undefined {
	const words = new Words(text, start, end);
	if (!words.raw() || !isIndex(words.text)) return undefined;
	const index = readNumber(words.text.slice(0, -1), words.start, words.end - 1);
	if (!words.next()) return undefined;
	const name = words.word();
	const address = words.next() ? addressFrom(words) : undefined;
	return address && { type: "address-of-interface", start: 0, end: 0, index, name, address };
}

function addressFrom(words: Words): InterfaceAddress | undefined {
	const type = words.text;
	if ((type !== "inet" && type !== "inet6") || !words.next()) return undefined;
	const address = readPrefix(words.text, words.start);
	if (address === undefined || address.family !== (type === "inet" ? 4 : 6)) return undefined;
	const node = { type, start: 0, end: 0, address } as Draft<InterfaceAddress>;
	if (!words.next()) return undefined;
	if (words.text === "metric") {
		const metric = words.next() ? words.number() : undefined;
		if (metric === undefined || !words.next()) return undefined;
		node.metric = metric;
	}
	for (const [word, key] of FURTHER_ADDRESSES) {
		if (words.text !== word) continue;
		if (!words.next() || !isAddress(words.text)) return undefined;
		const further = readIp(words.text, words.start);
		if (further === undefined || !words.next()) return undefined;
		node[key] = further;
	}
	if (words.text !== "scope" || !words.next()) return undefined;
	node.scope = words.word();
	const marks: Word[] = [];
	while (words.next()) marks.push(words.word());
	if (!words.done) return undefined;
	setMarks(node, marks);
	return node;
}

const FURTHER_ADDRESSES = [
	["brd", "broadcast"],
	["any", "anycast"],
	["mcast", "multicast"],
] as const;

/** `valid_lft 6992sec preferred_lft forever` */
export function readLifetime(text: string, start: number, end: number): Lifetime | undefined {
	const words = new Words(text, start, end);
	const valid = words.next() && words.text === "valid_lft" && words.next() ? words.time() : undefined;
	if (valid === undefined) return undefined;
	const preferred = words.next() && words.text === "preferred_lft" && words.next() ? words.time() : undefined;
	if (preferred === undefined || words.next() || !words.done) return undefined;
	return { type: "lifetime", start: 0, end: 0, valid, preferred };
}

/** `eth0@if15        UP             10.0.0.2/24 fe80::1/64 ` */
export function readBrief(text: string, start: number, end: number): BriefInterface | undefined {
	const words = new Words(text, start, end);
	if (!words.next()) return undefined;
	const names = splitName(words.text, words.start);
	if (!words.next()) return undefined;
	const head = { type: "brief", start: 0, end: 0, ...names, state: words.word() } as const;
	if (!words.next()) return words.done ? { ...head, addresses: [] } : undefined;
	const isOwn = isAddress(words.text);
	if (isOwn || words.text.charCodeAt(0) === OPEN) {
		const link = isOwn ? linkAddress(words) : undefined;
		if (isOwn && !words.next()) return undefined;
		const flags = flagsOf(words.text);
		if (flags === undefined || words.next() || !words.done) return undefined;
		return link === undefined ? { ...head, flags } : { ...head, link, flags };
	}
	const addresses: BriefAddress[] = [];
	let more = true;
	while (more) {
		const address: IpPrefix | undefined = readPrefix(words.text, words.start);
		if (address === undefined) return undefined;
		more = words.next();
		if (more && words.text === "metric") {
			const metric: Num | undefined = words.next() ? words.number() : undefined;
			if (metric === undefined) return undefined;
			addresses.push({ address, metric, start: address.start, end: metric.end });
			more = words.next();
		} else addresses.push({ address, start: address.start, end: address.end });
	}
	return words.done ? { ...head, addresses } : undefined;
}

/** The words of a line. */
class Words {
	readonly #text: string;
	readonly #end: number;
	#at: number;
	/** The word at hand. */
	text = "";
	start = 0;
	end = 0;
	/** How many blanks stand before it. */
	gap = 0;

	constructor(text: string, start: number, end: number) {
		this.#text = text;
		this.#at = start;
		this.#end = end;
	}

	/** Whether all words were read, and none was odd. */
	get done(): boolean {
		return this.#at >= this.#end;
	}

	/** Goes on to the next word; false: there is none, or it may be the start of a token of several words. */
	next(): boolean {
		if (!this.raw()) return false;
		const first = this.text.charCodeAt(0);
		if (first === PARENTHESIS || isIndex(this.text) || this.text === "remotes") {
			this.#at = this.start;
			return false;
		}
		return true;
	}

	/** Goes on to the next word, whatever it is; false: there is none, or it holds a tab. */
	raw(): boolean {
		let at = this.#at;
		while (at < this.#end && this.#text.charCodeAt(at) === 32) at++;
		const start = at;
		for (; at < this.#end; at++) {
			const code = this.#text.charCodeAt(at);
			if (code === 32) break;
			if (code === 9) return false;
		}
		if (at === start) return false;
		this.gap = start - this.#at;
		this.start = start;
		this.end = at;
		this.#at = at;
		this.text = this.#text.slice(start, at);
		return true;
	}

	word(): Word {
		return { value: this.text, start: this.start, end: this.end };
	}

	number(): Num | undefined {
		return isDigits(this.text, this.text.length) ? readNumber(this.text, this.start, this.end) : undefined;
	}

	/** The number of a namespace. */
	id(): Num | "unknown" | undefined {
		return this.text === "unknown" ? "unknown" : this.number();
	}

	time(): Num | "forever" | undefined {
		const { text } = this;
		if (text === "forever") return "forever";
		const digits = text.length - 3;
		if (!text.endsWith("sec") || !isDigits(text, digits)) return undefined;
		return readNumber(text.slice(0, digits), this.start, this.end - 3);
	}
}

function isDigits(text: string, length: number): boolean {
	if (length <= 0) return false;
	for (let at = 0; at < length; at++) {
		const code = text.charCodeAt(at);
		if (code < ZERO || code > NINE) return false;
	}
	return true;
}

/** `2:` */
function isIndex(text: string): boolean {
	const last = text.length - 1;
	return text.charCodeAt(last) === COLON && isDigits(text, last);
}

/** Whether a word has the shape of an address, as the grammar's token. */
const isAddress = (text: string): boolean => /^[0-9a-fA-F]*[:.][0-9a-fA-F:.]*$/.test(text);

function flagsOf(text: string): string[] | undefined {
	if (!/^<[^<>]*>$/.test(text)) return undefined;
	return text.length === 2 ? [] : text.slice(1, -1).split(",");
}
