import { printLine, printPlain, printPort } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type {
	Banner,
	BodyLine,
	CookedLink,
	Endpoint,
	EthernetLink,
	Ethertype,
	Geneve,
	Gre,
	Icmp,
	Icmp6,
	Ip,
	Ip6,
	Ip6Header,
	IpHeader,
	Layers,
	Link,
	Packet,
	Statement,
	Tcp,
	Tcpdump,
	Timestamp,
	Transport,
	Tunnelled,
	Udp,
	VlanTag,
	Vxlan,
	VxlanGpe,
} from "./ast.ts";
import { listLines, printApplication } from "./codecs/applications.ts";
import { printArp } from "./codecs/arp.ts";
import { printHost, printStation } from "./codecs/codec.ts";
import { printDetail } from "./codecs/details.ts";
import { printExtension, printIpOptions } from "./codecs/extensions.ts";
import { printCut, printIpProtocol } from "./codecs/flaws.ts";
import { printGeneveOptions } from "./codecs/geneve.ts";
import { printHead } from "./codecs/heads.ts";
import { printIcmpMessage, printIcmpRest } from "./codecs/icmp.ts";
import { printIcmp6Message } from "./codecs/icmp6.ts";
import { printIgmp } from "./codecs/igmp.ts";
import { printEsp } from "./codecs/ipsec.ts";
import { printLines } from "./codecs/lines-below.ts";
import { printEncapsulation } from "./codecs/link.ts";
import { printSctp } from "./codecs/sctp.ts";
import { printLldp, printStp } from "./codecs/stp.ts";
import { printOption } from "./codecs/tcp-options.ts";
import { printOldTcp } from "./codecs/tcp39.ts";
import { printHex } from "./dump.ts";
import { lineHolderOf } from "./nesting.ts";
import { beforeOf, isQuiet } from "./read/link.ts";
import { OPTIONS_CUT } from "./read/transport.ts";

/** Prints packets, banners and summaries as tcpdump does. */
export function printTcpdump(ast: Tcpdump): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: Statement): string {
	switch (node.type) {
		case "packet":
			return spliced(node, quoted(node, packet(node)));
		case "hex":
		case "continuation":
			return printLineOf(node);
		case "banner":
			return printLine(node, banner(node));
		case "notice":
			return printLine(node, node.text);
		case "summary": {
			const { count, of } = node;
			const packets = count.value === 1 ? "packet" : "packets";
			return printLine(node, `${node.interrupted ? "^C" : ""}${printNumber(count)} ${packets} ${of}`);
		}
		default:
			return printPlain(node);
	}
}

function banner(node: Banner): string {
	const from = node.of === "listening" ? "listening on" : "reading from file";
	const description = node.linkDescription === undefined ? "" : ` (${node.linkDescription})`;
	const unit = node.of === "listening" ? " bytes" : "";
	const limit = node.limit ? `, ${node.limitName} ${printNumber(node.limit)}${unit}` : "";
	const prefix = node.prefixed ? "tcpdump: " : "";
	return `${prefix}${from} ${node.name.value}, link-type ${node.linkType.value}${description}${limit}`;
}

function packet(node: Packet): string {
	const head = [];
	if (node.number) {
		const digits = printNumber(node.number);
		head.push(`${node.indent === undefined ? digits.padStart(5) : digits}  `);
	}
	if (node.timestamp) head.push(`${printTimestamp(node.timestamp)} `);
	if (node.interface) {
		const { name, direction } = node.interface;
		head.push(`${name.value.padEnd(5)} ${direction.value.padEnd(3)} `);
	}
	const lines = node.continuation ?? [];
	const body = `${head.join("")}${layers(node)}`;
	// Blanks at the end of a head line are the tool's own unless they stand in `trailing`.
	const first = `${node.indent ?? ""}${body}${node.trailing ?? ""}${node.eol ?? "\n"}`;
	return first + printBelow(node) + lines.map(printLineOf).join("");
}

/** The lines below the head that the innermost packet holds. */
export function printBelow(node: Layers): string {
	const holder = lineHolderOf(node);
	if (holder === undefined) return "";
	return printLines(listLines(holder), "truncated" in holder ? holder.truncated : undefined);
}

function printLineOf(node: BodyLine): string {
	switch (node.type) {
		case "hex":
			return `${printHex(node)}${node.eol ?? "\n"}`;
		case "continuation":
		case "ascii":
			return printLine(node, node.text);
		default:
			return printLine(node, printDetail(node));
	}
}

function quoted({ quote }: Packet, text: string): string {
	if (quote === undefined) return text;
	return text
		.split(/(?<=\n)/)
		.map((line) => quote + line)
		.join("");
}

