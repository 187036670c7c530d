// `npm run bench [NAME…]`: the parsers, all or by name; `topology`: from files to the graph.
const [name] = process.argv.slice(2);
if (name === "topology") {
	process.argv.splice(2, 1);
	await import("./topology.mjs");
} else await import("./run.mjs");
