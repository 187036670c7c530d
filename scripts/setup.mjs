// Brings a fresh clone to where everything runs: installs what the frozen lockfile names, then builds.
// Both steps are skipped when they would change nothing, so that the second `npm start` is quick.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs a command with its output on stderr, for stdout belongs to whatever runs after the set-up. */
function run(command, args) {
	const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2] });
	if (error) console.error(`setup: cannot run ${command}: ${error.message}`);
	if (status !== 0) process.exit(status ?? 1);
}

function read(path) {
	return existsSync(`${root}/${path}`) ? readFileSync(`${root}/${path}`, "utf8") : undefined;
}

if (read("node_modules/.pnpm/lock.yaml") !== read("pnpm-lock.yaml")) {
	// pnpm 11 does not run on node 20, and corepack refuses registries without signatures: hence npx and 10.
	run("npx", ["-y", "pnpm@10.34.9", "install", "--frozen-lockfile"]);
}
run("npm", ["run", "--silent", "build"]);
