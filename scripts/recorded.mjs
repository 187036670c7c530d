// Rebuilds recorded networks and prints, by kind of edge, how much of what they were is found and how much is wrong:
// `npm run recorded [CASES SWARM]`, folders laid out as fixtures/networks is. The test of the same name holds the
// project's own recordings at 100 %.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createViteServer } from "vitest/node";

const project = fileURLToPath(new URL("..", import.meta.url));
const cases = resolve(process.argv[2] ?? `${project}/fixtures/networks`);
const swarm = resolve(process.argv[3] ?? `${project}/fixtures/networks/swarm-vote`);
// The sources are read as the tests read them, so that no build is needed.
const server = await createViteServer({
	root: project,
	configFile: `${project}/vitest.config.ts`,
	logLevel: "error",
	server: { middlewareMode: true, ws: false, watch: null },
	optimizeDeps: { noDiscovery: true },
});
try {
	const { recordedReport } = await server.ssrLoadModule("/packages/topology/test/recorded/networks.ts");
	const text = await recordedReport(cases, swarm);
	process.stdout.write(text);
	process.exitCode = /^ {2}wrong: /m.test(text) ? 1 : 0;
} finally {
	await server.close();
}
