import { chains, parseSave } from "@netfossil/iptables";
import type { FlowAnswer, FlowQuestion } from "../../src/index.ts";
import type { TrueFlow, TrueRule } from "../score.ts";
import { ACK, RST, type Seen, type Sighting, SYN, textOf6 } from "./capture.ts";
import { type Network, type Post, type State, wait } from "./network.ts";
import { NO_ACK } from "./rules.ts";

/** How often rules matched, forth and back together. */
export interface CountedRule extends TrueRule {
	readonly packets: number;
}

/** What a flow did, as far as the kernel could be seen doing it. */
export interface Recorded extends Omit<TrueFlow, "rules_hit" | "reply"> {
	/** Absent where other packets than the flow's went through rules meanwhile. */
	readonly rules_counted?: readonly CountedRule[];
	/** Absent where there was an answer that nobody saw. */
	readonly reply?: Omit<NonNullable<TrueFlow["reply"]>, "rules_hit"> | null;
	/** What the client was told. */
	readonly client: string | null;
}

/** A sighting where it was. */
interface Placed extends Sighting {
	readonly post: Post;
	readonly iface: string;
	readonly order: number;
}

/** Until when a neighbour that is not there has been given up. */
const LONGEST = 480;
const STEP = 15;

type Role = "forth" | "answer" | "error" | "other" | "noise";

/** Which part a packet plays: requests carry 8 bytes, answers 16. */
function roleOf(packet: Seen): Role {
	const { protocol, flags = 0, size, icmp, quoted } = packet.vxlan?.inner ?? packet;
	if (protocol === 6) {
		if ((flags & SYN) !== 0) return (flags & ACK) === 0 ? "forth" : "answer";
		return (flags & RST) !== 0 ? "answer" : "other";
	}
	if (protocol === 17) return size === 8 ? "forth" : size === 16 ? "answer" : "noise";
	if (icmp === undefined) return "noise";
	if (protocol === 58 && icmp.type >= 130) return "noise";
	if (icmp.type === 8 || icmp.type === 128) return "forth";
	if (icmp.type === 0 || icmp.type === 129) return "answer";
	if (quoted === undefined) return "noise";
	return roleOf(quoted) === "forth" ? "error" : "other";
}

type Hop = FlowAnswer["hops"][number];

interface Snapshot {
	readonly states: ReadonlyMap<Post, State>;
	readonly rules: ReadonlyMap<string, CountedRule>;
	readonly policies: ReadonlyMap<string, CountedPolicy>;
}

interface CountedPolicy {
	readonly table: string;
	readonly chain: string;
	readonly drops: boolean;
	readonly packets: number;
	readonly post: Post;
}

interface Counted {
	readonly rules: ReadonlyMap<string, CountedRule>;
	readonly policies: ReadonlyMap<string, CountedPolicy>;
}

/** What was last seen of a namespace. */
interface Known {
	readonly state: State;
	readonly 4?: Counted;
	readonly 6?: Counted;
}

/** The counters in what iptables-save -c printed. */
function tableOf(post: Post, text: string): Counted {
	const { host, netns, id } = post.space;
	const rules = new Map<string, CountedRule>();
	const policies = new Map<string, CountedPolicy>();
	for (const { name: table, chains: each } of chains(parseSave(text).ast)) {
		for (const { name, policy, head, rules: numbered } of each) {
			const chain = name?.value ?? "";
			const key = `${id} ${table} ${chain}`;
			if (policy !== undefined && head !== undefined && "counters" in head)
				policies.set(key, {
					table: String(table),
					chain,
					drops: policy.value === "DROP",
					packets: head.counters?.packets.value ?? 0,
					post,
				});
			for (const { rule, number } of numbered) {
				const line = text
					.slice(rule.start, rule.end)
					.trim()
					.replace(/^\[\d+:\d+\] /, "");
				if (line === NO_ACK) continue;
				const index = number ?? null;
				const packets = rule.counters?.packets.value ?? 0;
				rules.set(`${key} ${index}`, {
					host,
					netns,
					table: String(table),
					chain,
					index,
					rule: line,
					packets,
				});
			}
		}
	}
	return { rules, policies };
}

export class Recorder {
	readonly #network: Network;
	readonly #known = new Map<Post, Known>();
	/** How much had been seen when its counters were looked at last, and those of which family. */
	readonly #looked = new Map<Post, { readonly count: number; readonly family: 4 | 6 }>();
	readonly #stale: Readonly<Record<4 | 6, Set<Post>>>;

