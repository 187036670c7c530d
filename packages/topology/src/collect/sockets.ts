import type { ParsedDump } from "@netfossil/capture";
import type { Netstat, Ss, SsInternetEnd } from "@netfossil/sockets";
import { ssFacts } from "@netfossil/sockets";
import type { Observations } from "../observations.ts";

/** The sockets that listen, and those of UDP that are not connected. */
export function collectNetstat(parsed: ParsedDump<Netstat>, into: Observations): void {
	for (const socket of parsed.ast.statements) {
		if (socket.type !== "socket" || socket.local.address.type !== "ip") continue;
		const { port } = socket.local;
		into.sockets.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: socket },
			// `tcp6  :::80`: the address tells the family, as with ss.
			protocol: socket.protocol.value.replace(/6$/, ""),
			address: socket.local.address.value,
			...(port.type === "port" && port.number !== undefined && { port: port.number }),
			listening:
				socket.state?.value === "LISTEN" ||
				(socket.state === undefined && socket.foreign.port.type === "any"),
			...(socket.process && { program: socket.process.program.value }),
		});
	}
}

/** The same from `ss`. */
export function collectSs(parsed: ParsedDump<Ss>, into: Observations): void {
	const sockets = parsed.ast.statements.filter((each) => each.type === "socket");
	const any = anyAddress(sockets.flatMap(({ local }) => (local.type === "internet" ? [local] : [])));
	for (const socket of sockets) {
		const { local, peer, netid, state } = socket;
		if (local.type !== "internet" || peer.type !== "internet" || netid === undefined) continue;
		const address = local.address.type === "ip" ? local.address.value : any;
		if (address === undefined || local.port.type !== "port" || local.port.number === undefined) continue;
		const [process] = ssFacts(socket).processes;
		into.sockets.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: socket },
			protocol: netid.value,
			address,
			port: local.port.number,
			listening: state?.value === "LISTEN" || state?.value === "UNCONN",
			...(process && { program: process.name.value }),
		});
	}
}

/**
 * What `*` stands for: since 4.15 the `::` of a socket for both families, which prints `0.0.0.0` for IPv4; before,
 * when IPv6 had no brackets, that of IPv4. Nothing when no line tells which.
 */
function anyAddress(ends: readonly SsInternetEnd[]): string | undefined {
	const has = (test: (end: SsInternetEnd) => boolean): boolean => ends.some(test);
	if (has(({ bracketed }) => bracketed === true)) return "::";
	if (has(({ address }) => address.type === "ip" && address.value === "0.0.0.0")) return "::";
	if (has(({ address }) => address.type === "ip" && address.family === 6)) return "0.0.0.0";
	return undefined;
}
