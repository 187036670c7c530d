export type { Gap } from "./fate.ts";
export { Links } from "./links.ts";
export { type End, endOf, type Failed, type Found, type Named, type Open } from "./named.ts";
export { type Origin, placeNamed } from "./origin.ts";
export { fitting, leadsTo, type Premises, readPremises } from "./premises.ts";
export {
	answerFlow,
	type FlowAnswer,
	type FlowQuestion,
	type Followed,
	follow,
	namespaceOf,
	questionNamed,
} from "./report/flows.ts";
export { type TracePaint, type TraceTextOptions, traceText } from "./report/text.ts";
export { compile } from "./state/compile.ts";
export type * from "./state/directory.ts";
export type * from "./state/kernel.ts";
export { type Asked, addressNamed } from "./target.ts";
export { type Branch, explore, type Query } from "./walk.ts";
