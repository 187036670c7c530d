import { normalIp } from "@netfossil/core";
import { countersOf, policyCounter, type RuleCounter } from "../evidence/counters.ts";
import {
	type Answered,
	type Contradiction,
	type HopTraffic,
	type Traffic,
	trafficOf,
} from "../evidence/traffic.ts";
import type { Fate, Gap } from "../fate.ts";
import type { Links } from "../links.ts";
import { endOf as endNamed, type Failed, type Found, type Named } from "../named.ts";
import { type Origin, placeNamed } from "../origin.ts";
import { type Outside, outside } from "../outside.ts";
import { endText, isIcmp, type Packet } from "../packet.ts";
import { fitting, leadsTo, type Premises, premisesText } from "../premises.ts";
import { type Hop, icmpText, type Record } from "../run.ts";
import type { Assumption, Kernel, Namespace, RuleRef } from "../state/kernel.ts";
import { addressNamed } from "../target.ts";
import { type Branch, explore } from "../walk.ts";

/** A question of a flows file. */
export interface FlowQuestion {
	readonly id: number | string;
	/** `host` may also be what {@link placeNamed} knows: a container, a service, `HOST/NETNS`, an address. */
	readonly from: { readonly host: string; readonly netns?: string | null };
	readonly proto: "tcp" | "udp" | "icmp";
	/** An address, or a name that {@link addressNamed} knows. */
	readonly dst: string;
	readonly dport?: number | null;
	readonly src?: string | null;
	readonly sport?: number | null;
}

export interface Spot {
	readonly host: string;
	readonly netns: string | null;
}

export interface EndPoint {
	readonly addr: string;
	readonly port: number | null;
}

/** A rule, as `truth.json` names it; `source` is where the dump has it. */
export interface RuleAnswer extends Spot {
	readonly family: "ipv4" | "ipv6";
	readonly table: string;
	readonly chain: string;
	readonly index: number | null;
	readonly rule: string;
	/** Null of a rule that Docker is taken to have made, and no line of a dump tells of. */
	readonly source: string | null;
	/** No dump of the namespace has it, but one of the namespace that this names, or none at all. */
	readonly assumed?: true | string;
	/** What the dumps of the table had counted of it. */
	readonly counters?: readonly RuleCounter[];
}

/** A sighting, with what tcpdump captured there. */
export interface HopAnswer extends Hop {
	readonly traffic?: HopTraffic;
}

/** Who refused. */
export interface RefusedAnswer extends Spot, EndPoint {
	readonly by: string;
	/** The dump that lists all that listens. */
	readonly source?: string;
	/** What listens on the port, though not for this packet. */
	readonly near?: readonly (Spot & EndPoint & { readonly source: string })[];
}

export interface ReplyAnswer {
	readonly kind: string;
	/** Null: no dump tells. */
	readonly reached_client: boolean | null;
	readonly hops: readonly HopAnswer[];
	readonly rules_hit: readonly RuleAnswer[];
	readonly lost_at?: Spot & { readonly iface: string; readonly dir: "in" | "out" };
	/** What would tell whether it reaches the sender. */
	readonly unknown?: { readonly gaps: readonly Gap[] };
	readonly icmp?: string;
}

/** What became of a flow, with the keys of the recorded cases. */
export interface FlowAnswer {
	readonly id: number | string;
	/** What was assumed because the question said so (`--assume`). */
	readonly assuming?: readonly string[];
	readonly outcome: "delivered" | "refused" | "rejected" | "dropped" | "unreachable" | "no-route" | "unknown";
	readonly delivered_to: (Spot & EndPoint) | null;
	readonly seen_source: EndPoint | null;
	readonly refused?: RefusedAnswer;
	readonly reject?: { readonly with: string; readonly rule: RuleAnswer };
	readonly drop?: Spot & {
		readonly reason: string;
		readonly why: string;
		readonly rule?: RuleAnswer;
		readonly table?: string;
		readonly chain?: string;
		/** Of the policy: where it stands, and what it had counted. */
		readonly source?: string;
		readonly counters?: readonly RuleCounter[];
	};
	readonly unreachable?: Spot & { readonly icmp: string; readonly addr: string | null };
	readonly no_route?: { readonly errno: string };
	/** What is not known, with the commands that would tell. */
	readonly unknown?: { readonly gaps: readonly Gap[] };
	readonly src_used: string | null;
	readonly hops: readonly HopAnswer[];
	readonly rules_hit: readonly RuleAnswer[];
	readonly reply: ReplyAnswer | null;
	/** Where the kernel or the evidence leaves several ways: what this answer takes for granted. */
	readonly choices?: readonly { readonly text: string; readonly taken: string }[];
	/** The outcomes of the other ways. */
	readonly others?: readonly FlowAnswer[];
	readonly assumptions?: readonly Assumption[];
	/** What was captured of the flow, beside what the hops have. */
	readonly traffic?: { readonly answered?: Answered; readonly contradictions?: readonly Contradiction[] };
}