/** A packet's text with what was written into it. */
function spliced({ splices = [] }: Packet, text: string): string {
	let from = 0;
	let printed = "";
	for (const { after, summary } of splices) {
		printed += text.slice(from, after) + summary.map(printStatement).join("");
		from = after;
	}
	return printed + text.slice(from);
}

/** A time as tcpdump prints it. */
export function printTimestamp({ form, date, seconds, nanoseconds, digits, negative }: Timestamp): string {
	if (form === "unknown") return "[Error converting time]";
	const fraction =
		digits === 9 ? String(nanoseconds).padStart(9, "0") : String(nanoseconds / 1000).padStart(6, "0");
	const minus = negative ? "-" : "";
	if (form === "epoch") return `${minus}${seconds}.${fraction}`;
	const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
	const clock = `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}.${fraction}`;
	if (form === "delta") return `${minus || " "}${clock}`;
	return date === undefined ? clock : `${date} ${clock}`;
}

/** `linked`: the packet is within one whose link header was printed, which leaves out the protocol's word. */
function layers({ link, encapsulation = [], network, transport }: Layers, linked = false): string {
	const wordless = beforeOf(link, encapsulation, linked).linked;
	const headers =
		(link === undefined ? "" : linkHeader(link)) + encapsulation.map(printEncapsulation).join("");
	const after = transport === undefined ? "" : printTransport(transport, wordless);
	return headers + printNetwork(network, wordless) + after;
}

function linkHeader(link: Link): string {
	switch (link.type) {
		case "ethernet":
			return ethernet(link) + (link.vlans ?? []).map((tag) => vlan(tag, isQuiet(link))).join("");
		case "cooked":
			return (
				cooked(link) +
				(link.vlans ?? []).map((tag) => vlan(tag, link.ethertype === undefined && "bare")).join("")
			);
		case "loopback": {
			const { family, length } = link;
			const name =
				family.number === undefined ? family.name : `AF ${family.name} (${printNumber(family.number)})`;
			return `${name}, length ${printNumber(length)}: `;
		}
		case "raw":
			return "ip: ";
	}
}

function ethernet({ source, destination, ethertype, length }: EthernetLink): string {
	const kind =
		ethertype === undefined
			? "802.3"
			: ethertype.code === undefined
				? ethertype.name
				: `ethertype ${printEthertype(ethertype)}`;
	return `${printStation(source)} > ${printStation(destination)}, ${kind}, length ${printNumber(length)}: `;
}

function cooked({ direction, interfaceIndex, source, ethertype, length }: CookedLink): string {
	const words = [];
	if (direction) words.push(direction.value.padStart(3));
	if (interfaceIndex) words.push(`ifindex ${printNumber(interfaceIndex)}`);
	if (source) words.push(printStation(source));
	const size = length === undefined ? "" : printNumber(length);
	const kind = ethertype?.code === undefined ? "" : "ethertype ";
	words.push(ethertype === undefined ? "" : `${kind}${printEthertype(ethertype)}, length ${size}: `);
	return words.join(" ");
}

/** `quiet`: the line is one of `-q`, which does not say `ethertype`, of a cooked capture nothing at all. */
function vlan({ id, priority, dropEligible, ethertype }: VlanTag, quiet: boolean | "bare"): string {
	const dei = dropEligible ? ", DEI" : "";
	const within =
		ethertype === undefined
			? quiet === "bare"
				? ""
				: "802.3"
			: `${quiet ? "" : "ethertype "}${printEthertype(ethertype)}, `;
	return `vlan ${printNumber(id)}, p ${priority}${dei}, ${within}`;
}

function printEthertype({ name, code }: Ethertype): string {
	return code === undefined ? name : `${name} (${printNumber(code)})`;
}

/** The word of the protocol is printed only where no link header says it. */
function printNetwork(node: Layers["network"], linked: boolean): string {
	switch (node.type) {
		case "ip":
			return `${linked ? "" : "IP "}${missing(node)}${node.header ? ipHeader(node.header) : ""}${ends(node)}`;
		case "ip6":
			return `${linked ? "" : "IP6 "}${missing(node)}${node.header ? ip6Header(node.header) : ""}${ends(node)}`;
		case "arp":
			return `${linked || node.form === "3.9" ? "" : "ARP, "}${printArp(node)}`;
		case "stp":
			return printStp(node);
		case "lldp":
			return printLldp(node);
		case "head":
			return printHead(node);
		case "cut":
			return printCut(node);
		case "invalid-ip": {
			const { word = "", header, flaw } = node;
			return `${word}${header === undefined ? "" : ` ${ip6Header(header)}`}${flaw}`;
		}
		default:
			return node.text;
	}
}

