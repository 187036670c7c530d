export type * from "./address/ast.ts";
export type * from "./netns/ast.ts";
export type * from "./netns-ls/ast.ts";
