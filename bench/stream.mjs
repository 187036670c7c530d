// Memory while a long text is read in parts, after a build: `node bench/stream.mjs [routes|packets] [COUNT]`. What is held
// does not grow with the text: the peak is told at each quarter.
import { parseParts } from "../packages/core/dist/index.js";
import { ipRouteParts } from "../packages/iproute/dist/index.js";
import { tcpdumpParts } from "../packages/tcpdump/dist/index.js";

const MEGABYTE = 1024 * 1024;
/** Statements that are made at once. */
const SOME = 500;

/** Of a table of routes; each hundredth has two nexthops. */
function route(at) {
	const prefix = `${1 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}.0/24`;
	return at % 100 === 0
		? `${prefix} proto bird metric 32 \n\tnexthop via 192.0.2.1 dev eth0 weight 1 \n\tnexthop via 192.0.2.2 dev eth1 weight 1 \n`
		: `${prefix} via 192.0.2.${1 + (at % 250)} dev eth0 proto bird metric 32 \n`;
}

/** Of a capture with -n; each hundredth has a dump of its bytes below it. */
function packet(at) {
	const time = `${String(Math.floor(at / 36e5) % 24).padStart(2, "0")}:${String(Math.floor(at / 6e4) % 60).padStart(2, "0")}:${String(Math.floor(at / 1000) % 60).padStart(2, "0")}.${String((at % 1000) * 1000).padStart(6, "0")}`;
	const ends = `10.${(at >> 8) & 255}.${at & 255}.5.${1024 + (at % 60000)} > 10.255.0.6.443`;
	const head = `${time} IP ${ends}: Flags [P.], seq ${at}:${at + 100}, ack 1, win 501, options [nop,nop,TS val ${at} ecr 7], length 100\n`;
	return at % 100 === 0
		? `${head}\t0x0000:  4500 003c 26df 4000 ff06 b70e c0a8 3102  E..<&.@.......1.\n`
		: head;
}

const texts = {
	routes: { make: route, reader: ipRouteParts, count: 1_000_000 },
	packets: { make: packet, reader: tcpdumpParts, count: 7_300_000 },
};
const name = process.argv[2] in texts ? process.argv[2] : "routes";
const { make, reader, count } = texts[name];
const COUNT = Number(process.argv[3] ?? count);

let characters = 0;

function* chunks() {
	for (let at = 0; at < COUNT; at += SOME) {
		let text = "";
		for (let each = at; each < Math.min(at + SOME, COUNT); each++) text += make(each);
		characters += text.length;
		yield text;
	}
}

let statements = 0;
let peak = 0;
let quarter = 1;
const started = performance.now();
for await (const { ast } of parseParts(chunks(), reader())) {
	statements += ast.length;
	peak = Math.max(peak, process.memoryUsage.rss());
	if (statements < (COUNT * quarter) / 4) continue;
	console.log(
		`${statements} ${name}, ${(characters / 1e6).toFixed(0)} MB read: peak RSS ${(peak / MEGABYTE).toFixed(0)} MB`,
	);
	quarter++;
}
console.log(`${((performance.now() - started) / 1000).toFixed(1)} s`);
