import type { Num } from "@netfossil/core";
import { ipv4, ipv6 } from "@netfossil/core/testing";
import fc from "fast-check";
import type { MultipathOption, TcpOption } from "../ast.ts";
import { count, digits, hex, nowhere, span } from "./common.ts";

export const sequenceNumber: fc.Arbitrary<Num> = count(0xffffffff);
const key = digits(16).map((each) => `0x${each}`);
const bigNumber = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const byte = count(255);

/** Options of multipath TCP, of every subtype. */
const multipath: fc.Arbitrary<MultipathOption> = fc
	.tuple(
		fc.option(count(40), { nil: undefined }),
		fc.oneof(
			fc.record(
				{
					subtype: fc.constant("capable" as const),
					version: count(1),
					checksums: fc.constant(true as const),
					flags: fc.constantFrom("H", "A,H"),
					keys: fc.array(key, { minLength: 1, maxLength: 2 }),
				},
				{ requiredKeys: ["subtype"] },
			),
			fc.record(
				{
					subtype: fc.constant("join" as const),
					backup: fc.constant(true),
					id: byte,
					token: key,
					hmac: key,
					nonce: key,
				},
				{ requiredKeys: ["subtype"] },
			),
			fc.record(
				{
					subtype: fc.constant("dss" as const),
					fin: fc.constant(true as const),
					ack: bigNumber,
					sequence: bigNumber,
					subflowSequence: sequenceNumber,
					dataLength: count(),
					checksum: hex(4),
				},
				{ requiredKeys: ["subtype"] },
			),
			fc
				.record(
					{
						subtype: fc.constant("add-addr" as const),
						version: count(1),
						echo: fc.constant(true as const),
						id: byte,
						address: fc.oneof(ipv4(), ipv6()),
						port: count(),
						hmac: key,
					},
					{ requiredKeys: ["subtype", "version", "id", "address"] },
				)
				.map((each) => each),
			fc.record({
				subtype: fc.constant("rem-addr" as const),
				ids: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 3 }),
			}),
			fc.record(
				{ subtype: fc.constant("prio" as const), backup: fc.boolean(), id: byte },
				{ requiredKeys: ["subtype", "backup"] },
			),
			fc.record({ subtype: fc.constant("fail" as const), sequence: bigNumber }),
			fc.record({ subtype: fc.constant("fast-close" as const), keys: key.map((each) => [each]) }),
			fc.constant({ subtype: "unknown" as const }),
		),
	)
	.map(([length, rest]) => ({ type: "mptcp", ...(length && { length }), ...rest, ...nowhere }));

/** Options that have the same text in every version but for their spelling. */
const common: fc.Arbitrary<TcpOption>[] = [
	fc.constantFrom("nop" as const, "eol" as const, "sackOK" as const).map((type) => ({ type, ...nowhere })),
	count().map((size) => ({ type: "mss" as const, size, ...nowhere })),
	count(14).map((shift) => ({ type: "wscale" as const, shift, ...nowhere })),
	fc
		.tuple(sequenceNumber, sequenceNumber)
		.map(([value, echo]) => ({ type: "timestamp" as const, value, echo, ...nowhere })),
	fc
		.array(fc.record({ left: fc.nat(), right: fc.nat() }), { minLength: 1, maxLength: 4 })
		.map((blocks) => ({ type: "sack" as const, blocks, ...nowhere })),
	fc.record(
		{ type: fc.constant("unknown" as const), kind: byte, data: digits(6), ...span },
		{ requiredKeys: ["type", "kind", "start", "end"] },
	),
];

/** TCP options as 4.9 and later print them. */
export const tcpOptions: fc.Arbitrary<TcpOption> = fc.oneof(
	...common,
	fc.record(
		{
			type: fc.constant("tfo" as const),
			cookie: digits(16),
			experimental: fc.constant(true as const),
			...span,
		},
		{ requiredKeys: ["type", "start", "end"] },
	),
	fc.record({ type: fc.constant("uto" as const), value: hex(4), seconds: count(), ...span }),
	fc.constantFrom<TcpOption>(
		{ type: "md5", state: "valid", ...nowhere },
		{ type: "md5", state: "can't check", digest: "00".repeat(16), ...nowhere },
		{ type: "md5", digest: "0f".repeat(16), ...nowhere },
		{ type: "experimental", magic: "1234", ...nowhere },
		{ type: "other", text: "mss 1281[len 3]", ...nowhere },
		{ type: "other", text: "tfo  (invalid)", ...nowhere },
		{ type: "other", text: "[bad opt]", ...nowhere },
	),
	fc.record(
		{ type: fc.constant("tcp-ao" as const), key: byte, next: byte, digest: hex(6), ...span },
		{ requiredKeys: ["type", "key", "next", "start", "end"] },
	),
	fc.record({
		type: fc.constantFrom("echo", "echoreply", "cc", "ccnew", "ccecho"),
		value: sequenceNumber,
		...span,
	}),
	multipath,
);

/** TCP options as 3.9 printed them. */
export const oldTcpOptions: fc.Arbitrary<TcpOption> = fc.oneof(
	...common,
	fc.constant<TcpOption>({ type: "md5", digest: "0f".repeat(16), ...nowhere }),
);
