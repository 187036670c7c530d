import { expect, it } from "vitest";
import {
	attributeOf,
	type Interface,
	type InterfaceAddress,
	kindOf,
	type LinkAddress,
	netnsOf,
	parseIpAddress,
	parseIpNetns,
} from "../src/index.ts";
import { exists, read, recorded } from "./recordings.ts";

/** What `ip -j addr` says of an interface, as far as the text does too. */
interface JsonLink {
	readonly ifname: string;
	readonly [key: string]: unknown;
}
type Facts = Record<string, unknown>;

/** The tool counts in 32 bits; the text says `forever` for the largest. */
const FOREVER = 2 ** 32 - 1;
const time = (value: { value: number } | "forever"): number => (value === "forever" ? FOREVER : value.value);

function addressFacts(node: InterfaceAddress): Facts {
	return {
		family: node.type,
		local: node.address.address,
		address: node.peer?.address,
		prefixlen: (node.peer ?? node.address).length,
		metric: node.metric?.value,
		broadcast: node.broadcast?.value,
		scope: node.scope.value,
		label: node.label?.value,
		flags: [...node.flags].sort().join(),
		valid_life_time: node.lifetime && time(node.lifetime.valid),
		preferred_life_time: node.lifetime && time(node.lifetime.preferred),
	};
}

const linkText = (address: LinkAddress | undefined): string | undefined => address?.value;

function facts(node: Interface): Facts {
	const { peer, link } = node;
	const { netnsid } = netnsOf(node);
	return {
		ifindex: node.index.value,
		ifname: node.name.value,
		link: peer?.type === "name" ? peer.name.value : peer?.type === "none" ? null : undefined,
		link_index: peer?.type === "ifindex" ? peer.index.value : undefined,
		flags: node.flags.join(),
		mtu: node.mtu?.value,
		qdisc: node.qdisc?.value,
		master: node.master?.value,
		operstate: node.state?.value,
		linkmode: node.mode?.value,
		group: node.group?.value,
		txqlen: node.qlen?.value,
		link_type: link?.kind.value,
		address: linkText(link?.address),
		broadcast: linkText(link?.broadcast ?? link?.peer),
		permaddr: linkText(link?.permaddr),
		link_netnsid: typeof netnsid === "object" ? netnsid.value : undefined,
		altnames: node.properties?.flatMap((each) => (each.type === "altname" ? each.name.value : [])).join(),
		ifalias: node.properties?.find((each) => each.type === "alias")?.text,
	};
}

/** Flags of an address are members of their own in the JSON. */
const MARKS =
	"secondary temporary nodad optimistic dadfailed home deprecated tentative dynamic mngtmpaddr noprefixroute autojoin stable-privacy";

function jsonFacts(json: JsonLink): Facts {
	const list = (key: string): string => ((json[key] ?? []) as string[]).join();
	return { ...json, flags: list("flags"), altnames: list("altnames") };
}

function jsonAddressFacts(json: Record<string, unknown>): Facts {
	const flags = MARKS.split(" ").filter((mark) => json[mark] === true);
	return { ...json, flags: flags.sort().join() };
}

/** What the JSON has and the text leaves out, or says in other words. */
interface Leave {
	readonly [key: string]: boolean;
}

const counted = { checked: 0, equal: 0, interfaces: 0, addresses: 0 };

function report(what: string, different: readonly string[]): void {
	const { checked, equal, interfaces, addresses } = counted;
	console.log(
		`${what}: ${interfaces} interfaces, ${addresses} addresses; ${checked} facts checked, ${equal} equal, ${different.length} different`,
	);
	expect(checked).toBeGreaterThan(2000);
	for (const key of Object.keys(counted) as (keyof typeof counted)[]) counted[key] = 0;
}

/** What an older release leaves out, or cannot say. */
function olderLeaves(said: Facts, node: Interface): Leave {
	const silent = ["group", "linkmode", "permaddr", "altnames", "txqlen", "master", "link_netnsid"];
	const leave = Object.fromEntries(silent.filter((key) => !said[key]).map((key) => [key, true]));
	// GRE over IPv6 is a number to it, and its addresses are bytes: `link/[823] 20:01:0d:b8:…`.
	const raw = node.link?.address?.type === "hardware";
	// `z@z@if27: <BROADCAST,MULTICAST,M-DOWN>`: see `peerNames`.
	const misprint = node.peer?.type === "ifindex" && node.flags.at(-1) === "M-DOWN";
	return { ...leave, ...(raw && { link_type: true, address: true, broadcast: true }), flags: misprint };
}

/** An address of an older release: flags without a name then are not there, nor are metric and IPv6 peer. */
function olderAddress(said: Facts, json: Facts): Facts {
	const named = new Set(String(said.flags).split(","));
	const flags = String(json.flags).split(",");
	return {
		...json,
		flags: flags.filter((flag) => named.has(flag)).join(),
		...(said.metric === undefined && { metric: undefined }),
		...(said.address === undefined && { address: undefined }),
	};
}

function compare(text: Facts, json: Facts, leave: Leave, where: string): string[] {
	return Object.entries(text).flatMap(([key, value]) => {
		const said = value === "" ? undefined : value;
		const expected = json[key] === "" ? undefined : json[key];
		if (leave[key] || (said === undefined && expected === undefined)) return [];
		counted.checked++;
		if (said === expected) {
			counted.equal++;
			return [];
		}
		return [`${where} ${key}: text ${String(said)}, JSON ${String(expected)}`];
	});
}

