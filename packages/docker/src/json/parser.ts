import {
	type Blank,
	type Diagnostic,
	eolOf,
	excerpt,
	lineAt,
	MAX_LINE,
	type ParseResult,
	parseClean,
	readBlank,
	type SourceLine,
	tooLong,
	type Unparsed,
	unparsedLine,
} from "@netfossil/core";
import type { JSONScanner } from "jsonc-parser";
import type {
	DockerInfo,
	DockerInspect,
	DockerJson,
	DockerNetworkInspect,
	DockerNodeInspect,
	DockerServiceInspect,
	DockerVersion,
	ErrorLine,
	JsonArray,
	JsonClose,
	JsonDocument,
	JsonFragment,
	JsonKind,
	JsonMember,
	JsonNumber,
	JsonObject,
	JsonStatement,
	JsonString,
	JsonUnparsed,
	JsonValue,
	TableKind,
} from "../ast.ts";
import { errorDiagnostic, readError, strangeLine } from "../errors.ts";
import { OUTLINED, readOutline } from "../outline.ts";
import { DEFAULT_UNIT, type Layout, layoutOf } from "./layout.ts";
import { createJsonLexer, Fault, Kind } from "./tokens.ts";
import { rejoin } from "./wrapped.ts";

/** Containers within containers; what docker prints is less than twenty deep. */
const MAX_DEPTH = 100;

type Mutable<Node> = { -readonly [Name in keyof Node]: Node[Name] };
type Element = JsonValue | JsonMember | JsonUnparsed;

/** A container whose closing bracket has not come yet. */
interface Frame {
	readonly closer: typeof Kind.CloseBrace | typeof Kind.CloseBracket;
	/** How far the line of its opening bracket is indented. */
	readonly column: number;
	/** Whether its lines are indented at all; copied documents may have lost that. */
	readonly indented: boolean;
}

/** The value or member that a statement consists of, and the layout that was found in it. */
interface Root {
	readonly node: JsonValue | JsonMember;
	readonly unit?: string;
	readonly newline?: "\r\n";
	readonly diagnostics: readonly Diagnostic[];
}

/** Thrown by a strict reading at the first thing that is no JSON. */
const IRREGULAR: Error = new Error("no JSON");

/**
 * The grammar of a statement, on the tokens of a JSON scanner:
 *
 * ```
 * root    := member | value
 * value   := object | array | STRING | NUMBER | "true" | "false" | "null"
 * object  := "{" [member {"," member}] "}"
 * array   := "[" [value {"," value}] "]"
 * member  := STRING ":" value
 * ```
 *
 * A root is read strictly first. If that fails it is read once more, and then a closing bracket, a comma or
 * a value may be missing, and other text may stand between the elements. A container whose closing bracket is
 * missing ends at the first line that is indented no deeper than its own: of
 *
 * ```
 *         "NetworkSettings": {
 *             "SandboxID": "727bc5c9f5d0…",
 *         "Id": "…",
 * ```
 *
 * the last line is no member of the settings. A document whose brackets are all there needs no such rule, so
 * that one that lost its indentation is read as well.
 */
class Reader {
	readonly #text: string;
	readonly #scanner: JSONScanner;
	#tolerant = false;
	#frames: Frame[] = [];
	#diagnostics: Diagnostic[] = [];
	/** The missing closing brackets of the cut that was found last. */
	#missing: string[] = [];
	#cutAt = -1;

	// The token at hand, and the blanks before it.
	#kind: number = Kind.End;
	#start = 0;
	#end = 0;
	#gap = "";
	/** Whether it is the first of its line, and how far that line is indented. */
	#fresh = false;
	#column = 0;

	/** The columns of the terminal that broke strings, once one was. */
	#columns: number | undefined;

	// The layout, known when the first container's first element is.
	#indent = "";
	#unit: string | undefined;
	#newline: "\n" | "\r\n" = "\n";
	#layout: Layout = layoutOf({});

	constructor(text: string) {
		this.#text = text;
		this.#scanner = createJsonLexer(text);
	}

	/** Reads what starts at `start`, on a line indented by `indent`; undefined when nothing does. */
	read(start: number, indent: string): Root | undefined {
		try {
			return this.#read(start, indent, false);
		} catch (error) {
			if (error !== IRREGULAR) throw error;
			return this.#read(start, indent, true);
		}
	}

