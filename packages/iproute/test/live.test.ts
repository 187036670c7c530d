import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import {
	type BriefInterface,
	type Interface,
	type IpAddressStatement,
	parseIpAddress,
	printIpAddress,
} from "../src/index.ts";
import { addressFacts, type Facts, isSame, jsonFacts, textFacts } from "./json.ts";

/*
 * Random links of every kind that this kernel makes, with random addresses, in two namespaces of the test's own: what the
 * installed `ip` prints in each of its forms must say what its JSON says.
 */

const SECONDS = 12;
const here = `netfossil-addr-${process.pid}`;
const there = `${here}-b`;

const run = (command: string, args: readonly string[], input?: string) =>
	spawnSync(command, args, { encoding: "utf8", ...(input !== undefined && { input }) });

/** Runs commands one after the other; those that the kernel refuses are left out. */
function batch(commands: readonly string[]): void {
	run("ip", ["-n", here, "-force", "-batch", "-"], `${commands.join("\n")}\n`);
}

const canMake = process.getuid?.() === 0 && run("ip", ["netns", "add", here]).status === 0;
if (canMake) run("ip", ["netns", "add", there]);
afterAll(() => {
	if (!canMake) return;
	run("ip", ["netns", "del", here]);
	run("ip", ["netns", "del", there]);
});

/** Kinds with the least that `ip link add name X` needs to make one; `base` is a device below. */
const LEAST: Readonly<Record<string, string>> = {
	dummy: "type dummy",
	veth: "type veth peer name pp",
	bridge: "type bridge",
	vxlan: "type vxlan id 7 dstport 4789",
	vlan: "link base type vlan id 7",
	macvlan: "link base type macvlan",
	macvtap: "link base type macvtap",
	ipvlan: "link base type ipvlan",
	bond: "type bond",
	team: "type team",
	ifb: "type ifb",
	nlmon: "type nlmon",
	vcan: "type vcan",
	vrf: "type vrf table 10",
	gre: "type gre remote 10.0.0.1 local 10.0.0.2",
	gretap: "type gretap remote 10.0.0.1 local 10.0.0.2",
	ip6gre: "type ip6gre remote 2001:db8::1 local 2001:db8::2",
	ipip: "type ipip remote 10.0.0.1 local 10.0.0.2",
	sit: "type sit remote 10.0.0.1 local 10.0.0.2",
	ip6tnl: "type ip6tnl remote 2001:db8::1 local 2001:db8::2",
	vti: "type vti remote 10.0.0.1 local 10.0.0.2 key 7",
	geneve: "type geneve id 7 remote 10.0.0.1",
	wireguard: "type wireguard",
	hsr: "type hsr slave1 base slave2 pq",
	macsec: "link base type macsec",
	netkit: "type netkit",
	xfrm: "type xfrm if_id 7",
	bareudp: "type bareudp dstport 6635 ethertype mpls_uc",
};

/** What `type KIND` takes in any number; one in each group. */
const OPTIONS: Readonly<Record<string, readonly (readonly string[])[]>> = {
	bridge: [
		["stp_state 1", "stp_state 0"],
		["priority 4096"],
		["vlan_filtering 1"],
		["vlan_protocol 802.1ad"],
		["ageing_time 700"],
		["forward_delay 400", "hello_time 300", "max_age 900"],
		["mcast_snooping 0"],
		["group_fwd_mask 8"],
		["vlan_default_pvid 0", "vlan_default_pvid 5"],
		["nf_call_iptables 1"],
	],
	vxlan: [
		["remote 192.0.2.9", "remote 2001:db8::9", "group 239.1.1.1 dev base", "external"],
		["local 192.0.2.1"],
		["srcport 30000 40000"],
		["nolearning", "learning"],
		["proxy"],
		["rsc"],
		["l2miss"],
		["l3miss"],
		["ttl 9", "ttl inherit", "ttl auto"],
		["tos 8", "tos inherit"],
		["df set", "df inherit"],
		["ageing 100"],
		["maxaddress 77"],
		["gbp", "gpe"],
		["udp6zerocsumtx", "noudp6zerocsumrx"],
		["noudpcsum"],
	],
	macvlan: [
		["mode private", "mode vepa", "mode bridge", "mode passthru", "mode source"],
		["bcqueuelen 1500"],
	],
	macvtap: [["mode private", "mode vepa", "mode bridge", "mode passthru"]],
	vlan: [["protocol 802.1ad"], ["reorder_hdr off"], ["gvrp on"], ["ingress-qos-map 1:2 3:4"]],
	ipvlan: [
		["mode l2", "mode l3", "mode l3s"],
		["private", "vepa"],
	],
	bond: [["mode active-backup", "mode 802.3ad", "mode balance-xor"], ["miimon 100"]],
};

