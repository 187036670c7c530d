// `npm run bench [NAME…]` measures the parsers, all or by name; `npm run bench topology` the way from files to the graph,
// `npm run bench trace` the walk of packets.
const OTHERS = ["topology", "trace"];
const [name] = process.argv.slice(2);
await import(OTHERS.includes(name) ? `./${name}.mjs` : "./run.mjs");