	#read(start: number, indent: string, tolerant: boolean): Root | undefined {
		this.#tolerant = tolerant;
		this.#frames = [];
		this.#diagnostics = [];
		this.#missing = [];
		this.#cutAt = -1;
		this.#columns = undefined;
		this.#indent = indent;
		this.#unit = undefined;
		this.#newline = "\n";
		this.#layout = layoutOf({ indent });
		this.#column = indent.length;
		this.#moveTo(start);
		if (!this.#startsValue()) return undefined;
		const value = this.#value(0);
		// A colon on the next line is that line's: `::1/128` in a list of addresses.
		const named = value.type === "string" && this.#at(Kind.Colon) && !this.#fresh;
		const node = named ? this.#member(value, 0) : value;
		return {
			node,
			...(this.#unit === undefined || this.#unit === DEFAULT_UNIT ? {} : { unit: this.#unit }),
			...(this.#newline === "\n" ? {} : { newline: this.#newline }),
			diagnostics: this.#diagnostics,
		};
	}

	/** Goes on from an offset, as if a token had ended there. */
	#moveTo(offset: number): void {
		this.#end = offset;
		this.#scanner.setPosition(offset);
		this.#advance();
	}

	#advance(): void {
		const from = this.#end;
		let start = from;
		let code = this.#text.charCodeAt(start);
		this.#fresh = false;
		while (code === 32 || code === 9 || code === 10 || code === 13) {
			if (code === 10 || code === 13) this.#fresh = true;
			code = this.#text.charCodeAt(++start);
		}
		this.#start = start;
		if (code === 47) {
			// JSON has no comments: "/*" of a prompt must not swallow what follows.
			this.#kind = Kind.Unknown;
			this.#end = start + 1;
			this.#scanner.setPosition(this.#end);
		} else {
			this.#scanner.setPosition(start);
			this.#kind = this.#scanner.scan();
			this.#end = this.#scanner.getPosition();
		}
		this.#gap = this.#text.slice(from, start);
		if (this.#fresh) this.#column = this.#gap.length - this.#gap.lastIndexOf("\n") - 1;
	}

	#at(kind: number): boolean {
		return this.#kind === kind;
	}