	constructor(network: Network) {
		this.#network = network;
		this.#stale = { 4: new Set(network.posts), 6: new Set(network.posts) };
	}

	/** Sends all flows at once, so that all who can know their neighbours. */
	async warm(): Promise<void> {
		const { posts, plan } = this.#network;
		await Promise.all(
			plan.flows.map((flow) =>
				this.#post(flow).ask("send", {
					...sent(flow),
					id: -flow.id,
					...(flow.sport != null && { sport: flow.sport - 10000 }),
				}),
			),
		);
		await wait(900);
		await Promise.all(posts.map((post) => post.ask("stop")));
		await wait(150);
	}

	#post({ from }: FlowQuestion): Post {
		return this.#network.posts.find(
			({ space }) => space.host === from.host && space.netns === (from.netns ?? null),
		)!;
	}

	/** Looks again at the counters of some namespaces; of the others they stand still. */
	async #look(posts: ReadonlySet<Post>, family: 4 | 6): Promise<void> {
		const texts = this.#network.counted([...posts], family);
		await Promise.all(
			[...posts].map(async (post) => {
				const state = await post.ask<State>("state");
				this.#known.set(post, {
					...this.#known.get(post),
					state,
					[family]: tableOf(post, texts.get(post) ?? ""),
				});
			}),
		);
	}

	#snapshot(family: 4 | 6): Snapshot {
		const states = new Map<Post, State>();
		const rules = new Map<string, CountedRule>();
		const policies = new Map<string, CountedPolicy>();
		for (const [post, { state, [family]: table }] of this.#known) {
			states.set(post, state);
			for (const [key, rule] of table?.rules ?? []) rules.set(key, rule);
			for (const [key, policy] of table?.policies ?? []) policies.set(key, policy);
		}
		return { states, rules, policies };
	}

	/** Sends one packet; another port makes it another connection. */
	async record(planned: FlowQuestion, further = 0): Promise<Recorded> {
		const flow = planned.sport == null ? planned : { ...planned, sport: planned.sport + further };
		const { posts } = this.#network;
		const client = this.#post(flow);
		const family = flow.dst.includes(":") ? 6 : 4;
		for (const post of posts) {
			this.#unseen(post);
			post.captured.sightings.length = 0;
			post.got.length = 0;
		}
		// Of what was sent since they were looked at, counters are wrong.
		await this.#look(this.#stale[family], family);
		this.#stale[family].clear();
		const before = this.#snapshot(family);
		const id = Number(flow.id) + further;
		await client.ask("send", { ...sent(flow), id });
		const end = Date.now() + LONGEST;
		let count = -1;
		let late = 0;
		for (let quiet = 0; Date.now() < end && quiet < 3; ) {
			const began = Date.now();
			await wait(STEP);
			late = Math.max(late, Date.now() - began - STEP);
			const now = posts.reduce((sum, { captured }) => sum + captured.sightings.length, 0);
			const told = client.results.has(id);
			quiet = told && now === count ? quiet + 1 : 0;
			count = now;
		}
		const touched = (): Set<Post> =>
			new Set([client, ...posts.filter(({ captured }) => captured.sightings.length > 0)]);
		// Where timers are late, captures are.
		await wait(Math.min(300, late * 3));
		await this.#look(touched(), family);
		const after = this.#snapshot(family);
		for (const post of posts) this.#looked.set(post, { count: post.captured.sightings.length, family });
		const recorded = judge(flow, client, this.#sightings(), before, after, client.results.get(id) ?? null);
		await client.ask("stop");
		await wait(flow.proto === "tcp" ? 20 : 5);
		return recorded;
	}

	/** Notes what came by since the counters were looked at, and what was of the other family. */
	#unseen(post: Post): void {
		const known = this.#looked.get(post);
		for (const [at, { packet }] of post.captured.sightings.entries())
			if (known === undefined || at >= known.count || packet.family !== known.family)
				this.#stale[packet.family].add(post);
	}

	#sightings(): Placed[] {
		const all = this.#network.posts.flatMap((post) =>
			post.captured.sightings.map((sighting, order) => ({
				...sighting,
				post,
				order,
				iface: post.links.get(sighting.ifindex) ?? `if${sighting.ifindex}`,
			})),
		);
		// A macvlan's packet keeps the time at which the device below took it, which is before it.
		const rank = ({ post }: Placed): number => Number(!post.space.macvlans);
		return all.sort((a, b) =>
			a.time === b.time ? rank(a) - rank(b) || a.order - b.order : a.time < b.time ? -1 : 1,
		);
	}
}

