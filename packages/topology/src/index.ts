export type * from "./model.ts";
export { SCHEMA, TYPED_COMMAND } from "./model.ts";
export { type NamespaceDumps, type NamespaceTrees, namespaceDumps } from "./namespaces.ts";
export { reconstruct } from "./reconstruct.ts";
export { toDot } from "./write/dot.ts";
export { toMermaid } from "./write/mermaid.ts";
export { type TextOptions, toText } from "./write/text.ts";