/** The namespace that a question names: by its own name, or by that of a container that lives in it. */
export function namespaceOf(
	kernel: Kernel,
	host: string,
	netns: string | null | undefined,
): Namespace | undefined {
	const name = netns ?? null;
	const found = kernel.namespaces.find((each) => each.host === host && each.netns === name);
	return found ?? (name === null ? undefined : kernel.aliases.get(`${host}/${name}`));
}

/** What a question comes to: one answer, and all ways that lead to it. */
export interface Followed {
	/** As it was walked: with addresses for names. */
	readonly question: FlowQuestion;
	readonly answer: FlowAnswer;
	/** None, where the question could not be walked. */
	readonly branches: readonly Branch[];
	/** What was captured of the first way. */
	readonly traffic?: Traffic;
}

/** Answers one question. */
export const answerFlow = (kernel: Kernel, links: Links, flow: FlowQuestion): FlowAnswer =>
	follow(kernel, links, flow).answer;

/** Answers one question, and keeps the ways. */
export function follow(kernel: Kernel, links: Links, asked: FlowQuestion, premises: Premises = {}): Followed {
	const followed = walked(kernel, links, asked, premises);
	const assuming = premisesText(premises);
	if (assuming.length === 0) return followed;
	const { id, ...answer } = followed.answer;
	return { ...followed, answer: { id, assuming, ...answer } };
}

function walked(kernel: Kernel, links: Links, given: FlowQuestion, premises: Premises): Followed {
	const { id } = given;
	const asked = withPort(given);
	const unwalked = (gap: Gap): Followed => ({ question: given, answer: blank(id, gap), branches: [] });
	if (asked === undefined) return unwalked({ text: `${given.dst} and dport both name a port` });
	const fault = faultOf(asked);
	if (fault !== undefined) return unwalked({ text: fault });
	const named = questionNamed(kernel, asked);
	if (named.type === "failed") return unwalked({ text: named.message });
	if (named.type === "open") return unwalked({ ...named, netns: null });
	const { question, assumptions } = named.value;
	const { proto, dst, dport, src, sport } = question;
	const start = startOf(kernel, links, question);
	if ("text" in start) return unwalked(start);
	const found = explore(start.kernel, start.links, {
		premises,
		from: start.namespace,
		protocol: proto,
		// As dumps spell it, `fd00:0:0::1` or not.
		dst: normalIp(dst)?.value ?? dst,
		dport: dport ?? null,
		...(src != null && { src: normalIp(src)?.value ?? src }),
		...(sport != null && { sport }),
	});
	const { backend } = premises;
	const branches = backend === undefined ? found : found.filter((branch) => leadsTo(branch, backend));
	if (branches.length === 0) {
		const text = `no way leads to ${endText(backend!.address, backend!.port)}: what --assume takes for this packet is ${fitting(found).join(", ")}`;
		return { question, answer: blank(id, { text }), branches: found };
	}
	const ways = branches.map((branch) => ({
		branch,
		traffic: trafficOf(start.kernel, start.links, question, branch),
	}));
	// Of several ways the one that was captured is told first.
	ways.sort((one, other) => seenAt(other.traffic) - seenAt(one.traffic));
	const [shown] = ways;
	const answer = merged(id, start.kernel, ways);
	const put = start.assumption === undefined ? [] : [start.assumption];
	const all = [...assumptions, ...put, ...(answer.assumptions ?? [])];
	return {
		question,
		answer: all.length > 0 ? { ...answer, assumptions: all } : answer,
		branches: ways.map(({ branch }) => branch),
		...(shown && { traffic: shown.traffic }),
	};
}