const sent = ({ id, proto, dst, dport, src, sport }: FlowQuestion) => ({ id, proto, dst, dport, src, sport });

function judge(
	flow: FlowQuestion,
	client: Post,
	all: readonly Placed[],
	before: Snapshot,
	after: Snapshot,
	told: string | null,
): Recorded {
	const posts = [...after.states.keys()];
	const once = withoutRepeats(all);
	const seen = once.filter((sighting) => mattersAt(sighting));
	const of = (...roles: Role[]): Placed[] => seen.filter(({ packet }) => roles.includes(roleOf(packet)));
	const forth = of("forth");
	const delta = (post: Post, ...names: string[]): number =>
		names.reduce(
			(sum, name) =>
				sum + (after.states.get(post)!.counters[name] ?? 0) - (before.states.get(post)!.counters[name] ?? 0),
			0,
		);
	const spot = ({ space: { host, netns } }: Post) => ({ host, netns });
	const six = flow.dst.includes(":");
	const counted = [...after.rules].flatMap(([key, rule]) => {
		const packets = rule.packets - (before.rules.get(key)?.packets ?? 0);
		return packets > 0 ? [{ ...rule, packets }] : [];
	});
	const policies = [...after.policies].flatMap(([key, { packets, ...rest }]) =>
		packets > (before.policies.get(key)?.packets ?? 0) ? [rest] : [],
	);
	const last = forth.at(-1);
	const base = {
		...flow,
		delivered_to: null,
		seen_source: null,
		hops: hopsOf(forth),
		client: told,
		...(once.length === all.length && isAlone(all, seen) && { rules_counted: counted }),
	};
	const answers = of("answer");
	const errors = of("error");
	const answered = replyOf(flow, client, answers, errors, delta, told);
	const reply = answered === null ? {} : { reply: answered };
	const ends = posts.flatMap((post) => endAt(flow, post, before, after, forth, answers, delta));
	const [end] = ends;
	if (end !== undefined) return { ...base, outcome: "delivered", ...end, ...reply };
	const errorsOut = six
		? ["Icmp6OutDestUnreachs", "Icmp6OutTimeExcds"]
		: ["IcmpOutDestUnreachs", "IcmpOutTimeExcds"];
	const nobody = flow.proto === "tcp" ? ["TcpOutRsts"] : [six ? "Udp6NoPorts" : "UdpNoPorts"];
	// A reset counts even where no route leads back.
	const sends = (post: Post): boolean =>
		flow.proto === "tcp"
			? delta(post, six ? "Ip6OutRequests" : "IpOutRequests") > Number(post === client)
			: delta(post, ...errorsOut) > 0;
	const closed = posts.find((post) => flow.proto !== "icmp" && delta(post, ...nobody) > 0 && sends(post));
	if (closed !== undefined) {
		const by = flow.proto === "tcp" ? "tcp-reset" : "icmp-port-unreachable";
		// Where the namespace translated the packet itself, no wire shows to what.
		const translated = counted.some(
			(rule) => rule.table === "nat" && rule.host === closed.space.host && rule.netns === closed.space.netns,
		);
		const arrived = forth.filter(({ post }) => post === closed).at(-1)?.packet;
		const inner = arrived?.vxlan?.inner ?? arrived;
		const refused =
			inner && !translated
				? { refused: { ...spot(closed), addr: inner.dst, port: inner.dport ?? null, by } }
				: {};
		return { ...base, outcome: "refused", ...refused, ...reply };
	}
	const rejected = counted.find((rule) => does(rule, /-j REJECT/));
	if (rejected !== undefined) {
		const { packets: _, ...rule } = rejected;
		return {
			...base,
			outcome: "rejected",
			reject: { with: /--reject-with (\S+)/.exec(rule.rule)?.[1] ?? "icmp-port-unreachable", rule },
			...reply,
		};
	}
	const lost = posts.find((post) => delta(post, ...errorsOut) > 0);
	if (lost !== undefined) {
		const first = errors[0]?.packet;
		const inner = first?.vxlan?.inner ?? first;
		return {
			...base,
			outcome: "unreachable",
			// What was translated before it was seen does not show who says so.
			...(inner?.icmp &&
				[...lost.space.addresses[4], ...lost.space.addresses[6], "127.0.0.1", "::1"].includes(inner.src) && {
					unreachable: { ...spot(lost), icmp: `${inner.icmp.type}/${inner.icmp.code}`, addr: inner.src },
				}),
			...reply,
		};
	}
	const left = delta(client, six ? "Ip6OutRequests" : "IpOutRequests") > 0;
	if (told !== null && /^E/.test(told) && forth.length === 0 && !left)
		return { ...base, outcome: "no-route", no_route: { errno: told }, reply: null };
	const dropping = counted.find((rule) => does(rule, /-j DROP/));
	const policy = policies.find(({ drops }) => drops);
	const where = last?.post ?? client;
	if (dropping !== undefined) {
		const { packets: _, host, netns, ...rule } = dropping;
		return {
			...base,
			outcome: "dropped",
			drop: { host, netns, reason: "rule", rule: { host, netns, ...rule } },
			reply: null,
		};
	}
	if (policy !== undefined)
		return {
			...base,
			outcome: "dropped",
			drop: { ...spot(policy.post), reason: "policy", chain: policy.chain },
			reply: null,
		};
	const silent = posts.find(
		(post) => delta(post, ...(flow.proto === "icmp" ? [six ? "Icmp6InEchos" : "IcmpInEchos"] : nobody)) > 0,
	);
	if (silent !== undefined)
		return { ...base, outcome: "dropped", drop: { ...spot(silent), reason: "no-answer" }, reply: null };
	const filtered = posts.find((post) => delta(post, "TcpExtIPReversePathFilter") > 0);
	return {
		...base,
		outcome: "dropped",
		drop: { ...spot(filtered ?? where), reason: filtered ? "rp_filter" : "unknown" },
		reply: null,
	};
}

