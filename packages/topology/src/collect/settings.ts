import type { ParsedDump } from "@netfossil/capture";
import { type SysctlDump, settings } from "@netfossil/kernel";
import type { Observations } from "../observations.ts";

/** The settings that decide whether and where a packet goes; `sysctl -a` prints a thousand others. */
const DECIDES =
	/^net\.(?:ipv4\.ip_forward|ipv4\.ip_nonlocal_bind|ipv[46]\.conf\.[^.]+\.(?:forwarding|rp_filter|accept_local|route_localnet|arp_ignore|arp_announce|proxy_arp|disable_ipv6)|bridge\.bridge-nf-call-(?:ip|ip6|arp)tables|ipv4\.vs\.(?:conntrack|conn_reuse_mode|expire_nodest_conn))$/;

export function collectSysctl(parsed: ParsedDump<SysctlDump>, into: Observations): void {
	for (const [key, { setting }] of settings(parsed.ast)) {
		if (!DECIDES.test(key)) continue;
		const { value } = setting.value;
		into.settings.push({ scope: parsed.dump.scope, quote: { parsed, span: setting }, key, value });
	}
}
