import { readMac } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { ContinuationLine, DetailLine, Layers, NeighborOption } from "../ast.ts";
import { layersBelow } from "../nesting.ts";
import { type Fields, readHost } from "../read/fields.ts";
import { fieldsOf, MAC, printHost } from "./codec.ts";
import { BRIDGE, bridgeOf, printBridge } from "./stp.ts";

/*
 * What -v prints below a head, behind a tab:
 *
 * stp-timers        := "message-age " S "s, max-age " S "s, hello-time " S "s, forwarding-delay " S "s"
 * stp-root          := "root-id " BRIDGE ", root-pathcost " N [", port-role " ROLE]
 * lldp-tlv          := NAME " TLV (" N "), length " N [": " TEXT]
 * lldp-subtype      := "  Subtype " NAME " (" N "): " TEXT
 * lldp-capabilities := "  " ("System  " | "Enabled ") "Capabilities [" NAMES "] (" N ")"
 * router-timers     := "hop limit " N ", Flags [" FLAGS "], pref " WORD ", router lifetime " N "s, reachable time " N "ms, retrans timer " N "ms"
 * neighbor-option   := "  " NAME " option (" N "), length " N " (" N "): " TEXT
 */

type Build = (f: Fields) => DetailLine;
type Rule = readonly [pattern: RegExp, build: Build];
const place = { start: 0, end: 0 };

const stp: readonly Rule[] = [
	[
		/^\tmessage-age ([\d.]+)s, max-age ([\d.]+)s, hello-time ([\d.]+)s, forwarding-delay ([\d.]+)s$/d,
		(f) => ({
			type: "stp-timers",
			messageAge: f.num(1),
			maxAge: f.num(2),
			helloTime: f.num(3),
			forwardingDelay: f.num(4),
			...place,
		}),
	],
	[
		new RegExp(`^\\troot-id ${BRIDGE}, root-pathcost (\\d+)(?:, port-role (.+))?$`, "d"),
		(f) => ({
			type: "stp-root",
			root: bridgeOf(f, 1),
			cost: f.num(3),
			...(f.has(4) && { role: f.text(4)! }),
			...place,
		}),
	],
];

const lldp: readonly Rule[] = [
	[
		/^\t(\S.*) TLV \((\d+)\), length (\d+)(?:: (.*))?$/d,
		(f) => ({
			type: "lldp-tlv",
			name: f.text(1)!,
			number: f.num(2),
			length: f.num(3),
			...(f.has(4) && { value: f.text(4)! }),
			...place,
		}),
	],
	[
		/^\t {2}Subtype (.+) \((\d+)\): (.*)$/d,
		(f) => ({ type: "lldp-subtype", name: f.text(1)!, number: f.num(2), value: f.text(3)!, ...place }),
	],
	[
		/^\t {2}(?:(System) |Enabled) Capabilities \[([^\]]*)\] \((0x[0-9a-f]+)\)$/d,
		(f) => ({
			type: "lldp-capabilities",
			of: f.has(1) ? "System" : "Enabled",
			names: f.text(2)!,
			bits: f.num(3),
			...place,
		}),
	],
];

const icmp6: readonly Rule[] = [
	[
		/^\thop limit (\d+), Flags \[([^\]]*)\], pref (\S+), router lifetime (\d+)s, reachable time (\d+)(m)?s, retrans (?:timer (\d+)ms|time (\d+)s)$/d,
		(f) => ({
			type: "router-timers",
			hopLimit: f.num(1),
			flags: f.text(2)!,
			preference: f.text(3)!,
			lifetime: f.num(4),
			reachable: f.num(5),
			retransmit: f.num(f.has(7) ? 7 : 8),
			...(!f.has(6) && { form: "3.9" as const }),
			...place,
		}),
	],
	[
		/^\t {2}(\S.*) option \((\d+)\), length (\d+) \((\d+)\): (.*)$/d,
		(f) => ({
			type: "neighbor-option",
			name: f.text(1)!,
			number: f.num(2),
			length: f.num(3),
			units: f.num(4),
			...optionOf(f.text(5)!, f.span(5).start),
			...place,
		}),
	],
];

type OptionValue = Pick<NeighborOption, "mac" | "mtu" | "prefix" | "servers" | "text">;

const MAC_ALONE = new RegExp(`^${MAC}$`);
const MTU = /^ (\d+)$/d;
const PREFIX = /^([^\s/]+)\/(\d+), Flags \[([^\]]*)\], valid time (\S+), pref\. time (\S+)$/d;
const SERVERS = /^ lifetime (\d+)s,((?: addr: [^\s:]\S*| addr: ::\S*)+)$/d;

