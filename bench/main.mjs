// `npm run bench [NAME…]` measures the parsers, all or by name; `npm run bench topology` the way from files to the graph.
await import(process.argv[2] === "topology" ? "./topology.mjs" : "./run.mjs");
