import type { ParsedDump, PassedOver } from "@netfossil/capture";
import type { TableName } from "@netfossil/iptables/semantics";
import type { Tcpdump } from "@netfossil/tcpdump";
import type { Certainty, Topology } from "@netfossil/topology";
import { anyOf, bitsOf, type Family, holds } from "../address.ts";
import { type Recording, readRecording } from "../evidence/recording.ts";
import { citer } from "./cite.ts";
import { Devices, finished } from "./devices.ts";
import { directoryOf } from "./directory.ts";
import { emptyDumps } from "./empty.ts";
import { Facts } from "./habits/facts.ts";
import { type Joint, supplyHabits, type Unsaved } from "./habits/index.ts";
import type {
	Assumption,
	Cite,
	Device,
	End,
	FdbEntry,
	Kernel,
	Namespace,
	Neighbour,
	PolicyRule,
	PortVlan,
	Route,
	ServedPort,
	Socket,
} from "./kernel.ts";
import { readFdb, readNeighbours, readPortVlans } from "./link-layer.ts";
import { listedByNetstat, listedBySs, type Transport } from "./listeners.ts";
import { assumptionOf, joinPeers, type Pair } from "./peers.ts";
import { RouteTable } from "./route-table.ts";
import {
	byTable,
	defaultRules,
	readNetstatRoutes,
	readRoutes,
	readRules,
	routesOfAddresses,
} from "./routes.ts";
import {
	mergedServices,
	type ReadService,
	readNetstat,
	readServices,
	readSettings,
	readSs,
} from "./services.ts";
import { Tables } from "./tables.ts";

/** The dumps of one namespace, by what they tell. */
class Draft implements Unsaved {
	readonly host: string;
	readonly netns: string | null;
	readonly devices: Devices = new Devices();
	readonly lowers: Map<string, string> = new Map();
	readonly routes: Route[][] = [];
	/** A dump of all tables of both families is among them. */
	wholeRoutes = false;
	readonly rules: PolicyRule[][] = [];
	readonly neighbours: Neighbour[] = [];
	readonly fdb: FdbEntry[] = [];
	readonly portVlans: PortVlan[] = [];
	readonly tables: Tables = new Tables();
	readonly settings: Map<string, number> = new Map();
	readonly sockets: Socket[] = [];
	readonly listed: Map<Transport, Cite> = new Map();
	readonly services: ReadService[] = [];
	readonly kinds: Set<string> = new Set();
	readonly ruled: Set<Family> = new Set();
	readonly habits: Pick<Assumption, "text" | "command">[] = [];
	ruledBy: string | undefined;
	serves: readonly ServedPort[] = [];
	unseen = true;
	/** A dump lists addresses. */
	addressed = false;
	partial = false;
	unruled = true;

	constructor(host: string, netns: string | null) {
		this.host = host;
		this.netns = netns;
	}

	read(parsed: ParsedDump): void {
		this.kinds.add(parsed.dump.kind);
		READERS[parsed.dump.kind]?.(this, parsed);
	}

	/** All dumps are read. */
	close(): void {
		this.unseen = this.devices.drafts.size === 0 && this.routes.length === 0;
		this.unruled = !this.tables.isWhole && this.ruled.size === 0;
	}
}

/** A reader of one kind of dump; kinds that tell nothing of how packets go have none. */
// biome-ignore lint/suspicious/noExplicitAny: the kind of a dump says which tree it has
type Reader = (draft: Draft, parsed: ParsedDump<any>) => void;