	#startsValue(): boolean {
		switch (this.#kind) {
			case Kind.OpenBrace:
			case Kind.OpenBracket:
				return this.#frames.length < MAX_DEPTH;
			case Kind.Numeral:
				return Number.isFinite(Number(this.#text.slice(this.#start, this.#end)));
			case Kind.Text:
			case Kind.True:
			case Kind.False:
			case Kind.Null:
				return true;
			default:
				return false;
		}
	}

	/** The value that the token at hand starts. */
	#value(depth: number): JsonValue {
		const start = this.#start;
		const end = this.#end;
		switch (this.#kind) {
			case Kind.OpenBrace:
				return this.#container(Kind.CloseBrace, depth);
			case Kind.OpenBracket:
				return this.#container(Kind.CloseBracket, depth);
			case Kind.Text:
				return this.#string();
			case Kind.Numeral: {
				const printed = this.#text.slice(start, end);
				// JSON itself has no negative zero: `-0` is 0, printed in another way.
				const value = Number(printed) || 0;
				this.#advance();
				const node: Mutable<JsonNumber> = { type: "number", value, start, end };
				if (printed !== String(value)) node.text = printed;
				if (this.#frames.length > 0 && end === this.#text.length) node.cut = true;
				return node;
			}
			case Kind.Null:
				this.#advance();
				return { type: "null", start, end };
			default: {
				const value = this.#at(Kind.True);
				this.#advance();
				return { type: "boolean", value, start, end };
			}
		}
	}

	#string(): JsonString {
		const start = this.#start;
		const end = this.#end;
		const value = this.#scanner.getTokenValue();
		const error = this.#scanner.getTokenError();
		const cut = error === Fault.NotClosed;
		if (cut) {
			const whole = this.#wrapped(start, end);
			if (whole !== undefined) return whole;
		}
		if (cut) this.#cut(end, end, "the string is not closed", ['"']);
		else if (error !== Fault.None) {
			this.#diagnostics.push({
				code: "docker/syntax",
				severity: "warning",
				message: "a string of JSON holds no such character or escape; its text is kept as it stands",
				start,
				end,
			});
		}
		const printed = this.#text.slice(start, end);
		this.#advance();
		const node: Mutable<JsonString> = { type: "string", value, start, end };
		if (cut) node.cut = true;
		if (cut || !isStandard(value, printed)) node.text = printed;
		return node;
	}

	/** The string that a terminal broke at `end`; undefined when it is one that was cut there. */
	#wrapped(start: number, end: number): JsonString | undefined {
		const whole = rejoin(this.#text, start, end, this.#columns);
		if (whole === undefined) return undefined;
		if (this.#columns === undefined) {
			this.#diagnostics.push({
				code: "docker/wrapped",
				severity: "info",
				message: `a terminal of ${whole.columns} columns broke this string, and maybe others; they are read as if it had not`,
				start,
				end: whole.end,
			});
		}
		this.#columns = whole.columns;
		this.#moveTo(whole.end);
		return {
			type: "string",
			value: whole.value,
			text: this.#text.slice(start, whole.end),
			start,
			end: whole.end,
		};
	}

	/** The member whose name has been read. */
	#member(key: JsonString, depth: number): JsonMember {
		const { start } = key;
		if (!this.#at(Kind.Colon)) {
			this.#cut(key.end, key.end, "the value is missing", ['":" and a value']);
			return { type: "member", key, colon: "", start, end: key.end };
		}
		const end = this.#end;
		this.#advance();
		const frame = this.#frames.at(-1);
		if (!this.#startsValue() || (frame !== undefined && this.#leaves(frame))) {
			this.#cut(end, end, "the value is missing", ["a value"]);
			return { type: "member", key, colon: this.#text.slice(key.end, end), start, end };
		}
		const between = this.#text.slice(key.end, this.#start);
		const value = this.#value(depth);
		const node: Mutable<JsonMember> = { type: "member", key, value, start, end: value.end };
		// Only now is the layout known, where the member is the root.
		if (between !== this.#layout.colon) node.colon = between;
		return node;
	}

	#container(closer: Frame["closer"], depth: number): JsonObject | JsonArray {
		const start = this.#start;
		const column = this.#column;
		let end = this.#end;
		this.#advance();
		const frame = { closer, column, indented: !this.#fresh || this.#column > 0 || column > 0 };
		this.#frames.push(frame);
		const elements: Element[] = [];
		let close: string | undefined;
		for (;;) {
			if (this.#at(closer) && !this.#outdented(frame)) {
				close = this.#gap;
				end = this.#end;
				this.#frames.pop();
				this.#advance();
				break;
			}
			const element = this.#endsWithin(frame) ? undefined : this.#element(frame, depth + 1);
			if (element === undefined) {
				this.#cutBracket(closer);
				this.#frames.pop();
				break;
			}
			const separator = this.#separator(element.end, closer);
			elements.push(separator === "," ? element : { ...element, separator });
			end = element.end + separator.length;
		}
		settleLast(elements);
		if (closer === Kind.CloseBrace) this.#duplicates(elements);
		const ended =
			close === undefined
				? { cut: true as const }
				: differing("close", close, elements.length > 0 ? this.#layout.gap(depth) : "");
		return closer === Kind.CloseBrace
			? { type: "object", members: elements as (JsonMember | JsonUnparsed)[], ...ended, start, end }
			: { type: "array", items: elements as (JsonValue | JsonUnparsed)[], ...ended, start, end };
	}

	/** Says of each name that stands again in its object that the last one counts. */
	#duplicates(members: readonly Element[]): void {
		const seen = new Set<string>();
		for (const each of members) {
			if (each.type !== "member" || each.key.cut) continue;
			if (seen.has(each.key.value)) {
				this.#diagnostics.push({
					code: "docker/duplicate-key",
					severity: "warning",
					message: `${excerpt(each.key.value)} stands twice in this object; the last one counts`,
					start: each.key.start,
					end: each.key.end,
				});
			}
			seen.add(each.key.value);
		}
	}

	/** Whether the container ends here without its own closing bracket. */
	#endsWithin(frame: Frame): boolean {
		if (this.#at(Kind.End) || this.#leaves(frame)) return true;
		const closes = this.#at(Kind.CloseBrace) || this.#at(Kind.CloseBracket);
		if (!closes) return false;
		return this.#at(frame.closer) || this.#frames.some(({ closer }) => closer === this.#kind);
	}

	/** Whether the token at hand starts a line that is indented no deeper than the container's. */
	#leaves(frame: Frame): boolean {
		return this.#tolerant && this.#fresh && frame.indented && this.#column <= frame.column;
	}

	/** Whether the closing bracket at hand stands too far left to be the container's. */
	#outdented(frame: Frame): boolean {
		return this.#tolerant && this.#fresh && frame.indented && this.#column < frame.column;
	}

	/** A member, an item, or what is neither; undefined: what stands here belongs to a container around. */
	#element(frame: Frame, depth: number): Element | undefined {
		const gap = this.#gap;
		const start = this.#start;
		this.#learnLayout(gap);
		const before = gap === this.#layout.gap(depth) ? undefined : gap;
		if (frame.closer === Kind.CloseBrace) {
			if (!this.#at(Kind.Text)) return marked(this.#strange(), before);
			return marked(this.#member(this.#string(), depth), before);
		}
		if (!this.#startsValue()) return marked(this.#strange(), before);
		const fresh = this.#fresh;
		const column = this.#column;
		const reported = this.#diagnostics.length;
		const value = this.#value(depth);
		if (value.type === "string" && this.#at(Kind.Colon)) {
			// The object between this array and the member was cut away.
			this.#irregular();
			this.#diagnostics.length = reported;
			this.#moveTo(start);
			this.#gap = gap;
			this.#fresh = fresh;
			this.#column = column;
			return undefined;
		}
		return marked(value, before);
	}

	/** What follows an element: a comma, or nothing. */
	#separator(end: number, closer: Frame["closer"]): string {
		if (this.#at(Kind.Comma)) {
			const separator = this.#text.slice(end, this.#end);
			this.#advance();
			if (this.#at(closer)) this.#irregular();
			return separator;
		}
		if (!this.#at(closer)) this.#irregular();
		return "";
	}

	/** Text that is no JSON: to the end of its line where it starts one, else to the next punctuation. */
	#strange(): JsonUnparsed {
		this.#irregular();
		const start = this.#start;
		let end = this.#end;
		if (this.#fresh) {
			const newline = this.#text.indexOf("\n", start);
			end = newline === -1 ? this.#text.length : newline;
			while (" \t\r".includes(this.#text[end - 1]!)) end--;
			this.#moveTo(end);
		} else {
			this.#advance();
			while (!this.#fresh && !STOPS.has(this.#kind)) {
				end = this.#end;
				this.#advance();
			}
		}
		const text = this.#text.slice(start, end);
		this.#diagnostics.push({
			code: "docker/syntax",
			severity: "warning",
			message: `${excerpt(text)} is no JSON; it is kept as it stands`,
			start,
			end,
			expected: this.#frames.at(-1)?.closer === Kind.CloseBrace ? ["a name"] : ["a value"],
		});
		return { type: "unparsed", text, start, end };
	}

	/** Takes the layout of the whole from the blanks before the first element in it. */
	#learnLayout(gap: string): void {
		if (this.#unit !== undefined) return;
		const newline = gap.lastIndexOf("\n");
		if (newline > 0 && gap[newline - 1] === "\r") this.#newline = "\r\n";
		if (newline === -1) this.#unit = "";
		else {
			const blanks = gap.slice(newline + 1);
			this.#unit = blanks.startsWith(this.#indent) ? blanks.slice(this.#indent.length) : DEFAULT_UNIT;
		}
		this.#layout = layoutOf({ unit: this.#unit, newline: this.#newline, indent: this.#indent });
	}

	#irregular(): void {
		if (!this.#tolerant) throw IRREGULAR;
	}

	#cut(start: number, end: number, message: string, expected: readonly string[]): void {
		this.#irregular();
		this.#diagnostics.push({
			code: "docker/cut-json",
			severity: "warning",
			message: `the JSON is cut here: ${message}`,
			start,
			end,
			expected,
		});
	}

	/** Several brackets that are missing at one place make one diagnostic. */
	#cutBracket(closer: Frame["closer"]): void {
		this.#irregular();
		const bracket = closer === Kind.CloseBrace ? "}" : "]";
		if (this.#cutAt === this.#start) {
			this.#missing.push(bracket);
			this.#diagnostics.pop();
		} else this.#missing = [bracket];
		this.#cutAt = this.#start;
		const missing = this.#missing.join(" ");
		this.#cut(this.#start, this.#start, `${JSON.stringify(missing)} is missing`, [missing]);
	}
}

