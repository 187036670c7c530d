/** Arbitraries of packets as bytes, each with what is in it: for the real tcpdump to print. */
import { normalIp } from "@netfossil/core";
import fc from "fast-check";
import * as wire from "../src/wire.ts";
import type { Truth, TruthLayers } from "./truth.ts";

/** Bytes, and what they say. */
interface Made {
	readonly bytes: wire.Bytes;
	readonly truth: TruthLayers;
}

/** What a link can carry: an IP packet, or one of ARP. */
interface Carried extends Made {
	readonly ethertype: number;
}

export type LinkName = keyof typeof wire.LinkType;

export interface Sent {
	readonly bytes: wire.Bytes;
	/** How long the link header is, which `-x` leaves out. */
	readonly header: number;
	readonly truth: Truth;
}

const u8 = fc.nat(255);
const u16 = fc.nat(65_535);
const u32 = fc.nat(0xffff_ffff);
/** No application of tcpdump has one of these ports. */
const port = fc.integer({ min: 20_000, max: 30_000 });
const payload = fc.uint8Array({ maxLength: 80 }).map((bytes) => Array.from(bytes));
const mac = fc
	.uint8Array({ minLength: 6, maxLength: 6 })
	.map((bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":"));
const ip4 = fc.tuple(u8, u8, u8, u8).map((bytes) => bytes.join("."));
const ip6 = fc
	.array(fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, u16), { minLength: 8, maxLength: 8 })
	.map((groups) => normalIp(groups.map((group) => group.toString(16)).join(":"))!.value)
	// tcpdump prints an address that embeds one of IPv4 in several ways.
	.filter((text) => !text.includes(".") && !/^::[0-9a-f]+(?::[0-9a-f]+)?$/.test(text));

type Option = readonly [bytes: wire.Bytes, fact: readonly unknown[]];
const option: fc.Arbitrary<Option> = fc.oneof(
	u16.map((size): Option => [wire.tcpOption.mss(size), ["mss", size]]),
	fc.nat(14).map((shift): Option => [wire.tcpOption.wscale(shift), ["wscale", shift]]),
	fc.constant<Option>([wire.tcpOption.sackOK(), ["sackOK"]]),
	fc
		.tuple(u32, u32)
		.map(([value, echo]): Option => [wire.tcpOption.timestamp(value, echo), ["TS", value, echo]]),
	fc
		.array(fc.record({ left: u32, right: u32 }), { minLength: 1, maxLength: 2 })
		.map(
			(blocks): Option => [
				wire.tcpOption.sack(blocks),
				["sack", ...blocks.map(({ left, right }) => [left, right])],
			],
		),
);
const options = fc.array(option, { maxLength: 3 }).map((list) => {
	const used = list.reduce((sum, [bytes]) => sum + bytes.length, 0);
	const kept = used > 40 ? [] : list;
	const length = used > 40 ? 0 : used;
	const padding = Array.from(
		{ length: (4 - (length % 4)) % 4 },
		(): Option => [wire.tcpOption.nop(), ["nop"]],
	);
	const all = [...padding, ...kept];
	return { bytes: all.flatMap(([bytes]) => bytes), facts: all.map(([, fact]) => fact) };
});
/** As `truth.jsonl` writes the bits, the lowest first. */
const LETTERS = "FSRPAUEC";

type Upper = (ends: wire.Ends) => { bytes: wire.Bytes; truth: TruthLayers; protocol: number };

const flaw = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 0xfffe }));

const segment: fc.Arbitrary<Upper> = fc
	.record({
		sport: port,
		dport: port,
		seq: u32,
		ack: u32,
		flags: u8,
		window: u16,
		urgent: u16,
		flaw,
		options,
		payload,
	})
	.map(({ options: list, payload: data, ...fields }) => (ends) => {
		const bytes = wire.tcp({ ...fields, options: list.bytes }, data, ends);
		const flags = [...LETTERS].filter((_, bit) => fields.flags & (1 << bit)).join("");
		const cksum = (bytes[16]! << 8) | bytes[17]!;
		const { sport, dport, seq, ack, window, urgent } = fields;
		const fact = { sport, dport, seq, ack, flags, win: window, urg: urgent, cksum, length: data.length };
		const truth = { tcp: { ...fact, cksum_ok: fields.flaw === 0, options: list.facts } };
		return { bytes, truth, protocol: wire.Protocol.tcp };
	});

const datagram: fc.Arbitrary<Upper> = fc
	.record({ sport: port, dport: port, flaw, payload })
	.map(({ payload: data, ...fields }) => (ends) => ({
		bytes: wire.udp(fields, data, ends),
		truth: {
			udp: { sport: fields.sport, dport: fields.dport, length: data.length, cksum_ok: fields.flaw === 0 },
		},
		protocol: wire.Protocol.udp,
	}));

