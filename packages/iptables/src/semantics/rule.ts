import type { Interface, Rule } from "../ast.ts";
import { all, compare, type Decision, no, undecided, unknown, YES } from "./decision.ts";
import { nameHolds } from "./header.ts";
import { addressTest, type MatchOptions, type Question } from "./matcher.ts";
import { matchHolds } from "./matchers.ts";
import type { Packet } from "./packet.ts";

/**
 * Whether a rule matches a packet, as the kernel would see it (`ip_packet_match` in
 * net/ipv4/netfilter/ip_tables.c, then every match). One test that fails decides, whatever else is
 * open; otherwise one that is open leaves the rule undecided. Broken packets, which the kernel drops while it
 * looks for a header, are not asked for.
 */
export function matchRule(rule: Rule, packet: Packet, options: MatchOptions = {}): Decision {
	return all(decisions(rule, { packet, options }));
}

function* decisions(rule: Rule, question: Question): Generator<Decision> {
	const { packet } = question;
	if (rule.protocol !== undefined) yield protocolTest(rule.protocol, packet);
	if (rule.source !== undefined) yield addressTest(rule.source, question, "source");
	if (rule.destination !== undefined) yield addressTest(rule.destination, question, "destination");
	if (rule.in !== undefined) yield interfaceTest(rule.in, packet, "in");
	if (rule.out !== undefined) yield interfaceTest(rule.out, packet, "out");
	if (rule.interfaces === "not-listed") yield undecided("a listing without -v does not print interfaces");
	if (rule.fragment !== undefined) yield compare(packet, "fragment", rule.fragment, (further) => further);
	for (const match of rule.matches) yield matchHolds(match, question);
}

function protocolTest(wanted: NonNullable<Rule["protocol"]>, packet: Packet): Decision {
	// Protocol 0 is any; the kernel does not even look at a negation of it.
	if (wanted.number === 0) return YES;
	if (wanted.number === undefined)
		return undecided(`which protocol ${wanted.name} is on the machine is not certain`);
	return compare(packet, "protocol", wanted, (protocol) => protocol === wanted.number);
}

/** A packet without an interface has an empty name there: `! -i eth0` matches it, `-i eth0` does not. */
function interfaceTest(wanted: Interface, packet: Packet, field: "in" | "out"): Decision {
	if (wanted.type === "any") return wanted.negated ? no("no interface is none of all") : YES;
	const name = packet[field];
	if (name === undefined) {
		if (wanted.name !== "+") return unknown(field);
		return wanted.negated ? no("no interface is none of all") : YES;
	}
	return compare({ [field]: name ?? "" }, field, wanted, (held) => nameHolds(wanted.name, held));
}
