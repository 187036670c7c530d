import type { FlowQuestion } from "../../src/index.ts";
import { Dice } from "./dice.ts";
import { least, ruleSet } from "./rules.ts";

export interface Listener {
	readonly proto: "tcp" | "udp";
	readonly address: string;
	readonly port: number;
}

/** A network namespace. `@id` in a command stands for the name that another one has on this machine. */
export interface Space {
	readonly id: string;
	readonly host: string;
	readonly netns: string | null;
	/** Words after `ip`, in order; `late` ones when all else stands. */
	readonly ip: string[];
	readonly late: string[];
	readonly sysctl: [key: string, value: string | number][];
	readonly rules: { 4: string; 6: string };
	readonly listens: Listener[];
	readonly addresses: { readonly 4: string[]; readonly 6: string[] };
	readonly interfaces: string[];
	/** What its rules are to translate, beside what they do by chance. */
	readonly masquerades: { readonly 4: string[]; readonly 6: string[] };
	readonly publishes: { readonly 4: string[]; readonly 6: string[] };
	bridged: boolean;
	macvlans: boolean;
	routes: boolean;
}

/** A network and what is asked of it. */
export interface Plan {
	readonly seed: number;
	readonly backend: "nft" | "legacy";
	readonly spaces: readonly Space[];
	/** The commands of the namespace of switches, which no dump is of. */
	readonly switch: readonly string[];
	readonly flows: readonly FlowQuestion[];
	readonly features: readonly string[];
}

const space = (id: string, host: string, netns: string | null): Space => ({
	id,
	host,
	netns,
	ip: [],
	late: [],
	sysctl: [],
	rules: { 4: "", 6: "" },
	listens: [],
	addresses: { 4: [], 6: [] },
	interfaces: [],
	masquerades: { 4: [], 6: [] },
	publishes: { 4: [], 6: [] },
	bridged: false,
	macvlans: false,
	routes: false,
});

interface Member {
	readonly space: Space;
	readonly iface: string;
	readonly 4: string;
	readonly 6: string;
}
interface Lan {
	readonly name: string;
	/** `10.21.0`, `fd21:0:0:1:` */
	readonly four: string;
	readonly six: string;
	readonly members: Member[];
}

/** A network that somebody may have built, and might have built wrong. */
export function planNetwork(seed: number, count: number): Plan {
	const maker = new Maker(seed);
	maker.make();
	return maker.plan(count);
}

class Maker {
	readonly #seed: number;
	readonly #dice: Dice;
	readonly #spaces: Space[] = [];
	readonly #switch: string[] = [];
	readonly #lans: Lan[] = [];
	readonly #features = new Set<string>();
	readonly #macs: string[] = [];
	/** Networks behind machines: who leads there. */
	readonly #behind: { readonly net4: string; readonly net6: string; readonly host: Space }[] = [];
	readonly #extra: { 4: string[]; 6: string[] } = { 4: [], 6: [] };
	#ports = 0;

	constructor(seed: number) {
		this.#seed = seed;
		this.#dice = new Dice(seed);
	}

