import fc from "fast-check";
import { parseSave, type Rule } from "../src/index.ts";
import type { AddressType, Packet, TcpFlag } from "../src/semantics.ts";

/** The rule of a specification as the save form has it: `-p tcp -m tcp --dport 80`. */
export function ruleOf(spec: string): Rule {
	const { ast, diagnostics } = parseSave(`-A TEST ${spec}`.trimEnd());
	const [node] = ast.statements;
	if (node?.type !== "rule" || diagnostics.length > 0) throw new Error(`not a rule: ${spec}`);
	return node;
}

const not = fc.constantFrom("", "", "! ");
const oneOf = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
const option = (flag: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
	fc.tuple(not, value).map(([negation, text]) => `${negation}${flag} ${text}`);
const match = (name: string, ...options: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
	fc.tuple(...options).map((texts) => `-m ${name} ${texts.join(" ")}`);
const maybe = (text: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(fc.constant(""), text);

const addresses = ["127.0.0.1", "127.0.0.2", "127.1.0.2", "10.1.2.3", "192.0.2.9"];
const blocks = oneOf(
	"127.0.0.1/32",
	"127.0.0.0/8",
	"127.0.0.0/31",
	"10.0.0.0/8",
	"127.0.0.2/255.0.0.255",
	"0.0.0.3/0.0.0.255",
	"192.0.0.0/2",
);
const ranges = oneOf("127.0.0.1-127.0.0.1", "10.0.0.0-127.0.0.1", "127.0.0.2-192.0.2.9", "10.1.2.3-10.1.2.4");
const marks = ["0x0", "0x1", "0x100", "0x101", "0x80000000", "0xff"];
const masked = fc
	.tuple(fc.constantFrom(...marks), maybe(oneOf("/0x1", "/0xff", "/0xff00", "/0x80000000", "/0x0")))
	.map((parts) => parts.join(""));
const ports = oneOf("53", "80", "0:1023", "80:443", "1024:65535", "1000");
const portLists = oneOf("53", "53,80", "80:443,1000", "1:52,54:79", "0:65535");
const interfaces = oneOf("lo", "eth0", "l+", "eth+", "lo+");

/** Matches of any protocol that the fields of a packet decide. */
const plain = fc.oneof(
	match("mark", option("--mark", masked)),
	match("length", option("--length", oneOf("40", "28:40", "41:65535", "0:39"))),
	match("ttl", option("--ttl-eq", oneOf("1", "64"))),
	match("ttl", oneOf("--ttl-lt 64", "--ttl-gt 1")),
	match("dscp", option("--dscp", oneOf("0x00", "0x2e"))),
	match("tos", option("--tos", oneOf("0x10/0x3f", "0xb8/0xfc", "0x00/0xff"))),
	match("iprange", maybe(option("--src-range", ranges)), option("--dst-range", ranges)),
	match("addrtype", option("--src-type", oneOf("LOCAL", "UNICAST", "LOCAL,UNICAST", "BROADCAST"))),
	match("addrtype", option("--dst-type", oneOf("LOCAL", "UNICAST", "MULTICAST,LOCAL"))),
	match("comment", oneOf('--comment "a b"', "--comment ab")),
);

const flags = oneOf(
	"FIN,SYN,RST,ACK SYN",
	"SYN SYN",
	"ACK,FIN FIN",
	"RST RST",
	"FIN,SYN,RST,PSH,ACK,URG NONE",
);
const multiport = fc.oneof(
	match("multiport", option("--sports", portLists)),
	match("multiport", option("--dports", portLists)),
	match("multiport", option("--ports", portLists)),
);
const bothPorts = [maybe(option("--sport", ports)), maybe(option("--dport", ports))];
const ofProtocol: fc.Arbitrary<string> = fc.oneof(
	fc
		.tuple(
			maybe(match("tcp", ...bothPorts, maybe(option("--tcp-flags", flags)))),
			maybe(multiport),
			maybe(match("ecn", option("--ecn-tcp-ece", fc.constant("")))),
		)
		.map((parts) => `-p tcp ${parts.join(" ")}`),
	fc.tuple(maybe(match("udp", ...bothPorts)), maybe(multiport)).map((parts) => `-p udp ${parts.join(" ")}`),
	maybe(match("icmp", option("--icmp-type", oneOf("8", "8/0", "3/1", "3", "any", "echo-reply")))).map(
		(text) => `-p icmp ${text}`,
	),
	oneOf("", "-p 47", "! -p tcp", "! -p icmp"),
);

const combined: fc.Arbitrary<string> = fc
	.tuple(
		maybe(option("-s", blocks)),
		maybe(option("-d", blocks)),
		maybe(option("-i", interfaces)),
		maybe(option("-o", interfaces)),
		ofProtocol,
		maybe(oneOf("-f", "! -f")),
		fc.oneof({ weight: 3, arbitrary: fc.constant("") }, plain),
		maybe(plain),
	)
	.map((parts) => parts.join(" ").trim().replace(/ {2,}/g, " "));

/** Rules that the kernel loads, whose matches the fields of a packet decide. Single matches match more often. */
export const ruleSpecs: fc.Arbitrary<string> = fc.oneof(
	{ weight: 2, arbitrary: combined },
	ofProtocol.map((text) => text.trim().replace(/ {2,}/g, " ")),
	plain.map((text) => text.replace(/ {2,}/g, " ")),
);

/** Rules of matches that only a connection decides. */
export const connectionSpecs: fc.Arbitrary<string> = fc
	.tuple(
		maybe(
			option(
				"--ctstate",
				fc
					.subarray(["INVALID", "NEW", "RELATED", "ESTABLISHED", "UNTRACKED", "SNAT", "DNAT"], {
						minLength: 1,
					})
					.map((names) => names.join(",")),
			),
		),
		maybe(option("--ctproto", oneOf("6", "17"))),
		maybe(option("--ctorigdst", blocks)),
		maybe(option("--ctorigdstport", ports)),
		maybe(option("--ctreplsrc", blocks)),
		maybe(oneOf("--ctdir ORIGINAL", "--ctdir REPLY")),
		maybe(option("--ctstatus", oneOf("NONE", "ASSURED", "SEEN_REPLY,CONFIRMED"))),
		maybe(match("connmark", option("--mark", masked))),
	)
	.map((parts) => {
		const text = parts.slice(0, -1).join(" ").trim().replace(/ {2,}/g, " ");
		return `${text === "" ? "" : `-m conntrack ${text}`} ${parts.at(-1)}`.trim();
	});

const markOf = fc.constantFrom(...marks).map(Number);
const portOf = fc.constantFrom(53, 80, 443, 1000, 40_000);
const typeOf = (address: string): AddressType => (address.startsWith("127.") ? "LOCAL" : "UNICAST");
const TCP_FLAGS: readonly TcpFlag[] = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

/** What a packet of each protocol has and has not. */
const transport: fc.Arbitrary<Packet> = fc.oneof(
	fc
		.record({ sourcePort: portOf, destinationPort: portOf, tcpFlags: fc.subarray([...TCP_FLAGS]) })
		.map((fields) => ({ ...fields, protocol: 6, icmpType: null, icmpCode: null })),
	fc
		.record({ sourcePort: portOf, destinationPort: portOf })
		.map((fields) => ({ ...fields, protocol: 17, tcpFlags: null, icmpType: null, icmpCode: null })),
	fc
		.record({ icmpType: fc.constantFrom(8, 0, 3), icmpCode: fc.constantFrom(0, 1) })
		.map((fields) => ({ ...fields, protocol: 1, sourcePort: null, destinationPort: null, tcpFlags: null })),
	fc.constant({
		protocol: 47,
		sourcePort: null,
		destinationPort: null,
		tcpFlags: null,
		icmpType: null,
		icmpCode: null,
	}),
);

/** Packets that nothing is unknown of that {@link ruleSpecs} ask for. */
export const packets: fc.Arbitrary<Packet> = fc
	.tuple(
		transport,
		fc.record({
			source: fc.constantFrom(...addresses),
			destination: fc.constantFrom("127.0.0.1", "127.0.0.2", "127.1.0.2"),
			fragment: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
			length: fc.integer({ min: 40, max: 60 }),
			ttl: fc.constantFrom(1, 64, 255),
			tos: fc.constantFrom(0, 0x10, 0xb8, 0xb9),
			mark: markOf,
		}),
		fc.constantFrom<Packet>({ in: null, out: "lo" }, { in: "lo", out: null }, { in: "eth0", out: "eth1" }),
	)
	.map(([upper, lower, way]) => ({
		family: 4,
		...upper,
		...lower,
		...way,
		sourceTypes: [typeOf(lower.source)],
		destinationTypes: [typeOf(lower.destination)],
	}));

/** What belongs to the connection of a packet, or that it has none. */
export const connections: fc.Arbitrary<Packet> = fc.oneof(
	fc.record({
		ctstate: fc.constantFrom("INVALID" as const, "UNTRACKED" as const),
		connmark: fc.constant(null),
		snat: fc.constant(false),
		dnat: fc.constant(false),
	}),
	fc.record({
		ctstate: fc.constantFrom("NEW" as const, "RELATED" as const, "ESTABLISHED" as const),
		connmark: markOf,
		snat: fc.boolean(),
		dnat: fc.boolean(),
		ctproto: fc.constantFrom(6, 17),
		ctorigdst: fc.constantFrom(...addresses),
		ctorigdstport: portOf,
		ctreplsrc: fc.constantFrom(...addresses),
		ctdir: fc.constantFrom("ORIGINAL" as const, "REPLY" as const),
		ctstatus: fc.subarray(["SEEN_REPLY", "ASSURED", "CONFIRMED"] as const).map((names) => [...names]),
	}),
);
