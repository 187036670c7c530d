import type { Draft } from "@netfossil/core";
import { type IToken, type Reading, StatementParser } from "@netfossil/core/grammar";
import { destination, FieldNotes, type FieldOrder, nameEnd, valueStart } from "../fields.ts";
import type {
	Encap,
	Nexthop,
	NexthopInfo,
	Route,
	RouteCache,
	RouteField,
	RouteFields,
	RouteMetric,
} from "./ast.ts";
import { isEncapValue, readEncap } from "./encap.ts";
import { CACHE, INFO, NEXTHOP, ROUTE, readMetric } from "./fields.ts";
import * as t from "./tokens.ts";

/**
 * The lines of `ip route`, without their indentation and trailing blanks:
 *
 * ```
 * route   := [TYPE | NUMBER] ("default" | ADDRESS ["/" LENGTH] | NAME | LABEL) field*
 * nexthop := "nexthop" field*
 * info    := "nh_info" field*
 * cache   := "cache" ["<" FLAGS ">"] field*
 * field   := NAME VALUE | "via" FAMILY ADDRESS | FLAG | METRIC ["lock"] VALUE | encap | unknown
 * encap   := "encap" KIND (WORD | NAME VALUE)*
 * ```
 *
 * Fields may stand in any order, for releases differ; an encapsulation ends at a field that is not its own.
 */
export class RouteParser extends StatementParser {
	#text = "";

