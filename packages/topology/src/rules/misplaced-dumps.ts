import { ipv4OfMac, isSandboxName } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { proof, type Quote } from "../evidence.ts";
import { interfaceId } from "../ids.ts";
import type { Link } from "../links.ts";
import { append } from "../lists.ts";
import type { FdbRow, NeighbourRow } from "../observations.ts";

/** Dumps that lie under one host and look like another's. */
export const misplacedDumps: Rule = {
	id: "misplaced-dump",
	concludes:
		"A namespace's interface whose MAC the tables of its own host put elsewhere (behind a VTEP, or at a neighbour), while another host has learned it on the very port whose index fits, or has its address, looks like the dump of that host: the namespace's `host` is a conflict of both, and what rests on it is assumed. So is that of the same interfaces, MACs and indexes under two hosts.",
	certainty: ["observed", "derived"],
	contradictedBy: "a veth of its own host that is proven to be its peer",
	apply(context: Context) {
		const { seen, links } = context;
		const learned = new Map<string, FdbRow[]>();
		for (const row of seen.fdb) append(learned, row.mac, row);
		const neighbours = new Map<string, NeighbourRow[]>();
		for (const row of seen.neighbours) append(neighbours, row.mac, row);
		const copies = new Map<string, Link[]>();
		for (const link of links.all()) {
			if (link.name === "lo") continue;
			behindAnother(context, link, learned);
			seenAsNeighbour(context, link, neighbours);
			append(copies, link.netns, link);
		}
		ofTwoHosts(context, copies);
	},
};

/** Says that a namespace of one host looks like another's; both stay. */
function looksLike(
	{ graph }: Context,
	link: Link,
	other: string,
	quotes: readonly Quote[],
	why: string,
): void {
	const own = link.lines[0]!.quote;
	const { host } = link.scope;
	graph.set(link.netns, "host", host, proof("assumed", misplacedDumps.id, [own], "its dump was saved there"));
	const because = `${own.parsed.dump.id} looks like the dump of ${other}: ${why}`;
	graph.set(link.netns, "host", other, proof("derived", misplacedDumps.id, [own, ...quotes], because));
}

/** Its own host forwards to its MAC over a tunnel, and another host's veth with the right indexes has learned it. */
function behindAnother(context: Context, link: Link, learned: ReadonlyMap<string, readonly FdbRow[]>): void {
	const { links, who } = context;
	for (const { mac, index, peerIndex } of link.lines) {
		if (mac === undefined || peerIndex === undefined) continue;
		const rows = learned.get(mac) ?? [];
		const away = rows.find(({ scope, dst }) => scope.host === link.scope.host && dst !== undefined);
		if (away === undefined) continue;
		for (const row of rows) {
			if (row.scope.host === link.scope.host || row.dst !== undefined || !row.learned) continue;
			const port = links.get(interfaceId(who.netns(row.scope), row.dev));
			const fits = port?.lines.some((line) => line.index === peerIndex && line.peerIndex === index);
			if (!fits) continue;
			const why = `${link.scope.host} forwards ${mac} to ${away.dst}, and ${row.scope.host} has learned it on ${row.dev}, whose index ${peerIndex} is that of the peer`;
			looksLike(context, link, row.scope.host, [away.quote, row.quote], why);
			return;
		}
	}
}

/** A host knows the MAC as a neighbour's, and another host has the address. */
function seenAsNeighbour(
	context: Context,
	link: Link,
	neighbours: ReadonlyMap<string, readonly NeighbourRow[]>,
): void {
	const { rows, who } = context;
	if (link.netns !== who.netns({ host: link.scope.host, place: { type: "host" } })) return;
	const macs = new Set(link.lines.flatMap(({ mac }) => mac ?? []));
	const row = [...macs]
		.flatMap((mac) => neighbours.get(mac) ?? [])
		.find(
			({ scope, address, permanent }) =>
				!permanent &&
				scope.host === link.scope.host &&
				who.netns(scope) === link.netns &&
				rows.addressesIn(link.netns).some((each) => each.address === address && each.interface === link.name),
		);
	if (row === undefined) return;
	const other = rows.addresses(row.address).find(({ scope }) => scope.host !== link.scope.host);
	const line = link.lines.find(({ mac }) => mac === row.mac)!;
	if (other === undefined) return;
	const why = `${link.scope.host} knows ${row.address} with ${row.mac} as a neighbour, and ${other.scope.host} has the address`;
	looksLike(context, { ...link, lines: [line] }, other.scope.host, [row.quote, other.quote], why);
}

/** The same interfaces, with indexes and MACs, under two hosts: one of them holds a copy. */
function ofTwoHosts(context: Context, byNetns: ReadonlyMap<string, readonly Link[]>): void {
	const { graph } = context;
	const alike = new Map<string, Link[]>();
	for (const [netns, all] of byNetns) {
		const name = graph.nameOf(netns);
		const isNamed = isSandboxName(name);
		// Docker makes MACs of addresses, so that two swarms may have equal ones everywhere; the name of a sandbox is random.
		if (
			!isNamed &&
			all.every(({ lines }) => lines.every(({ mac }) => mac === undefined || ipv4OfMac(mac) !== undefined))
		)
			continue;
		const cards = all.map(({ name, lines }) => {
			const { index, peerIndex } = lines.find((line) => line.index !== undefined) ?? {};
			const mac = lines.find((line) => line.mac !== undefined)?.mac;
			return mac === undefined || index === undefined ? undefined : `${name} ${index} ${peerIndex} ${mac}`;
		});
		if (cards.length > 1 && !cards.includes(undefined))
			append(alike, [isNamed ? name : "", ...cards.sort()].join("\n"), all[0]!);
	}
	const isProven = ({ netns }: Link): boolean =>
		(byNetns.get(netns) ?? []).some(({ id }) =>
			[
				...graph.targets("veth-peer", id).map((to) => graph.edgeEvidence("veth-peer", id, to)),
				...graph.origins("veth-peer", id).map((from) => graph.edgeEvidence("veth-peer", from, id)),
			].some(([evidence]) => evidence?.certainty === "derived"),
		);
	for (const same of alike.values()) {
		for (const link of same) {
			const other = same.find(({ scope }) => scope.host !== link.scope.host);
			if (other === undefined || (isProven(link) && !isProven(other))) continue;
			const why = "all its interfaces have the indexes and MACs of a namespace there";
			looksLike(context, link, other.scope.host, [other.lines[0]!.quote], why);
		}
	}
}
