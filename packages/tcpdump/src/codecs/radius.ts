import { printNumber } from "@netfossil/core/grammar";
import type { Radius, RadiusAttribute, RadiusPacket } from "../ast.ts";
import { Fields } from "../read/fields.ts";
import { type LinesBelow, line, type Printed } from "./lines-below.ts";

/*
 * radius := "RADIUS, " (MESSAGE " (" N "), id: " N " length: " N | "length: " N)
 * lines  := "\t" MESSAGE " (" N "), id: " N ", Authenticator: " HEX { "\t  " NAME " Attribute (" N "), length: " N ", Value: " TEXT }
 */

const HEAD = /^RADIUS, (?:([A-Z][\w -]*) \((\d+)\), id: (0x[0-9a-f]+) )?length: (\d+)$/d;
const PACKET = /^\t([A-Z][\w -]*) \((\d+)\), id: (0x[0-9a-f]+), Authenticator: ([0-9a-f]+)$/d;
const ATTRIBUTE = /^\t {2}(\S.*?) Attribute \((\d+)\), length: (\d+), Value: (.*)$/d;

export function readRadius(text: string, start: number): Radius | undefined {
	const match = HEAD.exec(text);
	if (match === null) return undefined;
	const f = new Fields(match, start);
	const message = f.has(1) ? { message: f.word(1), code: f.num(2), id: f.num(3) } : {};
	return { type: "radius", ...message, length: f.num(4), ...f.whole };
}

export function readRadiusLines(node: Radius, lines: LinesBelow): Partial<Radius> {
	if (node.message !== undefined) return {};
	const packet = lines.take(
		PACKET,
		(f, place): RadiusPacket => ({
			message: f.word(1),
			code: f.num(2),
			id: f.num(3),
			authenticator: f.word(4),
			...place,
		}),
	);
	if (packet === undefined) return {};
	const attributes = lines.takeAll(
		ATTRIBUTE,
		(f, place): RadiusAttribute => ({
			name: f.word(1),
			code: f.num(2),
			length: f.num(3),
			value: f.word(4),
			...place,
		}),
	);
	return { packet, ...(attributes.length > 0 && { attributes }) };
}

export function printRadius({ message, code, id, length }: Radius): string {
	const name =
		message && code && id ? `${message.value} (${printNumber(code)}), id: ${printNumber(id)} ` : "";
	return `RADIUS, ${name}length: ${printNumber(length)}`;
}

export function listRadius({ packet, attributes = [] }: Radius): Printed[] {
	return [
		...line(packet, ({ message, code, id, authenticator }) => {
			const head = `${message.value} (${printNumber(code)}), id: ${printNumber(id)}`;
			return `\t${head}, Authenticator: ${authenticator.value}`;
		}),
		...attributes.map((each): Printed => {
			const head = `${each.name.value} Attribute (${printNumber(each.code)}), length: ${printNumber(each.length)}`;
			return [each, `\t  ${head}, Value: ${each.value.value}`];
		}),
	];
}
