import { withoutSpans } from "@netfossil/core/testing";
import type { NumberValue, Rule, Target } from "../src/index.ts";

type Fields = Record<string, unknown>;

/**
 * A rule as a list and the save form have it in common: without what only one of them prints (counters,
 * names of rate tables, defaults) and without what is spelling (`set 0x1` for `--set-xmark 0x1/0xffffffff`).
 */
export function comparable(rule: Rule): unknown {
	const { source, destination, protocol, fragment, matches, target } = rule;
	const saved = rule.chain !== undefined;
	const restriction = (node: Fields | undefined): Fields | undefined =>
		node === undefined || (node.type === "any" && !node.negated) || node.number === 0 ? undefined : node;
	return normal(
		withoutSpans({
			source: restriction(source as Fields | undefined),
			destination: restriction(destination as Fields | undefined),
			in: restriction(rule.in as Fields | undefined),
			out: restriction(rule.out as Fields | undefined),
			protocol: restriction(protocol as Fields | undefined),
			fragment,
			matches: matches.map((match) => {
				const fields = match as unknown as Fields;
				if (match.type === "limit") return { ...fields, burst: match.burst ?? { value: 5 } };
				// The list prints the rate of the whole interval, wrongly: `up to 2/sec … rate-interval 4` for 8/sec.
				if (match.type === "hashlimit")
					return {
						...fields,
						name: undefined,
						...(match.rateInterval && { upTo: "given", above: "given", expire: "given" }),
					};
				if (match.type === "statistic" && match.packet?.value === 0) return { ...fields, packet: undefined };
				if (match.type === "time")
					return {
						...fields,
						// The last second that a kernel counts in 32 bits: no end.
						dateStop: match.dateStop?.value === "2038-01-19T03:14:07" ? undefined : match.dateStop,
						monthDays: match.monthDays?.names.map((day) => Number.parseInt(day, 10)),
						utc: undefined,
						kernelZone: saved ? match.kernelZone !== undefined : match.utc === undefined,
					};
				if (match.type === "policy") return { ...fields, protocol: match.protocol && "given" };
				return fields;
			}),
			target: target && targetOf(target),
		}),
	);
}

/** As syslog.h and a list without `-n` name them. */
const LEVELS = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"];
/** As a list without `-n` names them (libxt_TCPOPTSTRIP). */
const TCP_OPTIONS = new Map(
	Object.entries({ mss: "2", wscale: "3", "sack-permitted": "4", sack: "5", timestamp: "8", md5: "19" }),
);

function targetOf(target: Target): unknown {
	switch (target.type) {
		case "LOG": {
			const level = target.level?.value ?? "4";
			const named = LEVELS.indexOf(level);
			return { ...target, level: named === -1 ? level : String(named), numeric: undefined };
		}
		case "CLASSIFY":
			return { ...target, class: target.class?.value.replace(/\b0+(?=\w)/g, "") };
		case "TCPOPTSTRIP":
			return { ...target, options: target.options?.names.map((name) => TCP_OPTIONS.get(name) ?? name) };
		case "CONNMARK": {
			const part = (mask: NumberValue | undefined): unknown =>
				mask?.value === 0xffffffff ? undefined : mask;
			const { packetMask, connectionMask } = target;
			return { ...target, packetMask: part(packetMask), connectionMask: part(connectionMask) };
		}
		case "CT":
			return target.alias ? { type: "NOTRACK" } : target;
		default:
			return target;
	}
}

/** Leaves out spelling: the text and name of numbers, and how a mark operation is written. */
function normal(node: unknown): unknown {
	if (Array.isArray(node)) return node.map(normal);
	if (typeof node !== "object" || node === null) return node;
	const fields = node as Fields;
	const out: Fields = {};
	for (const [key, value] of Object.entries(fields)) {
		if (
			key === "text" ||
			key === "numeric" ||
			key === "spelling" ||
			key === "operand" ||
			key === "operandMask"
		)
			continue;
		if (key === "name" && ("number" in fields || fields.value !== undefined)) continue;
		out[key] = normal(value);
	}
	return out;
}