const READERS: { readonly [kind: string]: Reader | undefined } = {
	"ip-address": (draft, parsed) => {
		draft.devices.readAddresses(parsed);
		// `ip link` prints interfaces in the same form.
		if (!/\blink\b|_link/.test(parsed.dump.command ?? parsed.dump.source.name)) draft.addressed = true;
	},
	"bridge-link": (draft, parsed) => draft.devices.readPorts(parsed),
	"proc-net-bonding": (draft, parsed) => draft.devices.readBond(parsed),
	"proc-net-vlan": (draft, parsed) => draft.devices.readVlans(parsed, draft.lowers),
	"ip-route": (draft, parsed) => {
		draft.routes.push(readRoutes(parsed));
		if (/table[_ ](?:all|0)\b/.test(parsed.dump.command ?? parsed.dump.source.name)) draft.wholeRoutes = true;
	},
	"netstat-route": (draft, parsed) => draft.routes.push(readNetstatRoutes(parsed)),
	"ip-rule": (draft, parsed) => draft.rules.push(readRules(parsed)),
	"ip-neigh": (draft, parsed) => draft.neighbours.push(...readNeighbours(parsed)),
	"bridge-fdb": (draft, parsed) => draft.fdb.push(...readFdb(parsed)),
	"bridge-vlan": (draft, parsed) => draft.portVlans.push(...readPortVlans(parsed)),
	"iptables-list": (draft, parsed) => draft.tables.read(parsed),
	"iptables-save": (draft, parsed) => draft.tables.read(parsed),
	sysctl: (draft, parsed) => readSettings(parsed, draft.settings),
	ss: (draft, parsed) => addSockets(draft, readSs(parsed), parsed, listedBySs(parsed)),
	netstat: (draft, parsed) => addSockets(draft, readNetstat(parsed), parsed, listedByNetstat(parsed)),
	"ipvsadm-list": (draft, parsed) => draft.services.push(...readServices(parsed)),
	"ipvsadm-save": (draft, parsed) => draft.services.push(...readServices(parsed)),
	"proc-net-ip-vs": (draft, parsed) => draft.services.push(...readServices(parsed)),
};

function addSockets(
	draft: Draft,
	sockets: readonly Socket[],
	parsed: ParsedDump,
	listed: ReadonlySet<Transport>,
): void {
	draft.sockets.push(...sockets);
	for (const each of listed) if (!draft.listed.has(each)) draft.listed.set(each, citer(parsed)(0));
}

/**
 * Details of one thing are in several dumps, and what one leaves out another has: those with details come
 * first, for the first that tells something is believed; of alike ones the newer, where reports tell when they were made.
 */
function inReadingOrder(dumps: readonly ParsedDump[]): ParsedDump[] {
	const made = ({ dump: { time = "" } }: ParsedDump): number => Date.parse(time) || 0;
	return [...dumps].sort((a, b) => rankOf(a) - rankOf(b) || made(b) - made(a));
}

function rankOf({ dump }: ParsedDump): number {
	if (/\s-d\b|\s-details?\b/.test(dump.command ?? "")) return 0;
	return dump.kind === "proc-net-bonding" || dump.kind === "proc-net-vlan" ? 2 : 1;
}

/** A namespace while it is made. */
interface Mutable extends Omit<Namespace, "routes" | "routed" | "assumptions"> {
	readonly routes: Record<Family, Map<string, RouteTable>>;
	readonly routed: Set<Family>;
	readonly assumptions: Assumption[];
}

