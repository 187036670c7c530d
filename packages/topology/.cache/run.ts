import { openCapture, parseDump } from "@netfossil/capture";
import { reconstruct, toText } from "../src/index.ts";
export function main(args: string[]) {
	const json = args[0] === "--json";
	if (json) args = args.slice(1);
	const t0 = performance.now();
	const cap = openCapture(args);
	const t1 = performance.now();
	const parsed = cap.dumps.map(parseDump);
	const t2 = performance.now();
	const top = reconstruct(parsed, cap.commands);
	const t3 = performance.now();
	console.log(json ? JSON.stringify(top) : toText(top));
	const hist: Record<string, number> = {};
	for (const e of top.edges) hist[e.kind + " " + e.certainty] = (hist[e.kind + " " + e.certainty] ?? 0) + 1;
	console.error(
		hist,
		"conf",
		top.conflicts.length,
		"amb",
		top.ambiguities.length,
		"gaps",
		top.gaps.length,
		"dumps",
		cap.dumps.length,
		"open",
		t1 - t0,
		"parse",
		t2 - t1,
		"rec",
		t3 - t2,
	);
	const places: Record<string, number> = {};
	for (const d of cap.dumps) {
		const k = d.kind + " " + d.scope.place.type;
		places[k] = (places[k] ?? 0) + 1;
	}
	console.error(places);
}