/** A question with addresses and places in the stead of names. */
export function questionNamed(
	kernel: Kernel,
	asked: FlowQuestion,
): Named<{ readonly question: FlowQuestion; readonly assumptions: readonly Assumption[] }> {
	const { host, netns } = asked.from;
	const own = namespaceOf(kernel, host, netns);
	const place: Found<Origin> | Failed =
		own === undefined
			? placeNamed(kernel, netns == null ? host : `${host}/${netns}`)
			: { type: "found", value: { host: own.host, netns: own.netns } };
	if (place.type !== "found") return place;
	const { value: from } = place;
	const src = asked.src ?? from.src;
	const sender = { host: from.host, netns: from.netns };
	const target = addressNamed(kernel, asked.dst, {
		sender,
		family: src?.includes(":") ? 6 : 4,
		port: asked.dport ?? null,
	});
	if (target.type !== "found") return target;
	const assumptions = [place.assumption, target.assumption].flatMap((text) =>
		text === undefined ? [] : [{ text, ...sender, command: "ip addr" }],
	);
	const question = { ...asked, from: sender, dst: target.value, ...(src != null && { src }) };
	return { type: "found", value: { question, assumptions } };
}

/** One way, with what was captured of it. */
interface Way {
	readonly branch: Branch;
	readonly traffic: Traffic;
}

/** At how many places it was captured. */
const seenAt = ({ hops }: Traffic): number =>
	[...hops.values()].filter(({ seen }) => seen !== undefined).length;

/** The namespace that a question begins in, be it one that is made up for it. */
function startOf(kernel: Kernel, links: Links, { from, dst, src }: FlowQuestion): Outside | Gap {
	const namespace = namespaceOf(kernel, from.host, from.netns);
	if (namespace !== undefined) return { kernel, links, namespace };
	return outside(kernel, links, from.host, dst, src ?? undefined);
}

/** A question whose `dst` holds the port, as `--to` does; undefined where there are two. */
function withPort(asked: FlowQuestion): FlowQuestion | undefined {
	const { dst, dport, proto } = asked;
	const end = typeof dst === "string" && proto !== "icmp" ? endNamed(dst) : undefined;
	if (end?.type !== "found" || end.value.port === undefined) return asked;
	return dport == null ? { ...asked, dst: end.value.name, dport: end.value.port } : undefined;
}

/** Why a question can't be walked. */
function faultOf({ proto, dport, sport, dst }: FlowQuestion): string | undefined {
	if (proto !== "tcp" && proto !== "udp" && proto !== "icmp")
		return `the protocol ${String(proto)} is not followed: tcp, udp or icmp`;
	for (const port of proto === "icmp" ? [] : [dport, sport])
		if (port != null && !(Number.isInteger(port) && port >= 0 && port <= 65535)) return `${port} is no port`;
	if (proto !== "icmp" && dport == null) return `${proto} needs a port`;
	if (proto !== "icmp" && dport === 0) return "0 is no port that a packet is sent to";
	return typeof dst === "string" ? undefined : "there is no destination";
}

function blank(id: FlowQuestion["id"], gap: Gap): FlowAnswer {
	return {
		id,
		outcome: "unknown",
		delivered_to: null,
		seen_source: null,
		unknown: { gaps: [gap] },
		src_used: null,
		hops: [],
		rules_hit: [],
		reply: null,
	};
}

/** One answer where all ways come to the same end; otherwise what they hinge on. */
function merged(id: FlowQuestion["id"], kernel: Kernel, ways: readonly Way[]): FlowAnswer {
	const [first, ...rest] = ways.map((way) => answerOf(id, kernel, way));
	if (first === undefined) return blank(id, { text: "there is no way to walk" });
	const [taken] = ways;
	const choices = taken!.branch.run.choices;
	const told =
		choices.length > 0
			? { choices: choices.map(({ question, label }) => ({ text: question.text, taken: label })) }
			: {};
	if (rest.length === 0) return first;
	const differing = rest.filter((other) => keyOf(other) !== keyOf(first));
	const others = distinct(differing);
	if (differing.every(({ outcome }) => outcome === first.outcome))
		return { ...first, ...told, ...openReply(first, rest, ways), ...(others.length > 0 && { others }) };
	// What contradicts one of the ways does not contradict that it is open.
	const { answered } = first.traffic ?? {};
	return {
		...first,
		outcome: "unknown",
		delivered_to: null,
		seen_source: null,
		...(first.traffic && { traffic: answered ? { answered } : {} }),
		unknown: { gaps: gapsOf(ways.map(({ branch }) => branch)) },
		...told,
		others: distinct([first, ...differing]),
	};
}

