import type { Word } from "@netfossil/core";
import { type ParserMethod, StatementParser } from "@netfossil/core/grammar";
import type { Endpoint } from "./ast.ts";
import { readEndpoint } from "./endpoint.ts";
import { Integer, Text } from "./tokens.ts";

/** What the grammars of the list and of the save form share: endpoints, and words that stand for themselves. */
export abstract class IpvsadmParser extends StatementParser {
	protected endpoint: ParserMethod<[], Endpoint> = this.RULE("endpoint", (): Endpoint => {
		const token = this.CONSUME(Text);
		return this.ACTION(
			() => readEndpoint(token.image, this.span(token).start) ?? this.refuse(token, "ADDRESS:PORT"),
		);
	});

	/** A word of the user's or the kernel's own, which may look like a number. */
	protected name: ParserMethod<[], Word> = this.RULE(
		"name",
		(): Word => this.word(this.OR([{ ALT: () => this.CONSUME(Text) }, { ALT: () => this.CONSUME(Integer) }])),
	);
}
