import { type Num, readIp } from "@netfossil/core";
import { printNumber, readNumber } from "@netfossil/core/grammar";
import type { MultipathOption, TcpOption } from "../ast.ts";
import { Fields } from "../read/fields.ts";

/** How 3.9 spelled the options: `timestamp 1 2`, `opt-30:0081`. */
export type Spelling = "3.9" | undefined;

/** An option by the word that it begins with. */
interface Codec {
	readonly shape: RegExp;
	readonly read: (f: Fields) => TcpOption | undefined;
}

const codecs: ReadonlyMap<string, Codec> = new Map<string, Codec>([
	["sack", { shape: /^sack (\d+) ((?:\{\d+:\d+\})+)$/d, read: readSack }],
	[
		"tfo",
		{
			shape: /^tfo {2}(?:cookiereq|cookie ([0-9a-f]+))$/d,
			read: (f) => ({ type: "tfo", ...(f.has(1) && { cookie: f.text(1)! }), ...f.whole }),
		},
	],
	[
		"exp",
		{
			shape: /^exp-(?:tfo (?:cookiereq|cookie ([0-9a-f]+))|([0-9a-f]{4}))$/d,
			read: (f) => {
				if (f.has(2)) return { type: "experimental", magic: f.text(2)!, ...f.whole };
				return { type: "tfo", ...(f.has(1) && { cookie: f.text(1)! }), experimental: true, ...f.whole };
			},
		},
	],
	[
		"uto",
		{
			shape: /^uto (0x[0-9a-f]+) (\d+)$/d,
			read: (f) => ({ type: "uto", value: f.num(1), seconds: f.num(2), ...f.whole }),
		},
	],
	[
		"md5",
		{
			shape:
				/^md5[ :](?:(valid|invalid)|(?:(shared secret not supplied with -M, can't check|can't check) - )?([0-9a-f]{32}))$/d,
			read: (f) => {
				const state = f.text(1) ?? f.text(2);
				const digest = f.has(3) ? { digest: f.text(3)! } : {};
				return { type: "md5", ...(state !== undefined && { state }), ...digest, ...f.whole };
			},
		},
	],
	[
		"tcp",
		{
			shape: /^tcp-ao keyid (\d+) rnextkeyid (\d+)(?: mac (0x[0-9a-f]+))?$/d,
			read: (f) => {
				const digest = f.has(3) ? { digest: f.num(3) } : {};
				return { type: "tcp-ao", key: f.num(1), next: f.num(2), ...digest, ...f.whole };
			},
		},
	],
	...(["echo", "echoreply", "cc", "ccnew", "ccecho"] as const).map((type): [string, Codec] => [
		type,
		{
			shape: new RegExp(`^${type} (\\d+)$`, "d"),
			read: (f) => ({ type, value: f.num(1), ...f.whole }),
		},
	]),
	["unknown", { shape: /^unknown-(\d+)(?: 0x([0-9a-f]+))?$/d, read: readUnknown }],
	["mptcp", { shape: /^mptcp (?:(\d+) )?([a-z-]+)(?: (.+))?$/d, read: readMultipath }],
]);
const oldCodecs: ReadonlyMap<string, Codec> = new Map<string, Codec>([
	...codecs,
	["opt", { shape: /^opt-(\d+):([0-9a-f]+)?$/d, read: readUnknown }],
]);

/** The commonest; their places follow from their lengths, which is faster than having them told. */
const COMMON = /^(?:mss (\d+)|wscale (\d+)|(?:TS val|(timestamp)) (\d+) (?:ecr )?(\d+))$/;
/** A comma between options; one inside an option is followed by a blank. */
const BETWEEN = /,(?! )/;
/** Of multipath TCP it may stand in braces or brackets. */
const BETWEEN_MULTIPATH = /,(?! )(?![^{}]{0,60}\})(?![^[\]]{0,60}\])/;

/** Reads the TCP options between the brackets. */
export function readOptions(text: string, start: number, spelling?: Spelling): TcpOption[] {
	const options: TcpOption[] = [];
	let at = start;
	for (const each of text.split(text.includes("mptcp") ? BETWEEN_MULTIPATH : BETWEEN)) {
		options.push(readOption(each, at, spelling));
		at += each.length + 1;
	}
	return options;
}

function readOption(text: string, start: number, spelling: Spelling): TcpOption {
	const end = start + text.length;
	if (text === "nop" || text === "eol" || text === "sackOK") return { type: text, start, end };
	const common = readCommon(text, start, spelling);
	if (common !== undefined) return common;
	const known = spelling === undefined ? codecs : oldCodecs;
	const codec = known.get(/^[A-Za-z]+\d?/.exec(text)?.[0] ?? "");
	const match = codec?.shape.exec(text);
	const option = match && codec?.read(new Fields(match, start));
	if (option && printOption(option, spelling) === text) return option;
	return { type: "other", text, start, end };
}

