import type { PortWord } from "./ast.ts";

/** The words of a port's first line, in the order printed. */
export const PORT_WORDS: readonly PortWord[] = ["mtu", "master", "state", "priority", "cost", "hwmode"];

/** The words of `-d`, each with one value. Source: `print_protinfo` of `bridge/link.c`. */
export const DETAILS: readonly string[] = [
	"hairpin",
	"guard",
	"root_block",
	"fastleave",
	"learning",
	"learning_sync",
	"flood",
	"mcast_flood",
	"bcast_flood",
	"mcast_router",
	"mcast_to_unicast",
	"mcast_max_groups",
	"mcast_n_groups",
	"neigh_suppress",
	"neigh_vlan_suppress",
	"vlan_tunnel",
	"isolated",
	"locked",
	"mab",
	"backup_port",
	"backup_nhid",
	"hwmode",
];
