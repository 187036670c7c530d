import { execFileSync } from "node:child_process";
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as docker from "@netfossil/docker/testing";
import * as iproute from "@netfossil/iproute/testing";
import * as iptables from "@netfossil/iptables/testing";
import * as ipvsadm from "@netfossil/ipvsadm/testing";
import * as kernel from "@netfossil/kernel/testing";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
	type Capture,
	captureOfFiles,
	type Kind,
	type KindName,
	kindOf,
	openCapture,
	parseDump,
} from "../src/index.ts";
import { tarOf } from "./tar.ts";

const ADDRESS = "1: lo: <LOOPBACK,UP> mtu 65536 qdisc noqueue\n    inet 127.0.0.1/8 scope host lo\n";
const ROUTE = "default via 10.0.0.1 dev eth0\n";

const fixtures = new URL("../../../fixtures/captures/", import.meta.url).pathname;

const filesOf = (files: Readonly<Record<string, string>>): Capture =>
	captureOfFiles(
		"t",
		Object.entries(files).map(([path, text]) => ({ path, text })),
	);

function rows({ dumps }: Capture): string[] {
	return dumps.map(({ id, kind, scope: { host, place } }) => {
		const at = place.type === "host" ? "" : ` ${place.type === "netns" ? place.name : place.id}`;
		return `${id} ${kind} ${host}${at}`;
	});
}

const manifestOf = (commands: readonly object[]): string =>
	JSON.stringify({
		start_time: "2026-11-21 00:18:17.046003",
		components: { report: { plugins: { networking: { commands } } } },
	});

