/** Arbitraries of what the kernel and its tools print. Needs the optional peer `fast-check`. */
import type { LineNode } from "@netfossil/core";
import { ipv4, ipv6, num, portNode, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type { BondingDump, BondingStatement } from "./bonding/ast.ts";
import type { Attribute, ConntrackDump, ConntrackStatement, Tuple } from "./conntrack/ast.ts";
import type { Rows } from "./rows.ts";
import type { SysctlDump, SysctlStatement } from "./sysctl/ast.ts";
import type { VlanDump, VlanStatement } from "./vlan/ast.ts";

const nowhere = { start: 0, end: 0 };
const blank = fc.constant({ type: "blank" as const, ...nowhere });

function rows<Type extends string, Node extends LineNode>(
	type: Type,
	nodes: fc.Arbitrary<Node>,
): fc.Arbitrary<Rows<Type, Node>> {
	const statements = fc.array(fc.oneof({ weight: 9, arbitrary: nodes }, blank), { maxLength: 12 });
	return statements.map((all) => ({ type, statements: all, ...nowhere }));
}

const faces = fc.constantFrom("eth0", "eth0/583", "br-0123456789ab", "docker_gwbridge", "all", "default");
const keys = fc.oneof(
	fc.constantFrom("net.ipv4.ip_forward", "net.ipv4.tcp_rmem", "kernel.hostname", "fs.binfmt_misc.status"),
	faces.map((face) => `net.ipv4.conf.${face}.rp_filter`),
);
const values = fc.oneof(
	fc.integer().map(String),
	fc.constantFrom("", "4096\t131072\t6291456", "cubic reno", "a = b", "(none)"),
);

/** What `sysctl -a` prints, and what a file of sysctl.d holds. */
export function sysctlDumps(): fc.Arbitrary<SysctlDump> {
	const setting = fc.tuple(word(keys), word(values), fc.boolean()).map(
		([key, value, tight]): SysctlStatement => ({
			type: "setting",
			key,
			value,
			...(tight && { separator: "=" }),
			...nowhere,
		}),
	);
	const notice = fc.constant<SysctlStatement>({
		type: "notice",
		text: "sysctl: permission denied on key 'net.ipv4.tcp_fastopen_key'",
		...nowhere,
	});
	return rows("sysctl", fc.oneof({ weight: 9, arbitrary: setting }, notice));
}

const numbers = num(fc.nat());
const tuples = (kind: "ports" | "icmp" | "keys" | "none", family: 4 | 6): fc.Arbitrary<Tuple> => {
	const address = family === 4 ? ipv4() : ipv6();
	const port = portNode().filter(({ name }) => name === undefined);
	return fc
		.record({
			source: address,
			destination: address,
			...(kind === "ports" && { sourcePort: port, destinationPort: port }),
			...(kind === "icmp" && { icmp: fc.record({ type: numbers, code: numbers, id: numbers }) }),
			...(kind === "keys" && { keys: fc.record({ source: numbers, destination: numbers }) }),
			counters: fc.option(fc.record({ packets: numbers, bytes: numbers }), { nil: undefined }),
		})
		.map(({ counters, ...tuple }) => ({ ...tuple, ...(counters && { counters }), ...nowhere }));
};
const PROTOCOLS = [
	["tcp", 6, "ports"],
	["udp", 17, "ports"],
	["icmp", 1, "icmp"],
	["gre", 47, "keys"],
	["unknown", 41, "none"],
] as const;
const attributes: fc.Arbitrary<Attribute> = fc.oneof(
	fc
		.tuple(fc.constantFrom("mark", "use", "zone", "id", "delta-time"), numbers)
		.map(([type, value]) => ({ type, value, ...nowhere })),
	fc.constantFrom("ASSURED", "OFFLOAD").map((name) => ({ type: "flag" as const, name, ...nowhere })),
	fc.constantFrom("helper=ftp", "secctx=null").map((text) => ({ type: "text" as const, text, ...nowhere })),
);

/** What `conntrack -L` prints, and /proc/net/nf_conntrack. */
export function conntrackDumps(): fc.Arbitrary<ConntrackDump> {
	const connection = fc
		.tuple(fc.constantFrom(...PROTOCOLS), fc.constantFrom(4 as const, 6 as const))
		.chain(([[name, number, kind], family]) =>
			fc
				.record({
					extended: fc.boolean(),
					timeout: fc.option(numbers, { nil: undefined }),
					state: fc.option(word(fc.constantFrom("ESTABLISHED", "SYN_SENT")), { nil: undefined }),
					original: tuples(kind, family),
					unreplied: fc.boolean(),
					reply: tuples(kind, family),
					attributes: fc.array(attributes, { maxLength: 4 }),
				})
				.map(({ extended, timeout, state, original, unreplied, reply, attributes }): ConntrackStatement => {
					const node = (label: string, value: number) => ({
						name: { value: label, ...nowhere },
						number: { value, ...nowhere },
						...nowhere,
					});
					return {
						type: "connection",
						...(extended && { family: node(`ipv${family}`, family === 4 ? 2 : 10) }),
						protocol: node(name, number),
						...(timeout && { timeout }),
						...(state && name === "tcp" && { state }),
						original,
						...(unreplied && { unreplied: { value: "[UNREPLIED]", ...nowhere } }),
						reply,
						attributes,
						...nowhere,
					};
				}),
		);
	return rows("conntrack", connection);
}

/** Files of /proc/net/bonding. */
export function bondingDumps(): fc.Arbitrary<BondingDump> {
	const field = fc
		.tuple(
			word(
				fc.constantFrom("Bonding Mode", "MII Status", "Slave Interface", "Aggregator ID", "Up Delay (ms)"),
			),
			word(fc.constantFrom("up", "eth0", "fault-tolerance (active-backup)", "1", "a: b")),
		)
		.map(([key, value]): BondingStatement => ({ type: "field", key, value, ...nowhere }));
	const heading = fc
		.constantFrom("802.3ad info", "details actor lacp pdu:")
		.map((text): BondingStatement => ({ type: "heading", text, ...nowhere }));
	return rows("proc-net-bonding", fc.oneof({ weight: 9, arbitrary: field }, heading));
}

/** /proc/net/vlan/config. */
export function vlanDumps(): fc.Arbitrary<VlanDump> {
	const face = word(fc.constantFrom("eth0", "eth0.583", "vlan586", "583", "q586.583", "br-0123456789ab"));
	const device = fc
		.tuple(face, num(fc.integer({ min: 0, max: 4095 })), face)
		.map(([name, id, lower]): VlanStatement => ({ type: "vlan", name, id, lower, ...nowhere }));
	const head = fc.constantFrom<VlanStatement>(
		{ type: "title", ...nowhere },
		{ type: "naming", naming: { value: "VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD", ...nowhere }, ...nowhere },
	);
	return rows("proc-net-vlan", fc.oneof({ weight: 5, arbitrary: device }, head));
}
