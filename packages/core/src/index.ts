export {
	type IpAddress,
	type IpPrefix,
	type MacAddress,
	networkHolds,
	networkOf,
	normalIp,
	printAddress,
	readIp,
	readMac,
	readPrefix,
} from "./address.ts";
export {
	type CleanText,
	cleanText,
	hasControl,
	joinRuns,
	moveSpans,
	parseClean,
	parseMoved,
} from "./control.ts";
export {
	type Diagnostic,
	type DiagnosticPaint,
	excerpt,
	formatDiagnostic,
	type Report,
	type Severity,
	visible,
} from "./diagnostic.ts";
export { type Document, parseDocument } from "./document.ts";
export { type LineEnd, lineAt, linesOf, type SourceLine, trimBlanksEnd, trimBlanksStart } from "./lines.ts";
export {
	type Blank,
	type Draft,
	eolOf,
	type LineNode,
	type Num,
	printLine,
	printPlain,
	readBlank,
	type Unparsed,
	unparsedLine,
	type Word,
} from "./node.ts";
export { MAX_LINE, type ParseResult, parseLines, type ReadLine, tooLong } from "./parse.ts";
export { type Port, portNumber, printPort, readPort } from "./services.ts";
export { type ShellRefusal, shellRefusals } from "./shell.ts";
export { type Position, Source } from "./source.ts";
export type { Span } from "./span.ts";
export { movedTo, type Part, type PartReader, parseParts, partsOf, wholeLines } from "./stream.ts";
