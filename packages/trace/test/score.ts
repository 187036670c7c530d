import { readFileSync } from "node:fs";
import { openCapture, parseDump } from "@netfossil/capture";
import { reconstruct } from "@netfossil/topology";
import { compile, type FlowAnswer, type FlowQuestion, type Kernel, Links } from "../src/index.ts";

/** A rule of `truth.json`. */
export interface TrueRule {
	readonly host: string;
	readonly netns: string | null;
	readonly table: string;
	readonly chain: string;
	readonly index: number | null;
	readonly rule: string;
}

/** What was recorded of a flow; see the README of the fixtures. */
export interface TrueFlow extends FlowQuestion {
	readonly outcome: FlowAnswer["outcome"];
	readonly delivered_to: FlowAnswer["delivered_to"];
	readonly seen_source: FlowAnswer["seen_source"];
	readonly refused?: FlowAnswer["refused"];
	readonly reject?: { readonly with: string; readonly rule: TrueRule };
	readonly drop?: {
		readonly host: string;
		readonly netns: string | null;
		readonly reason: string;
		readonly rule?: TrueRule;
		readonly chain?: string;
	};
	readonly unreachable?: FlowAnswer["unreachable"];
	readonly no_route?: FlowAnswer["no_route"];
	readonly hops: FlowAnswer["hops"];
	/** In the order of the packet's way. */
	readonly rules_hit?: readonly TrueRule[];
	/** How often, forth and back together, where only the counters tell. */
	readonly rules_counted?: readonly (TrueRule & { readonly packets: number })[];
	/** Absent where the recorder could not see it. */
	readonly reply?: {
		readonly kind: string;
		/** Absent of errors about a packet that was changed on its way: whether a socket knows it, no wire shows. */
		readonly reached_client?: boolean;
		readonly hops: FlowAnswer["hops"];
		readonly rules_hit?: readonly TrueRule[];
	} | null;
}

export interface Truth {
	readonly backend: "nft" | "legacy";
	readonly kernel: string;
	readonly flows: readonly TrueFlow[];
}

export const truthOf = (folder: string): Truth => JSON.parse(readFileSync(`${folder}/truth.json`, "utf8"));

export async function kernelOf(folder: string): Promise<{ readonly kernel: Kernel; readonly links: Links }> {
	const { dumps, commands, passedOver } = await openCapture(folder);
	const parsed = dumps.map((dump) => parseDump(dump));
	const kernel = compile(parsed, reconstruct(parsed, commands), passedOver);
	return { kernel, links: new Links(kernel) };
}

const json = JSON.stringify;
const place = (end: FlowAnswer["delivered_to"] | undefined): string =>
	json(end && [end.host, end.netns, end.addr, end.port]);
const ruleKey = (rule: TrueRule | undefined): string =>
	json(rule && [rule.host, rule.netns, rule.table, rule.chain, rule.index]);
const path = (hops: FlowAnswer["hops"]): string =>
	hops.map(({ host, netns, iface, dir }) => json([host, netns, iface, dir])).join();
const whole = (hops: FlowAnswer["hops"]): string =>
	hops
		.map((hop) =>
			json([
				hop.host,
				hop.netns,
				hop.iface,
				hop.dir,
				hop.src,
				hop.dst,
				hop.sport ?? null,
				hop.dport ?? null,
				hop.icmp,
				hop.vlan,
				hop.inner_vlan,
				hop.vxlan,
				hop.tunnel,
			]),
		)
		.join();

/** The rules by namespace: between namespaces the recorder has another order. */
function rulesBy(rules: readonly TrueRule[], withReturns: boolean): string {
	const by = new Map<string, string[]>();
	for (const rule of rules) {
		if (!withReturns && rule.rule.endsWith("-j RETURN")) continue;
		const key = json([rule.host, rule.netns]);
		by.set(key, [...(by.get(key) ?? []), ruleKey(rule)]);
	}
	return json([...by].sort());
}

/** How often each rule is met on the way forth and back. */
function countsOf({ rules_hit, reply }: FlowAnswer): string {
	const counts = new Map<string, number>();
	for (const rule of [...rules_hit, ...(reply?.rules_hit ?? [])])
		counts.set(ruleKey(rule), (counts.get(ruleKey(rule)) ?? 0) + 1);
	return json([...counts].map(([key, count]) => `${key} ${count}`).sort());
}

