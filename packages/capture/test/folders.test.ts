import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kindsOfCommand, readActions } from "../src/commands.ts";
import { readFileName } from "../src/filename.ts";
import { type Capture, CaptureError, captureOfText, identify, openCapture, parseDump } from "../src/index.ts";
import { readLayout } from "../src/layout.ts";

const ADDRESS = "1: lo: <LOOPBACK,UP> mtu 65536 qdisc noqueue\n    inet 127.0.0.1/8 scope host lo\n";
const NAT =
	"Chain PREROUTING (policy ACCEPT)\ntarget     prot opt source               destination         \n";

let root: string;
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), "capture-"));
});
afterEach(() => {
	rmSync(root, { recursive: true, force: true });
});

function write(files: Record<string, string | Uint8Array>): void {
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(dirname(join(root, name)), { recursive: true });
		writeFileSync(join(root, name), content);
	}
}

function scopes({ dumps }: Capture): string[] {
	return dumps.map(({ id, kind, scope: { host, place } }) => {
		const at =
			place.type === "host" ? "" : ` ${place.type}/${place.type === "netns" ? place.name : place.id}`;
		return `${id} ${kind} ${host}${at}`;
	});
}

describe("a folder", () => {
	it("gives each file its host and place, in the order of names", async () => {
		write({
			"b/ip_a.txt": ADDRESS,
			"a/netns/x_1/iptables_t_nat_L.txt": NAT,
			"a/containers/1c06334e3589/ip_a.txt": ADDRESS,
			"a/ip_a.txt": ADDRESS,
			"site/west/ip_a.txt": ADDRESS,
			"c/ip_netns_exec_qrouter-7_ip_address_show": ADDRESS,
		});
		const capture = await openCapture(root);
		expect(scopes(capture)).toEqual([
			"a/containers/1c06334e3589/ip_a.txt ip-address a container/1c06334e3589",
			"a/ip_a.txt ip-address a",
			"a/netns/x_1/iptables_t_nat_L.txt iptables-list a netns/x_1",
			"b/ip_a.txt ip-address b",
			"c/ip_netns_exec_qrouter-7_ip_address_show ip-address c netns/qrouter-7",
			"site/west/ip_a.txt ip-address west",
		]);
		expect(await openCapture(root)).toEqual(capture);
		expect(parseDump<{ table?: string }>(capture.dumps[2]!).ast.table).toBe("nat");
	});

	it("is named after itself, and so are its parts when they are named", async () => {
		write({ "node1/ip_a.txt": ADDRESS, "node1/netns/n/ip_a.txt": ADDRESS });
		expect(scopes(await openCapture(join(root, "node1")))).toEqual([
			"ip_a.txt ip-address node1",
			"netns/n/ip_a.txt ip-address node1 netns/n",
		]);
		expect(scopes(await openCapture(join(root, "node1/netns/n/ip_a.txt")))).toEqual([
			"ip_a.txt ip-address node1 netns/n",
		]);
	});

	it("may be one of several roots, whose files keep apart", async () => {
		write({ "x/node1/ip_a.txt": ADDRESS, "y/node2/ip_a.txt": ADDRESS });
		expect(scopes(await openCapture([join(root, "x/node1"), join(root, "y/node2")]))).toEqual([
			"node1/ip_a.txt ip-address node1",
			"node2/ip_a.txt ip-address node2",
		]);
	});

	it("may hold documents; those that name no host are of different ones", async () => {
		write({
			"one.md": `\`\`\`\n$ ip a\n${ADDRESS}\`\`\`\n`,
			"two.md": `\`\`\`\n$ ip a\n${ADDRESS}\`\`\`\n`,
			"three.md": `\`\`\`\na@h3:~$ ip a\n${ADDRESS}\`\`\`\n`,
			"node4/ip_a.txt": ADDRESS,
			"node4/session.log": `$ ip link\n${ADDRESS}`,
		});
		expect(scopes(await openCapture(root))).toEqual([
			"node4/ip_a.txt ip-address node4",
			"node4/session.log:2 ip-address node4",
			"one.md:3 ip-address one",
			"three.md:3 ip-address h3",
			"two.md:3 ip-address two",
		]);
	});

	it("takes what the caller knows for what nothing names", () => {
		const text = `$ ip a\n${ADDRESS}a@h:~$ ip a\n${ADDRESS}`;
		expect(scopes(captureOfText("-", text, { host: "node9", netns: "blue" }))).toEqual([
			"-:2 ip-address node9 netns/blue",
			"-:5 ip-address h",
		]);
	});
});

