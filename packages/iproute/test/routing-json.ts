import { expect } from "vitest";
import {
	type MulticastInterface,
	type Neighbour,
	type Nexthop,
	type NexthopInfo,
	parseIpMaddr,
	parseIpNeigh,
	parseIpRoute,
	parseIpRule,
	type Route,
	type RouteFields,
	type RouteMetric,
	type Rule,
} from "../src/index.ts";

/*
 * What `ip -j` would print for a node, made of the text's fields alone. The JSON does not say that a metric is
 * locked, and of an encapsulation it gives the words as if they were the route's own.
 */

type Json = Record<string, unknown>;

const whole = (node: { value: unknown } | undefined): unknown => node?.value;
/** An address as printed. */
const printed = (node: { value: string; text?: string }): string => node.text ?? node.value;

const place = (node: Route["destination"] | undefined): string | undefined => {
	if (node === undefined) return undefined;
	switch (node.type) {
		case "prefix":
			return node.text ?? `${node.address}/${node.length}`;
		case "default":
		case "all":
			return node.type;
		case "ip":
			return node.text ?? node.value;
		default:
			return node.value;
	}
};

const CONGESTION: Readonly<Record<string, string>> = { congctl: "congestion" };

function metricsOf(metrics: readonly RouteMetric[]): Json {
	const json: Json = {};
	for (const { name, values } of metrics) {
		if (name === "features") for (const { value } of values) json[value] = null;
		else json[CONGESTION[name] ?? name] = values[0]?.value;
	}
	return json;
}

function encapOf({ encap }: RouteFields): Json {
	if (encap === undefined) return {};
	const json: Json = { encap: encap.kind.value };
	for (const each of encap.attributes) {
		if (each.type === "unparsed") throw new Error(`unknown words in an encapsulation: ${each.text}`);
		json[each.name === "labels" ? "dst" : each.name] =
			each.values.length === 0 ? true : each.values[0]!.value;
	}
	return json;
}

function fieldsOf(node: RouteFields): Json {
	const { via, realms } = node;
	return {
		from: place(node.from),
		nhid: whole(node.nhid),
		...encapOf(node),
		...(node.tos && { tos: node.tos.value }),
		...(via && (via.family ? { via: { family: via.family.value, host: printed(via.address) } } : {})),
		...(via && (via.family ? {} : { gateway: printed(via.address) })),
		dev: whole(node.dev),
		table: whole(node.table),
		protocol: whole(node.proto),
		scope: whole(node.scope),
		prefsrc: node.src && printed(node.src),
		metric: whole(node.metric),
		flags: node.flags ?? [],
		mark: whole(node.mark),
		flow: realms && { from: whole(realms.from), to: whole(realms.to) },
		uid: whole(node.uid),
		expires: whole(node.expires),
		error: whole(node.error),
		metrics: node.metrics && [metricsOf(node.metrics)],
		iif: whole(node.iif),
		pref: whole(node.pref),
		weight: whole(node.weight),
		id: whole(node.id) ?? encapOf(node).id,
	};
}

const nexthopOf = (node: Nexthop): Json => fieldsOf(node);

function infoOf(node: NexthopInfo): Json {
	const group = node.group?.value.split("/").map((each) => {
		const [id, weight] = each.split(",");
		return { id: Number(id), ...(weight !== undefined && { weight: Number(weight) }) };
	});
	return { ...fieldsOf(node), group };
}

export function routeJson(node: Route): Json {
	return {
		type: whole(node.kind),
		dst: place(node.destination),
		...fieldsOf(node),
		nexthops: node.nexthops?.map(nexthopOf),
		nh_info: node.info && infoOf(node.info),
		cache: node.cache?.flags ?? (node.cache && []),
	};
}

