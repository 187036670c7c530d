export { interfaceNames, ipAddressDumps } from "./address/testing.ts";
export { ipMaddrDumps } from "./maddr/testing.ts";
export { ipNeighDumps, neighbours } from "./neigh/testing.ts";
export { ipNetnsDumps, namespaceNames } from "./netns/testing.ts";
export { netnsLsDumps } from "./netns-ls/testing.ts";
export { ipRouteDumps, routes } from "./route/testing.ts";
export { ipRuleDumps, rules } from "./rule/testing.ts";
