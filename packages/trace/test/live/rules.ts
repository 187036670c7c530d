import type { Dice } from "./dice.ts";

/** What rules of a namespace can speak of. */
export interface World {
	readonly family: 4 | 6;
	readonly addresses: readonly string[];
	/** The addresses of the namespace itself. */
	readonly own: readonly string[];
	readonly networks: readonly string[];
	readonly interfaces: readonly string[];
	readonly macs: readonly string[];
	/** Some of them are ports of a bridge. */
	readonly bridged: boolean;
	readonly masquerades: readonly string[];
	readonly publishes: readonly string[];
}

export const PORTS = { tcp: [80, 8080, 9000, 30080], udp: [7000, 7001, 30081] } as const;

const HOOKS = {
	raw: ["PREROUTING", "OUTPUT"],
	mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
	nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
	filter: ["INPUT", "FORWARD", "OUTPUT"],
} as const;
type TableName = keyof typeof HOOKS;

/** A third packet of a handshake would be one that no question is about: it does not leave the machine. */
export const NO_ACK = "-A OUTPUT -p tcp -m tcp --tcp-flags SYN,RST,ACK ACK -j DROP";

const text = (parts: readonly string[]): string => parts.filter((part) => part !== "").join(" ");

/** `in`, `out`: whether packets have such an interface at a hook. */
const hasIn = (hook: string): boolean => /PREROUTING|INPUT|FORWARD/.test(hook);
const hasOut = (hook: string): boolean => /OUTPUT|FORWARD|POSTROUTING/.test(hook);

function address(dice: Dice, { addresses, networks, own, family }: World): string {
	const length = family === 4 ? "/32" : "/128";
	return dice.chance(0.4)
		? dice.pick(networks)
		: `${dice.pick(dice.chance(0.4) && own.length > 0 ? own : addresses)}${length}`;
}

function port(dice: Dice, protocol: "tcp" | "udp"): string {
	const one = dice.pick(PORTS[protocol]);
	return dice.pick([`${one}`, `${one}`, `${one}:${one + 500}`, "1024:65535"]);
}

const no = (dice: Dice): string => (dice.chance(0.2) ? "! " : "");