describe("a sosreport", () => {
	it("is read by its manifest: commands, places, what failed or is a part", () => {
		const capture = filesOf({
			"r/sos_reports/manifest.json": manifestOf([
				{
					exec: "ip netns exec a_b ip address show",
					filepath: "sos_commands/networking/odd.1",
					return_code: 0,
				},
				{
					exec: "ip route show table all",
					filepath: "sos_commands/networking/ip_r",
					return_code: 1,
					truncated: true,
					start_time: "2026-11-21 00:19:00",
				},
				{ exec: "plotnetcfg", filepath: null, return_code: 127 },
			]),
			"r/sos_commands/networking/odd.1": ADDRESS,
			"r/sos_commands/networking/ip_r": ROUTE,
			"r/sos_commands/host/hostname": "node1\n",
		});
		expect(rows(capture)).toEqual([
			"r/sos_commands/networking/odd.1 ip-address node1 a_b",
			"r/sos_commands/networking/ip_r ip-route node1",
		]);
		const [odd, route] = capture.dumps;
		expect(odd).toMatchObject({
			command: "ip netns exec a_b ip address show",
			time: "2026-11-21 00:18:17.046003",
		});
		expect(odd).not.toHaveProperty("flaws");
		expect(odd?.reasons.map(({ text }) => text)).toContain(
			'the command "ip netns exec a_b" says so, by r/sos_reports/manifest.json',
		);
		expect(route?.time).toBe("2026-11-21 00:19:00");
		expect(route?.flaws?.map(({ type }) => type)).toEqual(["truncated", "failed"]);
		expect(capture.passedOver.filter(({ used }) => used).map(({ what }) => what)).toEqual([
			"the manifest of a report",
			"the name of a host",
		]);
	});

	it("knows what printed nothing by its manifest; without one an empty file tells nothing", () => {
		const command = (exec: string, filepath: string, more: object = {}): object => ({
			exec,
			filepath: `sos_commands/networking/${filepath}`,
			return_code: 0,
			...more,
		});
		const texts = {
			"r/sos_commands/networking/a": "",
			"r/sos_commands/networking/b": "",
			"r/sos_commands/networking/c": "",
			"r/sos_commands/networking/d": "",
			"r/sos_commands/host/hostname": "node1\n",
		};
		const capture = filesOf({
			...texts,
			"r/sos_reports/manifest.json": manifestOf([
				command("bridge -s -s -d link show", "a"),
				command("ip netns exec red ip neigh", "b", { return_code: 1 }),
				command("ip netns", "c", { truncated: true }),
				command("nft list ruleset", "d"),
				command("ip rule", "absent"),
			]),
		});
		const file = "r/sos_reports/manifest.json";
		expect(capture.silent).toEqual([
			{
				scope: { host: "node1", place: { type: "host" } },
				kind: "bridge-link",
				command: "bridge -s -s -d link show",
				file,
				returnCode: 0,
			},
			{
				scope: { host: "node1", place: { type: "netns", name: "red" } },
				kind: "ip-neigh",
				command: "ip netns exec red ip neigh",
				file,
				returnCode: 1,
			},
		]);
		expect(filesOf(texts).silent).toEqual([]);
	});

	it("is read without a manifest, or with a damaged one, of which is told", () => {
		const capture = filesOf({
			"r/sos_reports/manifest.json": "{ broken",
			"r/sos_commands/networking/ip_netns_exec_a_b_ip_address_show": ADDRESS,
			"r/sos_commands/networking/namespaces/c_d/ip_netns_exec_c_d_ip_-d_address_show": ADDRESS,
		});
		expect(rows(capture)).toEqual([
			"r/sos_commands/networking/ip_netns_exec_a_b_ip_address_show ip-address r a_b",
			"r/sos_commands/networking/namespaces/c_d/ip_netns_exec_c_d_ip_-d_address_show ip-address r c_d",
		]);
		expect(capture.problems).toMatchObject([{ file: "r/sos_reports/manifest.json" }]);
	});

	it("says of a command and lines that disagree what each says", () => {
		const { dumps } = filesOf({
			"r/sos_reports/manifest.json": manifestOf([
				{ exec: "ipvsadm -Ln", filepath: "sos_commands/networking/ip_a", return_code: 0 },
			]),
			"r/sos_commands/networking/ip_a": ROUTE,
		});
		expect(dumps[0]?.kind).toBe("ip-route");
		expect(dumps[0]?.reasons.slice(0, 2).map(({ text }) => text)).toEqual([
			'the command "ipvsadm -Ln" prints ipvsadm-list, but the lines look like ip-route',
			'the file name "ip_a" prints ip-address, but the lines look like ip-route',
		]);
	});

	it("has links at its root, of which git and zip make texts: none is counted twice", () => {
		const { dumps, passedOver } = filesOf({
			"r/ip_addr": "sos_commands/networking/ip_-o_addr",
			"r/hostname": "sos_commands/host/hostname\n",
			"r/sos_commands/networking/ip_-o_addr": "1: lo    inet 127.0.0.1/8 scope host lo\n",
			"r/sos_commands/host/hostname": "node1\n",
		});
		expect(dumps.map(({ id, scope }) => `${id} ${scope.host}`)).toEqual([
			"r/sos_commands/networking/ip_-o_addr node1",
		]);
		expect(passedOver.map(({ what }) => what)).toEqual([
			"a link to r/sos_commands/networking/ip_-o_addr, as a text",
			"a link to r/sos_commands/host/hostname, as a text",
			"the name of a host",
		]);
	});

	it("names the host by its folder where nothing else does", () => {
		const file = "sos_commands/networking/ip_a";
		expect(
			rows(
				filesOf({
					[`sosreport-web-1-2026-11-21-aqamhkn/${file}`]: ADDRESS,
					[`sosreport-web2.20261121093000/${file}`]: ADDRESS,
					[`sosreport-host0-2026-11-21-aqamhkn-obfuscated/${file}`]: ADDRESS,
				}),
			).map((row) => row.split(" ").at(-1)),
		).toEqual(["web-1", "web2", "host0"]);
	});

	it("tells of its host: kernel, ids and time; uname names it where no file hostname does", () => {
		const { hosts, dumps } = filesOf({
			"r/sos_commands/kernel/uname_-a": "Linux node7 6.1.176 #1 SMP x86_64 GNU/Linux\n",
			"r/etc/machine-id": "f9a1477e7b804398a25d3710d4e796ba\n",
			"r/proc/sys/kernel/random/boot_id": "15de925f-b9f2-401a-8217-e398059f936a\n",
			"r/sos_commands/date/date": "Sat Nov 21 00:18:31 UTC 2026\n",
			"r/sos_commands/networking/ip_a": ADDRESS,
		});
		expect(hosts).toEqual([
			{
				name: "node7",
				machineId: "f9a1477e7b804398a25d3710d4e796ba",
				bootId: "15de925f-b9f2-401a-8217-e398059f936a",
				kernel: "6.1.176",
				time: "Sat Nov 21 00:18:31 UTC 2026",
				file: "r/sos_commands/kernel/uname_-a",
			},
		]);
		expect(dumps[0]).toMatchObject({ scope: { host: "node7" }, time: "Sat Nov 21 00:18:31 UTC 2026" });
	});
});

