import {
	type Capture,
	fileNameOf,
	type KindName,
	type ParsedDump,
	type Place,
	placeKey,
	promisedDumps,
	type Recipe,
	recipes,
	savedName,
} from "@netfossil/capture/files";
import {
	balancerNetns,
	type DockerInfo,
	type DockerNetworkInspect,
	type DockerNodeLs,
	engineInfo,
	INGRESS_SBOX,
	isDockerNetns,
	NETNS_FOLDER,
	networkIdOfNetns,
	networks,
	overlayNetns,
} from "@netfossil/docker";
import { inPlace } from "../in-place.ts";
import type { Gap, Topology } from "../model.ts";
import { isFileName } from "../place-names.ts";
import { Coverage, Places, textOf } from "./coverage.ts";
import { WANTED_SCHEMA, type Want, type Wanted } from "./model.ts";

/** What a capture lacks for a complete picture: what its network leaves open, and what a complete capture has. */
export function wantedOf(capture: Capture, parsed: readonly ParsedDump[], topology: Topology): Wanted {
	const list = new WantList(new Places(topology));
	const survey = new Survey(capture, parsed, topology, list);
	for (const gap of topology.gaps) survey.addGap(gap);
	for (const host of survey.hosts) survey.addHost(host);
	for (const { host, why } of survey.unseenHosts()) survey.addUnseen(host, why);
	return { schema: WANTED_SCHEMA, wants: list.inOrder() };
}

const HOST: Place = { type: "host" };

/** What a question of the topology ranks before what any complete capture has. */
const QUESTION = -1000;
/** What would tell only a little more than what is there. */
const LITTLE = 1000;

interface RankedWant {
	want: Want;
	rank: number;
}

/** The wants, each dump once, whoever asks for it. */
class WantList {
	readonly #wants = new Map<string, RankedWant>();
	readonly #places: Places;

	constructor(places: Places) {
		this.#places = places;
	}

	add(
		host: string,
		called: Place,
		recipe: Pick<Recipe, "kind" | "commands" | "names" | "family"> | string,
		{ why, decides, from, rank }: { why: string; decides: string; from: Want["from"][number]; rank: number },
	): void {
		const place = this.#places.of(host, called);
		if (place.type !== "host" && !isFileName(place.type === "netns" ? place.name : place.id)) return;
		const bare = typeof recipe === "string" ? recipe : bareCommand(recipe);
		const key = `${this.#places.key(host, place)}\0${bare}`;
		const known = this.#wants.get(key);
		const add = <Item>(list: readonly Item[], item: Item): Item[] => [...new Set([...list, item])];
		if (known !== undefined) {
			const { want } = known;
			// A question says more of why than "it was not saved" does.
			const more = from === "topology" || want.from.includes("capture");
			known.want = {
				...want,
				why: more ? add(want.why, why) : want.why,
				decides: add(want.decides, decides),
				from: add(want.from, from),
			};
			known.rank = Math.min(known.rank, rank);
			return;
		}
		const want: Want = {
			host,
			place,
			...(typeof recipe !== "string" && { kind: recipe.kind }),
			command: inPlace(place, bare),
			file: `${folderOf(place)}${typeof recipe === "string" ? fileNameOf(recipe) : savedName(recipe)}.txt`,
			why: [why],
			decides: [decides],
			from: [from],
		};
		this.#wants.set(key, { want, rank });
	}

	/** By host and place; whatever has the want that decides most comes first, then by name. */
	inOrder(): Want[] {
		const best = new Map<string, number>();
		const note = (key: string, rank: number): void => {
			best.set(key, Math.min(rank, best.get(key) ?? rank));
		};
		const all = [...this.#wants.values()];
		const placeOf = ({ want: { host, place } }: RankedWant): string => `${host}\0${placeKey(place)}`;
		for (const each of all) {
			note(each.want.host, each.rank);
			note(placeOf(each), each.rank);
		}
		const compare = (a: string, b: string): number =>
			best.get(a)! - best.get(b)! || (a < b ? -1 : a > b ? 1 : 0);
		return all
			.sort(
				(a, b) =>
					compare(a.want.host, b.want.host) ||
					(a.want.host === b.want.host ? compare(placeOf(a), placeOf(b)) : 0) ||
					a.rank - b.rank,
			)
			.map(({ want }) => want);
	}
}

/** What is known of each host, and what of it was saved. */
class Survey {
	readonly hosts: readonly string[];
	readonly #parsed: readonly ParsedDump[];
	readonly #topology: Topology;
	readonly #coverage: Coverage;
	readonly #places: Places;
	readonly #list: WantList;
	readonly #capture: Capture;