/** What an answer and the truth agree on, by key; keys that the truth does not have are not asked. */
export function compared(
	truth: TrueFlow,
	answer: FlowAnswer,
	{ backend, kernel }: Truth,
): ReadonlyMap<string, boolean> {
	const same = new Map<string, boolean>();
	const right = answer.outcome === truth.outcome;
	// `nft monitor trace` of Linux 6.1 says nothing of a rule that returns.
	const withReturns = backend !== "nft" || !kernel.startsWith("6.1.");
	same.set("outcome", right);
	same.set(`outcome: ${truth.outcome}`, right);
	if (truth.delivered_to) same.set("delivered_to", place(truth.delivered_to) === place(answer.delivered_to));
	if (truth.seen_source && (truth.delivered_to || truth.refused)) {
		const { addr, port } = truth.seen_source;
		// The kernel takes a port at random where the truth has none.
		same.set(
			"seen_source",
			answer.seen_source?.addr === addr && (port === null || answer.seen_source.port === port),
		);
	}
	if (truth.refused)
		same.set(
			"refused",
			place(truth.refused) === place(answer.refused) && truth.refused.by === answer.refused?.by,
		);
	if (truth.reject)
		same.set(
			"reject",
			ruleKey(truth.reject.rule) === ruleKey(answer.reject?.rule) &&
				truth.reject.with === answer.reject?.with,
		);
	if (truth.drop) {
		// Of some drops the kernel counts only that there was one.
		const why = (drop: TrueFlow["drop"]): unknown[] =>
			truth.drop?.reason === "unknown" ? [] : [drop?.reason, ruleKey(drop?.rule), drop?.chain];
		const [was, is] = [truth.drop, answer.drop].map(
			(drop) => drop && json([drop.host, drop.netns, ...why(drop)]),
		);
		same.set("drop", was === is);
	}
	if (truth.unreachable) {
		const [was, is] = [truth.unreachable, answer.unreachable].map(
			(each) => each && json([each.host, each.netns, each.icmp, each.addr]),
		);
		same.set("unreachable", was === is);
	}
	if (truth.no_route) same.set("no_route", truth.no_route.errno === answer.no_route?.errno);
	same.set("hops", path(truth.hops) === path(answer.hops));
	same.set("hops with addresses", whole(truth.hops) === whole(answer.hops));
	if (truth.rules_hit)
		same.set("rules_hit", rulesBy(truth.rules_hit, withReturns) === rulesBy(answer.rules_hit, withReturns));
	if (truth.rules_counted)
		same.set(
			"rules_counted",
			json(truth.rules_counted.map((rule) => `${ruleKey(rule)} ${rule.packets}`).sort()) === countsOf(answer),
		);
	if (truth.reply !== undefined) same.set("reply", truth.reply?.kind === answer.reply?.kind);
	if (truth.reply) {
		const { reply } = answer;
		if (truth.reply.reached_client !== undefined)
			same.set("reply: reached_client", truth.reply.reached_client === reply?.reached_client);
		same.set("reply: hops", path(truth.reply.hops) === path(reply?.hops ?? []));
		if (truth.reply.rules_hit)
			same.set(
				"reply: rules_hit",
				rulesBy(truth.reply.rules_hit, withReturns) === rulesBy(reply?.rules_hit ?? [], withReturns),
			);
	}
	return same;
}

/** How often each key agreed. */
export class Score {
	readonly #keys = new Map<string, { agreed: number; of: number }>();
	readonly misses: string[] = [];

	add(name: string, same: ReadonlyMap<string, boolean>): void {
		for (const [key, agrees] of same) {
			const count = this.#keys.get(key) ?? { agreed: 0, of: 0 };
			this.#keys.set(key, { agreed: count.agreed + Number(agrees), of: count.of + 1 });
		}
		const wrong = [...same].flatMap(([key, agrees]) => (agrees ? [] : [key]));
		if (wrong.length > 0) this.misses.push(`${name}: ${wrong.join(", ")}`);
	}

	get flows(): number {
		return this.#keys.get("outcome")?.of ?? 0;
	}

	toString(): string {
		return [...this.#keys].map(([key, { agreed, of }]) => `${key.padEnd(24)} ${agreed} of ${of}`).join("\n");
	}
}
