import type { Rule } from "../context.ts";
import { balancedServices } from "./balanced-services.ts";
import { capturedAddresses } from "./captured-addresses.ts";
import { dumps } from "./dumps.ts";
import { embeddedDns } from "./embedded-dns.ts";
import { endpointInterfaces } from "./endpoint-interfaces.ts";
import { gaps } from "./gaps/index.ts";
import { gatewayLegs } from "./gateway-legs.ts";
import { ingressNetwork } from "./ingress-networks.ts";
import { interfaces } from "./interfaces.ts";
import { lans } from "./lans.ts";
import { learnedMacs } from "./learned-macs.ts";
import { linkLayer } from "./link-layer.ts";
import { localLinks } from "./local-links.ts";
import { localMarks } from "./local-marks.ts";
import { lowerDevices } from "./lower-devices.ts";
import { marks } from "./marks.ts";
import { misplacedDumps } from "./misplaced-dumps.ts";
import { sameNames } from "./namesakes.ts";
import { networkBridges } from "./network-bridges.ts";
import { networkMembers } from "./network-members.ts";
import { networkByPeer } from "./networks-by-peer.ts";
import { overlayMacs } from "./overlay-macs.ts";
import { overlayNamespaces } from "./overlay-namespaces.ts";
import { overlayPeers } from "./overlay-peers.ts";
import { pairedTunnels } from "./paired-tunnels.ts";
import { pointToPoint } from "./point-to-point.ts";
import { publishedPorts } from "./published-ports.ts";
import { realServers } from "./real-servers.ts";
import { remainingSandbox } from "./remaining-sandboxes.ts";
import { routing } from "./routing.ts";
import { serviceVips } from "./service-vips.ts";
import { settings } from "./settings.ts";
import { sockets } from "./sockets.ts";
import { sourceRewrites } from "./source-rewrites.ts";
import { taskContainers } from "./task-containers.ts";
import { taskEndpoints } from "./task-endpoints.ts";
import { taskPorts } from "./task-ports.ts";
import { taskRedirects } from "./task-redirects.ts";
import { taskVips } from "./task-vips.ts";
import { trackedConnections } from "./tracked-connections.ts";
import { typedCommands } from "./typed-commands.ts";
import { userlandProxies } from "./userland-proxies.ts";
import { vethPeers } from "./veth-peers.ts";
import { vipAddresses } from "./vip-addresses.ts";
import { vipServices } from "./vip-services.ts";
import { vxlanTunnels } from "./vxlan-tunnels.ts";

/** All rules, in an order in which each finds what it builds on. */
export const rules: readonly Rule[] = [
	dumps,
	sameNames,
	interfaces,
	routing,
	linkLayer,
	settings,
	sockets,
	overlayNamespaces,
	networkMembers,
	endpointInterfaces,
	gatewayLegs,
	ingressNetwork,
	remainingSandbox,
	serviceVips,
	vipAddresses,
	taskContainers,
	taskVips,
	vipServices,
	vethPeers,
	misplacedDumps,
	localLinks,
	lowerDevices,
	networkByPeer,
	networkBridges,
	overlayMacs,
	learnedMacs,
	lans,
	overlayPeers,
	vxlanTunnels,
	pairedTunnels,
	pointToPoint,
	taskRedirects,
	embeddedDns,
	sourceRewrites,
	publishedPorts,
	userlandProxies,
	trackedConnections,
	marks,
	realServers,
	taskEndpoints,
	localMarks,
	taskPorts,
	balancedServices,
	typedCommands,
	capturedAddresses,
	gaps,
];