describe("a file that names the host", () => {
	const hosts = ({ dumps }: Capture): string[] => dumps.map(({ id, scope }) => `${id} ${scope.host}`);

	it("goes before the folder's name, and says so", async () => {
		write({
			"node1/hostname": "manager1\n",
			"node1/ip_a.txt": ADDRESS,
			"node1/netns/red/ip_a.txt": ADDRESS,
			"node1/session.log": `$ ip link\n${ADDRESS}`,
			"node2/etc/hostname": "worker1.example.com\n",
			"node2/ip_a.txt": ADDRESS,
			"node3/sos_commands/host/hostname": "worker2\n",
			"node3/sos_commands/networking/ip_-d_address": ADDRESS,
			"node4/hostname.txt": "not a name\n",
			"node4/ip_a.txt": ADDRESS,
		});
		const capture = await openCapture(root);
		expect(hosts(capture)).toEqual([
			"node1/ip_a.txt manager1",
			"node1/netns/red/ip_a.txt manager1",
			"node1/session.log:2 manager1",
			"node2/ip_a.txt worker1.example.com",
			"node3/sos_commands/networking/ip_-d_address worker2",
			"node4/ip_a.txt node4",
		]);
		expect(capture.dumps[0]!.reasons.find(({ about }) => about === "host")).toEqual({
			about: "host",
			text: 'the file "node1/hostname" says so',
			certainty: "observed",
		});
		expect(capture.passedOver[0]).toMatchObject({
			file: "node1/hostname",
			what: "the name of a host",
			reason: "it names the host manager1",
			used: true,
		});
		expect(hosts(await openCapture(join(root, "node1")))[0]).toBe("ip_a.txt manager1");
	});

	it("in a folder host names the host above it, and so all that is saved beside that", async () => {
		write({
			"zulu/host/hostname.txt": "zulu\n",
			"zulu/host/ip_a.txt": ADDRESS,
			"zulu/ns/red/ip_a.txt": ADDRESS,
		});
		expect(hosts(await openCapture(root))).toEqual(["zulu/host/ip_a.txt zulu", "zulu/ns/red/ip_a.txt zulu"]);
	});

	it("above the folders of several hosts names none of them; what the caller says goes first", async () => {
		write({ hostname: "laptop\n", "node1/ip_a.txt": ADDRESS, "node2/ip_a.txt": ADDRESS });
		expect(hosts(await openCapture(root))).toEqual(["node1/ip_a.txt node1", "node2/ip_a.txt node2"]);
		rmSync(join(root, "node2"), { recursive: true });
		expect(hosts(await openCapture(join(root, "node1"), { host: "given" }))).toEqual(["ip_a.txt given"]);
	});
});

