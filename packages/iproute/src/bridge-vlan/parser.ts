import type { Draft, Num } from "@netfossil/core";
import { type IToken, type Reading, readNumber, StatementParser } from "@netfossil/core/grammar";
import type { Vlan, VlanCounters, VlanPort } from "./ast.ts";
import { NAME_WIDTH, TUNNEL_COLUMN } from "./print.ts";
import * as t from "./tokens.ts";

/**
 * The lines of `bridge vlan`, but for the titles and the details:
 *
 * ```
 * port     := NAME (vlan | "None")
 * vlan     := RANGE FLAG* [RANGE] unknown*           -- the second range is of tunnels
 * counters := ("RX:" | "TX:") N "bytes" N "packets"
 * ```
 */
export class VlanParser extends StatementParser {
	#line = "";

	constructor(skipValidations = true) {
		super(t.tokens, t.createVlanLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readPort(text: string, start: number, end: number): Reading<VlanPort> {
		this.#line = text.slice(start, end);
		return this.read(this.port, text, start, end);
	}

	readVlan(text: string, start: number, end: number): Reading<Vlan> {
		this.#line = text.slice(start, end);
		return this.read(this.vlan, text, start, end);
	}

	readCounters(text: string, start: number, end: number): Reading<VlanCounters> {
		return this.read(this.counters, text, start, end);
	}

	private name = this.tokenRule("name", [t.Text, t.Range, t.Flag, t.None]);
	private anything = this.tokenRule("anything", [t.Text, t.Range, t.Flag, t.None, t.Counters]);

	private port = this.RULE("port", (): VlanPort => {
		const name = this.SUBRULE(this.name);
		const first = this.LA(1);
		const vlans = this.OR([
			{ ALT: () => [this.SUBRULE(this.vlan)] },
			{
				ALT: () => {
					this.CONSUME(t.None);
					return [];
				},
			},
		]);
		return this.ACTION(() => {
			const node: Draft<VlanPort> = { type: "port", start: 0, end: 0, name: this.word(name), vlans };
			const gap = this.between(name, first);
			if (gap !== " ".repeat(Math.max(0, NAME_WIDTH - name.image.length))) node.gap = gap;
			return node;
		});
	});

	private vlan = this.RULE("vlan", (): Vlan => {
		const range = this.CONSUME(t.Range);
		const flags: string[] = [];
		this.MANY(() => {
			flags.push(this.CONSUME(t.Flag).image);
		});
		const tunnel = this.OPTION(() => this.CONSUME1(t.Range));
		const unknown: IToken[] = [];
		this.MANY1(() => {
			unknown.push(this.SUBRULE(this.anything));
		});
		return this.ACTION(() => {
			const [id, last] = this.ends(range);
			const node: Draft<Vlan> = { type: "vlan", start: 0, end: 0, id: id!, flags };
			if (last !== undefined) node.last = last;
			if (tunnel !== undefined) {
				const [first, lastTunnel] = this.ends(tunnel);
				node.tunnel = first!;
				if (lastTunnel !== undefined) node.lastTunnel = lastTunnel;
				const gap = flags.length > 0 ? " " : this.between(range, tunnel);
				if (gap !== " ".repeat(Math.max(1, TUNNEL_COLUMN - range.image.length))) node.tunnelGap = gap;
			}
			if (unknown.length > 0) {
				const text = unknown.map(({ image }) => image).join(" ");
				node.unknown = { type: "unparsed", text, ...this.spanFrom(unknown[0]!) };
			}
			return node;
		});
	});

	private counters = this.RULE("counters", (): VlanCounters => {
		const token = this.CONSUME(t.Counters);
		return this.ACTION(() => {
			const start = this.span(token).start;
			const [bytes, packets] = [...token.image.matchAll(/\d+/g)].map(({ 0: digits, index }) =>
				readNumber(digits, start + index, start + index + digits.length),
			);
			const of = token.image.startsWith("RX") ? "RX" : "TX";
			return { type: "counters", start: 0, end: 0, of, bytes: bytes!, packets: packets! };
		});
	});

	/** The one or two numbers of a range. */
	private ends(token: IToken): Num[] {
		let at = this.span(token).start;
		return token.image.split("-").map((digits) => {
			const start = at;
			at += digits.length + 1;
			return readNumber(digits, start, start + digits.length);
		});
	}

	/** The blanks and tabs between two tokens. */
	private between(left: IToken, right: IToken): string {
		return this.#line.slice(left.startOffset + left.image.length, right.startOffset);
	}
}