const label = fc.constantFrom("api", "prod", "svc", "a-1", "x9");
const dnsName = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => `${labels.join(".")}.`);
const answer = fc.oneof(
	ip4.map((data) => ({ type: "A" as const, data })),
	ip6.map((data) => ({ type: "AAAA" as const, data })),
	dnsName.map((data) => ({ type: "CNAME" as const, data })),
);
const dns: fc.Arbitrary<Upper> = fc
	.record({
		sport: port,
		id: u16,
		name: dnsName,
		type: fc.constantFrom("A" as const, "AAAA" as const),
		isAnswer: fc.boolean(),
		aa: fc.boolean(),
		tc: fc.boolean(),
		rd: fc.boolean(),
		ra: fc.boolean(),
		ad: fc.boolean(),
		cd: fc.boolean(),
		rcode: fc.nat(5),
		answers: fc.array(answer, { maxLength: 3 }),
	})
	.map(({ sport, id, name, type, isAnswer, answers: list, ...all }) => (ends) => {
		const answers = isAnswer ? list : [];
		// What a query does not have is not printed of it.
		const bit = isAnswer ? all : { ...all, aa: false, tc: false, ra: false, ad: false, rcode: 0 };
		const places = { aa: 10, tc: 9, rd: 8, ra: 7, ad: 5, cd: 4 } as const;
		let bits = (isAnswer ? 0x8000 : 0) | bit.rcode;
		for (const [key, place] of Object.entries(places))
			if (bit[key as keyof typeof places]) bits |= 1 << place;
		const message = wire.dns({ id, bits, question: { name, type }, answers });
		const [from, to] = isAnswer ? [53, sport] : [sport, 53];
		const fact = {
			...bit,
			id,
			opcode: 0,
			qr: isAnswer ? 1 : 0,
			length: message.length,
			counts: [1, answers.length, 0, 0],
			questions: [[name, type, 1] as const],
			answers: answers.map((each) => [name, each.type, 60, each.data] as const),
		};
		const udp = { sport: from, dport: to, length: message.length, cksum_ok: true };
		return {
			bytes: wire.udp({ sport: from, dport: to }, message, ends),
			truth: { udp, dns: fact },
			protocol: wire.Protocol.udp,
		};
	});

const echo4: fc.Arbitrary<Upper> = fc
	.record({ isRequest: fc.boolean(), id: u16, seq: u16, payload })
	.map(({ isRequest, id, seq, payload: data }) => () => ({
		bytes: wire.icmp(isRequest ? 8 : 0, 0, id * 65_536 + seq, data),
		truth: { icmp: { type: isRequest ? 8 : 0, code: 0, length: 8 + data.length, id, seq, mtu: 0 } },
		protocol: wire.Protocol.icmp,
	}));

const echo6: fc.Arbitrary<Upper> = fc
	.record({ isRequest: fc.boolean(), id: u16, seq: u16, payload })
	.map(({ isRequest, id, seq, payload: data }) => (ends) => {
		const type = isRequest ? 128 : 129;
		return {
			bytes: wire.icmp6(type, 0, id * 65_536 + seq, data, ends),
			truth: {
				icmp6: { type, code: 0, length: 8 + data.length, id, seq, target: "", mtu: 0, cksum_ok: true },
			},
			protocol: wire.Protocol.icmp6,
		};
	});

const ip4Head = fc.record({ ttl: u8, tos: u8, id: u16, df: fc.boolean(), source: ip4, destination: ip4 });
const ip6Head = fc.record({
	hopLimit: u8,
	trafficClass: u8,
	flowLabel: fc.nat(0xfffff),
	source: ip6,
	destination: ip6,
});

function ip4Packet(
	head: { ttl: number; tos: number; id: number; df: boolean } & wire.Ends,
	place: { mf: boolean; offset: number },
	protocol: number,
	bytes: wire.Bytes,
	truth: TruthLayers,
): Carried {
	const { source, destination, ttl, tos, id, df } = head;
	const whole = wire.ip4({ ...head, ...place, protocol }, bytes);
	const fact = { version: 4, src: source, dst: destination, ttl, tos, id, df, ...place, proto: protocol };
	const ip = { ...fact, len: whole.length, cksum_ok: true, hlim: 0, nh: 0, plen: 0, flow: 0 };
	return { bytes: whole, truth: { ip, ...truth }, ethertype: wire.Ethertype.ip };
}

const over4 = (upper: fc.Arbitrary<Upper>): fc.Arbitrary<Carried> =>
	fc.tuple(ip4Head, upper).map(([head, make]) => {
		const { bytes, truth, protocol } = make(head);
		return ip4Packet(head, { mf: false, offset: 0 }, protocol, bytes, truth);
	});

