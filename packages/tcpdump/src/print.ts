import { type IpAddress, printAddress, printLine, printPlain, printPort } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import { printIgmp } from "./applications/heads.ts";
import { listLines, printApplication } from "./applications/index.ts";
import { printEsp } from "./applications/ipsec.ts";
import { printLines } from "./applications/lines.ts";
import { printSctp } from "./applications/sctp.ts";
import type {
	Arp,
	AsciiLine,
	Banner,
	ContinuationLine,
	CookedLink,
	Echo,
	Endpoint,
	EthernetLink,
	Ethertype,
	Geneve,
	Gre,
	HexLine,
	HostName,
	Icmp,
	Icmp6,
	Icmp6Message,
	IcmpMessage,
	Ip6Header,
	IpHeader,
	Layers,
	Link,
	Packet,
	Statement,
	Station,
	Tcp,
	Tcpdump,
	Timestamp,
	Transport,
	Tunnelled,
	Udp,
	Unreachable,
	VlanTag,
	Vxlan,
	VxlanGpe,
} from "./ast.ts";
import { lineHolderOf } from "./conversations.ts";
import { printHex } from "./dump.ts";
import { printOption } from "./options.ts";
import { printGeneveOptions } from "./read/geneve.ts";
import { printOldTcp } from "./read/tcp.ts";
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

