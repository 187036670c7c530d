import { printPort } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { Icmp6Message } from "../ast.ts";
import type { Fields } from "../read/fields.ts";
import { fieldsOf, printHost } from "./codec.ts";
import { printRecords, RECORDS, readRecords } from "./groups.ts";

/*
 * message := NAME [", length " N] body          -- with -v the length stands here, else behind the body
 * body of
 *   destination unreachable      := ", unreachable " ("route " | "address ") A | ",  unreachable prohibited " A
 *                                 | ", beyond scope " A ", source address " A
 *                                 | ", unreachable port, " A (" tcp" | " udp") " port " PORT
 *                                 | ", unreachable port, " A " protocol " N " port " N " unreachable" | ", unknown unreach code (" N ")"
 *   packet too big               := ", mtu " N
 *   time exceeded in-transit     := " for " A | " (reassembly)" | ", unknown code (" N ")"
 *   parameter problem            := ", " PROBLEM " - octet " N | ", code-#" N
 *   neighbor solicitation        := ", who has " A
 *   neighbor advertisement       := ", tgt is " A [", Flags [" FLAGS "]"]
 *   redirect                     := ", " A " to " A
 *   multicast listener (query | report | done)  := [" "] "max resp delay: " N " addr: " A
 *   multicast listener query     := " v2" [" [max resp delay=" N "]"] " [gaddr " A TEXT "]"
 *   multicast listener report v2 := ", " N " group record(s)" { RECORD }
 */

/** A message as it stands on the line: its name, and what follows the name, around the length. */
export interface Parts {
	readonly name: string;
	readonly body: string;
}

type Build = (f: Fields) => Icmp6Message | undefined;
/** How a message is called, and the forms that its body has; `undefined` is a form without text. */
interface Rule {
	readonly name: string;
	readonly bodies: readonly (readonly [pattern: RegExp, build: Build])[];
}

const unreachable = { type: "unreachable" as const };
const delayed = (type: "listener-query" | "listener-report" | "listener-done"): Rule["bodies"][number] => [
	/^( )?max resp delay: (\d+) addr: (\S+)$/d,
	(f) => ({
		type,
		delay: f.num(2),
		group: f.host(3),
		...(f.has(1) && { blank: true as const }),
		...f.whole,
	}),
];
const plain = (
	type:
		| "router-solicitation"
		| "router-advertisement"
		| "inverse-neighbor-solicitation"
		| "inverse-neighbor-advertisement",
): Rule["bodies"][number] => [/^$/d, (f) => ({ type, ...f.whole })];

