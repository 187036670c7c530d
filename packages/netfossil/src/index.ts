/** Everything in one import: each library of netfossil as a namespace, and the command line itself. */
export * as capture from "@netfossil/capture";
export * as core from "@netfossil/core";
export * as docker from "@netfossil/docker";
export * as iproute from "@netfossil/iproute";
export * as iptables from "@netfossil/iptables";
export * as ipvsadm from "@netfossil/ipvsadm";
export * as kernel from "@netfossil/kernel";
export * as sockets from "@netfossil/sockets";
export * as tcpdump from "@netfossil/tcpdump";
export * as topology from "@netfossil/topology";
export * as trace from "@netfossil/trace";
export { run } from "./cli.ts";
export { Exit, type ExitStatus } from "./exit.ts";
export type { Io, Output } from "./io.ts";
