import { spawnSync } from "node:child_process";
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Capture, captureOfText, openCapture, parseDump, placeKey } from "@netfossil/capture";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { reconstruct, toScript, WANTED_SCHEMA, type Want, type Wanted, wantedOf } from "../src/index.ts";
import { Wanted as Schema } from "../src/schema.ts";

const fixtures = new URL("../../../fixtures/", import.meta.url).pathname;

let root: string;
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), "wanted-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(dirname(join(root, name)), { recursive: true });
		writeFileSync(join(root, name), content);
	}
}

function wantedIn(capture: Capture): Wanted {
	const parsed = capture.dumps.map((dump) => parseDump(dump));
	return wantedOf(capture, parsed, reconstruct(parsed, capture.commands));
}

async function wanted(files: Record<string, string>): Promise<Want[]> {
	write(files);
	return [...wantedIn(await openCapture(root)).wants];
}

/** `worker1 netns lb_x: ip -d address` */
const lineOf = ({ host, place, command }: Want): string => `${host} ${placeKey(place)}: ${command}`;
const wantOf = (wants: readonly Want[], host: string, command: string): Want | undefined =>
	wants.find((want) => want.host === host && want.command === command);

const ADDRESS = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    link/ether 52:54:00:00:00:02 brd ff:ff:ff:ff:ff:ff
    inet 192.168.99.102/24 scope global eth0
       valid_lft forever preferred_lft forever
`;
const CHAINS = (names: readonly string[]): string =>
	names
		.map(
			(name) =>
				`Chain ${name} (policy ACCEPT 0 packets, 0 bytes)\n pkts bytes target     prot opt in     out     source               destination         \n`,
		)
		.join("\n");
const overlay = (name: string, id: string, more = ""): string =>
	`[
    {
        "Name": "${name}",
        "Id": "${id}",
        "Scope": "swarm",
        "Driver": "overlay",
        "Ingress": ${name === "ingress"},
        "Containers": {
            "${name === "ingress" ? "ingress-sbox" : `lb-${name}`}": {
                "Name": "${name}-endpoint",
                "IPv4Address": "10.0.0.3/24"
            }
        },
        "Peers": [
            {
                "Name": "d88c94a58b5b",
                "IP": "192.168.99.101"
            },
            {
                "Name": "a5c5d0f8ab8c",
                "IP": "192.168.99.102"
            }
        ]${more}
    }
]
`;

describe("what is wanted", () => {
	const sos = {
		"report/etc/hostname": "worker1\n",
		"report/sos_commands/networking/ip_-d_address": ADDRESS,
		"report/sos_commands/networking/ip_netns": "qrouter-1\n",
		"report/sos_commands/firewall_tables/iptables_-t_filter_-nvL": CHAINS(["INPUT", "FORWARD", "OUTPUT"]),
		"report/sos_commands/firewall_tables/iptables_-t_nat_-nvL": CHAINS(["PREROUTING", "POSTROUTING"]),
		"report/sos_commands/docker/docker_network_inspect_ingress": overlay(
			"ingress",
			"zquwizh2fb0mhtzr39otkwcj3",
		),
		"report/sos_commands/docker/docker_network_inspect_web": overlay("web", "ieuel1sv9eog9i3ren8g1f5hv"),
		"report/sos_commands/docker/docker_info": `Swarm: active
  NodeID: ch8p6o13dzmrpvvdngn6d42dq
  Is Manager: false
  Node Address: 192.168.99.102
  Manager Addresses:
   192.168.99.101:2377
`,
	};

	const SOS = "a sosreport does not look into /var/run/docker/netns, where docker has its namespaces";

	it("knows what a sosreport of a swarm's node does not hold", async () => {
		const wants = await wanted(sos);
		const inspect = wantOf(wants, "worker1", "docker network inspect -v $(docker network ls -q)");
		expect(inspect?.why).toEqual(["docker network inspect was saved without -v"]);
		expect(wantOf(wants, "worker1", "sudo iptables-save -c")).toMatchObject({
			kind: "iptables-save",
			why: ["of the rules only lists were saved (iptables -nvL)"],
			file: "iptables-save_-c.txt",
		});
		for (const name of ["ingress_sbox", "1-zquwizh2fb", "1-ieuel1sv9e", "lb_ieuel1sv9"])
			for (const command of [
				"ip -d address",
				"iptables-save -c",
				"ipvsadm -Ln",
				"bridge -d fdb show",
				"ip neigh",
			]) {
				const want = wantOf(wants, "worker1", `sudo nsenter --net=/var/run/docker/netns/${name} ${command}`);
				expect(want, `${name} ${command}`).toBeDefined();
				// A question of the topology says more.
				const asked = /^1-/.test(name) && want?.from.includes("topology");
				if (asked) expect(want?.why.join()).toMatch(/^inside of overlay/);
				else expect(want?.why).toContain(SOS);
			}
		expect(wantOf(wants, "worker1", "sudo ls /var/run/docker/netns")).toBeDefined();
		// A namespace of ip's own, of which nothing was saved.
		expect(wantOf(wants, "worker1", "sudo ip netns exec qrouter-1 ip route show table all")).toBeDefined();
		// What was saved is not wanted.
		expect(wants.map(lineOf)).not.toContain("worker1 : sudo ip -d address");
		expect(wantOf(wants, "worker1", "docker info")).toBe(undefined);
	});

	it("asks for hosts that others speak of, once each", async () => {
		const wants = await wanted(sos);
		expect([...new Set(wants.map(({ host }) => host))]).toEqual(["worker1", "192.168.99.101"]);
		const nodes = `ID                            HOSTNAME   STATUS    AVAILABILITY   MANAGER STATUS   ENGINE VERSION