/** The namespaces of a capture, each as its kernel had it. */
export function compile(
	dumps: readonly ParsedDump[],
	topology: Topology,
	passedOver: readonly PassedOver[] = [],
): Kernel {
	const names = new NamespaceNames(topology);
	const drafts = new Map<string, Draft>();
	const recordings: Recording[] = [];
	const draftOf = (host: string, netns: string | null): Draft => {
		const key = keyOf({ host, netns });
		const draft = drafts.get(key) ?? new Draft(host, netns);
		drafts.set(key, draft);
		return draft;
	};
	for (const parsed of inReadingOrder(dumps)) {
		const { host, place } = parsed.dump.scope;
		const netns = names.of(host, place);
		// What was captured somewhere tells nothing of how packets go there.
		if (parsed.dump.kind === "tcpdump")
			recordings.push(readRecording(parsed as ParsedDump<Tcpdump>, { host, netns }));
		else draftOf(host, netns).read(parsed);
	}
	for (const { host, netns, shows } of emptyDumps(passedOver, dumps)) {
		const draft = drafts.get(keyOf({ host, netns }));
		if (shows === "neighbours") draft?.kinds.add("ip-neigh");
		else draft?.ruled.add(shows.rules);
	}
	for (const draft of drafts.values()) draft.close();
	const facts = new Facts(topology, dumps);
	const { joints, networks } = supplyHabits(facts, draftOf);
	const namespaces = new Map([...drafts].map(([key, draft]) => [key, namespaceOf(draft)]));
	join(namespaces, topology, drafts);
	joinByHabit(namespaces, joints);
	for (const [key, namespace] of namespaces) if (!drafts.get(key)?.partial) assumeGateway(namespace);
	const aliases = new Map(
		names.aliases().flatMap(([alias, id]) => {
			const namespace = namespaces.get(id);
			return namespace ? [[alias, namespace] as const] : [];
		}),
	);
	const saves = [...drafts.values()].flatMap(({ host, netns, tables }) =>
		tables.saved().map((table) => ({ host, netns, table })),
	);
	return {
		namespaces: [...namespaces.values()],
		aliases,
		directory: directoryOf(facts, networks, aliases),
		recordings,
		saves,
	};
}

const keyOf = ({ host, netns }: { readonly host: string; readonly netns: string | null }): string =>
	`${host}/netns/${netns ?? "host"}`;

/** How namespaces are called: a container lives in the namespace that the topology joins it with. */
class NamespaceNames {
	/** `host/container/ID` → `host/netns/NAME`. */
	readonly #sandboxes = new Map<string, string>();
	/** Containers, with namespaces that are taken to be theirs too. */
	readonly #seconds: [string, string][] = [];
	readonly #containers: { readonly id: string; readonly name: string }[];

	constructor({ nodes, edges }: Topology) {
		this.#containers = nodes.filter(({ kind }) => kind === "container");
		for (const { kind, from, to, certainty } of edges) {
			if (kind !== "same-entity") continue;
			for (const [one, other] of [
				[from, to],
				[to, from],
			] as const)
				if (one.includes("/container/") && /^[^/]+\/netns\/[^/]+$/.test(other))
					this.#name(one, other, certainty);
		}
	}

	/** What a dump says counts more than what is concluded from habits; the other is a second name. */
	#name(container: string, netns: string, certainty: Certainty): void {
		const known = this.#sandboxes.get(container);
		if (known === undefined || certainty !== "assumed") this.#sandboxes.set(container, netns);
		if (known !== undefined) this.#seconds.push([container, certainty === "assumed" ? netns : known]);
	}

	of(host: string, place: ParsedDump["dump"]["scope"]["place"]): string | null {
		switch (place.type) {
			case "host":
				return null;
			case "netns":
				return place.name === "default" ? null : place.name;
			case "container": {
				const container = this.#containers.find(
					({ id, name }) =>
						id.startsWith(`${host}/container/`) &&
						(name === place.id || id.slice(`${host}/container/`.length).startsWith(place.id.slice(0, 12))),
				);
				const sandbox = container && this.#sandboxes.get(container.id);
				return sandbox?.slice(`${host}/netns/`.length) ?? `container:${place.id.slice(0, 12)}`;
			}
		}
	}

	/** `host/NAME` and `host/ID` of containers, and second names of namespaces, with the ids of the namespaces. */
	aliases(): [string, string][] {
		const seconds = this.#seconds.map(([container, netns]): [string, string] => [
			netns.replace("/netns/", "/"),
			this.#sandboxes.get(container)!,
		]);
		const own = this.#containers.flatMap(({ id, name }): [string, string][] => {
			const [host = "", , short = ""] = id.split("/");
			const netns = this.#sandboxes.get(id) ?? `${host}/netns/container:${short}`;
			return [
				[`${host}/${name}`, netns],
				[`${host}/${short}`, netns],
			];
		});
		return [...seconds, ...own];
	}
}

