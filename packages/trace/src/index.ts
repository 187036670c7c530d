export type { Gap } from "./fate.ts";
export { Links } from "./links.ts";
export { answerFlow, type FlowAnswer, type FlowQuestion, namespaceOf } from "./report/flows.ts";
export { compile } from "./state/compile.ts";
export type * from "./state/kernel.ts";
export { type Branch, explore, type Query } from "./walk.ts";
