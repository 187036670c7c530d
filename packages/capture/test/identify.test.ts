import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { identify, type KindName, kindOf, kinds } from "../src/index.ts";

const fixtures = new URL("../../../fixtures/", import.meta.url);

/** The kinds of recorded files, by their folder and name; the first that fits. */
const recorded: readonly (readonly [RegExp, KindName])[] = [
	[
		/^seeds\/documents\/|\.json$|\.md$|\.jsonl$|\.stderr$|\.links\.txt$|^ip(?:-versions)?\/.*\/proc_net_|ip_netns_list_id/,
		"" as KindName,
	],
	[/^ipvsadm\/.*\/ipvsadm_Sn?\.txt$|\/ipvsadm-save(?:_n)?\.txt$/, "ipvsadm-save"],
	[/^ipvsadm\/.*\/proc_net_ip_vs\w*\.txt$/, "proc-net-ip-vs"],
	[/\/(?:ipvsadm[\w-]*|ipvs_table)\.txt$/, "ipvsadm-list"],
	[/^iptables\/rulesets\/.*(?:save\S*|\.v?S)\.txt$|\/iptables(?:-save|_rules)\.txt$/, "iptables-save"],
	[/^iptables\/rulesets\/.*L\.txt$|\/iptables_\w*L\w*\.txt$/, "iptables-list"],
	[/\/ip_netns\.txt$/, "ip-netns"],
	[/\/(?:busybox_)?ip_(?:\w_)*maddr\.txt$/, "ip-maddr"],
	[/\/(?:busybox_)?ip_(?:\w{1,2}_)*neigh\S*\.txt$/, "ip-neigh"],
	[/\/(?:busybox_)?ip_(?:\w_)*route\S*\.txt$/, "ip-route"],
	[/\/(?:busybox_)?ip_(?:\w_)*rule\S*\.txt$/, "ip-rule"],
	[/\/(?:busybox_)?ip_\w*(?:a|addr|link)(?:\.[\w.-]+)?\.txt$/, "ip-address"],
	[/\/ls_\w*netns\.txt$/, "netns-ls"],
	[/\/docker_network_ls\S*\.txt$/, "docker-network-ls"],
	[/\/docker_network_inspect\S*\.txt$/, "docker-network-inspect"],
	[/\/docker_ps\S*\.txt$/, "docker-ps"],
	[/\/docker(?:_container)?_inspect\S*\.txt$/, "docker-inspect"],
	[/\/docker_service_ls\S*\.txt$/, "docker-service-ls"],
	[/\/docker_service_ps\S*\.txt$/, "docker-service-ps"],
	[/\/docker_service_inspect\S*\.(?:txt|part)$/, "docker-service-inspect"],
	[/\/docker_info(?!_no_daemon)\S*\.txt$/, "docker-info"],
	[/\/docker_node_ls\S*\.txt$/, "docker-node-ls"],
	[/\/docker_node_inspect\S*\.txt$/, "docker-node-inspect"],
	[/\/docker_version\S*\.txt$/, "docker-version"],
	[/^kernel\/conntrack\//, "conntrack"],
	[/^kernel\/sysctl\//, "sysctl"],
	[/^kernel\/bonding\//, "proc-net-bonding"],
	[/^kernel\/vlan\//, "proc-net-vlan"],
	[/\/bridge_(?:[ds]_)?fdb(?:\.v[\d.]+)?\.txt$/, "bridge-fdb"],
	[/\/bridge_(?:d_)?link\.txt$/, "bridge-link"],
	[/\/bridge_\w*vlan\w*\.txt$/, "bridge-vlan"],
	[/\/brctl_\w+\.txt$/, "brctl-show"],
	[/\/(?:busybox_)?(?:ifconfig\w*|netstat_ie?)\.txt$/, "ifconfig"],
	[/\/(?:busybox_)?(?:route\w*|netstat_6?r\w*)\.txt$/, "netstat-route"],
	[/\/netstat\w*\.txt$/, "netstat"],
	[/^ss\/ss_\w*\.txt$/, "ss"],
	[/^tcpdump\/.*\.txt$|\/tcpdump_\w*\.txt$/, "tcpdump"],
];

function files(folder: string): string[] {
	const entries = readdirSync(new URL(folder, fixtures), { withFileTypes: true });
	return entries.flatMap((entry) =>
		entry.isDirectory() ? files(`${folder}${entry.name}/`) : [folder + entry.name],
	);
}

const samples = files("")
	.sort()
	.map((path) => ({ path, kind: recorded.find(([form]) => form.test(path))?.[1] }))
	.filter((sample): sample is { path: string; kind: KindName } => Boolean(sample.kind))
	.map((sample) => ({ ...sample, text: readFileSync(new URL(sample.path, fixtures), "utf8") }))
	.filter(({ text }) => text.trim() !== "");

/**
 * Recordings in which no line tells the kind: names of namespaces without ids look like any list of names,
 * and so do interfaces without a single address in brief form; neighbours of bridges in brief form are a name and
 * bytes. `docker ps -q` prints ids alone, and what docker inspected in vain is `[]`.
 */
function isSilent({ kind, text }: { readonly kind: KindName; readonly text: string }): boolean {
	if (kind.startsWith("docker-") && /^(?:\[\]\n|(?:[0-9a-z]{12,25}\n)+)$/.test(text)) return true;
	if (kind === "ip-netns") return !/\(id: \d+\)/.test(text);
	// `ip -br -B neigh`: a name and bytes, or bytes alone
	if (kind === "ip-neigh")
		return /^(?:\S+ +)?(?:[\da-f]{2}:){5}[\da-f]{2}$/m.test(text) && !/^\S+ {18}/m.test(text);
	return kind === "ip-address" && !/\d/.test(text.replace(/^\S+/gm, ""));
}

describe("recordings", () => {
	it("are known by their content alone, with no confusion", () => {
		const table = new Map<string, number>();
		const confused: string[] = [];
		for (const sample of samples) {
			const found = identify(sample.text)?.kind ?? "none";
			const cell = `${sample.kind.padEnd(24)} as ${found}`;
			table.set(cell, (table.get(cell) ?? 0) + 1);
			if (found !== sample.kind && !isSilent(sample)) confused.push(`${sample.path} as ${found}`);
		}
		console.log(
			[...table]
				.sort()
				.map(([cell, count]) => `${String(count).padStart(5)} ${cell}`)
				.join("\n"),
		);
		expect(confused).toEqual([]);
		expect(new Set(samples.map(({ kind }) => kind)).size).toBe(kinds.length);
	});

	it("are known by content and file name, where the content alone does not tell", () => {
		const found = samples
			.filter(isSilent)
			.filter(({ path, text, kind }) => identify(text, { file: path })?.kind !== kind);
		expect(found).toEqual([]);
	});

	it.each(kinds.map(({ name }) => name))(
		"%s: its own command is recognised, and its signature fits",
		(name) => {
			const kind = kindOf(name);
			const sample = samples.find((each) => each.kind === name && !isSilent(each))!;
			expect(kind.signature(sample.text)).toMatchObject({ kind: name });
			for (const command of kind.commands) {
				const found = identify(sample.text, { command });
				expect(found?.kind).toBe(name);
				expect(found?.reasons[0]?.text).toContain(`the command "${command}" prints ${name}`);
			}
		},
	);
});

describe("what was said and what the lines say", () => {
	const address = "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue\n";

	it("are both told when they disagree; the lines decide", () => {
		const found = identify(address, { file: "node1/ipvsadm.txt" });
		expect(found?.kind).toBe("ip-address");
		expect(found?.reasons.map(({ text }) => text)).toEqual([
			'the file name "ipvsadm.txt" prints ipvsadm-list, but the lines look like ip-address',
			'"1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue" is a line of ip-address',
		]);
	});

	it.each([
		["-A PREROUTING -d 10.0.0.1/32 -j DNAT --to-destination 10.0.0.2\n", "iptables-save"],
		["-A -f 256 -s rr\n", "ipvsadm-save"],
		["-A -t 10.0.0.1:80 -s wlc\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w 1\n", "ipvsadm-save"],
		['            "SandboxID": "727bc5c9f5d0099c",\n', "docker-inspect"],
		["1-sh0h7as3pr  default  ingress_sbox\n", "netns-ls"],
		["02:42:0a:00:00:03 dev vxlan0 dst 192.168.0.3 link-netnsid 0 self permanent\n", "bridge-fdb"],
		["02:42:0a:00:00:03 dst 192.168.0.3 self permanent\n", "bridge-fdb"],
		["5: veth0@if4: <UP> mtu 1450 master br0 state forwarding priority 32 cost 2 \n", "bridge-link"],
		["9: br0: <BROADCAST,UP> mtu 1500 master br0 br0\n", "bridge-link"],
		[
			"28: veth1 state UP @(null): <UP> mtu 1500 master br1 state disabled priority 32 cost 2\n",
			"bridge-link",
		],
		["port              vlan-id  \nbr0               1 PVID Egress Untagged\n", "bridge-vlan"],
		["port\tvlan ids\nens3\t 1 PVID Egress Untagged\n\nbr0\t 1 PVID Egress Untagged\n\n", "bridge-vlan"],
		["bridge name\tbridge id\t\tSTP enabled\tinterfaces\n", "brctl-show"],
		["eth0      Link encap:Ethernet  HWaddr 02:42:0A:00:00:02\n", "ifconfig"],
		["Kernel IP routing table\nDestination     Gateway         Genmask         Flags\n", "netstat-route"],
		["0.0.0.0         172.18.0.1      0.0.0.0         UG        0 0          0 eth1\n", "netstat-route"],
		["1f99d9cf0236\n", undefined],
		["hello\n", undefined],
		["", undefined],
	])("%j is %s", (text, kind) => {
		expect(identify(text)?.kind).toBe(kind);
	});

	it.each([
		["iptables_t_nat_nvL.txt", ["iptables-list"]],
		["ip_a.txt", ["ip-address"]],
		["node1-ip-a.log", ["ip-address"]],
		["ip_-d_address", ["ip-address"]],
		["ip_netns_exec_qrouter-1_ip_address_show", ["ip-address"]],
		["ip_netns", ["ip-netns"]],
		["ipvsadm-save.txt", ["ipvsadm-save"]],
		["ipvsadm_-Ln", ["ipvsadm-list"]],
		["docker_network_inspect_ingress.json", ["docker-network-inspect"]],
		["docker_ps_-a", ["docker-ps"]],
		["netstat_-W_-neopa", ["netstat"]],
		["netstat_-W_-agn", []],
		["netstat_-rn.txt", ["netstat-route"]],
		["route_-n", ["netstat-route"]],
		["route_localnet", []],
		["ip_netns_exec_red_route_-n", ["netstat-route"]],
		["netstat_-i", ["ifconfig"]],
		["ifconfig_-a", ["ifconfig"]],
		["bridge_-s_-s_-d_-t_fdb_show", ["bridge-fdb"]],
		["bridge_-s_-s_-d_link_show", ["bridge-link"]],
		["bridge_-d_vlan_show", ["bridge-vlan"]],
		["brctl_showstp_br0", ["brctl-show"]],
		["ovs-appctl_fdb.show_br-int", []],
		["notes.txt", []],
	])("the name %s says %j", async (name, expected) => {
		const { readFileName } = await import("../src/filename.ts");
		expect(readFileName(name).kinds).toEqual(expected);
	});
});
