// Memory while a table of a million routes is read in parts: `node bench/stream.mjs [ROUTES]`, after a build. What is
// held does not grow with the table: the peak is told at each quarter.
import { parseParts } from "../packages/core/dist/index.js";
import { ipRouteParts } from "../packages/iproute/dist/index.js";

const ROUTES = Number(process.argv[2] ?? 1_000_000);
const MEGABYTE = 1024 * 1024;

let characters = 0;

/** The table, some routes at a time; each hundredth has two nexthops. */
function* table() {
	for (let at = 0; at < ROUTES; at += 500) {
		let text = "";
		for (let route = at; route < Math.min(at + 500, ROUTES); route++) {
			const prefix = `${1 + (route >> 16)}.${(route >> 8) & 255}.${route & 255}.0/24`;
			text +=
				route % 100 === 0
					? `${prefix} proto bird metric 32 \n\tnexthop via 192.0.2.1 dev eth0 weight 1 \n\tnexthop via 192.0.2.2 dev eth1 weight 1 \n`
					: `${prefix} via 192.0.2.${1 + (route % 250)} dev eth0 proto bird metric 32 \n`;
		}
		characters += text.length;
		yield text;
	}
}

let routes = 0;
let peak = 0;
let quarter = 1;
const started = performance.now();
for await (const { ast } of parseParts(table(), ipRouteParts())) {
	routes += ast.length;
	peak = Math.max(peak, process.memoryUsage.rss());
	if (routes < (ROUTES * quarter) / 4) continue;
	console.log(
		`${routes} routes, ${(characters / 1e6).toFixed(0)} MB read: peak RSS ${(peak / MEGABYTE).toFixed(0)} MB`,
	);
	quarter++;
}
console.log(`${((performance.now() - started) / 1000).toFixed(1)} s`);