const TAPS = ["mode tun", "mode tap", "mode tap multi_queue", "mode tun pi", "mode tap vnet_hdr user root"];

const NAMES = [
	"eth0",
	"mtu",
	"dev",
	"if5",
	"1",
	"br-0123456789ab",
	'a"b',
	"<UP>",
	"{",
	"inet",
	"veth8fc6ed9",
	"ä€",
	"scope",
	"0x1f",
	"master",
	"abcdefghijklmno",
];

function kindsHere(): string[] {
	batch(["link add name base type veth peer name pq", "link set lo up"]);
	const made = Object.entries(LEAST).flatMap(([kind, least]) => {
		const name = `t-${kind}`.slice(0, 15);
		const done = run("ip", ["-n", here, "link", "add", "name", name, ...least.split(" ")]);
		run("ip", ["-n", here, "link", "del", name]);
		return done.status === 0 ? [kind] : [];
	});
	if (run("ip", ["-n", here, "tuntap", "add", "name", "t-tun", "mode", "tun"]).status === 0) made.push("tun");
	run("ip", ["-n", here, "link", "del", "t-tun"]);
	return made;
}

interface Plan {
	readonly kind: string;
	readonly name: string;
	readonly options: readonly string[];
	readonly settings: readonly string[];
	readonly addresses: readonly string[];
}

const some = (groups: readonly (readonly string[])[]): fc.Arbitrary<string[]> =>
	fc
		.tuple(...groups.map((group) => fc.constantFrom(undefined, ...group)))
		.map((each) => each.filter((one) => one !== undefined));

const settings = some([
	["up"],
	["mtu 1400", "mtu 1300"],
	["alias up-link", 'alias "to rack 7, port <5>"'],
	["group 7"],
	["txqueuelen 77", "txqueuelen 4294967295"],
	["promisc on"],
	["allmulticast on"],
	["multicast off"],
	["arp off"],
	["protodown on"],
	["addrgenmode none", "addrgenmode random"],
	["gso_max_size 30000"],
	["address 02:00:00:00:00:77"],
	["master mbr"],
	["netns-later"],
]);
const PORT = some([
	["cost 7"],
	["hairpin on"],
	["guard on"],
	["learning off"],
	["flood off"],
	["isolated on"],
	["neigh_suppress on"],
	["mcast_fast_leave on"],
	["locked on"],
]);

const addresses = fc.array(
	fc
		.tuple(
			fc.oneof(
				fc
					.tuple(fc.nat(250), fc.constantFrom("/24", "/32", "/31"))
					.map(([host, length]) => `10.9.${host}.${host + 1}${length}`),
				fc.nat(250).map((host) => `192.0.2.${host} peer 198.51.100.${host}/30`),
				fc
					.tuple(fc.nat(65535), fc.constantFrom("/64", "/128", "/96"))
					.map(([host, length]) => `2001:db8::${host.toString(16)}${length}`),
				fc.nat(250).map((host) => `fd00::${host.toString(16)} peer fd01::1/128`),
			),
			some([
				["brd +", "brd 10.9.255.255"],
				["scope link", "scope host", "scope 100"],
				["label LABEL:7"],
				["valid_lft 7000 preferred_lft 3000", "valid_lft 7000 preferred_lft 0", "preferred_lft 0"],
				["metric 115"],
				["noprefixroute"],
				["nodad"],
				["home"],
				["mngtmpaddr"],
			]),
		)
		.map(([address, more]) => {
			const isSix = address.includes("::");
			const wanted = more.filter(
				(each) => !(isSix ? /^(?:brd|label)/ : /^(?:nodad|home|mngtmpaddr)/).test(each),
			);
			return [address, ...wanted].join(" ");
		}),
	{ maxLength: 3 },
);

