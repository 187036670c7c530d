import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";

const fat = (name: string, pattern: RegExp, label: string): TokenType =>
	createToken({ name, pattern, label });

export const Text: TokenType = wordToken("Text", "a word");
export const Integer: TokenType = fat("Integer", /\d+(?![^ \t])/, "a number");
export const FlagsHead: TokenType = wordToken(
	"FlagsHead",
	"NAME: flags=BITS<FLAGS>",
	/[^ \t]+: flags=-?\d+<[^> \t]*>(?![^ \t])/,
);
/** The encapsulation may be of several words: `Local Loopback`. */
export const EncapHead: TokenType = wordToken(
	"EncapHead",
	"NAME Link encap:KIND",
	/[^ \t]+[ \t]+Link encap:[^ \t]+(?: (?!HWaddr)[^ \t]+)*/,
);
export const HwAddress: TokenType = fat("HwAddress", /HWaddr[ \t]+[^ \t]+/, "HWaddr ADDRESS");
/** `inet addr:10.1.2.3`, `P-t-P:…`, `Bcast:…`, `Mask:…` */
export const InetAddress: TokenType = fat("InetAddress", /inet addr:[^ \t]+/, "inet addr:ADDRESS");
export const InetField: TokenType = fat(
	"InetField",
	/(?:P-t-P|Bcast|Mask):[^ \t]+/,
	"P-t-P:, Bcast: or Mask:",
);
export const Inet6Address: TokenType = fat(
	"Inet6Address",
	/inet6 addr:[ \t]*[^ \t]+/,
	"inet6 addr: ADDRESS/LENGTH",
);
export const Scope: TokenType = fat("Scope", /Scope:[^ \t]+/, "Scope:NAME");
export const NoFlags: TokenType = fat("NoFlags", /\[NO FLAGS\](?![^ \t])/, "[NO FLAGS]");
export const Mtu: TokenType = fat("Mtu", /MTU:\d+(?![^ \t])/, "MTU:N");
export const Metric: TokenType = fat("Metric", /Metric:\d+(?![^ \t])/, "Metric:N");
/** `packets:5`, `collisions:0` */
export const Count: TokenType = fat(
	"Count",
	/(?:packets|errors|dropped|overruns|frame|carrier|collisions|txqueuelen|compressed|bytes):\d+(?![^ \t])/,
	"NAME:N",
);
export const Side: TokenType = fat("Side", /[RT]X(?![^ \t])/, "RX or TX");
/** `(380.0 B)` */
export const Human: TokenType = fat("Human", /\(\d+(?:\.\d+)? [KMGTPE]?i?B\)(?![^ \t])/, "(BYTES)");
/** `(Local Loopback)` at the end of a line. */
export const Title: TokenType = fat("Title", /\([^()]*\)$/, "(KIND)");
/** `Interrupt:16`, `Base address:0x2000`, `Memory:fe5c0000-fe5e0000` */
export const DeviceField: TokenType = fat(
	"DeviceField",
	/(?:Interrupt|Base address|Memory|DMA chan):[^ \t]+/,
	"Interrupt:, Base address: or Memory:",
);
const words = [
	"inet",
	"inet6",
	"netmask",
	"broadcast",
	"destination",
	"prefixlen",
	"scopeid",
	"mtu",
	"metric",
	"txqueuelen",
	"device",
] as const;
type Keyword = (typeof words)[number];
export const Keywords = Object.fromEntries(
	words.map((word) => [word, createToken({ name: word.toUpperCase(), label: `'${word}'` })]),
) as unknown as Readonly<Record<Keyword, TokenType>>;

const lexed: TokenType[] = [
	blanks,
	FlagsHead,
	EncapHead,
	HwAddress,
	InetAddress,
	InetField,
	Inet6Address,
	Scope,
	NoFlags,
	Mtu,
	Metric,
	Count,
	Side,
	Human,
	Title,
	DeviceField,
	Integer,
	Text,
];

export const tokens: TokenType[] = [...lexed, ...Object.values(Keywords)];

export const createIfconfigLexer = (): Lexer =>
	createLexer(lexed, { word: Text, types: new Map<string, TokenType>(Object.entries(Keywords)) });
