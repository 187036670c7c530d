import { eolOf, type SourceLine, trimBlanksEnd, type Word } from "@netfossil/core";
import type { ItemLine, JsonKind, SettingLine } from "./ast.ts";

/** The kinds that docker prints as an outline too. */
export const OUTLINED: ReadonlySet<JsonKind> = new Set<JsonKind>([
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