/** What a rule does, but for what its comment says. */
const does = ({ rule }: TrueRule, target: RegExp): boolean => target.test(rule.replace(/"[^"]*"/g, ""));

/** TCP sends again what nobody answered for a second. */
function withoutRepeats(all: readonly Placed[]): readonly Placed[] {
	const [first] = all.filter(({ packet }) => roleOf(packet) === "forth");
	const again =
		first && all.find(({ time, packet }) => time > first.time + 900_000_000n && roleOf(packet) === "forth");
	return again === undefined ? all : all.filter(({ time }) => time < again.time);
}

/** A frame for another machine counts where something hangs on the interface that takes it. */
const mattersAt = ({ foreign, dir, post, iface }: Placed): boolean =>
	!foreign || dir === "out" || post.space.macvlans || (post.space.bridged && !/^(?:eth|lo)/.test(iface));

/** Whether no packets but the flow's and its answer's went through rules. */
function isAlone(all: readonly Placed[], seen: readonly Placed[]): boolean {
	const roles = new Set(seen.map(({ packet }) => roleOf(packet)));
	if (roles.has("answer") && roles.has("error")) return false;
	return !roles.has("other") && !all.some(({ packet }) => roleOf(packet) === "noise");
}

function hopsOf(sightings: readonly Placed[]): Hop[] {
	return sightings.flatMap(({ post: { space }, iface, dir, packet }) => {
		const { vxlan } = packet;
		const { src, dst, sport, dport, icmp } = vxlan?.inner ?? packet;
		const hop = (way: "in" | "out"): Hop => ({
			host: space.host,
			netns: space.netns,
			iface,
			dir: way,
			src,
			dst,
			...(icmp === undefined
				? { sport: sport ?? null, dport: dport ?? null }
				: { icmp: `${icmp.type}/${icmp.code}` }),
			...(vxlan && { vxlan: { vni: vxlan.vni, src: packet.src, dst: packet.dst } }),
		});
		// A capture on all interfaces shows a packet on loopback once.
		return iface === "lo" ? [hop("out"), hop("in")] : [hop(dir)];
	});
}

type Delta = (post: Post, ...names: string[]) => number;

/** Whether a socket, or of echoes the kernel, took the packet here; which end it has, and as whose it came. */
function endAt(
	flow: FlowQuestion,
	post: Post,
	before: Snapshot,
	after: Snapshot,
	forth: readonly Placed[],
	answers: readonly Placed[],
	delta: Delta,
): Pick<Recorded, "delivered_to" | "seen_source">[] {
	const { host, netns } = post.space;
	const end = (addr: string, port: number | null, from: { addr: string; port: number | null }) => [
		{ delivered_to: { host, netns, addr, port }, seen_source: from },
	];
	switch (flow.proto) {
		case "tcp": {
			const known = new Set(before.states.get(post)!.half.map(({ local, remote }) => local + remote));
			const fresh = after.states.get(post)!.half.find(({ local, remote }) => !known.has(local + remote));
			if (fresh === undefined) {
				// An error about its answer ends a connection before it is looked at (`tcp_req_err`), and its ends are not known.
				const [first] = answers;
				const took = first?.post === post && ((first.packet.vxlan?.inner ?? first.packet).flags ?? 0) & SYN;
				return took ? [{ delivered_to: null, seen_source: null }] : [];
			}
			const local = endOfProc(fresh.local);
			return end(local.addr, local.port, endOfProc(fresh.remote));
		}
		case "udp": {
			const [got] = post.got;
			return got === undefined ? [] : end(got.addr, got.port, got.from);
		}
		case "icmp": {
			if (delta(post, flow.dst.includes(":") ? "Icmp6InEchos" : "IcmpInEchos") === 0) return [];
			// One that is told to heed no echoes counts them all the same.
			if (
				post.space.sysctl.some(
					([key, value]) => key === (flow.dst.includes(":") ? IGNORES[6] : IGNORES[4]) && value === 1,
				)
			)
				return [];
			const ours = forth.filter((each) => each.post === post).at(-1)?.packet;
			const packet = ours?.vxlan?.inner ?? ours;
			if (packet === undefined) return [];
			// Translated here, the packet is known by its connection: `src=… dst=… type=8 code=0 id=7 src=… dst=… type=0 …`.
			const old = new Set(lines(before.states.get(post)!.tracked).map(nameOf));
			const entry = lines(after.states.get(post)!.tracked).find(
				(line) => / icmp/.test(line) && !old.has(nameOf(line)),
			);
			const ends = [...(entry?.matchAll(/(?:src|dst)=(\S+)/g) ?? [])].map(([, address]) =>
				shortened(address!),
			);
			const [, , src, dst] = ends;
			return end(src ?? packet.dst, null, { addr: dst ?? packet.src, port: null });
		}
	}
}

const IGNORES = { 4: "net.ipv4.icmp_echo_ignore_all", 6: "net.ipv6.icmp.echo_ignore_all" } as const;

const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");
const nameOf = (line: string): string => line.slice(line.indexOf("src="));

function replyOf(
	flow: FlowQuestion,
	client: Post,
	answers: readonly Placed[],
	errors: readonly Placed[],
	delta: Delta,
	told: string | null,
): NonNullable<Recorded["reply"]> | null {
	const six = flow.dst.includes(":");
	const first = answers[0]?.packet;
	const packet = first?.vxlan?.inner ?? first;
	if (packet !== undefined) {
		const isReset = packet.protocol === 6 && ((packet.flags ?? 0) & RST) !== 0;
		const kind = packet.icmp ? "echo-reply" : packet.protocol === 17 ? "udp" : isReset ? "rst" : "syn-ack";
		const reached = told === (isReset ? "ECONNREFUSED" : flow.proto === "tcp" ? "connected" : "ok");
		return { kind, reached_client: reached, hops: hopsOf(answers) };
	}
	if (errors.length === 0) return null;
	const names = six
		? ["Icmp6InDestUnreachs", "Icmp6InTimeExcds", "Icmp6InPktTooBigs"]
		: ["IcmpInDestUnreachs", "IcmpInTimeExcds"];
	const hops = hopsOf(errors);
	if (told !== null && /^E/.test(told)) return { kind: "icmp-error", reached_client: true, hops };
	const came = errors.filter(({ post }) => post === client).at(-1)?.packet.quoted;
	// About which packet it was in the end, no capture shows where the client's own machine changed it.
	const ours = came === undefined || (came.dst === flow.dst && (came.dport ?? null) === (flow.dport ?? null));
	return { kind: "icmp-error", ...(ours && { reached_client: delta(client, ...names) > 0 }), hops };
}

/** `0100007F:1F90`, `0000000000000000FFFF00000100007F:1F90`: words of the machine's own byte order. */
function endOfProc(text: string): { addr: string; port: number } {
	const [hex = "", port = ""] = text.split(":");
	const bytes = Buffer.from(hex, "hex");
	for (let at = 0; at < bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
	const mapped = hex.length === 32 && hex.startsWith("0000000000000000FFFF0000");
	const addr = hex.length === 8 || mapped ? [...bytes.subarray(-4)].join(".") : textOf6(bytes);
	return { addr, port: Number.parseInt(port, 16) };
}

/** /proc/net/nf_conntrack writes IPv6 addresses in full. */
function shortened(address: string): string {
	if (!address.includes(":")) return address;
	return textOf6(
		Buffer.from(
			address
				.split(":")
				.map((group) => group.padStart(4, "0"))
				.join(""),
			"hex",
		),
	);
}
