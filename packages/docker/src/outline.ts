import { eolOf, type SourceLine, type Span, trimBlanksEnd, type Word } from "@netfossil/core";
import type { DockerJson, ItemLine, JsonKind, SettingLine, TableKind } from "./ast.ts";

/** The kinds that docker prints as an outline too. */
export const OUTLINED: ReadonlySet<JsonKind | TableKind> = new Set<JsonKind>([
	"docker-info",
	"docker-node-inspect",
	"docker-service-inspect",
	"docker-version",
]);

/** `OS/Arch:           linux/amd64`, ` Labels:`, ` PublishedPort = 8080`; no address (`192.168.99.101:2377`). */
const SETTING = /^([A-Za-z](?:[\w ./()-]*[\w.)])?)(:(?:[ \t]+|$)| = )/;

/** What stands without indentation in an outline besides settings: the certificate of `node inspect --pretty`. */
const FLUSH_ITEM = /^(?:-----(?:BEGIN|END) [A-Z ]+-----|[A-Za-z\d+/]{2,64}={0,2})$/;

/**
 * A line of an outline; undefined when it is none:
 *
 * ```
 * line := setting | item
 * setting := INDENT NAME (":" | " = ") [VALUE]
 * item := INDENT VALUE
 * ```
 */
export function readOutline(text: string, line: SourceLine): SettingLine | ItemLine | undefined {
	let start = line.start;
	while (text[start] === " " || text[start] === "\t") start++;
	const content = trimBlanksEnd(text.slice(start, line.end));
	const end = start + content.length;
	const place = {
		start: line.start,
		end: line.next,
		...(start > line.start && { indent: text.slice(line.start, start) }),
		...(end < line.end && { trailing: text.slice(end, line.end) }),
		...eolOf(line),
	};
	const match = SETTING.exec(content);
	if (match === null) {
		if (start === line.start && !FLUSH_ITEM.test(content)) return undefined;
		return { type: "item", value: { value: content, start, end }, ...place };
	}
	const [whole, name, separator] = match as unknown as [string, string, string];
	const value: Word | undefined =
		whole.length < content.length
			? { value: content.slice(whole.length), start: start + whole.length, end }
			: undefined;
	return {
		type: "setting",
		name: { value: name, start, end: start + name.length },
		...(separator !== usualSeparator(value) && { separator }),
		...(value && { value }),
		...place,
	};
}

/** The line without its indent and what stands behind it. */
export function outlineBody(node: SettingLine | ItemLine): string {
	if (node.type === "item") return node.value.value;
	return node.name.value + (node.separator ?? usualSeparator(node.value)) + (node.value?.value ?? "");
}

function usualSeparator(value: Word | undefined): string {
	return value === undefined ? ":" : ": ";
}

/** An entry of an outline with the names that it stands below. */
interface Entry {
	readonly path: readonly string[];
	readonly depth: number;
	readonly value?: Word;
}

/** An outline to look things up in, by path; `Server.` of newer engines may be left out. */
export class Outline implements Span {
	readonly start: number;
	readonly end: number;
	readonly #entries: readonly Entry[];

	constructor(lines: readonly (SettingLine | ItemLine)[]) {
		this.start = lines[0]!.start;
		this.end = lines.at(-1)!.end;
		const above: { name: string; depth: number }[] = [];
		this.#entries = lines.map((line): Entry => {
			const depth = line.indent?.length ?? 0;
			while (above.length > 0 && above.at(-1)!.depth >= depth) above.pop();
			const path = above.map(({ name }) => name);
			if (line.type === "item") return { path: [...path, ""], depth, value: line.value };
			above.push({ name: line.name.value, depth });
			return { path: [...path, line.name.value], depth, ...(line.value && { value: line.value }) };
		});
	}

	/** The values at a path. */
	all(path: string): Word[] {
		return this.#entries.flatMap((entry) => {
			const found = entry.path.join(".");
			return entry.value && (found === path || found === `Server.${path}`) ? [entry.value] : [];
		});
	}

	/** The first value at a path. */
	one(path: string): Word | undefined {
		return this.all(path)[0];
	}

	/** The entries of the list below a name. */
	items(path: string): Word[] {
		return this.all(`${path}.`);
	}

	/** The value of a name right below the setting that has that value. */
	below(parent: Word, name: string): Word | undefined {
		const from = this.#entries.findIndex(({ value }) => value === parent);
		const { depth } = this.#entries[from]!;
		for (const entry of this.#entries.slice(from + 1)) {
			if (entry.depth <= depth) return undefined;
			if (entry.path.at(-1) === name) return entry.value;
		}
		return undefined;
	}
}

/** The outlines of a text: a setting of that name at the left edge begins the next one. */
export function outlines(ast: DockerJson, first?: string): Outline[] {
	const found: (SettingLine | ItemLine)[][] = [];
	for (const line of ast.statements) {
		if (line.type !== "setting" && line.type !== "item") continue;
		const begins = line.type === "setting" && line.indent === undefined && line.name.value === first;
		if (begins || found.length === 0) found.push([]);
		found.at(-1)!.push(line);
	}
	return found.map((lines) => new Outline(lines));
}