describe("the routing objects of ip", () => {
	it.each([
		["ip-route", "default via 10.0.0.1 dev eth0 proto dhcp metric 100\n10.0.0.0/24 dev eth0 scope link\n"],
		["ip-route", "blackhole 10.1.1.0/24 \n10.99.66.0/24 \n\tnexthop via 10.0.0.2 dev d0 weight 5 \n"],
		["ip-route", "2001:db8::/64 dev d0 proto kernel metric 256 pref medium\n"],
		["ip-neigh", "10.0.0.1 dev eth0 lladdr 02:42:0a:00:00:01 REACHABLE\n10.0.0.2 dev eth0  FAILED\n"],
		["ip-neigh", "10.0.0.1 dev eth0 proxy \n"],
		["ip-neigh", "dev v1 lladdr 33:33:00:00:00:01 PERMANENT \n"],
		["ip-neigh", "10.1.0.50                               v0               02:00:00:00:00:50\n"],
		["ip-rule", "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n"],
		["ip-maddr", "1:\tlo\n\tinet  224.0.0.1\n\tinet6 ff02::1\n"],
	])("%s is told by its lines: %s", (kind, text) => {
		expect(identify(text)?.kind).toBe(kind);
	});

	it.each([
		["ip-route", "sos_commands/networking/ip_-6_route_show_table_all"],
		["ip-route", "ip_netns_exec_red_ip_route.txt"],
		["ip-route", "ip_r.txt"],
		["ip-route", "ip_-4_route_get.txt"],
		["ip-rule", "sos_commands/networking/ip_-4_rule_list"],
		["ip-neigh", "sos_commands/networking/ip_-s_-s_neigh_show"],
		["ip-neigh", "ip_neigh_show_nud_noarp.txt"],
		["ip-neigh", "ip_br_B_neigh.txt"],
		["ip-maddr", "ip_maddr_show"],
		["proc-net-ip-vs", "sosreport-node1/proc/7935/net/ip_vs"],
		["proc-net-ip-vs", "proc_net_ip_vs_conn.txt"],
		["ipvsadm-list", "ipvsadm_-Ln_--stats.txt"],
	])("%s is told by its name: %s", (kind, name) => {
		expect(readFileName(name).kinds).toEqual([kind]);
	});

	it.each([
		["ip-route", "ip -4 r"],
		["ip-route", "ip -d route show table all"],
		["ip-route", "ip route get 10.0.0.1"],
		["ip-rule", "ip ru"],
		["ip-neigh", "ip -s -s neighbor show nud noarp"],
		["ip-neigh", "ip n"],
		["ip-neigh", "ip -br -B neigh"],
		["ip-maddr", "ip m"],
		["proc-net-ip-vs", "cat /proc/net/ip_vs"],
		["proc-net-ip-vs", "cat /proc/7935/net/ip_vs_stats"],
		[undefined, "cat /proc/net/ip_vs_app"],
		[undefined, "ip route add default via 10.0.0.1"],
		[undefined, "ip -j route"],
	])("%s is told by the command: %s", (kind, command) => {
		const kinds = readActions(command).flatMap((action) => kindsOfCommand(action));
		expect(kinds).toEqual(kind === undefined ? [] : [kind]);
	});
});

describe("a format that is not read yet", () => {
	it.each([
		["ip netns list-id", "x.txt", "nsid 0 (iproute2 netns name: red)\n"],
		["nft list ruleset", "x.txt", "table ip nat {\n\tchain PREROUTING {\n\t}\n}\n"],
		[
			"JSON of ip or bridge",
			"ip_p_j_addr.txt",
			'[ {\n        "ifindex": 1,\n        "ifname": "lo"\n    } ]\n',
		],
		["JSON of ip or bridge", "ip_netns.json", '[{"name":"up"},{"name":"down"}]\n'],
		["tc", "x.txt", "qdisc noqueue 0: dev lo root refcnt 2 \n"],
		["ethtool", "x.txt", "driver: veth\nversion: 1.0\n"],
		["arp", "x.txt", "Address                  HWtype  HWaddress           Flags Mask            Iface\n"],
		[
			"a file of /proc/net",
			"node1/proc/7935/net/ip_vs_conn_sync",
			"Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Origin Expires\n",
		],
		["a file of /proc/net", "x.txt", "  sl  local_address rem_address   st tx_queue rx_queue\n"],
		["a file of /proc/net", "node1/proc/net/route", "x\n"],
		["nft list ruleset", "sos_commands/firewall_tables/nft_-a_list_ruleset", "x\n"],
	])("%s, as %s", async (what, name, text) => {
		expect(identify(text)).toBeUndefined();
		write({ [name]: text });
		const { dumps, passedOver } = await openCapture(root);
		expect(dumps).toEqual([]);
		const reason = "netfossil does not read this format yet";
		expect(passedOver).toEqual([{ type: "file", file: name, what, reason }]);
	});

	it.each(["ipvsadm_--version.txt", "ip_vs_app", "ip_vs_conn_sync"])(
		"nothing is told by the name: %s",
		(name) => {
			expect(readFileName(name).kinds).toEqual([]);
		},
	);

	it("is told in a session too", () => {
		const session = `a@h:~$ sudo nft list ruleset\ntable ip nat {\n}\na@h:~$ cat /proc/net/dev\nInter-|   Receive\na@h:~$ grep ss x\ny\n`;
		const { dumps, passedOver } = captureOfText("notes.md", session);
		expect(dumps).toEqual([]);
		expect(passedOver.filter(({ type }) => type === "output").map(({ reason }) => reason)).toEqual([
			"netfossil does not read this format yet",
			"netfossil does not read this format yet",
			"no kind describes it",
		]);
	});
});