n4cwm89xqpb2ykb169rammtnv     manager1   Ready     Active         Leader           20.10.24
ch8p6o13dzmrpvvdngn6d42dq *   worker1    Ready     Active                          20.10.24
`;
		const named = await wanted({ ...sos, "report/docker_node_ls.txt": nodes });
		expect([...new Set(named.map(({ host }) => host))].sort()).toEqual(["manager1", "worker1"]);
		expect(named.find(({ host }) => host === "manager1")?.why).toEqual([
			"docker node ls lists it, and nothing of it was saved",
		]);
	});

	it("joins the questions of the topology, each dump once, the questions first", async () => {
		const documents = ["000_5be509c29be0ffa5", "003_aecfce794903cd84"].map(
			(name) => `${fixtures}seeds/documents/${name}.txt`,
		);
		const capture = await openCapture(documents);
		const { wants } = wantedIn(capture);
		Schema.parse({ schema: WANTED_SCHEMA, wants });
		expect(new Set(wants.map(lineOf)).size).toBe(wants.length);
		const inside = wantOf(
			wants,
			"manager1",
			"sudo nsenter --net=/var/run/docker/netns/1-uhtur2cqne ip -d address",
		);
		expect(inside).toMatchObject({
			kind: "ip-address",
			file: "netns/1-uhtur2cqne/ip_-d_address.txt",
			from: ["topology", "capture"],
		});
		expect(inside?.why[0]).toMatch(/^inside of overlay overlay1 on manager1/);
		const parsed = capture.dumps.map((dump) => parseDump(dump));
		for (const { command, host } of reconstruct(parsed, capture.commands).gaps)
			expect(
				wants.some((want) => want.host === host && want.from.includes("topology")),
				command,
			).toBe(true);
		for (const host of new Set(wants.map((want) => want.host))) {
			const place = wants.filter((want) => want.host === host);
			const first = place.findIndex(({ from }) => !from.includes("topology"));
			const key = placeKey(place[0]!.place);
			const here = place.filter((want) => placeKey(want.place) === key);
			expect(first === 0 || here[0]!.from.includes("topology")).toBe(true);
		}
	});

	it("asks for nothing of what printed nothing, and again for what failed", async () => {
		const log = (code: number): string =>
			`# netfossil collector 1\n2026-11-21T00:16:25Z\t${code}\tip_neigh.txt\tip neigh\n`;
		const files = { "n1/ip_-d_address.txt": ADDRESS, "n1/collected.log": log(0) };
		expect(wantOf(await wanted(files), "n1", "sudo ip neigh")).toBe(undefined);
		expect(wantOf(await wanted({ "n1/collected.log": log(1) }), "n1", "sudo ip neigh")).toBeDefined();
	});

	it("asks for nothing that a report's manifest knows to be nothing, if the command listed all", async () => {
		const manifest = (exec: string): string =>
			JSON.stringify({
				components: {
					report: {
						plugins: {
							networking: {
								commands: [{ exec, filepath: "sos_commands/networking/empty", return_code: 0 }],
							},
						},
					},
				},
			});
		const files = (exec: string): Record<string, string> => ({
			"n1/sos_commands/networking/ip_-d_address": ADDRESS,
			"n1/sos_commands/networking/empty": "",
			"n1/sos_reports/manifest.json": manifest(exec),
		});
		expect(wantOf(await wanted(files("ip -s -s neigh show")), "n1", "sudo ip neigh")).toBe(undefined);
		expect(wantOf(await wanted(files("ip neigh show nud noarp")), "n1", "sudo ip neigh")).toBeDefined();
		expect(wantOf(await wanted(files("ip -6 neigh")), "n1", "sudo ip neigh")).toBeDefined();
	});

	it("takes no piece and no form that tells less for the whole", async () => {
		const brief =
			"eth0             UP             192.168.99.102/24 \nlo               UNKNOWN        127.0.0.1/8 \n";
		expect(wantOf(await wanted({ "n1/ip_-br_addr.txt": brief }), "n1", "sudo ip -d address")).toBeDefined();
		const piece = wantedIn(
			captureOfText("a.md", "root@n1:~# iptables-save | grep 8080\n-A INPUT -p tcp --dport 8080 -j DROP\n"),
		).wants;
		expect(wantOf(piece, "n1", "sudo iptables-save -c")).toBeDefined();
	});
});

