import type { RuleCounter } from "../evidence/counters.ts";
import type { Answered, HopTraffic, SeenAt } from "../evidence/traffic.ts";
import type { Fate, Gap } from "../fate.ts";
import { isOutside } from "../outside.ts";
import { endText } from "../packet.ts";
import { fitting } from "../premises.ts";
import { type Hop, icmpText, type Step } from "../run.ts";
import { COUNTED } from "../state/cite.ts";
import { type Cite, placeName } from "../state/kernel.ts";
import type { Branch } from "../walk.ts";
import { remedies } from "./explain.ts";
import type { FlowAnswer, FlowQuestion, Followed, RuleAnswer } from "./flows.ts";
import { Lines, PLAIN, type TracePaint } from "./lines.ts";
import { otherWays } from "./ways.ts";

export type { TracePaint } from "./lines.ts";

export interface TraceTextOptions {
	/** `summary`: the verdict and the namespaces; `detailed`: every step, also neighbours and forwarding tables. */
	readonly detail?: "summary" | "normal" | "detailed";
	/** Say what would have to change. */
	readonly explain?: boolean;
	/** It is one of a list: the id of the question comes first. */
	readonly listed?: boolean;
	readonly paint?: TracePaint;
	/** The columns of the terminal; absent: lines may be of any length. */
	readonly width?: number;
}

/** Steps that a reader seldom asks for. */
const DETAILS: ReadonlySet<Step["kind"]> = new Set(["neighbour", "bridge"]);

/** How often a step by one rule is shown, where chains, or routes, lead round. */
const MOST_ROUNDS = 10;

/** What is left in the summary. */
const ESSENTIALS: ReadonlySet<Step["kind"]> = new Set(["transmit", "receive", "nat", "ipvs", "policy"]);

/** A trace for people: the verdict first, then each namespace with what it does. */
export function traceText(flow: FlowQuestion, followed: Followed, options: TraceTextOptions = {}): string {
	const { paint = PLAIN, width } = options;
	const lines = new Lines(paint, width);
	new Text(flow, followed, options, lines).write();
	return lines.toString();
}

class Text {
	readonly #flow: FlowQuestion;
	readonly #followed: Followed;
	readonly #answer: FlowAnswer;
	readonly #detail: NonNullable<TraceTextOptions["detail"]>;
	readonly #explain: boolean;
	readonly #listed: boolean;
	readonly #lines: Lines;
	/** What was counted of the rules, by their lines. */
	readonly #counters: ReadonlyMap<string, readonly RuleCounter[]>;

