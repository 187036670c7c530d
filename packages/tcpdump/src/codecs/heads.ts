import { printNumber } from "@netfossil/core/grammar";
import type { Head } from "../ast.ts";
import { fieldsOf, readExactly } from "./codec.ts";

/** Protocols of which the head line alone has a type. */
const HEAD =
	/^(OSPF|VRRP|PIM|RSVP|EIGRP|CARP|CDP|VTP|UDLD|LACP|MARKER|OAM|CFM|IS-IS|EAP packet|EAPOL start|EAPOL logoff|EAPOL key|EAPOL|LCP|IPCP|IP6CP|CCP|ECP|PAP|CHAP|PGM|Loopback|AoE|PTP|TIPC|DTP|BACP|MPLSCP|pfsync)(?:v(\d+))?(?:(, | |-)(?!length)([A-Za-z][\w/-]*(?: (?:\/ )?(?![a-z]+:)[A-Za-z][\w-]*)*)(?=,| \(| \d|$))?(.*?)(?:, length(:)? (\d+)(.*))?$/d;

export function readHead(text: string, start: number): Head | undefined {
	return readExactly({ read: readFields, print: printHead }, text, start);
}

/** The head of what is directly over IP. PTP, which Ethernet carries too, has ports there. */
export function readPortlessHead(text: string, start: number): Head | undefined {
	return text.startsWith("PTP") ? undefined : readHead(text, start);
}

function readFields(text: string, start: number): Head | undefined {
	const f = fieldsOf(HEAD, text, start);
	if (f === undefined) return undefined;
	const message = f.text(4);
	const named = message !== undefined;
	const fields = f.text(5)!;
	const separator = f.text(3);
	return {
		type: "head",
		protocol: f.word(1),
		...(f.has(2) && { version: f.num(2) }),
		...(named && { message: f.word(4) }),
		...(named && separator !== ", " && { separator: separator as " " | "-" }),
		...(fields !== "" && { fields }),
		...(f.has(7) && { length: f.num(7) }),
		...(f.has(6) && { colon: true as const }),
		...(f.text(8) && { rest: f.text(8)! }),
		...f.whole,
	};
}

export function printHead(node: Head): string {
	const { protocol, version, message, separator = ", ", fields = "", length, colon, rest = "" } = node;
	const number = version === undefined ? "" : `v${printNumber(version)}`;
	const name = message === undefined ? "" : `${separator}${message.value}`;
	const size = length === undefined ? "" : `, length${colon ? ":" : ""} ${printNumber(length)}`;
	return `${protocol.value}${number}${name}${fields}${size}${rest}`;
}
