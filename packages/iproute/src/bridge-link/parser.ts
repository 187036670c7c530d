import type { Draft, Num } from "@netfossil/core";
import { type IToken, type Reading, readNumber, StatementParser } from "@netfossil/core/grammar";
import { splitName } from "../address/values.ts";
import { addUnknown, type UnknownText } from "../unknown.ts";
import type { BridgePort, PortWord } from "./ast.ts";
import * as t from "./tokens.ts";
import { PORT_WORDS } from "./words.ts";

const HEAD = /^(\d+): ([^ \t]+?)(?: state ([^ \t]+) (@[^ \t]*)?)?: <([^> \t]*)>$/;

/**
 * The first line of a port:
 *
 * ```
 * port := INDEX ":" NAME ["@" PEER] ":" "<" FLAGS ">" (FIELD | unknown)* [NAME]
 *       | INDEX ":" NAME "state" STATE ["@" PEER] ":" "<" FLAGS ">" …
 * ```
 */
export class PortParser extends StatementParser {
	constructor(skipValidations = true) {
		super(t.tokens, t.createPortLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readLine(text: string, start: number, end: number): Reading<BridgePort> {
		return this.read(this.port, text, start, end);
	}

	private port = this.RULE("port", (): BridgePort => {
		const head = this.CONSUME(t.Head);
		const words: IToken[] = [];
		this.MANY(() => {
			words.push(this.OR([{ ALT: () => this.CONSUME(t.Field) }, { ALT: () => this.CONSUME(t.Text) }]));
		});
		return this.ACTION(() => this.build(head, words));
	});

	private build(head: IToken, words: readonly IToken[]): BridgePort {
		const node = this.identity(head);
		const unknown: UnknownText<PortWord>[] = [];
		let last: PortWord | undefined;
		words.forEach((token, index) => {
			const field = this.take(node, token, last);
			if (field !== undefined) last = field;
			else if (index === words.length - 1 && token.image === node.name.value)
				node.nameAgain = this.word(token);
			else addUnknown(unknown, token.image, this.span(token), last);
		});
		if (unknown.length > 0) node.unknown = unknown;
		return node;
	}

	private identity(token: IToken): Draft<BridgePort> {
		const { start } = this.span(token);
		const [, index = "", name = "", state, peer, flags = ""] = HEAD.exec(token.image) ?? [];
		const nameStart = start + index.length + 2;
		const node = {
			type: "port",
			start: 0,
			end: 0,
			index: readNumber(index, start, start + index.length),
		} as Draft<BridgePort>;
		if (state === undefined) {
			Object.assign(node, splitName(name, nameStart));
		} else {
			const nameEnd = nameStart + name.length;
			const stateStart = nameEnd + " state ".length;
			const stateEnd = stateStart + state.length;
			node.name = { value: name, start: nameStart, end: nameEnd };
			if (peer !== undefined) {
				// An `@` at the start is no peer of anything: let it be one of a name.
				const split = splitName(`x${peer}`, stateEnd);
				if (split.peer !== undefined) node.peer = split.peer;
			}
			node.operstate = { value: state, start: stateStart, end: stateEnd };
		}
		node.flags = flags === "" ? [] : flags.split(",");
		return node;
	}

	/** Takes a word and its value into the node; undefined when they are not known, or not in the tool's order. */
	private take(node: Draft<BridgePort>, token: IToken, last: PortWord | undefined): PortWord | undefined {
		if (token.tokenType !== t.Field) return undefined;
		const word = token.image.slice(0, token.image.search(/[ \t]/)) as PortWord;
		if (last !== undefined && PORT_WORDS.indexOf(word) <= PORT_WORDS.indexOf(last)) return undefined;
		const value = token.image.slice(word.length).replace(/^[ \t]+/, "");
		const { end } = this.span(token);
		const start = end - value.length;
		if (word === "mtu" || word === "priority" || word === "cost") {
			if (!/^\d+$/.test(value)) return undefined;
			node[word] = readNumber(value, start, end) satisfies Num;
		} else {
			node[word] = { value, start, end };
		}
		return word;
	}
}