/** What ends a stretch of text that is no JSON within a line. */
const STOPS: ReadonlySet<number> = new Set([Kind.Comma, Kind.CloseBrace, Kind.CloseBracket, Kind.End]);

/** The last element has nothing behind it by default, the others a comma. */
function settleLast(elements: Element[]): void {
	const last = elements.pop();
	if (last === undefined) return;
	const { separator = ",", ...rest } = last;
	elements.push(separator === "" ? (rest as Element) : ({ ...rest, separator } as Element));
}

/** An element with the blanks before it, where they are not the layout's. */
function marked<Node extends Element>(node: Node, before: string | undefined): Node {
	return before === undefined ? node : { ...node, before };
}

/** Whether `JSON.stringify` prints the string in this way; without escapes only lone surrogates and bare control characters need a look. */
function isStandard(value: string, printed: string): boolean {
	const bare = printed.length === value.length + 2 && !/[\u0000-\u001f\ud800-\udfff]/.test(value);
	return bare || printed === JSON.stringify(value);
}

function differing<Name extends string>(
	name: Name,
	actual: string,
	expected: string,
): { readonly [name in Name]?: string } {
	return actual === expected ? {} : ({ [name]: actual } as { [name in Name]: string });
}

/** Reads what `docker network inspect` prints, or a piece of it. */
export function parseNetworkInspect(text: string): ParseResult<DockerNetworkInspect> {
	return parseJson(text, "docker-network-inspect");
}

