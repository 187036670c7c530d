/** How much is read at most, so that no input, made or found, can fill the memory or never end. */
export interface Limits {
	/** Bytes of a single text; all of it is held in memory. */
	readonly maxFile: number;
	/** Bytes of everything together, unpacked. */
	readonly maxSize: number;
	/** Files, in folders and archives together. */
	readonly maxFiles: number;
	/** Folders below one another, and archives within archives. */
	readonly maxDepth: number;
	/** How many times larger than itself an archive may become. */
	readonly maxRatio: number;
}

/** The options of the command line that raise a limit, for messages. */
export const limitFlags: Readonly<Record<keyof Limits, string>> = {
	maxFile: "--max-file",
	maxSize: "--max-size",
	maxFiles: "--max-files",
	maxDepth: "--max-depth",
	maxRatio: "--max-ratio",
};

const MiB = 1024 * 1024;

/** Files above this size are not read: no saved command prints so much, and all of it would be held in memory. */
export const MAX_FILE: number = 64 * MiB;

/** Room for the reports of a large cluster; what is made to harm is far beyond. */
export const defaultLimits: Limits = {
	maxFile: MAX_FILE,
	maxSize: 16 * 1024 * MiB,
	maxFiles: 500_000,
	maxDepth: 32,
	maxRatio: 1000,
};

/** Small archives of blanks may shrink without end; only what unpacks to more than this is suspected. */
const RATIO_FROM = 64 * MiB;

/** A limit was reached: nothing more is read. */
export class LimitError extends Error {
	readonly hint: string;
	/** Whether it is a limit of everything together, not of one archive. */
	readonly ofAll: boolean;

	constructor(limit: keyof Limits, message: string) {
		super(message);
		this.ofAll = limit === "maxSize" || limit === "maxFiles";
		this.name = "LimitError";
		this.hint = `if that is meant, raise it: ${limitFlags[limit]}`;
	}
}

/** A size as people write it: `64 MiB`. */
export function sizeText(bytes: number): string {
	const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
	let unit = 0;
	let size = bytes;
	for (; size >= 1024 && unit < units.length - 1; unit++) size /= 1024;
	return `${Number.isInteger(size) ? size : size.toFixed(1)} ${units[unit]}`;
}

/** Counts what was read of a whole capture, and throws when that is too much. */
export class Budget {
	readonly limits: Limits;
	#bytes = 0;
	#files = 0;

	constructor(limits: Limits) {
		this.limits = limits;
	}

	addFile(): void {
		if (++this.#files <= this.limits.maxFiles) return;
		const message = `there are more than the ${this.limits.maxFiles} files that are read`;
		throw new LimitError("maxFiles", message);
	}

	addBytes(count: number): void {
		this.#bytes += count;
		if (this.#bytes <= this.limits.maxSize) return;
		const message = `there is more than the ${sizeText(this.limits.maxSize)} that are read`;
		throw new LimitError("maxSize", message);
	}

	/** Checks how much an archive became. */
	checkRatio(packed: number, unpacked: number): void {
		const { maxRatio } = this.limits;
		if (unpacked < RATIO_FROM || unpacked <= packed * maxRatio) return;
		const message = `it unpacks to more than ${maxRatio} times its size, as archives do that are made to harm`;
		throw new LimitError("maxRatio", message);
	}

	checkArchiveDepth(depth: number): void {
		if (depth <= Math.min(MAX_ARCHIVES, this.limits.maxDepth)) return;
		const message = `it lies in more than ${Math.min(MAX_ARCHIVES, this.limits.maxDepth)} archives within one another`;
		throw new LimitError("maxDepth", message);
	}
}

/** `sos collect` puts archives into an archive, and somebody may pack that once more. */
const MAX_ARCHIVES = 6;
