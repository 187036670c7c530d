export type * from "./ast.ts";
export { parseTcpdump } from "./parser.ts";
export { printTcpdump } from "./print.ts";
