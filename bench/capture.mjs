// Reads a sosreport of 5,000 files and 200 MB, as a folder and packed: `node bench/capture.mjs`. The report is made here, in
// the folder for temporary files: logs and other files that do not matter, and dumps of the network of realistic size among
// them. Says how long it took, how many bytes of the folder were read, and how much memory the process had at most; fails
// when that is more than 300 MB, or when more than the dumps was read.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openCapture } from "../packages/capture/dist/index.js";

const MOST_MEMORY = 300e6;

if (process.argv[2] === "--read") await read(process.argv[3]);
else run();

function run() {
	const root = mkdtempSync(join(tmpdir(), "bench-capture-"));
	try {
		const { files, bytes, dumps } = makeReport(join(root, "in"));
		console.log(`a report of ${files} files and ${mega(bytes)}, of which ${dumps} dumps`);
		execFileSync("tar", ["-C", join(root, "in"), "-cf", join(root, "report.tar"), "."]);
		for (const [tool, ending] of [
			["gzip", "gz"],
			["xz", "xz"],
		]) {
			const options = tool === "xz" ? ["-1", "-k", "-c"] : ["-k", "-c"];
			const { status, stdout } = spawnSync(tool, [...options, join(root, "report.tar")], { maxBuffer: 1e9 });
			if (status === 0) writeFileSync(join(root, `report.tar.${ending}`), stdout);
		}
		let failed = false;
		for (const name of ["in", "report.tar", "report.tar.gz", "report.tar.xz"]) {
			const args = [fileURLToPath(import.meta.url), "--read", join(root, name)];
			const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
			if (status !== 0) throw new Error(stderr);
			const told = JSON.parse(stdout);
			console.log(
				`${name.padEnd(14)} ${told.dumps} dumps, ${told.seconds.toFixed(2)} s of CPU, ${mega(told.memory)} at most, ${mega(told.read)} read`,
			);
			failed ||=
				told.dumps !== dumps || told.memory > MOST_MEMORY || (name === "in" && told.read > bytes / 4);
		}
		if (failed)
			throw new Error("more was read, or more memory used, than the bench allows; or dumps are missing");
	} finally {
		rmSync(root, { recursive: true });
	}
}

async function read(path) {
	const before = process.cpuUsage();
	const { dumps } = await openCapture(path);
	const { user, system } = process.cpuUsage(before);
	console.log(
		JSON.stringify({
			dumps: dumps.length,
			seconds: (user + system) / 1e6,
			memory: process.resourceUsage().maxRSS * 1024,
			read: bytesRead(),
		}),
	);
}

/** How many bytes this process read, as Linux counts them; modules that node loaded are among them. */
function bytesRead() {
	try {
		return Number(/^rchar: (\d+)/m.exec(readFileSync("/proc/self/io", "utf8"))[1]);
	} catch {
		return 0;
	}
}

function makeReport(root) {
	const top = "sosreport-node1-2026-11-21-abcdefg";
	let files = 0;
	let bytes = 0;
	const write = (path, text) => {
		const whole = join(root, top, path);
		mkdirSync(dirname(whole), { recursive: true });
		writeFileSync(whole, text);
		files++;
		bytes += Buffer.byteLength(text);
	};
	let state = 1;
	const random = (below) => {
		state = (state * 48271) % 2147483647;
		return state % below;
	};
	const lines = (count, line) => Array.from({ length: count }, (_, index) => line(index)).join("");
	const log = (size) => {
		const line = () =>
			`Nov 21 00:${10 + random(50)}:${10 + random(50)} node1 app[${random(99999)}]: request ${random(1e9)} took ${random(1000)} ms\n`;
		return lines(Math.ceil(size / 62), line);
	};

	const dumps = [];
	const dump = (path, text) => {
		dumps.push(path);
		write(`sos_commands/${path}`, text);
	};
	const address = (count) =>
		lines(
			count,
			(index) =>
				`${index + 1}: veth${index}@if${index + 2}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default \n    link/ether 02:42:0a:00:${(index >> 8).toString(16).padStart(2, "0")}:${(index & 255).toString(16).padStart(2, "0")} brd ff:ff:ff:ff:ff:ff link-netnsid ${index}\n    inet 10.${index >> 8}.${index & 255}.2/24 scope global veth${index}\n       valid_lft forever preferred_lft forever\n`,
		);
	const routes = (count) =>
		lines(
			count,
			(index) =>
				`10.${index >> 8}.${index & 255}.0/24 dev veth${index} proto kernel scope link src 10.0.0.2 \n`,
		);
	const save = (count) =>
		`*nat\n:PREROUTING ACCEPT [0:0]\n${lines(count, (index) => `-A PREROUTING -d 10.0.0.1/32 -p tcp -m tcp --dport ${index + 1} -j DNAT --to-destination 10.1.${index >> 8}.${index & 255}:80\n`)}COMMIT\n`;
	dump("networking/ip_-d_address", address(500));
	dump("networking/ip_route_show_table_all", routes(2000));
	dump(
		"networking/bridge_-s_-s_-d_-t_fdb_show",
		lines(
			5000,
			(index) =>
				`02:42:0a:00:${(index >> 8).toString(16).padStart(2, "0")}:${(index & 255).toString(16).padStart(2, "0")} dev vxlan0 dst 192.168.0.3 link-netnsid 0 self permanent\n`,
		),
	);
	dump(
		"conntrack/conntrack_-L_-o_extended",
		lines(
			40_000,
			(index) =>
				`ipv4     2 tcp      6 ${index} ESTABLISHED src=10.0.${index >> 8}.${index & 255} dst=10.0.0.1 sport=${1024 + index} dport=80 src=10.0.0.1 dst=10.0.${index >> 8}.${index & 255} sport=80 dport=${1024 + index} [ASSURED] mark=0 use=1\n`,
		),
	);
	for (let netns = 0; netns < 100; netns++) {
		const at = `networking/namespaces/ns${netns}/ip_netns_exec_ns${netns}_`;
		dump(`${at}ip_-d_address_show`, address(5));
		dump(`${at}ip_route_show_table_all`, routes(20));
		dump(`${at}iptables-save`, save(100));
		write(
			`sos_commands/networking/ethtool_-S_veth${netns}`,
			`NIC statistics:\n${lines(40, (index) => `     rx_queue_${index}: ${random(1e6)}\n`)}`,
		);
	}
	write("sos_commands/host/hostname", "node1\n");
	write("var/log/messages", log(60e6));
	write("var/log/journal.txt", log(40e6));
	write("sos_commands/process/ps_auxwww", log(5e6));
	write("sos_commands/logs/journalctl_--no-pager", log(40e6));
	while (files < 5000) {
		const folder = [
			"proc/sys/net",
			"sys/class",
			"etc/app",
			"usr/lib",
			"sos_commands/block",
			"sos_commands/kernel",
		][files % 6];
		write(`${folder}/file${files}`, log(3000 + random(16_000)));
	}
	return { files, bytes, dumps: dumps.length };
}

function mega(bytes) {
	return `${(bytes / 1e6).toFixed(0)} MB`;
}
