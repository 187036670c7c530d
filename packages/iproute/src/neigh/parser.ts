import {
	type Draft,
	type ParseResult,
	type PartReader,
	parseDocument,
	parseLines,
	partsOf,
} from "@netfossil/core";
import { type IToken, nodeOf, type Reading, StatementParser } from "@netfossil/core/grammar";
import { FieldNotes, host, nameEnd, unknownDiagnostics, valueStart } from "../fields.ts";
import { placed, rowOfLine } from "../rows.ts";
import type { IpNeighDump, IpNeighStatement, Neighbour, NeighField, NeighFields } from "./ast.ts";
import { readBrief } from "./brief.ts";
import { NEIGH } from "./fields.ts";
import * as t from "./tokens.ts";

/**
 * The lines of `ip neigh`:
 *
 * ```
 * neighbour := (ADDRESS | NAME)? field*
 * field     := NAME VALUE | "used" N "/" N "/" N | FLAG | STATE | unknown
 * ```
 *
 * Without an address, a device or a link-layer address comes first.
 */
export class NeighParser extends StatementParser {
	constructor(skipValidations = true) {
		super(t.tokens, t.createNeighLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readNeighbour(text: string, start: number, end: number): Reading<Neighbour> {
		return this.read(this.neighbour, text, start, end);
	}

	private neighbour = this.RULE("neighbour", (): Neighbour => {
		const address = this.OPTION(() => this.SUBRULE(this.address));
		const rest: IToken[] = [];
		this.MANY(() => {
			rest.push(this.SUBRULE(this.one));
		});
		return this.ACTION(() => this.node(address, rest));
	});

	private address = this.tokenRule("address", [t.Address, t.Text]);

	/** A field, or a word of none. */
	private one = this.tokenRule("one", [t.Pair, t.State, t.Used, t.Flag, t.Text, t.Address]);

	private node(address: IToken | undefined, rest: readonly IToken[]): Neighbour {
		const node: Draft<Neighbour> = { type: "neighbour", start: 0, end: 0 };
		const notes = new FieldNotes(NEIGH, this.head(node, address, rest[0]));
		for (const token of rest) {
			if (this.field(node, notes, token)) continue;
			const span = this.span(token);
			notes.unknown(token.image, span.start, span.end);
		}
		notes.finish(node);
		return node;
	}

	/** Puts the address into the node, if there is one. Where it ends: the fields begin one blank further on. */
	private head(node: Draft<Neighbour>, address: IToken | undefined, next: IToken | undefined): number {
		if (address === undefined) {
			// The grammar takes no empty line, and no word but a field's in the place of an address.
			if (!/^(?:dev|lladdr)[ \t]/.test(next!.image)) this.refuse(next!, "an address");
			return this.span(next!).start - 1;
		}
		const { start, end } = this.span(address);
		const read = host.read(address.image, start)!;
		// A name (`-r`) is one only where a field follows.
		const known = address.tokenType === t.Address && read.type === "ip";
		if (!known && next?.tokenType !== t.Pair) this.refuse(address, "an address");
		node.address = read;
		return end;
	}

	/** Puts a field into the node; false: it has none there. */
	private field(
		node: Draft<NeighFields>,
		notes: FieldNotes<NeighFields, NeighField>,
		token: IToken,
	): boolean {
		const { image } = token;
		const { start, end } = this.span(token);
		switch (token.tokenType) {
			case t.Pair:
			case t.Used: {
				const nameTo = nameEnd(image);
				const name = image.slice(0, nameTo) as NeighField;
				const at = valueStart(image, nameTo);
				const value = NEIGH.table[name].read(image.slice(at), start + at);
				if (value === undefined || !notes.known(name, start, end)) return false;
				(node as Record<string, unknown>)[name] = value;
				return true;
			}
			case t.Flag:
			case t.State: {
				const name = token.tokenType === t.Flag ? "flags" : "states";
				if (notes.last === name) {
					(node[name] as string[]).push(image);
					notes.more(end);
					return true;
				}
				if (!notes.known(name, start, end)) return false;
				node[name] = [image];
				return true;
			}
			default:
				return false;
		}
	}
}

let parser: NeighParser | undefined;

/** Reads what `ip neigh` prints. */
export function parseIpNeigh(input: string): ParseResult<IpNeighDump> {
	return parseDocument(input, "ip-neigh", (text) => {
		parser ??= new NeighParser();
		const grammar = parser;
		return parseLines(text, "ip", (line, report): Neighbour | undefined => {
			const row = rowOfLine(text, line);
			const brief = readBrief(row);
			if (brief !== undefined) return brief;
			const reading = grammar.readNeighbour(text, row.end - row.body.length, row.end);
			const node = nodeOf(reading, "iproute", report);
			if (node?.unknown !== undefined) for (const each of unknownDiagnostics(node)) report(each);
			return node && placed(node, row, "", " ");
		});
	});
}

/** Reads many neighbours in parts: see `parseParts` of `@netfossil/core`. */
export function ipNeighParts(): PartReader<IpNeighStatement> {
	return partsOf(parseIpNeigh);
}
