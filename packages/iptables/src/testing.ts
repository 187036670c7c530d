/** Arbitraries of ASTs that iptables could have printed. Needs the optional peer `fast-check`. */
export { lists, saves } from "./testing/documents.ts";
export { type LoadableOptions, loadable } from "./testing/loadable.ts";
export { matches, targets } from "./testing/parts.ts";
export { rules } from "./testing/rules.ts";
export type { Family, Form } from "./testing/setting.ts";