/** The commands that make what a plan says. */
function commandsOf(
	{ kind, name, options, settings: set, addresses: to }: Plan,
	port: readonly string[],
): string[] {
	const quoted = `'${name}'`;
	const least = kind === "veth" ? `type veth peer name '${name.slice(0, 13)}~p'` : LEAST[kind];
	const add =
		kind === "tun"
			? `tuntap add name ${quoted} ${options.join(" ")}`
			: `link add name ${quoted} ${least} ${options.join(" ")}`;
	return [
		add,
		...set.flatMap((each) => {
			if (each === "netns-later")
				return kind === "veth" ? [`link set dev '${name.slice(0, 13)}~p' netns ${there}`] : [];
			return [`link set dev ${quoted} ${each}`];
		}),
		...(set.includes("master mbr")
			? port.map((each) => `link set dev ${quoted} type bridge_slave ${each}`)
			: []),
		`link property add dev ${quoted} altname 'alt-${name}-of-many-names'`,
		...to.map((each) => `addr add ${each.replace("LABEL", name.slice(0, 13))} dev ${quoted}`),
	];
}

const outputOf = (args: string): string => run("ip", ["-n", here, ...args.split(" ")]).stdout;

/** Forms of which the JSON says the same. */
const FORMS = [
	"addr",
	"-d addr",
	"-o -d link",
	"link",
	"-d link",
	"-s link",
	"-s -s -d link",
	"-4 addr",
	"-6 addr",
	"-N addr",
	"-s -d addr",
];
/** Forms of which it is only asked that they are read whole and printed back. */
const OTHERS = ["-h -s -s link", "-h -iec -s link", "-o -s link", "-o -4 addr", "-d -br link"];

/** Numbers that move, what the text leaves out, and what it has twice: as in the differential test. */
const ELSEWHERE =
	/_timer$|_life_time$|^stats64\.|^vxlan\.(?:df|learning)$|^tun\.multi_queue$|^geneve\.df$|^(?:vxlan|geneve)\.ttl$|^link_netnsid$|pmtudisc$/;

function differences(form: string, said: Facts, json: Facts): string[] {
	const found: string[] = [];
	for (const key of new Set([...said.keys(), ...json.keys()])) {
		const [text, expected] = [said.get(key), json.get(key)];
		checked++;
		if (isSame(key, text, expected)) continue;
		if (ELSEWHERE.test(key) && (text === undefined || expected === undefined)) continue;
		// Timers start again when they are over.
		if (key.endsWith("_timer") && !Number.isNaN(Number(text))) continue;
		if (key.endsWith("_life_time") && Math.abs(Number(text) - Number(expected)) < 3) continue;
		if (key.startsWith("stats64.") && Number(text) <= Number(expected)) continue;
		found.push(
			`ip ${form}: ${String(json.get("ifname"))} ${key}: text ${String(text)}, JSON ${String(expected)}`,
		);
	}
	return found;
}

let checked = 0;

function readWhole(form: string): readonly IpAddressStatement[] {
	const text = outputOf(form);
	const { ast, diagnostics } = parseIpAddress(text);
	expect(diagnostics, form).toEqual([]);
	expect(printIpAddress(ast)).toBe(text);
	return ast.statements;
}

const linksOf = (form: string) =>
	(JSON.parse(outputOf(`-j ${form}`) || "[]") as Record<string, unknown>[]).filter(
		(each) => "ifname" in each,
	);

function checkForms(): string[] {
	const found: string[] = [];
	for (const form of FORMS) found.push(...settled(() => checkForm(form)));
	for (const form of OTHERS) readWhole(form);
	found.push(...settled(checkOneLine), ...settled(checkBrief));
	const busybox = run("ip", ["netns", "exec", here, "busybox", "ip", "addr"]);
	if (busybox.status === 0) {
		const { ast, diagnostics } = parseIpAddress(busybox.stdout);
		expect(diagnostics).toEqual([]);
		expect(printIpAddress(ast)).toBe(busybox.stdout);
	}
	return found;
}

/** A state that moves between the two runs of the tool (`tentative`, a port's `learning`) is looked at again. */
function settled(check: () => string[]): string[] {
	let found = check();
	for (let again = 0; again < 2 && found.length > 0; again++) found = check();
	return found;
}