describe("two hosts of one name", () => {
	const report = (folder: string, id: string, date: string): Record<string, string> => ({
		[`${folder}/etc/machine-id`]: `${id.repeat(32)}\n`,
		[`${folder}/sos_commands/host/hostname`]: "node1\n",
		[`${folder}/sos_commands/date/date`]: `${date}\n`,
		[`${folder}/sos_commands/networking/ip_a`]: ADDRESS,
	});

	it("are kept apart by their machine ids, and it is said", () => {
		const capture = filesOf({ ...report("a", "1", "00:00:01"), ...report("b", "2", "00:00:02") });
		expect(capture.dumps.map(({ scope }) => scope.host)).toEqual(["node1~11111111", "node1~22222222"]);
		expect(capture.problems.map(({ message }) => message)).toEqual([
			"2 hosts are called node1; they are kept apart by their machine ids",
		]);
	});

	it("are one when their ids are; of two reports it is said", () => {
		const capture = filesOf({ ...report("a", "1", "00:00:01"), ...report("b", "1", "00:00:02") });
		expect(capture.dumps.map(({ scope }) => scope.host)).toEqual(["node1", "node1"]);
		expect(capture.problems.map(({ message }) => message)).toEqual([
			"node1 was saved 2 times (00:00:01; 00:00:02); all of it is taken for one host",
		]);
	});

	it("are one when the other was saved by hand beside the report, without a word", () => {
		const capture = filesOf({
			...report("sos", "1", "00:00:01"),
			"saved/hostname": "node1\n",
			"saved/netns/red/ip_a": ADDRESS,
		});
		expect(capture.dumps.map(({ scope }) => scope.host)).toEqual(["node1", "node1"]);
		expect(capture.problems).toEqual([]);
	});

	it("are one in two plain folders, and it is said where both hold the same file", () => {
		const saved = (folder: string, file: string): Record<string, string> => ({
			[`${folder}/hostname`]: "node1\n",
			[`${folder}/${file}`]: ADDRESS,
		});
		const again = filesOf({ ...saved("monday/node1", "ip_a"), ...saved("friday/node1", "ip_a") });
		expect(again.problems.map(({ message }) => message)).toEqual([
			"node1 was saved 2 times; all of it is taken for one host",
		]);
		// One folder completes the other.
		const parts = filesOf({ ...saved("tools/node1", "ip_a"), ...saved("more/node1", "netns/red/ip_a") });
		expect(parts.problems).toEqual([]);
	});

	it("are one by their folder and machine id too, and two folders of one id may be clones", () => {
		const saved = (folder: string): Record<string, string> => ({
			[`${folder}/etc/machine-id`]: `${"1".repeat(32)}\n`,
			[`${folder}/ip_a`]: ADDRESS,
		});
		const messagesOf = (...folders: string[]): string[] =>
			filesOf(Object.assign({}, ...folders.map(saved))).problems.map(({ message }) => message);
		expect(messagesOf("monday/node1", "friday/node1")).toEqual([
			"node1 was saved 2 times; all of it is taken for one host",
		]);
		expect(messagesOf("node1", "node2")).toEqual([
			"node1 and node2 have one machine id, 11111111…: clones, or one machine that was renamed; they are kept as 2 hosts",
		]);
	});
});