function readCommon(text: string, start: number, spelling: Spelling): TcpOption | undefined {
	const match = COMMON.exec(text);
	if (match === null) return undefined;
	const end = start + text.length;
	const [, size, shift, old, value, echo] = match;
	// A number that is printed last stands at the end.
	const last = (digits: string): Num => readNumber(digits, end - digits.length, end);
	if (size !== undefined) return { type: "mss", size: last(size), start, end };
	if (shift !== undefined) return { type: "wscale", shift: last(shift), start, end };
	const spelled = old === undefined ? undefined : "3.9";
	if (spelled !== spelling || text.includes(" ecr ") !== (spelling === undefined)) return undefined;
	const from = start + (spelling === undefined ? "TS val " : "timestamp ").length;
	const stamp = readNumber(value!, from, from + value!.length);
	return { type: "timestamp", value: stamp, echo: last(echo!), start, end };
}

function readSack(f: Fields): TcpOption | undefined {
	const blocks = f
		.text(2)!
		.slice(1, -1)
		.split("}{")
		.map((block) => {
			const [left, right] = block.split(":");
			return { left: Number(left), right: Number(right) };
		});
	return { type: "sack", blocks, ...f.whole };
}

function readUnknown(f: Fields): TcpOption {
	return { type: "unknown", kind: f.num(1), ...(f.has(2) && { data: f.text(2)! }), ...f.whole };
}

type Multipath = Partial<Omit<MultipathOption, "type" | "length" | "subtype" | "start" | "end">>;

/** What follows the name of each subtype, and its fields. */
const multipath: ReadonlyMap<string, { readonly shape: RegExp; readonly read: (f: Fields) => Multipath }> =
	new Map([
		[
			"capable",
			{
				shape:
					/^(?:v(\d+))?(?: ?(csum))?(?: ?flags \[([^\]]*)\])?(?: ?\{(0x[0-9a-f]+(?:,0x[0-9a-f]+)*)\})?$/d,
				read: (f: Fields): Multipath => ({
					...(f.has(1) && { version: f.num(1) }),
					...(f.has(2) && { checksums: true as const }),
					...(f.has(3) && { flags: f.text(3)! }),
					...(f.has(4) && { keys: f.text(4)!.split(",") }),
				}),
			},
		],
		[
			"join",
			{
				shape:
					/^(?:(backup) ?)?(?:id (\d+) ?)?(?:token (0x[0-9a-f]+) ?)?(?:hmac (0x[0-9a-f]+) ?)?(?:nonce (0x[0-9a-f]+))?$/d,
				read: (f: Fields): Multipath => ({
					...(f.has(1) && { backup: true }),
					...(f.has(2) && { id: f.num(2) }),
					...(f.has(3) && { token: f.text(3)! }),
					...(f.has(4) && { hmac: f.text(4)! }),
					...(f.has(5) && { nonce: f.text(5)! }),
				}),
			},
		],
		[
			"dss",
			{
				shape:
					/^(?:(fin) ?)?(?:ack (\d+) ?)?(?:seq (\d+) ?)?(?:subseq (\d+) ?)?(?:len (\d+) ?)?(?:csum (0x[0-9a-f]+))?$/d,
				read: (f: Fields): Multipath => ({
					...(f.has(1) && { fin: true as const }),
					...(f.has(2) && { ack: f.text(2)! }),
					...(f.has(3) && { sequence: f.text(3)! }),
					...(f.has(4) && { subflowSequence: f.num(4) }),
					...(f.has(5) && { dataLength: f.num(5) }),
					...(f.has(6) && { checksum: f.num(6) }),
				}),
			},
		],
		[
			"add-addr",
			{
				shape:
					/^(?:v(\d+)(-echo)? )?id (\d+) (?:([\d.]+)(?::(\d+))?|\[([0-9a-f:.]+)\]:(\d+)|([0-9a-f:.]+))(?: hmac (0x[0-9a-f]+))?$/d,
				read: (f: Fields): Multipath => {
					const group = [4, 6, 8].find((each) => f.has(each))!;
					const address = readIp(f.text(group)!, f.span(group).start);
					const port = f.has(5) ? 5 : f.has(7) ? 7 : undefined;
					return {
						...(f.has(1) && { version: f.num(1) }),
						...(f.has(2) && { echo: true as const }),
						id: f.num(3),
						...(address && { address }),
						...(port !== undefined && { port: f.num(port) }),
						...(f.has(9) && { hmac: f.text(9)! }),
					};
				},
			},
		],
		[
			"rem-addr",
			{
				shape: /^id (\d+(?: \d+)*)$/d,
				read: (f: Fields): Multipath => ({ ids: f.text(1)!.split(" ").map(Number) }),
			},
		],
		[
			"prio",
			{
				shape: /^(non-)?backup(?: id (\d+))?$/d,
				read: (f: Fields): Multipath => ({ backup: !f.has(1), ...(f.has(2) && { id: f.num(2) }) }),
			},
		],
		["fail", { shape: /^seq (\d+)$/d, read: (f: Fields): Multipath => ({ sequence: f.text(1)! }) }],
		[
			"fast-close",
			{ shape: /^key (0x[0-9a-f]+)$/d, read: (f: Fields): Multipath => ({ keys: [f.text(1)!] }) },
		],
		["unknown", { shape: /^$/d, read: (): Multipath => ({}) }],
	]);

