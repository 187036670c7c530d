import type { Draft } from "@netfossil/core";
import {
	blanks,
	createLexer,
	type IToken,
	type Reading,
	StatementParser,
	type TokenType,
} from "@netfossil/core/grammar";
import type { Connection, Endpoint } from "../ast.ts";
import { readEndpoint } from "../endpoint.ts";
import { Text, whole } from "../tokens.ts";

/** `14:57`, also of more than 99 minutes. */
const Expires: TokenType = whole("Expires", /\d{2,9}:[0-5]\d/, "MINUTES:SECONDS");
const tokens: TokenType[] = [blanks, Expires, Text];

/**
 * The lines of `-c`, apart from the table's, for the state of UDP connections is `UDP`:
 *
 * ```
 * connection := PROTOCOL EXPIRES STATE ENDPOINT ENDPOINT ENDPOINT [ENGINE DATA]
 * ```
 */
export class ConnectionParser extends StatementParser {
	constructor(skipValidations = true) {
		super(tokens, createLexer(tokens), { skipValidations });
		this.performSelfAnalysis();
	}

	readConnection(text: string, start: number, end: number): Reading<Connection> {
		return this.read(this.connection, text, start, end);
	}

	private connection = this.RULE("connection", (): Connection => {
		const protocol = this.word(this.CONSUME(Text));
		const [minutes, seconds] = this.CONSUME(Expires).image.split(":");
		const node: Draft<Connection> = {
			type: "connection",
			start: 0,
			end: 0,
			protocol,
			expires: Number(minutes) * 60 + Number(seconds),
			state: this.word(this.CONSUME1(Text)),
			source: this.endpoint(this.CONSUME2(Text)),
			virtual: this.endpoint(this.CONSUME3(Text)),
			destination: this.endpoint(this.CONSUME4(Text)),
		};
		this.OPTION(() => {
			node.engine = this.word(this.CONSUME5(Text));
			node.engineData = this.word(this.SUBRULE(this.any));
		});
		return node;
	});

	private any = this.tokenRule("any", [Text, Expires]);

	private endpoint(token: IToken): Endpoint {
		return this.ACTION(
			(): Endpoint => readEndpoint(token.image, this.span(token).start) ?? this.refuse(token, "ADDRESS:PORT"),
		);
	}
}
