import type { Match } from "../matches/index.ts";
import { connmark, conntrack, state } from "./connection.ts";
import { type Decision, undecided } from "./decision.ts";
import {
	addrtype,
	comment,
	dscp,
	hl,
	iprange,
	length,
	mac,
	mark,
	owner,
	physdev,
	pkttype,
	tos,
	ttl,
} from "./header.ts";
import { recent, set, statistic } from "./history.ts";
import { type Matcher, notEvaluated, open, type Question } from "./matcher.ts";
import { ecn, icmp, icmp6, multiport, sctp, tcp, tcpmss, udp } from "./transport.ts";

const OVER_TIME = "depends on time and on earlier packets";
const ROUTES = "depends on the machine's routes";

/**
 * How each match is decided. A type that is not here is undecided, as not evaluated: nothing is lost but an
 * answer, so that an extension can be read before it is understood.
 */
const MATCHERS: { readonly [Type in Match["type"]]?: Matcher<Extract<Match, { readonly type: Type }>> } = {
	addrtype,
	cgroup: open("depends on the process that sends"),
	cluster: open("depends on a hash of the connection"),
	comment,
	connbytes: open("depends on earlier packets of the connection"),
	connlimit: open("depends on the machine's other connections"),
	connmark,
	conntrack,
	cpu: open("depends on the processor that has the packet"),
	devgroup: open("depends on the groups of the machine's interfaces"),
	dscp,
	ecn,
	hashlimit: open(OVER_TIME),
	helper: open("depends on the helper of the connection"),
	hl,
	icmp,
	icmp6,
	iprange,
	ipvs: open("depends on the machine's connections of IPVS"),
	length,
	limit: open(OVER_TIME),
	mac,
	mark,
	multiport,
	nfacct: open("depends on the quota of its counter"),
	owner,
	physdev,
	pkttype,
	policy: open("depends on what IPsec does with the packet"),
	quota: open("depends on earlier packets"),
	realm: open(ROUTES),
	recent,
	rpfilter: open(ROUTES),
	sctp,
	set,
	socket: open("depends on the machine's sockets"),
	state,
	statistic,
	tcp,
	tcpmss,
	time: open("depends on the time"),
	tos,
	ttl,
	udp,
	"unknown-match": ({ name, text }) =>
		undecided(`the match ${name?.value ?? `"${text.trim()}"`} is not known`),
};

/** Whether one match of a rule holds. */
export function matchHolds(match: Match, question: Question): Decision {
	const matcher = Object.hasOwn(MATCHERS, match.type) ? MATCHERS[match.type] : undefined;
	if (matcher === undefined) return notEvaluated(`the match ${match.type}`);
	return (matcher as Matcher<Match>)(match, question);
}
