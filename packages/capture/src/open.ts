import { statSync } from "node:fs";
import { basename, normalize, resolve, sep } from "node:path";
import { assemble, type CaptureOptions } from "./capture.ts";
import type { Capture } from "./dump.ts";
import { type FolderReading, readFolder, readNamedFile } from "./folder.ts";
import { CaptureError } from "./problem.ts";

/** Reads folders, files and documents, and finds the dumps in them. Throws {@link CaptureError} for a path that does not exist. */
export async function openCapture(
	paths: string | readonly string[],
	options: CaptureOptions = {},
): Promise<Capture> {
	const roots = typeof paths === "string" ? [paths] : paths;
	const readings = roots.map((root) => readRoot(root, nameOfRoot(root, roots)));
	return assemble(roots.join(" "), readings, options);
}

/** What the files of a root are called: below a single root by their path in it, below several by its name too. */
function nameOfRoot(root: string, roots: readonly string[]): string {
	const base = basename(resolve(root));
	const equal = roots.filter((other) => basename(resolve(other)) === base);
	return equal.length === 1 ? base : normalize(root).split(sep).join("/").replace(/\/$/, "");
}

function readRoot(path: string, name: string): FolderReading & { readonly prefix: string } {
	let isFolder: boolean;
	try {
		isFolder = statSync(path).isDirectory();
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "EACCES")
			throw new CaptureError(path, `${path} may not be read: permission denied`, "read it as another user");
		throw new CaptureError(
			path,
			`${path} does not exist`,
			"check the path; it is taken from the folder you are in",
		);
	}
	if (!isFolder) {
		const folders = normalize(path)
			.split(sep)
			.slice(0, -1)
			.filter((each) => each !== "" && each !== "." && each !== "..");
		return { ...readNamedFile(path, name, folders), prefix: "" };
	}
	const above = resolve(path)
		.split(sep)
		.filter((each) => each !== "");
	const { files, passedOver, problems } = readFolder(path);
	return {
		files: files.map((file) => ({ ...file, folders: [...above, ...file.folders] })),
		passedOver,
		problems,
		prefix: name,
	};
}
