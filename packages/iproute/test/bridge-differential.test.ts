import { describe, expect, it } from "vitest";
import { printName } from "../src/address/values.ts";
import {
	type FdbEntry,
	type IfconfigInterface,
	parseBrctlShow,
	parseBridgeFdb,
	parseBridgeLink,
	parseBridgeVlan,
	parseIfconfig,
	parseNetstatRoute,
	type RouteRow,
} from "../src/index.ts";
import { differences, fdbJson, fdbSays, type Json, report, routeJson, routeSays } from "./facts.ts";
import { exists, read, recorded } from "./recordings.ts";

const json = (path: string): Json[] => JSON.parse(read(path));

/** The recordings whose name matches, each with its JSON. */
function pairs(name: RegExp, least: number): (readonly [text: string, json: string])[] {
	const found = recorded(name)
		.map((path) => [path, path.replace(/(?:\.v[\d.]+)?\.txt$/, ".json")] as const)
		.filter(([, twin]) => exists(twin));
	expect(found.length).toBeGreaterThanOrEqual(least);
	return found;
}

const entriesOf = (path: string): FdbEntry[] =>
	parseBridgeFdb(read(path)).ast.statements.filter((node) => node.type === "entry");

/** A clock ran between the two runs. */
const MOVING = ["used", "updated"];

describe("bridge, against its own JSON", () => {
	it("bridge fdb of 6.1 says what its JSON says, and all of it", () => {
		const different = pairs(/^bridge_(?:[ds]_)?fdb\.txt$/, 39).flatMap(([text, twin]) => {
			const entries = entriesOf(text);
			const others = json(twin);
			expect(entries.length, text).toBe(others.length);
			return entries.flatMap((node, at) =>
				differences(`${text} ${at}`, fdbSays(node), fdbJson(others[at]!), (key) => MOVING.includes(key)),
			);
		});
		report("bridge fdb 6.1", different, 2800);
		expect(different).toEqual([]);
	});

	it("bridge fdb of other releases says what the JSON of 6.1 says, as far as it says it", () => {
		const different = pairs(/^bridge_fdb\.v[\d.]+\.txt$/, 12).flatMap(([text, twin]) => {
			const entries = entriesOf(text);
			const others = json(twin);
			expect(entries.length, text).toBe(others.length);
			const old = text.includes(".v3.10.") || text.includes(".v4.9.");
			return entries.flatMap((node, at) => {
				const said = fdbSays(node);
				const told = fdbJson(others[at]!);
				return differences(`${text} ${at}`, said, told, (key) => {
					// 3.10 has no word for a bridge, and none of both for the source VNI and sticky entries.
					if (old && said[key] === undefined) return ["master", "src_vni"].includes(key);
					if (old && key === "flags") return !String(said.flags).includes("self") || told.flags !== "self";
					// 3.10 takes the first four bytes of an IPv6 address for one of IPv4.
					return text.includes(".v3.10.") && key === "dst" && String(told.dst).includes(":");
				});
			});
		});
		report("bridge fdb 3.10, 4.9, 5.4, 7.1", different, 1000);
		expect(different).toEqual([]);
	});

	it("bridge link says what its JSON says, and all of it", () => {
		const different = pairs(/^bridge_(?:d_)?link\.txt$/, 16).flatMap(([text, twin]) => {
			const ports = parseBridgeLink(read(text)).ast.statements.filter((node) => node.type === "port");
			const others = json(twin).filter(({ ifname }) => ifname !== undefined);
			expect(ports.length, text).toBe(others.length);
			return ports.flatMap((node, at) => {
				const details = node.details?.attributes.flatMap((each) => {
					if (each.type === "unparsed") return [];
					const value = each.values[0]?.value;
					return [[each.name, value === "on" ? true : value === "off" ? false : value] as const];
				});
				const said = {
					ifindex: node.index.value,
					ifname: node.name.value,
					// `if6` here, where `ip -j` has a `link_index` of 6.
					link: node.peer && printName({ ...node, name: { ...node.name, value: "" } }).slice(1),
					flags: node.flags.join(),
					mtu: node.mtu?.value,
					master: node.master?.value,
					state: node.state?.value,
					priority: node.priority?.value,
					cost: node.cost?.value,
					...Object.fromEntries(details ?? []),
				};
				const told = { ...others[at], flags: (others[at]!.flags as string[]).join() };
				return differences(`${text} ${node.name.value}`, said, told, () => false);
			});
		});
		report("bridge link", different, 500);
		expect(different).toEqual([]);
	});

	it("bridge vlan says what its JSON says, and all of it", () => {
		const different = pairs(/^bridge_(?:[cs]_)?vlan(?:_tunnel)?\.txt$/, 8).flatMap(([text, twin]) => {
			const ports = parseBridgeVlan(read(text)).ast.statements.filter((node) => node.type === "port");
			const others = json(twin);
			expect(ports.map(({ name }) => name.value)).toEqual(others.map(({ ifname }) => ifname));
			return ports.flatMap((port, at) => {
				const vlans = (others[at]!.vlans ?? others[at]!.tunnels) as Json[];
				expect(port.vlans.length, text).toBe(vlans.length);
				return port.vlans.flatMap((node, each) => {
					const said: Json = {
						vlan: node.id.value,
						vlanEnd: node.last?.value,
						flags: node.flags.join(),
						tunid: node.tunnel?.value,
						tunidEnd: node.lastTunnel?.value,
					};
					for (const below of node.below ?? []) {
						if (below.type !== "counters") continue;
						said[`${below.of.toLowerCase()}_bytes`] = below.bytes.value;
						said[`${below.of.toLowerCase()}_packets`] = below.packets.value;
					}
					// With `-s` the number is `vid`.
					const { vid, flags, ...told } = vlans[each]!;
					const json = { vlan: vid, ...told, flags: ((flags ?? []) as string[]).join() };
					return differences(`${text} ${port.name.value} ${node.id.value}`, said, json, () => false);
				});
			});
		});
		report("bridge vlan", different, 150);
		expect(different).toEqual([]);
	});
});