	constructor(flow: FlowQuestion, followed: Followed, options: TraceTextOptions, lines: Lines) {
		const { answer } = followed;
		this.#flow = flow;
		this.#followed = followed;
		this.#answer = answer;
		this.#detail = options.detail ?? "normal";
		this.#explain = options.explain ?? false;
		this.#listed = options.listed ?? false;
		this.#lines = lines;
		const rules = [...answer.rules_hit, ...(answer.reply?.rules_hit ?? [])];
		this.#counters = new Map(
			rules.flatMap(({ source, counters = [] }) => (source === null ? [] : [[source, counters]])),
		);
	}

	write(): void {
		const [branch] = this.#followed.branches;
		if (this.#listed) this.#lines.add(["heading", `question ${this.#answer.id}`]);
		this.#verdict();
		if (this.#answer.outcome === "unknown") this.#gaps();
		else if (branch !== undefined) {
			this.#end(branch.fate, "  ");
			this.#counted();
			this.#reply(branch);
		}
		this.#captured();
		this.#ways();
		if (branch === undefined) return;
		if (this.#explain) this.#remedies(branch);
		this.#lines.add();
		this.#steps(branch.run.forth);
		if (branch.run.back.steps.length > 0) {
			this.#lines.add();
			this.#lines.add(["heading", "the answer"]);
			this.#steps(branch.run.back);
		}
		for (const { choice, steps } of otherWays(this.#followed.branches)) {
			this.#lines.add();
			this.#lines.add(["heading", `or else: ${choice.question.text}; below: ${choice.label}`]);
			this.#steps({ steps });
		}
		this.#assumptions();
	}

	#verdict(): void {
		const { assuming } = this.#answer;
		if (assuming !== undefined)
			this.#lines.add(["open", "assuming"], ` that ${assuming.join(", and that ")}:`);
		const { from, proto, dst, dport, src } = this.#flow;
		const { outcome, reply } = this.#answer;
		// Somebody outside is called by the address that was asked for.
		const start =
			isOutside(from.host) && src != null ? src : placeName({ host: from.host, netns: from.netns ?? null });
		this.#lines.add(
			outcome === "delivered"
				? deliveredText(reply)
				: outcome === "unknown"
					? ["open", "UNKNOWN"]
					: ["bad", `LOST (${outcome})`],
			`  ${proto} from ${start} to ${endText(dst, dport)}`,
		);
	}

	#gaps(): void {
		for (const gap of this.#answer.unknown?.gaps ?? []) this.#gap(gap, "  ");
	}

	#gap({ text, host, netns, command }: Gap, indent: string): void {
		this.#lines.add(`${indent}not known: ${text}`);
		if (command !== undefined && host !== undefined)
			this.#lines.add(`${indent}  save on ${placeName({ host, netns: netns ?? null })}: ${command}`);
	}

	/** How it ended, with the line that says so. */
	#end(fate: Fate, indent: string): void {
		const { text, cite } = endOf(fate);
		this.#lines.add(`${indent}${text}`);
		if (cite !== undefined)
			this.#lines.quote(
				`${indent}  `,
				"rule" in fate && fate.rule ? ruleText(cite.text) : squeezed(cite.text),
				sourceOf(cite),
			);
		else if (fate.type === "refused") this.#refused(fate, `${indent}  `);
		else if (fate.type === "dropped" && fate.reason === "policy" && this.#answer.drop?.source !== undefined)
			this.#lines.quote(`${indent}  `, `the policy stands at ${this.#answer.drop.source}`);
	}

	/** The dump that proves it, and what comes near. */
	#refused({ at, packet, dump, near = [] }: Extract<Fate, { type: "refused" }>, indent: string): void {
		const { family } = packet;
		if (dump !== undefined) this.#lines.quote(indent, "all that listens there is listed", sourceOf(dump));
		for (const { at: place, socket } of near) {
			const { address, port, device, cite } = socket;
			const end = endText(address ?? (socket.family === 4 ? "0.0.0.0" : "::"), port);
			const only =
				device !== undefined
					? `, of the interface ${device} alone`
					: address === undefined && socket.family !== family && !socket.dual
						? `, for IPv${socket.family} alone`
						: "";
			const where = place === at ? "" : `in ${placeName(place)} `;
			this.#lines.quote(indent, `but ${where}${end} is listened on${only}`, sourceOf(cite));
		}
	}

	/** What the counters say of the rules, above all of the one that decides. */
	#counted(): void {
		const { drop, reject, rules_hit } = this.#answer;
		const counters = drop?.counters ?? (drop?.rule ?? reject?.rule)?.counters ?? [];
		const said = saying(counters);
		if (said !== undefined) this.#lines.add(`    ${said}`);
		if (this.#detail === "summary") return;
		const idle = rules_hit.filter((rule) => rule.counters !== undefined && most(rule.counters) === 0);
		const others = idle.filter(({ source }) => source !== (drop?.rule ?? reject?.rule)?.source);
		if (others.length > 0)
			this.#lines.add(
				`  counters: ${others.length} of the ${rules_hit.length} rules that match had counted no packet when they were saved (${places(others)})`,
			);
	}

	#reply({ answer }: Branch): void {
		if (answer === undefined) return;
		const { kind, fate } = answer;
		const { unknown } = this.#answer.reply ?? {};
		if (unknown !== undefined) {
			this.#lines.add(`  whether the answer (${kind}) comes back is not known`);
			for (const gap of unknown.gaps) this.#gap(gap, "    ");
			return;
		}
		const back = fate.type === "delivered";
		this.#lines.add(`  the answer (${kind}) ${back ? "comes back" : "does not come back"}`);
		if (!back) this.#end(fate, "    ");
	}

	/** What tcpdump saw of it. */
	#captured(): void {
		const { traffic } = this.#followed;
		const { hops, outcome } = this.#answer;
		if (traffic === undefined) return;
		const seen = hops.filter((hop) => hop.traffic?.seen !== undefined);
		const without = hops.filter((hop) => hop.traffic?.not_seen !== undefined);
		const last = seen.at(-1);
		if (last !== undefined) {
			const { time, source } = last.traffic!.seen![0]!;
			this.#lines.add(
				`  captured: seen at ${seen.length} of ${hops.length} places, last at ${hopName(last)}${time === undefined ? "" : ` at ${time}`}  `,
				["evidence", source],
			);
		}
		if (without.length > 0)
			this.#lines.add(
				`  captured, but not seen: at ${without.map(hopName).join(", ")}`,
				last === undefined ? "" : `; look between ${hopName(last)} and there`,
			);
		const { answered } = traffic;
		const contradictions = outcome === "unknown" ? [] : traffic.contradictions;
		if (answered !== undefined && !contradictions.some(({ source }) => source === answered.source))
			this.#lines.add(`  captured: ${answeredText(answered)}  `, ["evidence", answered.source]);
		for (const { text, source } of contradictions)
			this.#lines.add("  ", ["bad", "contradiction"], `: ${text}  `, ["evidence", source]);
		if (contradictions.length > 0)
			this.#lines.add(
				"    the dumps may be of another time than what was captured, or the trace is wrong here",
			);
	}

	/** The other ways that it may go. */
	#ways(): void {
		const { others = [], choices, outcome } = this.#answer;
		if (choices !== undefined && (others.length > 0 || outcome === "unknown"))
			for (const { text, taken } of choices)
				this.#lines.add("  ", ["open", "open"], `: ${text}; below: ${taken}`);
		for (const other of others) this.#lines.add("  ", ["open", "else"], `: ${inWords(other)}`);
		const takes = fitting(this.#followed.branches).filter((each) => each !== "established");
		if (outcome === "unknown" && takes.length > 0)
			this.#lines.add(`  to go on as if it were known: --assume ${takes.join(", ")}`);
	}

	#remedies({ fate, run, answer, source }: Branch): void {
		const { dst, from, src } = this.#flow;
		const anybody = isOutside(from.host) && src == null ? source : undefined;
		const about = { forth: run.forth, kernel: run.kernel, anybody };
		const what = remedies({ ...about, fate, way: run.forth, dst });
		if (answer !== undefined && answer.fate.type !== "delivered" && fate.type === "delivered")
			what.push(
				...remedies({
					...about,
					fate: answer.fate,
					way: run.back,
					dst: answer.packet.dst,
					answering: true,
				}).map((each) => `for the answer, ${each}`),
			);
		if (what.length === 0) return;
		this.#lines.add("  to change that:");
		for (const each of what) this.#lines.add(`    ${each}`);
	}

	#steps({ steps }: { readonly steps: readonly Step[] }): void {
		let place: string | undefined;
		const rounds = new Map<string, number>();
		for (const step of steps) {
			if (step.rule !== undefined) {
				const key = `${placeName(step)} ${step.text} ${step.rule.rule}`;
				const round = (rounds.get(key) ?? 0) + 1;
				rounds.set(key, round);
				if (round > MOST_ROUNDS) continue;
			}
			if (this.#detail === "summary" && !ESSENTIALS.has(step.kind)) continue;
			if (this.#detail === "normal" && DETAILS.has(step.kind)) continue;
			const here = placeName(step);
			if (here !== place) this.#lines.add(["heading", here]);
			place = here;
			const { kind, text, rule, cite, before, after, hop } = step;
			const said = rule === undefined ? text : `${text}  ${ruleText(rule.rule)}`;
			const lead = `  ${KINDS[kind].padEnd(9)} `;
			const proof = cite && this.#evidence(cite);
			const changed = before === undefined ? "" : `${before} ⇒ ${after}`;
			const line = changed === "" ? said : `${said}: ${changed}`;
			if (rule !== undefined) this.#lines.quote(lead, line, proof);
			else if (changed === "" || this.#lines.fits(`${lead}${line}`)) this.#lines.say(lead, line, proof);
			else {
				this.#lines.say(lead, said, proof);
				this.#lines.add(`            ${changed}`);
			}
			if (hop !== undefined) this.#traffic(hop);
		}
		const more = Math.max(0, ...rounds.values()) - MOST_ROUNDS;
		if (more > 0) this.#lines.add(`  … and ${more} more rounds by the same rules`);
	}

	/** Where a line stands, and what it had counted. */
	#evidence(cite: Cite): string {
		const source = sourceOf(cite);
		const counters = this.#counters.get(source) ?? [];
		if (counters.length === 0) return source;
		const [least, last] = [counters[0]!.packets, most(counters)];
		return `${source}, ${least === last ? "" : `${least} to `}${last} packet${last === 1 ? "" : "s"}`;
	}

	#traffic(hop: Hop): void {
		const told: HopTraffic | undefined = this.#followed.traffic?.hops.get(hop);
		const { seen = [], not_seen = [] } = told ?? {};
		const [first] = seen;
		if (first !== undefined) {
			const more =
				seen.length === 1 ? "" : `, and in ${seen.length - 1} more dump${seen.length === 2 ? "" : "s"}`;
			this.#lines.say("            ", `seen ${seenText(first)}`, `${first.source}${more}`);
		}
		for (const source of first === undefined ? not_seen : [])
			this.#lines.quote("            ", "captured here, but not seen", source);
	}

	#assumptions(): void {
		const { assumptions = [] } = this.#answer;
		if (assumptions.length === 0) return;
		this.#lines.add();
		this.#lines.add(["heading", "taken for granted"]);
		for (const { host, netns, text, command } of assumptions)
			this.#lines.add(
				`  ${placeName({ host, netns })}: ${text}${command === undefined ? "" : `; ${command} would tell`}`,
			);
	}
}