describe("bad input", () => {
	it("a path that does not exist", async () => {
		const path = join(root, "nowhere");
		await expect(openCapture(path)).rejects.toThrow(CaptureError);
		await expect(openCapture(path)).rejects.toThrow(`${path} does not exist`);
	});

	it("an empty folder, an empty file, a folder without dumps", async () => {
		expect(await openCapture(root)).toMatchObject({
			dumps: [],
			problems: [{ file: ".", message: "the folder is empty" }],
		});
		write({ "ip_a.txt": "" });
		expect((await openCapture(root)).passedOver).toMatchObject([{ file: "ip_a.txt", what: "an empty file" }]);
		expect((await openCapture(join(root, "ip_a.txt"))).problems).toMatchObject([
			{ message: "the file is empty" },
		]);
		write({ "ip_a.txt": "hello\n" });
		const capture = await openCapture(root);
		expect(capture.problems).toMatchObject([{ file: "ip_a.txt", message: "no dump was found" }]);
		expect(capture.passedOver).toMatchObject([
			{ type: "file", file: "ip_a.txt", what: "a text without dumps" },
		]);
		expect(captureOfText("-", "")).toMatchObject({ dumps: [], problems: [{ file: "-" }] });
	});

	it("binary files, archives, descriptions: passed over with the reason, the rest is read", async () => {
		write({
			"node1/ip_a.txt": ADDRESS,
			"node1/any.pcap": new Uint8Array([0xd4, 0xc3, 0xb2, 0xa1, 2, 0]),
			"node1/sos.tar.zst": new Uint8Array([0x28, 0xb5, 0x2f, 0xfd]),
			"README.md": `\`\`\`\n$ ip a\n${ADDRESS}\`\`\`\n`,
			"index.json": "[]\n",
			".git/config": "[core]\n",
		});
		const { dumps, passedOver, problems } = await openCapture(root);
		expect(dumps.map(({ id }) => id)).toEqual(["node1/ip_a.txt"]);
		expect(passedOver.map(({ file, what }) => `${file}: ${what}`)).toEqual([
			".git: a folder of version control",
			"README.md: a description of the folder",
			"index.json: a description of the folder",
			"node1/any.pcap: a packet capture (pcap)",
			"node1/sos.tar.zst: a zstd archive",
		]);
		expect(passedOver[3]?.reason).toBe("print it first: tcpdump -nr any.pcap > any.txt");
		expect(problems).toEqual([]);
		expect((await openCapture(join(root, "README.md"))).dumps).toHaveLength(1);
	});

	it("links: none is followed, and those that lead out are problems", async () => {
		write({ "in/node1/ip_a.txt": ADDRESS, "out/ip_a.txt": ADDRESS });
		const links: [string, string][] = [
			["in/a-file", "../out/ip_a.txt"],
			["in/a-folder", "../out"],
			["in/a-loop", "a-loop"],
			["in/a-sibling", "node1/ip_a.txt"],
			["in/node1/up", ".."],
			["in/gone", "nothing"],
			["in/root", "/"],
		];
		for (const [name, target] of links) symlinkSync(target, join(root, name));
		const { dumps, passedOver, problems } = await openCapture(join(root, "in"));
		expect(dumps.map(({ id }) => id)).toEqual(["node1/ip_a.txt"]);
		expect(problems.map(({ file, message }) => `${file}: ${message}`)).toEqual([
			"a-file: the link leads out of the folder; it was not followed",
			"a-folder: the link leads out of the folder; it was not followed",
			"a-loop: the link leads nowhere",
			"gone: the link leads nowhere",
			"root: the link leads out of the folder; it was not followed",
		]);
		expect(passedOver.map(({ file, what }) => `${file}: ${what}`)).toEqual([
			"a-sibling: a link to node1/ip_a.txt",
			"node1/up: a link to .",
		]);
	});

	it("a file above the limit, and one of a single long line", async () => {
		write({
			"node1/ip_a.txt": ADDRESS,
			"node1/huge_ip_a.txt": ADDRESS.repeat(10_000),
			"node1/long.txt": "x".repeat(5_000_000),
		});
		const { dumps, problems, passedOver } = await openCapture(root, { limits: { maxFile: 512 * 1024 } });
		expect(dumps).toHaveLength(1);
		expect(problems).toMatchObject([
			{
				file: "node1/huge_ip_a.txt",
				message: "the file has more than the 512 KiB that are read",
				hint: "cut it into parts, or raise it: --max-file",
			},
		]);
		expect(passedOver).toMatchObject([{ file: "node1/long.txt", what: "a text without dumps" }]);
	});

	it.skipIf(!existsSync("/dev/zero"))("a device without an end that was named", async () => {
		const { dumps, passedOver } = await openCapture("/dev/zero");
		expect(dumps).toEqual([]);
		expect(passedOver).toMatchObject([{ file: "zero", what: "a binary file" }]);
	});

	it.skipIf(process.getuid?.() === 0)("a file and a folder that may not be read", async () => {
		write({ "node1/ip_a.txt": ADDRESS, "node1/secret.txt": ADDRESS, "node2/ip_a.txt": ADDRESS });
		chmodSync(join(root, "node1/secret.txt"), 0);
		chmodSync(join(root, "node2"), 0);
		const { dumps, problems } = await openCapture(root);
		chmodSync(join(root, "node2"), 0o700);
		expect(dumps.map(({ id }) => id)).toEqual(["node1/ip_a.txt"]);
		expect(problems.map(({ message }) => message)).toEqual([
			"the file cannot be read: permission denied",
			"the folder cannot be read: permission denied",
		]);
	});

	it("text that Windows saved as UTF-16", async () => {
		write({ "node1/ip_a.txt": Buffer.from(`\ufeff${ADDRESS}`, "utf16le") });
		expect(scopes(await openCapture(root))).toEqual(["node1/ip_a.txt ip-address node1"]);
	});
});

