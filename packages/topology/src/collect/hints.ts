import type { ParsedDump } from "@netfossil/capture";
import { readIp, readPrefix } from "@netfossil/core";

/** How a dump was asked for: its command, else its file's name, which mostly holds the command. */
function asked({ dump }: ParsedDump): string {
	if (dump.command !== undefined) return dump.command;
	const base = dump.source.name.replace(/^.*\//, "");
	// `ip_netns_exec_web_ip_-6_route_show_table_all.txt`
	return base.replaceAll("_", " ").replace(/\.(?:txt|log|out)$/, "");
}

/** The table that a listing of routes was asked for; without one in the command or with `all`, `main`. */
export function askedTable(parsed: ParsedDump): string {
	const table = /\btable[ =](\w+)/.exec(asked(parsed))?.[1];
	return table === undefined || table === "all" ? "main" : table;
}

/** Which family a listing is of, where its lines do not say: IPv6 only if the command or an address says so. */
export function askedFamily(parsed: ParsedDump, addresses: Iterable<string>): 4 | 6 {
	if (/(?:^| )-(?:6|f(?:amily)?[ =]inet6)(?: |$)/.test(asked(parsed))) return 6;
	for (const text of addresses) {
		const family = readIp(text, 0)?.family ?? readPrefix(text, 0)?.family;
		if (family !== undefined) return family;
	}
	return 4;
}
