/** The real tcpdump prints packets of which every field is known; what is read of its text must be the same. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unparsedIn } from "@netfossil/core/testing";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type Packet, parseTcpdump, printTcpdump } from "../src/index.ts";
import { LinkType, pcap } from "../src/wire.ts";
import { captures, type LinkName, type Sent } from "./live-packets.ts";
import { claims, type TruthLayers } from "./truth.ts";

const version = spawnSync("tcpdump", ["--version"], { encoding: "utf8" });
const isHere = version.error === undefined;
if (!isHere) console.warn("tcpdump is not installed: what it prints of generated packets is not compared");
const folder = mkdtempSync(join(tmpdir(), "netfossil-live-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Flags of tcpdump; `-n` always stands, for names would be asked of the network. */
interface Form {
	readonly flags: readonly string[];
	readonly time: string;
	readonly verbose: string;
	readonly dump: string;
}

const forms: fc.Arbitrary<Form> = fc.record({
	flags: fc.subarray(["-e", "-S", "-q", "-#", "--nano"]),
	time: fc.constantFrom("", "-t", "-tt", "-ttt", "-tttt", "-ttttt"),
	verbose: fc.constantFrom("", "-v", "-vv"),
	dump: fc.constantFrom("", "", "-x", "-X", "-xx", "-XX", "-A"),
});

const wordsOf = ({ flags, time, verbose, dump }: Form): string[] =>
	["-n", ...flags, time, verbose, dump].filter((word) => word !== "");

function printed(sent: readonly Sent[], link: LinkName, form: Form): string {
	const path = join(folder, "packets.pcap");
	const packets = sent.map(({ bytes, truth }) => ({ seconds: truth.sec, nanoseconds: truth.nsec, bytes }));
	writeFileSync(path, pcap(packets, LinkType[link]));
	const words = wordsOf(form);
	const env = { ...process.env, TZ: "UTC", LC_ALL: "C" };
	const { stdout, stderr, status } = spawnSync("tcpdump", [...words, "-r", path], {
		env,
		encoding: "latin1",
	});
	if (status !== 0) throw new Error(`tcpdump ${words.join(" ")}: ${stderr}`);
	return stdout;
}

/** What a form must show of a packet: a claim that is never made cannot be wrong. */
function shown(truth: TruthLayers, link: LinkName, { flags, verbose }: Form): string[] {
	const isQuiet = flags.includes("-q");
	const needed: string[] = [];
	if (flags.includes("-#")) needed.push("number");
	if (flags.includes("-e") && link !== "raw") needed.push("mac source", "vlan tags");
	if (truth.ip !== undefined) needed.push("source", "destination");
	if (truth.ip !== undefined && verbose !== "") {
		needed.push(...(truth.ip.version === 4 ? ["tos", "id", "offset", "ip length"] : ["hop limit"]));
		// A TTL of 0 is not printed.
		if (truth.ip.ttl > 0) needed.push("ttl");
	}
	if (truth.tcp !== undefined) needed.push("source port", "destination port", "tcp length");
	if (truth.tcp !== undefined && !isQuiet) {
		needed.push("tcp flags", "window");
		if (verbose !== "") needed.push("tcp checksum", "tcp checksum state");
		// Blocks of SACK are relative.
		if (truth.tcp.options.some(([name]) => name !== "sack")) needed.push("option");
	}
	if (truth.udp !== undefined) needed.push("source port", "destination port");
	if (truth.dns !== undefined && !isQuiet) needed.push("dns id", "dns flags");
	if (truth.dns?.qr === 1 && !isQuiet) needed.push("dns counts");
	if (truth.vxlan !== undefined && !isQuiet) needed.push("vni");
	if (truth.icmp !== undefined && !isQuiet) needed.push("icmp id", "icmp seq");
	if (truth.icmp6 !== undefined && !isQuiet) needed.push("icmp6 id", "icmp6 seq");
	if (truth.arp !== undefined) needed.push("arp operation", "arp sender");
	const inner = truth.inner !== undefined && !isQuiet ? shown(truth.inner, "raw", { ...NONE, verbose }) : [];
	return [...needed, ...inner];
}

const NONE: Form = { flags: [], time: "", verbose: "", dump: "" };

/** The bytes that `-x` and the like print. */
function dumped({ bytes, header }: Sent, dump: string): string {
	const shownBytes = dump === "-xx" || dump === "-XX" ? bytes : bytes.slice(header);
	return shownBytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

let checked = 0;

function compare(sent: readonly Sent[], link: LinkName, form: Form): void {
	const text = printed(sent, link, form);
	try {
		compareText(text, sent, link, form);
	} catch (error) {
		throw new Error(`tcpdump ${wordsOf(form).join(" ")}: ${(error as Error).message}\n${text}`);
	}
}

function compareText(text: string, sent: readonly Sent[], link: LinkName, form: Form): void {
	const { ast, diagnostics } = parseTcpdump(text);
	expect(diagnostics).toEqual([]);
	expect(unparsedIn(ast)).toEqual([]);
	expect(printTcpdump(ast)).toBe(text);
	const packets = ast.statements.filter((node): node is Packet => node.type === "packet");
	expect(packets.length).toBe(sent.length);
	const isAbsolute = form.flags.includes("-S");
	packets.forEach((packet, index) => {
		const each = sent[index]!;
		const made = claims(packet, each.truth, isAbsolute);
		checked += made.length;
		for (const claim of made) expect(claim.said, claim.what).toEqual(claim.true);
		const kinds = new Set(made.map(({ what }) => what));
		for (const what of shown(each.truth, link, form)) expect(kinds, `packet ${index + 1}`).toContain(what);
		if (!/^-[xX]/.test(form.dump)) return;
		const bytes = (packet.continuation ?? []).map((line) => (line.type === "hex" ? line.bytes : "")).join("");
		expect(bytes).toBe(dumped(each, form.dump));
	});
}

const NEWLINE = 10;

/** What is not compared: a line of `-A` that ends within the headers does not show that it is one. */
function isLeftOut(sent: readonly Sent[], { dump }: Form): boolean {
	return (
		dump === "-A" && sent.some(({ bytes, header }) => bytes.slice(header, header + 60).includes(NEWLINE))
	);
}

describe.skipIf(!isHere)("what the real tcpdump prints of generated packets", () => {
	it.each(Object.keys(LinkType) as LinkName[])("on a link of type %s is what is in them", (link) => {
		fc.assert(
			fc.property(captures(link), forms, (sent, form) => {
				if (isLeftOut(sent, form)) return;
				compare(sent, link, form);
			}),
			{ numRuns: 60, interruptAfterTimeLimit: 20_000, endOnFailure: true },
		);
		expect(checked).toBeGreaterThan(500);
	});
});