/** Longer names stand before those that they begin with. */
const rules: readonly Rule[] = [
	{
		name: "destination unreachable",
		bodies: [
			[
				/^, unreachable (?:(route)|address) (\S+)$/d,
				(f) => ({ ...unreachable, what: f.has(1) ? "net" : "host", address: f.host(2), ...f.whole }),
			],
			[
				/^, {2}unreachable (prohibited) (\S+)$/d,
				(f) => ({ ...unreachable, what: "destination", address: f.host(2), reason: f.text(1)!, ...f.whole }),
			],
			[
				/^, (beyond scope) (\S+), source address (\S+)$/d,
				(f) => ({
					...unreachable,
					what: "destination",
					address: f.host(2),
					reason: f.text(1)!,
					source: f.host(3),
					...f.whole,
				}),
			],
			[
				/^, unreachable port, (\S+) (\w+) port (\S+)$/d,
				(f) => ({
					...unreachable,
					what: "port",
					address: f.host(1),
					protocol: f.text(2)!,
					port: f.port(3),
					...f.whole,
				}),
			],
			[
				/^, unreachable port, (\S+) protocol (\d+) port (\d+) unreachable$/d,
				(f) => ({
					...unreachable,
					what: "port",
					address: f.host(1),
					protocolNumber: f.num(2),
					port: f.port(3),
					...f.whole,
				}),
			],
			[
				/^, (unknown unreach code \(\d+\))$/d,
				(f) => ({ ...unreachable, what: "destination", reason: f.text(1)!, ...f.whole }),
			],
		],
	},
	{
		name: "packet too big",
		bodies: [[/^, mtu (\d+)$/d, (f) => ({ type: "packet-too-big", mtu: f.num(1), ...f.whole })]],
	},
	{
		name: "time exceeded in-transit",
		bodies: [
			[/^ for (\S+)$/d, (f) => ({ type: "time-exceeded", what: "transit", address: f.host(1), ...f.whole })],
			[/^ \(reassembly\)$/d, (f) => ({ type: "time-exceeded", what: "reassembly", ...f.whole })],
			[/^, unknown code \((\d+)\)$/d, (f) => ({ type: "time-exceeded", code: f.num(1), ...f.whole })],
		],
	},
	{
		name: "parameter problem",
		bodies: [
			[
				/^, (?:([a-z ]+) - octet (\d+)|code-#(\d+))$/d,
				(f) => ({
					type: "parameter-problem",
					...(f.has(1) && { problem: f.text(1)!, octet: f.num(2) }),
					...(f.has(3) && { code: f.num(3) }),
					...f.whole,
				}),
			],
		],
	},
	{ name: "router solicitation", bodies: [plain("router-solicitation")] },
	{ name: "router advertisement", bodies: [plain("router-advertisement")] },
	{ name: "inverse neighbor solicitation", bodies: [plain("inverse-neighbor-solicitation")] },
	{ name: "inverse neighbor advertisement", bodies: [plain("inverse-neighbor-advertisement")] },
	{
		name: "neighbor solicitation",
		bodies: [
			[/^, who has (\S+)$/d, (f) => ({ type: "neighbor-solicitation", target: f.host(1), ...f.whole })],
		],
	},
	{
		name: "neighbor advertisement",
		bodies: [
			[
				/^, tgt is ([^\s,]+)(?:, Flags \[([^\]]*)\])?$/d,
				(f) => ({
					type: "neighbor-advertisement",
					target: f.host(1),
					...(f.has(2) && { flags: f.text(2)! }),
					...f.whole,
				}),
			],
		],
	},
	{
		name: "redirect",
		bodies: [
			[
				/^, (\S+) to (\S+)$/d,
				(f) => ({ type: "redirect", destination: f.host(1), gateway: f.host(2), ...f.whole }),
			],
		],
	},
	{
		name: "multicast listener query",
		bodies: [
			delayed("listener-query"),
			[
				/^ v2(?: \[max resp delay=(\d+)\])? \[gaddr ([^\s\]]+)([^\]]*)\]$/d,
				(f) => ({
					type: "listener-query-v2",
					...(f.has(1) && { delay: f.num(1) }),
					group: f.host(2),
					...(f.text(3) !== "" && { remarks: f.text(3)! }),
					...f.whole,
				}),
			],
		],
	},
	{
		name: "multicast listener report v2",
		bodies: [
			[
				new RegExp(`^, (\\d+) group record\\(s\\)(${RECORDS})$`, "d"),
				(f) => {
					const records = readRecords(f.text(2)!, f.span(2).start);
					return records && { type: "listener-report-v2", count: f.num(1), records, ...f.whole };
				},
			],
		],
	},
	{ name: "multicast listener report", bodies: [delayed("listener-report")] },
	{ name: "multicast listener done", bodies: [delayed("listener-done")] },
	{
		name: "unknown icmp6 type",
		bodies: [[/^ \((\d+)\)$/d, (f) => ({ type: "unknown", number: f.num(1), ...f.whole })]],
	},
];

const NAMES = new RegExp(`^(?:${rules.map(({ name }) => name).join("|")})`);

/**
 * A message; undefined where it has a form of its own. `head` is its text up to the length of `-v`, `tail` what stands
 * behind that, and where; without that length the tail is empty.
 */
export function readIcmp6Message(
	head: string,
	start: number,
	tail: string,
	tailStart: number,
): Icmp6Message | undefined {
	const name = NAMES.exec(head)?.[0];
	if (name === undefined) return undefined;
	const own = head.slice(name.length);
	// The length of `-v` stands right behind the name; `report v2, length 28, 1 group record(s)` is of 3.9.
	if (own !== "" && tail !== "") return undefined;
	const body = own + tail;
	const at = own === "" && tail !== "" ? tailStart : start + name.length;
	for (const [pattern, build] of rules.find((rule) => rule.name === name)!.bodies) {
		const f = fieldsOf(pattern, body, at);
		const message = f && build(f);
		if (message === undefined) continue;
		const printed = printIcmp6Message(message);
		if (printed.name !== name || printed.body !== body) continue;
		return { ...message, start, end: tail === "" ? start + head.length : tailStart + tail.length };
	}
	return undefined;
}

