/** All of this package that needs no file system and nothing else of node: a browser can load it. */
export {
	type CaptureOptions,
	captureOfFiles,
	captureOfText,
	type NamedText,
	type OnFile,
	parseDump,
} from "./capture.ts";
export { COLLECTED } from "./collected.ts";
export { collectorScript, saveFunctions, saveLine, shellComment, shellWord } from "./collector.ts";
export { readDate } from "./date.ts";
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
	SilentCommand,
	TypedCommand,
} from "./dump.ts";
export { type Identification, type IdentifyHints, identify } from "./identify.ts";
export {
	type DiagnosticCount,
	INVENTORY_SCHEMA,
	type Inventory,
	type InventoryDump,
	inOrder,
	inventoryOf,
	placeKey,
	type Totals,
	takeStock,
	totalsOf,
} from "./inventory.ts";
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
export { CaptureError } from "./problem.ts";
export { type PromisedDump, promisedDumps } from "./promised.ts";
export { fileNameOf, type Recipe, recipes, savedName } from "./recipes.ts";
export { readCommands, type SimpleCommand } from "./shell.ts";
export type { Likeness } from "./signatures.ts";
export { decodeText, isPackets } from "./text.ts";
export { UNREAD } from "./unread.ts";
