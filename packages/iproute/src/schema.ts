export { IpAddressDump } from "./address/schema.ts";
export { IpMaddrDump } from "./maddr/schema.ts";
export { IpNeighDump } from "./neigh/schema.ts";
export { IpNetnsDump } from "./netns/schema.ts";
export { NetnsLsDump } from "./netns-ls/schema.ts";
export { IpRouteDump } from "./route/schema.ts";
export { IpRuleDump } from "./rule/schema.ts";
