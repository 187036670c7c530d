import { type Capture, type ParsedDump, parseDump } from "@netfossil/capture";
import { reconstruct, type Topology } from "@netfossil/topology";
import type { Io } from "./io.ts";
import { Progress } from "./progress.ts";

/** Parses the dumps of a capture and rebuilds its network, with a bar that tells how far it is. */
export function rebuild(
	capture: Capture,
	io: Io,
): { readonly parsed: readonly ParsedDump[]; readonly topology: Topology } {
	const progress = new Progress(io.stderr);
	const parsed: ParsedDump[] = [];
	for (const [done, dump] of capture.dumps.entries()) {
		progress.step(`reading ${dump.id}`, done, capture.dumps.length);
		parsed.push(parseDump(dump));
	}
	progress.step("joining the facts");
	const topology = reconstruct(parsed, capture.commands);
	progress.done();
	return { parsed, topology };
}
