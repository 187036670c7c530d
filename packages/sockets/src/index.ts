export type * from "./ast.ts";
export { netstatParts, parseNetstat } from "./netstat/parser.ts";
export { printNetstat } from "./netstat/print.ts";
export type * from "./ss/ast.ts";
export { type SsFacts, ssFacts } from "./ss/facts.ts";
export { parseSs, ssParts } from "./ss/parser.ts";
export { printSs } from "./ss/print.ts";
