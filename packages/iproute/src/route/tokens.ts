import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";

/** `rtn_type_n2a` of iproute2's `lib/rt_names.c` */
export const ROUTE_TYPES: readonly string[] =
	"none unicast local broadcast anycast multicast blackhole unreachable prohibit throw nat xresolve".split(
		" ",
	);
/** `print_rt_flags` of `ip/iproute.c` */
export const FLAGS: readonly string[] =
	"dead onlink pervasive offload trap notify linkdown unresolved rt_offload rt_trap rt_offload_failed".split(
		" ",
	);

/** Any word at all: a name may look like a word of the format. */
export const AnyWord: TokenType = createToken({ name: "AnyWord", label: "a word" });
const categories = [AnyWord];

const fat = (name: string, pattern: RegExp, label: string): TokenType =>
	createToken({ name, pattern, label, categories });

const keywords = new Map<string, TokenType>();
const keyword = (name: string, choice: readonly string[], label: string): TokenType => {
	const type = createToken({ name, label, categories });
	for (const each of choice) keywords.set(each, type);
	return type;
};

export const Text: TokenType = wordToken("Text", "a word");
Text.CATEGORIES = [AnyWord];

/** A field and its value in one, for a token costs more than its characters. */
export const Pair: TokenType = fat(
	"Pair",
	/(?:dev|via|proto|scope|src|metric|table|pref|weight|nhid|from|as to|tos|realms?|mark|uid|expires|error|users|used|age|ipid|ts|tsage|iif|id|group)[ \t]+[^ \t]+/,
	"a field and its value",
);
/** `via inet6 fe80::1` */
export const ViaFamily: TokenType = fat("ViaFamily", /via[ \t]+inet6?[ \t]+[^ \t]+/, "via FAMILY ADDRESS");
export const Metric: TokenType = fat(
	"Metric",
	/(?:mtu|window|rtt|rttvar|ssthresh|cwnd|advmss|reordering|hoplimit|initcwnd|rto_min|initrwnd|quickack|congctl|fastopen_no_cookie)[ \t]+(?:lock[ \t]+)?[^ \t]+/,
	"a metric and its value",
);
/** `features ecn`, `features 1` (2.6.39) */
export const Features: TokenType = fat(
	"Features",
	/features[ \t]+(?:lock[ \t]+)?(?:ecn|tcp_usec_ts|0x[0-9a-f]+|\d+)(?![^ \t])(?:[ \t]+(?:ecn|tcp_usec_ts|0x[0-9a-f]+)(?![^ \t]))*/,
	"features NAME",
);
export const Flags: TokenType = fat("Flags", /<[^<> \t]*>(?![^ \t])/, "<FLAGS>");
export const Address: TokenType = fat(
	"Address",
	/(?:default|[0-9a-fA-F]*[:.][0-9a-fA-F:.]*(?:\/\d+)?)(?![^ \t])/,
	"default, ADDRESS or ADDRESS/LENGTH",
);

export const RouteType: TokenType = keyword("RouteType", ROUTE_TYPES, "the type of a route");
export const NexthopWord: TokenType = keyword("NexthopWord", ["nexthop"], "'nexthop'");
export const InfoWord: TokenType = keyword("InfoWord", ["nh_info"], "'nh_info'");
export const CacheWord: TokenType = keyword("CacheWord", ["cache"], "'cache'");
export const EncapWord: TokenType = keyword("EncapWord", ["encap"], "'encap'");
export const Flag: TokenType = keyword("Flag", FLAGS, "a flag");

/** In the order in which they are tried. */
const lexed: TokenType[] = [blanks, ViaFamily, Pair, Metric, Features, Flags, Address, Text];

export const tokens: TokenType[] = [AnyWord, ...lexed, ...new Set(keywords.values())];

export const createRouteLexer = (): Lexer => createLexer(lexed, { word: Text, types: keywords });