function readMultipath(f: Fields): TcpOption | undefined {
	const subtype = f.text(2)!;
	const codec = multipath.get(subtype);
	const start = f.has(3) ? f.span(3).start : f.whole.end;
	const match = codec?.shape.exec(f.text(3) ?? "");
	if (codec === undefined || !match) return undefined;
	return {
		type: "mptcp",
		...(f.has(1) && { length: f.num(1) }),
		subtype: subtype as MultipathOption["subtype"],
		...codec.read(new Fields(match, start)),
		...f.whole,
	};
}

function printMultipath(node: MultipathOption): string {
	const words: string[] = ["mptcp"];
	const put = (...parts: (string | undefined)[]): void => {
		for (const each of parts) if (each !== undefined) words.push(each);
	};
	const named = (name: string, value: string | undefined): string | undefined =>
		value === undefined ? undefined : `${name} ${value}`;
	const number = (name: string, value: MultipathOption["id"]): string | undefined =>
		value && named(name, printNumber(value));
	const { subtype, version, keys, port, address, backup } = node;
	put(node.length && printNumber(node.length), subtype);
	const release = version === undefined ? undefined : `v${printNumber(version)}`;
	switch (subtype) {
		case "capable":
			put(release, node.checksums && "csum");
			put(node.flags === undefined ? undefined : `flags [${node.flags}]`, keys && `{${keys.join(",")}}`);
			break;
		case "join":
			put(backup ? "backup" : undefined, number("id", node.id), named("token", node.token));
			put(named("hmac", node.hmac), named("nonce", node.nonce));
			break;
		case "dss":
			put(node.fin && "fin", named("ack", node.ack), named("seq", node.sequence));
			put(number("subseq", node.subflowSequence), number("len", node.dataLength));
			put(number("csum", node.checksum));
			break;
		case "add-addr": {
			put(release && `${release}${node.echo ? "-echo" : ""}`, number("id", node.id));
			const ip = address && (address.text ?? address.value);
			put(port === undefined ? ip : `${ip?.includes(":") ? `[${ip}]` : ip}:${printNumber(port)}`);
			put(named("hmac", node.hmac));
			break;
		}
		case "rem-addr":
			put(named("id", node.ids?.join(" ")));
			break;
		case "prio":
			put(backup ? "backup" : "non-backup", number("id", node.id));
			break;
		case "fail":
			put(named("seq", node.sequence));
			break;
		case "fast-close":
			put(named("key", keys?.[0]));
			break;
	}
	return words.join(" ");
}

/** An option as tcpdump prints it. */
export function printOption(option: TcpOption, spelling?: Spelling): string {
	switch (option.type) {
		case "mss":
			return `mss ${printNumber(option.size)}`;
		case "wscale":
			return `wscale ${printNumber(option.shift)}`;
		case "timestamp": {
			const [value, echo] = [printNumber(option.value), printNumber(option.echo)];
			return spelling === undefined ? `TS val ${value} ecr ${echo}` : `timestamp ${value} ${echo}`;
		}
		case "sack":
			return `sack ${option.blocks.length} ${option.blocks.map(({ left, right }) => `{${left}:${right}}`).join("")}`;
		case "tfo": {
			const cookie = option.cookie === undefined ? "cookiereq" : `cookie ${option.cookie}`;
			return option.experimental ? `exp-tfo ${cookie}` : `tfo  ${cookie}`;
		}
		case "experimental":
			return `exp-${option.magic}`;
		case "uto":
			return `uto ${printNumber(option.value)} ${printNumber(option.seconds)}`;
		case "md5": {
			const gap = spelling === undefined ? " " : ":";
			const { state, digest } = option;
			return `md5${gap}${[state, digest].filter((each) => each !== undefined).join(" - ")}`;
		}
		case "tcp-ao": {
			const digest = option.digest === undefined ? "" : ` mac ${printNumber(option.digest)}`;
			return `tcp-ao keyid ${printNumber(option.key)} rnextkeyid ${printNumber(option.next)}${digest}`;
		}
		case "echo":
		case "echoreply":
		case "cc":
		case "ccnew":
		case "ccecho":
			return `${option.type} ${printNumber(option.value)}`;
		case "unknown": {
			const { kind, data } = option;
			if (spelling !== undefined) return `opt-${printNumber(kind)}:${data ?? ""}`;
			return `unknown-${printNumber(kind)}${data === undefined ? "" : ` 0x${data}`}`;
		}
		case "mptcp":
			return printMultipath(option);
		case "other":
			return option.text;
		default:
			return option.type;
	}
}
