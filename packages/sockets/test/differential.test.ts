import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseNetstat, parseSs, type SsEnd, ssFacts } from "../src/index.ts";
import { compare, type Facts, listed, socketsOfNetstat, socketsOfProc, socketsOfSs, tally } from "./facts.ts";

const read = (path: string): string =>
	readFileSync(new URL(`../../../fixtures/${path}`, import.meta.url), "utf8");
const proc = (folder: string, name: string): Facts[] =>
	socketsOfProc(name, read(`${folder}/proc_net_${name}.txt`));

/** Of the same namespace at the same time: files of /proc/net, and listings of what they hold. */
const scenes = [
	{
		name: "ss and netstat against /proc/net",
		folder: "ss",
		files: ["tcp", "tcp6", "udp", "udp6", "raw", "raw6", "unix"],
		ss: [
			"ss_an.txt",
			"ss_peaonmi.txt",
			"ss_O_peaonmi.txt",
			"ss_tulnp.txt",
			"ss_teimoan.txt",
			"ss_xap.txt",
			"ss_wanp.txt",
		],
		netstat: ["netstat_W_neopa.txt", "netstat_an.txt", "netstat_ee.txt", "netstat_v.txt"],
	},
	{
		name: "the namespace of fixtures/ip/sockets",
		folder: "netstat",
		files: ["tcp", "tcp6", "udp"],
		ss: ["../ss/ss_sockets_peaonmi.txt", "../ss/ss_sockets_plunt.txt", "../ss/ss_sockets_tan.txt"],
		netstat: ["netstat_W_plunt.txt", "netstat_plunt.txt", "netstat_an.txt"],
	},
];

describe.each(scenes)("$name", ({ name, folder, files, ss, netstat }) => {
	/** The second scene has no /proc/net/udp6: its one socket has nothing to be compared with. */
	const recorded = (said: Facts[]) =>
		said.filter(({ key }) => folder === "ss" || key !== "udp ::1:39149 any:*");
	const truth = files.flatMap((file) => proc(folder, file));

	it("each socket that is listed is one of the kernel's, in every fact that the line shows", () => {
		const total = tally();
		for (const file of ss)
			compare(
				file,
				recorded(socketsOfSs(parseSs(read(`${folder}/${file}`)).ast, file === "ss_wanp.txt" ? "raw" : "tcp")),
				truth,
				total,
			);
		for (const file of netstat)
			compare(file, recorded(socketsOfNetstat(parseNetstat(read(`${folder}/${file}`)).ast)), truth, total);
		console.log(
			`${name}: ${total.sockets} sockets; ${total.checked} facts checked, ${total.equal} equal, ${total.different.length} different`,
		);
		expect(total.different).toEqual([]);
		expect(total.checked).toBeGreaterThan(100);
	});

	it("each socket of the kernel's is listed by what lists all", () => {
		const [whole] = ss;
		const said = listed(socketsOfSs(parseSs(read(`${folder}/${whole}`)).ast));
		// Inode 0: a connection that nobody has accepted yet; ss leaves it out.
		expect(truth.filter(({ key }) => key !== "unix 0" && !said.has(key))).toEqual([]);
		expect(truth.length).toBeGreaterThan(8);
	});
});

describe("ss against netstat -p", () => {
	it("name the same processes, users and timers", () => {
		const ends = (end: SsEnd): string =>
			end.type === "internet" && end.port.type === "port" ? String(end.port.number) : "*";
		const said = parseSs(read("ss/ss_peaonmi.txt")).ast.statements.flatMap((node) => {
			if (node.type !== "socket" || !/^(?:tcp|udp)$/.test(node.netid?.value ?? "")) return [];
			const { processes, timer } = ssFacts(node);
			// netstat names one process of several; sockets in the same state may have several processes.
			const pids = processes.map(({ pid }) => pid.value);
			return [{ key: `${ends(node.local)} ${ends(node.peer)}`, pids, timer: timer?.name.value ?? "off" }];
		});
		let compared = 0;
		for (const node of parseNetstat(read("ss/netstat_W_neopa.txt")).ast.statements) {
			if (node.type !== "socket" || !/^(?:tcp|udp)/.test(node.protocol.value)) continue;
			const port = ({ port: each }: typeof node.local) => (each.type === "any" ? "*" : String(each.number));
			const matches = said.filter(({ key }) => key === `${port(node.local)} ${port(node.foreign)}`);
			expect([node.local, matches.length > 0]).toEqual([node.local, true]);
			if (node.process) expect(matches.flatMap(({ pids }) => pids)).toContain(node.process.pid.value);
			expect(matches.map(({ timer }) => timer)).toContain(node.timer?.name.value);
			compared++;
		}
		expect(compared).toBeGreaterThan(15);
	});
});
