import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Capture, captureOfFiles, captureOfText, parseDump } from "../src/index.ts";

/** `ip a` of a host or container, as iproute2 6.1 prints it. */
const listing = (...links: readonly string[]): string =>
	`1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
${links.join("")}`;
const link = (name: string, mac: string, address: string): string =>
	`${name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether ${mac} brd ff:ff:ff:ff:ff:ff
    inet ${address} scope global ${/ (\w+)/.exec(name)![1]}
       valid_lft forever preferred_lft forever
`;
const alpha = listing(
	link("2: eth0@if3", "f6:96:f1:e0:03:d4", "192.0.2.11/24"),
	link("5: vA1@if2", "56:8e:80:16:58:cb", "10.7.0.254/24"),
);
const beta = listing(link("2: eth0@if4", "96:a7:8b:ce:bc:3b", "192.0.2.12/24"));
const pod = listing(link("2: eth0@if5", "1a:6f:d3:aa:a0:b5", "10.7.0.3/24"));
const ROUTE = "default via 192.0.2.1 dev eth0 proto static\n192.0.2.0/24 dev eth0 proto kernel scope link\n";

const rows = ({ dumps }: Capture): string[] =>
	dumps.map(({ id, kind, scope: { host, place } }) => `${id} ${kind} ${host} ${place.type}`);
const certainties = ({ dumps }: Capture): (string | undefined)[] =>
	dumps.map(({ reasons }) => reasons.find(({ about }) => about === "host")?.certainty);

describe("interfaces that begin again in one file", () => {
	it("are of another namespace or machine, each with a place of its own, and it is told", () => {
		const capture = captureOfFiles("t", [{ path: "lab/ip.txt", text: `${alpha}\n${beta}\n${pod}` }]);
		expect(rows(capture)).toEqual([
			"lab/ip.txt ip-address lab host",
			"lab/ip.txt:14 ip-address lab~2 host",
			"lab/ip.txt:23 ip-address lab~3 host",
		]);
		expect(certainties(capture)).toEqual(["assumed", "assumed", "assumed"]);
		expect(capture.problems).toMatchObject([
			{ file: "lab/ip.txt", message: expect.stringContaining("lab~2 (line 14), lab~3 (line 23)") },
		]);
		const names = capture.dumps.map((dump) => dump.source.text.slice(dump.start, dump.end).trimEnd());
		expect(names).toEqual([alpha, beta, pod].map((text) => text.trimEnd()));
	});

	it("are called as a heading above them says, which is no part of them", () => {
		const capture = captureOfText("notes.txt", `hA:\n${alpha}\nhB:\n${beta}\npod cB1:\n${pod}`);
		expect(rows(capture).map((row) => row.split(" ")[2])).toEqual(["hA", "hB", "cB1"]);
		expect(certainties(capture)).toEqual(["assumed", "assumed", "assumed"]);
		expect(capture.dumps.flatMap((dump) => parseDump(dump).diagnostics)).toEqual([]);
		expect(capture.passedOver.map(({ what, lines }) => `${what} ${lines?.first}`)).toEqual([
			"a heading 1",
			"a heading 15",
			"a heading 25",
		]);
	});

	it("are told apart in an article, by its prompts and prose", () => {
		const text = `On **alpha** we have:\n\n\`\`\`console\nalpha$ ip addr\n${alpha}\`\`\`\n\nand on beta, the same command prints:\n\n\`\`\`\n${beta}\`\`\`\n`;
		expect(rows(captureOfText("article.md", text)).map((row) => row.split(" ")[2])).toEqual([
			"alpha",
			"beta",
		]);
	});

	it("take what stands below them with them", () => {
		const capture = captureOfText("all.txt", `${alpha}\n${ROUTE}\n${beta}\n${ROUTE.replace(".1 ", ".254 ")}`);
		expect(rows(capture).map((row) => row.replace(/^\S+ /, ""))).toEqual([
			"ip-address host host",
			"ip-route host host",
			"ip-address host~2 host",
			"ip-route host~2 host",
		]);
	});

	it("leave what a prompt says, and part what one command cannot have printed", () => {
		const shell = (command: string, output: string): string => `root@web1:~# ${command}\n${output}`;
		const later = captureOfText("s.txt", shell("ip a", alpha) + shell("ip a", beta));
		expect(rows(later).map((row) => row.split(" ")[2])).toEqual(["web1", "web1"]);
		const once = captureOfText("s.txt", shell("ip a", alpha + beta));
		expect(rows(once).map((row) => row.split(" ")[2])).toEqual(["web1", "web1~2"]);
		expect(certainties(once)).toEqual(["observed", "assumed"]);
	});
});

describe("interfaces that one namespace lists again", () => {
	const noLinks = (text: string): string => text.replaceAll(/^ {4}link.*\n/gm, "");
	it.each([
		["twice", `${alpha}\n${alpha}`],
		["with another address later", `${alpha}\n${alpha.replace("192.0.2.11/24", "192.0.2.99/24")}`],
		["with a veth of a new index", `${alpha}\n${alpha.replace("5: vA1@if2", "7: vA1@if2")}`],
		["without MACs, as `ip -4 a` and `ip -6 a` do", `${noLinks(alpha)}\n${noLinks(alpha)}`],
		[
			"on one line for each address",
			"1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever\n2: eth0    inet 192.0.2.11/24 scope global eth0\\       valid_lft forever preferred_lft forever\n2: eth0    inet 192.0.2.99/24 scope global secondary eth0\\       valid_lft forever preferred_lft forever\n",
		],
	])("%s are of one place", (_, text) => {
		const capture = captureOfText("ip.txt", text);
		expect(new Set(capture.dumps.map(({ scope }) => scope.host))).toEqual(new Set(["host"]));
		expect(capture.problems).toEqual([]);
	});

	it("are parted where Docker's MACs are equal and the indexes are not", () => {
		const container = (index: number): string =>
			listing(link(`${index}: eth0@if${index + 1}`, "02:42:ac:11:00:02", "172.17.0.2/16"));
		const hosts = captureOfText("ip.txt", container(4) + container(9)).dumps.map(({ scope }) => scope.host);
		expect(hosts).toEqual(["host", "host~2"]);
	});
});

it("whatever stands between listings, each line is in one dump or passed over once, and ids are unique", () => {
	const part = fc.constantFrom(
		alpha,
		beta,
		pod,
		ROUTE,
		"hA:\n",
		"\n",
		"on beta:\n\n",
		"## Inside\n",
		"```\n",
	);
	fc.assert(
		fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
			const text = parts.join("");
			const { dumps, passedOver } = captureOfText("notes.txt", text);
			expect(new Set(dumps.map(({ id }) => id)).size).toBe(dumps.length);
			const seen = new Map<number, number>();
			const add = (line: number): void => void seen.set(line, (seen.get(line) ?? 0) + 1);
			for (const { source, start, end } of dumps) {
				const last = source.locate(end - 1).line;
				for (let line = source.locate(start).line; line <= last; line++) add(line);
			}
			for (const { lines } of passedOver)
				for (let line = lines?.first ?? 1; line <= (lines?.last ?? 0); line++) add(line);
			expect([...seen.values()].every((times) => times === 1)).toBe(true);
			if (dumps.length > 0) expect(seen.size).toBe(text.split("\n").length - (text.endsWith("\n") ? 1 : 0));
		}),
		{ numRuns: 300 },
	);
});
