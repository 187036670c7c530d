// From the files of a whole network to its graph, in one process: `npm run bench topology`. The networks are made by
// the generator of `@netfossil/topology/testing`: hosts on one LAN, half of their containers on a bridge network with
// published ports, half tasks of services of a swarm, each on an overlay that ten hosts share. Every size runs in a
// process of its own, so that the memory of one is not the next one's. Seconds are of CPU time, the collection of
// garbage included, because other work on the machine must not count.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { captureOfFiles, parseDump } from "../packages/capture/dist/index.js";
import { reconstruct } from "../packages/topology/dist/index.js";
import { build, filesOf } from "../packages/topology/dist/testing.js";

const SIZES = ["10x10", "25x25", "50x50", "100x100"];
/** Hosts that share an overlay. */
const SHARED = 10;

// A child has its size behind `topology`, or alone.
const size = process.argv.find((each) => /^\d+x\d+$/.test(each));
if (size !== undefined) console.log(JSON.stringify(measure(size)));
else curve();

function curve() {
	const titles = [
		"size",
		"dumps",
		"MB",
		"nodes",
		"edges",
		"find s",
		"parse s",
		"join s",
		"ms/dump",
		"peak MB",
	];
	console.log(titles.map((title) => title.padStart(9)).join(""));
	for (const each of SIZES) {
		const child = [fileURLToPath(import.meta.url), each];
		const row = JSON.parse(
			execFileSync(process.execPath, ["--max-old-space-size=12000", ...child], { encoding: "utf8" }),
		);
		console.log(row.map((cell) => String(cell).padStart(9)).join(""));
	}
}

function measure(text) {
	const [hosts, containers] = text.split("x").map(Number);
	const files = filesOf(build(planOf(hosts, containers)));
	const size = files.reduce((sum, file) => sum + file.text.length, 0) / 1e6;
	const start = cpu();
	const { dumps } = captureOfFiles("model", files);
	const found = cpu();
	const parsed = dumps.map(parseDump);
	const read = cpu();
	const { nodes, edges } = reconstruct(parsed);
	const end = cpu();
	const seconds = [found - start, read - found, end - read].map((each) => (each / 1000).toFixed(1));
	const each = ((end - start) / dumps.length).toFixed(2);
	const peak = Math.round(process.resourceUsage().maxRSS / 1024);
	return [text, dumps.length, size.toFixed(1), nodes.length, edges.length, ...seconds, each, peak];
}

/** CPU milliseconds of this process. */
function cpu() {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}

function planOf(hosts, containers) {
	const tasks = Math.floor(containers / 2);
	const overlays = Math.ceil(hosts / SHARED);
	const services = [];
	for (let overlay = 0; overlay < overlays; overlay++) {
		const members = Array.from({ length: hosts }, (_, at) => at).filter(
			(at) => Math.floor(at / SHARED) === overlay,
		);
		// Each service has a task on each host of its overlay; the first of the swarm is published.
		for (let at = 0; at < tasks; at++)
			services.push({ overlay, published: overlay === 0 && at === 0, tasks: members });
	}
	return {
		hosts: Array.from({ length: hosts }, (_, at) => ({
			name: `node${at + 1}`,
			lans: [0],
			bridgedCard: false,
			naming: at % 2 === 0 ? "names" : "numbers",
			namespaces: [],
			vlans: [],
			vxlan: false,
			networks: [[], Array.from({ length: containers - tasks }, () => 1)],
		})),
		swarm: { overlays, services },
	};
}
