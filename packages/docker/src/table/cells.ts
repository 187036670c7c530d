import { readIp } from "@netfossil/core";
import { type IToken, type Reading, StatementParser } from "@netfossil/core/grammar";
import type { PortRange, PublishedPort, Replicas } from "../ast.ts";
import * as t from "./tokens.ts";

/**
 * The cells that are more than a word:
 *
 * ```
 * published := [HOST] range "->" range "/" PROTOCOL | range "/" PROTOCOL
 * range     := NUMBER ["-" NUMBER]
 * replicas  := NUMBER "/" NUMBER ["(" ("max" NUMBER "per node" | NUMBER "/" NUMBER "completed") ")"]
 * ```
 */
export class CellParser extends StatementParser {
	constructor(skipValidations = true) {
		super(t.tokens, t.createCellLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readPort(text: string, start: number, end: number): Reading<PublishedPort> {
		return this.read(this.published, text, start, end);
	}

	readReplicas(text: string, start: number, end: number): Reading<Replicas> {
		return this.read(this.replicas, text, start, end);
	}

	private published = this.RULE("published", (): PublishedPort => {
		const first = this.LA(1);
		const host = this.OPTION(() => this.CONSUME(t.Host));
		const range = this.SUBRULE(this.range);
		const target = this.OPTION1(() => {
			this.CONSUME(t.Arrow);
			return this.SUBRULE1(this.range);
		});
		this.CONSUME(t.Slash);
		const protocol = this.CONSUME(t.Protocol).image as PublishedPort["protocol"];
		return this.ACTION((): PublishedPort => {
			const ports = target === undefined ? { target: range } : { published: range, target };
			return {
				type: "published-port",
				...(host && this.host(host)),
				...ports,
				protocol,
				...this.spanFrom(first),
			};
		});
	});

	private range = this.RULE("range", (): PortRange => {
		const first = this.CONSUME(t.Integer);
		const last = this.OPTION(() => {
			this.CONSUME(t.Dash);
			return this.CONSUME1(t.Integer);
		});
		return this.ACTION(() => ({
			first: this.port(first),
			last: this.port(last ?? first),
			...this.spanFrom(first),
		}));
	});

	private replicas = this.RULE("replicas", (): Replicas => {
		const first = this.CONSUME(t.Integer);
		this.CONSUME(t.Slash);
		const desired = Number(this.CONSUME1(t.Integer).image);
		const note = this.OPTION(() => {
			this.CONSUME(t.Open);
			const within = this.OR([
				{
					ALT: () => {
						this.CONSUME(t.Max);
						const maxPerNode = Number(this.CONSUME2(t.Integer).image);
						this.CONSUME(t.PerNode);
						return { maxPerNode };
					},
				},
				{
					ALT: () => {
						const done = Number(this.CONSUME3(t.Integer).image);
						this.CONSUME1(t.Slash);
						const total = Number(this.CONSUME4(t.Integer).image);
						this.CONSUME(t.Completed);
						return { completed: { done, total } };
					},
				},
			]);
			this.CONSUME(t.Close);
			return within;
		});
		const running = Number(first.image);
		return { type: "replicas", running, desired, ...note, ...this.spanFrom(first) };
	});

	private port(token: IToken): number {
		const value = Number(token.image);
		return value <= 65535 ? value : this.refuse(token, "a port");
	}

	private host(token: IToken): Pick<PublishedPort, "address" | "brackets"> {
		if (token.image === "*:") return {};
		const bracketed = token.image.startsWith("[");
		const text = bracketed ? token.image.slice(1, -2) : token.image.slice(0, -1);
		const address = readIp(text, this.span(token).start + (bracketed ? 1 : 0));
		if (address === undefined || (bracketed && address.family === 4)) return this.refuse(token, "ADDRESS:");
		return { address, ...(bracketed && { brackets: true as const }) };
	}
}
