import { normalIp } from "@netfossil/core";
import type { Netstat, SocketEnd, Ss, SsEnd } from "../src/index.ts";
import { ssFacts } from "../src/index.ts";

/** What is known of a socket, in the words of /proc/net. */
export interface Facts {
	/** The file of /proc/net that it stands in. */
	readonly file: string;
	/** What tells it from others: protocol and both ends, or the inode of a UNIX socket. */
	readonly key: string;
	/** What a line may say besides. */
	readonly facts: Readonly<Record<string, string | number | undefined>>;
}

const TCP_STATES = [
	"",
	"ESTAB",
	"SYN-SENT",
	"SYN-RECV",
	"FIN-WAIT-1",
	"FIN-WAIT-2",
	"TIME-WAIT",
	"UNCONN",
	"CLOSE-WAIT",
	"LAST-ACK",
	"LISTEN",
	"CLOSING",
];

const ANY = "any";
const mapped = (value: string): string => value.replace(/^::ffff:(?=\d+\.)/, "");
const address = (value: string): string => (/^(?:0\.0\.0\.0|::|\*)$/.test(value) ? ANY : mapped(value));

/** `0100007F:0016` in the byte order of the machine that printed it. */
function hexEnd(text: string): string {
	const [hex, port] = text.split(":") as [string, string];
	const words = hex.match(/.{8}/g)!.map((word) => word.match(/../g)!.reverse());
	const bytes = words.flat().map((byte) => Number.parseInt(byte, 16));
	const groups = bytes.flatMap((byte, at) => (at % 2 === 0 ? [(byte * 256 + bytes[at + 1]!).toString(16)] : []));
	const value = bytes.length === 4 ? bytes.join(".") : normalIp(groups.join(":"))!.value;
	const number = Number.parseInt(port, 16);
	return `${address(value)}:${number === 0 ? "*" : number}`;
}

/** Reads a file of /proc/net: tcp, udp, raw and unix. */
export function socketsOfProc(file: string, text: string): Facts[] {
	const rows = text.trimEnd().split("\n").slice(1);
	if (file === "unix") {
		return rows.map((row) => {
			const [, , , , , , inode, path] = /^(\S+) (\S+) (\S+) (\S+) (\S+) +(\S+)\s+(\d+)(?: (.*))?$/.exec(row)!.slice(1, 9) as string[];
			const [, , , flags, kind] = /^(\S+) (\S+) (\S+) (\S+) (\S+)/.exec(row)!.slice(1) as string[] & { 3: string };
			void inode;
			void path;
			return unixFacts(row, flags!, kind!);
		});
	}
	return rows.map((row) => {
		const [, local, remote, state, queues, , , uid, , inode] = row.trim().split(/\s+/) as string[];
		const [sendQ, recvQ] = queues!.split(":").map((each) => Number.parseInt(each, 16));
		const of = TCP_STATES[Number.parseInt(state!, 16)]!;
		return {
			file,
			key: `${file.replace(/6$/, "")} ${hexEnd(local!)} ${hexEnd(remote!)}`,
			facts: { state: of, uid: Number(uid), inode: Number(inode), ...(of === "LISTEN" ? {} : { recvQ, sendQ }) },
		};
	});
}