/** That the answer may come back or not, where a dump would tell which. */
function openReply(
	{ reply }: FlowAnswer,
	others: readonly FlowAnswer[],
	ways: readonly Way[],
): Pick<FlowAnswer, "reply"> | undefined {
	const isDoubted = others.some((other) => other.reply?.reached_client !== reply?.reached_client);
	const branches = ways.map(({ branch }) => branch);
	const isOpen = branches.some(({ run }) => run.choices.some(({ question }) => question.kind === "gap"));
	if (reply === null || !isDoubted || !isOpen) return undefined;
	const { lost_at: _, ...rest } = reply;
	const lost = branches.flatMap(({ answer }) => (answer?.fate.type === "unknown" ? [answer.fate.gap] : []));
	const gaps = new Map([...gapsOf(branches), ...lost].map((gap) => [gap.text, gap]));
	return { reply: { ...rest, reached_client: null, unknown: { gaps: [...gaps.values()] } } };
}

/** What two answers must agree on to be one. */
function keyOf({
	outcome,
	delivered_to,
	seen_source,
	refused,
	reject,
	drop,
	unreachable,
	no_route,
}: FlowAnswer): string {
	return JSON.stringify([
		outcome,
		delivered_to,
		seen_source,
		refused,
		reject?.rule,
		drop?.host,
		drop?.netns,
		drop?.reason,
		unreachable,
		no_route,
	]);
}

function distinct(answers: readonly FlowAnswer[]): FlowAnswer[] {
	return [...new Map(answers.map((answer) => [keyOf(answer), answer])).values()];
}

function gapsOf(branches: readonly Branch[]): Gap[] {
	const gaps = new Map<string, Gap>();
	for (const { fate } of branches) if (fate.type === "unknown") gaps.set(fate.gap.text, fate.gap);
	const questions = branches.flatMap(({ run }) => run.choices.map(({ question }) => question));
	const open = questions.filter(({ kind }) => kind === "gap");
	// Chance is what it hinges on only where no dump would tell more.
	for (const { text, gap } of open.length > 0 || gaps.size > 0 ? open : questions)
		gaps.set(text, gap ?? { text });
	return [...gaps.values()];
}

const spot = ({ host, netns }: Namespace): Spot => ({ host, netns });

const endOf = (address: string, port: number | null, packet: Packet): EndPoint => ({
	addr: address,
	port: isIcmp(packet) ? null : port,
});

export function ruleAnswer(kernel: Kernel, ref: RuleRef): RuleAnswer {
	const { host, netns, family, table, chain, index, rule, cite, assumed } = ref;
	const counters = countersOf(kernel, ref);
	return {
		host,
		netns,
		family,
		table,
		chain,
		index: index ?? null,
		rule,
		source: cite === undefined ? null : `${cite.file}:${cite.line}`,
		...(assumed && { assumed }),
		...(counters.length > 0 && { counters }),
	};
}

