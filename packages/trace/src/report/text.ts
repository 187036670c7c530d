import { visible } from "@netfossil/core";
import type { Fate } from "../fate.ts";
import { icmpText, type Step } from "../run.ts";
import { type Cite, placeName } from "../state/kernel.ts";
import type { Branch } from "../walk.ts";
import { remedies } from "./explain.ts";
import type { FlowAnswer, FlowQuestion, Followed } from "./flows.ts";
import { otherWays } from "./ways.ts";

/** How the parts of the text are to look. */
export interface TracePaint {
	readonly heading: (text: string) => string;
	readonly evidence: (text: string) => string;
	readonly good: (text: string) => string;
	readonly bad: (text: string) => string;
	readonly open: (text: string) => string;
}

export interface TraceTextOptions {
	/** `summary`: the verdict and the namespaces; `detailed`: every step, also neighbours and forwarding tables. */
	readonly detail?: "summary" | "normal" | "detailed";
	/** Say what would have to change. */
	readonly explain?: boolean;
	readonly paint?: TracePaint;
}

const same = (text: string): string => text;
const PLAIN: TracePaint = { heading: same, evidence: same, good: same, bad: same, open: same };

/** Steps that a reader seldom asks for. */
const DETAILS: ReadonlySet<Step["kind"]> = new Set(["neighbour", "bridge"]);

/** A trace for people: the verdict first, then each namespace with what it does. */
export function traceText(
	{ from, proto, dst, dport }: FlowQuestion,
	{ answer, branches }: Followed,
	options: TraceTextOptions = {},
): string {
	const { detail = "normal", explain = false, paint = PLAIN } = options;
	const lines: string[] = [];
	const [branch] = branches;
	const to = dport == null ? dst : dst.includes(":") ? `[${dst}]:${dport}` : `${dst}:${dport}`;
	const start = placeName({ host: from.host, netns: from.netns ?? null });
	lines.push(`${verdict(answer, paint)}  ${proto} from ${start} to ${to}`);
	if (answer.outcome === "unknown") lines.push(...gapLines(answer));
	else if (branch !== undefined) lines.push(...endLines(branch.fate, paint), ...answerLines(branch));
	const others = answer.others ?? [];
	if (answer.choices !== undefined && (others.length > 0 || answer.outcome === "unknown")) {
		for (const { text, taken } of answer.choices)
			lines.push(`  ${paint.open("open")}: ${text}; below: ${taken}`);
	}
	for (const other of others) lines.push(`  ${paint.open("else")}: ${inWords(other)}`);
	if (explain && branch !== undefined) {
		const what = remedies(branch.fate);
		if (what.length > 0) lines.push("  to change that:", ...what.map((each) => `    ${each}`));
	}
	if (branch !== undefined) {
		lines.push("", ...recordLines(branch.run.forth, detail, paint));
		if (branch.run.back.steps.length > 0)
			lines.push("", paint.heading("the answer"), ...recordLines(branch.run.back, detail, paint));
		for (const { choice, steps } of otherWays(branches))
			lines.push(
				"",
				paint.heading(`or else: ${choice.question.text}; below: ${choice.label}`),
				...recordLines({ steps }, detail, paint),
			);
	}
	const assumptions = answer.assumptions ?? [];
	if (assumptions.length > 0) {
		lines.push("", paint.heading("taken for granted"));
		for (const { host, netns, text, command } of assumptions)
			lines.push(
				`  ${placeName({ host, netns })}: ${text}${command === undefined ? "" : `; ${command} would tell`}`,
			);
	}
	return `${lines.map(visible).join("\n")}\n`;
}

function verdict({ outcome, reply }: FlowAnswer, paint: TracePaint): string {
	if (outcome === "delivered")
		return reply !== null && !reply.reached_client
			? paint.bad("DELIVERED, THE ANSWER LOST")
			: paint.good("DELIVERED");
	return outcome === "unknown" ? paint.open("UNKNOWN") : paint.bad("LOST");
}

