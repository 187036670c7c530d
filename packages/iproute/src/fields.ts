import {
	type Diagnostic,
	type Draft,
	printAddress,
	readIp,
	readPrefix,
	type Span,
	type Word,
} from "@netfossil/core";
import { printNumber, readNumber } from "@netfossil/core/grammar";
import type { Destination, Host, Masked, NumberRange, Realms, Seconds } from "./values.ts";

/**
 * What routes, rules and neighbours have in common: a line of fields, most of them a word and its value, in the
 * order that the tool prints them.
 */
export interface Fields<Name extends string> {
	/** The fields in the order in which they stand, where that is not the order of the newest release. */
	readonly order?: readonly Name[];
	/** How many blanks stand before a field, where not as many as the newest release puts there. */
	readonly gaps?: { readonly [Field in Name]?: number };
	/** Words that no rule knows. */
	readonly unknown?: readonly UnknownField<Name>[];
}

/** Words that no rule knows, with the field that they follow. */
export interface UnknownField<Name extends string> extends Span {
	readonly type: "unparsed";
	readonly text: string;
	/** Absent: they come before the first field. */
	readonly after?: Name;
	/** How many blanks stand before them, where not one. */
	readonly gap?: number;
}

/** How the value of a field is read and printed. */
export interface Codec<Value> {
	/** Undefined: the text, which stands at `start`, is no such value. */
	readonly read: (text: string, start: number) => Value | undefined;
	readonly print: (value: Value) => string;
}

/** A field as it is printed. */
export interface Field<Value> extends Codec<Value> {
	/** What stands before the value, where that is not the name of the field: nothing, or another word. */
	readonly title?: string;
	/** How many blanks the newest release puts before it, where not one. */
	readonly gap?: (previous: string | undefined) => number;
}

/** The fields of a node, in the order of the newest release. */
export type FieldTable<Node extends Fields<Name>, Name extends string & keyof Node> = {
	readonly [Key in Name]: Field<NonNullable<Node[Key]>>;
};

/** A table as the reader and the printer use it. */
export class FieldOrder<Node extends Fields<Name>, Name extends string & keyof Node> {
	readonly table: FieldTable<Node, Name>;
	readonly names: readonly Name[];
	readonly #ranks: ReadonlyMap<string, number>;

	/** `names`: the order, where it is not the table's own, and not of all fields. */
	constructor(table: FieldTable<Node, Name>, names = Object.keys(table) as Name[]) {
		this.table = table;
		this.names = names;
		this.#ranks = new Map(names.map((name, rank) => [name, rank]));
	}

	/** The place of a field in the order; -1: such a node does not have it. */
	rank(name: string): number {
		return this.#ranks.get(name) ?? -1;
	}

	gap(name: Name, previous: Name | undefined): number {
		return this.table[name].gap?.(previous) ?? 1;
	}

	/** The names of the fields that a node has, as they are printed. */
	present(node: Node): readonly Name[] {
		return node.order ?? this.names.filter((name) => node[name] !== undefined);
	}

	/** The fields of a node, with the blanks before them. */
	print(node: Node): string {
		let text = "";
		let previous: Name | undefined;
		const unknown = (after: Name | undefined): void => {
			for (const each of node.unknown ?? [])
				if (each.after === after) text += " ".repeat(each.gap ?? 1) + each.text;
		};
		unknown(undefined);
		for (const name of this.present(node)) {
			const { title = name, print } = this.table[name];
			const value = print(node[name] as NonNullable<Node[Name]>);
			text += " ".repeat(node.gaps?.[name] ?? this.gap(name, previous));
			text += title === "" ? value : value === "" ? title : `${title} ${value}`;
			unknown(name);
			previous = name;
		}
		return text;
	}

	/** The field that is printed last. */
	last(node: Node): Name | undefined {
		return this.present(node).at(-1);
	}
}

/** Notes the fields of one line as they are read: their order, the blanks between them, and what no rule knows. */
export class FieldNotes<Node extends Fields<Name>, Name extends string & keyof Node> {
	readonly #order: FieldOrder<Node, Name>;
	#names: Name[] = [];
	#gaps: { [Field in Name]?: number } | undefined;
	#unknown: Draft<UnknownField<Name>>[] | undefined;
	#ordered = true;
	#lastRank = -1;
	#highest = -1;
	/** Where the word before ends. */
	#end: number;

	/** `end`: where that ends after which the fields begin. */
	constructor(order: FieldOrder<Node, Name>, end: number) {
		this.#order = order;
		this.#end = end;
	}

	/** The field that was noted last. */
	get last(): Name | undefined {
		return this.#names.at(-1);
	}

