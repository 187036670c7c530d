/** Whole networks, and what their machines would print. Needs the optional peer `fast-check`. */
export { attributesOf } from "./testing/attributes.ts";
export { build } from "./testing/build.ts";
export { edgesOf, shortcutsOf } from "./testing/edges.ts";
export { filesOf } from "./testing/files.ts";
export type * from "./testing/model.ts";
export type * from "./testing/plan.ts";
export { networkPlans, type PlanLimits } from "./testing/plans.ts";