export function printIcmp6Message(message: Icmp6Message): Parts {
	switch (message.type) {
		case "text":
			return { name: message.text, body: "" };
		case "unreachable":
			return { name: "destination unreachable", body: printUnreachable(message) };
		case "packet-too-big":
			return { name: "packet too big", body: `, mtu ${printNumber(message.mtu)}` };
		case "time-exceeded": {
			const { what, code, address } = message;
			const to = address === undefined ? "" : ` for ${printHost(address)}`;
			const body = code
				? `, unknown code (${printNumber(code)})`
				: what === "reassembly"
					? " (reassembly)"
					: to;
			return { name: "time exceeded in-transit", body };
		}
		case "parameter-problem": {
			const { problem, octet, code } = message;
			const body = code
				? `, code-#${printNumber(code)}`
				: `, ${problem} - octet ${octet === undefined ? "" : printNumber(octet)}`;
			return { name: "parameter problem", body };
		}
		case "neighbor-solicitation":
			return { name: "neighbor solicitation", body: `, who has ${printHost(message.target)}` };
		case "neighbor-advertisement": {
			const flags = message.flags === undefined ? "" : `, Flags [${message.flags}]`;
			return { name: "neighbor advertisement", body: `, tgt is ${printHost(message.target)}${flags}` };
		}
		case "redirect": {
			const { destination, gateway } = message;
			return { name: "redirect", body: `, ${printHost(destination)} to ${printHost(gateway)}` };
		}
		case "listener-query":
		case "listener-report":
		case "listener-done": {
			const { type, delay, group, blank } = message;
			const body = `${blank ? " " : ""}max resp delay: ${printNumber(delay)} addr: ${printHost(group)}`;
			return { name: `multicast ${type.replace("-", " ")}`, body };
		}
		case "listener-query-v2": {
			const { delay, group, remarks = "" } = message;
			const longest = delay === undefined ? "" : ` [max resp delay=${printNumber(delay)}]`;
			return {
				name: "multicast listener query",
				body: ` v2${longest} [gaddr ${printHost(group)}${remarks}]`,
			};
		}
		case "listener-report-v2": {
			const body = `, ${printNumber(message.count)} group record(s)${printRecords(message.records)}`;
			return { name: "multicast listener report v2", body };
		}
		case "unknown":
			return { name: "unknown icmp6 type", body: ` (${printNumber(message.number)})` };
		case "echo-request":
		case "echo-reply":
		case "extended-echo-request":
		case "extended-echo-reply": {
			const ident = message.id === undefined ? "" : `, id ${printNumber(message.id)}`;
			return {
				name: message.type.replaceAll("-", " "),
				body: `${ident}, seq ${printNumber(message.sequence)}`,
			};
		}
		case "inverse-neighbor-solicitation":
		case "inverse-neighbor-advertisement":
			return { name: message.type.replaceAll("-", " "), body: "" };
		default:
			return { name: message.type.replace("-", " "), body: "" };
	}
}

function printUnreachable(message: Extract<Icmp6Message, { type: "unreachable" }>): string {
	const { what, address, protocol, port, protocolNumber, reason, source } = message;
	const host = address === undefined ? "" : printHost(address);
	if (what === "net" || what === "host")
		return `, unreachable ${what === "net" ? "route" : "address"} ${host}`;
	if (what === "port") {
		const number = port === undefined ? "" : printPort(port);
		const named = `, unreachable port, ${host} `;
		if (protocolNumber === undefined) return `${named}${protocol} port ${number}`;
		return `${named}protocol ${printNumber(protocolNumber)} port ${number} unreachable`;
	}
	if (source !== undefined) return `, ${reason} ${host}, source address ${printHost(source)}`;
	// Two blanks: the word that tcpdump prints begins with one.
	return address === undefined ? `, ${reason}` : `,  unreachable ${reason} ${host}`;
}