/** What narrows a rule: one to three of these. */
function matches(dice: Dice, world: World, table: TableName, hook: string, protocol: string): string[] {
	const { family, interfaces, macs, own, addresses } = world;
	const six = family === 6;
	const oneOf = (): string => {
		switch (dice.between(0, 27)) {
			case 0:
			case 1:
				return `${no(dice)}-s ${address(dice, world)}`;
			case 2:
			case 3:
				return `${no(dice)}-d ${address(dice, world)}`;
			case 4:
				if (!hasIn(hook)) return "";
				return `${no(dice)}-i ${dice.pick([...interfaces, "eth+", "lo", "br+"])}`;
			case 5:
				if (!hasOut(hook)) return "";
				return `${no(dice)}-o ${dice.pick([...interfaces, "eth+", "lo", "veth+"])}`;
			case 6:
				if (table === "raw") return "";
				return `-m conntrack ${no(dice)}--ctstate ${dice.pick(["NEW", "RELATED,ESTABLISHED", "ESTABLISHED", "INVALID", "NEW,INVALID", "DNAT", "SNAT", "UNTRACKED"])}`;
			case 7:
				if (table === "raw") return "";
				return `-m state --state ${dice.pick(["NEW", "RELATED,ESTABLISHED", "INVALID"])}`;
			case 8:
				return `-m addrtype ${no(dice)}--dst-type ${dice.pick(["LOCAL", "UNICAST", "LOCAL,UNICAST", six ? "UNREACHABLE" : "BROADCAST", six ? "UNICAST" : "BLACKHOLE"])}`;
			case 9:
				return `-m addrtype ${no(dice)}--src-type ${dice.pick(["LOCAL", "UNICAST", "ANYCAST"])}`;
			case 10: {
				const one = dice.pick(addresses);
				const [from, to] = six
					? [one.replace(/[0-9a-f]*$/, "1"), one.replace(/[0-9a-f]*$/, "ffff")]
					: [one.replace(/\d+$/, "2"), one.replace(/\d+$/, "200")];
				return `-m iprange ${no(dice)}--${dice.pick(["src", "dst"])}-range ${from}-${to}`;
			}
			case 11:
				return hook === "PREROUTING" || hook === "INPUT" || hook === "FORWARD"
					? `-m mac ${no(dice)}--mac-source ${dice.pick(macs)}`
					: "";
			case 12:
			case 13:
				return `-m mark ${no(dice)}--mark ${dice.pick(["0x0", "0x1", "0x2/0x2", "0x10/0xf0", "0x1/0x3"])}`;
			case 14:
				if (table === "raw") return "";
				return `-m connmark ${no(dice)}--mark ${dice.pick(["0x0", "0x1", "0x2/0x2", "0x10/0xf0"])}`;
			case 15:
				return `-m limit --limit ${dice.pick(["1000/sec", "500/sec"])}`;
			case 16:
				if (hook !== "OUTPUT" && hook !== "POSTROUTING") return "";
				return `-m owner ${dice.pick(["--socket-exists", "! --socket-exists"])}`;
			case 17:
				return six
					? `-m hl ${dice.pick(["--hl-eq 64", "--hl-lt 64", "--hl-gt 62"])}`
					: `-m ttl ${dice.pick(["--ttl-eq 64", "--ttl-lt 64", "--ttl-gt 62", "--ttl-eq 63"])}`;
			case 18:
				return protocol === "tcp"
					? `-m length ${no(dice)}--length ${dice.pick(["60", "40:60", "80", "0:100"])}`
					: "";
			case 19:
				return `-m comment --comment ${dice.pick(["web", '"let in, -j DROP"', "x"])}`;
			case 20:
				return dice.pick(["-m tos --tos 0x10/0x3f", "-m dscp --dscp 0x00", "-m dscp ! --dscp 0x04"]);
			case 21:
				if (table === "raw") return "";
				return dice.pick([
					`-m conntrack ${no(dice)}--ctorigdst ${dice.pick(addresses)}`,
					`-m conntrack --ctorigsrc ${address(dice, world)}`,
					`-m conntrack --ctdir ${dice.pick(["ORIGINAL", "REPLY"])}`,
					`-m conntrack --ctproto ${dice.pick(["6", "17"])}`,
					`-m conntrack ${no(dice)}--ctstatus ${dice.pick(["CONFIRMED", "SEEN_REPLY", "NONE", "ASSURED"])}`,
					`-m conntrack --ctreplsrc ${dice.pick(addresses)}`,
					`-m conntrack --ctrepldst ${address(dice, world)}`,
				]);
			case 22:
				return `-m pkttype ${no(dice)}--pkt-type ${dice.pick(["unicast", "broadcast", "multicast"])}`;
			case 23:
				if (!world.bridged) return "";
				if (hook === "FORWARD" || hook === "PREROUTING" || hook === "INPUT")
					return `-m physdev ${dice.pick(["--physdev-is-in", "! --physdev-is-in", `--physdev-in ${dice.pick(interfaces)}`, ...(hook === "FORWARD" ? ["--physdev-is-bridged", "! --physdev-is-bridged"] : [])])}`;
				return hook === "POSTROUTING" ? "-m physdev --physdev-is-bridged" : "";
			case 24:
				return hook === "PREROUTING" && (table === "raw" || table === "mangle")
					? `-m rpfilter ${dice.pick(["--invert", "--loose", "", "--validmark", "--loose --invert", "--accept-local"])}`
					: "";
			case 25:
				return dice.pick([
					"-m hashlimit --hashlimit-upto 1000/sec --hashlimit-mode srcip --hashlimit-name hl",
					"-m connlimit --connlimit-upto 100 --connlimit-mask 32",
					"-m quota --quota 100000000",
					"-m statistic --mode random --probability 0.5",
				]);
			case 26:
				if (hook === "POSTROUTING" || hook === "OUTPUT") return "-m policy --dir out --pol none";
				return hook === "FORWARD" || hook === "PREROUTING" ? "-m policy --dir in --pol none" : "";
			default:
				return dice.chance(0.5) && own.length > 0
					? `-m addrtype --dst-type LOCAL${hasIn(hook) && !hasOut(hook) ? " --limit-iface-in" : ""}`
					: "-m devgroup --src-group 0x0";
		}
	};
	const found = Array.from({ length: dice.between(0, 2) }, oneOf);
	// iptables takes each flag once.
	const flags = new Set<string>();
	return found.filter((each) => {
		const flag = /^(?:! )?(-[sdio]) /.exec(each)?.[1] ?? /^-m \S+/.exec(each)?.[0] ?? each;
		if (flags.has(flag)) return false;
		flags.add(flag);
		return true;
	});
}

