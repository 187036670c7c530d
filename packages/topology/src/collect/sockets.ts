import type { ParsedDump } from "@netfossil/capture";
import type { Netstat } from "@netfossil/sockets";
import type { Observations } from "../observations.ts";

/** The sockets that listen, and those of UDP that are not connected. */
export function collectNetstat(parsed: ParsedDump<Netstat>, into: Observations): void {
	for (const socket of parsed.ast.statements) {
		if (socket.type !== "socket" || socket.local.address.type !== "ip") continue;
		const { port } = socket.local;
		into.sockets.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: socket },
			protocol: socket.protocol.value,
			address: socket.local.address.value,
			...(port.type === "port" && port.number !== undefined && { port: port.number }),
			listening:
				socket.state?.value === "LISTEN" ||
				(socket.state === undefined && socket.foreign.port.type === "any"),
			...(socket.process && { program: socket.process.program.value }),
		});
	}
}