/** Columns of a list fall together. */
const squeezed = (text: string): string => text.replace(/\s+/g, " ");

/** A rule without what it counted, which stands behind it. */
const ruleText = (text: string): string => squeezed(text.replace(COUNTED, ""));

const sourceOf = ({ file, line }: Cite): string => `${file}:${line}`;

const hopName = ({ host, netns, iface }: Hop): string => `${placeName({ host, netns })} ${iface}`;

const most = (counters: readonly RuleCounter[]): number => counters.at(-1)?.packets ?? 0;

function saying(counters: readonly RuleCounter[]): string | undefined {
	const [first] = counters;
	const last = counters.at(-1);
	if (first === undefined || last === undefined) return undefined;
	if (last.packets === 0) {
		const unless = last.backend === "legacy" ? "" : ", unless nft made the rule, which need not count";
		return `the counters of ${last.source} are 0: no such packet had come when it was saved${unless}`;
	}
	if (first.packets === last.packets || first.rounded || last.rounded) return undefined;
	const times = last.packets - first.packets;
	return `hit ${times === 1 ? "once" : `${times} times`} between ${first.source} (${first.packets}) and ${last.source} (${last.packets})`;
}

/** `node1 INPUT 3, node2 FORWARD 1` */
function places(rules: readonly RuleAnswer[]): string {
	const some = rules.slice(0, 3).map((rule) => `${placeName(rule)} ${rule.chain} ${rule.index ?? "?"}`);
	return `${some.join(", ")}${rules.length > 3 ? " …" : ""}`;
}