function protocolPart(dice: Dice, { family }: World): readonly [string, string] {
	switch (dice.between(0, 7)) {
		case 0:
		case 1:
			return ["tcp", `-p tcp -m tcp ${no(dice)}--dport ${port(dice, "tcp")}`];
		case 2:
			return ["udp", `-p udp -m udp ${no(dice)}--dport ${port(dice, "udp")}`];
		case 3:
			return [
				"tcp",
				text(["-p tcp -m tcp", dice.pick(["--syn", "--tcp-flags SYN,ACK SYN,ACK", "--sport 80", "! --syn"])]),
			];
		case 4: {
			const protocol = dice.pick(["tcp", "udp"] as const);
			return [
				protocol,
				`-p ${protocol} -m multiport ${no(dice)}--${dice.pick(["dports", "ports", "sports"])} ${PORTS[protocol].slice(dice.between(0, 1)).join(",")}`,
			];
		}
		case 5:
			return family === 4
				? [
						"icmp",
						dice.pick([
							"-p icmp",
							"-p icmp -m icmp --icmp-type 8",
							"-p icmp -m icmp --icmp-type 3/3",
							"-p icmp -m icmp --icmp-type 0",
						]),
					]
				: [
						"icmp",
						dice.pick([
							"-p ipv6-icmp",
							"-p ipv6-icmp -m icmp6 --icmpv6-type 128",
							"-p ipv6-icmp -m icmp6 --icmpv6-type 1",
						]),
					];
		case 6:
			return ["", dice.pick(["-p udp", "! -p tcp", "-p tcp"])];
		default:
			return ["", ""];
	}
}

const MARKS = [
	"MARK --set-xmark 0x1/0xffffffff",
	"MARK --set-xmark 0x2/0x2",
	"MARK --set-xmark 0x10/0xf0",
	"MARK --set-xmark 0x3/0x0",
	"CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff",
	"CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff",
	"CONNMARK --set-xmark 0x1/0xffffffff",
	"CONNMARK --set-xmark 0x10/0xf0",
];

function ended(dice: Dice, world: World, table: TableName, hook: string, users: readonly string[]): string {
	const { family, addresses, own, networks } = world;
	if (users.length > 0 && dice.chance(0.25)) return `${dice.pick(["-j", "-j", "-g"])} ${dice.pick(users)}`;
	if (dice.chance(0.1)) return "-j RETURN";
	if (dice.chance(0.05)) return "";
	switch (table) {
		case "raw":
			return dice.pick(["-j CT --notrack", "-j DROP", "-j ACCEPT", "-j ACCEPT"]);
		case "mangle":
			if (dice.chance(0.15)) return dice.pick(["-j ACCEPT", "-j DROP"]);
			if (dice.chance(0.1))
				return family === 4
					? `-j TTL --ttl-${dice.pick(["set 64", "set 2", "dec 1", "inc 3"])}`
					: `-j HL --hl-${dice.pick(["set 64", "set 2", "dec 1"])}`;
			if (dice.chance(0.08)) return dice.pick(["-j DSCP --set-dscp 0x04", "-j TOS --set-tos 0x10/0x3f"]);
			return `-j ${dice.pick(MARKS)}`;
		case "filter":
			return dice.pick([
				"-j ACCEPT",
				"-j ACCEPT",
				"-j ACCEPT",
				"-j DROP",
				`-j REJECT --reject-with ${dice.pick(family === 4 ? ["icmp-port-unreachable", "icmp-admin-prohibited", "icmp-host-prohibited", "icmp-net-unreachable", "icmp-proto-unreachable"] : ["icmp6-port-unreachable", "icmp6-adm-prohibited", "icmp6-no-route", "icmp6-addr-unreachable"])}`,
				dice.pick(MARKS.map((mark) => `-j ${mark}`)),
			]);
		case "nat": {
			const target = dice.pick(addresses);
			const bracketed = family === 6 ? `[${target}]` : target;
			if (hook === "PREROUTING" || hook === "OUTPUT") {
				return dice.pick([
					`-j DNAT --to-destination ${target}`,
					`PORTS-j DNAT --to-destination ${bracketed}:${dice.pick([80, 7000, 8080])}`,
					`PORTS-j DNAT --to-destination ${bracketed}:${dice.pick([80, 7000, 8080])}`,
					`PORTS-j REDIRECT --to-ports ${dice.pick([80, 7000, 8080])}`,
					`NET-j NETMAP --to ${dice.pick(networks)}`,
					"-j ACCEPT",
				]);
			}
			const source = dice.pick(own.length > 0 && dice.chance(0.7) ? own : addresses);
			return hook === "INPUT"
				? `-j SNAT --to-source ${source}`
				: dice.pick([
						`-j SNAT --to-source ${source}`,
						"-j MASQUERADE",
						"-j MASQUERADE",
						"-j ACCEPT",
						`NET-j NETMAP --to ${dice.pick(networks)}`,
					]);
		}
	}
}

