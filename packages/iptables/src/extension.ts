import type { Span, Word } from "@netfossil/core";
import type { Codec, Negatable, ValueKind } from "./values.ts";

/**
 * A match or target extension in both forms. One entry is enough to read and print it:
 *
 * - `save` is its option table, as in the extension's own source: the flag, the key of the AST field and how
 *   its value is written. Options are printed in this order.
 * - `list` is the printf format of what `-L` prints, which can be read backwards. `{key}` is a value,
 *   `{?key}` only notes that an option without value stands here, `{!key}` is "! " if the value is negated
 *   and `{!!key}` the same without the blank; `[…]` is printed if all keys in it are present. Blanks stand
 *   as the tool prints them; when reading, one blank stands for any run of them, and `\\ ` for just one.
 */
export interface Extension<Node extends ExtensionNode = ExtensionNode> {
	readonly type: Node["type"];
	readonly save: readonly OptionOf<Node>[];
	readonly list: string | readonly ListVariant<Node>[];
	/** Where the list writes a value otherwise than the save form does. */
	readonly listValues?: { readonly [Key in keyof Node]?: Codec<NonNullable<Node[Key]>> };
	/** `{=name}`: a word of the list that stands for several fields. */
	readonly computed?: { readonly [name: string]: Computed<Node> };
	/** What the list prints when no field is set. */
	readonly bare?: string;
	/** The protocols that load the match without `-m`. */
	readonly protocol?: readonly string[];
	/** What the options mean only together: gives the node its final keys. */
	readonly settle?: (node: Node) => Node;
	/** Options that may stand several times, parted by a flag: each part makes an element of a field. */
	readonly sequence?: Sequence<Node>;
	/** Keys that are true where a release prints the save form otherwise; in lists `set` of a variant tells so. */
	readonly marks?: readonly (keyof Node & string)[];
	/** The nft backend's list does not print the extension at all. */
	readonly hidden?: true;
	/** What no list prints, so that it is lost there: a field, or with `quota.negated` only a part of it. */
	readonly unlisted?: readonly string[];
	/** Values that the save form loses, as a list gives them: of a field, or of a part of it (`icmpType.code`). */
	readonly unsaved?: Readonly<Record<string, unknown>>;
	/** Values that are meant where one of the forms is silent. */
	readonly defaults?: { readonly [Key in keyof Node]?: object };
}

/** `--reqid 1 --proto esp --next --reqid 2`: two elements of `elements`. */
export interface Sequence<Node> {
	readonly key: keyof Node & string;
	readonly kind: ValueKind;
	/** What parts the elements. */
	readonly flag: string;
	/** Of an element; their keys are those of its fields. */
	readonly options: readonly AnyOption[];
}

/** Words of the list that stand for several fields; undefined: not for these. */
export interface Computed<Node> {
	/** How far they reach; by default to the next blank. */
	readonly pattern?: RegExp;
	readonly read: (printed: string, start: number) => Partial<Node> | undefined;
	readonly print: (node: Node) => string | undefined;
}

/** One of several formats, with the fields that tell which one was printed. */
export interface ListVariant<Node> {
	readonly format: string;
	readonly set?: Partial<Node>;
	/** Keys that a node printed so does not have. */
	readonly without?: readonly (keyof Node & string)[];
}

/** What all extension nodes have. */
export interface ExtensionNode extends Span {
	readonly type: string;
}

export type OptionOf<Node> = {
	[Key in keyof Node & string]: {
		readonly flag: string;
		readonly key: Key;
		readonly value: Codec<NonNullable<Node[Key]>>;
		/** Other spellings that iptables reads and never prints. */
		readonly aliases?: readonly string[];
		/** No tool prints it: `--syn`. */
		readonly byHand?: true;
		/** What parts flag and value, where it is not one blank. */
		readonly gap?: string;
		/** The key that is true where two blanks part them. */
		readonly wide?: keyof Node & string;
	};
}[keyof Node & string];

/** An option as a save line holds it. */
export interface Argument extends Span {
	readonly flag: string;
	readonly negated: boolean;
	/** As they stand, quotes and all. */
	readonly values: readonly Word[];
}

/** An option of an element of a {@link Sequence}, or of any extension. */
export interface AnyOption {
	readonly flag: string;
	readonly key: string;
	readonly value: Codec<Negatable & Span>;
	readonly aliases?: readonly string[];
	readonly byHand?: true;
	readonly gap?: string;
	readonly wide?: string;
}

type Fields = Record<string, unknown>;