function printLineOf(node: ContinuationLine | HexLine | AsciiLine): string {
	return node.type === "hex" ? `${printHex(node)}${node.eol ?? "\n"}` : printLine(node, node.text);
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
function layers({ link, network, transport }: Layers, linked = false): string {
	const wordless = linked || link !== undefined;
	const before = link === undefined ? "" : linkHeader(link);
	const after = transport === undefined ? "" : printTransport(transport, wordless);
	return before + printNetwork(network, wordless) + after;
}

function linkHeader(link: Link): string {
	const header = link.type === "ethernet" ? ethernet(link) : cooked(link);
	return header + (link.vlans ?? []).map(vlan).join("");
}

function ethernet({ source, destination, ethertype, length }: EthernetLink): string {
	const kind =
		ethertype === undefined
			? "802.3"
			: ethertype.code === undefined
				? ethertype.name
				: `ethertype ${printEthertype(ethertype)}`;
	return `${station(source)} > ${station(destination)}, ${kind}, length ${printNumber(length)}: `;
}

function cooked({ direction, interfaceIndex, source, ethertype, length }: CookedLink): string {
	const words = [];
	if (direction) words.push(direction.value.padStart(3));
	if (interfaceIndex) words.push(`ifindex ${printNumber(interfaceIndex)}`);
	if (source) words.push(station(source));
	words.push(`ethertype ${printEthertype(ethertype)}, length ${printNumber(length)}: `);
	return words.join(" ");
}

function vlan({ id, priority, dropEligible, ethertype }: VlanTag): string {
	const dei = dropEligible ? ", DEI" : "";
	return `vlan ${printNumber(id)}, p ${priority}${dei}, ethertype ${printEthertype(ethertype)}, `;
}

function station({ mac, oui }: Station): string {
	return oui === undefined ? printAddress(mac) : `${printAddress(mac)} (oui ${oui})`;
}

function printEthertype({ name, code }: Ethertype): string {
	return code === undefined ? name : `${name} (${printNumber(code)})`;
}

/** The word of the protocol is printed only where no link header says it. */
function printNetwork(node: Layers["network"], linked: boolean): string {
	switch (node.type) {
		case "ip":
		case "ip6": {
			const word = linked ? "" : node.type === "ip" ? "IP " : "IP6 ";
			const missing = node.missing === undefined ? "" : printNumber(node.missing);
			const v4 = node.type === "ip";
			const cut =
				missing &&
				(v4 ? `truncated-ip - ${missing} bytes missing! ` : `truncated-ip6 - ${missing} bytes missing!`);
			const header =
				node.type === "ip" ? node.header && ipHeader(node.header) : node.header && ip6Header(node.header);
			const extensions = node.type === "ip6" ? (node.extensions ?? "") : "";
			return `${word}${cut}${header ?? ""}${endpoint(node.source)} > ${endpoint(node.destination)}: ${extensions}`;
		}
		case "arp":
			return `${linked ? "" : "ARP, "}${arp(node)}`;
		default:
			return node.text;
	}
}

function host(node: IpAddress | HostName): string {
	return node.type === "name" ? node.value : printAddress(node);
}

function endpoint(node: Endpoint): string {
	return node.port === undefined ? host(node.host) : `${host(node.host)}.${printPort(node.port)}`;
}

function ipHeader(node: IpHeader): string {
	const { tos, ecn, ttl, id, offset, flags, protocol, length, remarks = "" } = node;
	const fields = [
		`tos ${printNumber(tos)}${ecn === undefined ? "" : `,${ecn}`}`,
		`ttl ${printNumber(ttl)}`,
		`id ${printNumber(id)}`,
		`offset ${printNumber(offset)}`,
		`flags [${flags}]`,
		`proto ${protocol.name} (${protocol.number})`,
		`length ${printNumber(length)}${remarks}`,
	];
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

function arp(node: Arp): string {
	const hardware = node.hardware === undefined ? "" : `${node.hardware}, `;
	const length = node.length === undefined ? "" : `, length ${printNumber(node.length)}`;
	switch (node.operation) {
		case "request": {
			const mac = node.targetMac === undefined ? "" : ` (${station(node.targetMac)})`;
			return `${hardware}Request who-has ${host(node.target)}${mac} tell ${host(node.sender)}${length}`;
		}
		case "reply":
			return `${hardware}Reply ${host(node.sender)} is-at ${station(node.senderMac)}${length}`;
		default:
			return `${hardware}${node.text}${length}`;
	}
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
			return icmp(node);
		case "icmp6":
			return icmp6(node);
		case "igmp":
			return printIgmp(node);
		case "sctp":
			return printSctp(node);
		case "esp":
			return printEsp(node);
		case "ip-in-ip":
			return layers(node.inner, linked);
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
	const { version, flags, key, sequence, protocol, length } = node;
	const fields = [`GREv${printNumber(version)}`];
	if (flags !== undefined) fields.push(`Flags [${flags}]`);
	if (key) fields.push(`key=${printNumber(key)}`);
	if (sequence) fields.push(`seq ${printNumber(sequence)}`);
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

function icmp({ message, length, remarks = "" }: Icmp): string {
	const size = length === undefined ? "" : `, length ${printNumber(length)}`;
	return `ICMP ${icmpMessage(message)}${size}${remarks}`;
}

function icmpMessage(message: IcmpMessage): string {
	switch (message.type) {
		case "text":
			return message.text;
		case "unreachable":
			return unreachable(message);
		default:
			return echo(message);
	}
}

function echo({ type, id, sequence }: Echo, length = ""): string {
	const ident = id === undefined ? "" : `, id ${printNumber(id)}`;
	return `${type.replace("-", " ")}${length}${ident}, seq ${printNumber(sequence)}`;
}

function unreachable(message: Unreachable): string {
	const { what, address, protocol, port, protocolNumber, mtu, reason } = message;
	switch (what) {
		case "net":
		case "host":
			return `${what} ${host(address)} unreachable${reason === undefined ? "" : ` - ${reason}`}`;
		case "protocol":
			return `${host(address)} protocol ${protocolNumber === undefined ? "" : printNumber(protocolNumber)} unreachable`;
		case "port":
			return `${host(address)} ${protocol} port ${port === undefined ? "" : printPort(port)} unreachable`;
		case "fragmentation": {
			const size = mtu === undefined ? "" : ` (mtu ${printNumber(mtu)})`;
			return `${host(address)} unreachable - need to frag${size}`;
		}
	}
}

function icmp6({ checksum, message, length, lengthFirst, remarks = "" }: Icmp6): string {
	const size = length === undefined ? "" : `, length ${printNumber(length)}`;
	const sum = checksum === undefined ? "" : `[${checksum}] `;
	const early = lengthFirst ? size : "";
	return `${sum}ICMP6, ${icmp6Message(message, early)}${lengthFirst ? "" : size}${remarks}`;
}

function icmp6Message(message: Icmp6Message, length: string): string {
	switch (message.type) {
		case "text":
			return message.text;
		case "neighbor-solicitation":
			return `neighbor solicitation${length}, who has ${host(message.target)}`;
		case "neighbor-advertisement":
			return `neighbor advertisement${length}, tgt is ${host(message.target)}`;
		case "packet-too-big":
			return `packet too big, mtu ${printNumber(message.mtu)}`;
		case "unreachable": {
			const { what, address, protocol, port } = message;
			if (what === "port") {
				const number = port === undefined ? "" : printPort(port);
				return `destination unreachable, unreachable port, ${host(address)} ${protocol} port ${number}`;
			}
			return `destination unreachable, unreachable ${what === "host" ? "address" : "route"} ${host(address)}`;
		}
		default:
			return echo(message, length);
	}
}