export function ruleJson(node: Rule): Json {
	const { from, to, fwmark, iif, goto } = node;
	const mark = (present: unknown): null | undefined => (present ? null : undefined);
	const address = (each: Rule["from"]) =>
		each?.type === "prefix" ? place(each)?.replace(/\/\d+$/, "") : place(each);
	const length = (each: Rule["from"]) => (each?.type === "prefix" ? each.length : undefined);
	const range = (name: string, each: Rule["sport"]): Json =>
		each === undefined
			? {}
			: each.to === undefined
				? { [name]: each.from.value }
				: { [`${name}_start`]: each.from.value, [`${name}_end`]: each.to.value };
	const uid = node.uidrange;
	const isNop = node.action?.value === "nop";
	return {
		priority: node.priority.value,
		not: mark(node.not),
		src: address(from),
		srclen: length(from),
		dst: address(to),
		dstlen: length(to),
		tos: whole(node.tos),
		fwmark: fwmark && (fwmark.value.text ?? fwmark.value.value),
		fwmask: fwmark?.mask && (fwmark.mask.text ?? fwmark.mask.value),
		iif: whole(iif),
		iif_detached: mark(iif?.detached),
		oif: whole(node.oif),
		oif_detached: mark(node.oif?.detached),
		l3mdev: mark(node.l3mdev),
		uid_start: whole(uid?.from),
		uid_end: uid && (uid.to ?? uid.from).value,
		ipproto: whole(node.ipproto),
		...range("sport", node.sport),
		...range("dport", node.dport),
		tun_id: whole(node.tun_id),
		table: whole(node.lookup),
		suppress_prefixlen: whole(node.suppress_prefixlength),
		suppress_ifgroup: whole(node.suppress_ifgroup),
		flow_from: whole(node.realms?.from),
		flow_to: whole(node.realms?.to),
		goto: whole(goto?.priority),
		unresolved: mark(goto?.unresolved),
		nop: mark(isNop),
		action: isNop ? undefined : whole(node.action),
		protocol: whole(node.proto),
	};
}

export function neighJson(node: Neighbour): Json {
	return {
		dst: node.address && printed(node.address),
		dev: whole(node.dev),
		lladdr: whole(node.lladdr),
		...Object.fromEntries((node.flags ?? []).map((flag) => [flag, null])),
		refcnt: whole(node.ref),
		used: whole(node.used?.used),
		confirmed: whole(node.used?.confirmed),
		updated: whole(node.used?.updated),
		probes: whole(node.probes),
		state: node.states,
		protocol: whole(node.proto),
	};
}

export function maddrJson(node: MulticastInterface): Json {
	return {
		ifindex: node.index.value,
		ifname: node.name.value,
		maddr: node.groups.map(({ type, address, users, static: fixed }) => ({
			...(type === "link" ? { link: address.value } : { family: type, address: printed(address) }),
			users: whole(users),
			features: fixed && "static",
		})),
	};
}

/** The facts of a JSON value, each by its path; `null` stands for a mark that is there. */
export function factsOf(json: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
	if (json === undefined) return into;
	if (typeof json !== "object" || json === null) return into.set(path, String(json));
	for (const [key, value] of Object.entries(json)) {
		const below = Array.isArray(json) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
		factsOf(value, below, into);
	}
	return into;
}

/** The JSON that the nodes of a text would be. */
export type AsJson = (text: string) => readonly unknown[];

export const routes: AsJson = (text) =>
	parseIpRoute(text).ast.statements.flatMap((node) => (node.type === "route" ? [routeJson(node)] : []));
export const rules: AsJson = (text) =>
	parseIpRule(text).ast.statements.flatMap((node) => (node.type === "rule" ? [ruleJson(node)] : []));
export const neighbours: AsJson = (text) =>
	parseIpNeigh(text).ast.statements.flatMap((node) => (node.type === "neighbour" ? [neighJson(node)] : []));
export const groups: AsJson = (text) =>
	parseIpMaddr(text).ast.statements.flatMap((node) =>
		node.type === "multicast-interface" ? [maddrJson(node)] : [],
	);

/** Clocks ran between the two runs of the tool, and the kernel probed on. */
const CLOCK = /^(?:expires|used|confirmed|updated|probes)$/;
const SECONDS = 5;

export interface Count {
	nodes: number;
	facts: number;
	equal: number;
	readonly different: string[];
}

/** Compares fact by fact, both ways; `partly`: what the text does not say is not asked for. */
export function compare(
	text: readonly unknown[],
	json: readonly unknown[],
	where: string,
	count: Count,
	partly: boolean,
): void {
	expect(text.length, where).toBe(json.length);
	text.forEach((node, index) => {
		count.nodes++;
		const said = factsOf(node);
		const expected = factsOf(json[index]);
		const keys = partly ? said.keys() : new Set([...said.keys(), ...expected.keys()]);
		for (const key of keys) {
			count.facts++;
			const [one, two] = [said.get(key), expected.get(key)];
			if (one === two || (CLOCK.test(key) && Math.abs(Number(one) - Number(two)) <= SECONDS)) count.equal++;
			else count.different.push(`${where} ${expected.get("dst") ?? index} ${key}: text ${one}, JSON ${two}`);
		}
	});
}

export const empty = (): Count => ({ nodes: 0, facts: 0, equal: 0, different: [] });

export function report(what: string, { nodes, facts, equal, different }: Count): void {
	console.log(
		`${what}: ${nodes} nodes, ${facts} facts checked, ${equal} equal, ${different.length} different`,
	);
}