function answerOf(id: FlowQuestion["id"], kernel: Kernel, { branch, traffic }: Way): FlowAnswer {
	const { run, fate, source, answer } = branch;
	const ruled = (rule: RuleRef): RuleAnswer => ruleAnswer(kernel, rule);
	const { answered, contradictions } = traffic;
	const packet = fate.type === "delivered" || fate.type === "refused" ? fate.packet : undefined;
	const place =
		packet && "at" in fate && fate.at
			? { ...spot(fate.at), ...endOf(packet.dst, packet.dport, packet) }
			: null;
	const { forth, back, assumptions } = run;
	return {
		id,
		outcome: fate.type,
		delivered_to: fate.type === "delivered" ? place : null,
		seen_source:
			packet === undefined ? null : endOf(packet.src, packet.randomPort ? null : packet.sport, packet),
		...(fate.type === "refused" && place && { refused: refusedOf(fate, place) }),
		...(fate.type === "rejected" && { reject: { with: fate.with, rule: ruled(fate.rule) } }),
		...(fate.type === "dropped" && { drop: dropOf(kernel, fate, forth) }),
		...(fate.type === "unreachable" && {
			// As it leaves the machine: its own rules, or IPVS, may change the source.
			unreachable: {
				...spot(fate.at),
				icmp: icmpText(fate.icmp),
				addr: back.hops[0]?.src ?? fate.answer?.from ?? null,
			},
		}),
		...(fate.type === "no-route" && { no_route: { errno: fate.errno } }),
		...(fate.type === "unknown" && { unknown: { gaps: [fate.gap] } }),
		src_used: source ?? null,
		hops: hopsOf(forth, traffic),
		rules_hit: bounded(forth.rules).map(ruled),
		reply: answer === undefined ? null : replyOf(kernel, answer, back, traffic),
		...(assumptions.size > 0 && { assumptions: [...assumptions.values()] }),
		...((answered || contradictions.length > 0) && {
			traffic: { ...(answered && { answered }), ...(contradictions.length > 0 && { contradictions }) },
		}),
	};
}

/** The sightings, with what was captured there. */
function hopsOf({ hops }: Record, traffic: Traffic): HopAnswer[] {
	return hops.map((hop) => {
		const told = traffic.hops.get(hop);
		return told === undefined ? hop : { ...hop, traffic: told };
	});
}

function dropOf(
	kernel: Kernel,
	{ at, reason, why, rule, table, chain }: Extract<Fate, { type: "dropped" }>,
	{ steps }: Record,
): NonNullable<FlowAnswer["drop"]> {
	const policy = reason === "policy" ? steps.findLast(({ kind }) => kind === "policy")?.cite : undefined;
	const counted = policyCounter(kernel, policy);
	return {
		...spot(at),
		reason,
		why,
		...(rule && { rule: ruleAnswer(kernel, rule) }),
		...(table !== undefined && { table }),
		...(chain !== undefined && { chain }),
		...(policy && { source: `${policy.file}:${policy.line}` }),
		...(counted && { counters: [counted] }),
	};
}

/** How often one rule is told: a packet that goes round meets it 64 times at most, chains that go round without end. */
const MOST_HITS = 100;

/** The rules that were hit, of those of a circle the first rounds. */
function bounded(rules: readonly RuleRef[]): readonly RuleRef[] {
	if (rules.length <= MOST_HITS) return rules;
	const hits = new Map<string, number>();
	return rules.filter(({ host, netns, family, table, chain, index, rule }) => {
		const key = JSON.stringify([host, netns, family, table, chain, index, rule]);
		const hit = (hits.get(key) ?? 0) + 1;
		hits.set(key, hit);
		return hit <= MOST_HITS;
	});
}

function refusedOf(
	{ by, dump, near = [] }: Extract<Fate, { type: "refused" }>,
	place: Spot & EndPoint,
): RefusedAnswer {
	return {
		...place,
		by,
		...(dump && { source: `${dump.file}:${dump.line}` }),
		...(near.length > 0 && {
			near: near.map(({ at, socket: { address, family, port, cite } }) => ({
				...spot(at),
				addr: address ?? (family === 4 ? "0.0.0.0" : "::"),
				port,
				source: `${cite.file}:${cite.line}`,
			})),
		}),
	};
}

function replyOf(
	kernel: Kernel,
	{ kind, packet, fate }: NonNullable<Branch["answer"]>,
	back: Record,
	traffic: Traffic,
): ReplyAnswer {
	const { hops, rules } = back;
	const reached = fate.type === "unknown" ? null : fate.type === "delivered";
	const last = hops.at(-1);
	return {
		kind,
		reached_client: reached,
		hops: hopsOf(back, traffic),
		rules_hit: bounded(rules).map((rule) => ruleAnswer(kernel, rule)),
		...(fate.type === "unknown" && { unknown: { gaps: [fate.gap] } }),
		...(reached === false &&
			last && { lost_at: { host: last.host, netns: last.netns, iface: last.iface, dir: last.dir } }),
		...(kind === "icmp-error" && packet.icmp && { icmp: icmpText(packet.icmp) }),
	};
}