describe("tools without JSON, against that of ip and bridge in the same namespace", () => {
	const beside = (path: string, name: string): string => path.replace(/[^/]+$/, name);

	/** All interfaces, with the details that one of the recordings has. */
	const linksBeside = (path: string): Json[] => {
		const name = ["ip_d_addr.json", "ip_s_s_d_link.json", "ip_addr.json"].find((each) =>
			exists(beside(path, each)),
		);
		return name === undefined ? [] : json(beside(path, name));
	};

	it("brctl show names the ports that bridge link has", () => {
		const different = recorded(/^brctl_show\.txt$/).flatMap((text) => {
			const bridges = parseBrctlShow(read(text)).ast.statements.filter((node) => node.type === "bridge");
			const links = json(beside(text, "bridge_link.json")).filter(({ master }) => master !== undefined);
			const details = linksBeside(text);
			const said = bridges.flatMap(({ name, ports }) =>
				ports.map((port) => `${port.name.value} of ${name.value}`),
			);
			const told = links.map(({ ifname, master }) => `${String(ifname)} of ${String(master)}`);
			return [
				...differences(text, { ports: said.sort().join() }, { ports: told.sort().join() }, () => false),
				...bridges.flatMap(({ name, id, stp }) => {
					const link = details.find(({ ifname }) => ifname === name.value);
					const data = (link?.linkinfo as { info_data?: Json } | undefined)?.info_data;
					if (data === undefined) return [];
					const address = id.value.slice(5).match(/../g)!.join(":");
					return differences(
						`${text} ${name.value}`,
						{ id: `${id.value.slice(0, 4)}.${address}`, stp: stp.value },
						{ id: withZeros(String(data.bridge_id)), stp: data.stp_state === 0 ? "no" : "yes" },
						() => false,
					);
				}),
			];
		});
		report("brctl show", different, 25);
		expect(different).toEqual([]);
	});

	it("ifconfig of net-tools and of busybox says what ip -j addr says", () => {
		const different = recorded(/^(?:busybox_)?ifconfig_a\.txt$/).flatMap((text) => {
			const links = linksBeside(text);
			const blocks = parseIfconfig(read(text)).ast.statements.filter((node) => node.type === "interface");
			return blocks.flatMap((node) => {
				const link = links.find(({ ifname }) => ifname === node.name.value);
				// A label of an address is an interface of its own here.
				return link === undefined
					? []
					: differences(`${text} ${node.name.value}`, blockSays(node), blockJson(link, node), () => false);
			});
		});
		report("ifconfig", different, 500);
		// net-tools prints `::ffff:10.206.72.9` as if it were an address of IPv4.
		expect(different.map((each) => each.replace(/: .*/, ""))).toEqual([
			"ip/addresses/h/ifconfig_a.txt d1 inet6",
		]);
	});

	it("route and netstat -r say what ip -j route says", () => {
		const different = recorded(/^(?:(?:busybox_)?route_n|netstat_rn)\.txt$/).flatMap((text) => {
			const twin = beside(text, "ip_route.json");
			if (!exists(twin)) return [];
			const rows = parseNetstatRoute(read(text)).ast.statements.filter(
				(node): node is RouteRow => node.type === "route",
			);
			const routes = json(twin);
			const told = routeJson(routes.filter(({ encap }) => encap === undefined));
			// Of a route with an encapsulation the JSON has two `dst`, and the second one is not the route's.
			const hidden = text.startsWith("ip/routes/") ? /^10\.(?:9|10)\.0\.0\/16 / : /^$/;
			const said = rows.map(routeSays).filter((route) => !hidden.test(route));
			expect(rows.length).toBe(routes.length);
			return said
				.sort()
				.flatMap((route, at) => differences(text, { route }, { route: told.sort()[at] }, () => false));
		});
		report("route", different, 90);
		expect(different).toEqual([]);
	});
});