/** `08:50:25.616481 10.255.0.3:56472 → 10.255.0.6:8080 [S]` */
function seenText({ time, src, dst, sport, dport, flags, packets }: SeenAt): string {
	const when = time === undefined ? "" : `${time} `;
	const what = flags === undefined ? "" : ` [${flags}]`;
	const more = packets === 1 ? "" : `, ${packets} packets`;
	return `${when}${endText(src, sport)} → ${endText(dst, dport)}${what}${more}`;
}

function deliveredText(reply: FlowAnswer["reply"]): ["good" | "open" | "bad", string] {
	if (reply === null || reply.reached_client === true) return ["good", "DELIVERED"];
	return reply.reached_client === null
		? ["open", "DELIVERED, THE ANSWER NOT KNOWN"]
		: ["bad", "DELIVERED, THE ANSWER LOST"];
}

const ANSWERS: Readonly<{ [Kind in Answered["kind"]]: string }> = {
	"syn-ack": "it was answered (SYN-ACK)",
	rst: "it was answered by a reset",
	udp: "it was answered",
	"echo-reply": "it was answered (echo reply)",
};

function answeredText({ kind, host, netns, iface, time }: Answered): string {
	return `${ANSWERS[kind]} at ${placeName({ host, netns })} ${iface}${time === undefined ? "" : ` at ${time}`}`;
}