function namespaceOf(draft: Draft): Mutable {
	const { host, netns, settings, sockets, listed, kinds } = draft;
	draft.devices.readLocalRoutes(draft.routes.flat());
	const devices = new Map<string, Device>();
	for (const each of draft.devices.drafts.values())
		devices.set(each.name!, finished(each, draft.lowers.get(each.name!)));
	const tables = draft.tables.finish();
	const assumptions: Assumption[] = draft.habits.map((habit) => ({ ...habit, host, netns }));
	for (const text of draft.tables.differing()) assumptions.push({ text, host, netns });
	// Where nothing has an address, as in the namespace of an overlay, nothing is routed.
	const addressed = [...devices.values()].some(
		({ name, addresses }) => name !== "lo" && addresses.length > 0,
	);
	const assume = (text: string, command: string): void => {
		if (addressed) assumptions.push({ text, command, host, netns });
	};
	const routes = { 4: routesOf(draft, devices, 4, assume), 6: routesOf(draft, devices, 6, assume) };
	return {
		host,
		netns,
		devices,
		routes,
		unaddressed:
			!draft.addressed &&
			devices.size > 0 &&
			[...devices.values()].every(({ addresses }) => addresses.length === 0) &&
			([4, 6] as const).every((family) => [...(routes[family].get("local") ?? [])].length === 0),
		routed: routedOf(draft),
		openRules: openRulesOf(draft, routes),
		rules: { 4: rulesOf(draft, 4, assume), 6: rulesOf(draft, 6, () => {}) },
		neighbours: draft.neighbours,
		fdb: draft.fdb,
		portVlans: draft.portVlans,
		tables,
		ruled: new Set([
			...draft.ruled,
			...tables.flatMap(({ family, habit, fragment }) => (habit || fragment ? [] : [family])),
		]),
		unshown: { 4: unshownOf(draft, 4), 6: unshownOf(draft, 6) },
		...(draft.ruledBy !== undefined && { ruledBy: draft.ruledBy }),
		...(draft.serves.length > 0 && { serves: draft.serves }),
		settings,
		sockets,
		listed,
		services: mergedServices(draft.services),
		assumptions,
		kinds,
	};
}

/** That iptables-save printed nothing tells of all tables. */
const unshownOf = ({ ruled, tables }: Draft, family: Family): Set<TableName> =>
	ruled.has(family) ? new Set() : tables.unshown(family);

const NO_ROUTES = "no dump of the routes: ";

type Assume = (text: string, command: string) => void;

function routesOf(
	draft: Draft,
	devices: ReadonlyMap<string, Device>,
	family: Family,
	assume: Assume,
): Map<string, RouteTable> {
	const told = draft.routes.flat().filter((route) => route.family === family);
	const routes = [...told];
	if (!told.some(({ table }) => table === "local"))
		routes.push(...routesOfAddresses(devices.values(), family, "local"));
	if (!told.some(({ table }) => table === "main")) {
		const derived = routesOfAddresses(devices.values(), family, "main");
		routes.push(...derived);
		if (derived.length > 0 && !draft.kinds.has("ip-route"))
			assume(`${NO_ROUTES}those that its addresses make are taken to be all`, "ip route show table all");
	}
	return byTable(routes);
}

/** The families of which the dumps of routes are whole. */
function routedOf({ routes, wholeRoutes }: Draft): Set<Family> {
	const families = new Set<Family>(wholeRoutes ? [4, 6] : []);
	for (const { family } of routes.flat()) families.add(family);
	return families;
}

function openRulesOf({ rules }: Draft, routes: Mutable["routes"]): Set<Family> {
	const own = (family: Family): boolean =>
		[...routes[family].keys()].some((name) => !["local", "main", "default"].includes(name));
	const told = new Set(rules.flat().map(({ family }) => family));
	return new Set(([4, 6] as const).filter((family) => !told.has(family) && own(family)));
}

