export { interfaceNames, ipAddressDumps } from "./address/testing.ts";
export { brctlShows } from "./brctl-show/testing.ts";
export { bridgeFdbs, fdbEntries } from "./bridge-fdb/testing.ts";
export { bridgeLinks, bridgePorts } from "./bridge-link/testing.ts";
export { bridgeVlans, vlans } from "./bridge-vlan/testing.ts";
export { ifconfigInterfaces, ifconfigs } from "./ifconfig/testing.ts";
export { ipNetnsDumps, namespaceNames } from "./netns/testing.ts";
export { netnsLsDumps } from "./netns-ls/testing.ts";
export { netstatRoutes, routesOf } from "./netstat-route/testing.ts";
