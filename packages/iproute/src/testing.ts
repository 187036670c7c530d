export { interfaceNames, ipAddressDumps } from "./address/testing.ts";
export { ipNetnsDumps, namespaceNames } from "./netns/testing.ts";
export { netnsLsDumps } from "./netns-ls/testing.ts";
