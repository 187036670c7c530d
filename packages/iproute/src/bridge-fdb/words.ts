import type { FdbFlag, FdbWord } from "./ast.ts";

/** Words that stand alone, in the order printed. Source: `fdb_print_flags`, `fdb_print_ext_attrs`. */
export const FDB_FLAGS: readonly FdbFlag[] = [
	"activity_notify",
	"inactive",
	"self",
	"router",
	"extern_learn",
	"offload",
	"sticky",
	"locked",
];

/** All words of an entry, in the order of iproute2 since 4.17. */
export const FDB_WORDS: readonly FdbWord[] = [
	"dev",
	"dst",
	"vlan",
	"port",
	"vni",
	"src_vni",
	"via",
	"via ifindex",
	"nhid",
	"link-netnsid",
	"activity_notify",
	"inactive",
	"used",
	"self",
	"router",
	"extern_learn",
	"offload",
	"sticky",
	"locked",
	"master",
	"state",
];
