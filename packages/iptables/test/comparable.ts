import { withoutSpans } from "@netfossil/core/testing";
import type { Rule } from "../src/index.ts";

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
				if (match.type === "hashlimit") return { ...fields, name: undefined };
				if (match.type === "time")
					return {
						...fields,
						utc: undefined,
						kernelZone: saved ? match.kernelZone !== undefined : match.utc === undefined,
					};
				if (match.type === "policy") return { ...fields, protocol: match.protocol && "given" };
				return fields;
			}),
			target:
				target?.type === "LOG"
					? { ...target, level: target.level ?? { value: "4" }, numeric: undefined }
					: target,
		}),
	);
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
