import { blanks, createLexer, createToken, type Lexer, type TokenType } from "@netfossil/core/grammar";

export const Integer: TokenType = createToken({ name: "Integer", pattern: /\d+/, label: "a number" });

/** An address and the colon before the port, which only the arrow behind it tells from the port itself. */
export const Host: TokenType = createToken({
	name: "Host",
	pattern: /(?:\*|\[[\da-fA-F:.]+\]|[\da-fA-F:.]+):(?=\d+(?:-\d+)?->)/,
	start_chars_hint: [..."*[:.0123456789abcdefABCDEF"],
	line_breaks: false,
	label: "ADDRESS:",
});
export const Arrow: TokenType = createToken({ name: "Arrow", pattern: /->/, label: "->" });
export const Dash: TokenType = createToken({ name: "Dash", pattern: /-/, label: "-" });
export const Slash: TokenType = createToken({ name: "Slash", pattern: /\//, label: "/" });
export const Protocol: TokenType = createToken({
	name: "Protocol",
	pattern: /tcp|udp|sctp/,
	label: "tcp, udp or sctp",
});
export const Open: TokenType = createToken({ name: "Open", pattern: /\(/, label: "(" });
export const Close: TokenType = createToken({ name: "Close", pattern: /\)/, label: ")" });
export const Max: TokenType = createToken({ name: "Max", pattern: /max/, label: "max" });
export const PerNode: TokenType = createToken({ name: "PerNode", pattern: /per node/, label: "per node" });
export const Completed: TokenType = createToken({
	name: "Completed",
	pattern: /completed/,
	label: "completed",
});

export const tokens: TokenType[] = [
	blanks,
	Host,
	Integer,
	Arrow,
	Dash,
	Slash,
	Protocol,
	Open,
	Close,
	Max,
	PerNode,
	Completed,
];

export const createCellLexer = (): Lexer => createLexer(tokens);
