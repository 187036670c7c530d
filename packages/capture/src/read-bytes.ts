import { closeSync, openSync, readSync } from "node:fs";

/**
 * All of a file; undefined when it is longer than the limit. What its status says of its length is not
 * believed: a device that was named has no length and no end, and a pipe has no length.
 */
export function readBytes(path: string, limit: number): Uint8Array | undefined {
	const descriptor = openSync(path, "r");
	try {
		const parts: Uint8Array[] = [];
		for (let length = 0; length <= limit; ) {
			const part = Buffer.allocUnsafe(1 << 16);
			const count = readSync(descriptor, part);
			if (count === 0) return Buffer.concat(parts);
			parts.push(part.subarray(0, count));
			length += count;
		}
		return undefined;
	} finally {
		closeSync(descriptor);
	}
}
