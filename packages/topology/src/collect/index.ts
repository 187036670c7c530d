import type { ParsedDump } from "@netfossil/capture";
import { noObservations, type Observations } from "../observations.ts";
import { collectConntrack } from "./connections.ts";
import {
	collectInfo,
	collectInspect,
	collectNetworkInspect,
	collectNetworkLs,
	collectNodeInspect,
	collectNodeLs,
	collectPs,
	collectServiceInspect,
	collectServiceLs,
	collectServicePs,
} from "./docker.ts";
import { collectIpAddress, collectIpNetns, collectNetnsLs } from "./iproute.ts";
import { collectIptables } from "./iptables.ts";
import { collectIpvsadm } from "./ipvsadm.ts";
import {
	collectBonding,
	collectBrctl,
	collectBridgeFdb,
	collectBridgeLink,
	collectBridgeVlan,
	collectIfconfig,
	collectVlan,
} from "./links.ts";
import { collectIpNeigh } from "./neighbours.ts";
import { collectIpRule } from "./policy-rules.ts";
import { collectIpRoute, collectNetstatRoute } from "./routes.ts";
import { collectSysctl } from "./settings.ts";
import { collectNetstat, collectSs } from "./sockets.ts";
import { collectTcpdump } from "./tcpdump.ts";

type Collector = (parsed: ParsedDump<never>, into: Observations) => void;

/** The collector of each kind that shows something; the AST of a dump is that of its kind. */
const collectors: Partial<Record<ParsedDump["dump"]["kind"], Collector>> = {
	"brctl-show": collectBrctl,
	"bridge-fdb": collectBridgeFdb,
	"bridge-link": collectBridgeLink,
	"bridge-vlan": collectBridgeVlan,
	conntrack: collectConntrack,
	"docker-info": collectInfo,
	"docker-inspect": collectInspect,
	"docker-network-inspect": collectNetworkInspect,
	"docker-network-ls": collectNetworkLs,
	"docker-node-inspect": collectNodeInspect,
	"docker-node-ls": collectNodeLs,
	"docker-ps": collectPs,
	"docker-service-inspect": collectServiceInspect,
	"docker-service-ls": collectServiceLs,
	"docker-service-ps": collectServicePs,
	ifconfig: collectIfconfig,
	"ip-address": collectIpAddress,
	"ip-neigh": collectIpNeigh,
	"ip-netns": collectIpNetns,
	"ip-route": collectIpRoute,
	"ip-rule": collectIpRule,
	"iptables-list": collectIptables,
	"iptables-save": collectIptables,
	"ipvsadm-list": collectIpvsadm,
	"ipvsadm-save": collectIpvsadm,
	netstat: collectNetstat,
	"netstat-route": collectNetstatRoute,
	"netns-ls": collectNetnsLs,
	"proc-net-bonding": collectBonding,
	"proc-net-ip-vs": collectIpvsadm,
	"proc-net-vlan": collectVlan,
	ss: collectSs,
	sysctl: collectSysctl,
	tcpdump: collectTcpdump,
};

/** What all dumps say. */
export function collect(dumps: readonly ParsedDump[]): Observations {
	const into = noObservations();
	for (const parsed of dumps) collectors[parsed.dump.kind]?.(parsed as ParsedDump<never>, into);
	return into;
}
