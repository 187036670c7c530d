export { IpAddressDump } from "./address/schema.ts";
export { IpNetnsDump } from "./netns/schema.ts";
export { NetnsLsDump } from "./netns-ls/schema.ts";
