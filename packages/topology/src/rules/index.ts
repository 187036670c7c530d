import type { Rule } from "../context.ts";
import { capturedAddresses } from "./captured-addresses.ts";
import { dumps } from "./dumps.ts";
import { gaps } from "./gaps/index.ts";
import { interfaces } from "./interfaces.ts";
import { lans } from "./lans.ts";
import { linkLayer } from "./link-layer.ts";
import { localLinks } from "./local-links.ts";
import { localMarks } from "./local-marks.ts";
import { lowerDevices } from "./lower-devices.ts";
import { marks } from "./marks.ts";
import { sameNames } from "./namesakes.ts";
import {
	endpointInterfaces,
	gatewayLegs,
	ingressNetwork,
	networkByPeer,
	networkMembers,
	overlayMacs,
} from "./network-members.ts";
import { overlayNamespaces } from "./overlay-namespaces.ts";
import { overlayPeers } from "./overlay-peers.ts";
import { pairedTunnels } from "./paired-tunnels.ts";
import { publishedPorts } from "./published-ports.ts";
import { balancedServices, realServers } from "./real-servers.ts";
import { embeddedDns, sourceRewrites, taskRedirects } from "./redirects.ts";
import { routing } from "./routing.ts";
import {
	remainingSandbox,
	serviceVips,
	taskContainers,
	taskVips,
	vipAddresses,
	vipServices,
} from "./services.ts";
import { settings } from "./settings.ts";
import { sockets } from "./sockets.ts";
import { taskEndpoints } from "./task-endpoints.ts";
import { taskPorts } from "./task-ports.ts";
import { typedCommands } from "./typed-commands.ts";
import { vethPeers } from "./veth-peers.ts";
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
	localLinks,
	lowerDevices,
	networkByPeer,
	overlayMacs,
	lans,
	overlayPeers,
	vxlanTunnels,
	pairedTunnels,
	taskRedirects,
	embeddedDns,
	sourceRewrites,
	publishedPorts,
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
