import { GWBRIDGE, NETNS_FOLDER, networkIdOfNetns } from "@netfossil/docker";
import type { Context } from "../../context.ts";
import { hostId, netnsId } from "../../ids.ts";
import { inPlace } from "../../in-place.ts";
import type { Link } from "../../links.ts";
import { append } from "../../lists.ts";
import { NetnsNumbers } from "../../netns-numbers.ts";
import { isFileName } from "../../place-names.ts";
import { mayNameItself } from "../veth-peers.ts";
import { add, HOST, inAll, shown } from "./gap.ts";
import type { OpenLegs } from "./open-legs.ts";

const MATTERS = "what is plugged into this bridge or namespace";

/** Ends of veth pairs that no network places: where to look for their peers. */
export function openPeers(context: Context, open: OpenLegs): void {
	const { graph } = context;
	const numbers = new NetnsNumbers(context);
	const told = new Map<string, Link[]>();
	const guessed = new Map<string, Link[]>();
	const unsure = new Map<string, Link[]>();
	for (const end of open.all) {
		if (graph.targets("attached-to-network", end.id).length > 0) continue;
		if (mayNameItself(end)) {
			append(unsure, end.netns, end);
			continue;
		}
		const other = end.lines.map((line) => numbers.of(line)).find((each) => each !== undefined);
		if (other === undefined) append(guessed, end.netns, end);
		// A namespace that was saved without the peer has lost it since, or was saved at another time.
		else if (!shown(context, other.netns)) append(told, other.netns, end);
	}
	for (const [netns, ends] of unsure) ofUnknownKind(context, netns, ends);
	for (const [netns, ends] of told) inNamed(context, netns, ends);
	const unsaved = unsavedNamespaces(context);
	for (const [netns, ends] of guessed)
		inUnsaved(context, netns, ends, unsaved.get(ends[0]!.scope.host) ?? []);
}

/** `10: a@if10`: a veth whose peer has the same index, or a tunnel that was moved here; only `-d` tells. */
function ofUnknownKind(context: Context, netns: string, ends: readonly Link[]): void {
	const names = ends.map(({ name }) => name).join(", ");
	const { host, place } = ends[0]!.scope;
	add(context, {
		about: ends.map(({ id }) => id),
		question: `whether ${names} in ${context.graph.nameOf(netns)} ${ends.length === 1 ? "is a veth" : "are veths"}: a tunnel that was moved names its own index, too`,
		matters: MATTERS,
		host,
		place,
		command: inPlace(place, "ip -d link"),
	});
}

/** link-netns or a number of the namespace says where the peers are. */
function inNamed(context: Context, netns: string, ends: readonly Link[]): void {
	const { host } = ends[0]!.scope;
	const name = netns.slice(netnsId(hostId(host), "").length);
	if (!isFileName(name)) return;
	add(context, {
		about: ends.map(({ id }) => id),
		question: `the peer of ${wanted(ends)} in ${whereOf(context, ends[0]!)}: it is in ${nameText(name)}`,
		matters: MATTERS,
		host,
		place: name === "host" ? HOST : { type: "netns", name },
		command: inAll([name], "ip -d addr"),
	});
}

function inUnsaved(context: Context, netns: string, ends: readonly Link[], unsaved: readonly string[]): void {
	const { graph } = context;
	const { host } = ends[0]!.scope;
	const names = unsaved.filter((name) => netnsId(hostId(host), name) !== netns);
	const question = `the peer of ${wanted(ends)} in ${whereOf(context, ends[0]!)}`;
	const about = ends.map(({ id }) => id);
	if (names.length === 0) {
		// With all namespaces of the machine saved, the peer is outside of it: the machine is a guest itself.
		const inner = ends.filter(({ name }) => /^veth/.test(name));
		if (inner.length === 0) return;
		add(context, {
			about: inner.map(({ id }) => id),
			question: `the namespaces of ${host} behind ${inner.map(({ name }) => name).join(", ")}: no listing names them`,
			matters: MATTERS,
			host,
			place: HOST,
			command: everyNetns(context, host),
		});
		return;
	}
	const own = networkIdOfNetns(graph.nameOf(netns));
	// The load balancer of the same network is the likeliest owner, the host the last.
	const rank = (name: string): number => {
		const balances = own?.prefix.startsWith(networkIdOfNetns(name)?.prefix ?? "-") === true;
		return balances ? 0 : name === "host" ? 2 : 1;
	};
	const ranked = [...names].sort((a, b) => rank(a) - rank(b));
	add(context, {
		about,
		question: `${question}: it may be in ${ranked.map(nameText).join(", in ")}`,
		matters: MATTERS,
		host,
		place: HOST,
		command: inAll(ranked, "ip -d link"),
	});
}

/** The namespaces of each host that something names, and whose interfaces no dump shows. */
function unsavedNamespaces(context: Context): Map<string, string[]> {
	const { graph } = context;
	const unsaved = new Map<string, string[]>();
	for (const host of graph.idsOf("host")) {
		const names = graph
			.targets("contains", host)
			.filter((id) => id.startsWith(`${host}/netns/`) && !shown(context, id))
			.map((id) => graph.nameOf(id))
			.filter((name) => !name.startsWith("container:") && isFileName(name));
		unsaved.set(host, names);
	}
	return unsaved;
}

/** Docker's namespaces are in no list of `ip netns`. */
function everyNetns({ graph }: Context, host: string): string {
	const runsDocker = graph
		.targets("contains", host)
		.some((id) => id.startsWith(`${host}/network/`) || id.startsWith(`${host}/container/`));
	const bridge =
		graph.has(`${host}/netns/host/interface/${GWBRIDGE}`) ||
		graph.has(`${host}/netns/host/interface/docker0`);
	return runsDocker || bridge
		? `for ns in ${NETNS_FOLDER}/*; do echo "# $(basename $ns)"; sudo nsenter --net=$ns ip -d addr; done`
		: "ip netns; sudo ip -all netns exec ip -d addr";
}

const nameText = (name: string): string => (name === "host" ? "the host's own namespace" : name);

function wanted(ends: readonly Link[]): string {
	const index = ({ lines }: Link): number | undefined =>
		lines.find(({ peerIndex }) => peerIndex !== undefined)?.peerIndex;
	return ends.map((end) => `${end.name} (its index there is ${index(end)})`).join(" and of ");
}

function whereOf({ graph }: Context, end: Link): string {
	return graph.nameOf(end.netns);
}
