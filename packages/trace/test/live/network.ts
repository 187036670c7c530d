import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { AGENT } from "./agent.ts";
import { Captured } from "./capture.ts";
import type { Plan, Space } from "./plan.ts";
import { least } from "./rules.ts";

/** Why no network can be built here, if so. */
export function whyNot(): string | undefined {
	if (process.platform !== "linux") return "not Linux";
	if (process.getuid?.() !== 0) return "not root";
	for (const [tool, ...words] of [
		["ip", "-V"],
		["iptables-nft-save", "-V"],
		["iptables-legacy-save", "-V"],
		["tcpdump", "--version"],
		["busybox", "true"],
		["nsenter", "--version"],
	] as const)
		if (spawnSync(tool, words).error !== undefined) return `no ${tool}`;
	const name = `nfl${process.pid}-try`;
	const made = spawnSync("ip", ["netns", "add", name], { encoding: "utf8" });
	if (made.status !== 0) return `no network namespaces: ${made.stderr.trim()}`;
	const inside = (...words: string[]) => spawnSync("ip", ["-n", name, ...words], { encoding: "utf8" });
	const veth = inside("link", "add", "name", "v0", "type", "veth", "peer", "name", "v1");
	const bridge = inside("link", "add", "name", "b0", "type", "bridge");
	spawnSync("ip", ["netns", "del", name]);
	if (veth.status !== 0) return `no veth: ${veth.stderr.trim()}`;
	return bridge.status === 0 ? undefined : `no bridge: ${bridge.stderr.trim()}`;
}

/** Lets `ip` run commands, in their order; a batch is of one family. */
function batch(space: string, commands: readonly string[]): string {
	const parts: { six: boolean; lines: string[] }[] = [];
	for (const command of commands) {
		const six = command.startsWith("-6 ");
		if (parts.at(-1)?.six !== six) parts.push({ six, lines: [] });
		parts.at(-1)!.lines.push(command.replace(/^-6 /, ""));
	}
	return parts
		.map(({ six, lines }) => {
			const words = ["-n", space, ...(six ? ["-6"] : []), "-force", "-batch", "-"];
			return spawnSync("ip", words, { encoding: "utf8", input: `${lines.join("\n")}\n` }).stderr;
		})
		.join("");
}

/** What the agent of a namespace gave for an order. */
export interface State {
	readonly counters: Readonly<Record<string, number>>;
	/** Local and remote end, as /proc/net/tcp has them. */
	readonly half: readonly { readonly local: string; readonly remote: string }[];
	/** /proc/net/nf_conntrack */
	readonly tracked: string;
}

/** A datagram that came to a socket. */
export interface Got {
	readonly addr: string;
	readonly port: number;
	readonly from: { readonly addr: string; readonly port: number };
}

/** The agent and the capture of one namespace. */
export class Post {
	readonly space: Space;
	readonly captured: Captured = new Captured();
	readonly got: Got[] = [];
	/** Names of interfaces by index. */
	links: ReadonlyMap<number, string> = new Map();
	readonly results: Map<number, string> = new Map();
	readonly #agent: ChildProcess;
	readonly #answers = new Map<number, (answer: unknown) => void>();
	#number = 0;

	constructor(space: Space, name: string) {
		this.space = space;
		const enter = [`--net=/run/netns/${name}`];
		this.#agent = spawn("ip", ["netns", "exec", name, process.execPath, "-e", AGENT], {
			stdio: ["pipe", "pipe", "ignore"],
		});
		this.#agent.stdin!.on("error", () => {});
		createInterface({ input: this.#agent.stdout! }).on("line", (line) => this.#heard(JSON.parse(line)));
		const words =
			"-i any -s 300 -y LINUX_SLL2 -w - -U --immediate-mode --time-stamp-precision=nano -Z root".split(" ");
		const dump = spawn("nsenter", [...enter, "tcpdump", ...words, "ip or ip6"], {
			stdio: ["ignore", "pipe", "ignore"],
		});
		dump.stdout!.on("data", (data: Buffer) => this.captured.push(data));
	}

	#heard(message: {
		readonly number?: number;
		readonly answer?: unknown;
		readonly got?: Got;
		readonly id?: number;
		readonly result?: string;
		readonly fault?: string;
	}): void {
		if (message.number !== undefined) this.#answers.get(message.number)?.(message.answer);
		else if (message.got !== undefined) this.got.push(message.got);
		else if (message.id !== undefined && !this.results.has(message.id))
			this.results.set(message.id, message.result ?? "");
	}

	ask<Answer>(order: string, what?: unknown): Promise<Answer> {
		const number = ++this.#number;
		return new Promise((done) => {
			this.#answers.set(number, (answer) => {
				this.#answers.delete(number);
				done(answer as Answer);
			});
			this.#agent.stdin!.write(`${JSON.stringify({ number, order, what })}\n`);
		});
	}
}

