import { printAddress, readMac } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { BridgeId, Lldp, Stp } from "../ast.ts";
import type { Fields } from "../read/fields.ts";
import { fieldsOf, MAC } from "./codec.ts";

/*
 * stp  := "STP " VERSION [", " MESSAGE [", " ["CIST "] "Flags [" FLAGS "]" [", bridge-id " BRIDGE "." HEX] ", length " N]] [FLAW]
 * lldp := "LLDP, length " N [": " NAME]
 */

/** `8000.02:42:ce:2f:9e:dd` */
export const BRIDGE: string = `([0-9a-f]{4})\\.(${MAC})`;
const STP = new RegExp(
	`^STP (802\\.1\\w+)(?:, (Config|Rapid STP|Topology Change|Unknown BPDU Type \\(0x[0-9a-f]{2}\\)))?(?:, (CIST )?Flags \\[([^\\]]*)\\](?:, bridge-id ${BRIDGE}\\.([0-9a-f]{4}))?(?:, length (\\d+))?)?( \\[\\|stp\\]| \\(invalid\\)|\\[\\|stp \\d+\\])?$`,
	"d",
);
const LLDP = /^LLDP, length (\d+)(?:: (.*))?$/ds;

/** A bridge's priority, and in the next group its address. */
export function bridgeOf(f: Fields, group: number): BridgeId {
	const { end } = f.span(group + 1);
	const { start } = f.span(group + 1);
	return {
		priority: f.hex(group),
		mac: readMac(f.text(group + 1)!, start)!,
		start: f.span(group).start,
		end,
	};
}

export function printBridge({ priority, mac }: BridgeId): string {
	return `${printNumber(priority)}.${printAddress(mac)}`;
}

export function readStp(text: string, start: number): Stp | undefined {
	const f = fieldsOf(STP, text, start);
	if (f === undefined) return undefined;
	return {
		type: "stp",
		version: f.word(1),
		...(f.has(2) && { message: f.word(2) }),
		...(f.has(3) && { common: true as const }),
		...(f.has(4) && { flags: f.text(4)! }),
		...(f.has(5) && { bridge: bridgeOf(f, 5), port: f.hex(7) }),
		...(f.has(8) && { length: f.num(8) }),
		...(f.has(9) && { flaw: f.text(9)! }),
		...f.whole,
	};
}

export function printStp({ version, message, common, flags, bridge, port, length, flaw = "" }: Stp): string {
	const fields = [`STP ${version.value}`];
	if (message) fields.push(message.value);
	if (flags !== undefined) fields.push(`${common ? "CIST " : ""}Flags [${flags}]`);
	if (bridge) fields.push(`bridge-id ${printBridge(bridge)}.${port === undefined ? "" : printNumber(port)}`);
	if (length) fields.push(`length ${printNumber(length)}`);
	return `${fields.join(", ")}${flaw}`;
}

export function readLldp(text: string, start: number): Lldp | undefined {
	const f = fieldsOf(LLDP, text, start);
	if (f === undefined) return undefined;
	return { type: "lldp", length: f.num(1), ...(f.has(2) && { name: f.word(2) }), ...f.whole };
}

export function printLldp({ length, name }: Lldp): string {
	return `LLDP, length ${printNumber(length)}${name === undefined ? "" : `: ${name.value}`}`;
}