function endOf(fate: Fate): { readonly text: string; readonly cite?: Cite } {
	const cited = (text: string, cite: Cite | undefined) => (cite === undefined ? { text } : { text, cite });
	switch (fate.type) {
		case "delivered": {
			const { packet, at, socket } = fate;
			const port = packet.randomPort ? null : packet.sport;
			const [own, sender] =
				packet.icmp === undefined
					? [endText(packet.dst, packet.dport), endText(packet.src, port)]
					: [packet.dst, packet.src];
			return cited(`it reaches ${placeName(at)} at ${own}, which sees ${sender}`, socket);
		}
		case "refused":
			return {
				text: `it reaches ${placeName(fate.at)} at ${endText(fate.packet.dst, fate.packet.dport)}, where nothing listens (${fate.by})`,
			};
		case "rejected": {
			const { rule } = fate;
			return cited(
				`rule ${rule.index ?? "?"} of ${rule.chain} (${rule.table}) on ${placeName(fate.at)} rejects it with ${fate.with}`,
				rule.cite,
			);
		}
		case "dropped":
			return cited(`${placeName(fate.at)}: ${fate.why}`, fate.cite);
		case "unreachable":
			return cited(`${placeName(fate.at)}: ${fate.why} (ICMP ${icmpText(fate.icmp)})`, fate.cite);
		case "no-route":
			return cited(`${placeName(fate.at)} does not send it (${fate.errno}): ${fate.why}`, fate.cite);
		case "unknown":
			return { text: fate.gap.text };
	}
}

/** Another way's end in one line. */
function inWords({ outcome, delivered_to, refused, drop, reject, unreachable, unknown }: FlowAnswer): string {
	const place = delivered_to ?? refused;
	if (place)
		return `${outcome} ${delivered_to ? "to" : "by"} ${placeName(place)} at ${endText(place.addr, place.port)}`;
	if (drop) return `dropped by ${placeName(drop)}: ${drop.why}`;
	if (reject)
		return `rejected by rule ${reject.rule.index ?? "?"} of ${reject.rule.chain} on ${placeName(reject.rule)}`;
	if (unreachable) return `unreachable, says ${placeName(unreachable)}`;
	return unknown === undefined ? outcome : `unknown: ${unknown.gaps.map(({ text }) => text).join("; ")}`;
}

const KINDS: Readonly<{ [Kind in Step["kind"]]: string }> = {
	send: "send",
	receive: "in",
	bridge: "bridge",
	connection: "conntrack",
	rule: "rule",
	policy: "policy",
	nat: "nat",
	mark: "mark",
	route: "route",
	ipvs: "ipvs",
	neighbour: "neighbour",
	tunnel: "tunnel",
	transmit: "out",
	deliver: "deliver",
	check: "check",
};