/** What ends a network, whatever becomes of us: it waits until our end of its pipe is closed, be it by our death. */
const JANITOR = `cat > /dev/null
for name; do ip netns pids "$name" | xargs -r kill -9; ip netns del "$name"; done`;

/** A network that stands: namespaces, links, rules, listeners and captures. */
export class Network {
	readonly plan: Plan;
	readonly posts: readonly Post[];
	/** What the kernel did not take of the plan. */
	readonly refused: readonly string[];
	readonly #janitor: ChildProcess;

	private constructor(plan: Plan, posts: readonly Post[], refused: readonly string[], janitor: ChildProcess) {
		this.plan = plan;
		this.posts = posts;
		this.refused = refused;
		this.#janitor = janitor;
	}

	static async build(plan: Plan): Promise<Network> {
		const names = ["sw", ...plan.spaces.map(({ id }) => id)].map((id) => realName(plan, id));
		const janitor = spawn("sh", ["-c", JANITOR, "sh", ...names], {
			stdio: ["pipe", "ignore", "ignore"],
			detached: true,
		});
		const posts: Post[] = [];
		const refused: string[] = [];
		try {
			for (const name of names) execFileSync("ip", ["netns", "add", name]);
			// IPv6 says nothing of itself, no redirect is heeded and no error held back.
			for (const name of names) run(name, QUIET);
			const tell = (space: string, errors: string): void => {
				const lines = errors.split("\n").filter((line) => line !== "" && !line.startsWith("Command failed"));
				refused.push(...lines.map((line) => `${space}: ${line}`));
			};
			const real = (command: string): string =>
				command.replaceAll(/@(\S+)/g, (_, id: string) => realName(plan, id));
			tell("sw", batch(realName(plan, "sw"), plan.switch.map(real)));
			for (const { id, ip, sysctl, rules } of plan.spaces) {
				const name = realName(plan, id);
				tell(id, batch(name, ip.map(real)));
				const keys = sysctl.map(([key, value]) => `echo ${value} > /proc/sys/${key.replaceAll(".", "/")}`);
				tell(id, run(name, keys.join("\n")));
				for (const family of [4, 6] as const) {
					const text = rules[family];
					if (text === "") continue;
					const tool = `ip${family === 6 ? "6" : ""}tables-${plan.backend}-restore`;
					const load = (input: string) =>
						spawnSync("nsenter", [`--net=/run/netns/${name}`, tool], { input, encoding: "utf8" });
					const { status, stderr } = load(text);
					if (status === 0) continue;
					refused.push(`${id}: ${tool}: ${stderr.trim().replaceAll("\n", " ")}`);
					load(least());
				}
			}
			for (const name of names) run(name, PATIENCE);
			for (const { id, late } of plan.spaces)
				if (late.length > 0) tell(id, batch(realName(plan, id), late.map(real)));
			for (const space of plan.spaces) posts.push(new Post(space, realName(plan, space.id)));
			await Promise.all(
				posts.map(async (post) => {
					post.links = new Map(await post.ask<[number, string][]>("links"));
					await post.ask("listen", post.space.listens);
					while (!post.captured.begun) await wait(10);
				}),
			);
		} catch (error) {
			janitor.stdin!.end();
			throw error;
		}
		return new Network(plan, posts, refused, janitor);
	}

