import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The root of the repository, with a slash at its end. */
export const root: string = fileURLToPath(new URL("../", import.meta.url));

/** What the tests read of a package.json. */
export interface Manifest {
	readonly name: string;
	readonly exports: Readonly<Record<string, unknown>>;
	readonly dependencies?: Readonly<Record<string, string>>;
	readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package of the workspace. */
export interface Package {
	/** The folder's name in `packages/`. */
	readonly folder: string;
	readonly manifest: Manifest;
	/** Paths of its sources below the root. */
	readonly sources: readonly string[];
}

export function read(path: string): string {
	return readFileSync(root + path, "utf8");
}

export const packages: readonly Package[] = readdirSync(`${root}packages`).map((folder) => ({
	folder,
	manifest: JSON.parse(read(`packages/${folder}/package.json`)),
	sources: readdirSync(`${root}packages/${folder}/src`, { recursive: true, encoding: "utf8" })
		.filter((path) => path.endsWith(".ts"))
		.map((path) => `packages/${folder}/src/${path}`),
}));

/** The files under version control. */
export function trackedFiles(): string[] {
	return execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
}
