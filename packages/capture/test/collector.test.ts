import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kindsOfCommand, readActions } from "../src/commands.ts";
import { readFileName } from "../src/filename.ts";
import {
	type Capture,
	collectorScript,
	fileNameOf,
	type InventoryDump,
	inventoryOf,
	kindOf,
	kinds,
	openCapture,
	placeKey,
	recipes,
} from "../src/index.ts";
import { unsaved } from "../src/recipes.ts";

/** What a recipe's command prints, by the rules that read what people type. */
function kindsPrinted(command: string): readonly string[] {
	return readActions(command).flatMap((action) => [...kindsOfCommand(action)]);
}

describe("the recipes", () => {
	it.each(recipes.flatMap((recipe) => recipe.commands.map((command) => ({ ...recipe, command }))))(
		"$command is one of its kind's commands, and is known again by itself and by its file",
		({ kind, command, commands }) => {
			const printed = kindsPrinted(command);
			expect(printed.length).toBe(1);
			if (command === commands[0]) expect(printed).toEqual([kind]);
			expect(kindOf(printed[0] as typeof kind).commands).toContain(command);
			expect(readFileName(`${fileNameOf(command)}.txt`).kinds).toContain(printed[0]);
		},
	);

	it("make every kind, or say why not", () => {
		const made = new Set(recipes.flatMap(({ commands }) => commands.flatMap(kindsPrinted)));
		for (const { name } of kinds) expect(made.has(name) !== name in unsaved, name).toBe(true);
	});

	it("begin with the first of their kind's commands", () => {
		for (const { kind, family, needs, commands } of recipes)
			if (family === undefined && needs !== "/proc/net/ip_tables_names")
				expect(kindOf(kind).commands[0]).toBe(commands[0]);
	});
});

