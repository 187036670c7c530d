export type * from "./address/ast.ts";
export type { Fields, UnknownField } from "./fields.ts";
export type * from "./maddr/ast.ts";
export type * from "./neigh/ast.ts";
export type * from "./netns/ast.ts";
export type * from "./netns-ls/ast.ts";
export type * from "./route/ast.ts";
export type * from "./rule/ast.ts";
export type * from "./values.ts";
