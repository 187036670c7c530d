export type * from "./model.ts";
export { SCHEMA, TYPED_COMMAND } from "./model.ts";
export { reconstruct } from "./reconstruct.ts";
export { WANTED_SCHEMA, type Want, type Wanted } from "./wanted/model.ts";
export { toScript } from "./wanted/script.ts";
export { wantedOf } from "./wanted/wanted.ts";
export { toDot } from "./write/dot.ts";
export { toMermaid } from "./write/mermaid.ts";
export { type TextOptions, toText } from "./write/text.ts";
