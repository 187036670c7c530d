import { GWBRIDGE } from "@netfossil/docker";
import { chains, parseSave } from "@netfossil/iptables";
import type { TableName } from "@netfossil/iptables/semantics";
import { prefixText } from "../../address.ts";
import { type Cite, placeName } from "../kernel.ts";
import type { Facts, Network } from "./facts.ts";
import type { Unsaved } from "./places.ts";

/** A rule as iptables-save would print it, and the line of a dump that it is concluded from, if there is one. */
type Line = string | readonly [rule: string, cite: Cite];

/** Gives a namespace rules that no dump of it has. */
function addRules({ tables }: Unsaved, rules: Readonly<Partial<Record<TableName, readonly Line[]>>>): void {
	for (const [name, given] of Object.entries(rules)) {
		const lines = [`*${name}`, ...given.map((line) => (typeof line === "string" ? line : line[0])), "COMMIT"];
		const cites = new Map(given.flatMap((line, at) => (typeof line === "string" ? [] : [[at + 1, line[1]]])));
		const text = `${lines.join("\n")}\n`;
		const lineAt = (offset: number): number => text.slice(0, offset).split("\n").length - 1;
		const [view] = chains(parseSave(text).ast);
		if (view === undefined) continue;
		tables.add({
			family: 4,
			name: name as TableName,
			view,
			citeAt: (offset) => cites.get(lineAt(offset)),
			habit: { ruleAt: (offset) => lines[lineAt(offset)]! },
		});
	}
}

/** A port of the routing mesh on a machine, and the sandbox that gets what comes for it. */
export interface MeshPort {
	readonly protocol: string;
	readonly port: number;
	readonly target: string;
	readonly cite: Cite;
}

/**
 * What Swarm sets up on a machine for the ports of the routing mesh, as `daemon/libnetwork/service_linux.go`
 * (`programIngressPorts`) has it, and for the bridge that they lead to.
 */
export function addMeshRules(place: Unsaved, ports: readonly MeshPort[], bridge: Network | undefined): void {
	const dnat = ports.map(
		({ protocol, port, target, cite }): Line => [
			`-A DOCKER-INGRESS -p ${protocol} -m ${protocol} --dport ${port} -j DNAT --to-destination ${target}`,
			cite,
		],
	);
	const subnets = (bridge?.subnets ?? []).filter(({ prefix }) => prefix.family === 4);
	addRules(place, {
		nat: [
			...BUILT_IN.nat,
			":DOCKER-INGRESS - [0:0]",
			"-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER-INGRESS",
			"-A OUTPUT -m addrtype --dst-type LOCAL -j DOCKER-INGRESS",
			`-A POSTROUTING -o ${GWBRIDGE} -m addrtype --src-type LOCAL -j MASQUERADE`,
			...subnets.map(
				({ prefix }) => `-A POSTROUTING -s ${prefixText(prefix)} ! -o ${GWBRIDGE} -j MASQUERADE`,
			),
			...dnat,
			"-A DOCKER-INGRESS -j RETURN",
		],
	});
	place.habits.push({
		text: "no dump of the rules but those lines that are quoted: Swarm's own are taken to be there, DOCKER-INGRESS for what is for this machine, and MASQUERADE for what it sends by docker_gwbridge",
		command: "iptables-save -c",
	});
}

const BUILT_IN = {
	nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"].map((name) => `:${name} ACCEPT [0:0]`),
	filter: ["INPUT", "FORWARD", "OUTPUT"].map((name) => `:${name} ACCEPT [0:0]`),
};

/** A port that a service publishes in the routing mesh. */
export interface Published {
	readonly protocol: string;
	readonly published: number;
	readonly target: number;
	readonly cite: Cite;
}

/** A container may change its own rules only if it was given CAP_NET_ADMIN. */
export const OWN_RULES = "Docker's own alone, for a container sets none unless it is given CAP_NET_ADMIN";

/**
 * What Swarm sets up in the namespace of a task: what comes from the routing mesh bears the published port, and nothing
 * else is let in there (`addRedirectRules` in service_linux.go).
 */
export function addTaskRules(
	place: Unsaved,
	addresses: readonly string[],
	ports: readonly Published[],
): void {
	place.ruledBy = OWN_RULES;
	if (addresses.length === 0) return;
	const others = ["sctp", "udp", "tcp"];
	addRules(place, {
		nat: [
			...BUILT_IN.nat,
			...addresses.flatMap((address) =>
				ports.map(
					({ protocol, published, target, cite }): Line => [
						`-A PREROUTING -d ${address}/32 -p ${protocol} -m ${protocol} --dport ${published} -j REDIRECT --to-ports ${target}`,
						cite,
					],
				),
			),
		],
		filter: [
			...BUILT_IN.filter,
			...addresses.flatMap((address) => [
				...ports.flatMap(({ protocol, target, cite }): Line[] => [
					[
						`-A INPUT -d ${address}/32 -p ${protocol} -m ${protocol} --dport ${target} -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT`,
						cite,
					],
					[
						`-A OUTPUT -s ${address}/32 -p ${protocol} -m ${protocol} --sport ${target} -m conntrack --ctstate ESTABLISHED -j ACCEPT`,
						cite,
					],
				]),
				...others.flatMap((protocol) => [
					`-A INPUT -d ${address}/32 -p ${protocol} -j DROP`,
					`-A OUTPUT -s ${address}/32 -p ${protocol} -j DROP`,
				]),
			]),
		],
	});
}

/** The ports that a service publishes: `published-port` → service, with the port of its tasks. */
export function publishedBy(facts: Facts, service: string): Published[] {
	const ports = new Map<string, Published>();
	for (const edge of facts.to("backs", service)) {
		const [, protocol, port] = /\/published-port\/([a-z]+)\/(\d+)$/.exec(edge.from) ?? [];
		const target = edge.attributes.target?.value;
		if (protocol === undefined || typeof target !== "number") continue;
		ports.set(`${protocol} ${port}`, {
			protocol,
			published: Number(port),
			target,
			cite: facts.cite(edge),
		});
	}
	return [...ports.values()];
}

/**
 * The routing mesh is alike on all machines: rules and services of a sandbox that a dump shows, with the addresses of
 * another in the place of its own.
 */
export function addMeshOf(place: Unsaved, shown: Unsaved, own: ReadonlyMap<string, string>): void {
	const like = placeName(shown);
	for (const table of shown.tables.finish())
		place.tables.add({ ...table, view: replaced(table.view, own), habit: { like } });
	place.services.push(...shown.services);
	place.habits.push({
		text: `no dump of the rules and of IPVS: they are taken to be those of ${like}, with this machine's own addresses, for Swarm sets all machines up alike (a mark may have another number)`,
		command: "sh -c 'iptables-save -c; ipvsadm -Sn'",
	});
}

/** Trees are plain JSON. */
function replaced<Tree>(tree: Tree, words: ReadonlyMap<string, string>): Tree {
	const walk = (value: unknown): unknown => {
		if (typeof value === "string") return words.get(value) ?? value;
		if (Array.isArray(value)) return value.map(walk);
		if (typeof value !== "object" || value === null) return value;
		return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, walk(each)]));
	};
	return walk(tree) as Tree;
}