function optionOf(text: string, start: number): OptionValue {
	if (MAC_ALONE.test(text)) return { mac: readMac(text, start)! };
	const mtu = fieldsOf(MTU, text, start);
	if (mtu !== undefined) return { mtu: mtu.num(1) };
	const prefix = fieldsOf(PREFIX, text, start);
	if (prefix !== undefined) {
		return {
			prefix: {
				address: prefix.host(1),
				length: prefix.num(2),
				flags: prefix.text(3)!,
				valid: prefix.text(4)!,
				preferred: prefix.text(5)!,
			},
		};
	}
	const servers = fieldsOf(SERVERS, text, start);
	if (servers !== undefined) {
		const from = servers.span(2).start;
		const addresses = Array.from(servers.text(2)!.matchAll(/ addr: (\S+)/g), (match) =>
			readHost(match[1]!, from + match.index + " addr: ".length),
		);
		return { servers: { lifetime: servers.num(1), addresses } };
	}
	return { text };
}

function printOption({ mac, mtu, prefix, servers, text = "" }: OptionValue): string {
	if (mac) return mac.text ?? mac.value;
	if (mtu) return ` ${printNumber(mtu)}`;
	if (prefix) {
		const { address, length, flags, valid, preferred } = prefix;
		return `${printHost(address)}/${printNumber(length)}, Flags [${flags}], valid time ${valid}, pref. time ${preferred}`;
	}
	if (servers === undefined) return text;
	const list = servers.addresses.map((each) => ` addr: ${printHost(each)}`).join("");
	return ` lifetime ${printNumber(servers.lifetime)}s,${list}`;
}

/** The rules for lines below the innermost packet of these layers. */
export function lineRulesOf(layers: Layers): readonly Rule[] {
	const { network, transport } = layersBelow(layers);
	if (transport?.type === "icmp6") return icmp6;
	return network.type === "stp" ? stp : network.type === "lldp" ? lldp : [];
}

/** A line with its fields; undefined where no rule reads all of it. */
export function readDetail(line: ContinuationLine, rules: readonly Rule[]): DetailLine | undefined {
	for (const [pattern, build] of rules) {
		const f = fieldsOf(pattern, line.text, line.start);
		if (f === undefined) continue;
		const { type: _, text, ...rest } = line;
		const node = { ...build(f), ...rest };
		if (printDetail(node) === text) return node;
	}
	return undefined;
}

/** The text of a line, without its end. */
export function printDetail(node: DetailLine): string {
	switch (node.type) {
		case "stp-timers": {
			const { messageAge, maxAge, helloTime, forwardingDelay } = node;
			return `\tmessage-age ${printNumber(messageAge)}s, max-age ${printNumber(maxAge)}s, hello-time ${printNumber(helloTime)}s, forwarding-delay ${printNumber(forwardingDelay)}s`;
		}
		case "stp-root": {
			const role = node.role === undefined ? "" : `, port-role ${node.role}`;
			return `\troot-id ${printBridge(node.root)}, root-pathcost ${printNumber(node.cost)}${role}`;
		}
		case "lldp-tlv": {
			const value = node.value === undefined ? "" : `: ${node.value}`;
			return `\t${node.name} TLV (${printNumber(node.number)}), length ${printNumber(node.length)}${value}`;
		}
		case "lldp-subtype":
			return `\t  Subtype ${node.name} (${printNumber(node.number)}): ${node.value}`;
		case "lldp-capabilities":
			return `\t  ${node.of === "System" ? "System " : "Enabled"} Capabilities [${node.names}] (${printNumber(node.bits)})`;
		case "router-timers": {
			const { hopLimit, flags, preference, lifetime, reachable, retransmit, form } = node;
			const head = `\thop limit ${printNumber(hopLimit)}, Flags [${flags}], pref ${preference}, router lifetime ${printNumber(lifetime)}s`;
			const times = [printNumber(reachable), printNumber(retransmit)];
			if (form === "3.9") return `${head}, reachable time ${times[0]}s, retrans time ${times[1]}s`;
			return `${head}, reachable time ${times[0]}ms, retrans timer ${times[1]}ms`;
		}
		case "neighbor-option": {
			const { name, number, length, units } = node;
			return `\t  ${name} option (${printNumber(number)}), length ${printNumber(length)} (${printNumber(units)}): ${printOption(node)}`;
		}
	}
}
