export type { Gap } from "./fate.ts";
export { Links } from "./links.ts";
export { fitting, leadsTo, type Premises, readPremises } from "./premises.ts";
export {
	answerFlow,
	type FlowAnswer,
	type FlowQuestion,
	type Followed,
	follow,
	namespaceOf,
} from "./report/flows.ts";
export { type TracePaint, type TraceTextOptions, traceText } from "./report/text.ts";
export { compile } from "./state/compile.ts";
export type * from "./state/kernel.ts";
export { addressNamed, type Named, placeNamed } from "./target.ts";
export { type Branch, explore, type Query } from "./walk.ts";