	/** Notes a field; false: the node cannot have it, or not again. */
	known(name: Name, start: number, end: number): boolean {
		const rank = this.#order.rank(name);
		if (rank === -1) return false;
		// Behind a field out of order one that stood before may come again: `dev a proto b via c dev d`.
		if (rank <= this.#highest && this.#names.includes(name)) return false;
		if (rank <= this.#lastRank) this.#ordered = false;
		const gap = start - this.#end;
		if (gap !== this.#order.gap(name, this.last)) {
			this.#gaps ??= {};
			this.#gaps[name] = gap;
		}
		this.#lastRank = rank;
		this.#highest = Math.max(this.#highest, rank);
		this.#names.push(name);
		this.#end = end;
		return true;
	}

	/** Notes more of the field that was noted last. */
	more(end: number): void {
		this.#end = end;
	}

	/** Notes words that no rule knows. */
	unknown(text: string, start: number, end: number): void {
		const gap = start - this.#end;
		const before = this.#unknown?.at(-1);
		if (before?.end === this.#end) {
			before.text += " ".repeat(gap) + text;
			before.end = end;
		} else {
			const { last } = this;
			const node: Draft<UnknownField<Name>> = { type: "unparsed", text, start, end };
			if (last !== undefined) node.after = last;
			if (gap !== 1) node.gap = gap;
			this.#unknown ??= [];
			this.#unknown.push(node);
		}
		this.#end = end;
	}

	/** Puts into the node what of its layout is not the newest release's, and what no rule knows. */
	finish(node: Draft<Fields<Name>>): void {
		if (!this.#ordered) node.order = this.#names;
		if (this.#gaps !== undefined) node.gaps = this.#gaps;
		if (this.#unknown !== undefined) node.unknown = this.#unknown;
	}
}

/** The diagnostics of what no rule knows. */
export function unknownDiagnostics({ unknown = [] }: Fields<string>): Diagnostic[] {
	return unknown.map(unknownDiagnostic);
}

export function unknownDiagnostic({ text, start, end }: Span & { readonly text: string }): Diagnostic {
	return {
		code: "iproute/unknown-attribute",
		severity: "warning",
		message: `${JSON.stringify(text)} is no attribute that ip is known to print; it is kept as text`,
		start,
		end,
	};
}

const isBlank = (code: number): boolean => code === 32 || code === 9;

/** Where the name of a field ends in its text. */
export function nameEnd(text: string): number {
	let at = 0;
	while (at < text.length && !isBlank(text.charCodeAt(at))) at++;
	return at;
}

/** Where its value starts, after the name: the length where there is none. */
export function valueStart(text: string, end: number): number {
	let at = end;
	while (at < text.length && isBlank(text.charCodeAt(at))) at++;
	return at;
}

const INTEGER = /^(?:-?\d+|0x[0-9a-f]+)$/;
const SECONDS = /^-?\d+sec$/;

export const word: Codec<Word> = {
	read: (value, start) => ({ value, start, end: start + value.length }),
	print: ({ value }) => value,
};

export const integer: Codec<{ value: number; text?: string } & Span> = {
	read: (text, start) => (INTEGER.test(text) ? readNumber(text, start, start + text.length) : undefined),
	print: printNumber,
};

/** `597sec`; the span is the number's. */
export const seconds: Codec<Seconds> = {
	read: (text, start) => {
		if (!SECONDS.test(text)) return undefined;
		const digits = text.slice(0, -3);
		return readNumber(digits, start, start + digits.length);
	},
	print: (value) => `${printNumber(value)}sec`,
};

/** An address, or the name that `-r` puts in its place. */
export const host: Codec<Host> = {
	read: (text, start) =>
		readIp(text, start) ?? { type: "name", value: text, start, end: start + text.length },
	print: (value) => (value.type === "name" ? value.value : printAddress(value)),
};

/** `default`, `10.0.0.0/8`, `10.0.0.1`, or the name that `-r` puts in its place. */
export const destination: Codec<Destination> = {
	read: (text, start) =>
		text === "default" || text === "all"
			? { type: text, start, end: start + text.length }
			: (readPrefix(text, start) ?? host.read(text, start)),
	print: (value) => {
		switch (value.type) {
			case "default":
			case "all":
				return value.type;
			case "name":
				return value.value;
			default:
				return printAddress(value);
		}
	},
};

/** `3/4`, `4` */
export const realms: Codec<Realms> = {
	read: (text, start) => {
		const slash = text.indexOf("/");
		const end = start + text.length;
		if (slash === -1) return { to: { value: text, start, end }, start, end };
		const from = { value: text.slice(0, slash), start, end: start + slash };
		return { from, to: { value: text.slice(slash + 1), start: start + slash + 1, end }, start, end };
	},
	print: ({ from, to }) => (from === undefined ? to.value : `${from.value}/${to.value}`),
};

/** `0x25/0xff` */
export const masked: Codec<Masked> = {
	read: (text, start) => {
		const pair = two(text, "/", start);
		if (pair === undefined) return undefined;
		const [value, mask] = pair;
		const node = { value, start, end: start + text.length };
		return mask === undefined ? node : { ...node, mask };
	},
	print: ({ value, mask }) =>
		mask === undefined ? printNumber(value) : `${printNumber(value)}/${printNumber(mask)}`,
};

/** `53-99` */
export const range: Codec<NumberRange> = {
	read: (text, start) => {
		const pair = two(text, "-", start);
		if (pair === undefined) return undefined;
		const [from, to] = pair;
		const node = { from, start, end: start + text.length };
		return to === undefined ? node : { ...node, to };
	},
	print: ({ from, to }) => (to === undefined ? printNumber(from) : `${printNumber(from)}-${printNumber(to)}`),
};

const UNSIGNED = /^(?:\d+|0x[0-9a-f]+)$/;

/** One number, or two with a sign between them. */
function two(text: string, sign: string, start: number) {
	const at = text.indexOf(sign);
	const first = at === -1 ? text : text.slice(0, at);
	if (!UNSIGNED.test(first)) return undefined;
	const one = readNumber(first, start, start + first.length);
	if (at === -1) return [one, undefined] as const;
	const second = text.slice(at + 1);
	if (!UNSIGNED.test(second)) return undefined;
	return [one, readNumber(second, start + at + 1, start + text.length)] as const;
}