	constructor(skipValidations = true) {
		super(t.tokens, t.createRouteLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readRoute(text: string, start: number, end: number): Reading<Route> {
		this.#text = text;
		return this.read(this.route, text, start, end);
	}

	readNexthop(text: string, start: number, end: number): Reading<Nexthop> {
		this.#text = text;
		return this.read(this.nexthop, text, start, end);
	}

	readInfo(text: string, start: number, end: number): Reading<NexthopInfo> {
		this.#text = text;
		return this.read(this.info, text, start, end);
	}

	readCache(text: string, start: number, end: number): Reading<RouteCache> {
		this.#text = text;
		return this.read(this.cache, text, start, end);
	}

	private route = this.RULE("route", (): Route => {
		const kind = this.OPTION({ GATE: () => this.isKind(), DEF: () => this.CONSUME(t.AnyWord) });
		const to = this.CONSUME1(t.AnyWord);
		const node = this.ACTION((): Draft<Route> => {
			const draft = { type: "route", start: 0, end: 0 } as Draft<Route>;
			if (kind !== undefined) draft.kind = this.word(kind);
			draft.destination = this.destination(to);
			return draft;
		});
		this.SUBRULE(this.fields, { ARGS: [node, ROUTE] });
		this.ACTION(() => {
			// `10.0.0.0 0.0.0.0 255.0.0.0 U 0 0 0 eth0`: an address alone makes no route of other words.
			const [unknown] = node.unknown ?? [];
			if (unknown !== undefined && ROUTE.last(node) === undefined)
				this.refuse(to, "a field after the address");
		});
		return node;
	});

	private nexthop = this.RULE("nexthop", (): Nexthop => {
		this.CONSUME(t.NexthopWord);
		const node: Nexthop = { type: "nexthop", start: 0, end: 0 };
		this.SUBRULE(this.fields, { ARGS: [node, NEXTHOP] });
		return node;
	});

	private info = this.RULE("info", (): NexthopInfo => {
		this.CONSUME(t.InfoWord);
		const node: NexthopInfo = { type: "nexthop-info", start: 0, end: 0 };
		this.SUBRULE(this.fields, { ARGS: [node, INFO] });
		return node;
	});

	private cache = this.RULE("cache", (): RouteCache => {
		this.CONSUME(t.CacheWord);
		const node: RouteCache = { type: "cache", start: 0, end: 0 };
		this.SUBRULE(this.fields, { ARGS: [node, CACHE] });
		return node;
	});

	private fields = this.RULE(
		"fields",
		(node: Draft<RouteFields>, order: FieldOrder<RouteFields, RouteField>): void => {
			const notes = this.ACTION(() => {
				const { startOffset, image } = this.LA(0);
				return new FieldNotes(order, this.base + startOffset + image.length);
			});
			this.MANY(() => {
				this.OR([
					{
						ALT: () => {
							const token = this.LA(1);
							const encap = this.SUBRULE(this.encap);
							this.ACTION(() => {
								const { start, end } = encap;
								if (notes.known("encap", start, end)) node.encap = encap;
								else this.unknown(notes, token, end);
							});
						},
					},
					{
						ALT: () => {
							const token = this.SUBRULE(this.one);
							this.ACTION(() => {
								if (!this.field(node, notes, token)) this.unknown(notes, token, this.endOf(token));
							});
						},
					},
				]);
			});
			this.ACTION(() => notes.finish(node));
		},
	);

	/** A field, or a word of none. */
	private one = this.tokenRule("one", [
		t.Pair,
		t.Flag,
		t.Metric,
		t.ViaFamily,
		t.Features,
		t.Flags,
		t.Text,
		t.Address,
		t.RouteType,
		t.NexthopWord,
		t.InfoWord,
		t.CacheWord,
	]);

	/** A word of an encapsulation: `mode encap` */
	private oneOfEncap = this.tokenRule("oneOfEncap", [
		t.Pair,
		t.Metric,
		t.Text,
		t.Address,
		t.EncapWord,
		t.Features,
		t.Flags,
		t.RouteType,
		t.NexthopWord,
		t.InfoWord,
		t.CacheWord,
	]);

	private encap = this.RULE("encap", (): Encap => {
		const first = this.CONSUME(t.EncapWord);
		const kind = this.CONSUME(t.AnyWord);
		const names: string[] = [];
		this.MANY({
			GATE: () => this.isOfEncap(kind, names),
			DEF: () => {
				const token = this.SUBRULE(this.oneOfEncap);
				this.ACTION(() => {
					names.push(nameOf(token.image));
				});
			},
		});
		return this.ACTION(() => {
			const span = this.spanFrom(first);
			const { end } = this.span(kind);
			const attributes = readEncap(kind.image, this.#text, end, span.end);
			return { type: "encap", kind: this.word(kind), attributes, ...span };
		});
	});

	/** Whether a type or its number stands before the destination. */
	private isKind(): boolean {
		const first = this.LA(1);
		if (first.tokenType === t.RouteType) return true;
		return this.LA(2).tokenType === t.Address && /^\d+$/.test(first.image);
	}

	/** Whether the next word goes on with an encapsulation; a field of the route comes but once in it. */
	private isOfEncap(kind: IToken, names: readonly string[]): boolean {
		const { tokenType, image } = this.LA(1);
		if (tokenType === t.ViaFamily || tokenType === t.Flag) return false;
		if (tokenType !== t.Pair && tokenType !== t.Metric) return true;
		const name = nameOf(image);
		return isEncapValue(kind.image, name) && !names.includes(name);
	}

	/** A name or a label is a destination only where a field follows that says so. */
	private destination(token: IToken): Route["destination"] {
		const { start, end } = this.span(token);
		const node = destination.read(token.image, start)!;
		if (node.type !== "name") return node;
		const { tokenType, image } = this.LA(1);
		const routed =
			tokenType === t.ViaFamily ||
			tokenType === t.EncapWord ||
			(tokenType === t.Pair && /^(?:as to|via|dev|proto|nhid|table)[ \t]/.test(image));
		if (!routed) this.refuse(token, "default, ADDRESS or ADDRESS/LENGTH");
		return /^\d+$/.test(token.image) ? { type: "label", value: token.image, start, end } : node;
	}

	/** Puts a field into the node; false: it has none there. */
	private field(
		node: Draft<RouteFields>,
		notes: FieldNotes<RouteFields, RouteField>,
		token: IToken,
	): boolean {
		const { image } = token;
		const start = this.base + token.startOffset;
		const end = start + image.length;
		switch (token.tokenType) {
			case t.Pair:
			case t.ViaFamily: {
				const name = nameOf(image);
				const at = valueStart(image, name.length);
				const key = (TITLES[name] ?? name) as RouteField;
				const value = ROUTE_READERS[key].read(image.slice(at), start + at);
				if (value === undefined || !notes.known(key, start, end)) return false;
				(node as Record<string, unknown>)[key] = value;
				return true;
			}
			case t.Flag:
				if (notes.last === "flags") {
					(node.flags as string[]).push(image);
					notes.more(end);
					return true;
				}
				if (!notes.known("flags", start, end)) return false;
				node.flags = [image];
				return true;
			case t.Flags:
				if (notes.last !== undefined || node.flags !== undefined || !notes.known("flags", start, end))
					return false;
				node.flags = image === "<>" ? [] : image.slice(1, -1).split(",");
				return true;
			case t.Metric:
			case t.Features:
				if (notes.last === "metrics") {
					(node.metrics as RouteMetric[]).push(readMetric(image, start));
					notes.more(end);
					return true;
				}
				if (!notes.known("metrics", start, end)) return false;
				node.metrics = [readMetric(image, start)];
				return true;
			default:
				return false;
		}
	}

	private unknown(notes: FieldNotes<RouteFields, RouteField>, token: IToken, end: number): void {
		const start = this.base + token.startOffset;
		notes.unknown(this.#text.slice(start, end), start, end);
	}

	private endOf(token: IToken): number {
		return this.base + token.startOffset + token.image.length;
	}
}

const ROUTE_READERS = ROUTE.table;
/** Words that are not the name of their field. */
const TITLES: Readonly<Record<string, RouteField>> = { "as to": "as", realm: "realms" };

/** The words of a field before its value. */
function nameOf(image: string): string {
	return image.startsWith("as to") ? "as to" : image.slice(0, nameEnd(image));
}
