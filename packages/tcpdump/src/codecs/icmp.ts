import { printPort } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { BadChecksum, Echo, IcmpMessage, RouterAdvertisement, Unreachable } from "../ast.ts";
import { Fields } from "../read/fields.ts";
import { fieldsOf, printHost, readExactly } from "./codec.ts";

/*
 * message := ["extended "] "echo " ("request" | "reply") ", id " N ", seq " N
 *          | ("net " | "host ") A " unreachable" [" - " REASON] | A " protocol " N [" port " N] " unreachable"
 *          | A " " PROTO " port " PORT " unreachable" | A " unreachable - need to frag" [" (mtu " N ")"] | A " unreachable - " REASON
 *          | "time exceeded in-transit" | "ip reassembly time exceeded" | "time exceeded-#" N
 *          | "redirect" ["-tos"] " " A " to " ("net " | "host ") A | "redirect-#" N " " A " to " A
 *          | "parameter problem - " ("octet " | "code ") N | "address mask request" | "address mask is 0x" HEX
 *          | "time stamp query id " N " seq " N | "time stamp reply id " N " seq " N ": org " T ", recv " T ", xmit " T
 *          | "router advertisement" [" lifetime " T " " N ":" (" [size " N "]" | { " {" A " " N "}" })]
 *          | "source quench" | "router solicitation" | "information " ("request" | "reply") | "type-#" N
 */

type Rule = readonly [pattern: RegExp, build: (f: Fields) => IcmpMessage];

const PLAIN = ["source-quench", "router-solicitation", "information-request", "information-reply"] as const;
const TIME = "(\\d+:\\d\\d:\\d\\d\\.\\d+|[^\\s,:]+)";

