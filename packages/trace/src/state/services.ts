import type { ParsedDump } from "@netfossil/capture";
import type { IpvsadmList, IpvsadmSave, ProcNetIpVs } from "@netfossil/ipvsadm";
import { type SysctlDump, settings } from "@netfossil/kernel";
import type { Netstat, Ss } from "@netfossil/sockets";
import { citer } from "./cite.ts";
import type { RealServer, Socket, VirtualService } from "./kernel.ts";

/** Settings of one number, by the kernel's own key; a dot in an interface's name stays a slash. */
export function readSettings(parsed: ParsedDump<SysctlDump>, into: Map<string, number>): void {
	for (const [key, { numbers }] of settings(parsed.ast))
		if (numbers?.length === 1) into.set(key, numbers[0]!);
}

/** Sockets that take what comes: TCP ones that listen, UDP ones that are not bound to one peer. */
export function readSs(parsed: ParsedDump<Ss>): Socket[] {
	const cite = citer(parsed);
	return parsed.ast.statements.flatMap((node): Socket[] => {
		if (node.type !== "socket" || node.local.type !== "internet" || node.local.port.type === "any") return [];
		const protocol = node.netid?.value ?? (node.state?.value === "LISTEN" ? "tcp" : undefined);
		if (protocol !== "tcp" && protocol !== "udp") return [];
		if (
			protocol === "tcp"
				? node.state?.value !== "LISTEN"
				: node.peer.type === "internet" && node.peer.port.type !== "any"
		)
			return [];
		const { address, port, scope } = node.local;
		if (port.number === undefined) return [];
		return [
			socketOf(protocol, address, port.number, scope?.value, node.local.bracketed !== true, cite(node.start)),
		];
	});
}

export function readNetstat(parsed: ParsedDump<Netstat>): Socket[] {
	const cite = citer(parsed);
	return parsed.ast.statements.flatMap((node): Socket[] => {
		if (node.type !== "socket" || node.local.port.type === "any") return [];
		const protocol = /^(tcp|udp)6?$/.exec(node.protocol.value)?.[1] as "tcp" | "udp" | undefined;
		if (protocol === undefined) return [];
		if (protocol === "tcp" ? node.state?.value !== "LISTEN" : node.foreign.port.type !== "any") return [];
		const { address, port, zone } = node.local;
		if (port.number === undefined) return [];
		// netstat does not tell a socket of both families from one of IPv6 alone.
		return [socketOf(protocol, address, port.number, zone, true, cite(node.start))];
	});
}

function socketOf(
	protocol: "tcp" | "udp",
	address: { readonly type: string; readonly value: string; readonly family?: 4 | 6 },
	port: number,
	device: string | undefined,
	dual: boolean,
	cite: Socket["cite"],
): Socket {
	const any = address.value === "*" || address.value === "0.0.0.0" || address.value === "::";
	const family = address.value === "*" ? 6 : (address.family ?? 4);
	return {
		protocol,
		family,
		...(!any && { address: address.value }),
		port,
		...(device !== undefined && { device }),
		// ss prints `*:80` for a socket of both families, `[::]:80` for one of IPv6 alone.
		dual: dual && any && family === 6,
		cite,
	};
}

interface ReadServer extends Omit<RealServer, "forwarding"> {
	readonly forwarding?: RealServer["forwarding"];
}

/** As one dump has it: the forms with counters leave the way of forwarding out. */
export interface ReadService extends Omit<VirtualService, "servers"> {
	readonly servers: ReadServer[];
}

/** The services of all dumps of a namespace, each from the one that tells how packets are forwarded. */
export function mergedServices(read: readonly ReadService[]): VirtualService[] {
	const best = new Map<string, ReadService>();
	const tells = (service: ReadService): boolean =>
		service.servers.every(({ forwarding }) => forwarding !== undefined);
	for (const service of read) {
		const key = JSON.stringify(service.key);
		const known = best.get(key);
		if (known === undefined || (!tells(known) && tells(service))) best.set(key, service);
	}
	// ipvsadm itself takes direct routing where nothing is said.
	return [...best.values()].map((service) => ({
		...service,
		servers: service.servers.map((server) => ({ forwarding: "route", ...server })),
	}));
}

export function readServices(parsed: ParsedDump<IpvsadmList | IpvsadmSave | ProcNetIpVs>): ReadService[] {
	const cite = citer(parsed);
	const services: ReadService[] = [];
	for (const node of parsed.ast.statements) {
		if (node.type === "service") {
			const key = keyOf(node.key);
			if (key === undefined) continue;
			services.push({ key, scheduler: node.scheduler?.value ?? "wlc", servers: [], cite: cite(node.start) });
		} else if (node.type === "real-server") {
			const service = services.at(-1);
			if (service === undefined || node.address.type !== "ip" || node.port.number === undefined) continue;
			service.servers.push({
				address: node.address.value,
				port: node.port.number,
				...(node.forwarding && { forwarding: node.forwarding }),
				weight: node.weight ?? 1,
				cite: cite(node.start),
			});
		}
	}
	return services;
}

type KeyNode = Extract<IpvsadmList["statements"][number], { type: "service" }>["key"];

function keyOf(key: KeyNode): VirtualService["key"] | undefined {
	if (key.type === "fwmark") return { type: "fwmark", mark: key.mark.value, family: key.family ?? 4 };
	if (key.address.type !== "ip" || key.port.number === undefined) return undefined;
	return { type: "address", protocol: key.protocol, address: key.address.value, port: key.port.number };
}
