// How long reading what tcpdump printed takes, as a ratio to the time in which tcpdump printed it: CPU time of both, of
// the same packets, in turns. The packets are a mix as of a node with containers: TCP with timestamps for the most
// part, DNS, ICMP, ARP, IPv6 and VXLAN.
import { spawnSync } from "node:child_process";
import { createReadStream, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseParts } from "../packages/core/dist/index.js";
import { tcpdumpParts } from "../packages/tcpdump/dist/index.js";
import * as wire from "../packages/tcpdump/dist/wire.js";

const PACKETS = 200_000;
const ROUNDS = 6;
/** Flags of tcpdump, the commonest first. */
const FORMS = [["-n"], ["-n", "-tttt"], ["-n", "-e"], ["-n", "-v"], ["-n", "-X"]];

const { tcpOption } = wire;
const MAC = ["02:42:0a:ff:00:03", "02:42:0a:ff:00:06"];

/** A random number below a limit, the same in every run. */
function dice(seed) {
	let state = seed;
	return (limit) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * limit);
	};
}

/** A conversation of TCP between two hosts: what it says next. */
function stream(number, random, family) {
	const [client, server] =
		family === 4
			? [`10.244.${number & 255}.${2 + (number % 200)}`, `10.96.0.${1 + (number % 250)}`]
			: [`fd00:10:244::${(number + 16).toString(16)}`, "fd00:10:96::a"];
	const ports = [32_768 + (number % 28_000), [80, 443, 5432, 6379, 8080][number % 5]];
	const next = [random(2 ** 32), random(2 ** 32)];
	let step = 0;
	let clock = random(2 ** 31);
	return () => {
		// SYN, SYN-ACK, ACK, then data one way or the other, each with its acknowledgement.
		const from = step < 3 ? step % 2 : (step >> 1) % 2;
		const [source, destination] = from === 0 ? [client, server] : [server, client];
		const [sport, dport] = from === 0 ? ports : [ports[1], ports[0]];
		const syn = step < 2;
		const size = step > 2 && step % 2 === 1 ? 1 + random(48) : 0;
		const stamp = tcpOption.timestamp(clock++, step === 0 ? 0 : clock);
		const options = syn
			? [...tcpOption.mss(1460), ...tcpOption.sackOK(), ...stamp, ...tcpOption.nop(), ...tcpOption.wscale(7)]
			: [...tcpOption.nop(), ...tcpOption.nop(), ...stamp];
		const flags = step === 0 ? 2 : step === 1 ? 18 : size > 0 ? 24 : 16;
		const fields = {
			sport,
			dport,
			seq: next[from],
			ack: step === 0 ? 0 : next[1 - from],
			flags,
			window: 501,
		};
		next[from] = (next[from] + (syn ? 1 : size)) >>> 0;
		step++;
		const ends = { source, destination };
		const bytes = wire.tcp({ ...fields, options }, Array(size).fill(0x80), ends);
		return family === 4
			? wire.ip4({ ...ends, protocol: wire.Protocol.tcp, df: true, id: step }, bytes)
			: wire.ip6({ ...ends, nextHeader: wire.Protocol.tcp, flowLabel: number }, bytes);
	};
}

function frame(ethertype, bytes) {
	return wire.ethernet({ source: MAC[0], destination: MAC[1], ethertype }, bytes);
}

function datagram(source, destination, sport, dport, payload) {
	const bytes = wire.udp({ sport, dport }, payload, { source, destination });
	return wire.ip4({ source, destination, protocol: wire.Protocol.udp, df: true }, bytes);
}