	constructor(capture: Capture, parsed: readonly ParsedDump[], topology: Topology, list: WantList) {
		this.#capture = capture;
		this.#parsed = parsed;
		this.#topology = topology;
		this.#places = new Places(topology);
		this.#coverage = new Coverage(capture, this.#places);
		this.#list = list;
		this.hosts = [...new Set(capture.dumps.map(({ scope }) => scope.host))].sort();
	}

	/** A question that the dumps leave open; the dumps that would tell are wanted, each in its place. */
	addGap({ host, place, command, question, matters }: Gap): void {
		const because = { why: question, decides: matters, from: "topology" as const };
		const promised = promisedDumps(command);
		const told = promised.flatMap(({ place: where, kind }) => {
			const rank = recipes.findIndex((each) => each.kind === kind || SAVES[kind] === each.kind);
			return rank === -1 || /\bip route get\b/.test(command) ? [] : [{ where, recipe: recipes[rank]!, rank }];
		});
		if (told.length === 0 || told.length < promised.length) {
			const [only] = promised;
			const bare = command.replace(/^sudo /, "");
			this.#list.add(host, only?.place ?? place, bare, { ...because, rank: QUESTION + recipes.length });
			return;
		}
		for (const { where, recipe, rank } of told) {
			const asked = recipe.where === "manager" ? this.#managerFor(host) : host;
			this.#list.add(asked, where, recipe, { ...because, rank: QUESTION + rank });
		}
	}

	addHost(host: string): void {
		for (const place of this.#placesOf(host)) this.#addPlace(host, place);
		if (this.#hasDocker(host)) this.#addDocker(host);
		if (this.#asksManager(host)) this.#addRecipes(host, "manager", "of this swarm no manager was asked");
	}

	/** A host that others speak of, and that nothing was saved of. */
	addUnseen(host: string, why: string): void {
		for (const [rank, recipe] of recipes.entries())
			if (recipe.where !== "manager" && isForAll(recipe))
				// Of a host that some dumps are of, each further one decides more.
				this.#list.add(host, HOST, recipe, {
					why,
					decides: recipe.decides,
					from: "capture",
					rank: recipes.length + rank,
				});
	}

	/** Nodes of the swarm without dumps: by the names that listings give, and by the addresses of peers. */
	unseenHosts(): { host: string; why: string }[] {
		const unseen = new Map<string, string>();
		const see = (host: string | undefined, why: string): void => {
			if (host !== undefined && !this.hosts.includes(host) && !unseen.has(host)) unseen.set(host, why);
		};
		for (const { ast } of this.#ofKind<DockerNodeLs>("docker-node-ls"))
			for (const row of ast.statements)
				if (row.type === "node")
					see(row.hostname?.value, "docker node ls lists it, and nothing of it was saved");
		for (const { kind, id, name } of this.#topology.nodes)
			if (kind === "host" && id === name) see(name, "other hosts speak of it, and nothing of it was saved");
		// Names and addresses of peers cannot be joined without dumps of either: as many as there are is what is known.
		const addresses = this.#peers().filter((address) => !this.#isKnown(address));
		for (const address of addresses.slice(unseen.size))
			see(address, "it is a peer of an overlay network, and nothing of it was saved");
		return [...unseen].map(([host, why]) => ({ host, why }));
	}

	#peers(): string[] {
		const found = this.#ofKind<DockerNetworkInspect>("docker-network-inspect").flatMap(({ ast }) =>
			networks(ast).flatMap(({ peers }) => peers.flatMap(({ ip }) => (ip ? [ip.value] : []))),
		);
		return [...new Set(found)].sort();
	}

	#isKnown(address: string): boolean {
		return this.#topology.nodes.some(
			({ kind, id }) => kind === "address" && id.endsWith(`/netns/host/address/${address}`),
		);
	}

