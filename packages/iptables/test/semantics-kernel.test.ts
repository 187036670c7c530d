import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chains, parseSave } from "../src/index.ts";
import { matchRule, type Packet } from "../src/semantics.ts";
import { connectionSpecs, packets, ruleSpecs } from "./semantics.ts";

/*
 * Rules that only count are loaded into a network namespace of its own, single packets are sent through them,
 * and the kernel's counters are compared with matchRule. Needs root, iptables and python3 (for raw packets).
 */
const namespace = `netfossil-semantics-${process.pid}`;
const run = (command: string, args: readonly string[], input?: string) =>
	spawnSync(command, args, { encoding: "utf8", ...(input !== undefined && { input }) });
const inside = (command: string, args: readonly string[] = [], input?: string) =>
	run("ip", ["netns", "exec", namespace, command, ...args], input);
const works = (command: string, ...args: string[]): boolean => run(command, args).status === 0;
const possible = process.getuid?.() === 0 && works("ip", "netns", "list") && works("python3", "--version");

/** One raw packet: its bytes in hexadecimal and its mark. */
const SEND = `
import socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
s.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, struct.pack("I", int(sys.argv[2])))
data = bytes.fromhex(sys.argv[1])
s.sendto(data, (socket.inet_ntoa(data[16:20]), 0))
`;
const FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

function bytesOf(packet: Packet): string {
	const { source, destination, protocol = 0, length = 40, fragment, tos = 0, ttl = 64 } = packet;
	const bytes = Buffer.alloc(length);
	bytes.writeUInt8(0x45, 0);
	bytes.writeUInt8(tos, 1);
	bytes.writeUInt16BE(length, 2);
	// A further fragment begins at some 8 bytes of the whole packet.
	bytes.writeUInt16BE(fragment ? 100 : 0, 6);
	bytes.writeUInt8(ttl, 8);
	bytes.writeUInt8(protocol, 9);
	for (const [at, address] of [
		[12, source],
		[16, destination],
	] as const)
		Buffer.from(address!.split(".").map(Number)).copy(bytes, at);
	if (protocol === 1) {
		bytes.writeUInt8(packet.icmpType!, 20);
		bytes.writeUInt8(packet.icmpCode!, 21);
	} else if (protocol === 6 || protocol === 17) {
		bytes.writeUInt16BE(packet.sourcePort!, 20);
		bytes.writeUInt16BE(packet.destinationPort!, 22);
		if (protocol === 17) bytes.writeUInt16BE(length - 20, 24);
		else bytes.writeUInt8(0x50, 32);
	}
	if (protocol === 6)
		bytes.writeUInt8(
			FLAGS.reduce(
				(sum, flag, bit) => sum | (packet.tcpFlags!.some((each) => each === flag) ? 1 << bit : 0),
				0,
			),
			33,
		);
	return bytes.toString("hex");
}

/** How often each rule of the two chains has counted, by the text that the tool gives back. */
function counted(backend: string) {
	const { stdout } = inside(`${backend}-save`, ["-c", "-t", "mangle"]);
	const { ast, diagnostics } = parseSave(stdout);
	expect(diagnostics).toEqual([]);
	const [table] = chains(ast).filter(({ name }) => name === "mangle");
	const rules = (name: string) => table?.chains.find((chain) => chain.name?.value === name)?.rules ?? [];
	const lines = (name: string) =>
		rules(name).map(({ rule }) => ({
			rule,
			text: stdout.slice(rule.start, rule.end).trim(),
			packets: rule.counters!.packets.value,
		}));
	return { sent: lines("SENT"), received: lines("RECEIVED") };
}

type Counted = ReturnType<typeof counted>;

/** Sends a packet, and compares what counted it in a chain with what matchRule says. Gives the new counters. */
function compareWith(
	backend: string,
	before: Counted,
	packet: Packet,
	views: Partial<Record<"sent" | "received", Packet>>,
): Counted {
	const sending = inside("python3", ["-c", SEND, bytesOf(packet), String(packet.mark)]);
	expect(sending.stderr).toBe("");
	const after = counted(backend);
	const nft = backend === "iptables-nft";
	for (const [place, seen] of Object.entries(views) as ["sent" | "received", Packet][]) {
		const told = after[place].map(({ rule, text, packets: count }, index) => {
			const { result, reasons } = matchRule(rule, seen, { backend: nft ? "nf_tables" : "legacy" });
			return { text, kernel: count > before[place][index]!.packets, result, reasons };
		});
		expect(told.length).toBeGreaterThan(20);
		const wrong = told.filter(({ text, kernel, result }) => {
			const garbled = seen.fragment && (nft ? /-m (?:tcp|udp|ecn)(?: |$)/ : /-m ecn /).test(text);
			return result === "undecided" ? !garbled : kernel !== result;
		});
		expect(wrong, `${place}: ${JSON.stringify(seen)}`).toEqual([]);
	}
	return after;
}