type Item =
	| Literal
	| { readonly kind: "value"; readonly key: string; readonly codec: Codec<Negatable & Span> }
	| { readonly kind: "flag"; readonly key: string }
	| { readonly kind: "computed"; readonly name: string; readonly by: Computed<Fields> }
	| { readonly kind: "not"; readonly key: string; readonly text: string; readonly pattern: RegExp }
	| { readonly kind: "group"; readonly items: readonly Item[]; readonly keys: readonly string[] };

/** What stands in a list as it is: a blank in it means a run of blanks. */
interface Literal {
	readonly kind: "literal";
	readonly text: string;
	/** A blank means just one. */
	readonly exact: boolean;
	/** The first of a format: no blanks may stand before it. */
	readonly first: boolean;
	/** A word ends here. */
	readonly ends: boolean;
}

interface Variant {
	readonly items: readonly Item[];
	readonly keys: readonly string[];
	readonly set: Fields;
	readonly without: readonly string[];
}

/** Reads and prints the nodes of one extension. Made once from its entry. */
export class ExtensionReader {
	readonly type: string;
	readonly protocol: readonly string[];
	readonly options: readonly AnyOption[];
	readonly variants: readonly Variant[];
	/** Whether what the list prints may end with a blank: `eui64 ` */
	readonly endsBlank: boolean;
	readonly marks: readonly string[];
	/** The field whose elements are options that may stand several times. */
	readonly sequence: { readonly key: string; readonly kind: ValueKind } | undefined;
	readonly hidden: boolean;
	readonly unlisted: readonly string[];
	readonly unsaved: Readonly<Record<string, unknown>>;
	readonly defaults: Readonly<Record<string, object>>;
	readonly #settle: ((node: ExtensionNode) => ExtensionNode) | undefined;
	readonly #sequence: Sequence<Fields> | undefined;
	readonly #byFlag: ReadonlyMap<string, readonly Taker[]>;
	readonly #elementsByFlag: ReadonlyMap<string, readonly Taker[]>;
	readonly #bare: string | undefined;

	constructor(entry: Extension) {
		this.type = entry.type;
		this.protocol = entry.protocol ?? [];
		this.options = entry.save as unknown as readonly AnyOption[];
		this.marks = entry.marks ?? [];
		this.hidden = entry.hidden ?? false;
		this.unlisted = entry.unlisted ?? [];
		this.unsaved = entry.unsaved ?? {};
		this.defaults = (entry.defaults ?? {}) as Readonly<Record<string, object>>;
		this.#settle = entry.settle;
		this.sequence = entry.sequence;
		this.#sequence = entry.sequence as Sequence<Fields> | undefined;
		this.#bare = entry.bare;
		this.#byFlag = byFlag(this.options);
		this.#elementsByFlag = byFlag(this.#sequence?.options ?? []);
		const codecs = new Map<string, Codec<Negatable & Span>>();
		for (const { key, value } of this.options) if (!codecs.has(key)) codecs.set(key, value);
		for (const [key, codec] of Object.entries(entry.listValues ?? {})) {
			codecs.set(key, codec as unknown as Codec<Negatable & Span>);
		}
		const variants: readonly ListVariant<ExtensionNode>[] =
			typeof entry.list === "string" ? [{ format: entry.list }] : entry.list;
		this.variants = variants.map(({ format, set, without = [] }) => {
			const items = compile(format, codecs, (entry.computed ?? {}) as never);
			return { items, keys: keysOf(items), set: (set ?? {}) as Fields, without };
		});
		this.endsBlank =
			this.variants.some(({ items }) => mayEndBlank(items)) || entry.bare?.endsWith(" ") === true;
	}

