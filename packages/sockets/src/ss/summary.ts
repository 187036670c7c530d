import type { Num } from "@netfossil/core";
import { readNumber } from "@netfossil/core/grammar";
import type { SsNotice, SsStateCount, SsSummary } from "./ast.ts";

const TOTAL = /^Total: (\d+)(?: \(kernel (\d+)\))?$/;
const TCP = /^TCP: {3}(\d+) \(((?:[a-z]+ \d+(?:\/\d+)?(?:, )?)+)\)(?:, ports (\d+))?$/;
const TRANSPORTS = /^Transport Total {5}IP {8}IPv6$/;
const TRANSPORT = /^([A-Z]+|\*)\t {2}(\d+) +(\d+|-) +(\d+|-)$/;
const NOTICE = /^(?:ss: |exec of "|RTNETLINK answers: |Failed to |Cannot open |Error: )/;

/** Reads a line of `ss -s`, or a message; undefined when it is neither. */
export function readSummary(body: string, start: number): SsSummary | SsNotice | undefined {
	const nowhere = { start: 0, end: 0 };
	const total = TOTAL.exec(body);
	if (total !== null) {
		const [, all, kernel] = total;
		return {
			type: "total",
			total: numberIn(body, all!, start, 0),
			...(kernel !== undefined && { kernel: numberIn(body, kernel, start, body.indexOf("(")) }),
			...nowhere,
		};
	}
	const tcp = TCP.exec(body);
	if (tcp !== null) {
		const [, all, states, ports] = tcp;
		return {
			type: "tcp",
			total: numberIn(body, all!, start, 0),
			states: states!.split(", ").map(readState),
			...(ports !== undefined && { ports: numberIn(body, ports, start, body.lastIndexOf(" ")) }),
			...nowhere,
		};
	}
	if (TRANSPORTS.test(body)) return { type: "transports", ...nowhere };
	const transport = TRANSPORT.exec(body);
	if (transport !== null) {
		const [, name, all, ip, ipv6] = transport;
		const at = name!.length;
		const ipAt = at + 3 + all!.length;
		return {
			type: "transport",
			name: { value: name!, start, end: start + at },
			total: numberIn(body, all!, start, at),
			...(ip !== "-" && { ip: numberIn(body, ip!, start, ipAt) }),
			...(ipv6 !== "-" && { ipv6: numberIn(body, ipv6!, start, body.lastIndexOf(" ")) }),
			...nowhere,
		};
	}
	return NOTICE.test(body) ? { type: "notice", text: body, ...nowhere } : undefined;
}

/** A number of a line, looked for from an offset on. */
function numberIn(body: string, digits: string, start: number, from: number): Num {
	const at = start + body.indexOf(digits, from);
	return readNumber(digits, at, at + digits.length);
}

function readState(text: string): SsStateCount {
	const [name, counts] = text.split(" ");
	const [count, kernel] = counts!.split("/").map(Number);
	return kernel === undefined ? { name: name!, count: count! } : { name: name!, count: count!, kernel };
}