describe("folders saved by hand", () => {
	it.each([
		["node1/ns/red/ip_a.txt", "node1 red"],
		["node1/saved/host/ip_a.txt", "node1"],
		["node1/saved/ns/1-sh0h7as3pr/ip_a.txt", "node1 1-sh0h7as3pr"],
		["node1/host/ip_a.txt", "node1"],
		["node1/tcpdump/live/ingress_sbox.eth0.ip_a.txt", "node1 ingress_sbox"],
		["dumps-of-may/node1-ip_a.txt", "node1"],
		["x/node1-ip-a.log", "node1"],
		["x/manager1_ns_1-sh0h7as3pr_ip_a.txt", "manager1 1-sh0h7as3pr"],
		["x/worker-2_netns_red_ip_a.txt", "worker-2 red"],
		["x/web1_container_1c06334e3589_ip_a.txt", "web1 1c06334e3589"],
		["x/1-sh0h7as3pr_ip_a.txt", "x 1-sh0h7as3pr"],
		["x/02-ip_a.txt", "x"],
		["x/busybox_ip_a.txt", "x"],
		["x/sudo_ip_a.txt", "x"],
		["x/my_ip_a.txt", "x"],
	])("%s is of %s", (path, expected) => {
		expect(rows(filesOf({ [path]: ADDRESS }))).toEqual([`${path} ip-address ${expected}`]);
	});

	it("a word before the command is a host's when several files bear it; a file hostname goes before a single one", () => {
		expect(
			rows(filesOf({ "x/my_ip_a.txt": ADDRESS, "x/my_ip_r.txt": ROUTE })).map((row) => row.split(" ")[2]),
		).toEqual(["my", "my"]);
		expect(rows(filesOf({ "x/hostname": "real\n", "x/node1_ip_a.txt": ADDRESS }))).toEqual([
			"x/node1_ip_a.txt ip-address real",
		]);
		expect(
			rows(filesOf({ "x/hostname": "real\n", "x/node1_ip_a.txt": ADDRESS, "x/node2_ip_a.txt": ADDRESS })),
		).toEqual(["x/node1_ip_a.txt ip-address node1", "x/node2_ip_a.txt ip-address node2"]);
	});

	it("two outputs in one file are two dumps, with the line that parts them", () => {
		const { dumps } = filesOf({
			"node1/netns/red/all.txt": `${ADDRESS}\n${ROUTE}10.0.0.0/24 dev eth0 scope link\n`,
		});
		expect(dumps.map(({ id, kind, scope }) => [id, kind, scope.host, scope.place])).toEqual([
			["node1/netns/red/all.txt:1", "ip-address", "node1", { type: "netns", name: "red" }],
			["node1/netns/red/all.txt:4", "ip-route", "node1", { type: "netns", name: "red" }],
		]);
		expect(dumps[1]?.reasons.at(-1)).toEqual({
			about: "kind",
			text: 'the file holds several outputs, one behind another: "default via 10.0.0.1 dev eth0" begins one of ip-route',
			line: 4,
			certainty: "observed",
		});
	});

	it("one odd line is no second output: a comment of a rule holds any text", () => {
		const odd = `*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m comment --comment "\n${ROUTE}-A INPUT -j DROP\nCOMMIT\n`;
		expect(filesOf({ "node1/iptables-save": odd }).dumps).toHaveLength(1);
	});

	it("a whole text that another command might have printed is one dump, of the command that the file's name tells", () => {
		// A property found it: `ip route` could print such a neighbour.
		const neighbour = "2001:db8::2 dev eth0 proxy extern_learn  used 8/21/11probes 12 proto static \n";
		expect(rows(filesOf({ "node1/sos_commands/networking/ip_-s_-s_neigh_show": neighbour }))).toEqual([
			"node1/sos_commands/networking/ip_-s_-s_neigh_show ip-neigh node1",
		]);
	});

	it("what a command said when it failed is no dump, and no riddle", () => {
		const { passedOver } = filesOf({
			"n/netstat_-rn": 'exec of "netstat" failed: No such file or directory\n',
		});
		expect(passedOver).toMatchObject([{ what: "the message of a command that failed" }]);
	});
});

