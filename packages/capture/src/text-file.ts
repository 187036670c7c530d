import type { PassedOver, Problem } from "./dump.ts";

/** A text that was read, with the folders above it. */
export interface TextFile {
	/** The path below the root, with `/`. */
	readonly name: string;
	/** The folders between the root and the file. */
	readonly folders: readonly string[];
	readonly text: string;
	/** Why the text ends before its file did: `the archive ends within this file`. */
	readonly cut?: string;
}

/** What an empty file is called where it is passed over. */
export const EMPTY_FILE = "an empty file";

/** What a folder, an archive or a file holds. */
export interface Reading {
	readonly files: readonly TextFile[];
	readonly passedOver: readonly PassedOver[];
	readonly problems: readonly Problem[];
}