describe("the script", () => {
	const shells = ["dash", "bash --posix", "busybox sh"].filter(
		(shell) => spawnSync("sh", ["-c", `command -v ${shell.split(" ")[0]}`]).status === 0,
	);
	const evil = fc.oneof(
		fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).map((text) => text.replaceAll("\0", "")),
		fc.constantFrom(
			"$(touch CANARY)",
			"`touch CANARY`",
			"'; touch CANARY; '",
			'"; touch CANARY; "',
			"a\ntouch CANARY\n",
			"a\rtouch CANARY",
			"; touch CANARY #",
			") touch CANARY ;;\n*",
			"../../../CANARY",
			"..",
			"-rf",
			"*",
			"|| touch CANARY",
			"\u2028touch CANARY",
			"EOF\ntouch CANARY",
			"\x1b]0;title\x07",
			"\x9b31m",
			"\u202egnp.exe",
			"-x",
		),
	);
	const place: fc.Arbitrary<Want["place"]> = fc.oneof(
		fc.constant({ type: "host" } as const),
		evil.map((name) => ({ type: "netns", name }) as const),
		evil.map((id) => ({ type: "container", id }) as const),
	);
	const want: fc.Arbitrary<Want> = fc.record(
		{
			host: evil,
			place,
			kind: fc.constantFrom("ip-address", "ip-route"),
			command: evil.map((word) => `sudo ip route get '${word.replaceAll("'", "'\\''")}'`),
			file: fc.constantFrom("ip_-d_address.txt", "ip_route_get.txt"),
			why: fc.array(evil, { minLength: 1, maxLength: 2 }),
			decides: fc.array(evil, { minLength: 1, maxLength: 2 }),
			from: fc.constant(["topology"] as const),
		},
		{ requiredKeys: ["host", "place", "command", "file", "why", "decides", "from"] },
	);

	/** Tools that do nothing, before those of the machine. */
	function stubs(): string {
		const bin = join(root, "bin");
		mkdirSync(bin, { recursive: true });
		for (const tool of [
			"sysctl",
			"iptables-save",
			"ip6tables-save",
			"ip",
			"nsenter",
			"docker",
			"timeout",
			"hostname",
			"iptables",
			"bridge",
			"ss",
			"conntrack",
		]) {
			writeFileSync(join(bin, tool), "#!/bin/sh\nexit 0\n");
			chmodSync(join(bin, tool), 0o755);
		}
		writeFileSync(join(bin, "touch"), `#!/bin/sh\necho "$*" >>'${root}/touched'\n`);
		chmodSync(join(bin, "touch"), 0o755);
		return bin;
	}

	it("does nothing that names from dumps ask for, in any shell, and writes into its folder only", () => {
		const bin = stubs();
		fc.assert(
			fc.property(
				fc.array(want, { minLength: 1, maxLength: 3 }),
				fc.constantFrom(...shells),
				(wants, shell) => {
					const script = toScript({ schema: WANTED_SCHEMA, wants });
					expect(script).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
					const [program, ...args] = shell.split(" ");
					const here = mkdtempSync(join(root, "run-"));
					const inner = join(here, "a/b/c");
					mkdirSync(inner, { recursive: true });
					const { status, stderr } = spawnSync(program!, [...args, "-s", "--", wants[0]!.host], {
						cwd: inner,
						input: script,
						env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
						encoding: "utf8",
					});
					expect([0, 2], stderr).toContain(status);
					const made = readdirSync(here, { recursive: true, encoding: "utf8" }).filter(
						(name) => !/^a(?:\/b(?:\/c(?:\/netfossil-[^/]*(?:\/[\s\S]*)?)?)?)?$/.test(name),
					);
					expect(made).toEqual([]);
					rmSync(here, { recursive: true, force: true });
				},
			),
			{ numRuns: 60 },
		);
		expect(existsSync(join(root, "touched"))).toBe(false);
	}, 120_000);

	it("has a part for every host, and is one for every shell", async () => {
		const { wants } = wantedIn(await openCapture(`${fixtures}seeds`));
		const script = toScript({ schema: WANTED_SCHEMA, wants });
		for (const { host } of wants)
			expect(script).toMatch(new RegExp(`^${host.replaceAll(".", "\\.")}(?: \\||\\))`, "m"));
		for (const shell of shells) {
			const [program, ...args] = shell.split(" ");
			expect(spawnSync(program!, [...args, "-n"], { input: script }).status).toBe(0);
		}
	});

	it.skipIf(spawnSync("shellcheck", ["--version"]).status !== 0)(
		"has nothing that shellcheck remarks",
		async () => {
			const script = toScript(wantedIn(await openCapture(`${fixtures}seeds`)));
			expect(spawnSync("shellcheck", ["-"], { input: script, encoding: "utf8" }).stdout).toBe("");
		},
	);

	it("leaves out what nothing can be called, and says so; a name that begins with - is a name", () => {
		const ask = (host: string, name: string): Want => ({
			host,
			place: { type: "netns", name },
			kind: "ip-address",
			command: "sudo ip netns exec X ip -d address",
			file: "netns/X/ip_-d_address.txt",
			why: ["the namespace is known by its name"],
			decides: ["addresses"],
			from: ["capture"],
		});
		const wants = [ask("n1", "-x"), ask("n1", "../up"), ask("n1", "a\x1b[31m"), ask("n\x1b[2J", "blue")];
		const script = toScript({ schema: WANTED_SCHEMA, wants });
		expect(script).toContain("if netns -x; then");
		expect(script).toContain("# left out, for no namespace is called so: namespace ../up");
		expect(script).toContain("# left out, for no namespace is called so: namespace a␛[31m");
		expect(script).toContain("# left out, for no host is called so: n␛[2J");
		expect(script).not.toContain("netns blue");
	});

	it("names of dumps in the questions of the topology are names that there can be", async () => {
		write({
			"n1/ip_addr.txt": `${ADDRESS}7: veth7@if6: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 02:00:00:00:00:07 brd ff:ff:ff:ff:ff:ff link-netnsid 0
`,
			"n1/ip_netns.txt": "../../../tmp/zz\n-x\nred\n",
		});
		const capture = await openCapture(root);
		const { gaps } = reconstruct(capture.dumps.map(parseDump));
		const commands = gaps.map(({ command }) => command).join("\n");
		expect(commands).toContain("ip netns exec red ");
		expect(commands).toContain("ip netns exec -x ");
		expect(commands + gaps.map(({ question }) => question).join()).not.toContain("zz");
	});

	it("says where there is nothing to ask for", () => {
		expect(toScript({ schema: WANTED_SCHEMA, wants: [] })).toContain("Nothing is missing");
	});

	it("saves what is read back in its place", async () => {
		const wants = await wanted({
			"n1/ip_-d_address.txt": ADDRESS,
			"n1/netns/blue/ip_rule.txt": "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n",
		});
		const bin = stubs();
		writeFileSync(
			join(bin, "ip"),
			'#!/bin/sh\ncase "$*" in\n"route show table all") echo "default via 192.0.2.1 dev eth0" ;;\n"-d address") cat "$ADDRESS" ;;\nesac\n',
		);
		writeFileSync(join(bin, "nsenter"), '#!/bin/sh\nshift\nexec "$@"\n');
		writeFileSync(join(bin, "timeout"), '#!/bin/sh\nshift\nexec "$@"\n');
		writeFileSync(join(root, "wanted.sh"), toScript({ schema: WANTED_SCHEMA, wants }));
		const { status, stderr } = spawnSync("sh", ["wanted.sh", "n1"], {
			cwd: root,
			env: {
				...process.env,
				PATH: `${bin}:${process.env.PATH}`,
				ADDRESS: join(root, "n1/ip_-d_address.txt"),
			},
			encoding: "utf8",
		});
		expect(status, stderr).toBe(0);
		const folder = readdirSync(root).find((name) => /^netfossil-n1-.*\d$/.test(name))!;
		expect(readFileSync(join(root, folder, "hostname"), "utf8")).toBe("n1\n");
		const { dumps } = await openCapture(join(root, folder));
		expect(dumps.map(({ kind, scope }) => `${scope.host} ${placeKey(scope.place)} ${kind}`).sort()).toEqual([
			"n1  ip-route",
			"n1 netns blue ip-address",
			"n1 netns blue ip-route",
		]);
		const left = wantedIn(await openCapture([join(root, "n1"), join(root, folder)])).wants;
		expect(left.length).toBeLessThan(wants.length);
		for (const each of ["ip -d address", "ip route show table all", "ip neigh"])
			expect(left.map(lineOf).filter((line) => line.endsWith(` ${each}`))).toEqual([]);
	});
});