	#has(feature: string, chance: number): boolean {
		const taken = this.#dice.chance(chance);
		if (taken) this.#features.add(feature);
		return taken;
	}

	#mac(): string {
		const dice = this.#dice;
		const mac = [
			"02",
			...Array.from({ length: 5 }, () => dice.between(0, 255).toString(16).padStart(2, "0")),
		].join(":");
		this.#macs.push(mac);
		return mac;
	}

	#address(to: Space, iface: string, address: string, length: number, more = ""): void {
		const six = address.includes(":");
		to.ip.push(`addr add ${address}/${length} dev ${iface}${six ? " nodad" : ""}${more}`);
		to.addresses[six ? 6 : 4].push(address);
	}

	make(): void {
		const dice = this.#dice;
		const lans = dice.between(1, 3);
		for (let at = 0; at < lans; at++) {
			this.#switch.push(`link add lan${at} type bridge`, `link set lan${at} up`);
			this.#lans.push({ name: `lan${at}`, four: `10.${21 + at}.0`, six: `fd21:0:0:${at + 1}:`, members: [] });
		}
		const hosts = dice.between(2, 4);
		const routers: Space[] = [];
		for (let at = 0; at + 1 < lans || (lans === 1 && at === 0); at++) {
			const router = this.#space(`r${at}`, null);
			routers.push(router);
			for (const lan of lans === 1 ? this.#lans : this.#lans.slice(at, at + (dice.chance(0.2) ? 3 : 2)))
				this.#attach(router, lan);
			this.#forwards(router);
		}
		if (lans > 1 && this.#has("second-router", 0.3)) {
			const router = this.#space("r9", null);
			for (const lan of this.#lans.slice(0, 2)) this.#attach(router, lan);
			this.#forwards(router);
			routers.push(router);
		}
		for (let at = 0; at < hosts; at++) {
			const host = this.#space(`h${at}`, null);
			this.#attach(host, dice.pick(this.#lans));
			if (this.#has("two-uplinks", 0.3)) this.#attach(host, dice.pick(this.#lans));
			this.#odds(host);
			if (dice.chance(0.75)) this.#containers(host, at);
		}
		if (this.#has("vxlan", 0.25)) this.#overlay();
		for (const each of this.#spaces) if (each.netns === null) this.#routes(each, routers.includes(each));
		for (const each of this.#spaces) this.#policy(each);
		for (const each of this.#spaces) this.#settings(each);
		for (const each of this.#spaces) this.#listen(each);
		for (const each of this.#spaces) this.#rules(each);
	}

	#space(host: string, netns: string | null): Space {
		const made = space(netns === null ? host : `${host}-${netns}`, host, netns);
		this.#spaces.push(made);
		return made;
	}

	#forwards(host: Space): void {
		host.sysctl.push(["net.ipv4.ip_forward", 1], ["net.ipv6.conf.all.forwarding", 1]);
	}

	/** An uplink to a LAN. */
	#attach(host: Space, lan: Lan): void {
		const dice = this.#dice;
		const iface = `eth${host.interfaces.filter((each) => each.startsWith("eth")).length}`;
		const port = `p${this.#ports++}`;
		this.#switch.push(
			`link add ${port} type veth peer name ${iface} netns @${host.id}`,
			`link set ${port} master ${lan.name} up`,
		);
		host.interfaces.push(iface);
		const number = lan.members.length + 2;
		const [four, six] = [`${lan.four}.${number}`, `${lan.six}:${number.toString(16)}`];
		host.ip.push(`link set ${iface} address ${this.#mac()}`, `link set ${iface} up`);
		if (this.#has("mtu", 0.1)) host.ip.push(`link set ${iface} mtu ${dice.pick([1400, 1450, 1280])}`);
		this.#address(host, iface, four, 24, dice.chance(0.2) ? " brd +" : "");
		if (dice.chance(0.9)) this.#address(host, iface, six, 64);
		if (this.#has("secondary", 0.15)) this.#address(host, iface, `${lan.four}.${number + 100}`, 24);
		if (this.#has("second-network", 0.12))
			this.#address(host, iface, `10.5${lan.name.slice(3)}.0.${number}`, 24);
		lan.members.push({ space: host, iface, 4: four, 6: six });
	}

	/** Addresses and routes that one does not see at first. */
	#odds(host: Space): void {
		const dice = this.#dice;
		const number = host.id.slice(1);
		if (this.#has("address-on-lo", 0.2)) {
			this.#address(host, "lo", `10.88.0.${Number(number) + 1}`, 32);
			this.#behind.push({ net4: `10.88.0.${Number(number) + 1}/32`, net6: `fd88::${number}/128`, host });
		}
		if (this.#has("dummy", 0.15)) {
			host.ip.push("link add dm0 type dummy", "link set dm0 up");
			host.interfaces.push("dm0");
			this.#address(host, "dm0", `10.87.${number}.1`, 24);
			this.#extra[4].push(`10.87.${number}.7`);
		}
		if (this.#has("local-route", 0.12)) {
			host.ip.push(
				`route add local 10.86.${number}.0/24 dev lo`,
				`-6 route add local fd86:${Number(number) + 1}::/64 dev lo`,
			);
			this.#extra[4].push(`10.86.${number}.9`);
			this.#extra[6].push(`fd86:${Number(number) + 1}::9`);
			this.#behind.push({ net4: `10.86.${number}.0/24`, net6: `fd86:${Number(number) + 1}::/64`, host });
		}
		if (dice.chance(0.5)) this.#forwards(host);
	}

	#containers(host: Space, index: number): void {
		const dice = this.#dice;
		switch (dice.between(0, 6)) {
			case 0:
			case 1:
			case 2:
			case 3:
				this.#bridge(host, index, "br0", 0);
				if (this.#has("two-bridges", 0.25)) this.#bridge(host, index, "br1", 1);
				return;
			case 4:
				this.#features.add("routed-veth");
				this.#routedVeth(host, index);
				return;
			case 5:
				this.#features.add("point-to-point");
				this.#pointToPoint(host, index);
				return;
			default:
				this.#features.add("macvlan");
				this.#macvlan(host);
		}
	}

	#container(host: Space, iface: string, name: string): Space {
		const made = this.#space(host.host, name);
		made.interfaces.push("eth0");
		host.ip.push(`link add ${iface} type veth peer name eth0 netns @${made.id}`, `link set ${iface} up`);
		host.interfaces.push(iface);
		made.ip.push(`link set eth0 address ${this.#mac()}`, "link set eth0 up");
		return made;
	}

	#bridge(host: Space, index: number, bridge: string, at: number): void {
		const dice = this.#dice;
		const four = `172.${17 + index}.${at}`;
		const six = `fd17:${index + 1}:${at + 1}:`;
		host.bridged = true;
		host.ip.push(
			`link add ${bridge} type bridge`,
			`link set ${bridge} address ${this.#mac()}`,
			`link set ${bridge} up`,
		);
		host.interfaces.push(bridge);
		this.#address(host, bridge, `${four}.1`, 24);
		this.#address(host, bridge, `${six}:1`, 64);
		if (dice.chance(0.85)) this.#forwards(host);
		for (const family of [4, 6] as const) {
			const net = family === 4 ? `${four}.0/24` : `${six}:/64`;
			if (dice.chance(0.7)) host.masquerades[family].push(`-s ${net} ! -o ${bridge} -j MASQUERADE`);
		}
		const count = dice.between(1, 3);
		for (let each = 0; each < count; each++) {
			const name = `${at === 0 ? "c" : "d"}${each}`;
			const veth = `veth${at}${each}`;
			const made = this.#container(host, veth, name);
			host.ip.push(`link set ${veth} master ${bridge}`);
			if (this.#has("hairpin", 0.2)) host.ip.push(`link set ${veth} type bridge_slave hairpin on`);
			if (this.#has("isolated", 0.12)) host.ip.push(`link set ${veth} type bridge_slave isolated on`);
			this.#address(made, "eth0", `${four}.${each + 2}`, 24);
			this.#address(made, "eth0", `${six}:${each + 2}`, 64);
			if (dice.chance(0.93)) made.ip.push(`route add default via ${four}.1`);
			if (dice.chance(0.9)) made.ip.push(`-6 route add default via ${six}:1`);
			if (dice.chance(0.6)) {
				const [to4, to6] = [`${four}.${each + 2}`, `[${six}:${each + 2}]`];
				const not = dice.pick(["", `! -i ${bridge} `]);
				host.publishes[4].push(`${not}-p tcp -m tcp --dport 30080 -j DNAT --to-destination ${to4}:80`);
				if (dice.chance(0.5))
					host.publishes[6].push(`${not}-p tcp -m tcp --dport 30080 -j DNAT --to-destination ${to6}:80`);
				if (dice.chance(0.5))
					host.publishes[4].push(
						`-m addrtype --dst-type LOCAL -p udp -m udp --dport 30081 -j DNAT --to-destination ${to4}:7000`,
					);
				if (dice.chance(0.4))
					host.masquerades[4].push(`-s ${to4}/32 -d ${to4}/32 -p tcp -m tcp --dport 80 -j MASQUERADE`);
			}
		}
		if (dice.chance(0.5)) this.#behind.push({ net4: `${four}.0/24`, net6: `${six}:/64`, host });
	}

	/** As Calico has it: a route for each container, and the host answers for all of the world. */
	#routedVeth(host: Space, index: number): void {
		const dice = this.#dice;
		this.#forwards(host);
		for (let each = 0; each < dice.between(1, 2); each++) {
			const veth = `cali${each}`;
			const made = this.#container(host, veth, `c${each}`);
			const four = `10.9${index}.0.${each + 2}`;
			const six = `fd9${index}::${each + 2}`;
			this.#address(made, "eth0", four, 32);
			this.#address(made, "eth0", six, 128);
			made.ip.push("route add 169.254.1.1 dev eth0 scope link", "route add default via 169.254.1.1 dev eth0");
			host.ip.push(
				`link set ${veth} address ${this.#mac()}`,
				`route add ${four} dev ${veth} scope link`,
				`-6 route add ${six} dev ${veth}`,
			);
			if (dice.chance(0.85)) host.sysctl.push([`net.ipv4.conf.${veth}.proxy_arp`, 1]);
			host.ip.push(`addr add fe80::1/64 dev ${veth} nodad`);
			made.ip.push("-6 route add default via fe80::1 dev eth0");
			this.#behind.push({ net4: `${four}/32`, net6: `${six}/128`, host });
		}
	}

	#pointToPoint(host: Space, index: number): void {
		const made = this.#container(host, "p2p0", "c0");
		if (this.#dice.chance(0.8)) this.#forwards(host);
		this.#address(host, "p2p0", `10.7${index}.0.0`, 31);
		this.#address(made, "eth0", `10.7${index}.0.1`, 31);
		this.#address(host, "p2p0", `fd7${index}::2`, 127);
		this.#address(made, "eth0", `fd7${index}::3`, 127);
		made.ip.push(`route add default via 10.7${index}.0.0`, `-6 route add default via fd7${index}::2`);
		if (this.#dice.chance(0.6)) {
			const address = `10.6${index}.0.1`;
			this.#address(host, "p2p0", address, 32, ` peer 10.6${index}.0.2/32`);
			this.#address(made, "eth0", `10.6${index}.0.2`, 32, ` peer ${address}/32`);
		}
		this.#behind.push({ net4: `10.7${index}.0.0/31`, net6: `fd7${index}::2/127`, host });
	}

	#macvlan(host: Space): void {
		const dice = this.#dice;
		const lan = this.#lans.find(({ members }) =>
			members.some((each) => each.space === host && each.iface === "eth0"),
		);
		if (lan === undefined) return;
		host.macvlans = true;
		const mode = dice.pick(["bridge", "bridge", "private", "vepa"]);
		for (let each = 0; each < dice.between(1, 2); each++) {
			const made = this.#space(host.host, `m${each}`);
			made.interfaces.push("eth0");
			host.ip.push(
				`link add mv${each} link eth0 type macvlan mode ${mode}`,
				`link set mv${each} netns @${made.id} name eth0`,
			);
			made.ip.push(`link set eth0 address ${this.#mac()}`, "link set eth0 up");
			const number = lan.members.length + 2;
			const member = {
				space: made,
				iface: "eth0",
				4: `${lan.four}.${number}`,
				6: `${lan.six}:${number.toString(16)}`,
			};
			this.#address(made, "eth0", member[4], 24);
			this.#address(made, "eth0", member[6], 64);
			lan.members.push(member);
			const [first] = lan.members;
			if (first !== undefined && dice.chance(0.8))
				made.ip.push(`route add default via ${first[4]}`, `-6 route add default via ${first[6]}`);
		}
	}

	/** VXLAN between two machines of a LAN, each with a container on a bridge over it. */
	#overlay(): void {
		const dice = this.#dice;
		const lan = dice.pick(this.#lans);
		const ends = dice.shuffled(lan.members.filter(({ space: { netns } }) => netns === null)).slice(0, 2);
		const [one, two] = ends;
		if (one === undefined || two === undefined || one.space === two.space) return;
		const inner = dice.chance(0.5);
		for (const [at, [own, far]] of [[one, two] as const, [two, one] as const].entries()) {
			const host = own.space;
			host.ip.push(
				`link add vx42 type vxlan id 42 dstport 4789 local ${own[4]} remote ${far[4]} dev ${own.iface}`,
				"link set vx42 up",
				"link add br-ov type bridge",
				`link set br-ov address ${this.#mac()}`,
				"link set br-ov up",
				"link set vx42 master br-ov",
			);
			host.interfaces.push("vx42", "br-ov");
			host.bridged = true;
			if (inner) this.#address(host, "br-ov", `10.99.0.${at + 1}`, 24);
			const made = this.#container(host, `vethov`, "ov");
			host.ip.push("link set vethov mtu 1450", "link set vethov master br-ov");
			made.ip.push("link set eth0 mtu 1450");
			this.#address(made, "eth0", `10.99.0.${at + 11}`, 24);
			this.#address(made, "eth0", `fd99::${at + 11}`, 64);
			if (inner && dice.chance(0.7)) made.ip.push(`route add default via 10.99.0.${at + 1}`);
		}
	}

	/** The routes of a machine: by default through a router, to networks behind others through these. */
	#routes(host: Space, router: boolean): void {
		const dice = this.#dice;
		const mine = this.#lans.filter(({ members }) =>
			members.some((member) => member.space === host && /^eth/.test(member.iface)),
		);
		const gateways = mine.flatMap((lan) =>
			lan.members.filter(
				({ space: other }) => other !== host && other.id.startsWith("r") && other.netns === null,
			),
		);
		const late = host.late;
		if (gateways.length > 0 && (!router || dice.chance(0.5))) {
			const first = dice.pick(gateways);
			if (gateways.length > 1 && this.#has("multipath", 0.2)) {
				const [one, two] = dice.shuffled(gateways);
				late.push(
					`route add default nexthop via ${one![4]} nexthop via ${two![4]} weight ${dice.between(1, 3)}`,
				);
			} else if (dice.chance(0.9)) {
				const metric = dice.chance(0.2) ? ` metric ${dice.between(10, 100)}` : "";
				late.push(
					`route add default via ${first[4]}${metric}${dice.chance(0.1) ? ` src ${dice.pick(host.addresses[4])}` : ""}`,
				);
			}
			if (dice.chance(0.85)) late.push(`-6 route add default via ${first[6]}`);
		}
		for (const lan of this.#lans) {
			if (mine.includes(lan)) continue;
			const through = mine.flatMap(({ members }) =>
				members.filter(
					({ space: other }) => other.id.startsWith("r") && lan.members.some((each) => each.space === other),
				),
			);
			const [via] = dice.shuffled(through);
			const any = via ?? (router ? gateways[0] : undefined);
			if (any !== undefined && dice.chance(router ? 0.95 : 0.4))
				late.push(`route add ${lan.four}.0/24 via ${any[4]}`, `-6 route add ${lan.six}:/64 via ${any[6]}`);
		}
		for (const { net4, net6, host: owner } of this.#behind) {
			if (owner === host || !dice.chance(router ? 0.9 : 0.5)) continue;
			const beside = mine.flatMap(({ members }) => members.filter((each) => each.space === owner));
			const [via] = beside;
			if (via !== undefined)
				late.push(`route add ${net4} via ${via[4]}`, `-6 route add ${net6} via ${via[6]}`);
			else if (gateways[0] !== undefined && dice.chance(0.4))
				late.push(`route add ${net4} via ${gateways[0][4]}`);
		}
		if (this.#has("route-errors", 0.2)) {
			const kind = dice.pick(["blackhole", "unreachable", "prohibit", "throw"]);
			const target = dice.pick([
				"10.21.0.7/32",
				"10.22.0.0/25",
				"172.17.0.0/16",
				"10.88.0.0/16",
				"default metric 5000",
			]);
			late.push(`route add ${kind} ${target}`);
			if (dice.chance(0.5))
				late.push(`-6 route add ${kind} ${dice.pick(["fd17::/16", "fd21:0:0:2::/64", "fd21:0:0:1::4/128"])}`);
		}
		if (gateways[0] !== undefined && this.#has("on-link", 0.08))
			late.push(`route add 10.77.0.9 via ${gateways[0][4]} onlink dev ${dice.pick(host.interfaces)}`);
	}

	/** Rules of routing, with tables of their own. */
	#policy(host: Space): void {
		const dice = this.#dice;
		if (!this.#has("ip-rule", host.netns === null ? 0.35 : 0.1)) return;
		const gateways = this.#lans.flatMap(({ members }) => {
			const own = members.find((each) => each.space === host);
			return own === undefined
				? []
				: members.filter((each) => each.space !== host).map((each) => ({ ...each, dev: own.iface }));
		});
		for (const family of [4, 6] as const) {
			const word = family === 4 ? "" : "-6 ";
			const networks =
				family === 4 ? ["10.21.0.0/24", "172.17.0.0/16", "10.22.0.0/24"] : ["fd21:0:0:1::/64", "fd17::/16"];
			for (const table of dice.some([100, 101], 0.6)) {
				const gateway = gateways.length > 0 ? dice.pick(gateways) : undefined;
				const target = dice.chance(0.7) ? "default" : dice.pick(networks);
				host.late.push(
					gateway !== undefined && dice.chance(0.8)
						? `${word}route add ${target} via ${gateway[family]} dev ${gateway.dev} table ${table}`
						: `${word}route add ${dice.pick(["blackhole", "unreachable", "prohibit", "throw"])} ${target} table ${table}`,
				);
				if (dice.chance(0.2)) host.late.push(`${word}route add throw ${dice.pick(networks)} table ${table}`);
			}
			for (let count = dice.between(1, 3); count > 0; count--) {
				const what = dice.pick([
					"fwmark 0x1",
					"fwmark 0x2/0x2",
					`from ${dice.pick(host.addresses[family].length > 0 ? host.addresses[family] : networks)}`,
					`from ${dice.pick(networks)}`,
					`to ${dice.pick(networks)}`,
					`iif ${dice.pick(["lo", ...host.interfaces])}`,
					"ipproto tcp dport 80",
					"ipproto udp",
					`not from ${dice.pick(networks)}`,
					`from ${dice.pick(networks)} to ${dice.pick(networks)}`,
					"sport 1024-30000 ipproto tcp",
					"not fwmark 0x1",
					`oif ${dice.pick(host.interfaces)}`,
					"tos 0x10",
				]);
				const action = dice.pick([
					"lookup 100",
					"lookup 100",
					"lookup 101",
					"lookup 101",
					"prohibit",
					"unreachable",
					"blackhole",
					"lookup main suppress_prefixlength 0",
					"goto 32766",
				]);
				host.late.push(`${word}rule add pref ${dice.between(90, 400) * 10 + count} ${what} ${action}`);
			}
			if (dice.chance(0.08))
				host.late.push(`${word}rule add pref 150 lookup local`, `${word}rule del pref 0 lookup local`);
		}
	}

	#settings(host: Space): void {
		const dice = this.#dice;
		const set = (key: string, value: string | number, chance: number): void => {
			if (dice.chance(chance)) {
				host.sysctl.push([key, value]);
				this.#features.add(key.slice(key.lastIndexOf(".") + 1));
			}
		};
		const iface = (): string => dice.pick(["all", "all", ...host.interfaces]);
		set(`net.ipv4.conf.${iface()}.rp_filter`, 1, 0.2);
		set(`net.ipv4.conf.${iface()}.rp_filter`, 2, 0.15);
		set(`net.ipv4.conf.${dice.pick(host.interfaces)}.rp_filter`, 1, 0.15);
		set(`net.ipv4.conf.${dice.pick(host.interfaces)}.forwarding`, dice.pick([0, 1]), 0.12);
		set(`net.ipv4.conf.${iface()}.accept_local`, 1, 0.1);
		set(`net.ipv4.conf.${iface()}.route_localnet`, 1, 0.1);
		set(`net.ipv4.conf.${iface()}.src_valid_mark`, 1, 0.1);
		set(`net.ipv4.conf.${iface()}.arp_ignore`, dice.pick([1, 2, 3, 8]), 0.12);
		set(`net.ipv4.conf.${iface()}.arp_filter`, 1, 0.06);
		set(`net.ipv4.conf.${iface()}.arp_announce`, dice.pick([1, 2]), 0.1);
		set(`net.ipv4.conf.${dice.pick(host.interfaces)}.proxy_arp`, 1, 0.08);
		set("net.ipv4.icmp_echo_ignore_all", 1, 0.04);
		set("net.ipv4.ip_nonlocal_bind", 1, 0.04);
		set("net.ipv4.fwmark_reflect", 1, 0.08);
		set("net.ipv4.tcp_fwmark_accept", 1, 0.05);
		set("net.ipv6.fwmark_reflect", 1, 0.05);
		set("net.ipv4.ip_default_ttl", dice.pick([2, 3, 128]), 0.05);
		set(`net.ipv6.conf.${dice.pick(host.interfaces)}.disable_ipv6`, 1, 0.04);
		set(`net.ipv6.conf.${dice.pick(host.interfaces)}.hop_limit`, dice.pick([2, 30]), 0.04);
		set("net.ipv6.conf.all.forwarding", dice.pick([0, 1]), 0.08);
		set("net.ipv6.icmp.echo_ignore_all", 1, 0.03);
		if (host.bridged) {
			set("net.bridge.bridge-nf-call-iptables", dice.pick([0, 1]), 0.6);
			set("net.bridge.bridge-nf-call-ip6tables", dice.pick([0, 1]), 0.6);
		}
	}

	#listen(host: Space): void {
		const dice = this.#dice;
		const all = [...host.addresses[4], ...host.addresses[6], "127.0.0.1", "::1"];
		if (dice.chance(0.8))
			host.listens.push({ proto: "tcp", address: dice.chance(0.8) ? "::" : "0.0.0.0", port: 80 });
		for (const address of dice.some(all, 0.5)) host.listens.push({ proto: "tcp", address, port: 8080 });
		for (const address of dice.some(all, 0.85)) host.listens.push({ proto: "udp", address, port: 7000 });
		for (const address of dice.some(all, 0.3)) host.listens.push({ proto: "udp", address, port: 7001 });
	}

	#rules(host: Space): void {
		const dice = this.#dice;
		const all = {
			4: this.#spaces.flatMap(({ addresses }) => addresses[4]),
			6: this.#spaces.flatMap(({ addresses }) => addresses[6]),
		};
		const level = dice.next();
		for (const family of [4, 6] as const) {
			const masquerades = host.masquerades[family];
			const publishes = host.publishes[family];
			if (level < 0.12 && masquerades.length === 0 && publishes.length === 0) continue;
			if (level < 0.5 && masquerades.length === 0 && publishes.length === 0) {
				host.rules[family] = least();
				continue;
			}
			const networks =
				family === 4
					? ["10.21.0.0/24", "10.22.0.0/24", "172.17.0.0/16", "10.0.0.0/8", "172.18.0.0/24", "127.0.0.0/8"]
					: ["fd21:0:0:1::/64", "fd21:0:0:2::/64", "fd17::/16", "fd00::/8"];
			host.rules[family] = ruleSet(dice, {
				family,
				addresses: all[family],
				own: host.addresses[family],
				networks,
				interfaces: host.interfaces,
				macs: this.#macs,
				bridged: host.bridged,
				masquerades,
				publishes,
			});
		}
	}

	plan(count: number): Plan {
		const dice = this.#dice;
		const flows: FlowQuestion[] = [];
		const all = (family: 4 | 6): string[] => this.#spaces.flatMap(({ addresses }) => addresses[family]);
		for (let id = 1; id <= count; id++) {
			const from = dice.pick(this.#spaces);
			const family = dice.chance(0.72) ? 4 : 6;
			const proto = dice.pick(["tcp", "tcp", "udp", "udp", "icmp"] as const);
			// Without its rule, a namespace would send the third packet of a handshake.
			const bare = from.rules[family] === "";
			const kind = proto === "tcp" && bare ? "udp" : proto;
			const odd =
				family === 4
					? ["127.0.0.1", "10.21.0.250", "10.200.0.1", "10.77.0.9", ...this.#extra[4]]
					: ["::1", "fd21:0:0:1::250", "fd77::1", ...this.#extra[6]];
			const published = this.#spaces.filter(({ publishes }) => publishes[family].length > 0);
			const fits = dice.chance(0.25) && published.length > 0;
			const target = fits ? dice.pick(published).addresses[family] : all(family);
			const dst = dice.chance(0.9) && target.length > 0 ? dice.pick(target) : dice.pick(odd);
			const port =
				kind === "tcp"
					? dice.pick(fits ? [30080] : [80, 80, 80, 8080, 9000, 30080])
					: dice.pick(fits ? [30081] : [7000, 7000, 7000, 7001, 30081, 9999]);
			const own = from.addresses[family];
			const src = own.length > 0 && dice.chance(0.15) ? dice.pick(own) : null;
			flows.push({
				id,
				from: { host: from.host, netns: from.netns },
				proto: kind,
				dst,
				dport: kind === "icmp" ? null : port,
				src,
				sport: kind === "icmp" ? null : 20000 + id,
			});
		}
		return {
			seed: this.#seed,
			backend: this.#seed % 2 === 0 ? "nft" : "legacy",
			spaces: this.#spaces,
			switch: this.#switch,
			flows,
			features: [...this.#features].sort(),
		};
	}
}
