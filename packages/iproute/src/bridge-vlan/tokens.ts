import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";

export const Text: TokenType = wordToken("Text", "a word");
export const Range: TokenType = createToken({
	name: "Range",
	pattern: /\d+(?:-\d+)?(?![^ \t])/,
	label: "a VLAN or a range of them",
});
export const Flag: TokenType = createToken({
	name: "Flag",
	pattern: /(?:PVID|Egress Untagged)(?![^ \t])/,
	label: "PVID or Egress Untagged",
});
export const None: TokenType = createToken({ name: "None", pattern: /None(?![^ \t])/, label: "None" });
export const Counters: TokenType = createToken({
	name: "Counters",
	pattern: /(?:RX|TX):[ \t]+\d+[ \t]+bytes[ \t]+\d+[ \t]+packets(?![^ \t])/,
	label: "RX: N bytes N packets",
});

export const tokens: TokenType[] = [blanks, Range, Flag, None, Counters, Text];

export const createVlanLexer = (): Lexer => createLexer(tokens);

/** The words of `-d` and of `bridge vlan global`, each with one value. Source: `bridge/vlan.c`. */
export const DETAILS: readonly string[] = [
	"state",
	"mcast_router",
	"mcast_max_groups",
	"mcast_n_groups",
	"neigh_suppress",
	"mcast_snooping",
	"mcast_querier",
	"mcast_igmp_version",
	"mcast_mld_version",
	"mcast_last_member_count",
	"mcast_last_member_interval",
	"mcast_startup_query_count",
	"mcast_startup_query_interval",
	"mcast_membership_interval",
	"mcast_querier_interval",
	"mcast_query_interval",
	"mcast_query_response_interval",
	"msti",
];