describe("real captures", () => {
	const read = new Map<string, Capture>();
	beforeAll(async () => {
		for (const name of CAPTURES) read.set(name, await openCapture(fixtures + name));
	}, 60_000);
	const CAPTURES = [
		"sosreport-manager1-2026-11-21-aqamhkn.tar.xz",
		"sosreport-worker1-2026-11-21-tgtqdiq.tar.xz",
		"sosreport-worker2-2026-11-21-hqymrwg.tar.xz",
		"saved-by-hand.tar.xz",
		"sos-4.2-nodes.tar.xz",
		"cases.tar.xz",
		"docker-network-diagnostic.log",
		"scc_manager1_261121_0018",
	];

	/** Files about the network that no kind describes; everything else there is a dump. */
	const NO_DUMPS =
		/(?:_-V|--version|\.rc|\.stderr)(?:\.txt)?$|docker_(?:events|volume_ls|port)|journalctl|ls_-alhR|_misc\.txt|cat_|net\/(?:dev_snmp6|stat|netfilter)\//;

	it("hold dumps of all that tells of the network, and hardly a line that is not read", () => {
		const table: string[] = [];
		let unread = 0;
		for (const [name, { dumps, passedOver, problems }] of read) {
			let lines = 0;
			let odd = 0;
			for (const dump of dumps) {
				const text = dump.source.text.slice(dump.start, dump.end);
				lines += text.split("\n").length - 1;
				const { diagnostics } = parseDump(dump);
				const places = diagnostics
					.filter(({ severity }) => severity !== "info")
					.map(({ start }) => `${dump.id}:${text.slice(0, start).split("\n").length}`);
				odd += new Set(places).size;
				// `bridge vlan` of a kernel without VLAN filtering says so behind its titles.
				const known =
					dump.kind === "bridge-vlan" && text.includes("RTNETLINK answers: Operation not supported");
				if (!known) unread += new Set(places).size;
			}
			table.push(`${name}: ${dumps.length} dumps, ${lines} lines, ${odd} of them not read in full`);
			expect(problems, name).toEqual([]);
			const riddles = passedOver
				.filter(({ what }) => what === "a text without dumps")
				.map(({ file }) => file)
				.filter((file) => /\/(?:networking|firewall_tables|ipvs|docker|saved\/(?:host|ns)|net)\//.test(file))
				.filter((file) => !NO_DUMPS.test(file));
			expect(riddles, name).toEqual([]);
		}
		console.log(table.join("\n"));
		expect(unread).toBe(0);
	});

	it("are of the hosts that they name, in all their namespaces", () => {
		const places = (name: string): Set<string> =>
			new Set(
				read
					.get(name)!
					.dumps.map(
						({ scope: { host, place } }) => `${host} ${place.type === "netns" ? place.name : place.type}`,
					),
			);
		expect(places(CAPTURES[0]!)).toEqual(
			new Set([
				"manager1 host",
				...[
					"0d3c5b70d730",
					"1-ieuel1sv9e",
					"1-zquwizh2fb",
					"bfffe3a5a95d",
					"ingress_sbox",
					"lb_ieuel1sv9",
				].map((name) => `manager1 ${name}`),
			]),
		);
		expect([...places(CAPTURES[4]!)].map((place) => place.replace(/-[-\da-f]{30,}$/, ""))).toEqual([
			"juju-110cc2-k8stest-4 host",
			"compute4 fip",
			"compute4 qrouter",
			"compute4 snat",
			"compute4 host",
		]);
		expect([...places(CAPTURES[7]!)]).toEqual(["manager1 host", "manager1 ingress_sbox"]);
		expect([...places(CAPTURES[6]!)]).toEqual([
			"host host",
			"host 1-zquwizh2fb",
			"host 1-ieuel1sv9e",
			"host ingress_sbox",
			"host bfffe3a5a95d",
		]);
	});

	it("may be damaged anywhere without a throw", async () => {
		const bytes = readFileSync(fixtures + CAPTURES[4]!);
		const folder = mkdtempSync(join(tmpdir(), "reports-"));
		for (let at = 1000; at < bytes.length; at += 4999) {
			const path = join(folder, "d.tar.xz");
			writeFileSync(path, Buffer.from(bytes).fill(at & 255, at, at + 9));
			const { dumps, problems, passedOver } = await openCapture(path);
			expect(dumps.length + problems.length + passedOver.length).toBeGreaterThan(0);
		}
		rmSync(folder, { recursive: true });
	});
});

describe("two names with one machine id", () => {
	const host = (name: string, id: string): Readonly<Record<string, string>> => ({
		[`${name}/hostname`]: `${name}\n`,
		[`${name}/etc/machine-id`]: `${id}\n`,
		[`${name}/ip_addr.txt`]: ADDRESS,
	});
	const one = "aaaabbbbccccddddeeeeffff00001111";

	it("stay two hosts, and it is told", () => {
		const clones = filesOf({ ...host("hA", one), ...host("hB", one) });
		expect(clones.dumps.map(({ scope }) => scope.host)).toEqual(["hA", "hB"]);
		expect(clones.problems).toMatchObject([
			{ file: "hA/hostname", message: expect.stringContaining("hA and hB have one machine id, aaaabbbb…") },
		]);
		expect(filesOf({ ...host("hA", one), ...host("hB", one.replace("a", "b")) }).problems).toEqual([]);
	});
});

describe("any report", () => {
	interface Part {
		readonly path: string;
		readonly kind: KindName;
		readonly text: string;
		readonly place: string;
	}

	const print = <Ast>(kind: KindName, asts: fc.Arbitrary<Ast>): fc.Arbitrary<readonly [KindName, string]> =>
		asts
			.map((ast) => [kind, (kindOf(kind) as Kind<Ast>).print(ast)] as const)
			.filter(([, text]) => text.trim() !== "" && !FAILED.test(text));

	/** A tool that only says that it cannot gives no dump. */
	const FAILED = /^Can't initialize ipvs/;

	/** A namespace lists no interface twice; what does is parted. */
	const listings = print("ip-address", iproute.ipAddressDumps()).filter(([, text]) => {
		const names = [...text.matchAll(/^(?:\d+: )?([^\s:@]+)/gm)].map(([, name]) => name);
		return new Set(names).size === names.length;
	});

	/** What sos runs on the host, and what in each namespace. */
	const hostFiles: readonly (readonly [string, fc.Arbitrary<readonly [KindName, string]>])[] = [
		["networking/ip_-d_address", listings],
		["networking/ip_route_show_table_all", print("ip-route", iproute.ipRouteDumps())],
		["networking/ip_-4_rule_list", print("ip-rule", iproute.ipRuleDumps())],
		["networking/ip_-s_-s_neigh_show", print("ip-neigh", iproute.ipNeighDumps())],
		["networking/bridge_-s_-s_-d_-t_fdb_show", print("bridge-fdb", iproute.bridgeFdbs())],
		["firewall_tables/iptables_-t_nat_-nvL", print("iptables-list", iptables.lists())],
		["ipvs/ipvsadm_-Ln", print("ipvsadm-list", ipvsadm.lists())],
		["conntrack/conntrack_-L_-o_extended", print("conntrack", kernel.conntrackDumps())],
		["kernel/sysctl_-a", print("sysctl", kernel.sysctlDumps())],
		["docker/docker_network_ls", print("docker-network-ls", docker.tables("docker-network-ls"))],
	];
	const netnsFiles: readonly (readonly [string, fc.Arbitrary<readonly [KindName, string]>])[] = [
		["ip_-d_address_show", listings],
		["ip_route_show_table_all", print("ip-route", iproute.ipRouteDumps())],
		["iptables-save", print("iptables-save", iptables.saves())],
	];

	const parts = (flat: boolean, names: readonly string[]): fc.Arbitrary<Part[]> =>
		fc
			.tuple(
				...hostFiles.map(([name, dump]) =>
					dump.map(([kind, text]) => ({ path: `sos_commands/${name}`, kind, text, place: "" })),
				),
				...names.flatMap((netns) =>
					netnsFiles.map(([name, dump]) =>
						dump.map(([kind, text]) => {
							const file = `ip_netns_exec_${netns}_${name}`;
							const folder = `sos_commands/networking/${flat ? "" : `namespaces/${netns}/`}`;
							return { path: folder + file, kind, text, place: netns };
						}),
					),
				),
			)
			.chain((all) => fc.subarray(all, { minLength: 1 }));

	const reports = fc
		.record({
			host: fc.stringMatching(/^[a-z][a-z0-9]{0,10}(?:-[a-z0-9]{1,5})?$/),
			flat: fc.boolean(),
			names: fc.uniqueArray(
				fc.stringMatching(/^(?:[a-z]{2,8}_[a-z]{1,5}|q[a-z]{2,6}-[0-9a-f]{4,8}|[a-z]{3,8}\.\d)$/),
				{ maxLength: 2 },
			),
		})
		.chain(({ host, flat, names }) => parts(flat, names).map((files) => ({ host, files })));

	it("in a folder and in an archive gives the dumps that were put in", async () => {
		await fc.assert(
			fc.asyncProperty(reports, async ({ host, files }) => {
				const top = `sosreport-${host}-2026-11-21-abcdefg`;
				const members = [
					{ path: `${top}/sos_commands/host/hostname`, content: `${host}\n` },
					...files.map(({ path, text }) => ({ path: `${top}/${path}`, content: text })),
				];
				const folder = mkdtempSync(join(tmpdir(), "report-"));
				try {
					for (const { path, content } of members) {
						mkdirSync(dirname(join(folder, "in", path)), { recursive: true });
						writeFileSync(join(folder, "in", path), content);
					}
					const short = members.every(({ path }) => path.length < 100);
					writeFileSync(join(folder, "a.tar"), tarOf(members));
					const captures = [await openCapture(join(folder, "in"))];
					if (short) captures.push(await openCapture(join(folder, "a.tar")));
					const wanted = files
						.map(({ path, kind, place, text }) => [`${top}/${path}`, kind, host, place, text])
						.sort();
					for (const { dumps, problems } of captures) {
						expect(problems).toEqual([]);
						const found = dumps.map(({ id, kind, scope, source }) => [
							id,
							kind,
							scope.host,
							scope.place.type === "netns" ? scope.place.name : "",
							source.text,
						]);
						expect(found.sort()).toEqual(wanted);
					}
				} finally {
					rmSync(folder, { recursive: true });
				}
			}),
			{ numRuns: 40, endOnFailure: true },
		);
	});
});

describe("a folder with what is no file", () => {
	let root: string;
	beforeEach(() => {
		root = mkdtempSync(join(tmpdir(), "odd-"));
		mkdirSync(join(root, "node1"));
		writeFileSync(join(root, "node1/ip_a.txt"), ADDRESS);
	});
	afterEach(() => rmSync(root, { recursive: true, force: true }));

	it.skipIf(process.platform === "win32")("pipes never block, in the folder or named", async () => {
		execFileSync("mkfifo", [join(root, "node1/fifo_ip_a")]);
		const capture = await openCapture(root);
		expect(rows(capture)).toEqual(["node1/ip_a.txt ip-address node1"]);
		expect(capture.passedOver).toMatchObject([{ file: "node1/fifo_ip_a", what: "a device, pipe or socket" }]);
		const named = await openCapture(join(root, "node1/fifo_ip_a"));
		expect(named.problems).toMatchObject([{ message: "the file is empty" }]);
	});

	it.skipIf(process.platform !== "linux")(
		"names that are no UTF-8 are told, and the rest is read",
		async () => {
			const odd = Buffer.concat([
				Buffer.from(join(root, "node1/ip_")),
				Buffer.from([0xff]),
				Buffer.from("_a"),
			]);
			writeFileSync(odd, ADDRESS);
			const capture = await openCapture(root);
			expect(rows(capture)).toEqual(["node1/ip_a.txt ip-address node1"]);
			expect(capture.problems.map(({ message }) => message)).toEqual([
				"the name is no UTF-8; it was not read",
			]);
		},
	);

	it("a report's links that lead out are told where they matter only", async () => {
		mkdirSync(join(root, "r/sos_commands/networking"), { recursive: true });
		mkdirSync(join(root, "r/usr"), { recursive: true });
		symlinkSync("/usr/share/zoneinfo", join(root, "r/usr/zone"));
		symlinkSync("/etc/hosts", join(root, "r/sos_commands/networking/ip_a"));
		const { problems } = await openCapture(root);
		expect(problems.map(({ file }) => file)).toEqual(["r/sos_commands/networking/ip_a"]);
	});

	it.skipIf(process.getuid?.() === 0 || !existsSync("/proc"))("unreadable files are told", async () => {
		chmodSync(join(root, "node1/ip_a.txt"), 0);
		const { problems } = await openCapture(root);
		expect(problems[0]?.message).toBe("the file cannot be read: permission denied");
	});
});
