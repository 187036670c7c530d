import { blanks, createLexer, type Lexer, type TokenType, wordToken } from "@netfossil/core/grammar";

/** What a cell means, its column says: a network may be called `0` and an interface `-`. */
export const Cell: TokenType = wordToken("Cell", "a cell");

export const tokens: TokenType[] = [blanks, Cell];

export const createRouteLexer = (): Lexer => createLexer(tokens);
