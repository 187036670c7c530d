import { type IpAddress, type LineNode, readIp } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type {
	Dhcp,
	DhcpNames,
	DhcpOption,
	DhcpOptionName,
	DhcpSuboption,
	DhcpValue,
	TextLine,
} from "../ast.ts";
import { Fields } from "../read/fields.ts";
import { printHost, printStation, STATION } from "./codec.ts";
import { type LinesBelow, line, type Printed } from "./lines-below.ts";

/*
 * dhcp    := "BOOTP/DHCP, " ("Request" [" from " MAC] | "Reply" | "unknown (" N ")") (", length " N { FIELD } | " [|bootp]")
 * lines   := { "\t  " NAME "-IP " ADDRESS } ["\t  Client-Ethernet-Address " MAC] ["\t  sname " STRING] ["\t  file " STRING]
 *            ["\t  Vendor-rfc1048 Extensions"] ["\t    Magic Cookie " N] { option }          -- of -v; the last may be cut
 * option  := "\t    " NAME (" (" N ")" | " Option " N) ", length " N [", occurs " N] [": " VALUE | VALUE] { "\t  " below }
 */

const HEAD = new RegExp(
	`^BOOTP/DHCP, (?:Re(quest)(?: from ${STATION})?|(Reply)|unknown \\((0x[0-9a-f]+)\\))(?:, length (\\d+))?(?:, htype (\\d+))?(?:, hlen (\\d+))?(?:, hops (\\d+))?(?:, xid (0x[0-9a-f]+))?(?:, secs (\\d+))?(?:, Flags \\[([^\\]]*)\\](?: \\((0x[0-9a-f]+)\\))?)?( ?\\[\\|bootp\\])?$`,
	"d",
);
const ADDRESSES = [
	["clientAddress", "Client-IP"],
	["yourAddress", "Your-IP"],
	["serverAddress", "Server-IP"],
	["gatewayAddress", "Gateway-IP"],
] as const;
const ADDRESS = Object.fromEntries(
	ADDRESSES.map(([field, name]) => [field, new RegExp(`^\\t {2}${name} (\\S+)$`, "d")]),
) as Record<(typeof ADDRESSES)[number][0], RegExp>;
const CLIENT = new RegExp(`^\\t {2}Client-Ethernet-Address ${STATION}$`, "d");
const SERVER_NAME = /^\t {2}sname "(.*)"$/d;
const FILE = /^\t {2}file "(.*)"$/d;
const EXTENSIONS = /^\t {2}Vendor-rfc1048 Extensions$/d;
const COOKIE = /^\t {4}Magic Cookie (0x[0-9a-f]+)$/d;
const OPTION =
	/^\t {4}([A-Za-z][\w/-]*) (?:\((\d+)\)|Option (\d+)), length (\d+)(?:, occurs (\d+))?(?:: (.*)|(".*))?$/d;
const NAMES = /^\t {6}([A-Za-z][\w/-]*(?: \(\d+\))?(?:, [A-Za-z][\w/-]*(?: \(\d+\))?)*)$/d;
const SUBOPTION = /^\t {6}([A-Za-z][\w-]*) SubOption (\d+), length (\d+): (.*)$/d;
const BELOW = /^\t {6}(.+)$/d;
const TRAILING = /^\t {2}(trailing data length \d+)$/d;

export function readDhcp(text: string, start: number): Dhcp | undefined {
	const match = HEAD.exec(text);
	if (match === null) return undefined;
	const f = new Fields(match, start);
	return {
		type: "dhcp",
		operation: f.has(1) ? "request" : f.has(4) ? "reply" : "unknown",
		...(f.has(2) && { client: f.station(2) }),
		...(f.has(5) && { code: f.num(5) }),
		...(f.has(6) && { length: f.num(6) }),
		...(f.has(7) && { hardwareType: f.num(7) }),
		...(f.has(8) && { hardwareLength: f.num(8) }),
		...(f.has(9) && { hops: f.num(9) }),
		...(f.has(10) && { transaction: f.num(10) }),
		...(f.has(11) && { seconds: f.num(11) }),
		...(f.has(12) && { flags: f.text(12)! }),
		...(f.has(13) && { flagBits: f.num(13) }),
		...(f.has(14) && { truncated: f.text(14)! }),
		...f.whole,
	};
}

/** The lines of `-v`, in the order in which tcpdump prints them. */
export function readDhcpLines(node: Dhcp, lines: LinesBelow): Partial<Dhcp> {
	if (node.transaction === undefined) return {};
	const fields: Record<string, unknown> = {};
	const set = (name: string, value: unknown): void => {
		if (value !== undefined) fields[name] = value;
	};
	for (const [name] of ADDRESSES)
		set(
			name,
			lines.take(ADDRESS[name], (f, place) => ({ address: f.host(1), ...place })),
		);
	set(
		"clientStation",
		lines.take(CLIENT, (f, place) => ({ station: f.station(1), ...place })),
	);
	set(
		"serverName",
		lines.take(SERVER_NAME, (f, place) => ({ name: f.word(1), ...place })),
	);
	set(
		"file",
		lines.take(FILE, (f, place) => ({ name: f.word(1), ...place })),
	);
	set(
		"extensions",
		lines.take(EXTENSIONS, (_, place) => place),
	);
	set(
		"cookie",
		lines.take(COOKIE, (f, place) => ({ value: f.num(1), ...place })),
	);
	const options: DhcpOption[] = [];
	for (let next = option(lines); next !== undefined; next = option(lines)) options.push(next);
	if (options.length > 0) fields.options = options;
	return fields;
}

function option(lines: LinesBelow): DhcpOption | undefined {
	const head = lines.take(OPTION, (f, place): DhcpOption => {
		const spelled = f.has(3);
		// Nothing stands behind the colon where the value is on the lines below.
		const value = f.has(7) ? 7 : f.text(6) ? 6 : undefined;
		return {
			name: f.word(1),
			code: f.num(spelled ? 3 : 2),
			length: f.num(4),
			...(f.has(5) && { occurs: f.num(5) }),
			...(value !== undefined && { value: dhcpValue(f, value) }),
			...(spelled && { spelling: "Option" as const }),
			...place,
		};
	});
	if (head === undefined) return undefined;
	const below: (DhcpNames | DhcpSuboption | TextLine)[] = [];
	for (;;) {
		const next =
			lines.take(SUBOPTION, (f, place): DhcpSuboption => {
				const value = { value: f.word(4) };
				return { type: "suboption", name: f.word(1), code: f.num(2), length: f.num(3), ...value, ...place };
			}) ??
			lines.take(NAMES, (f, place): DhcpNames => ({ type: "names", names: namesOf(f.text(1)!), ...place })) ??
			lines.take(BELOW, textLine) ??
			lines.take(TRAILING, textLine);
		if (next === undefined) break;
		below.push(next);
	}
	const last = below.at(-1);
	return last === undefined ? head : { ...head, lines: below, end: last.end };
}

const textLine = (f: Fields, place: LineNode): TextLine => ({ type: "line", text: f.text(1)!, ...place });

function dhcpValue(f: Fields, group: number): DhcpValue {
	const text = f.text(group)!;
	const { start, end } = f.span(group);
	if (/^\d+$/.test(text)) return { type: "number", number: f.num(group) };
	const quoted = /^"(.*)"$/.exec(text);
	if (quoted !== null)
		return { type: "string", value: { value: quoted[1]!, start: start + 1, end: end - 1 } };
	const addresses = addressesOf(text, start);
	if (addresses !== undefined) return { type: "addresses", addresses };
	return { type: "other", value: f.word(group) };
}

/** `10.255.0.6,10.255.2.77` */
function addressesOf(text: string, start: number): IpAddress[] | undefined {
	const addresses: IpAddress[] = [];
	let at = start;
	for (const each of text.split(",")) {
		const address = readIp(each, at);
		if (address === undefined) return undefined;
		addresses.push(address);
		at += each.length + 1;
	}
	return addresses;
}

function namesOf(text: string): DhcpOptionName[] {
	return text.split(", ").map((each) => {
		const [, name = "", code] = /^(\S+)(?: \((\d+)\))?$/.exec(each)!;
		return { name, ...(code !== undefined && { code: Number(code) }) };
	});
}

/** The head line. */
export function printDhcp(node: Dhcp): string {
	const { operation, code, client, flags, flagBits, truncated = "" } = node;
	const from = client === undefined ? "" : ` from ${printStation(client)}`;
	const names = { request: "Request", reply: "Reply", unknown: `unknown (${code && printNumber(code)})` };
	const fields = [`BOOTP/DHCP, ${names[operation]}${from}`];
	const numbers = [
		["length", node.length],
		["htype", node.hardwareType],
		["hlen", node.hardwareLength],
		["hops", node.hops],
		["xid", node.transaction],
		["secs", node.seconds],
	] as const;
	for (const [name, number] of numbers)
		if (number !== undefined) fields.push(`${name} ${printNumber(number)}`);
	if (flags !== undefined) {
		const bits = flagBits === undefined ? "" : ` (${printNumber(flagBits)})`;
		fields.push(`Flags [${flags}]${bits}`);
	}
	return `${fields.join(", ")}${listDhcp(node).length === 0 ? truncated : ""}`;
}

export function listDhcp(node: Dhcp): Printed[] {
	return [
		...ADDRESSES.flatMap(([field, name]) =>
			line(node[field], ({ address }) => `\t  ${name} ${printHost(address)}`),
		),
		...line(node.clientStation, (each) => `\t  Client-Ethernet-Address ${printStation(each.station)}`),
		...line(node.serverName, ({ name }) => `\t  sname "${name.value}"`),
		...line(node.file, ({ name }) => `\t  file "${name.value}"`),
		...line(node.extensions, () => "\t  Vendor-rfc1048 Extensions"),
		...line(node.cookie, ({ value }) => `\t    Magic Cookie ${printNumber(value)}`),
		...(node.options ?? []).flatMap(listOption),
	];
}

function listOption(node: DhcpOption): Printed[] {
	const { name, code, length, occurs, value, spelling, lines = [] } = node;
	const number = spelling === undefined ? `(${printNumber(code)})` : `Option ${printNumber(code)}`;
	const often = occurs === undefined ? "" : `, occurs ${printNumber(occurs)}`;
	const size = `length ${printNumber(length)}${often}`;
	const text = `\t    ${name.value} ${number}, ${size}${printValue(value, length.value)}`;
	return [[node, text], ...lines.map((each): Printed => [each, printBelow(each)])];
}

/** What has no bytes has no colon: `END (255), length 0`, `SLP-NA (80), length 0""`. */
function printValue(value: DhcpValue | undefined, length: number): string {
	const colon = length === 0 ? "" : ": ";
	if (value === undefined) return colon;
	switch (value.type) {
		case "addresses":
			return `${colon}${value.addresses.map(printHost).join(",")}`;
		case "number":
			return `${colon}${printNumber(value.number)}`;
		case "string":
			return `${colon}"${value.value.value}"`;
		default:
			return `${colon}${value.value.value}`;
	}
}

function printBelow(node: DhcpNames | DhcpSuboption | TextLine): string {
	switch (node.type) {
		case "names": {
			const names = node.names.map(({ name, code }) => (code === undefined ? name : `${name} (${code})`));
			return `\t      ${names.join(", ")}`;
		}
		case "suboption":
			return `\t      ${node.name.value} SubOption ${printNumber(node.code)}, length ${printNumber(node.length)}: ${node.value.value}`;
		default:
			return `\t${node.text.startsWith("trailing data length ") ? "  " : "      "}${node.text}`;
	}
}
