// Measures how much of recorded iptables output is read, printed back and means the same in each form:
// `npm run conformance [ROOT]`, ROOT laid out as fixtures/iptables is. The test of the same name holds the
// counts of the project's own recordings.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createViteServer } from "vitest/node";

const project = fileURLToPath(new URL("..", import.meta.url));
const root = resolve(process.argv[2] ?? `${project}/fixtures/iptables`);
// The sources are read as the tests read them, so that no build is needed.
const server = await createViteServer({
	root: project,
	configFile: `${project}/vitest.config.ts`,
	logLevel: "error",
	server: { middlewareMode: true, ws: false, watch: null },
	optimizeDeps: { noDiscovery: true },
});
try {
	const { measure, report } = await server.ssrLoadModule("/packages/iptables/test/measure.ts");
	const counts = measure(root);
	process.stdout.write(report(counts));
	process.exitCode = counts.some(({ different }) => different.length > 0) ? 1 : 0;
} finally {
	await server.close();
}