function checkForm(form: string): string[] {
	const nodes = readWhole(form).filter((node): node is Interface => node.type === "interface");
	const links = linksOf(form.replace("-o ", ""));
	expect(nodes.length, form).toBe(links.length);
	return nodes.flatMap((node, at) => differences(form, textFacts(node), jsonFacts(links[at]!)));
}

/** `ip -o addr`: a line for each address. */
function checkOneLine(): string[] {
	const lines = readWhole("-o addr").filter((node) => node.type === "address-of-interface");
	const links = linksOf("addr");
	const expected = links.flatMap((link) =>
		((link.addr_info ?? []) as Record<string, unknown>[]).map((each) => ({ ...each, ifname: link.ifname })),
	);
	expect(lines.length).toBe(expected.length);
	return lines.flatMap(({ name, address }, at) => {
		const said = addressFacts(address).set("ifname", name.value);
		return differences("-o addr", said, new Map(Object.entries(expected[at]!)));
	});
}

/** `ip -br addr` and `ip -br link`: a line for each interface. */
function checkBrief(): string[] {
	return ["-br addr", "-br link"].flatMap((form) => {
		const lines = readWhole(form).filter((node): node is BriefInterface => node.type === "brief");
		const links = linksOf(form);
		expect(lines.length).toBe(links.length);
		return lines.flatMap(({ name, peer, state, link, flags, addresses: shown }, at) => {
			const json = links[at]!;
			const infos = (json.addr_info ?? []) as Record<string, unknown>[];
			const said = {
				ifname: name.value,
				link:
					peer?.type === "name"
						? peer.name.value
						: peer?.type === "ifindex"
							? `if${peer.index.value}`
							: undefined,
				operstate: state.value,
				address: link?.value,
				flags: flags?.join(),
				addresses: shown
					?.map(({ address, peer: other, metric }) =>
						[address.address, (other ?? address).length, metric?.value].join(),
					)
					.join(),
			};
			const expected = {
				ifname: json.ifname,
				link: json.link ?? (json.link_index === undefined ? undefined : `if${String(json.link_index)}`),
				operstate: json.operstate,
				address: json.address,
				flags: (json.flags as string[] | undefined)?.join(),
				addresses: shown && infos.map((each) => [each.local, each.prefixlen, each.metric].join()).join(),
			};
			return differences(form, new Map(Object.entries(said)), new Map(Object.entries(expected)));
		});
	});
}

it.skipIf(!canMake)(
	"what ip prints of random links and addresses says what its JSON says",
	{ timeout: 60_000 },
	() => {
		const kinds = kindsHere();
		const refused = Object.keys(LEAST).filter((kind) => !kinds.includes(kind));
		const plan = fc.tuple(fc.constantFrom(...kinds), settings, addresses).chain(([kind, set, to]) =>
			(kind === "tun" ? fc.constantFrom(...TAPS).map((each) => [each]) : some(OPTIONS[kind] ?? [])).map(
				(options) => ({
					kind,
					options,
					settings: set,
					addresses: to,
				}),
			),
		);
		const plans = fc.tuple(
			fc.array(plan, { minLength: 1, maxLength: 8 }),
			fc.shuffledSubarray(NAMES, { minLength: 8 }),
			PORT,
		);
		let runs = 0;
		let links = 0;
		fc.assert(
			fc.property(plans, ([each, names, port]) => {
				run("ip", ["-n", here, "link", "del", "base"]);
				const made = each.map((one, at) => ({ ...one, name: names[at]! }));
				batch(["link add name base type veth peer name pq", "link add name mbr type bridge"]);
				batch(made.flatMap((one) => commandsOf(one, port)));
				try {
					expect(checkForms()).toEqual([]);
					runs++;
					links += linksOf("link").length;
				} finally {
					batch([...made.map(({ name }) => `link del '${name}'`), "link del mbr", "link del base"]);
				}
			}),
			{ numRuns: 40, interruptAfterTimeLimit: SECONDS * 1000, endOnFailure: true },
		);
		console.log(
			`live: ${runs} runs, ${links} links, ${checked} facts compared; kinds ${kinds.join(" ")}; this kernel does not make ${refused.join(" ")}`,
		);
		expect(runs).toBeGreaterThan(0);
	},
);
if (!canMake)
	console.log("live: skipped, for network namespaces cannot be made here (root and iproute2 are needed)");
