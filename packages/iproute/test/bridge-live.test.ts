import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
	parseBridgeFdb,
	parseBridgeLink,
	parseBridgeVlan,
	parseNetstatRoute,
	printBridgeFdb,
	printBridgeLink,
	printBridgeVlan,
	printNetstatRoute,
} from "../src/index.ts";
import { differences, fdbJson, fdbSays, type Json, report, routeJson, routeSays } from "./facts.ts";

const NAMESPACE = `netfossil-bridge-${process.pid}`;
/** Milliseconds that all commands may take together. */
const BUDGET = 15_000;

const run = (...words: string[]): string => {
	const [program, ...rest] = words;
	return execFileSync(program!, rest, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 3000 });
};
const inside = (line: string): string => run("ip", "netns", "exec", NAMESPACE, ...line.split(" "));

/** Whether a command that the kernel may refuse was done. */
const done = (line: string): boolean => {
	try {
		inside(line);
		return true;
	} catch {
		return false;
	}
};

/** Why this cannot run here; undefined when it can. */
function obstacle(): string | undefined {
	if (process.getuid?.() !== 0) return "needs root";
	try {
		run("ip", "netns", "add", NAMESPACE);
		run("bridge", "-V");
		inside("ip link set lo up");
		return undefined;
	} catch (error) {
		return `needs ip, bridge and network namespaces: ${String((error as Error).message).split("\n")[0]}`;
	}
}

const because = obstacle();
if (because !== undefined) console.log(`live bridge: skipped, ${because}`);

const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)]!;
const below = (most: number): number => 1 + Math.floor(Math.random() * most);
const mac = (): string =>
	`02${Array.from({ length: 5 }, () => `:${below(254).toString(16).padStart(2, "0")}`).join("")}`;

/** A random entry for a VXLAN device, or for a port of a bridge. */
function entry(port: boolean): string {
	const words = [`bridge fdb append ${mac()}`];
	if (port) {
		return `${words[0]} dev v0 master ${pick(["static", "permanent", "dynamic"])}${pick(["", " vlan 1", " sticky"])}`;
	}
	words.push(`dev ${pick(["vx4", "vx6"])}`);
	words.push(`dst ${words[1] === "dev vx4" ? `192.0.2.${below(250)}` : `2001:db8::${below(9999)}`}`);
	if (pick([true, false])) words.push(`port ${below(65535)}`);
	if (pick([true, false])) words.push(`vni ${below(16_000_000)}`);
	if (pick([true, false])) words.push(`src_vni ${below(16_000_000)}`);
	if (pick([true, false])) words.push(`via ${pick(["v0", "v1"])}`);
	return [...words, pick(["self permanent", "self static", "self dynamic", "self extern_learn"])].join(" ");
}

describe.skipIf(because !== undefined)("bridge and route of this machine", () => {
	const started = performance.now();
	let bridges = false;
	const refused = new Set<string>();

	beforeAll(() => {
		done("ip link add v0 type veth peer name v1");
		for (const name of ["v0", "v1"]) done(`ip link set ${name} up`);
		done("ip addr add 10.1.2.1/24 dev v0");
		// `external` devices take entries with a source VNI, the others do not.
		if (!done("ip link add vx4 type vxlan external dstport 4789")) refused.add("vxlan");
		if (!done("ip link add vx6 type vxlan id 6 dstport 4790 local 2001:db8::1")) refused.add("vxlan of IPv6");
		bridges = done("ip link add br0 type bridge vlan_filtering 1 stp_state 0");
		if (!bridges) refused.add("bridge");
		else
			for (const line of [
				"ip link set br0 up",
				"ip link set v0 master br0",
				"bridge vlan add dev v0 vid 10-20",
			])
				done(line);
		if (refused.size > 0) console.log(`live bridge: the kernel has no ${[...refused].join(", ")}`);
	}, BUDGET);

	afterAll(() => {
		run("ip", "netns", "del", NAMESPACE);
	});

	it(
		"fdb says what its JSON says, and prints back",
		() => {
			let added = 0;
			let different: string[] = [];
			for (let round = 0; round < 4; round++) {
				for (let each = 0; each < 25 && performance.now() - started < BUDGET / 2; each++) {
					if (done(entry(bridges && each % 3 === 0))) added++;
				}
				for (const command of ["bridge fdb show", "bridge -s -d fdb show", "bridge fdb show dev vx4"]) {
					const text = inside(command);
					const json: Json[] = JSON.parse(inside(command.replace("bridge", "bridge -j")) || "[]");
					const { ast, diagnostics } = parseBridgeFdb(text);
					expect(diagnostics).toEqual([]);
					expect(printBridgeFdb(ast)).toBe(text);
					const entries = ast.statements.filter((node) => node.type === "entry");
					expect(entries.length).toBe(json.length);
					different = different.concat(
						entries.flatMap((node, at) => {
							const moving = (key: string): boolean => key === "used" || key === "updated";
							return differences(`${command} ${at}`, fdbSays(node), fdbJson(json[at]!), moving);
						}),
					);
				}
			}
			console.log(`live bridge: ${added} random entries of 100 were taken by the kernel`);
			report("live bridge fdb", different, 100);
			expect(different).toEqual([]);
		},
		BUDGET,
	);

	it(
		"links and VLANs print back",
		(context) => {
			if (!bridges) {
				console.log("live bridge: links and VLANs are skipped, this kernel has no bridge");
				context.skip();
			}
			for (const [command, parse, print] of [
				["bridge -d link", parseBridgeLink, printBridgeLink],
				["bridge vlan", parseBridgeVlan, printBridgeVlan],
				["bridge -d -compressvlans vlan", parseBridgeVlan, printBridgeVlan],
			] as const) {
				const text = inside(command);
				const { ast, diagnostics } = parse(text);
				expect(diagnostics).toEqual([]);
				expect(print(ast as never)).toBe(text);
			}
		},
		BUDGET,
	);

	it(
		"route says what ip -j route says",
		() => {
			if (!done("route -n")) {
				console.log("live bridge: skipped, needs net-tools");
				return;
			}
			for (let each = 0; each < 15; each++) {
				const to = `10.${below(250)}.${below(250)}.0/24`;
				done(
					pick([
						`ip route add ${to} via 10.1.2.${1 + below(250)} metric ${below(999)}`,
						`ip route add unreachable ${to}`,
					]),
				);
			}
			const told = routeJson(JSON.parse(inside("ip -j route")));
			for (const command of ["route -n", "netstat -rn", "route -nee"]) {
				const text = inside(command);
				const { ast, diagnostics } = parseNetstatRoute(text);
				expect(diagnostics).toEqual([]);
				expect(printNetstatRoute(ast)).toBe(text);
				const said = ast.statements.flatMap((node) => (node.type === "route" ? [routeSays(node)] : []));
				expect(said.sort()).toEqual([...told].sort());
			}
			expect(told.length).toBeGreaterThan(5);
		},
		BUDGET,
	);
});
