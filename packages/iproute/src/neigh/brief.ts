import { type Draft, readIp } from "@netfossil/core";
import type { LinkAddress } from "../address/ast.ts";
import { printLinkAddress, readLinkAddress } from "../address/values.ts";
import { host, word } from "../fields.ts";
import { placed, type Row } from "../rows.ts";
import type { Neighbour } from "./ast.ts";

/** `%-39s ` and `%-16s `, as `print_neigh` has them. */
const ADDRESS = 39;
const DEVICE = 16;

const column = (text: string, width: number): string => `${text.padEnd(width)} `;

/** A neighbour in columns, as `ip -br neigh` prints it; only the last one is not filled up with blanks. */
export function printBrief({ address, dev, lladdr }: Neighbour): string {
	const one = address === undefined ? "" : column(host.print(address), ADDRESS);
	const two = dev === undefined ? "" : column(dev.value, DEVICE);
	return one + two + (lladdr === undefined ? "" : printLinkAddress(lladdr));
}

const WORDS = /^(\S+)(?:( +)(\S+)(?:( +)(\S+))?)?$/;
const BYTES = /^[\da-f]{2}(?::[\da-f]{2})+$/;

/**
 * Reads a line in columns. Each may be missing, and how wide they are tells which ones are there:
 *
 * ```
 * 10.1.0.50                               v0               02:00:00:00:00:50
 * 10.1.0.51                               v0
 * 10.1.0.50                               02:00:00:00:00:50      (show dev v0)
 * v0               33:33:00:00:00:01                             (-B)
 * 33:33:00:00:00:01                                              (-B, show dev v0)
 * ```
 *
 * Undefined: a line of another form.
 */
export function readBrief(row: Row): Neighbour | undefined {
	const words = WORDS.exec(row.body);
	if (words === null) return undefined;
	const [, one = "", firstGap = "", two = "", secondGap = "", three = ""] = words;
	const first = row.end - row.body.length;
	const second = first + one.length + firstGap.length;
	const third = row.end - three.length;
	const filled = (text: string, gap: string, width: number): boolean => text + gap === column(text, width);

	const node: Draft<Neighbour> = { type: "neighbour", start: 0, end: 0, brief: true };
	if (two === "") {
		const link = linkAddress(one, first);
		if (BYTES.test(one) && link !== undefined) node.lladdr = link;
		else {
			const address = readIp(one, first);
			// An entry without a state is `10.1.0.51 ` where one device was asked for.
			if (address === undefined || (row.trailing === " " && one.length < ADDRESS)) return undefined;
			node.address = address;
		}
	} else if (filled(one, firstGap, ADDRESS)) {
		node.address = host.read(one, first)!;
		if (three !== "") {
			const link = linkAddress(three, third);
			if (link === undefined || !filled(two, secondGap, DEVICE)) return undefined;
			node.dev = word.read(two, second)!;
			node.lladdr = link;
		} else {
			const isFilled = filled(two, row.trailing, DEVICE);
			const link = isFilled ? undefined : linkAddress(two, second);
			if (link !== undefined) node.lladdr = link;
			// `fd00:1234:5678:9abc:def0:1234:5678:9abc proxy ` fills its column too.
			else if (isFilled || one.length < ADDRESS) node.dev = word.read(two, second)!;
			else return undefined;
		}
	} else if (three === "" && filled(one, firstGap, DEVICE)) {
		const link = linkAddress(two, second);
		if (link === undefined) return undefined;
		node.dev = word.read(one, first)!;
		node.lladdr = link;
	} else return undefined;
	return placed(node, row, "", blanksAtEnd(printBrief(node)));
}

const blanksAtEnd = (text: string): string => / *$/.exec(text)![0];

/** Bytes, or the IP address of a tunnel's end. */
function linkAddress(text: string, start: number): LinkAddress | undefined {
	const address = readLinkAddress(text, start);
	return address.type === "hardware" && !BYTES.test(text) ? undefined : address;
}
