export type * from "./ast.ts";
export { parseNetstat } from "./netstat/parser.ts";
export { printNetstat } from "./netstat/print.ts";
