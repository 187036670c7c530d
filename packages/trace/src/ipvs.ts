import { FIRST_MARK, isDockerNetns, printedMark } from "@netfossil/docker";
import { UNTRACKED } from "./conntrack.ts";
import { dropped, type Fate, unknown } from "./fate.ts";
import { countDown, errorAnswer, refusal } from "./icmp.ts";
import { output, verdictFate } from "./ip.ts";
import { lostInside, sendInside } from "./ip-tunnel.ts";
import { runHook, type Verdict } from "./netfilter.ts";
import {
	IPIP,
	IPV6,
	inverted,
	isIcmp,
	type Packet,
	packetText,
	protocolName,
	TCP,
	type Tuple,
	tupleOf,
} from "./packet.ts";
import { routeOutput, type Way } from "./routing.ts";
import type { Run } from "./run.ts";
import { setting } from "./settings.ts";
import { type Namespace, placeName, type RealServer, type VirtualService } from "./state/kernel.ts";

/** A connection of IPVS: who asked, whom it asked, and who serves it. */
export interface Balanced {
	readonly protocol: number;
	readonly client: { readonly address: string; readonly port: number | null };
	readonly virtual: { readonly address: string; readonly port: number | null };
	readonly server: { readonly address: string; readonly port: number | null };
	readonly by: RealServer;
}

/** `ip_vs_conn_in_get`: the server that a connection has. */
function balancedBy(run: Run, namespace: Namespace, packet: Packet): RealServer | undefined {
	return run
		.balanced(namespace)
		.find(
			({ protocol, client, virtual }) =>
				protocol === packet.protocol &&
				client.address === packet.src &&
				client.port === packet.sport &&
				virtual.address === packet.dst &&
				virtual.port === packet.dport,
		)?.by;
}

/** `ip_vs_in` in net/netfilter/ipvs/ip_vs_core.c: a packet for a service goes to one of its servers. */
export function serve(run: Run, namespace: Namespace, packet: Packet): Verdict | undefined {
	if (packet.ipvs || isIcmp(packet)) return undefined;
	if (namespace.services.length === 0) return unsaved(namespace, packet);
	const known = balancedBy(run, namespace, packet);
	if (known !== undefined) {
		const text = `the connection is with ${known.address}:${known.port} (${known.forwarding})`;
		run.step(namespace, "ipvs", text, { cite: known.cite });
		return sendTo(run, namespace, packet, known);
	}
	// Only what opens a connection is scheduled.
	if (
		!run.established &&
		packet.protocol === TCP &&
		(!packet.tcpFlags?.includes("SYN") || packet.tcpFlags.includes("ACK"))
	)
		return undefined;
	const service = serviceFor(namespace, packet);
	if (service === undefined) return undefined;
	const name = serviceName(service);
	const servers = service.servers.filter(({ weight }) => weight > 0);
	if (servers.length === 0) {
		run.step(namespace, "ipvs", `${name} has no server`, { cite: service.cite });
		const answer = errorAnswer(run, namespace, packet, {
			icmp: packet.family === 4 ? { type: 3, code: 3 } : { type: 1, code: 4 },
		});
		return {
			type: "stolen",
			fate: {
				type: "refused",
				at: namespace,
				packet,
				by: "icmp-port-unreachable",
				...(answer && { answer }),
			},
		};
	}
	const server = run.choose(
		{
			kind: "chance",
			text: `${name} of ${placeName(namespace)} (${service.scheduler}) has ${servers.length} servers`,
			weights: servers.map(({ weight }) => weight),
		},
		servers,
		({ address, port }) => `${address}:${port}`,
	);
	run.step(
		namespace,
		"ipvs",
		`${name} ${service.scheduler} → ${server.address}:${server.port} (${server.forwarding}), one of ${servers.length}`,
		{ cite: server.cite },
	);
	if (service.key.type === "fwmark") run.byMark = true;
	return sendTo(run, namespace, packet, server);
}

const isTold = ({ kinds }: Namespace): boolean =>
	["ipvsadm-list", "ipvsadm-save", "proc-net-ip-vs"].some((kind) => kinds.has(kind));

/** Whether IPVS is loaded, which its settings tell, and no dump says what it balances. */
export const mayBalance = (namespace: Namespace): boolean =>
	!isTold(namespace) && [...namespace.settings.keys()].some((key) => key.startsWith("net.ipv4.vs."));

/** Docker marks what IPVS is to balance: without a dump of that, whom it goes to is not known. */
function unsaved(namespace: Namespace, { mark }: Packet): Verdict | undefined {
	const { netns } = namespace;
	if (isTold(namespace) || netns === null || !(isDockerNetns(netns) || netns.startsWith("container:")))
		return undefined;
	if (typeof mark !== "number" || mark < FIRST_MARK) return undefined;
	const why = `no dump tells the servers that IPVS has for the mark ${printedMark(mark)}`;
	return { type: "unknown", why, command: "ipvsadm -Sn" };
}

/** `ip_vs_service_find`: by mark first, then by address and port. */
function serviceFor(
	{ services }: Namespace,
	{ mark, family, protocol, dst, dport }: Packet,
): VirtualService | undefined {
	const byMark = services.find(
		({ key }) => key.type === "fwmark" && key.mark !== 0 && key.mark === mark && key.family === family,
	);
	if (byMark !== undefined) return byMark;
	const at = (port: number | null): VirtualService | undefined =>
		services.find(
			({ key }) =>
				key.type === "address" &&
				key.address === dst &&
				key.port === port &&
				key.protocol === protocolName(protocol),
		);
	return at(dport) ?? at(0);
}

