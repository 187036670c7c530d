import { printNumber } from "@netfossil/core/grammar";
import type { OtherApplication } from "../ast.ts";
import { Fields } from "../read/fields.ts";

/*
 * other := [" "] NAME ["v" N] [TEXT] [", length" [":"] " " N]
 */

/** Applications whose text begins with a name and has no codec of its own. */
const NAMES = [
	"babel",
	"BFD",
	"BGP",
	"CAPWAP",
	"domain",
	"HSRP",
	"kerberos",
	"l2tp",
	"LDP",
	"LISP",
	"LSP-PING",
	"LWAPP",
	"NBT",
	"NFS",
	"OLSR",
	"OpenFlow",
	"pptp",
	"PTP",
	"quic",
	"RESP",
	"RIP",
	"ripng-req",
	"ripng-resp",
	"rpc",
	"RPKI-RTR",
	"sFlow",
	"SSH",
	"VQP",
	"zephyr",
];
const HEAD = new RegExp(
	`^( )?(${[...NAMES]
		.sort((one, other) => other.length - one.length)
		.join("|")})(?:v(\\d+))?(?!\\w)(.*?)(?:, length(:?) (\\d+))?$`,
	"ds",
);

export function readOther(text: string, start: number): OtherApplication | undefined {
	const match = HEAD.exec(text);
	if (match === null) return undefined;
	const f = new Fields(match, start);
	return {
		type: "application",
		name: f.word(2),
		...(f.has(3) && { version: f.num(3) }),
		...(f.text(4) !== "" && { text: f.text(4)! }),
		...(f.has(6) && { length: f.num(6) }),
		...(f.text(5) === "" && { colon: false as const }),
		...(f.has(1) && { spaced: true as const }),
		...f.whole,
	};
}

export function printOther({ name, version, text = "", length, colon, spaced }: OtherApplication): string {
	const number = version === undefined ? "" : `v${printNumber(version)}`;
	const size = length === undefined ? "" : `, length${colon === false ? "" : ":"} ${printNumber(length)}`;
	return `${spaced ? " " : ""}${name.value}${number}${text}${size}`;
}
