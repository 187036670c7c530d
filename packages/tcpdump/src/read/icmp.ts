import type { Num } from "@netfossil/core";
import type { Icmp, Icmp6Message } from "../ast.ts";
import * as t from "../tokens.ts";
import type { Fields } from "./fields.ts";

export function icmpMessageOf(f: Fields): Icmp["message"] {
	const { start, end } = f.whole;
	const where = { start: start + "ICMP ".length, end };
	if (f.token === t.IcmpEcho) {
		return { type: `echo-${f.text(1) as "request" | "reply"}`, id: f.num(2), sequence: f.num(3), ...where };
	}
	if (f.token === t.IcmpUnreachable) {
		if (f.has(1)) {
			const what = f.text(1) as "net" | "host";
			const reason = f.has(3) ? { reason: f.text(3)! } : {};
			return { type: "unreachable", what, address: f.host(2), ...reason, ...where };
		}
		const address = f.host(4);
		if (f.has(5)) {
			return { type: "unreachable", what: "protocol", address, protocolNumber: f.num(5), ...where };
		}
		if (f.has(6)) {
			const protocol = f.text(6)!;
			return { type: "unreachable", what: "port", address, protocol, port: f.port(7), ...where };
		}
		const mtu = f.has(8) ? { mtu: f.num(8) } : {};
		return { type: "unreachable", what: "fragmentation", address, ...mtu, ...where };
	}
	return { type: "text", text: f.image.slice("ICMP ".length), ...where };
}

export function firstLengthOf(f: Fields): Num | undefined {
	if (f.token !== t.Icmp6Neighbor && f.token !== t.Icmp6Echo) return undefined;
	if (f.token === t.Icmp6Echo) return f.has(2) ? f.num(2) : undefined;
	if (f.has(1)) return f.num(1);
	return f.has(2) ? f.num(2) : undefined;
}

export function icmp6MessageOf(f: Fields): Icmp6Message {
	const { start, end } = f.whole;
	const where = { start: start + "ICMP6, ".length, end };
	switch (f.token) {
		case t.Icmp6Echo: {
			const id = f.has(3) ? { id: f.num(3) } : {};
			return { type: `echo-${f.text(1) as "request" | "reply"}`, ...id, sequence: f.num(4), ...where };
		}
		case t.Icmp6Neighbor: {
			const type = f.image.includes(" solicitation") ? "neighbor-solicitation" : "neighbor-advertisement";
			return { type, target: f.host(3), ...where };
		}
		case t.Icmp6TooBig:
			return { type: "packet-too-big", mtu: f.num(1), ...where };
		case t.Icmp6Unreachable: {
			if (f.has(1)) {
				const port = { protocol: f.text(2)!, port: f.port(3) };
				return { type: "unreachable", what: "port", address: f.host(1), ...port, ...where };
			}
			const what = f.has(4) ? "host" : "net";
			return { type: "unreachable", what, address: f.host(5), ...where };
		}
		default:
			return { type: "text", text: f.image.slice("ICMP6, ".length), ...where };
	}
}
