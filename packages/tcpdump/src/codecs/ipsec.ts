import { printNumber } from "@netfossil/core/grammar";
import type { Esp, Isakmp, UdpEncap } from "../ast.ts";
import { Fields } from "../read/fields.ts";

/*
 * esp    := "ESP(spi=" N ",seq=" N "), length " N
 * encap  := "UDP-encap: " (esp | " [|esp]")
 * isakmp := "isakmp-nat-keep-alive" | ["NONESP-encap: "] "isakmp" [" " VERSION " msgid " HEX [" cookie " HEX "->" HEX]] ": " EXCHANGE
 */

const ESP = /^ESP\(spi=(0x[0-9a-f]+),seq=(0x[0-9a-f]+)\), length (\d+)$/d;
const ENCAP = "UDP-encap: ";
const KEEP_ALIVE = "isakmp-nat-keep-alive";
const ISAKMP =
	/^(NONESP-encap: )?isakmp(?: (\d+\.\d+) msgid ([0-9a-f]+)(?: cookie ([0-9a-f]+->[0-9a-f]+))?)?: (.+)$/d;

export function readEsp(text: string, start: number): Esp | undefined {
	const match = ESP.exec(text);
	if (match === null) return undefined;
	const f = new Fields(match, start);
	return { type: "esp", spi: f.num(1), sequence: f.num(2), length: f.num(3), ...f.whole };
}

export function printEsp({ spi, sequence, length }: Esp): string {
	return `ESP(spi=${printNumber(spi)},seq=${printNumber(sequence)}), length ${printNumber(length)}`;
}

export function readUdpEncap(text: string, start: number): UdpEncap | undefined {
	if (!text.startsWith(ENCAP)) return undefined;
	const rest = text.slice(ENCAP.length);
	const where = { start, end: start + text.length };
	if (/^ ?\[\|esp\]$/.test(rest)) return { type: "udp-encap", truncated: rest, ...where };
	const esp = readEsp(rest, start + ENCAP.length);
	return esp && { type: "udp-encap", esp, ...where };
}

export function printUdpEncap({ esp, truncated = "" }: UdpEncap): string {
	return `${ENCAP}${esp === undefined ? "" : printEsp(esp)}${truncated}`;
}

export function readIsakmp(text: string, start: number): Isakmp | undefined {
	if (text === KEEP_ALIVE) return { type: "isakmp", start, end: start + text.length };
	const match = ISAKMP.exec(text);
	if (match === null) return undefined;
	const f = new Fields(match, start);
	return {
		type: "isakmp",
		...(f.has(1) && { encapsulated: true as const }),
		...(f.has(2) && { version: f.word(2), message: f.word(3) }),
		...(f.has(4) && { cookies: f.word(4) }),
		exchange: f.text(5)!,
		...f.whole,
	};
}

export function printIsakmp({ encapsulated, version, message, cookies, exchange }: Isakmp): string {
	if (exchange === undefined) return KEEP_ALIVE;
	const marker = encapsulated ? "NONESP-encap: " : "";
	const id = version && message ? ` ${version.value} msgid ${message.value}` : "";
	const both = cookies === undefined ? "" : ` cookie ${cookies.value}`;
	return `${marker}isakmp${id}${both}: ${exchange}`;
}