	/** Saves the dumps as a report of each machine has them. */
	save(folder: string): void {
		for (const space of this.plan.spaces) {
			const { host, netns } = space;
			const root = `${folder}/${host}/sos_commands`;
			if (netns === null) {
				mkdirSync(`${root}/host`, { recursive: true });
				writeFileSync(`${root}/host/hostname`, `${host}\n`);
			}
			const { backend } = this.plan;
			const save = (six: string): string =>
				`ip${six}tables-${backend}-save -c > ${at(netns, "firewall_tables", `ip${six}tables-save_-c`)}`;
			const lines = [
				...DUMPS.map((words) => `${words} > ${at(netns, "networking", words.replaceAll(/[^\w./-]+/g, "_"))}`),
				`sysctl -a 2>/dev/null | grep -E ${JSON.stringify(KEYS)} > ${at(netns, "kernel", "sysctl_-a")}`,
				save(""),
				save("6"),
			];
			for (const part of ["networking", "firewall_tables", "kernel"])
				mkdirSync(`${root}/${part}`, { recursive: true });
			if (netns !== null) mkdirSync(`${root}/networking/namespaces/${netns}`, { recursive: true });
			// Other names of namespaces than the machine's own are no part of its world.
			const script = ["mount -t tmpfs none /run/netns", `cd ${root}`, ...lines].join("\n");
			execFileSync("ip", ["netns", "exec", realName(this.plan, space.id), "sh", "-c", script], {
				stdio: ["ignore", "ignore", "ignore"],
			});
		}
	}

	/** iptables-save -c of the namespaces that have rules. */
	counted(posts: readonly Post[], family: 4 | 6): ReadonlyMap<Post, string> {
		const ruled = posts.filter(({ space: { rules } }) => rules[family] !== "");
		const tool = `ip${family === 6 ? "6" : ""}tables-${this.plan.backend}-save`;
		const script = ruled.map(
			({ space: { id } }) => `nsenter --net=/run/netns/${realName(this.plan, id)} ${tool} -c; echo '==='`,
		);
		const text = execFileSync("sh", ["-c", script.join("\n")], {
			encoding: "utf8",
			stdio: ["ignore", "pipe", "ignore"],
		});
		const parts = text.split("===\n");
		return new Map(ruled.map((post, index) => [post, parts[index] ?? ""]));
	}

	/** Makes the namespaces forget who their neighbours are. */
	forget(): void {
		for (const { id } of this.plan.spaces)
			spawnSync("ip", ["-n", realName(this.plan, id), "neigh", "flush", "all"], { stdio: "ignore" });
	}

	async close(): Promise<void> {
		const over = new Promise((done) => this.#janitor.once("exit", done));
		this.#janitor.stdin!.end();
		await over;
	}
}

export const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const realName = ({ seed }: Plan, id: string): string => `nfl${process.pid}-${seed}-${id}`;

const run = (name: string, script: string): string =>
	script === ""
		? ""
		: spawnSync("ip", ["netns", "exec", name, "sh", "-c", script], { encoding: "utf8" }).stderr;

const at = (netns: string | null, folder: string, file: string): string =>
	netns === null ? `${folder}/${file}` : `networking/namespaces/${netns}/ip_netns_exec_${netns}_${file}`;

const DUMPS = [
	"ip -d address",
	"ip route show table all",
	"ip -4 rule list",
	"ip -6 rule list",
	"ip neigh show",
	"bridge fdb show",
	"bridge -d vlan show",
	"ss -tulnp",
];

/** What the sysctls that matter are called; a whole list is eight hundred lines. */
const KEYS =
	"(forwarding|ip_forward|rp_filter|accept_local|route_localnet|src_valid_mark|[.]arp_|proxy_arp|proxy_ndp|bridge-nf|" +
	"nonlocal|fwmark|disable_ipv6|echo_ignore|default_ttl|hop_limit|ignore_routes|hash_policy|unreachable|l3mdev|udp_early|tcp_early)";

const QUIET = `cd /proc/sys/net
for family in ipv4 ipv6; do
	for each in all default; do echo 0 > $family/conf/$each/accept_redirects; done
done
for each in all default; do
	echo 0 > ipv4/conf/$each/send_redirects
	echo 0 > ipv6/conf/$each/accept_dad
	echo 0 > ipv6/conf/$each/accept_ra
	echo 0 > ipv6/conf/$each/router_solicitations
	echo 10 > ipv6/conf/$each/mldv2_unsolicited_report_interval
done
echo 0 > ipv4/tcp_synack_retries
echo 0 > ipv4/icmp_ratelimit
echo 0 > ipv6/icmp/ratelimit
ip link set lo up`;

/** Neighbours that are not there are given up soon, and those that are there are not asked again. */
const PATIENCE = `for each in /proc/sys/net/ipv[46]/neigh/*; do
	echo 100 > $each/retrans_time_ms
	echo 3600000 > $each/base_reachable_time_ms
	echo 600 > $each/delay_first_probe_time
done`;