/** The frames of the mix. */
function* frames(count) {
	const random = dice(7);
	const streams = Array.from({ length: 400 }, (_, number) =>
		stream(number, random, number % 8 === 0 ? 6 : 4),
	);
	const names = Array.from({ length: 50 }, (_, at) => `api-${at}.prod.svc.cluster.local.`);
	for (let at = 0; at < count; at++) {
		const lot = random(100);
		const pick = random(streams.length);
		const talk = streams[pick];
		const host = `10.244.1.${2 + random(200)}`;
		if (lot < 74) yield frame(pick % 8 === 0 ? wire.Ethertype.ip6 : wire.Ethertype.ip, talk());
		else if (lot < 84) {
			const type = pick % 8 === 0 ? wire.Ethertype.ip6 : wire.Ethertype.ip;
			const outer = wire.vxlan(4096 + (pick % 4), frame(type, talk()));
			yield frame(wire.Ethertype.ip, datagram("192.0.2.83", "192.0.2.149", 30_000 + pick, 4789, outer));
		} else if (lot < 93) {
			const question = { name: names[random(names.length)], type: "A" };
			const id = random(65_536);
			const query = wire.dns({ id, bits: 0x0100, question });
			const answer = wire.dns({ id, bits: 0x8180, question, answers: [{ type: "A", data: "10.96.0.17" }] });
			yield frame(
				wire.Ethertype.ip,
				lot % 2 === 0
					? datagram(host, "10.96.0.10", 40_000 + pick, 53, query)
					: datagram("10.96.0.10", host, 53, 40_000 + pick, answer),
			);
		} else if (lot < 95) {
			yield frame(wire.Ethertype.ip, datagram(host, "10.96.0.9", 50_000, 9999, Array(40).fill(0)));
		} else if (lot < 98) {
			const echo = wire.icmp(lot % 2 === 0 ? 8 : 0, 0, 7 * 65_536 + (at % 65_536), Array(56).fill(0));
			yield frame(
				wire.Ethertype.ip,
				wire.ip4({ source: host, destination: "10.96.0.9", protocol: wire.Protocol.icmp }, echo),
			);
		} else {
			const ends = { senderMac: MAC[0], targetMac: MAC[1], sender: host, target: "10.244.1.1" };
			yield frame(wire.Ethertype.arp, wire.arp({ operation: 1 + (lot % 2), ...ends }));
		}
	}
}

/** CPU seconds of the command, without those of the shell. */
function cpuOf(command, input, output) {
	const { stdout, status } = spawnSync(
		"sh",
		["-c", `"$@" > ${output} 2> /dev/null; times`, "sh", ...command],
		{
			input,
			encoding: "utf8",
		},
	);
	if (status !== 0) throw new Error(`${command.join(" ")} failed`);
	const [user, system] = stdout.trim().split("\n")[1].split(" ");
	return [user, system].map(seconds).reduce((sum, each) => sum + each);
}

/** `0m1.25s` */
function seconds(text) {
	const [, minutes, rest] = /^(\d+)m([\d.]+)s$/.exec(text);
	return Number(minutes) * 60 + Number(rest);
}

/** Packets of a file, and the CPU seconds that reading them took. */
async function readAll(path) {
	const before = process.cpuUsage();
	let packets = 0;
	let unread = 0;
	for await (const { ast } of parseParts(createReadStream(path, "utf8"), tcpdumpParts())) {
		for (const { type, network } of ast) {
			if (type === "packet") packets++;
			if (type === "unparsed" || network?.type === "unparsed") unread++;
		}
	}
	const { user, system } = process.cpuUsage(before);
	return { packets, unread, cpu: (user + system) / 1e6 };
}

/** Measures and reports; says so where there is no tcpdump. */
export async function againstTcpdump() {
	if (spawnSync("tcpdump", ["--version"]).error) {
		console.log("tcpdump is not installed: what it prints is not held against it");
		return;
	}
	const folder = mkdtempSync(join(tmpdir(), "netfossil-bench-"));
	try {
		const path = join(folder, "mix.pcap");
		let at = 0;
		const packets = Array.from(frames(PACKETS), (bytes) => {
			const time = at++ * 137_000;
			return { seconds: 1_770_000_000 + Math.floor(time / 1e9), nanoseconds: time % 1e9, bytes };
		});
		writeFileSync(path, wire.pcap(packets, wire.LinkType.ethernet));
		console.log(`\nreading ÷ printing, ${PACKETS} packets, CPU time of the best of ${ROUNDS} rounds`);
		console.log("flags       MB  tcpdump s  first s   read s  first÷  ratio  kpackets/s  unread");
		for (const flags of FORMS) await report(path, join(folder, "mix.txt"), flags);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

async function report(path, text, flags) {
	const command = ["tcpdump", ...flags, "-r", path];
	cpuOf(command, "", text);
	const { size } = statSync(text);
	let printing = Infinity;
	const reading = [];
	let last;
	for (let round = 0; round < ROUNDS; round++) {
		printing = Math.min(printing, cpuOf(command, "", "/dev/null"));
		last = await readAll(text);
		reading.push(last.cpu);
	}
	const best = Math.min(...reading);
	const columns = [
		flags.join(" ").padEnd(9),
		(size / 1e6).toFixed(0).padStart(4),
		printing.toFixed(2).padStart(10),
		reading[0].toFixed(2).padStart(8),
		best.toFixed(2).padStart(8),
		(reading[0] / printing).toFixed(2).padStart(7),
		(best / printing).toFixed(2).padStart(6),
		(last.packets / best / 1000).toFixed(0).padStart(11),
		String(last.unread).padStart(7),
	];
	console.log(columns.join(" "));
}