/** Reads what `docker inspect` and `docker container inspect` print, or a piece of it. */
export function parseInspect(text: string): ParseResult<DockerInspect> {
	return parseJson(text, "docker-inspect");
}

/** Reads what `docker node inspect` prints, also with `--pretty`, or a piece of it. */
export function parseNodeInspect(text: string): ParseResult<DockerNodeInspect> {
	return parseJson(text, "docker-node-inspect");
}

/** Reads what `docker info` prints, also as JSON, or a piece of it. */
export function parseInfo(text: string): ParseResult<DockerInfo> {
	return parseJson(text, "docker-info");
}

/** Reads what `docker version` prints, also as JSON, or a piece of it. */
export function parseVersion(text: string): ParseResult<DockerVersion> {
	return parseJson(text, "docker-version");
}

/** Reads what `docker service inspect` prints, also with `--pretty`, or a piece of it. */
export function parseServiceInspect(text: string): ParseResult<DockerServiceInspect> {
	return parseJson(text, "docker-service-inspect");
}

function parseJson<Kind extends JsonKind>(input: string, kind: Kind): ParseResult<DockerJson<Kind>> {
	return parseClean(input, (text) => {
		const { statements, diagnostics } = new Framing(text, kind).run();
		return { ast: { type: kind, start: 0, end: text.length, statements }, diagnostics };
	});
}

/**
 * Reads an object that fills a line, as `--format '{{json .}}'` prints one for each row of a listing; undefined
 * when it does not.
 */
export function readJsonLine(
	text: string,
	line: SourceLine,
): { readonly node: JsonDocument; readonly diagnostics: readonly Diagnostic[] } | undefined {
	// A string that is not closed must not reach into the lines below.
	const body = text.slice(0, line.end);
	const start = line.start + (/^[ \t]*/.exec(text.slice(line.start, line.end))?.[0].length ?? 0);
	if (body[start] !== "{") return undefined;
	const indent = body.slice(line.start, start);
	const root = new Reader(body).read(start, indent);
	if (root === undefined || root.node.type === "member") return undefined;
	const { node: value, diagnostics, ...layout } = root;
	const trailing = body.slice(value.end);
	if (/[^ \t]/.test(trailing)) return undefined;
	// A lone brace is the beginning of a document that stands in several lines.
	if (value.type === "object" && value.cut && value.members.length === 0) return undefined;
	const node: JsonDocument = {
		type: "document",
		value,
		...(indent !== "" && { indent }),
		...layout,
		...(trailing !== "" && { trailing }),
		...eolOf(line),
		start: line.start,
		end: line.next,
	};
	return { node, diagnostics };
}

/**
 * Reads what stands in place of a listing: podman's `--format json` prints an array over several lines. Undefined
 * when the text does not begin with one, or holds pieces of one.
 */