	#ofKind<Ast>(kind: KindName, host?: string): readonly ParsedDump<Ast>[] {
		return this.#parsed.filter(
			({ dump }) => dump.kind === kind && (host === undefined || dump.scope.host === host),
		) as readonly ParsedDump<Ast>[];
	}

	/** Every namespace of a host that is known: by a dump of it, by a listing, by a container, by docker's habits. */
	#placesOf(host: string): Place[] {
		const found = new Map<string, Place>([["", HOST]]);
		const know = (called: Place): void => {
			const place = this.#places.of(host, called);
			found.set(placeKey(place), place);
		};
		for (const { scope } of this.#capture.dumps) if (scope.host === host) know(scope.place);
		const stopped = new Set<string>();
		for (const { kind, id, attributes } of this.#topology.nodes) {
			if (!id.startsWith(`${host}/`)) continue;
			const name = id.slice(`${host}/netns/`.length);
			if (kind === "netns" && name !== "host" && !name.startsWith("container:"))
				know({ type: "netns", name });
			const state = attributes.state?.value ?? attributes.status?.value;
			if (kind === "container" && /^(?:exited|created|dead)/i.test(String(state ?? ""))) stopped.add(id);
		}
		for (const { kind, id } of this.#topology.nodes) {
			const container = id.slice(`${host}/container/`.length);
			// Images are inspected too, and have no namespace.
			if (kind === "container" && id.startsWith(`${host}/`) && /^[0-9a-f]{12}$/.test(container))
				if (!stopped.has(id)) know({ type: "container", id: container });
		}
		for (const { ast } of this.#ofKind<DockerNetworkInspect>("docker-network-inspect", host)) {
			for (const { id, driver, ingress, containers } of networks(ast)) {
				if (driver?.value !== "overlay" || id === undefined || containers.length === 0) continue;
				know({ type: "netns", name: overlayNetns(id.value) });
				if (ingress?.value) know({ type: "netns", name: INGRESS_SBOX });
				else if (containers.some(({ key }) => key.value.startsWith("lb-")))
					know({ type: "netns", name: balancerNetns(id.value) });
			}
		}
		return [...found.values()];
	}

	#addPlace(host: string, place: Place): void {
		const nothing = this.#coverage.dumps(host, place).length === 0;
		for (const [index, recipe] of recipes.entries()) {
			const perHost = recipe.where === "host" && place.type === "host";
			if ((recipe.where !== "netns" && !perHost) || this.#coverage.has(host, place, recipe)) continue;
			if (nothing ? !isForAll(recipe) : !this.#isAsked(host, place, recipe)) continue;
			const lists =
				recipe.kind === "iptables-save" && !recipe.family && this.#coverage.hasRuleLists(host, place);
			this.#list.add(host, place, recipe, {
				why: nothing
					? this.#whyNothing(host, place)
					: lists
						? "of the rules only lists were saved (iptables -nvL)"
						: notSaved(recipe),
				decides: lists
					? "exactly which rules there are: lists print some matches and targets in part, and cut counters"
					: recipe.decides,
				from: "capture",
				rank: lists ? LITTLE + index : index,
			});
		}
	}

	#whyNothing(host: string, place: Place): string {
		if (place.type === "host") return "nothing was saved of the host's own namespace";
		if (place.type === "container") return "the container is known, and nothing was saved of its namespace";
		const isReport = this.#capture.dumps.some(
			({ scope, source }) => scope.host === host && /(?:^|\/)sos_commands\//.test(source.name),
		);
		return isReport && isDockerNetns(place.name)
			? `a sosreport does not look into ${NETNS_FOLDER}, where docker has its namespaces`
			: "the namespace is known by its name, and nothing was saved of it";
	}

	/** Whether a dump would tell something of a place that other dumps were taken in. */
	#isAsked(host: string, place: Place, { kind, family, unless }: Recipe): boolean {
		const shows = (pattern: RegExp, ...kinds: readonly KindName[]): boolean =>
			this.#coverage.shows(host, place, pattern, ...kinds);
		if (unless !== undefined) return shows(/iptables-legacy tables present/);
		if (family === 6) return shows(/\binet6 (?!::1|fe80)/, "ip-address");
		switch (kind) {
			case "ip-address":
			case "ip-route":
			case "ip-rule":
			case "ip-neigh":
			case "iptables-save":
			case "ss":
				return true;
			case "ip-netns":
				return shows(/link-netnsid/);
			case "netns-ls":
				// Who links docker's folder to /var/run/netns has its namespaces in ip netns.
				return this.#hasDocker(host) && !shows(DOCKER_NETNS, "ip-netns");
			case "sysctl":
				return place.type === "host";
			case "bridge-fdb":
				return (
					(place.type === "netns" && networkIdOfNetns(place.name)?.role === "overlay") ||
					shows(/\bmaster \S+|\bvxlan\d*\b|\bbridge\b/, "ip-address")
				);
			case "bridge-vlan":
				return shows(/vlan_filtering 1/);
			case "ipvsadm-list":
				return (
					(place.type === "netns" &&
						(place.name === INGRESS_SBOX || networkIdOfNetns(place.name)?.role === "load-balancer")) ||
					shows(/-m ipvs|\bipvs\b/, "iptables-save", "iptables-list")
				);
			case "proc-net-bonding":
				return shows(/\bbond mode\b/, "ip-address");
			default:
				return false;
		}
	}

	#hasDocker(host: string): boolean {
		return (
			this.#capture.dumps.some(
				({ scope, kind }) => scope.host === host && (kind.startsWith("docker-") || kind === "netns-ls"),
			) ||
			this.#topology.nodes.some(
				({ kind, id }) =>
					kind === "netns" && id.startsWith(`${host}/netns/`) && isDockerNetns(id.slice(host.length + 7)),
			) ||
			this.#coverage.shows(host, HOST, /\b(?:docker0|docker_gwbridge|DOCKER-USER|DOCKER-INGRESS)\b/)
		);
	}

	#addDocker(host: string): void {
		this.#addRecipes(host, "docker");
		const inspections = this.#coverage.dumps(host, HOST, "docker-network-inspect");
		const overlays = inspections.some((dump) => /"Driver": "overlay"/.test(textOf(dump)));
		// Only -v tells services; a network without any has no such member either way.
		const verbose = inspections.some((dump) => /"Services":/.test(textOf(dump)));
		const rank = recipes.findIndex(({ kind }) => kind === "docker-network-inspect");
		if (overlays && !verbose)
			this.#list.add(host, HOST, recipes[rank]!, {
				why: "docker network inspect was saved without -v",
				decides: recipes[rank]!.decides,
				from: "capture",
				rank,
			});
	}

	#addRecipes(host: string, where: Recipe["where"], why?: string): void {
		for (const [rank, recipe] of recipes.entries()) {
			if (recipe.where !== where || this.#coverage.has(host, HOST, recipe)) continue;
			if (LISTINGS[recipe.kind]?.some((kind) => this.#coverage.dumps(host, HOST, kind).length > 0)) continue;
			this.#list.add(host, HOST, recipe, {
				why: why ?? notSaved(recipe),
				decides: recipe.decides,
				from: "capture",
				rank,
			});
		}
	}

	/** Whether a host is the manager to ask: no manager was asked, and it is one, as far as anything tells. */
	#asksManager(host: string): boolean {
		const asked = (kind: KindName): boolean => this.#capture.dumps.some((dump) => dump.kind === kind);
		const isSwarm =
			asked("docker-node-ls") ||
			asked("docker-service-ls") ||
			this.#topology.nodes.some(({ kind, id }) => kind === "netns" && id.endsWith(`/netns/${INGRESS_SBOX}`));
		if (!isSwarm) return false;
		const answered = (each: string): boolean =>
			this.#coverage.dumps(each, HOST, "docker-node-ls", "docker-service-ls", "docker-service-ps").length > 0;
		if (this.hosts.some(answered)) return answered(host) && this.hosts.find(answered) === host;
		const managers = this.hosts.filter((each) => this.#isManager(each) === true);
		return managers.length > 0 ? managers[0] === host : false;
	}

	/** Who answers for the swarm of a host: itself, unless it says that it is a worker. */
	#managerFor(host: string): string {
		if (this.#isManager(host) !== false) return host;
		const manager = this.hosts.find((each) => this.#isManager(each));
		if (manager !== undefined) return manager;
		const [address] = this.#ofKind<DockerInfo>("docker-info", host).flatMap(
			({ ast }) => engineInfo(ast)?.managers.map(({ value }) => value.replace(/:\d+$/, "")) ?? [],
		);
		return address ?? host;
	}

	#isManager(host: string): boolean | undefined {
		for (const { ast } of this.#ofKind<DockerInfo>("docker-info", host)) {
			const flag = engineInfo(ast)?.isManager;
			if (flag !== undefined) return flag.value;
		}
		return undefined;
	}
}

