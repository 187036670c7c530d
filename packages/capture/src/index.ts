export { type CaptureOptions, captureOfFiles, captureOfText, type NamedText, parseDump } from "./capture.ts";
export type {
	Capture,
	Dump,
	Flaw,
	Host,
	ParsedDump,
	PassedOver,
	Place,
	Problem,
	Reason,
	Scope,
	TypedCommand,
} from "./dump.ts";
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
export { defaultLimits, type Limits, limitFlags, MAX_FILE } from "./limits.ts";
export { type OpenOptions, openCapture } from "./open.ts";
export { CaptureError } from "./problem.ts";
export { readBytes } from "./read-bytes.ts";
export { readCommands, type SimpleCommand } from "./shell.ts";
export type { Likeness } from "./signatures.ts";
export { decodeText, isPackets } from "./text.ts";
export { UNREAD } from "./unread.ts";
