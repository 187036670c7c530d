export type * from "./ast.ts";
export { parseTcpdump, tcpdumpParts } from "./parser.ts";
export { printTcpdump } from "./print.ts";
