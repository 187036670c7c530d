import { readIp } from "@netfossil/core";
import type { ConnectionsLine, DaemonLine, TimeoutLine } from "../ast.ts";

const TIMEOUT = /^Timeout \(tcp tcpfin udp\): (\d{1,10}) (\d{1,10}) (\d{1,10})$/;
const DAEMON =
	/^(master|backup) sync daemon \(mcast=([^\s,]+), syncid=(\d{1,10})(?:, maxlen=(\d{1,10}))?(?:, group=([^\s,]+))?(?:, port=(\d{1,5}))?(?:, ttl=(\d{1,3}))?\)$/;

const nowhere = { start: 0, end: 0 };

/** Reads the lines that are sentences, of `-c`, `--timeout` and `--daemon`. */
export function readSentence(
	body: string,
	start: number,
): ConnectionsLine | TimeoutLine | DaemonLine | undefined {
	if (body === "IPVS connection entries") return { type: "connections", ...nowhere };
	const timeout = TIMEOUT.exec(body);
	if (timeout) {
		const [tcp, tcpfin, udp] = timeout.slice(1).map(Number);
		return { type: "timeout", tcp: tcp!, tcpfin: tcpfin!, udp: udp!, ...nowhere };
	}
	return readDaemon(body, start);
}

function readDaemon(body: string, start: number): DaemonLine | undefined {
	const match = DAEMON.exec(body);
	if (!match) return undefined;
	const [, state, name, syncid, maxlen, address, port, ttl] = match;
	const nameStart = start + body.indexOf("mcast=") + 6;
	const group = address === undefined ? undefined : readIp(address, start + body.indexOf("group=") + 6);
	if (address !== undefined && group === undefined) return undefined;
	return {
		type: "daemon",
		state: state as DaemonLine["state"],
		interface: { value: name!, start: nameStart, end: nameStart + name!.length },
		syncid: Number(syncid),
		...(maxlen !== undefined && { maxlen: Number(maxlen) }),
		...(group && { group }),
		...(port !== undefined && { port: Number(port) }),
		...(ttl !== undefined && { ttl: Number(ttl) }),
		...nowhere,
	};
}