export function readDocuments(
	text: string,
	kind: TableKind,
):
	| { readonly statements: readonly WholeStatement[]; readonly diagnostics: readonly Diagnostic[] }
	| undefined {
	if (!/^\s*\[\s*[{\]]/.test(text)) return undefined;
	const { statements, diagnostics } = new Framing(text, kind).run();
	return statements.every(isWhole) ? { statements, diagnostics } : undefined;
}

/** What may stand in a listing as well. */
type WholeStatement = JsonDocument | ErrorLine | Blank | Unparsed;

function isWhole(node: JsonStatement): node is WholeStatement {
	return ["document", "error", "blank", "unparsed"].includes(node.type);
}

const EXPECTED = ["a JSON value", "a member of an object", "a message of docker's"];

/** Finds the statements of a text: documents, loose members and brackets, messages, and other lines. */
class Framing {
	readonly statements: JsonStatement[] = [];
	readonly diagnostics: Diagnostic[] = [];
	readonly #text: string;
	readonly #kind: JsonKind | TableKind;
	readonly #reader: Reader;
	/** The line that was looked up last; a line may hold many statements. */
	#line: SourceLine | undefined;
	/** The last statement but blank ones is a piece of an object that was cut away. */
	#within = false;

	constructor(text: string, kind: JsonKind | TableKind) {
		this.#text = text;
		this.#kind = kind;
		this.#reader = new Reader(text);
	}

	run(): this {
		let line: SourceLine | undefined;
		for (let at = 0; ; at = this.statements.at(-1)!.end) {
			line = this.#lineAt(at);
			if (line === undefined) return this;
			this.statements.push(readBlank(this.#text, line) ?? this.#statement(line));
		}
	}

	/** The rest of the line from an offset on. */
	#lineAt(start: number): SourceLine | undefined {
		if (this.#line === undefined || start < this.#line.start || start >= this.#line.next) {
			this.#line = lineAt(this.#text, start);
		}
		return this.#line && { ...this.#line, start };
	}

	#statement(line: SourceLine): JsonStatement {
		const node = this.#known(line);
		this.#within = node.type === "fragment" || node.type === "close";
		return node;
	}

	#known(line: SourceLine): JsonStatement {
		if (line.end - line.start > MAX_LINE) {
			this.diagnostics.push(tooLong(line, this.#kind));
			return unparsedLine(this.#text, line);
		}
		const node = this.#json(line);
		if (node !== undefined) return node;
		const error = readError(this.#text, line);
		if (error !== undefined) {
			this.diagnostics.push(errorDiagnostic(error));
			return error;
		}
		const entry = OUTLINED.has(this.#kind) ? readOutline(this.#text, line) : undefined;
		if (entry !== undefined) return entry;
		this.diagnostics.push(strangeLine(this.#text, line, this.#kind, EXPECTED));
		return unparsedLine(this.#text, line);
	}

	#json(line: SourceLine): JsonDocument | JsonFragment | JsonClose | undefined {
		let start = line.start;
		while (this.#text[start] === " " || this.#text[start] === "\t") start++;
		const indent = start > line.start ? { indent: this.#text.slice(line.start, start) } : {};
		const bracket = this.#text[start];
		if (bracket === "}" || bracket === "]") {
			this.#loose(start, start + 1);
			return { type: "close", bracket, ...indent, start: line.start, ...this.#finish(start + 1) };
		}
		const root = this.#reader.read(start, indent.indent ?? "");
		if (root === undefined) return undefined;
		const { node, diagnostics, ...layout } = root;
		const place = { ...indent, ...layout, start: line.start, ...this.#finish(node.end) };
		if (node.type !== "member" && node.type !== "object" && node.type !== "array") {
			// Prose may begin with a number or a quoted word; a value of docker's has its line for itself.
			if (place.eol === "" && place.end < this.#text.length) return undefined;
		}
		if (node.type === "member") this.#loose(node.start, node.end);
		this.diagnostics.push(...diagnostics);
		return node.type === "member"
			? { type: "fragment", member: node, ...place }
			: { type: "document", value: node, ...place };
	}

	/** Says once for each piece that it is one. */
	#loose(start: number, end: number): void {
		if (this.#within) return;
		this.diagnostics.push({
			code: "docker/cut-json",
			severity: "info",
			message: "a piece of an object, whose beginning is not in this text; what is missing stays unknown",
			start,
			end,
		});
	}

	/** The end of a statement: a comma, and the line end if nothing else follows on the line. */
	#finish(end: number): { separator?: string; trailing?: string; eol?: "" | "\r\n"; end: number } {
		let at = end;
		while (this.#text[at] === " " || this.#text[at] === "\t") at++;
		const separator = this.#text[at] === "," ? { separator: this.#text.slice(end, at + 1) } : {};
		const from = separator.separator === undefined ? end : at + 1;
		const line = this.#lineAt(from);
		if (line === undefined) return { ...separator, eol: "", end: from };
		at = from;
		while (this.#text[at] === " " || this.#text[at] === "\t") at++;
		if (at < line.end) return { ...separator, eol: "", end: from };
		return {
			...separator,
			...(at === from ? {} : { trailing: this.#text.slice(from, at) }),
			...eolOf(line),
			end: line.next,
		};
	}
}
