export { attributeOf, kindOf, netnsOf, type PeerNames, peerNames, statisticsOf } from "./address/facts.ts";
export { printIpAddress } from "./address/print.ts";
export { ipAddressParts, parseIpAddress } from "./address/read.ts";
export type * from "./ast.ts";
export { parseIpNetns } from "./netns/parser.ts";
export { printIpNetns } from "./netns/print.ts";
export { parseNetnsLs } from "./netns-ls/parser.ts";
export { printNetnsLs } from "./netns-ls/print.ts";
