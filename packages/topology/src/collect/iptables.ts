import type { ParsedDump } from "@netfossil/capture";
import { type Port, printAddress } from "@netfossil/core";
import type { Address, IptablesList, IptablesSave, Match, NetmapTarget, Rule } from "@netfossil/iptables";
import type { Observations, Translation } from "../observations.ts";

/** The rules that rewrite addresses or set marks: those that the topology is joined by. */
export function collectIptables(parsed: ParsedDump<IptablesList | IptablesSave>, into: Observations): void {
	let listed: string | undefined;
	for (const node of parsed.ast.statements) {
		if (node.type === "chain-head") listed = node.name.value;
		if (node.type !== "rule") continue;
		const chain = node.chain?.value ?? listed;
		const base = {
			scope: parsed.dump.scope,
			quote: { parsed, span: node },
			...(chain !== undefined && { chain }),
			...conditions(node),
		};
		const translation = translationOf(node);
		if (translation !== undefined) into.translations.push({ ...base, ...translation });
		const mark = markOf(node);
		if (mark !== undefined) into.marks.push({ ...base, mark });
	}
}

/** What a rule asks of a packet, as far as the joins need it; what is negated joins nothing. */
function conditions(rule: Rule): Omit<Translation, "scope" | "quote" | "target"> {
	const port = rule.matches.map(destinationPort).find((each) => each !== undefined);
	const { destination, protocol } = rule;
	const single =
		destination?.type === "prefix" && destination.length === (destination.family === 4 ? 32 : 128);
	const more = rule.matches.map(({ type }) => type).filter((type) => !SAID.has(type));
	return {
		...(single && !destination.negated && { destination: destination.address }),
		...(protocol?.name !== undefined &&
			protocol.number !== 0 &&
			!protocol.negated && { protocol: protocol.name }),
		...(protocol?.name === undefined && protocolName(protocol?.number)),
		...(port?.number !== undefined && { dport: port.number }),
		...(port?.name !== undefined && { dportName: port.name }),
		...(port === undefined && rule.matches.some(asksForPorts) && { severalPorts: true as const }),
		...(rule.matches.some(({ type }) => type === "icmp" || type === "icmp6") && { icmp: true as const }),
		...(rule.matches.some(({ type }) => type === "ipvs") && { ipvs: true as const }),
		...interfaceOf("in", rule.in),
		...interfaceOf("out", rule.out),
		...(rule.interfaces === "not-listed" && { interfacesUnknown: true }),
		...(more.length > 0 && { matches: more }),
		...netOf("from", rule.source),
		...netOf("towards", rule.destination),
	};
}

/** Matches whose meaning is in the fields of an observation already, or that ask nothing of the packet. */
const SAID: ReadonlySet<string> = new Set(["tcp", "udp", "sctp", "icmp", "icmp6", "ipvs", "comment"]);

function interfaceOf(key: "in" | "out", node: Rule["in"]): { in?: string; out?: string } {
	return node?.type === "interface" ? { [key]: `${node.negated ? "!" : ""}${node.name}` } : {};
}

/** A restriction on addresses as text; none for `anywhere`. */
function netOf(key: "from" | "towards", address: Address | undefined): { from?: string; towards?: string } {
	if (address?.type !== "prefix" || address.length === 0) return {};
	const { family, length, negated } = address;
	const whole = length === (family === 4 ? 32 : 128);
	const text = whole ? address.address : printAddress(address);
	return { [key]: `${negated ? "!" : ""}${text}` };
}

/** Releases 1.8.9 and 1.8.10 list protocols by number. */
function protocolName(number: number | undefined): { protocol?: string } {
	const name = { 6: "tcp", 17: "udp", 132: "sctp" }[number ?? -1];
	return name === undefined ? {} : { protocol: name };
}

/** Whether a match takes some ports only: a range, several, all but one, or by the sender's. */
function asksForPorts(match: Match): boolean {
	if (match.type === "multiport") return true;
	if (match.type !== "tcp" && match.type !== "udp" && match.type !== "sctp") return false;
	return match.destinationPort !== undefined || match.sourcePort !== undefined;
}

function destinationPort(match: Match): Port | undefined {
	if (match.type !== "tcp" && match.type !== "udp" && match.type !== "sctp") return undefined;
	const range = match.destinationPort;
	return range === undefined || range.negated || range.to !== undefined ? undefined : range.from;
}

function translationOf({ target }: Rule): Pick<Translation, "target" | "toAddress" | "toPort"> | undefined {
	switch (target?.type) {
		case "DNAT":
		case "SNAT": {
			const address = target.to?.from?.value;
			const port = target.to?.ports?.from.number;
			return {
				target: target.type,
				...(address !== undefined && { toAddress: address }),
				...(port !== undefined && { toPort: port }),
			};
		}
		case "REDIRECT": {
			const port = target.ports?.from.number;
			return { target: "REDIRECT", ...(port !== undefined && { toPort: port }) };
		}
		case "MASQUERADE":
			return { target: "MASQUERADE" };
		case "NETMAP":
			return { target: "NETMAP", ...(isAddress(target.to) && { toAddress: printAddress(target.to) }) };
		default:
			return undefined;
	}
}

type Network = NonNullable<NetmapTarget["to"]>;

function isAddress(network: Network | undefined): network is Exclude<Network, { type: "name" }> {
	return network !== undefined && network.type !== "name";
}

/** The mark that a rule sets outright; operations on single bits do not name an IPVS service. */
function markOf({ target }: Rule): number | undefined {
	if (target?.type !== "MARK" || target.operation === undefined) return undefined;
	const { value, mask } = target.operation;
	return mask === 0xffffffff ? value : undefined;
}