	/** The node's fields and the kinds of their values, those of the list included. */
	get fields(): ReadonlyMap<string, ValueKind> {
		const kinds = new Map<string, ValueKind>();
		const add = (items: readonly Item[]): void => {
			for (const item of items) {
				if (item.kind === "value") kinds.set(item.key, item.codec.kind);
				if (item.kind === "flag") kinds.set(item.key, "toggle");
				if (item.kind === "group") add(item.items);
			}
		};
		for (const { items } of this.variants) add(items);
		for (const { key, value } of this.options) kinds.set(key, value.kind);
		if (this.#sequence !== undefined) kinds.set(this.#sequence.key, this.#sequence.kind);
		return kinds;
	}

	/** Fields that tell a format, with their one value. */
	get constants(): ReadonlyMap<string, unknown> {
		const marks = this.marks.map((key) => [key, true] as const);
		return new Map([...marks, ...this.variants.flatMap(({ set }) => Object.entries(set))]);
	}

	/** Whether an option is one of the extension's. */
	knows(flag: string): boolean {
		return this.#byFlag.has(flag) || this.#elementsByFlag.has(flag) || this.#sequence?.flag === flag;
	}

	/** The place of an option in the order in which they are printed; -1: it is none of the extension's own. */
	placeOf(flag: string): number {
		const taker = this.#byFlag.get(flag)?.[0];
		return taker?.flag === flag ? taker.place : -1;
	}

	/** Whether the tool itself never writes an option so: an alias, or one for people. */
	isByHand(flag: string): boolean {
		const taker = this.#byFlag.get(flag)?.[0];
		return taker !== undefined && (taker.byHand || taker.flag !== flag);
	}

	/** The node that options make, or the option that does not fit. */
	fromOptions(args: readonly Argument[], span: Span): ExtensionNode | { readonly refused: Argument } {
		const node: Fields = { type: this.type };
		for (const argument of args) {
			if (this.#take(argument, node, this.#byFlag)) continue;
			if (!this.#takeElement(argument, node)) return { refused: argument };
		}
		node.start = span.start;
		node.end = span.end;
		const made = node as unknown as ExtensionNode;
		return this.#settle?.(made) ?? made;
	}

	/** Sets the field that an option gives in the last element of the sequence, or begins an element. */
	#takeElement(argument: Argument, node: Fields): boolean {
		if (this.#sequence === undefined) return false;
		const { key, flag } = this.#sequence;
		const elements = (node[key] ?? []) as Fields[];
		const { start, end } = argument;
		if (argument.flag === flag) {
			node[key] = [...(elements.length === 0 ? [{ start, end: start }] : elements), { start: end, end }];
			return argument.values.length === 0 && !argument.negated;
		}
		const last: Fields = elements.at(-1) ?? { start, end };
		const fresh = Object.keys(last).length === 2;
		if (!this.#take(argument, last, this.#elementsByFlag)) return false;
		if (fresh) last.start = start;
		last.end = end;
		if (elements.length === 0) node[key] = [last];
		return true;
	}

	/** Sets the field of a node that an option gives; false: it gives none. */
	#take(argument: Argument, node: Fields, takers: ReadonlyMap<string, readonly Taker[]>): boolean {
		const { flag, values } = argument;
		const first = values[0];
		const printed =
			first === undefined
				? flag
				: values.length === 1
					? first.value
					: values.map(({ value }) => value).join(" ");
		const { start } = first ?? argument;
		const end = first === undefined ? argument.end : values[values.length - 1]!.end;
		for (const taker of takers.get(flag) ?? NO_TAKERS) {
			if (node[taker.key] !== undefined || values.length !== taker.words) continue;
			if (!taker.raw && first !== undefined && printed.includes('"')) continue;
			const value = taker.read(printed, start);
			if (value === undefined) continue;
			const whole = value.end === end ? value : { ...value, end };
			node[taker.key] = argument.negated ? { ...whole, negated: true } : whole;
			if (taker.wide !== undefined && start - argument.start - flag.length > taker.gap)
				node[taker.wide] = true;
			return true;
		}
		return false;
	}

	/** The options of a node, each with a blank before it. */
	printOptions(node: ExtensionNode): string {
		const fields = node as unknown as Fields;
		const own = printOptions(this.options, fields);
		if (this.#sequence === undefined) return own;
		const { key, flag, options } = this.#sequence;
		const elements = (fields[key] ?? []) as readonly Fields[];
		return own + elements.map((each) => printOptions(options, each)).join(` ${flag}`);
	}

	/** The node that a list's text begins with at an offset, and where it ends; undefined: it does not. */
	fromList(text: string, at: number, base: number): { node: ExtensionNode; next: number } | undefined {
		const from = afterBlanks(text, at);
		for (const { items, set } of this.variants) {
			const node: Fields = { type: this.type, ...set };
			const next = readItems(items, text, from, base, node);
			if (next === -1 || !isBoundary(text, next)) continue;
			if (next === from && next !== text.length) continue;
			const end = base + next;
			node.start = Math.min(base + from, end);
			node.end = end;
			return { node: node as unknown as ExtensionNode, next };
		}
		return undefined;
	}

	/** A node as a list prints it, with its leading blank. */
	printList(node: ExtensionNode): string {
		const fields = node as unknown as Fields;
		if (this.#bare !== undefined && this.options.every(({ key }) => !(key in fields))) return this.#bare;
		const variant =
			this.variants.find(
				({ set, keys, items, without }) =>
					Object.entries(set).every(([key, value]) => fields[key] === value) &&
					without.every((key) => !(key in fields)) &&
					keys.every((key) => key in fields) &&
					items.every((item) => item.kind !== "computed" || item.by.print(fields) !== undefined),
			) ?? this.variants[0];
		return variant === undefined ? "" : printItems(variant.items, fields);
	}
}

/** How an option's value is taken. All have the same keys, for most of the time goes into looking at them. */
interface Taker {
	readonly flag: string;
	readonly key: string;
	/** Its place in the order in which options are printed. */
	readonly place: number;
	readonly words: number;
	readonly raw: boolean;
	readonly read: Codec<Negatable & Span>["read"];
	/** Of the blanks between flag and value. */
	readonly gap: number;
	readonly wide: string | undefined;
	readonly byHand: boolean;
}

function byFlag(options: readonly AnyOption[]): ReadonlyMap<string, readonly Taker[]> {
	const out = new Map<string, Taker[]>();
	for (const [
		place,
		{ flag, key, value, aliases = [], gap = " ", wide, byHand = false },
	] of options.entries()) {
		const { words = 1, raw = false, read } = value;
		const taker: Taker = { flag, key, place, words, raw, read, gap: gap.length, wide, byHand };
		for (const each of [flag, ...aliases]) out.set(each, [...(out.get(each) ?? []), taker]);
	}
	return out;
}

const NO_TAKERS: readonly Taker[] = [];

function printOptions(options: readonly AnyOption[], fields: Fields): string {
	let out = "";
	for (const { flag, key, value: codec, gap, wide } of options) {
		const value = fields[key] as Negatable | undefined;
		const printed = value && codec.print(value as Negatable & Span);
		if (printed === undefined) continue;
		const between = wide !== undefined && fields[wide] === true ? "  " : (gap ?? " ");
		const words = codec.words === 0 ? "" : `${between}${printed}`;
		out += `${value?.negated ? " !" : ""} ${flag}${words}`;
	}
	return out;
}

function isBoundary(text: string, at: number): boolean {
	return at >= text.length || text[at] === " " || text[at] === "\t" || text[at - 1] === " ";
}

/** Where the blanks at an offset end. */
export function afterBlanks(text: string, from: number): number {
	let at = from;
	for (let code = text.charCodeAt(at); code === 32 || code === 9; code = text.charCodeAt(at)) at++;
	return at;
}

/** Where the word at an offset ends; there may be none. */
export function afterWord(text: string, from: number): number {
	let at = from;
	while (at < text.length) {
		const code = text.charCodeAt(at);
		if (code === 32 || code === 9) break;
		at++;
	}
	return at;
}

const NOT_WORD = { text: "! ", pattern: /![ \t]+/y };
const NOT: Readonly<Record<string, { readonly text: string; readonly pattern: RegExp }>> = {
	"!": { text: "!", pattern: /!/y },
	_: { text: " !", pattern: /[ \t]*!/y },
};

/** Whether what these items print may end with a blank: of `frag [{id}]` without the group it does. */
function mayEndBlank(items: readonly Item[]): boolean {
	for (const item of [...items].reverse()) {
		if (item.kind === "literal") return item.text.endsWith(" ");
		if (item.kind === "group" && mayEndBlank(item.items)) return true;
		if (item.kind === "value" || item.kind === "computed") return false;
	}
	return false;
}

/** The keys that must be present: those outside groups. */
function keysOf(items: readonly Item[]): string[] {
	return items.flatMap((item) => (item.kind === "value" || item.kind === "flag" ? [item.key] : []));
}

function compile(
	format: string,
	codecs: Map<string, Codec<Negatable & Span>>,
	computed: Readonly<Record<string, Computed<Fields>>>,
): Item[] {
	const parts = format.split(/(\\.|\{[^}]*\}|\[|\])/).filter((part) => part !== "");
	let at = 0;
	const sequence = (): Item[] => {
		const items: Item[] = [];
		for (; at < parts.length && parts[at] !== "]"; at++) {
			const part = parts[at]!;
			if (part === "[") {
				at++;
				const inner = sequence();
				items.push({ kind: "group", items: inner, keys: keysOf(inner) });
			} else if (part.startsWith("{!")) {
				const form = NOT[part[2]!];
				const key = part.slice(form === undefined ? 2 : 3, -1);
				items.push({ kind: "not", key, ...(form ?? NOT_WORD) });
			} else if (part.startsWith("{=")) {
				const name = part.slice(2, -1);
				items.push({ kind: "computed", name, by: computed[name]! });
			} else if (part.startsWith("{?")) {
				items.push({ kind: "flag", key: part.slice(2, -1) });
			} else if (part.startsWith("{")) {
				const key = part.slice(1, -1);
				const codec = codecs.get(key);
				if (codec === undefined) throw new Error(`no value is named ${key} in ${format}`);
				items.push({ kind: "value", key, codec });
			} else {
				const exact = part.startsWith("\\");
				const text = exact ? part[1]! : part;
				const joined = /^(?:\{[^?]|\\)/.test(parts[at + 1] ?? "");
				const ends = !exact && !joined && /[\w>=-]$/.test(text);
				items.push({ kind: "literal", text, exact, first: items.length === 0, ends });
			}
		}
		return items;
	};
	return sequence();
}

/** Where a literal that begins at an offset ends; -1: it does not stand here. */
function readLiteral(literal: Literal, text: string, from: number): number {
	const { text: wanted, exact } = literal;
	let at = from;
	for (let index = 0; index < wanted.length; index++) {
		const code = wanted.charCodeAt(index);
		if (code === 32 && !exact) {
			const next = afterBlanks(text, at);
			// Blanks at the end of a line were cut off before.
			const needless = (literal.first && index === 0) || wanted.charCodeAt(index - 1) === 32;
			if (next === at && !needless && at < text.length) return -1;
			at = next;
		} else {
			if (text.charCodeAt(at) !== code) return -1;
			at++;
		}
	}
	return literal.ends && afterWord(text, at) !== at ? -1 : at;
}

/** Where a pattern that begins at an offset ends; without one, a run of non-blanks. -1: it does not stand here. */
function readPattern(pattern: RegExp | undefined, text: string, from: number): number {
	if (pattern === undefined) {
		const end = afterWord(text, from);
		return end === from ? -1 : end;
	}
	pattern.lastIndex = from;
	return pattern.test(text) ? pattern.lastIndex : -1;
}

/** Reads items; -1: they do not stand here. */
function readItems(items: readonly Item[], text: string, from: number, base: number, fields: Fields): number {
	let at = from;
	let negated: readonly string[] = [];
	for (const item of items) {
		switch (item.kind) {
			case "literal":
				at = readLiteral(item, text, at);
				if (at === -1) return -1;
				break;
			case "not": {
				const next = readPattern(item.pattern, text, at);
				if (next === -1) break;
				negated = [...negated, item.key];
				at = next;
				break;
			}
			case "flag": {
				const start = base + Math.min(at, afterBlanks(text, from));
				const flag = { type: "flag", start, end: base + at };
				fields[item.key] = negated.includes(item.key) ? { ...flag, negated: true } : flag;
				break;
			}
			case "computed": {
				const { pattern } = item.by;
				const next = pattern === undefined ? afterWord(text, at) : readPattern(pattern, text, at);
				const parts = next <= at ? undefined : item.by.read(text.slice(at, next), base + at);
				if (parts === undefined) return -1;
				Object.assign(fields, parts);
				at = next;
				break;
			}
			case "value": {
				const next = readPattern(item.codec.pattern, text, at);
				const node = next === -1 ? undefined : item.codec.read(text.slice(at, next), base + at);
				if (node === undefined) return -1;
				fields[item.key] = negated.includes(item.key) ? { ...node, negated: true } : node;
				at = next;
				break;
			}
			case "group": {
				const inner: Fields = {};
				const next = readItems(item.items, text, at, base, inner);
				if (next === -1) break;
				for (const key of Object.keys(inner)) fields[key] = inner[key];
				at = next;
				break;
			}
		}
	}
	return at;
}

function printItems(items: readonly Item[], fields: Fields): string {
	let out = "";
	for (const item of items) {
		switch (item.kind) {
			case "literal":
				out += item.text;
				break;
			case "not":
				if ((fields[item.key] as Negatable | undefined)?.negated) out += item.text;
				break;
			case "value":
				out += item.codec.print(fields[item.key] as Negatable & Span) ?? "";
				break;
			case "computed":
				out += item.by.print(fields) ?? "";
				break;
			case "group":
				if (item.keys.every((key) => key in fields)) out += printItems(item.items, fields);
				break;
			case "flag":
				break;
		}
	}
	return out;
}
