/** The places in the kernel where packets meet the tables, by the names of the built-in chains. */
export type Hook = "PREROUTING" | "INPUT" | "FORWARD" | "OUTPUT" | "POSTROUTING";

export type TableName = "raw" | "mangle" | "nat" | "filter" | "security";

/**
 * The tables at each hook in the order in which a packet meets them. Source: `enum nf_ip_hook_priorities` in
 * include/uapi/linux/netfilter_ipv4.h (RAW -300, MANGLE -150, NAT_DST -100, FILTER 0, SECURITY 50,
 * NAT_SRC 100; connection tracking at -200 comes after raw) and the hooks that net/ipv4/netfilter/iptable_*.c
 * register; IPv6 has the same. At PREROUTING and OUTPUT nat has the priority NAT_DST, so that filter sees the
 * translated destination; at INPUT and POSTROUTING it has NAT_SRC and comes last. Its chain INPUT came with
 * 2.6.36. Only the first packet of a connection meets nat, the others are translated alike.
 */
export const TABLES_AT: Readonly<Record<Hook, readonly TableName[]>> = {
	PREROUTING: ["raw", "mangle", "nat"],
	INPUT: ["mangle", "filter", "security", "nat"],
	FORWARD: ["mangle", "filter", "security"],
	OUTPUT: ["raw", "mangle", "nat", "filter", "security"],
	POSTROUTING: ["mangle", "nat"],
};