function gapLines({ unknown }: FlowAnswer): string[] {
	return (unknown?.gaps ?? []).flatMap(({ text, host, netns, command }) => [
		`  not known: ${text}`,
		...(command === undefined || host === undefined
			? []
			: [`    save on ${placeName({ host, netns: netns ?? null })}: ${command}`]),
	]);
}

const citeText = ({ file, line }: Cite): string => `${file}:${line}`;

/** How it ended, with the line that says so. */
function endLines(fate: Fate, paint: TracePaint): string[] {
	const quoted = (cite: Cite | undefined): string[] =>
		cite === undefined ? [] : [`    ${cite.text}  ${paint.evidence(citeText(cite))}`];
	switch (fate.type) {
		case "delivered": {
			const { packet, at, socket } = fate;
			const seen = `${packet.dst}${end(packet.dport, packet.icmp)}, which sees ${packet.src}${end(packet.randomPort ? null : packet.sport, packet.icmp)}`;
			return [`  it reaches ${placeName(at)} at ${seen}`, ...quoted(socket)];
		}
		case "refused":
			return [
				`  it reaches ${placeName(fate.at)} at ${fate.packet.dst}${end(fate.packet.dport, undefined)}, where nothing listens (${fate.by})`,
			];
		case "rejected": {
			const { rule } = fate;
			return [
				`  rule ${rule.index ?? "?"} of ${rule.chain} (${rule.table}) on ${placeName(fate.at)} rejects it with ${fate.with}`,
				...quoted(rule.cite),
			];
		}
		case "dropped":
			return [`  ${placeName(fate.at)}: ${fate.why}`, ...quoted(fate.cite)];
		case "unreachable":
			return [`  ${placeName(fate.at)}: ${fate.why} (ICMP ${icmpText(fate.icmp)})`, ...quoted(fate.cite)];
		case "no-route":
			return [`  ${placeName(fate.at)} does not send it (${fate.errno}): ${fate.why}`, ...quoted(fate.cite)];
		case "unknown":
			return [`  ${fate.gap.text}`];
	}
}

const end = (port: number | null, icmp: unknown): string =>
	port === null || icmp !== undefined ? "" : `:${port}`;

function answerLines({ answer }: Branch): string[] {
	if (answer === undefined) return [];
	const { kind, fate } = answer;
	if (fate.type === "delivered") return [`  the answer (${kind}) comes back`];
	return [`  the answer (${kind}) does not come back`, ...endLines(fate, PLAIN).map((line) => `  ${line}`)];
}

/** Another way's end in one line. */
function inWords({ outcome, delivered_to, refused, drop, reject, unreachable, unknown }: FlowAnswer): string {
	const place = delivered_to ?? refused;
	if (place)
		return `${outcome} ${delivered_to ? "to" : "by"} ${placeName(place)} at ${place.addr}${place.port === null ? "" : `:${place.port}`}`;
	if (drop) return `dropped: ${drop.why}`;
	if (reject)
		return `rejected by rule ${reject.rule.index ?? "?"} of ${reject.rule.chain} on ${placeName(reject.rule)}`;
	if (unreachable) return `unreachable, says ${placeName(unreachable)}`;
	return unknown === undefined ? outcome : `unknown: ${unknown.gaps.map(({ text }) => text).join("; ")}`;
}

function recordLines(
	{ steps }: { readonly steps: readonly Step[] },
	detail: NonNullable<TraceTextOptions["detail"]>,
	paint: TracePaint,
): string[] {
	const lines: string[] = [];
	let place: string | undefined;
	for (const step of steps) {
		if (detail === "summary" && step.kind !== "transmit" && step.kind !== "receive" && step.kind !== "nat")
			continue;
		if (detail === "normal" && DETAILS.has(step.kind)) continue;
		const here = placeName(step);
		if (here !== place) lines.push(paint.heading(here));
		place = here;
		const { kind, text, rule, cite, before, after } = step;
		const said = rule === undefined ? text : `${text}  ${rule.rule}`;
		const changed = before === undefined ? "" : `: ${before} ⇒ ${after}`;
		const proof = cite === undefined ? "" : `  ${paint.evidence(citeText(cite))}`;
		lines.push(`  ${KINDS[kind].padEnd(9)} ${said}${changed}${proof}`);
	}
	return lines;
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
