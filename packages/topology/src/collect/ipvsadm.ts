import type { ParsedDump } from "@netfossil/capture";
import {
	balancedServices,
	type IpvsadmList,
	type IpvsadmSave,
	type ProcNetIpVs,
	serviceName,
} from "@netfossil/ipvsadm";
import type { Observations } from "../observations.ts";

/** What a table of IPVS says: its virtual services and their real servers. */
export function collectIpvsadm(
	parsed: ParsedDump<IpvsadmList | IpvsadmSave | ProcNetIpVs>,
	into: Observations,
): void {
	for (const { service, servers } of balancedServices(parsed.ast)) {
		into.virtualServices.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: service },
			name: serviceName(service.key),
			...(service.key.type === "fwmark" && { fwmark: service.key.mark.value }),
			...(service.scheduler && { scheduler: service.scheduler.value }),
			servers: servers.map((server) => ({
				address: server.address.value,
				port: server.port.number ?? 0,
				...(server.forwarding !== undefined && { forwarding: server.forwarding }),
				...(server.weight !== undefined && { weight: server.weight }),
				quote: { parsed, span: server },
			})),
		});
	}
}