const over6 = (upper: fc.Arbitrary<Upper>): fc.Arbitrary<Carried> =>
	fc.tuple(ip6Head, upper).map(([head, make]) => {
		const { bytes, truth, protocol: nextHeader } = make(head);
		const { source, destination, hopLimit, flowLabel } = head;
		const whole = wire.ip6({ ...head, nextHeader }, bytes);
		const fact = {
			version: 6,
			src: source,
			dst: destination,
			hlim: hopLimit,
			nh: nextHeader,
			flow: flowLabel,
		};
		const none = { ttl: 0, tos: 0, id: 0, offset: 0, df: false, mf: false, proto: 0, len: 0, cksum_ok: true };
		const ip = { ...none, ...fact, plen: bytes.length };
		return { bytes: whole, truth: { ip, ...truth }, ethertype: wire.Ethertype.ip6 };
	});

/** Not the first: it has no ports. */
const fragment: fc.Arbitrary<Carried> = fc
	.tuple(ip4Head, fc.integer({ min: 1, max: 8000 }), fc.boolean(), fc.constantFrom(6, 17), payload)
	.map(([head, place, mf, protocol, data]) => ip4Packet(head, { mf, offset: place * 8 }, protocol, data, {}));

const arp: fc.Arbitrary<Carried> = fc
	.record({ operation: fc.constantFrom(1, 2), senderMac: mac, sender: ip4, targetMac: mac, target: ip4 })
	.map((fields) => ({
		bytes: wire.arp(fields),
		truth: {
			arp: {
				op: fields.operation,
				rarp: false,
				spa: fields.sender,
				tpa: fields.target,
				sha: fields.senderMac,
				tha: fields.targetMac,
			},
		},
		ethertype: wire.Ethertype.arp,
	}));

const ipPackets: fc.Arbitrary<Carried> = fc.oneof(
	{ weight: 4, arbitrary: over4(segment) },
	{ weight: 2, arbitrary: over6(segment) },
	over4(datagram),
	over6(datagram),
	over4(dns),
	over6(dns),
	over4(echo4),
	over6(echo6),
	fragment,
);

const vlan = fc.record({ id: fc.nat(4095), pcp: fc.nat(7), dei: fc.nat(1) });

function ethernet(carried: fc.Arbitrary<Carried>, mostTags: number): fc.Arbitrary<Made> {
	return fc
		.tuple(mac, mac, fc.array(vlan, { maxLength: mostTags }), carried)
		.map(([src, dst, vlans, { bytes, truth, ethertype }]) => {
			const frame = wire.ethernet({ source: src, destination: dst, ethertype, vlans }, bytes);
			const link = { type: "ethernet", src, dst, length: frame.length, ethertype, vlans };
			return { bytes: frame, truth: { link, ...truth } };
		});
}

/** Over IPv4 or IPv6, with a frame within. */
const vxlan: fc.Arbitrary<Upper> = fc
	.record({ sport: port, vni: fc.nat(0xffffff), frame: ethernet(fc.oneof(ipPackets, arp), 0) })
	.map(({ sport, vni, frame }) => (ends) => {
		const bytes = wire.vxlan(vni, frame.bytes);
		return {
			bytes: wire.udp({ sport, dport: 4789 }, bytes, ends),
			truth: {
				udp: { sport, dport: 4789, length: bytes.length, cksum_ok: true },
				vxlan: { vni },
				inner: frame.truth,
			},
			protocol: wire.Protocol.udp,
		};
	});

const carried: fc.Arbitrary<Carried> = fc.oneof(
	{ weight: 5, arbitrary: ipPackets },
	arp,
	over4(vxlan),
	over6(vxlan),
);

function frames(link: LinkName): fc.Arbitrary<Made & { header: number }> {
	switch (link) {
		case "ethernet":
			return ethernet(carried, 2).map((made) => ({
				...made,
				header: 14 + 4 * (made.truth.link?.vlans?.length ?? 0),
			}));
		case "raw":
			return ipPackets.map(({ bytes, truth }) => ({ bytes, truth, header: 0 }));
		default: {
			const heads = fc.tuple(fc.nat(4), mac, carried, fc.integer({ min: 1, max: 9 }));
			return heads.map(([pkttype, source, { bytes, truth, ethertype }, index]) => {
				const head = { pkttype, source, ethertype, index };
				const whole = link === "cooked" ? wire.cooked(head, bytes) : wire.cooked2(head, bytes);
				const fact = { type: "cooked", src: source, ethertype, pkttype };
				return { bytes: whole, truth: { link: fact, ...truth }, header: whole.length - bytes.length };
			});
		}
	}
}

/** The packets of a capture. */
export function captures(link: LinkName): fc.Arbitrary<Sent[]> {
	const when = fc.record({ sec: fc.nat(0x7fff_ffff), nsec: fc.nat(999_999_999) });
	return fc.array(fc.tuple(frames(link), when), { minLength: 1, maxLength: 12 }).map((list) =>
		list.map(([{ bytes, header, truth }, time], index) => ({
			bytes,
			header,
			truth: { ...truth, ...time, n: index + 1, len: bytes.length },
		})),
	);
}
