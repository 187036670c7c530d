import type { LineNode } from "@netfossil/core";
import type { ContinuationLine } from "../ast.ts";
import { Fields } from "../read/fields.ts";

/** The end of the last line where the snapshot ends within: ` [|http]`; 4.9 wrote ` [!http]`. */
const CUT = / \[[|!][a-z0-9]+\]$/;

/** The lines below a head, for the application to take. Each is taken when an expression matches the whole of it. */
export class LinesBelow {
	readonly #lines: readonly ContinuationLine[];
	readonly #indent: string;
	#at = 0;
	/** ` [|http]`, once the line that it ends is taken; no line follows. */
	truncated: string | undefined;

	/** `indent`: what stands before each line of a paste that is indented. */
	constructor(lines: readonly ContinuationLine[], indent: string) {
		this.#lines = lines;
		this.#indent = indent;
	}

	/** How many lines were taken. */
	get taken(): number {
		return this.#at;
	}

	/** The fields of the next line and its place, or undefined where the expression does not match. */
	take<Node>(shape: RegExp, make: (f: Fields, place: LineNode) => Node): Node | undefined {
		const line = this.#lines[this.#at];
		if (line === undefined || this.truncated !== undefined || !line.text.startsWith(this.#indent))
			return undefined;
		const skip = this.#indent.length;
		const cut = CUT.exec(line.text)?.[0];
		const own = line.text.slice(skip, cut === undefined ? undefined : -cut.length);
		const match = shape.exec(own);
		if (match === null) return undefined;
		this.#at++;
		this.truncated = cut;
		const { start, end, eol } = line;
		const place = {
			...(skip > 0 && { indent: this.#indent }),
			...(eol !== undefined && { eol }),
			start,
			end,
		};
		return make(new Fields(match, start + skip), place);
	}

	/** All lines that follow one another and match. */
	takeAll<Node>(shape: RegExp, make: (f: Fields, place: LineNode) => Node): Node[] {
		const nodes: Node[] = [];
		for (let node = this.take(shape, make); node !== undefined; node = this.take(shape, make))
			nodes.push(node);
		return nodes;
	}
}

/** A line and what is printed on it. */
export type Printed = readonly [place: LineNode, text: string];

/** The lines below a head; `truncated` ends the last. */
export function printLines(lines: readonly Printed[], truncated = ""): string {
	return lines
		.map(([{ indent = "", eol = "\n" }, text], index) => {
			const end = index === lines.length - 1 ? truncated : "";
			return `${indent}${text}${end}${eol}`;
		})
		.join("");
}

/** The line, where there is one. */
export function line<Node extends LineNode>(
	node: Node | undefined,
	print: (node: Node) => string,
): Printed[] {
	return node === undefined ? [] : [[node, print(node)]];
}
