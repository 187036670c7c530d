import { expect, it } from "vitest";
import { type Interface, netnsOf, parseIpAddress, parseIpNetns } from "../src/index.ts";
import { type Facts, isSame, jsonFacts, textFacts } from "./json.ts";
import { exists, read, recorded } from "./recordings.ts";

type JsonLink = Readonly<Record<string, unknown>>;

const linksOf = (path: string): JsonLink[] =>
	(JSON.parse(read(path)) as JsonLink[]).filter(({ ifname }) => ifname !== undefined);
const interfacesOf = (path: string): Interface[] =>
	parseIpAddress(read(path)).ast.statements.filter((node) => node.type === "interface");

/** Fields of the JSON that the text leaves out, by key or by key and value, and why. */
const NOT_PRINTED: readonly (readonly [field: RegExp, reason: string])[] = [
	[/^(?:vxlan|geneve)\.df unset$/, "the text has df only where it is set"],
	[/^vxlan\.learning true$/, "the text says nolearning, or nothing"],
	[/^(?:gre|gretap|erspan)\.pmtudisc true$/, "the text of these says nopmtudisc, or nothing"],
	[/^tun\.multi_queue false$/, "the text says multi_queue, or nothing"],
	[
		/^geneve\.ttl 0$/,
		"a geneve over IPv6 that inherits its TTL has two words for it in the text, none in the JSON",
	],
	[/^stats64\.rx\.over_errors /, "with one -s, 5.14 and later print the missed ones in their place"],
];

/** Fields that the text has and the JSON leaves out. */
const NOT_IN_JSON: readonly (readonly [field: RegExp, reason: string])[] = [
	[/^stats64\.rx\.missed_errors /, "with one -s, the JSON has the overruns in their place"],
	[/^geneve\.ttl inherit$/, "the JSON leaves it out where it is 0 and the remote end is IPv6"],
];

/** `KEY TEXT JSON`: what another release than 6.1 says that its JSON does not, and why. */
const OTHERWISE: readonly (readonly [fact: RegExp, reason: string])[] = [
	[/^addr_info\.\d+\.protocol \S+ undefined$/, "the origin of an address is printed since 6.4"],
	[/^bond\.\w+ \S+ undefined$/, "attributes of a bond that 6.1 does not know"],
	[/^bond_slave\.\w+ \S+ undefined$/, "attributes of a bond's port that 6.1 does not know"],
	[/^bridge\.(?:mst_enabled|fdb_\w+) \d+ undefined$/, "attributes of a bridge that 6.1 does not know"],
	[/^stats64\.rx\.missed_errors \d+ undefined$/, "with one -s, the JSON has the overruns in their place"],
	[/^link_type \[823\] gre6$/, "GRE over IPv6 has no name before 4.9"],
	[/^(?:address|broadcast) [0-9a-f:]{47} [0-9a-f:]+$/, "the addresses of GRE over IPv6 are bytes before 5.4"],
	[/^flags \S+,M-DOWN /, "releases before 4.0 look a peer's index up in their own namespace"],
	[/^\w+\.(?:remote|local) :: any$/, "no address is :: before 5.4"],
	[/^\w+\.flowinfo /, "printed before 5.4 only"],
	[/^macvlan\.mode unknown source$/, "the mode source has no name before 4.9"],
	[/^gre\.ikey 0\.0\.0\.36 0\.0\.0\.1$/, "2.6.39 prints both keys as ikey"],
	[/^vlan\.flags \S+,8 /, "MVRP has no name in 2.6.39"],
	[/^vxlan\.group \S+ undefined$/, "3.10 prints a remote address as a group"],
	[/^vxlan\.limit 1 1000$/, "3.10 prints 1 for any number of addresses"],
	[/^vti6?\.[io]key 0\.0\.0\.0 undefined$/, "before 5.4 keys are printed that are 0"],
];

/** Numbers that moved between the two runs of the tool. */
const RUNNING = /_timer$|_life_time$/;
/** The one recording in which packets were on their way. */
const BUSY = /^ip\/other_kinds\/h\/ip_s.*link\.txt mon0 stats64\.rx\.(?:bytes|packets)$/;

/** Dummies with names like these, printed without details or an IPv4 label: nothing in the text tells. */
const AMBIGUOUS = /\/flags\/h\/ip_\S+ (?:a@b|x@if5) (?:ifname|link|link_index): /;

interface Count {
	interfaces: number;
	checked: number;
	equal: number;
	running: number;
	readonly notPrinted: Map<string, number>;
	readonly different: string[];
}
const counter = (): Count => ({
	interfaces: 0,
	checked: 0,
	equal: 0,
	running: 0,
	notPrinted: new Map(),
	different: [],
});

const reasonFor = (list: typeof NOT_PRINTED, field: string): string | undefined =>
	list.find(([pattern]) => pattern.test(field))?.[1];

