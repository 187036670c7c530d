import type { ProcTitles } from "../ast.ts";

/** The lines of titles that the kernel prints; older ones had no persistence engines. */
const TITLES: ReadonlyMap<string, ProcTitles["of"]> = new Map([
	["Prot LocalAddress:Port Scheduler Flags", "service"],
	["  -> RemoteAddress:Port Forward Weight ActiveConn InActConn", "real-server"],
	["Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData", "connection"],
	["Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires", "connection"],
	["   Total Incoming Outgoing         Incoming         Outgoing", "stats"],
	["   Conns  Packets  Packets            Bytes            Bytes", "stats"],
	[" Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s", "rate"],
]);

/** What a line of titles is of; undefined for a line that is none. */
export function titlesOf(line: string): ProcTitles["of"] | undefined {
	return TITLES.get(line);
}

/** All lines of titles, for arbitraries. */
export const titleLines: readonly string[] = [...TITLES.keys()];
