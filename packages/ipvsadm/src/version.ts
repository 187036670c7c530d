import type { VersionLine } from "./ast.ts";

const VERSION = /^IP Virtual Server version (\d+\.\d+\.\d+) \(size=(\d+)\)$/;

/** Reads the head of a table. */
export function readVersion(body: string): VersionLine | undefined {
	const [, version, size] = VERSION.exec(body) ?? [];
	return version === undefined
		? undefined
		: { type: "version", start: 0, end: 0, version, size: Number(size) };
}

/** The head of a table as it was printed. */
export function printVersion({ version, size }: VersionLine): string {
	return `IP Virtual Server version ${version} (size=${size})`;
}
