import type {
	EcnMatch,
	Icmp6Match,
	IcmpMatch,
	MultiportMatch,
	SctpMatch,
	TcpMatch,
	TcpmssMatch,
	UdpMatch,
} from "../matches/index.ts";
import type { IcmpType, PortList, TcpFlags } from "../values.ts";
import { all, compare, type Decision, either, no, undecided, unknown, YES } from "./decision.ts";
import {
	firstFragment,
	inPorts,
	inRange,
	type Matcher,
	ofProtocol,
	options,
	portName,
	portTest,
	type Question,
} from "./matcher.ts";
import { fieldName, type TcpFlag } from "./packet.ts";

const TCP = 6;
const UDP = 17;
const DCCP = 33;
const SCTP = 132;
const UDPLITE = 136;

/** A match of one protocol, of which a further fragment has nothing to look at, negated or not. */
function header<Node>(protocols: readonly number[], matcher: Matcher<Node>): Matcher<Node> {
	return (node, question) =>
		all([firstFragment(question), ofProtocol(question, ...protocols), matcher(node, question)]);
}

/**
 * As {@link header}, for the two matches that iptables-nft does not leave to x_tables. As long as the packet
 * may be a further fragment, its ports do not rule such a match out.
 */
function ported<Node>(protocols: readonly number[], matcher: Matcher<Node>): Matcher<Node> {
	const xtables = header(protocols, matcher);
	return (node, question) => {
		const { packet, options } = question;
		if (packet.fragment === false || options.backend === "legacy") return xtables(node, question);
		const open = packet.fragment
			? undecided(
					"iptables-nft takes the data of further fragments for ports, iptables-legacy never matches them",
				)
			: unknown("fragment");
		return all([ofProtocol(question, ...protocols), open]);
	};
}

/** `tcp_mt` in net/netfilter/xt_tcpudp.c */
export const tcp: Matcher<TcpMatch> = ported(
	[TCP],
	options({
		sourcePort: (range, question) => portTest(range, question, "sourcePort"),
		destinationPort: (range, question) => portTest(range, question, "destinationPort"),
		// Option 0 is how the kernel writes none.
		option: (option, { packet }) =>
			option.value === 0 ? YES : compare(packet, "tcpOptions", option, (held) => held.includes(option.value)),
		flags: (flags, { packet }) => compare(packet, "tcpFlags", flags, (held) => flagsHold(flags, held)),
	}),
);

/** `(flags & mask) == set`: a flag of `set` that is not in the mask never holds. */
function flagsHold({ mask, set }: TcpFlags, held: readonly TcpFlag[]): boolean {
	const has = (name: string): boolean => held.some((each) => each === name);
	return set.every((name) => mask.includes(name)) && mask.every((name) => has(name) === set.includes(name));
}

/** `udp_mt` in net/netfilter/xt_tcpudp.c */
export const udp: Matcher<UdpMatch> = ported(
	[UDP, UDPLITE],
	options({
		sourcePort: (range, question) => portTest(range, question, "sourcePort"),
		destinationPort: (range, question) => portTest(range, question, "destinationPort"),
	}),
);

/** `sctp_mt` in net/netfilter/xt_sctp.c */
export const sctp: Matcher<SctpMatch> = header(
	[SCTP],
	options({
		sourcePort: (range, question) => portTest(range, question, "sourcePort"),
		destinationPort: (range, question) => portTest(range, question, "destinationPort"),
	}),
);

/** `multiport_mt` in net/netfilter/xt_multiport.c; `--ports` asks for either side. */
export const multiport: Matcher<MultiportMatch> = header(
	[TCP, UDP, DCCP, SCTP, UDPLITE],
	options({
		sourcePorts: (list, question) => listTest(list, question, ["sourcePort"]),
		destinationPorts: (list, question) => listTest(list, question, ["destinationPort"]),
		ports: (list, question) => listTest(list, question, ["sourcePort", "destinationPort"]),
	}),
);

function listTest(
	{ ports, negated }: PortList,
	{ packet }: Question,
	fields: readonly ("sourcePort" | "destinationPort")[],
): Decision {
	const decision = either(
		fields.flatMap((field) => {
			const port = packet[field];
			if (port === undefined) return [unknown(field)];
			return ports.map((range) => {
				const held = port !== null && inPorts(port, range);
				if (held === undefined) return undecided(portName(range));
				return held ? YES : no(`the ${fieldName(field)} is ${port}`);
			});
		}),
	);
	if (!negated || decision.result === "undecided") return decision;
	return decision.result ? no("one of the packet's ports is in the list") : YES;
}

/** `icmp_match` in net/netfilter/xt_tcpudp.c (before 6.x in ip_tables.c): type 255 is any. */
export const icmp: Matcher<IcmpMatch> = header(
	[1],
	options({
		icmpType: (wanted, question) => (wanted.value === 255 ? anyType(wanted) : typeTest(wanted, question)),
	}),
);

function anyType({ negated }: IcmpType): Decision {
	return negated ? no("every ICMP type is one") : YES;
}

/** `icmp6_match`, which knows no type for any. */
export const icmp6: Matcher<Icmp6Match> = header(
	[58],
	options({ icmpType: (wanted, question) => typeTest(wanted, question) }),
);

/** A type, and its code where one is named. */
function typeTest(wanted: IcmpType, { packet }: Question): Decision {
	const { value, code, negated } = wanted;
	if (value === undefined) return undecided(`which ICMP type ${wanted.name} is is not certain`);
	const decision = all([
		compare(packet, "icmpType", {}, (type) => type === value),
		...(code === undefined ? [] : [compare(packet, "icmpCode", {}, (each) => each === code)]),
	]);
	if (!negated || decision.result === "undecided") return decision;
	return decision.result ? no(`the ${fieldName("icmpType")} is ${value}`) : YES;
}

/** The kernel reads what stands where a TCP header would, without asking whether a fragment has one. */
function tcpHeader<Node>(matcher: Matcher<Node>): Matcher<Node> {
	return (node, question) => {
		const { fragment } = question.packet;
		const open = fragment
			? undecided("a fragment has data where the TCP header would be")
			: unknown("fragment");
		return all([ofProtocol(question, TCP), fragment === false ? matcher(node, question) : open]);
	};
}

/** `tcpmss_mt` in net/netfilter/xt_tcpmss.c; a packet without the option matches a negated range. */
const mss: Matcher<TcpmssMatch> = options({
	mss: (range, { packet }) => compare(packet, "tcpMss", range, (value) => inRange(value, range), false),
});
export const tcpmss: Matcher<TcpmssMatch> = tcpHeader(mss);

const echo: Matcher<EcnMatch> = tcpHeader(
	options({
		echo: (flag, { packet }) => compare(packet, "tcpFlags", flag, (flags) => flags.includes("ECE")),
		reduced: (flag, { packet }) => compare(packet, "tcpFlags", flag, (flags) => flags.includes("CWR")),
		codepoint: "modifier",
	}),
);
const codepoint: Matcher<EcnMatch> = options({
	codepoint: (ect, { packet }) => compare(packet, "tos", ect, (tos) => (tos & 3) === ect.value),
	echo: "modifier",
	reduced: "modifier",
});

/** `ecn_mt4` in net/netfilter/xt_ecn.c; only the two flags ask for a TCP header. */
export const ecn: Matcher<EcnMatch> = (node, question) => {
	const flags = node.echo === undefined && node.reduced === undefined ? [] : [echo(node, question)];
	return all([codepoint(node, question), ...flags]);
};
