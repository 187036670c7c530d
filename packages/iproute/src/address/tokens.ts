import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";
import { ANY_KIND, type Format } from "./details.ts";

/** Any word at all: what names and values are, which may look like a word of the format (`master mtu`). */
export const AnyWord: TokenType = createToken({ name: "AnyWord", label: "a word" });
/** A word with one value after it, such as `mtu 1500`. */
export const ValueName: TokenType = createToken({ name: "ValueName", label: "an attribute" });
/** A word that stands alone, such as `nolearning`. */
export const FlagName: TokenType = createToken({ name: "FlagName", label: "an attribute" });
const categories: TokenType[] = [AnyWord, ValueName, FlagName];

const fat = (name: string, pattern: RegExp, label: string): TokenType =>
	createToken({ name, pattern, label, categories: [AnyWord] });

const keywords = new Map<string, TokenType>();

/** Words of the format itself, each of them whole: `proxy` is not the start of `proxy_arp`. The first one wins. */
const keyword = (name: string, choice: readonly string[], label: string, ...more: TokenType[]): TokenType => {
	const type = createToken({ name, label, categories: [AnyWord, ...more] });
	for (const each of choice) if (!keywords.has(each)) keywords.set(each, type);
	return type;
};

export const Text: TokenType = wordToken("Text", "a word");
Text.CATEGORIES = [AnyWord];

/** `2: eth0@if15: <BROADCAST,UP>`: a name may hold anything but blanks, so that only the whole is certain. */
export const Head: TokenType = fat(
	"Head",
	/\d+:[ \t]+[^ \t]+:[ \t]+<[^> \t]*>(?![^ \t])/,
	"INDEX: NAME: <FLAGS>",
);
export const Index: TokenType = fat("Index", /\d+:(?![^ \t])/, "INDEX:");
export const LinkKind: TokenType = fat("LinkKind", /link\/[^ \t]+/, "link/TYPE");
export const Prefix: TokenType = fat(
	"Prefix",
	/[0-9a-fA-F]*[:.][0-9a-fA-F:.]*\/\d+(?![^ \t])/,
	"ADDRESS/LENGTH",
);
export const Address: TokenType = fat("Address", /[0-9a-fA-F]*[:.][0-9a-fA-F:.]*(?![^ \t])/, "an address");
export const Bracketed: TokenType = fat("Bracketed", /<[^> \t]*>(?![^ \t])/, "<FLAGS>");
export const Flowinfo: TokenType = fat("Flowinfo", /\(flowinfo 0x[0-9a-f]+\)(?![^ \t])/, "(flowinfo BITS)");
export const BerrCounter: TokenType = fat(
	"BerrCounter",
	/\(berr-counter tx \d+ rx \d+\)(?![^ \t])/,
	"(berr-counter tx N rx N)",
);
export const Remotes: TokenType = fat("Remotes", /remotes \(\d+\)(?![^ \t])/, "remotes (COUNT)");
export const Xdp: TokenType = fat("Xdp", /xdp(?:generic|drv|offload|multi)?(?:\/id:\d+)?(?![^ \t])/, "xdp");

export const HeadField: TokenType = keyword(
	"HeadField",
	["mtu", "qdisc", "master", "portname", "portid", "switchid", "state", "mode", "group", "qlen"],
	"a field of the first line",
	ValueName,
);
export const Brd: TokenType = keyword("Brd", ["brd"], "'brd'");
export const Peer: TokenType = keyword("Peer", ["peer"], "'peer'");
export const Permaddr: TokenType = keyword("Permaddr", ["permaddr"], "'permaddr'");
export const LinkNetnsid: TokenType = keyword("LinkNetnsid", ["link-netnsid"], "'link-netnsid'");
export const LinkNetns: TokenType = keyword("LinkNetns", ["link-netns"], "'link-netns'");
export const Inet: TokenType = keyword("Inet", ["inet", "inet6"], "inet or inet6");
export const Metric: TokenType = keyword("Metric", ["metric"], "'metric'");
export const Any: TokenType = keyword("Any", ["any"], "'any'", FlagName);
export const Mcast: TokenType = keyword("Mcast", ["mcast"], "'mcast'");
export const Scope: TokenType = keyword("Scope", ["scope"], "'scope'");
export const ValidLft: TokenType = keyword("ValidLft", ["valid_lft"], "'valid_lft'");
export const PreferredLft: TokenType = keyword("PreferredLft", ["preferred_lft"], "'preferred_lft'");

/** The words of details that are followed by so much. */
const named = (followed: (format: Format) => boolean): string[] =>
	[...ANY_KIND].flatMap(([name, format]) => (followed(format) ? [name] : []));
const MAP = "{ %s }";

keyword(
	"Flag",
	named(({ length }) => length === 0),
	"an attribute",
	FlagName,
);
export const MapName: TokenType = keyword(
	"MapName",
	named((format) => format[0] === MAP),
	"an attribute",
);
keyword(
	"Value",
	named(({ length }) => length === 1),
	"an attribute",
	ValueName,
);
export const Pair: TokenType = keyword(
	"Pair",
	named(({ length }) => length === 2),
	"an attribute",
);
/** A device may be called so: `master {`. */
export const Open: TokenType = fat("Open", /\{(?![^ \t])/, "'{'");
export const Close: TokenType = fat("Close", /\}(?![^ \t])/, "'}'");

const lexed: TokenType[] = [
	blanks,
	Head,
	Index,
	LinkKind,
	Prefix,
	Address,
	Bracketed,
	Flowinfo,
	BerrCounter,
	Remotes,
	Xdp,
	Open,
	Close,
	Text,
];

export const tokens: TokenType[] = [...categories, ...lexed, ...new Set(keywords.values())];

export const createAddressLexer = (): Lexer => createLexer(lexed, { word: Text, types: keywords });
