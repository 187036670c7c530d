import type { ParsedDump } from "@netfossil/capture";
import { noObservations, type Observations } from "../observations.ts";
import {
	collectInspect,
	collectNetworkInspect,
	collectNetworkLs,
	collectPs,
	collectServiceInspect,
	collectServiceLs,
	collectServicePs,
} from "./docker.ts";
import { collectIpAddress, collectIpNetns, collectNetnsLs } from "./iproute.ts";
import { collectIptables } from "./iptables.ts";
import { collectIpvsadm } from "./ipvsadm.ts";
import { collectNetstat } from "./sockets.ts";
import { collectTcpdump } from "./tcpdump.ts";

type Collector = (parsed: ParsedDump<never>, into: Observations) => void;

/** The collector of each kind that shows something; the AST of a dump is that of its kind. */
const collectors: Partial<Record<ParsedDump["dump"]["kind"], Collector>> = {
	"docker-inspect": collectInspect,
	"docker-network-inspect": collectNetworkInspect,
	"docker-network-ls": collectNetworkLs,
	"docker-ps": collectPs,
	"docker-service-inspect": collectServiceInspect,
	"docker-service-ls": collectServiceLs,
	"docker-service-ps": collectServicePs,
	"ip-address": collectIpAddress,
	"ip-netns": collectIpNetns,
	"iptables-list": collectIptables,
	"iptables-save": collectIptables,
	"ipvsadm-list": collectIpvsadm,
	"ipvsadm-save": collectIpvsadm,
	netstat: collectNetstat,
	"netns-ls": collectNetnsLs,
	"proc-net-ip-vs": collectIpvsadm,
	tcpdump: collectTcpdump,
};

/** What all dumps say. */
export function collect(dumps: readonly ParsedDump[]): Observations {
	const into = noObservations();
	for (const parsed of dumps) collectors[parsed.dump.kind]?.(parsed as ParsedDump<never>, into);
	return into;
}