function serviceName({ key }: VirtualService): string {
	return key.type === "fwmark"
		? `FWM ${key.mark}`
		: `${key.protocol.toUpperCase()} ${key.address}:${key.port}`;
}

function sendTo(run: Run, namespace: Namespace, packet: Packet, server: RealServer): Verdict | undefined {
	const { family, protocol } = packet;
	if (server.forwarding === "local") return undefined;
	const routed = routeOutput(run, namespace, { family, dst: server.address, mark: 0, protocol });
	if (routed.type === "error")
		return { type: "stolen", fate: dropped(namespace, "no-route", `${routed.why}, the server`) };
	const { way } = routed;
	const over = countDown(run, namespace, packet);
	if (over !== undefined) return { type: "stolen", fate: over };
	if (server.forwarding === "tunnel" && way.kind !== "local") {
		// `ip_vs_tunnel_xmit`: the real server takes the packet out.
		const envelope = {
			protocol: family === 4 ? IPIP : IPV6,
			remote: server.address,
			ipvs: true,
			lost: (outer: Fate) => passedOn(run, namespace, packet, outer),
		};
		return { type: "stolen", fate: sendInside(run, namespace, packet, envelope) };
	}
	packet.ipvs = true;
	if (server.forwarding === "masquerade") masquerade(run, namespace, packet, server);
	else {
		run.balanced(namespace).push({
			protocol,
			client: { address: packet.src, port: packet.sport },
			virtual: { address: packet.dst, port: packet.dport },
			server,
			by: server,
		});
		packet.tracked = UNTRACKED;
	}
	if (way.kind === "local") return undefined;
	run.step(namespace, "route", way.text, way.cite && { cite: way.cite });
	// Direct routing: the frame goes to the server, the packet stays as it is.
	const next = { ...way, via: way.via ?? server.address };
	return { type: "stolen", fate: leave(run, namespace, packet, next) };
}

/** `ip_vs_in_icmp`: what is said to the balancer of the tunnel's packet it says to the client of its own. */
function passedOn(run: Run, namespace: Namespace, packet: Packet, outer: Fate): Fate {
	if (outer.type !== "unreachable") return lostInside(outer);
	const { icmp, why } = outer;
	if (outer.at !== namespace)
		run.assume(namespace, `the error of ${placeName(outer.at)} about the tunnel is taken to come back`);
	const fate = refusal(run, namespace, packet, icmp, why);
	if (icmp.type !== 3 || icmp.code !== 3 || !("answer" in fate)) return fate;
	return { type: "refused", at: namespace, packet, by: "icmp-port-unreachable", answer: fate.answer! };
}

/** `ip_vs_nat_xmit`: the destination is the server's; what conntrack awaits comes from there. */
function masquerade(run: Run, namespace: Namespace, packet: Packet, server: RealServer): void {
	const before = packetText(packet);
	const virtual = { address: packet.dst, port: packet.dport };
	const client = { address: packet.src, port: packet.sport };
	packet.dst = server.address;
	// A service by mark keeps the port.
	if (server.port !== 0) packet.dport = server.port;
	const chosen = { address: packet.dst, port: packet.dport };
	run.balanced(namespace).push({ protocol: packet.protocol, client, virtual, server: chosen, by: server });
	const connection = packet.tracked?.connection;
	// `ip_vs_update_conntrack`; without the setting the packet is no longer tracked, and no rule of nat sees it.
	if (setting(run, namespace, "net.ipv4.vs.conntrack") === 0) packet.tracked = UNTRACKED;
	else if (connection !== undefined && !connection.confirmed)
		connection.reply = { ...connection.reply, src: chosen.address, sport: chosen.port };
	run.step(namespace, "nat", "destination translated by IPVS", { before, after: packetText(packet) });
}

/** `ip_vs_nat_send_or_cont`: through OUTPUT, as if the machine itself sent it. */
function leave(run: Run, namespace: Namespace, packet: Packet, way: Way): Fate {
	const out = namespace.devices.get(way.dev);
	if (out === undefined)
		return unknown(
			namespace,
			`the route leads to ${way.dev}, which no dump of ${placeName(namespace)} shows`,
			"ip -d address",
		);
	const verdict = runHook(run, namespace, "OUTPUT", packet, { in: null, out });
	return verdict.type === "accept"
		? output(run, namespace, packet, way)
		: verdictFate(run, namespace, packet, verdict);
}

/** `ip_vs_out`: what a server answers comes from the service, and so do errors about what was sent to it. */
export function answerAsService(run: Run, namespace: Namespace, packet: Packet): void {
	if (packet.ipvs) return;
	const about = packet.quoted ?? inverted(tupleOf(packet));
	const connection = balancedFor(run, namespace, about);
	if (connection === undefined) return;
	const { virtual } = connection;
	const before = packetText(packet);
	packet.src = virtual.address;
	if (packet.quoted === undefined) packet.sport = virtual.port;
	else packet.quoted = { ...packet.quoted, dst: virtual.address, dport: virtual.port };
	packet.ipvs = true;
	run.step(namespace, "ipvs", "the answer comes from the service", { before, after: packetText(packet) });
}

/** The connection that a client's packet belongs to, as it is on its way to the server. */
export function balancedFor(
	run: Run,
	namespace: Namespace,
	{ protocol, src, sport, dst, dport }: Tuple,
): Balanced | undefined {
	return run
		.balanced(namespace)
		.find(
			({ protocol: own, client, server }) =>
				own === protocol &&
				client.address === src &&
				client.port === sport &&
				server.address === dst &&
				server.port === dport,
		);
}