function missing(node: Ip | Ip6): string {
	if (node.type === "ip" && node.excess !== undefined) {
		const { total, length } = node.excess;
		return `[total length ${printNumber(total)} > length ${printNumber(length)}] (invalid) `;
	}
	if (node.missing === undefined) return "";
	const bytes = `- ${printNumber(node.missing)} bytes missing!`;
	return node.type === "ip" ? `truncated-ip ${bytes} ` : `truncated-ip6 ${bytes}`;
}

/** The ends, and what stands between them and the transport. */
function ends({ source, destination, extensions = [], ports }: Ip | Ip6): string {
	const bare = ports === undefined ? "" : `${printPort(ports.source)} > ${printPort(ports.destination)}: `;
	return `${endpoint(source)} > ${endpoint(destination)}: ${extensions.map(printExtension).join("")}${bare}`;
}

function endpoint(node: Endpoint): string {
	return node.port === undefined ? printHost(node.host) : `${printHost(node.host)}.${printPort(node.port)}`;
}

function ipHeader(node: IpHeader): string {
	const { tos, ecn, ttl, id, offset, flags, protocol, length } = node;
	const { presumed = "", options, badChecksum, remarks = "" } = node;
	const fields = [`tos ${printNumber(tos)}${ecn === undefined ? "" : `,${ecn}`}`];
	if (ttl) fields.push(`ttl ${printNumber(ttl)}`);
	fields.push(
		`id ${printNumber(id)}`,
		`offset ${printNumber(offset)}`,
		`flags [${flags}]`,
		`proto ${protocol.name} (${protocol.number})`,
		`length ${printNumber(length)}${presumed}${remarks}`,
	);
	if (options) fields.push(`options (${printIpOptions(options)})`);
	if (badChecksum) {
		const { value, expected } = badChecksum;
		fields.push(`bad cksum ${printNumber(value)} (->${printNumber(expected)})!`);
	}
	const gap = node.sameLine ? " " : `${node.eol ?? "\n"}${node.indent ?? "    "}`;
	return `(${fields.join(", ")})${gap}`;
}

function ip6Header(node: Ip6Header): string {
	const fields = [];
	if (node.class) fields.push(`class ${printNumber(node.class)}`);
	if (node.flowLabel) fields.push(`flowlabel ${printNumber(node.flowLabel)}`);
	fields.push(`hlim ${printNumber(node.hopLimit)}`);
	fields.push(`next-header ${node.nextHeader.name} (${node.nextHeader.number})`);
	const length = printNumber(node.payloadLength);
	return `(${fields.join(", ")}${node.punctuation === "5.0" ? ", payload length " : " payload length: "}${length}) `;
}

function printTransport(node: Transport, linked: boolean): string {
	switch (node.type) {
		case "tcp":
			return tcp(node);
		case "udp":
			return udp(node, linked);
		case "gre":
			return gre(node, linked);
		case "icmp":
			return icmp(node, linked);
		case "icmp6":
			return icmp6(node);
		case "igmp":
			return printIgmp(node);
		case "sctp":
			return printSctp(node);
		case "esp":
			return printEsp(node);
		case "ip-in-ip":
		case "mpls-in-ip":
			return layers(node.inner, linked);
		case "head":
			return printHead(node);
		case "cut":
			return printCut(node);
		case "ip-protocol":
			return printIpProtocol(node);
		case "no-next-header":
			return "no next header";
		default:
			return node.text;
	}
}

function tcp(node: Tcp): string {
	const { flags, length, payload, flaw = "", reason } = node;
	const says = reason === undefined ? "" : ` [RST ${reason.value}]`;
	if (flags === undefined) {
		return `${node.spaced ? " " : ""}${length === undefined ? "" : `tcp ${printNumber(length)}`}${flaw}`;
	}
	const head = node.form === "3.9" ? printOldTcp(node) : tcpHead(node) + flaw;
	if (payload === undefined) return head + says;
	const dns = node.form === "3.9" ? "" : " ";
	const gap = payload.type === "dns" ? dns : payload.type === "text" ? (payload.separator ?? ": ") : ": ";
	return `${head}${gap}${printApplication(payload)}`;
}

function tcpHead(node: Tcp): string {
	const { flags, checksum, sequence, ack, window, urgent, length } = node;
	const fields = [`Flags [${flags?.value}]`];
	if (checksum) {
		const { value, state, expected } = checksum;
		const verdict = expected === undefined ? state : `${state} -> ${printNumber(expected)}`;
		fields.push(`cksum ${printNumber(value)} (${verdict})`);
	}
	if (sequence) {
		const { first, next } = sequence;
		fields.push(`seq ${printNumber(first)}${next === undefined ? "" : `:${printNumber(next)}`}`);
	}
	if (ack) fields.push(`ack ${printNumber(ack)}`);
	if (window) fields.push(`win ${printNumber(window)}`);
	if (urgent) fields.push(`urg ${printNumber(urgent)}`);
	const list = node.options?.map((each) => printOption(each)).join(",");
	const cut = node.flaw !== undefined && OPTIONS_CUT.test(node.flaw);
	if (list !== undefined) fields.push(`options [${list}${cut ? "" : "]"}`);
	if (length) fields.push(`length ${printNumber(length)}`);
	return fields.join(", ");
}