const has = (tool: string): boolean => spawnSync("sh", ["-c", `command -v ${tool}`]).status === 0;
const script = collectorScript();
let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "collector-"));
	writeFileSync(join(folder, "collect.sh"), script);
	writeFileSync(join(folder, "world.sh"), WORLD);
	writeFileSync(join(folder, "docker"), DOCKER, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A host with namespaces of every sort, in mount, network and host name namespaces that go with the process. */
const WORLD = `
set -e
mount -t tmpfs tmpfs /run
hostname node7
ip link set lo up
ip netns add blue
ip netns add 'we $(ird)'
mkdir -p /run/docker/netns /run/bin /run/out
ln -s /run/docker/netns/ingress_sbox /run/netns/again
for name in default ingress_sbox 1-sh0h7as3pr stale; do touch /run/docker/netns/$name; done
mount --bind /proc/self/ns/net /run/docker/netns/default
unshare --net=/run/docker/netns/ingress_sbox true
unshare --net=/run/docker/netns/1-sh0h7as3pr true
ip link add v0 type veth peer name v1 netns blue
ip addr add 10.9.0.1/24 dev v0
nsenter --net=/run/docker/netns/1-sh0h7as3pr ip link add br0 type bridge
nsenter --net=/run/docker/netns/ingress_sbox ip addr add 10.0.0.2/24 dev lo
unshare -n sleep 300 & echo $! > /run/container
unshare -n sleep 300 & echo $! > /run/process
trap 'kill $(cat /run/container /run/process)' EXIT
until [ "$(readlink /proc/$(cat /run/process)/ns/net)" != "$(readlink /proc/self/ns/net)" ] &&
	[ "$(readlink /proc/$(cat /run/container)/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
cp "$FOLDER/docker" /run/bin/docker
export PATH="/run/bin:$TOOLS$PATH"
mount -o remount,bind,ro /
cd /run/out
before=$(find /run -path /run/out -prune -o -print | sort)
set +e
$SHELL_UNDER_TEST < "$FOLDER/collect.sh" 2> /run/said
echo "status $?"
cat /run/said
[ "$before" = "$(find /run -path /run/out -prune -o -name said -prune -o -print | sort)" ] || echo "wrote elsewhere"
echo "process $(cat /run/process)"
ls /run/out
tar -C /run/out -cf - . | base64 -w 0
`;

/** A docker that answers what is asked here, with one container that is a process of ours. */
const DOCKER = `#!/bin/sh
case "$*" in
"ps -q" | "ps -aq") echo 0123456789ab ;;
"inspect -f {{.State.Pid}} 0123456789ab") cat /run/container ;;
"network ls -q") echo sh0h7as3pr0a ;;
"network inspect -v sh0h7as3pr0a") echo '[{ "Name": "ingress", "Id": "sh0h7as3pr0a", "Driver": "overlay" }]' ;;
"container inspect 0123456789ab")
	printf '[\\n    {\\n        "Id": "0123456789ab",\\n        "Env": [\\n            "SECRET=a\\\\"b",\\n            "PATH=/bin"\\n        ]\\n    }\\n]\\n'
	echo 'a complaint' >&2
	;;
*)
	echo "docker: not recorded: $*" >&2
	exit 1
	;;
esac
`;

interface Run {
	readonly said: string;
	readonly root: string;
	readonly process: string;
	readonly capture: Capture;
	readonly dumps: readonly InventoryDump[];
}

async function collect(shell: string, tools = ""): Promise<Run> {
	const { stdout, stderr, status } = spawnSync(
		"unshare",
		["-m", "-n", "-u", "--propagation", "private", "bash", join(folder, "world.sh")],
		{
			encoding: "utf8",
			maxBuffer: 1 << 28,
			env: { ...process.env, FOLDER: folder, SHELL_UNDER_TEST: shell, TOOLS: tools },
		},
	);
	expect(status, stderr).toBe(0);
	const lines = stdout.trimEnd().split("\n");
	const packed = Buffer.from(lines.pop()!, "base64");
	const root = mkdtempSync(join(folder, "out-"));
	execFileSync("tar", ["-C", root, "-xf", "-"], { input: packed });
	const capture = await openCapture(root);
	const pid = /^process (\d+)$/m.exec(stdout)![1]!;
	return { said: lines.join("\n"), root, process: pid, capture, dumps: inventoryOf(capture).dumps };
}

const isRoot = process.getuid?.() === 0;
const canIsolate =
	isRoot && has("ip") && has("unshare") && spawnSync("unshare", ["-mnu", "true"]).status === 0;

describe.skipIf(!canIsolate)("the collector on a host (needs Linux, root and iproute2)", () => {
	const shells = [
		["dash", "dash"],
		["busybox", "busybox sh"],
		["bash", "bash --posix"],
	].filter(([tool]) => has(tool!));

	it.each(shells)(
		"%s: every namespace is saved once, in its place, and nothing elsewhere",
		async (_, shell) => {
			const { said, root, dumps, capture, process: pid } = await collect(`${shell} -s --`);
			expect(said).toMatch(/^status 0$/m);
			expect(said).not.toContain("wrote elsewhere");
			expect(said).toMatch(/^left out: namespace stale, which cannot be entered$/m);
			const [name, packed, ...others] = said.split("\n").slice(-2);
			expect(name).toMatch(/^netfossil-node7-\d{8}-\d{6}$/);
			expect([packed, others]).toEqual([`${name}.tar.gz`, []]);
			expect(execFileSync("tar", ["-tzf", join(root, packed!)], { encoding: "utf8" })).toContain(
				`${name}/collected.log\n`,
			);

			expect([...new Set(dumps.map(({ host }) => host))]).toEqual(["node7"]);
			const addresses = dumps.filter(({ kind }) => kind === "ip-address");
			const places = addresses.map(({ place }) => placeKey(place));
			expect(new Set(places).size).toBe(places.length);
			for (const each of [
				"",
				"container 0123456789ab",
				"netns 1-sh0h7as3pr",
				"netns blue",
				"netns ingress_sbox",
				"netns we $(ird)",
				`netns pid-${pid}`,
			])
				expect(places).toContain(each);
			for (const each of ["netns default", "netns again", "netns stale"]) expect(places).not.toContain(each);
			const text = (place: string): string =>
				capture.dumps.find(({ kind, scope }) => kind === "ip-address" && placeKey(scope.place) === place)!
					.source.text;
			expect(text("")).toContain("10.9.0.1/24");
			expect(text("netns blue")).toContain(" v1@");
			expect(text("netns 1-sh0h7as3pr")).toContain(" br0: ");
			expect(text("netns ingress_sbox")).toContain("10.0.0.2/24");

			for (const dump of dumps) {
				expect(dump.time, dump.id).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
				expect(dump.unparsed, dump.id).toBe(dump.kind === "ip-netns" ? 1 : 0);
			}
			expect(
				capture.passedOver.filter(
					({ used, what, file }) =>
						!used && what !== "an archive that was unpacked beside it" && !file.endsWith("/machine-id"),
				),
			).toEqual([]);
			expect(capture.problems).toEqual([]);
		},
	);

	it.each(shells)(
		"%s: what commands return and say is kept, and values of variables are not",
		async (_, shell) => {
			const { root, said, dumps, capture } = await collect(`${shell} -s -- --out x/`);
			expect(said.split("\n").slice(-2)).toEqual(["x", "x.tar.gz"]);
			const log = readFileSync(join(root, "x/collected.log"), "utf8");
			expect(log).toMatch(/^# uname: Linux node7 /m);
			expect(log).toMatch(/^# ip -V: ip utility, iproute2/m);
			expect(log).toMatch(
				/\t0\tdocker_container_inspect\.txt\tdocker container inspect 0123456789ab\n\ta complaint\n/,
			);
			expect(capture.silent).toContainEqual({
				scope: { host: "node7", place: { type: "host" } },
				kind: "docker-info",
				command: "docker info",
				file: "x/collected.log",
				returnCode: 1,
			});
			expect(capture.silent).toContainEqual(
				expect.objectContaining({ command: "ip neigh", kind: "ip-neigh", returnCode: 0 }),
			);
			const inspected = readFileSync(join(root, "x/docker_container_inspect.txt"), "utf8");
			expect(inspected).toContain('"SECRET=********",\n            "PATH=********"\n');
			expect(inspected).not.toContain("/bin");
			expect(dumps.find(({ kind }) => kind === "docker-network-inspect")?.command).toBe(
				"docker network inspect -v sh0h7as3pr0a",
			);
		},
	);

	it.skipIf(!has("busybox"))("works with busybox alone, but for what it cannot do", async () => {
		const tools = join(folder, "busybox");
		execFileSync("mkdir", [tools]);
		execFileSync("busybox", ["--install", "-s", tools]);
		const { said, dumps } = await collect("busybox sh -s -- --out x", `${tools}:`);
		expect(said).toMatch(/^status 0$/m);
		const blue = dumps.filter(({ place }) => placeKey(place) === "netns blue").map(({ kind }) => kind);
		for (const kind of ["ip-address", "ip-rule", "sysctl"]) expect(blue).toContain(kind);
	});

	it("says what it leaves out without root, without docker, and when it is told to", async () => {
		const asNobody = (args: string): string => {
			const { stderr, status } = spawnSync(
				"sh",
				["-c", `cd "$(mktemp -d)" && exec setpriv --reuid 65534 --clear-groups sh -s -- ${args}`],
				{ input: script, encoding: "utf8", cwd: folder },
			);
			return `${status} ${stderr}`;
		};
		// The folder cannot be made there, for it is root's.
		expect(asNobody("--out x")).toBe(
			"1 cannot make the folder x\n".replace(
				"1 ",
				"1 mkdir: cannot create directory 'x': Permission denied\n",
			),
		);
		const out = mkdtempSync(join(tmpdir(), "collected-"));
		execFileSync("chmod", ["777", out]);
		try {
			const said = asNobody(`--no-docker --out ${out}/x`);
			expect(said).toMatch(/^0 left out: whatever only root may see/);
			expect(said).toContain("left out: docker, as --no-docker says\n");
			expect((await openCapture(out)).dumps.map(({ kind }) => kind)).toContain("ip-address");
		} finally {
			rmSync(out, { recursive: true });
		}
	});
});

describe("the script", () => {
	const run = (args: readonly string[]): { status: number | null; said: string } => {
		const { status, stderr } = spawnSync("sh", ["-s", "--", ...args], {
			input: script,
			encoding: "utf8",
			cwd: folder,
		});
		return { status, said: stderr };
	};

	it("refuses what it does not know, and a folder that holds something", () => {
		expect(run(["--otu", "x"])).toEqual({
			status: 2,
			said: "there is no option --otu; there are --out FOLDER and --no-docker\n",
		});
		expect(run(["--out"])).toEqual({ status: 2, said: "--out needs a folder\n" });
		expect(run(["--out", "."])).toEqual({
			status: 2,
			said: ". is there already, and not empty: name another folder with --out\n",
		});
		expect(run(["--help"]).status).toBe(0);
		expect(existsSync(join(folder, "x"))).toBe(false);
	});

	it.each(["dash", "bash --posix", "busybox sh"].filter((shell) => has(shell.split(" ")[0]!)))(
		"is one for %s",
		(shell) => {
			const [program, ...args] = shell.split(" ");
			expect(spawnSync(program!, [...args, "-n"], { input: script }).status).toBe(0);
		},
	);

	it.skipIf(!has("shellcheck"))("has nothing that shellcheck remarks", () => {
		const { stdout, status } = spawnSync("shellcheck", ["-"], { input: script, encoding: "utf8" });
		expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
	});
});
