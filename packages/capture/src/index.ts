export { type CaptureOptions, captureOfText, openCapture, parseDump } from "./capture.ts";
export type {
	Capture,
	Dump,
	ParsedDump,
	PassedOver,
	Place,
	Problem,
	Reason,
	Scope,
	TypedCommand,
} from "./dump.ts";
export { decodeText, isPackets, MAX_FILE, readBytes } from "./folder.ts";
export { type Identification, type IdentifyHints, identify } from "./identify.ts";
export {
	type Kind,
	type KindName,
	kindOf,
	kinds,
	type ParseHints,
	type Statement,
	type Summarizer,
} from "./kinds.ts";
export { CaptureError } from "./problem.ts";
export { readCommands, type SimpleCommand } from "./shell.ts";
export type { Likeness } from "./signatures.ts";
export { UNREAD } from "./unread.ts";
