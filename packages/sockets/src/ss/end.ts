import { type Draft, printAddress, printPort, readIp, readPort, type Word } from "@netfossil/core";
import { printNumber, readNumber } from "@netfossil/core/grammar";
import type { HostName } from "../ast.ts";
import type { SsEnd, SsInternetEnd } from "./ast.ts";

/** Kinds of sockets whose ends are names: netlink, packets, vsock, TIPC, XDP. */
const NAMED = /^(?:nl|p_|v_|ti_|xdp)/;

const UNIX = /^(\S.*?)[ \t]+(\d+)[ \t]+(\*|\?)[ \t]+(\d+)(?=[ \t]|$)/;
/** Before 3.10 the peer's name was shown too. */
const UNIX_WITH_PEER = /^(\S.*?)[ \t]+(\d+)[ \t]+(\S.*?)[ \t]+(\d+)(?=[ \t]|$)/;
/** A process's name may hold blanks and colons: `rtnl:tmux: server/12`. */
const NETLINK = /^(\S.*?)[ \t]+(\*|\d+:\d+)(?=[ \t]|$)/;
const PLAIN = /^([^ \t]+)[ \t]+([^ \t]*:[^ \t]*|\*|-)(?=[ \t]|$)/;
const UNIX_AFTER_PATH = /^[^ \t]+[ \t]+\d+[ \t]/;

/** The text of both ends at the start of a text; undefined when there is none. What kind they are, the netid says or their shape. */
export function matchEnds(netid: string | undefined, text: string): RegExpExecArray | null {
	if (netid === "nl") return NETLINK.exec(text);
	if (netid?.startsWith("u_")) return UNIX.exec(text) ?? UNIX_WITH_PEER.exec(text);
	if (netid === undefined && UNIX_AFTER_PATH.test(text)) return UNIX.exec(text) ?? UNIX_WITH_PEER.exec(text);
	return PLAIN.exec(text) ?? (netid === undefined ? (UNIX.exec(text) ?? NETLINK.exec(text)) : null);
}

/** Reads both ends from what {@link matchEnds} found at `start`. */
export function readEnds(
	netid: string | undefined,
	match: RegExpExecArray,
	start: number,
): { readonly local: SsEnd; readonly peer: SsEnd } {
	const [whole, first, second, third, fourth] = match;
	if (third !== undefined && fourth !== undefined) {
		const inodeAt = start + whole.indexOf(second!, first!.length);
		const peerAt = start + whole.lastIndexOf(third, whole.length - fourth.length - third.length);
		return {
			local: unixEnd(first!, start, second!, inodeAt),
			peer: unixEnd(third, peerAt, fourth, start + whole.length - fourth.length),
		};
	}
	const at = start + whole.length - second!.length;
	// `ss -f netlink` and `ss -0` may leave the netid out; their peer is `*` alone.
	const named = netid === undefined ? !second!.includes(":") : NAMED.test(netid);
	const read = named ? namedEnd : internetEnd;
	return { local: read(first!, start), peer: read(second!, at) };
}

function unixEnd(path: string, start: number, inode: string, inodeAt: number): SsEnd {
	const end = inodeAt + inode.length;
	return { type: "unix", path: word(path, start), inode: readNumber(inode, inodeAt, end), start, end };
}

function namedEnd(text: string, start: number): SsEnd {
	const end = start + text.length;
	const colon = text.indexOf(":");
	if (colon === -1) return { type: "none", text, start, end };
	return {
		type: "named",
		name: word(text.slice(0, colon), start),
		port: word(text.slice(colon + 1), start + colon + 1),
		start,
		end,
	};
}

/** Address, `%` and an interface, last colon, port. */
function internetEnd(text: string, start: number): SsEnd {
	const end = start + text.length;
	const colon = text.lastIndexOf(":");
	if (colon === -1) return { type: "none", text, start, end };
	const portText = text.slice(colon + 1);
	const port: SsInternetEnd["port"] =
		portText === "*" ? { type: "any", start: start + colon + 1, end } : readPort(portText, start + colon + 1);
	const percent = text.lastIndexOf("%", colon);
	const hostEnd = percent === -1 ? colon : percent;
	const bracketed = text[0] === "[" && text[hostEnd - 1] === "]";
	const from = bracketed ? 1 : 0;
	const host = text.slice(from, bracketed ? hostEnd - 1 : hostEnd);
	const node: Draft<SsInternetEnd> = {
		type: "internet",
		address: readIp(host, start + from) ?? nameAt(host, start + from),
		port,
		start,
		end,
	};
	if (bracketed) node.bracketed = true;
	if (percent !== -1) node.scope = word(text.slice(percent + 1, colon), start + percent + 1);
	return node;
}

function nameAt(value: string, start: number): HostName {
	return { type: "name", value, start, end: start + value.length };
}

function word(value: string, start: number): Word {
	return { value, start, end: start + value.length };
}

/** An end in its two columns; the delimiter belongs to the first. */
export function printEnd(end: SsEnd): readonly [address: string, port: string] {
	switch (end.type) {
		case "internet": {
			const host = end.address.type === "name" ? end.address.value : printAddress(end.address);
			const scope = end.scope === undefined ? "" : `%${end.scope.value}`;
			const port = end.port.type === "any" ? "*" : printPort(end.port);
			return [`${end.bracketed ? `[${host}]` : host}${scope}:`, port];
		}
		case "unix":
			return [`${end.path.value} `, printNumber(end.inode)];
		case "named":
			return [`${end.name.value}:`, end.port.value];
		case "none":
			return [end.text, ""];
	}
}