/** `8000.a:94:bd:9d:ea:55` → `8000.0a:94:bd:9d:ea:55` */
const withZeros = (id: string): string => id.replace(/(?<=[.:])[0-9a-f](?=:|$)/g, "0$&");

/** The flags that both tools have. */
const FLAGS = ["UP", "BROADCAST", "LOOPBACK", "POINTOPOINT", "NOARP", "MULTICAST", "MASTER", "SLAVE"];
const shared = (flags: readonly string[]): string => FLAGS.filter((flag) => flags.includes(flag)).join();

function blockSays(node: IfconfigInterface): Json {
	const state = node.lines.find((line) => line.type === "state");
	const link = node.lines.find((line) => line.type === "link");
	const hardware = node.address ?? link?.address;
	const inet = node.lines.find((line) => line.type === "inet");
	const inet6 = node.lines.flatMap((line) =>
		line.type === "inet6" ? `${line.address.value}/${line.length.value}` : [],
	);
	return {
		mtu: (node.mtu ?? state?.mtu)?.value,
		flags: shared(node.flags ?? state!.flags),
		address: hardware?.type === "mac" ? hardware.value : undefined,
		inet: inet?.address.value,
		inet6: inet6.sort().join(),
	};
}

function blockJson(link: Json, { layout }: IfconfigInterface): Json {
	const info = ((link.addr_info ?? []) as Json[]).filter(({ local }) => local !== undefined);
	// The first address without a label of its own is the interface's.
	const inet = info.find(({ family, label }) => family === "inet" && label === link.ifname);
	const inet6 = info
		.filter(({ family }) => family === "inet6")
		.map((each) => `${String(each.local)}/${String(each.prefixlen)}`);
	return {
		mtu: link.mtu,
		flags: shared(link.flags as string[]),
		address: link.link_type === "ether" && layout !== undefined ? link.address : undefined,
		inet: inet?.local,
		inet6: inet6.sort().join(),
	};
}