function load(backend: string, lines: readonly string[]): void {
	const text = [
		"*mangle",
		":SENT - [0:0]",
		":RECEIVED - [0:0]",
		"-A OUTPUT -j SENT",
		"-A PREROUTING -j RECEIVED",
		...lines,
		"COMMIT\n",
	];
	const { status, stderr } = inside(`${backend}-restore`, [], text.join("\n"));
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
}

describe.each(["iptables-nft", "iptables-legacy"])("matchRule and the kernel, rules of %s", (backend) => {
	const skipped = !possible || !works(backend, "--version");
	if (skipped) it.skip("needs root, iptables and python3", () => {});
	else {
		beforeAll(() => {
			run("ip", ["netns", "add", namespace]);
			inside("ip", ["link", "set", "lo", "up"]);
			// No packet gets so far that it is answered: an answer would count too.
			inside(`${backend}-restore`, [], "*filter\n:INPUT DROP\nCOMMIT\n");
		});
		afterAll(() => {
			run("ip", ["netns", "del", namespace]);
		});

		it("agree on stateless matches", () => {
			const specs = fc.sample(ruleSpecs, 150);
			const own = [
				"-m owner --uid-owner 0",
				"-m owner ! --uid-owner 0-5",
				"-m owner --gid-owner 7",
				"-m owner --socket-exists",
				"-m owner ! --socket-exists",
			];
			const came = [
				"-m mac --mac-source 00:00:00:00:00:00",
				"-m mac ! --mac-source 00:00:00:00:00:00",
				"-m physdev ! --physdev-in eth+",
				"-m physdev --physdev-in lo",
			];
			load(backend, [
				...specs.flatMap((spec) => [`-A SENT ${spec}`, `-A RECEIVED ${spec}`]),
				...own.map((spec) => `-A SENT ${spec}`),
				...came.map((spec) => `-A RECEIVED ${spec}`),
			]);
			let counters = counted(backend);
			for (const packet of fc.sample(packets, 10)) {
				const { in: _in, out: _out, ...fields } = packet;
				// python runs as root, and loopback has no Ethernet header that the match mac would look at.
				const sent = { ...fields, in: null, out: "lo", socket: true, uid: 0, gid: 0 };
				const received = {
					...fields,
					mark: packet.mark!,
					in: "lo",
					out: null,
					mac: null,
					physdevIn: null,
					physdevOut: null,
				};
				counters = compareWith(backend, counters, packet, { sent, received });
			}
		});

		it("agree on connections", () => {
			load(backend, [...fc.sample(connectionSpecs, 80).map((spec) => `-A SENT ${spec}`)]);
			inside(`${backend}-restore`, [], "*raw\n-A OUTPUT -p udp --dport 53 -j CT --notrack\nCOMMIT\n");
			const base: Packet = {
				family: 4,
				source: "127.0.0.1",
				destination: "127.0.0.2",
				protocol: 17,
				sourcePort: 1000,
				destinationPort: 80,
				length: 40,
				fragment: false,
				mark: 0x100,
			};
			const fresh: Packet = {
				...base,
				ctstate: "NEW",
				connmark: 0,
				snat: false,
				dnat: false,
				ctproto: 17,
				ctorigdst: "127.0.0.2",
				ctorigdstport: 80,
				ctreplsrc: "127.0.0.2",
				ctdir: "ORIGINAL",
				ctstatus: [],
			};
			const none: Packet = { snat: false, dnat: false };
			const odd: Packet = { ...base, protocol: 6, tcpFlags: ["SYN", "FIN"] };
			const before = counted(backend);
			const second = compareWith(backend, before, base, { sent: fresh });
			const untracked: Packet = { ...base, destinationPort: 53 };
			const third = compareWith(backend, second, untracked, {
				sent: { ...untracked, ...none, ctstate: "UNTRACKED" },
			});
			compareWith(backend, third, odd, { sent: { ...odd, ...none, ctstate: "INVALID" } });
		});
	}
});
