export type * from "./ast.ts";
export { parseList } from "./list/parser.ts";
export { printList } from "./list/print.ts";
