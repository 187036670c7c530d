import type { ConnmarkMatch, ConntrackMatch, StateMatch } from "../matches/index.ts";
import type { NameList } from "../values.ts";
import { all, compare, type Decision, either, no, undecided, unknown, YES } from "./decision.ts";
import { maskedMark } from "./header.ts";
import { addressTest, anyNamed, type Matcher, options, portTest, type Question } from "./matcher.ts";
import { hasConnection } from "./packet.ts";

/**
 * States are bits, of which a packet has one of INVALID, NEW, RELATED, ESTABLISHED and UNTRACKED, and beside
 * it SNAT and DNAT when its connection is translated so.
 */
function stateTest(list: NameList, { packet }: Question): Decision {
	const { names, negated } = list;
	const tests = names.map((name): Decision => {
		if (name !== "SNAT" && name !== "DNAT") return compare(packet, "ctstate", {}, (state) => state === name);
		if (hasConnection(packet) === false) return no("the packet has no connection");
		return compare(packet, name === "SNAT" ? "snat" : "dnat", {}, (translated) => translated);
	});
	const decision = either(tests);
	if (!negated || decision.result === "undecided") return decision;
	return decision.result ? no(`the packet has one of the states ${names.join(",")}`) : YES;
}

/** An alias of conntrack with one option. */
export const state: Matcher<StateMatch> = options({ state: stateTest });

/** NONE is no bit at all, so that it never holds. */
function statusTest(list: NameList, { packet }: Question): Decision {
	if (list.names.every((name) => name === "NONE"))
		return list.negated ? YES : no("NONE stands for no status bit, and is never set");
	return compare(packet, "ctstatus", list, (held) => anyNamed(list, held));
}

const ofConnection: Matcher<ConntrackMatch> = options({
	state: "modifier",
	protocol: (wanted, { packet }) =>
		wanted.number === undefined
			? undecided(`which protocol ${wanted.name} is is not certain`)
			: compare(packet, "ctproto", wanted, (protocol) => protocol === wanted.number),
	originalSource: (network, question) => addressTest(network, question, "ctorigsrc"),
	originalDestination: (network, question) => addressTest(network, question, "ctorigdst"),
	replySource: (network, question) => addressTest(network, question, "ctreplsrc"),
	replyDestination: (network, question) => addressTest(network, question, "ctrepldst"),
	originalSourcePort: (range, question) => portTest(range, question, "ctorigsrcport"),
	originalDestinationPort: (range, question) => portTest(range, question, "ctorigdstport"),
	replySourcePort: (range, question) => portTest(range, question, "ctreplsrcport"),
	replyDestinationPort: (range, question) => portTest(range, question, "ctrepldstport"),
	status: statusTest,
	expires: () => undecided("when the connection expires depends on the time"),
	direction: (wanted, { packet }) =>
		compare(packet, "ctdir", wanted, (direction) => direction === wanted.value),
});

/**
 * `conntrack_mt` in net/netfilter/xt_conntrack.c. A packet without a connection is asked for its state only;
 * without a state to ask for it does not match. (Until 4.12 UNTRACKED packets had an empty connection.)
 */
export const conntrack: Matcher<ConntrackMatch> = (node, question) => {
	const state = node.state ? stateTest(node.state, question) : YES;
	if (state.result === false) return state;
	const rest = ofConnection(node, question);
	const asksMore = Object.keys(node).some((key) => !["type", "start", "end", "state"].includes(key));
	if (!asksMore && node.state) return state;
	switch (hasConnection(question.packet)) {
		case true:
			return all([state, rest]);
		case false:
			return node.state ? state : no("the packet has no connection");
		case undefined:
			// With a connection the other options count, without one only the state.
			if (rest.result === true && node.state) return state;
			if (rest.result === false && !node.state) return rest;
			return all([state, unknown("ctstate"), ...(rest.result === "undecided" ? [rest] : [])]);
	}
};

/** `connmark_mt` in net/netfilter/xt_connmark.c: without a connection it does not match, negated or not. */
export const connmark: Matcher<ConnmarkMatch> = (node, question) => {
	if (hasConnection(question.packet) === false) return no("the packet has no connection");
	return ofMark(node, question);
};

const ofMark: Matcher<ConnmarkMatch> = options({
	mark: (wanted, { packet }) =>
		packet.connmark == null ? unknown("connmark") : maskedMark(wanted, packet.connmark, "connmark"),
});