function rule(
	dice: Dice,
	world: World,
	table: TableName,
	hook: string,
	chain: string,
	users: readonly string[],
): string {
	const [protocol, first] = protocolPart(dice, world);
	let target = ended(dice, world, table, hook, users);
	let head = first;
	if (target.startsWith("PORTS")) {
		target = target.slice(5);
		const named = dice.pick(["tcp", "udp"] as const);
		if (protocol === "" || protocol === "icmp" || head.startsWith("!"))
			head = `-p ${named} -m ${named} --dport ${dice.pick(PORTS[named])}`;
	}
	if (target.startsWith("NET")) target = target.slice(3);
	if (target.includes("REJECT") && protocol === "tcp" && dice.chance(0.4))
		target = "-j REJECT --reject-with tcp-reset";
	const narrow = matches(dice, world, table, hook, protocol);
	// A translation of everything leaves nothing to look at.
	if (table === "nat" && /DNAT|REDIRECT|NETMAP|SNAT/.test(target) && head === "")
		narrow.push(...(narrow.some((each) => / ?-d /.test(` ${each}`)) ? [] : [`-d ${address(dice, world)}`]));
	return text([`-A ${chain}`, head, ...narrow, target]);
}

/** A whole set of rules, as iptables-restore takes it. */
export function ruleSet(dice: Dice, world: World): string {
	const wild = dice.chance(0.5);
	const lines: string[] = [];
	for (const table of ["raw", "mangle", "nat", "filter"] as const) {
		const chance = { raw: 0.3, mangle: 0.4, nat: 0.6, filter: 0.9 }[table];
		const uses = dice.chance(chance);
		if (
			!uses &&
			table !== "raw" &&
			!(table === "nat" && world.masquerades.length + world.publishes.length > 0)
		)
			continue;
		const hooks: readonly string[] = HOOKS[table];
		const rules: string[] = [];
		const heads: string[] = [];
		// A chain of one's own is only good where its targets are: it is made for one hook, and called from there.
		const users = new Map<string, string[]>();
		if (uses) {
			for (const hook of dice.some(hooks, wild ? 0.7 : 0.4)) {
				const names = Array.from({ length: dice.between(0, 2) }, (_, at) => `${hook.slice(0, 4)}-${at}`);
				users.set(hook, names);
				for (const [at, name] of names.entries()) {
					heads.push(`:${name} - [0:0]`);
					for (let count = dice.between(0, 3); count > 0; count--)
						rules.push(rule(dice, world, table, hook, name, names.slice(at + 1)));
				}
				for (let count = dice.between(1, 4); count > 0; count--)
					rules.push(rule(dice, world, table, hook, hook, names));
			}
		}
		if (table === "nat") {
			rules.push(...world.publishes.map((each) => `-A PREROUTING ${each}`));
			rules.push(
				...dice.some(world.publishes, 0.5).map((each) => `-A OUTPUT ${each.replace(/! -i \S+ /, "")}`),
			);
			rules.push(...world.masquerades.map((each) => `-A POSTROUTING ${each}`));
		}
		const strict = table === "filter" && uses && dice.chance(0.35);
		const policies = hooks.map((hook) => `:${hook} ${strict && dice.chance(0.6) ? "DROP" : "ACCEPT"} [0:0]`);
		const first: string[] = table === "raw" ? [NO_ACK] : [];
		if (strict) {
			for (const hook of hooks)
				if (dice.chance(0.8)) first.push(`-A ${hook} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`);
			for (const hook of hooks)
				if (dice.chance(0.7)) {
					const protocol = dice.pick(["tcp", "udp"] as const);
					rules.push(
						`-A ${hook} -p ${protocol} -m ${protocol} --dport ${dice.pick(PORTS[protocol])} -j ACCEPT`,
					);
				}
		}
		// Neighbours of IPv6 are asked for by packets that rules see.
		if (world.family === 6)
			for (const hook of hooks)
				for (const type of [135, 136])
					if (table !== "nat")
						first.unshift(`-A ${hook} -p ipv6-icmp -m icmp6 --icmpv6-type ${type} -j ACCEPT`);
		const inserted = rules.filter((each) => each.startsWith("-A"));
		lines.push(`*${table}`, ...policies, ...heads, ...first, ...inserted, "COMMIT");
	}
	return `${lines.join("\n")}\n`;
}

/** Only what the sender needs. */
export const least = (): string => `*raw\n:OUTPUT ACCEPT [0:0]\n${NO_ACK}\nCOMMIT\n`;