const rules: readonly Rule[] = [
	[
		/^(net|host) (\S+) unreachable(?: - (.+))?$/d,
		(f) => ({
			type: "unreachable",
			what: f.text(1) as "net" | "host",
			address: f.host(2),
			...(f.has(3) && { reason: f.text(3)! }),
			...f.whole,
		}),
	],
	[
		/^(\S+) protocol (\d+)(?: port (\d+))? unreachable$/d,
		(f) => ({
			type: "unreachable",
			what: "protocol",
			address: f.host(1),
			protocolNumber: f.num(2),
			...(f.has(3) && { port: f.port(3) }),
			...f.whole,
		}),
	],
	[
		/^(\S+) (\w+) port (\S+) unreachable$/d,
		(f) => ({
			type: "unreachable",
			what: "port",
			address: f.host(1),
			protocol: f.text(2)!,
			port: f.port(3),
			...f.whole,
		}),
	],
	[
		/^(\S+) unreachable - (?:need to frag(?: \(mtu (\d+)\))?|(.+))$/d,
		(f) => ({
			type: "unreachable",
			what: f.has(3) ? "destination" : "fragmentation",
			address: f.host(1),
			...(f.has(2) && { mtu: f.num(2) }),
			...(f.has(3) && { reason: f.text(3)! }),
			...f.whole,
		}),
	],
	[
		/^(?:time exceeded (in-transit)|(ip reassembly) time exceeded|time exceeded-#(\d+))$/d,
		(f) => ({
			type: "time-exceeded",
			...(f.has(3)
				? { code: f.num(3) }
				: { what: f.has(1) ? ("transit" as const) : ("reassembly" as const) }),
			...f.whole,
		}),
	],
	[
		/^redirect(-tos)?(?:-#(\d+))? (\S+) to (?:(net|host) )?(\S+)$/d,
		(f) => ({
			type: "redirect",
			destination: f.host(3),
			gateway: f.host(5),
			...(f.has(4) && { what: f.text(4) as "net" | "host" }),
			...(f.has(1) && { tos: true as const }),
			...(f.has(2) && { code: f.num(2) }),
			...f.whole,
		}),
	],
	[
		/^parameter problem - (?:octet (\d+)|code (\d+))$/d,
		(f) => ({
			type: "parameter-problem",
			...(f.has(1) && { octet: f.num(1) }),
			...(f.has(2) && { code: f.num(2) }),
			...f.whole,
		}),
	],
	[
		new RegExp(
			`^time stamp (query|reply) id (\\d+) seq (\\d+)(?:: org ${TIME}, recv ${TIME}, xmit ${TIME})?$`,
			"d",
		),
		(f) => ({
			type: f.text(1) === "query" ? "timestamp-request" : "timestamp-reply",
			id: f.num(2),
			sequence: f.num(3),
			...(f.has(4) && {
				times: { originate: f.text(4)!, receive: f.text(5)!, transmit: f.text(6)! },
			}),
			...f.whole,
		}),
	],
	[
		/^address mask (?:request|is (0x[0-9a-f]{8}))$/d,
		(f) => ({
			type: f.has(1) ? "address-mask-reply" : "address-mask-request",
			...(f.has(1) && { mask: f.num(1) }),
			...f.whole,
		}),
	],
	[
		/^router advertisement(?: lifetime (\S+) (\d+):(?: \[size (\d+)\]|((?: \{[^{}\s]+ \d+\})*)))?$/d,
		(f) => ({
			type: "router-advertisement",
			...(f.has(1) && { lifetime: f.word(1), count: f.num(2) }),
			...(f.has(3) && { size: f.num(3) }),
			...(f.has(4) && { routers: routersOf(f) }),
			...f.whole,
		}),
	],
	[
		/^extended echo (request|reply), id (\d+), seq (\d+)$/d,
		(f) => ({
			type: `extended-echo-${f.text(1) as "request" | "reply"}`,
			id: f.num(2),
			sequence: f.num(3),
			...f.whole,
		}),
	],
	[
		/^(source quench|router solicitation|information request|information reply)$/d,
		(f) => ({ type: f.text(1)!.replace(" ", "-") as (typeof PLAIN)[number], ...f.whole }),
	],
	[/^type-#(\d+)$/d, (f) => ({ type: "unknown", number: f.num(1), ...f.whole })],
];

function routersOf(f: Fields): NonNullable<RouterAdvertisement["routers"]> {
	const { start } = f.span(4);
	return Array.from(f.text(4)!.matchAll(/ \{(\S+) (\d+)\}/dg), (match) => {
		const entry = new Fields(match, start);
		return { address: entry.host(1), preference: entry.num(2) };
	});
}

/** A message of ICMP but for echoes, which the grammar knows; a text where it has a form of its own. */
export function readIcmpMessage(text: string, start: number): IcmpMessage {
	for (const [pattern, build] of rules) {
		const read = (): IcmpMessage | undefined => {
			const f = fieldsOf(pattern, text, start);
			return f && build(f);
		};
		const message = readExactly({ read, print: printIcmpMessage }, text, start);
		if (message !== undefined) return message;
	}
	return { type: "text", text, start, end: start + text.length };
}

export function printEcho({ type, id, sequence }: Echo, length = ""): string {
	const ident = id === undefined ? "" : `, id ${printNumber(id)}`;
	return `${type.replaceAll("-", " ")}${length}${ident}, seq ${printNumber(sequence)}`;
}

export function printIcmpMessage(message: IcmpMessage): string {
	switch (message.type) {
		case "text":
			return message.text;
		case "unreachable":
			return printUnreachable(message);
		case "time-exceeded":
			if (message.code) return `time exceeded-#${printNumber(message.code)}`;
			return message.what === "transit" ? "time exceeded in-transit" : "ip reassembly time exceeded";
		case "redirect": {
			const { destination, gateway, what, tos, code } = message;
			const kind = `redirect${tos ? "-tos" : ""}${code === undefined ? "" : `-#${printNumber(code)}`}`;
			return `${kind} ${printHost(destination)} to ${what === undefined ? "" : `${what} `}${printHost(gateway)}`;
		}
		case "parameter-problem": {
			const { octet, code } = message;
			return `parameter problem - ${octet ? `octet ${printNumber(octet)}` : `code ${code ? printNumber(code) : ""}`}`;
		}
		case "timestamp-request":
		case "timestamp-reply": {
			const { type, id, sequence, times } = message;
			const word = type === "timestamp-request" ? "query" : "reply";
			const stamps = times && `: org ${times.originate}, recv ${times.receive}, xmit ${times.transmit}`;
			return `time stamp ${word} id ${printNumber(id)} seq ${printNumber(sequence)}${stamps ?? ""}`;
		}
		case "address-mask-request":
		case "address-mask-reply":
			return message.mask === undefined
				? "address mask request"
				: `address mask is ${printNumber(message.mask)}`;
		case "router-advertisement":
			return printRouterAdvertisement(message);
		case "unknown":
			return `type-#${printNumber(message.number)}`;
		case "echo-request":
		case "echo-reply":
		case "extended-echo-request":
		case "extended-echo-reply":
			return printEcho(message);
		default:
			return message.type.replaceAll("-", " ");
	}
}

function printUnreachable({
	what,
	address,
	protocol,
	port,
	protocolNumber,
	mtu,
	reason,
}: Unreachable): string {
	const host = address === undefined ? "" : printHost(address);
	switch (what) {
		case "net":
		case "host":
			return `${what} ${host} unreachable${reason === undefined ? "" : ` - ${reason}`}`;
		case "protocol": {
			const to = port === undefined ? "" : ` port ${printPort(port)}`;
			return `${host} protocol ${protocolNumber === undefined ? "" : printNumber(protocolNumber)}${to} unreachable`;
		}
		case "port":
			return `${host} ${protocol} port ${port === undefined ? "" : printPort(port)} unreachable`;
		case "fragmentation":
			return `${host} unreachable - need to frag${mtu === undefined ? "" : ` (mtu ${printNumber(mtu)})`}`;
		case "destination":
			return `${host} unreachable - ${reason}`;
	}
}

function printRouterAdvertisement({ lifetime, count, size, routers = [] }: RouterAdvertisement): string {
	if (lifetime === undefined || count === undefined) return "router advertisement";
	const entries = routers.map(
		({ address, preference }) => ` {${printHost(address)} ${printNumber(preference)}}`,
	);
	const odd = size === undefined ? "" : ` [size ${printNumber(size)}]`;
	return `router advertisement lifetime ${lifetime.value} ${printNumber(count)}:${odd}${entries.join("")}`;
}

const BAD = /^ \(wrong icmp cksum ([0-9a-f]+) \(->([0-9a-f]+)\)!\)$/d;

/** What follows the length of a message. */
export function readIcmpRest(
	text: string,
	start: number,
): { badChecksum: BadChecksum } | { remarks: string } {
	const f = fieldsOf(BAD, text, start);
	return f === undefined ? { remarks: text } : { badChecksum: badChecksumOf(f, 1) };
}

/** A checksum that is printed without `0x`, and in the next group what it should be. */
export function badChecksumOf(f: Fields, group: number): BadChecksum {
	return {
		value: f.hex(group),
		expected: f.hex(group + 1),
		start: f.span(group).start,
		end: f.span(group + 1).end,
	};
}

export function printIcmpRest({ value, expected }: BadChecksum): string {
	return ` (wrong icmp cksum ${printNumber(value)} (->${printNumber(expected)})!)`;
}