function differences(textPath: string, jsonPath: string, older: boolean): string[] {
	const { ast } = parseIpAddress(read(textPath));
	const nodes = ast.statements.filter((node) => node.type === "interface");
	const links = (JSON.parse(read(jsonPath)) as JsonLink[]).filter((each) => each.ifname !== undefined);
	// iproute2 2.6.39 leaves out an interface whose name it finds odd.
	if (!older) expect(nodes.length, textPath).toBe(links.length);
	return nodes.flatMap((node) => {
		counted.interfaces++;
		const link = links.find(({ ifindex }) => ifindex === node.index.value)!;
		const said = facts(node);
		const where = `${textPath} ${link.ifname}`;
		const leave: Leave = {
			// The text names the namespace where it has a name, the JSON gives the number.
			link_netnsid: netnsOf(node).netnsName !== undefined,
			...(older && olderLeaves(said, node)),
		};
		const info = (link.addr_info ?? []) as Record<string, unknown>[];
		expect(node.addresses.length, where).toBe(info.filter((each) => each.local !== undefined).length);
		return [
			...compare(said, jsonFacts(link), leave, where),
			...node.addresses.flatMap((address, at) => {
				counted.addresses++;
				const fields = info[at]!;
				// A clock ran between the two runs of the tool.
				const timed = fields.valid_life_time !== FOREVER || fields.preferred_life_time !== FOREVER;
				const clock = { valid_life_time: timed, preferred_life_time: timed };
				const facts = addressFacts(address);
				const json = jsonAddressFacts(fields);
				return compare(facts, older ? olderAddress(facts, json) : json, clock, `${where} ${fields.local}`);
			}),
		];
	});
}

it("what the text of iproute2 6.1 says equals its JSON", () => {
	const pairs = recorded(/^ip_(?:addr|link|d_addr|s_s_d_link)\.txt$/)
		.map((path) => [path, path.replace(/txt$/, "json")] as const)
		.filter(([, json]) => exists(json));
	expect(pairs.length).toBeGreaterThan(100);
	const different = pairs.flatMap(([text, json]) => differences(text, json, false));
	report("iproute2 6.1", different);
	// Dummies with names like these, printed without details or an IPv4 label: nothing tells.
	expect(different).toEqual([
		"ip/flags/h/ip_link.txt a@b ifname: text a, JSON a@b",
		"ip/flags/h/ip_link.txt a@b link: text b, JSON undefined",
		"ip/flags/h/ip_link.txt x@if5 ifname: text x, JSON x@if5",
		"ip/flags/h/ip_link.txt x@if5 link_index: text 5, JSON undefined",
	]);
});

it("what other releases say equals the JSON of 6.1 as far as they say it", () => {
	const different = recorded(/^ip_(?:addr|d_link)\.v[\d.]+\.txt$/).flatMap((text) => {
		const json = text.replace(/\.v[\d.]+\.txt$/, ".json");
		return exists(json) ? differences(text, json, true) : [];
	});
	report("iproute2 2.6.39, 3.10, 4.9, 5.4, 7.1", different);
	expect(different).toEqual([]);
});

/** The JSON of `-d` names most attributes as the text does; flags there are `true`. */
it("details agree with the JSON by name", () => {
	const counts = { kinds: 0, attributes: 0 };
	const different: string[] = [];
	const check = (where: string, text: unknown, json: unknown): void => {
		if (String(text) !== String(json)) different.push(`${where}: text ${String(text)}, JSON ${String(json)}`);
	};
	for (const path of recorded(/^ip_(?:d_addr|s_s_d_link)\.txt$/)) {
		const links = JSON.parse(read(path.replace(/txt$/, "json"))) as JsonLink[];
		for (const node of parseIpAddress(read(path)).ast.statements) {
			if (node.type !== "interface") continue;
			const link = links.find(({ ifindex }) => ifindex === node.index.value);
			const info = (link?.linkinfo ?? {}) as Record<string, Record<string, unknown> | undefined>;
			for (const port of [false, true]) {
				const kind = kindOf(node, port)?.value;
				const said = port ? info.info_slave_kind : info.info_kind;
				if (kind === undefined && said === undefined) continue;
				counts.kinds++;
				const where = `${path} ${node.name.value}`;
				check(where, kind, port ? `${String(said)}_slave` : said);
				const data = (port ? info.info_slave_data : info.info_data) ?? {};
				for (const [name, value] of Object.entries(data)) {
					const found = attributeOf(node, kind!, name);
					const one = found?.length === 1 ? found[0] : undefined;
					if (one === undefined || typeof value === "object") continue;
					// A clock ran between the two runs; the text has words for a TTL of 0 and a TOS of 1.
					if (name.endsWith("_timer") || one.value === "inherit" || one.value === "auto") continue;
					counts.attributes++;
					const printed = one.value;
					const on = value === true ? "on" : value === false ? "off" : value;
					check(`${where} ${name}`, printed, typeof printed === "number" ? Number(value) : on);
				}
			}
		}
	}
	console.log(
		`ip -j -d: ${counts.kinds} kinds, ${counts.attributes} attributes, ${different.length} different`,
	);
	expect(counts.attributes).toBeGreaterThan(1000);
	expect(different).toEqual([]);
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