describe("the name of a file", () => {
	it.each([
		["ip_netns_exec_qrouter-1_2_ip_address_show", { type: "netns", name: "qrouter-1_2" }],
		["ip_netns_exec_qrouter-1_2_sysctl_-a", { type: "netns", name: "qrouter-1_2" }],
		[
			"docker_exec_vote.2.dl8echykqq7qfkmbq9sqiw9yg_misc.txt",
			{ type: "container", id: "vote.2.dl8echykqq7qfkmbq9sqiw9yg" },
		],
		["docker_exec_-it_my_web_ip_a.txt", { type: "container", id: "my_web" }],
		["docker_exec_1c06334e3589_ip_a.txt", { type: "container", id: "1c06334e3589" }],
		["host.route_-n.txt", { type: "host" }],
		["ip_a.txt", undefined],
	])("%s tells the place", (name, place) => {
		expect(readFileName(name).place).toEqual(place);
	});

	it.each([
		["ip_-6_rule_list", "ip -6 rule"],
		["ip_netns_exec_red_ip_-4_rule_list", "ip -4 rule"],
		["ip_-6_route_show_table_all", "ip -6 route"],
	])("%s tells the family, which the output may not", (name, command) => {
		expect(readFileName(name).command).toBe(command);
	});

	it.each(["host.ip_addr.txt", "nf_conntrack", "nf_conntrack_2"])("%s names no host", (name) => {
		expect(readFileName(name).prefix).toBeUndefined();
	});
});

describe("the folders above a file", () => {
	const hostAndPlace = (folders: string): unknown[] => {
		const { host, place } = readLayout(folders.split("/"));
		return [host?.value, place.value];
	};

	it.each([
		["dumps/node1", "node1", { type: "host" }],
		["dumps/node1/netns/ingress_sbox", "node1", { type: "netns", name: "ingress_sbox" }],
		["node1/containers/1c06334e3589", "node1", { type: "container", id: "1c06334e3589" }],
		["node1/sos_commands/docker/containers", "node1", { type: "host" }],
		["node1/sos_commands/networking/namespaces/blue", "node1", { type: "netns", name: "blue" }],
	])("%s", (folders, host, place) => {
		expect(hostAndPlace(folders)).toEqual([host, place]);
	});
});