const DOCKER_NETNS = /^(?:ingress_sbox|lb_\w{9}|\d+-\w{8,10}|[0-9a-f]{12})\b/m;

/** The kinds that a recipe's kind is as good as; the recipe of `ipvsadm -Ln` answers who asks for `ipvsadm -Sn`. */
const SAVES: Readonly<Partial<Record<KindName, KindName>>> = {
	"ipvsadm-save": "ipvsadm-list",
	"iptables-list": "iptables-save",
	netstat: "ss",
};

/** A listing of docker need not be saved where what it lists was inspected. */
const LISTINGS: Readonly<Partial<Record<KindName, readonly KindName[]>>> = {
	"docker-network-ls": ["docker-network-inspect"],
	"docker-node-inspect": ["docker-node-ls"],
	"docker-version": ["docker-info"],
};

/** Whether a recipe is wanted of a place that nothing is known of: not what only few have. */
export function isForAll({ kind, unless }: Recipe): boolean {
	return unless === undefined && kind !== "proc-net-bonding" && kind !== "proc-net-vlan";
}

function notSaved({ commands }: Pick<Recipe, "commands">): string {
	return `${commands[0]!.replace(/ [A-Z]+$/, "")} was not saved`;
}

/** The command of a recipe, with what lists the names in place of the name: `docker inspect $(docker ps -aq)`. */
function bareCommand({ commands, names }: Pick<Recipe, "commands" | "names">): string {
	const [command] = commands;
	if (names === undefined) return command!;
	const start = command!.replace(/[A-Z]+$/, "");
	return names.startsWith("ls ") ? `sh -c '${start.trim()}*'` : `${start}$(${names})`;
}

function folderOf(place: Place): string {
	switch (place.type) {
		case "host":
			return "";
		case "netns":
			return `netns/${place.name}/`;
		case "container":
			return `containers/${place.id}/`;
	}
}