function udp(node: Udp, linked: boolean): string {
	const { checksum, length, available, truncatedLength, payload, truncated = "" } = node;
	const state =
		checksum === undefined
			? ""
			: checksum.state === "ok"
				? "[udp sum ok] "
				: checksum.state === "none"
					? "[no cksum] "
					: `[bad udp cksum ${checksum.value && printNumber(checksum.value)} -> ${checksum.expected && printNumber(checksum.expected)}!] `;
	const size =
		length === undefined
			? truncatedLength === undefined
				? ""
				: `truncated-udplength ${printNumber(truncatedLength)}`
			: available === undefined
				? `UDP, length ${printNumber(length)}`
				: `UDP, bad length ${printNumber(length)} > ${printNumber(available)}`;
	const body = payload === undefined ? "" : udpPayload(payload, linked);
	return state + size + body + truncated;
}

function udpPayload(payload: NonNullable<Udp["payload"]>, linked: boolean): string {
	if (payload.type === "vxlan") return vxlan(payload);
	if (payload.type === "vxlan-gpe") return vxlanGpe(payload, linked);
	return payload.type === "geneve" ? geneve(payload, linked) : printApplication(payload);
}

function gre(node: Gre, linked: boolean): string {
	const { version, flags, checksum, offset, key, call, sequence, ack, protocol, length } = node;
	const fields = [`GREv${printNumber(version)}`];
	if (flags !== undefined) fields.push(`Flags [${flags}]`);
	if (checksum) fields.push(`sum ${printNumber(checksum)}`);
	if (offset) fields.push(`off ${printNumber(offset)}`);
	if (key) fields.push(`key=${printNumber(key)}`);
	if (call) fields.push(`call ${printNumber(call)}`);
	if (sequence) fields.push(`seq ${printNumber(sequence)}`);
	if (ack) fields.push(`ack ${printNumber(ack)}`);
	if (protocol) fields.push(`proto ${printEthertype(protocol)}`);
	fields.push(`length ${printNumber(length)}`);
	return fields.join(", ") + tunnelled(node, linked);
}

function geneve(node: Geneve, linked: boolean): string {
	const fields = [`Geneve, Flags [${node.flags}], vni ${printNumber(node.vni)}`];
	if (node.protocol) fields.push(`proto ${printEthertype(node.protocol)}`);
	const list = printGeneveOptions(node);
	if (list !== undefined) fields.push(`options [${list}]`);
	return fields.join(", ") + tunnelled(node, linked);
}

function tunnelled(node: Tunnelled, linked: boolean): string {
	if (node.inner === undefined) return "";
	return `${node.break === undefined ? ": " : `${node.break}\t`}${layers(node.inner, linked)}`;
}

function vxlan({ flags, flagBits, vni, overlay, inner, eol }: Vxlan): string {
	const bits = `flags [${flags}] (${printNumber(flagBits)})`;
	const head =
		overlay === undefined
			? `VXLAN, ${bits}, vni ${printNumber(vni)}`
			: `OTV, ${bits}, overlay ${printNumber(overlay)}, instance ${printNumber(vni)}`;
	return inner === undefined ? head : `${head}${eol ?? "\n"}${layers(inner)}`;
}

function vxlanGpe({ flags, vni, inner, break: line }: VxlanGpe, linked: boolean): string {
	const head = `VXLAN-GPE, flags [${flags}], vni ${printNumber(vni)}`;
	if (inner === undefined) return head;
	return `${head}${line === undefined ? ": " : `${line}    `}${layers(inner, linked)}`;
}

function icmp(
	{ message, length, badChecksum, remarks = "", quoted, ...node }: Icmp,
	linked: boolean,
): string {
	const size = length === undefined ? "" : `, length ${printNumber(length)}`;
	const sum = badChecksum === undefined ? "" : printIcmpRest(badChecksum);
	const below = quoted === undefined ? "" : `${node.break ?? "\n"}\t${layers(quoted, linked)}`;
	return `ICMP ${printIcmpMessage(message)}${size}${sum}${remarks}${below}`;
}

function icmp6({ checksum, message, length, lengthFirst, remarks = "" }: Icmp6): string {
	const size = length === undefined ? "" : `, length ${printNumber(length)}`;
	const sum = checksum === undefined ? "" : `[${checksum}] `;
	const { name, body } = printIcmp6Message(message);
	return `${sum}ICMP6, ${name}${lengthFirst ? size : ""}${body}${lengthFirst ? "" : size}${remarks}`;
}
