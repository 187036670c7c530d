import type { Draft } from "@netfossil/core";
import { type IToken, type Reading, readNumber, StatementParser } from "@netfossil/core/grammar";
import { readLinkAddress } from "../address/values.ts";
import type { MulticastGroup, MulticastInterface } from "./ast.ts";
import * as t from "./tokens.ts";

/**
 * The lines of `ip maddr`:
 *
 * ```
 * interface := INDEX ":" NAME
 * group     := ("link" | "inet" | "inet6") ADDRESS ["users" N] ["static"] unknown*
 * ```
 */
export class MaddrParser extends StatementParser {
	#text = "";

	constructor(skipValidations = true) {
		super(t.tokens, t.createMaddrLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readInterface(text: string, start: number, end: number): Reading<MulticastInterface> {
		this.#text = text;
		return this.read(this.interface, text, start, end);
	}

	readGroup(text: string, start: number, end: number): Reading<MulticastGroup> {
		this.#text = text;
		return this.read(this.group, text, start, end);
	}

	private interface = this.RULE("interface", (): MulticastInterface => {
		const index = this.CONSUME(t.Index);
		const name = this.word(this.CONSUME(t.AnyWord));
		return this.ACTION(() => {
			const { start, end } = this.span(index);
			const separator = this.#text.slice(end, name.start);
			return {
				type: "multicast-interface",
				start: 0,
				end: 0,
				index: readNumber(index.image.slice(0, -1), start, end - 1),
				name,
				...(separator !== "\t" && { separator }),
				groups: [],
			};
		});
	});

	private group = this.RULE("group", (): MulticastGroup => {
		const family = this.CONSUME(t.Family);
		const address = this.CONSUME(t.AnyWord);
		const users = this.OPTION(() => {
			this.CONSUME(t.Users);
			return this.CONSUME1(t.AnyWord);
		});
		const fixed = this.OPTION1(() => this.CONSUME(t.Static));
		const unknown: IToken[] = [];
		this.MANY(() => {
			unknown.push(this.CONSUME2(t.AnyWord));
		});
		return this.ACTION(() => {
			const type = family.image as MulticastGroup["type"];
			const node: Draft<MulticastGroup> = {
				type,
				start: 0,
				end: 0,
				address: readLinkAddress(address.image, this.span(address).start),
			};
			const isIp = node.address.type === "ip" && node.address.family === (type === "inet" ? 4 : 6);
			if (type !== "link" && !isIp) this.refuse(address, `an address of ${type}`);
			if (users !== undefined) {
				if (!/^\d+$/.test(users.image)) this.refuse(users, "a number");
				node.users = this.number(users);
			}
			if (fixed !== undefined) node.static = true;
			const first = unknown[0];
			if (first !== undefined) {
				const { start, end } = this.spanFrom(first);
				node.unknown = { type: "unparsed", text: this.#text.slice(start, end), start, end };
			}
			return node;
		});
	});
}