function rulesOf(draft: Draft, family: Family, assume: Assume): PolicyRule[] {
	const told = draft.rules.find((rules) => rules.some((rule) => rule.family === family));
	if (told !== undefined) return [...told].sort((a, b) => a.priority - b.priority);
	if (!draft.kinds.has("ip-rule"))
		assume("no dump of the routing rules: they are taken to be the kernel's own three", "ip rule");
	return defaultRules(family);
}

/**
 * A container whose routes no dump tells has its default route by the bridge of its host, as every engine makes it;
 * where it hangs on several bridges, which of them is not certain.
 */
function assumeGateway({ host, netns, devices, routes, routed, assumptions }: Mutable): void {
	if (netns === null || routed.has(4)) return;
	const gateways = [...devices.values()].flatMap((device) => {
		const { peer } = device;
		const bridge =
			peer?.namespace.netns === null && peer.device.master
				? peer.namespace.devices.get(peer.device.master)
				: undefined;
		return (bridge?.addresses ?? []).flatMap(({ family, address }) => {
			const bits = bitsOf(address);
			const near = family === 4 && bits && device.addresses.some(({ network }) => holds(network, bits));
			return near ? [{ via: address, dev: device.name }] : [];
		});
	});
	const [only] = gateways;
	if (only === undefined || gateways.length > 1) return;
	const nexthops = [{ ...only, weight: 1, dead: false }];
	const main = routes[4].get("main") ?? [];
	const gateway = { family: 4, table: "main", kind: "unicast", tos: 0, metric: 0, nexthops } as const;
	routes[4].set("main", new RouteTable([...main, { ...gateway, destination: anyOf(4) }]));
	routed.add(4);
	const text = `${NO_ROUTES}those that its addresses make are taken to be all, and a default route via ${only.via}, the bridge of its host`;
	const at = assumptions.findIndex((each) => each.text.startsWith(NO_ROUTES));
	assumptions.splice(at === -1 ? assumptions.length : at, 1, {
		text,
		command: "ip route show table all",
		host,
		netns,
	});
}

/** Ties the interfaces to each other, as the topology joins them. */
function join(
	namespaces: ReadonlyMap<string, Namespace>,
	{ edges }: Topology,
	drafts: ReadonlyMap<string, Draft>,
): void {
	const endOf = (id: string): End | undefined => {
		const at = id.indexOf("/interface/");
		const namespace = at === -1 ? undefined : namespaces.get(id.slice(0, at));
		const device = namespace?.devices.get(id.slice(at + "/interface/".length));
		return namespace && device && { namespace, device };
	};
	const pairs: Pair[] = [];
	for (const edge of edges) {
		if (edge.kind !== "veth-peer" && edge.kind !== "lower-device") continue;
		const [one, other] = [endOf(edge.from), endOf(edge.to)];
		if (one === undefined || other === undefined) continue;
		if (edge.kind === "lower-device") one.device.lower = other;
		else pairs.push({ one, other, ...assumptionOf(edge) });
	}
	joinPeers(pairs);
	for (const [key, draft] of drafts) {
		const namespace = namespaces.get(key)!;
		for (const [name, lower] of draft.lowers) {
			const [upper, below] = [namespace.devices.get(name), namespace.devices.get(lower)];
			if (upper && below) upper.lower ??= { namespace, device: below };
		}
	}
}

/** Ends that no dump joins otherwise. */
function joinByHabit(namespaces: ReadonlyMap<string, Namespace>, joints: readonly Joint[]): void {
	for (const [leg, port] of joints) {
		const [one, other] = [leg, port].map((end): End | undefined => {
			const namespace = namespaces.get(keyOf(end));
			const device = namespace?.devices.get(end.name);
			return namespace && device && { namespace, device };
		});
		if (one === undefined || other === undefined) continue;
		if (one.device.peer !== undefined || other.device.peer !== undefined) continue;
		one.device.peer = other;
		other.device.peer = one;
	}
}
