import { type Draft, readMac, type Word } from "@netfossil/core";
import { type IToken, type Reading, readNumber, StatementParser } from "@netfossil/core/grammar";
import type { BrctlBridge, BrctlMac, BrctlPort, StpBridge, StpPort, StpValue, StpValues } from "./ast.ts";
import { BRIDGE_GAPS, MAC_GAPS, stpGaps } from "./print.ts";
import * as t from "./tokens.ts";

/**
 * The lines of `brctl`, but for the titles:
 *
 * ```
 * bridge    := NAME BRIDGE-ID ("yes" | "no") [NAME]
 * port      := NAME
 * mac       := N MAC ("yes" | "no") TIME
 * stpBridge := NAME
 * stpPort   := NAME "(" N ")"
 * stpValues := (STP-NAME WORD*)+
 * ```
 */
export class BrctlParser extends StatementParser {
	#line = "";

	constructor(skipValidations = true) {
		super(t.tokens, t.createBrctlLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readBridge(text: string, start: number, end: number): Reading<BrctlBridge> {
		this.#line = text.slice(start, end);
		return this.read(this.bridge, text, start, end);
	}

	readPort(text: string, start: number, end: number): Reading<BrctlPort> {
		return this.read(this.port, text, start, end);
	}

	readMac(text: string, start: number, end: number): Reading<BrctlMac> {
		this.#line = text.slice(start, end);
		return this.read(this.mac, text, start, end);
	}

	readStpBridge(text: string, start: number, end: number): Reading<StpBridge> {
		return this.read(this.stpBridge, text, start, end);
	}

	readStpPort(text: string, start: number, end: number): Reading<StpPort> {
		return this.read(this.stpPort, text, start, end);
	}

	readStpValues(text: string, start: number, end: number): Reading<StpValues> {
		this.#line = text.slice(start, end);
		return this.read(this.stpValues, text, start, end);
	}

	/** A name may look like anything. */
	private name = this.tokenRule("name", [t.Text, t.Integer, t.Timer, t.YesNo, t.BridgeId, t.Mac, t.StpName]);

	private bridge = this.RULE("bridge", (): BrctlBridge => {
		const name = this.SUBRULE(this.name);
		const id = this.CONSUME(t.BridgeId);
		const stp = this.CONSUME(t.YesNo);
		const first = this.OPTION(() => this.SUBRULE1(this.name));
		return this.ACTION(() => {
			const ports: BrctlPort[] = first === undefined ? [] : [{ ...this.portOf(first), ...this.span(first) }];
			const node: Draft<BrctlBridge> = {
				type: "bridge",
				start: 0,
				end: 0,
				name: this.word(name),
				id: this.word(id),
				stp: this.word(stp),
				ports,
			};
			const gaps = this.gapsOf(first === undefined ? [name, id, stp] : [name, id, stp, first]);
			if (gaps.some((gap, at) => gap !== BRIDGE_GAPS[at])) node.gaps = gaps;
			return node;
		});
	});

	private port = this.RULE("port", (): BrctlPort => this.portOf(this.SUBRULE(this.name)));

	private mac = this.RULE("mac", (): BrctlMac => {
		const port = this.CONSUME(t.Integer);
		const address = this.CONSUME(t.Mac);
		const local = this.CONSUME(t.YesNo);
		const ageing = this.CONSUME(t.Timer);
		return this.ACTION(() => {
			const node: Draft<BrctlMac> = {
				type: "mac-entry",
				start: 0,
				end: 0,
				port: this.number(port),
				address: readMac(address.image, this.span(address).start) ?? this.refuse(address, "a MAC address"),
				local: this.word(local),
				ageing: this.number(ageing),
			};
			const gaps = this.gapsOf([port, address, local, ageing]);
			const own = MAC_GAPS(ageing.image);
			if (gaps.some((gap, at) => gap !== own[at])) node.gaps = gaps;
			return node;
		});
	});

	private stpBridge = this.RULE(
		"stpBridge",
		(): StpBridge => ({ type: "stp-bridge", start: 0, end: 0, name: this.word(this.SUBRULE(this.name)) }),
	);

	private stpPort = this.RULE("stpPort", (): StpPort => {
		const name = this.word(this.SUBRULE(this.name));
		const number = this.CONSUME(t.PortNumber);
		return this.ACTION(() => {
			const { start, end } = this.span(number);
			const digits = number.image.slice(1, -1);
			return { type: "stp-port", start: 0, end: 0, name, number: readNumber(digits, start + 1, end - 1) };
		});
	});

	private stpValues = this.RULE("stpValues", (): StpValues => {
		const found: { readonly name: IToken; readonly words: readonly IToken[] }[] = [];
		this.AT_LEAST_ONE(() => {
			const name = this.CONSUME(t.StpName);
			const words: IToken[] = [];
			this.MANY(() => {
				words.push(this.SUBRULE(this.stpValue));
			});
			found.push({ name, words });
		});
		return this.ACTION(() => {
			const values = found.map(({ name, words }): StpValue => {
				const { start, end } = this.span(name);
				const value = this.joined(words, end);
				return { name: name.image, value, start, end: Math.max(end, value.end) };
			});
			const node: Draft<StpValues> = { type: "stp-values", start: 0, end: 0, values };
			const gaps = found.flatMap(({ name, words }, at) => {
				const before = found[at - 1];
				const ends = before?.words.at(-1) ?? before?.name;
				return [
					...(ends === undefined ? [] : [this.between(ends, name)]),
					...(words[0] === undefined ? [] : [this.between(name, words[0])]),
				];
			});
			const own = stpGaps(values);
			if (gaps.some((gap, at) => gap !== own[at])) node.gaps = gaps;
			return node;
		});
	});

	private stpValue = this.tokenRule("stpValue", [t.Text, t.Integer, t.Timer, t.BridgeId, t.YesNo, t.Mac]);

	/** The words of a value as one: `TOPOLOGY_CHANGE TOPOLOGY_CHANGE_DETECTED`. */
	private joined(words: readonly IToken[], at: number): Word {
		const [first] = words;
		if (first === undefined) return { value: "", start: at, end: at };
		const { start } = this.span(first);
		return { value: words.map(({ image }) => image).join(" "), start, end: this.span(words.at(-1)!).end };
	}

	private portOf(token: IToken): BrctlPort {
		return { type: "port", start: 0, end: 0, name: this.word(token) };
	}

	private gapsOf(tokens: readonly IToken[]): string[] {
		return tokens.slice(1).map((token, at) => this.between(tokens[at]!, token));
	}

	/** The blanks and tabs between two tokens. */
	private between(left: IToken, right: IToken): string {
		return this.#line.slice(left.startOffset + left.image.length, right.startOffset);
	}
}
