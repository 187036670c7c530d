import { normalIp } from "@netfossil/core";
import { type Netstat, type SocketEnd, type Ss, type SsEnd, ssFacts } from "../src/index.ts";

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

const mapped = (value: string): string => value.replace(/^::ffff:(?=\d+\.)/, "");
const address = (value: string): string => (/^(?:0\.0\.0\.0|::|\*)$/.test(value) ? "any" : mapped(value));

/** `0100007F:0016` in the byte order of the machine that printed it. */
function hexEnd(text: string): string {
	const [hex, port] = text.split(":") as [string, string];
	const words = hex.match(/.{8}/g)!.map((word) => word.match(/../g)!.reverse());
	const bytes = words.flat().map((byte) => Number.parseInt(byte, 16));
	const groups = bytes.flatMap((byte, at) =>
		at % 2 === 0 ? [(byte * 256 + bytes[at + 1]!).toString(16)] : [],
	);
	const value = bytes.length === 4 ? bytes.join(".") : normalIp(groups.join(":"))!.value;
	const number = Number.parseInt(port, 16);
	return `${address(value)}:${number === 0 ? "*" : number}`;
}

const UNIX = /^\S+: \S+ \S+ (\S+) (\S+) (\S+) +(\d+)(?: (.*))?$/;
const UNIX_KINDS: Readonly<Record<string, string>> = {
	"0001": "STREAM",
	"0002": "DGRAM",
	"0005": "SEQPACKET",
};

const UNIX_STATES: Readonly<Record<string, string>> = { "02": "SYN-SENT", "03": "ESTAB" };

function unixOfProc(row: string): Facts {
	const [, flags, kind, state, inode, path = "*"] = UNIX.exec(row)!;
	const of = flags === "00010000" ? "LISTEN" : (UNIX_STATES[state!] ?? "UNCONN");
	return { file: "unix", key: `unix ${inode}`, facts: { kind: UNIX_KINDS[kind!], state: of, path } };
}

/** Reads a file of /proc/net: tcp, udp, raw and unix. */
export function socketsOfProc(file: string, text: string): Facts[] {
	const rows = text.trimEnd().split("\n").slice(1);
	if (file === "unix") return rows.map(unixOfProc);
	return rows.map((row) => {
		const [, local, remote, state, queues, , , uid, , inode] = row.trim().split(/\s+/) as string[];
		const [sendQ, recvQ] = queues!.split(":").map((each) => Number.parseInt(each, 16));
		return {
			file,
			key: `${file.replace(/6$/, "")} ${hexEnd(local!)} ${hexEnd(remote!)}`,
			facts: {
				state: TCP_STATES[Number.parseInt(state!, 16)]!,
				uid: Number(uid),
				inode: Number(inode),
				recvQ: recvQ!,
				sendQ: sendQ!,
			},
		};
	});
}

function ssEnd(end: SsEnd): string {
	if (end.type !== "internet") return end.type;
	const { port } = end;
	return `${address(end.address.value)}:${port.type === "any" ? "*" : port.number}`;
}

/** The sockets of the internet and of UNIX domains that ss lists; `kind` is theirs where there is no column of it. */
export function socketsOfSs({ statements }: Ss, kind = "tcp"): Facts[] {
	return statements.flatMap((node): Facts[] => {
		if (node.type !== "socket") return [];
		const netid = node.netid?.value ?? kind;
		const state = node.state?.value;
		const { local, peer } = node;
		if (local.type === "unix") {
			const type = { u_str: "STREAM", u_dgr: "DGRAM", u_seq: "SEQPACKET" }[netid];
			return [
				{
					file: "unix",
					key: `unix ${local.inode.value}`,
					facts: { kind: type, state, path: local.path.value },
				},
			];
		}
		if (local.type !== "internet") return [];
		const { uid, inode } = ssFacts(node);
		const queues = { recvQ: node.recvQ.value, ...(state !== "LISTEN" && { sendQ: node.sendQ.value }) };
		const facts = { state, ...(inode !== undefined && { inode, uid: uid ?? 0 }), ...queues };
		return [{ file: netid, key: `${netid} ${ssEnd(local)} ${ssEnd(peer)}`, facts }];
	});
}

function netstatEnd({ address: each, port }: SocketEnd): string {
	return `${address(each.value)}:${port.type === "any" ? "*" : port.number}`;
}

const NETSTAT_STATES: Readonly<Record<string, string>> = {
	ESTABLISHED: "ESTAB",
	FIN_WAIT1: "FIN-WAIT-1",
	FIN_WAIT2: "FIN-WAIT-2",
	LISTENING: "LISTEN",
	CONNECTED: "ESTAB",
	CONNECTING: "SYN-SENT",
	"7": "UNCONN",
};
const stateOf = (state: string): string => NETSTAT_STATES[state] ?? state.replace("_", "-");

/** The sockets that netstat lists, but for those whose address it cut. */
export function socketsOfNetstat({ statements }: Netstat): Facts[] {
	return statements.flatMap((node): Facts[] => {
		if (node.type === "unix") {
			const state = stateOf(node.state?.value ?? "UNCONN");
			// It reads the path up to the first blank.
			const facts = { kind: node.kind.value, state, firstWord: node.path?.value ?? "*" };
			return [{ file: "unix", key: `unix ${node.inode.value}`, facts }];
		}
		if (node.type !== "socket" || node.local.cut === "surely" || node.foreign.cut === "surely") return [];
		const protocol = node.protocol.value.replace(/6$/, "");
		const facts = {
			...(node.state && { state: stateOf(node.state.value) }),
			...(node.inode && { inode: node.inode.value }),
			...(node.user && /^\d+$/.test(node.user.value) && { uid: Number(node.user.value) }),
			recvQ: node.recvQ.value,
			sendQ: node.sendQ.value,
		};
		return [
			{ file: protocol, key: `${protocol} ${netstatEnd(node.local)} ${netstatEnd(node.foreign)}`, facts },
		];
	});
}

export interface Tally {
	sockets: number;
	checked: number;
	equal: number;
	readonly different: string[];
}

export const tally = (): Tally => ({ sockets: 0, checked: 0, equal: 0, different: [] });

/** Compares what a listing says with the kernel's; of several sockets with the same ends one must fit in every fact. */
export function compare(file: string, said: readonly Facts[], truth: readonly Facts[], into: Tally): void {
	for (const { key, facts } of said) {
		const entries = Object.entries(facts).filter(([, value]) => value !== undefined);
		const wrong = truth
			.filter((each) => each.key === key)
			.map((each) => entries.filter(([name, value]) => !agrees(name, value!, each.facts)));
		const [best] = wrong.sort((a, b) => a.length - b.length);
		into.sockets++;
		// The ends are a fact too: without them there is no such socket.
		into.checked += entries.length + 1;
		into.equal += best === undefined ? 0 : entries.length + 1 - best.length;
		if (best === undefined) into.different.push(`${file}: ${key}: no such socket`);
		for (const [name, value] of best ?? []) into.different.push(`${file}: ${key}: ${name} ${value}`);
	}
}

function agrees(name: string, value: string | number, facts: Facts["facts"]): boolean {
	if (name === "firstWord") return String(facts.path).split(" ")[0] === value;
	return facts[name] === value;
}

/** The keys of sockets. */
export function listed(said: readonly Facts[]): ReadonlySet<string> {
	return new Set(said.map(({ key }) => key));
}