/** Compares each field of the JSON with the text, and sees that the text says nothing else. */
function compare(said: Facts, json: Facts, where: string, count: Count): void {
	for (const [key, expected] of json) {
		count.checked++;
		if (said.has(key)) {
			const found = said.get(key);
			if (isSame(key, found, expected)) count.equal++;
			else if (RUNNING.test(key) && Math.abs(Number(found) - Number(expected)) < 2) count.running++;
			else if (BUSY.test(`${where} ${key}`)) count.running++;
			else count.different.push(`${where} ${key}: text ${String(found)}, JSON ${String(expected)}`);
			continue;
		}
		const reason = reasonFor(NOT_PRINTED, `${key} ${String(expected)}`);
		if (reason === undefined) count.different.push(`${where} ${key}: only in the JSON, ${String(expected)}`);
		else count.notPrinted.set(reason, (count.notPrinted.get(reason) ?? 0) + 1);
	}
	for (const [key, found] of said) {
		if (!json.has(key) && reasonFor(NOT_IN_JSON, `${key} ${String(found)}`) === undefined) {
			count.different.push(`${where} ${key}: only in the text, ${String(found)}`);
		}
	}
}

function report(what: string, { interfaces, checked, equal, running, notPrinted, different }: Count): void {
	console.log(
		[
			`${what}: ${interfaces} interfaces; ${checked} facts checked, ${equal} equal, ${different.length} different`,
			`  ${running} counters and timers moved between the two runs`,
			...[...notPrinted].map(([reason, times]) => `  ${times} not in the text: ${reason}`),
		].join("\n"),
	);
}

it("every field of the JSON of iproute2 6.1 is in the text, and is the same there", () => {
	const count = counter();
	const pairs = recorded(/^ip_(?:\w+_)?(?:addr|link)\.txt$/)
		.map((path) => [path, path.replace(/txt$/, "json")] as const)
		.filter(([text, json]) => exists(json) && !/\/ip_(?:br|o)_/.test(text));
	expect(pairs.length).toBeGreaterThan(180);
	for (const [text, json] of pairs) {
		const links = linksOf(json);
		const nodes = interfacesOf(text);
		expect(nodes.length, text).toBe(links.length);
		for (const node of nodes) {
			const link = links.find(({ ifindex }) => ifindex === node.index.value)!;
			const facts = jsonFacts(link);
			// The text names the namespace where it has a name, the JSON gives the number.
			if (netnsOf(node).netnsName !== undefined) facts.delete("link_netnsid");
			count.interfaces++;
			compare(textFacts(node), facts, `${text} ${String(link.ifname)}`, count);
		}
	}
	report("iproute2 6.1", count);
	expect(count.checked).toBeGreaterThan(25_000);
	expect(count.different.filter((each) => !AMBIGUOUS.test(each))).toEqual([]);
	expect(count.different).toHaveLength(12);
});

it("what other releases say equals the JSON of 6.1 as far as they say it", () => {
	const count = counter();
	for (const path of recorded(/^ip_(?:addr|d_link|s_link)\.v[\d.]+\.txt$/)) {
		const json = path.replace(/\.v[\d.]+\.txt$/, ".json");
		if (!exists(json)) continue;
		const links = linksOf(json);
		for (const node of interfacesOf(path)) {
			const link = links.find(({ ifindex }) => ifindex === node.index.value)!;
			const said = textFacts(node);
			const facts = jsonFacts(link);
			const where = `${path} ${String(link.ifname)}`;
			count.interfaces++;
			for (const [key, found] of said) {
				count.checked++;
				const fact = `${key} ${String(found)} ${String(facts.get(key))}`;
				const reason = isSame(key, found, facts.get(key)) ? undefined : reasonFor(OTHERWISE, fact);
				if (isSame(key, found, facts.get(key))) count.equal++;
				else if (RUNNING.test(key)) count.running++;
				else if (reason !== undefined) {
					count.notPrinted.set(reason, (count.notPrinted.get(reason) ?? 0) + 1);
				} else count.different.push(`${where} ${key}: text ${String(found)}, JSON ${String(facts.get(key))}`);
			}
		}
	}
	report("iproute2 2.6.39, 3.10, 4.9, 5.4, 7.1", count);
	expect(count.checked).toBeGreaterThan(9000);
	expect(count.different.filter((each) => !AMBIGUOUS.test(each))).toEqual([]);
	expect(count.different).toHaveLength(20);
});

it("ip netns agrees with its JSON", () => {
	const pairs = recorded(/^ip_netns(?:_list_id)?\.json$/);
	expect(pairs.length).toBeGreaterThan(30);
	for (const path of pairs) {
		const names = (JSON.parse(read(path)) as JsonLink[]).map(({ name, id, nsid }) => [name, id ?? nsid]);
		const { ast } = parseIpNetns(read(path.replace("json", "txt")));
		const said = ast.statements.map((node) =>
			node.type === "namespace" || node.type === "nsid" ? [node.name?.value, node.id?.value] : [],
		);
		expect(said, path).toEqual(names);
	}
});
