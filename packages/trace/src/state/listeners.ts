import { type ParsedDump, readCommands } from "@netfossil/capture";
import type { Netstat, Ss } from "@netfossil/sockets";

export type Transport = "tcp" | "udp";

/** What a command asks for. */
interface Asked {
	/** The kinds of sockets. */
	readonly kinds: ReadonlySet<Transport>;
	/** `-l`, `-a`: those that listen are among them. */
	readonly listeners: boolean;
}

const BOTH: ReadonlySet<Transport> = new Set(["tcp", "udp"]);
const NONE: ReadonlySet<Transport> = new Set();

/**
 * The protocols of which a dump lists every socket that listens, so that what it lacks is not there: `ss -tn` lists no
 * listeners, `ss -tlnp` nothing of udp, `ss -tlnp | grep :22` only some.
 */
export function listedBySs(parsed: ParsedDump<Ss>): ReadonlySet<Transport> {
	const { statements } = parsed.ast;
	if (isPart(parsed) || statements.some(({ type }) => type === "unparsed")) return NONE;
	const sockets = statements.filter((node) => node.type === "socket");
	const unnamed = protocolsOf(sockets, ({ netid, state, local }) =>
		local.type === "internet" && local.port.type !== "any" && local.port.number === undefined
			? (netid?.value ?? (state?.value === "UNCONN" ? "udp" : "tcp"))
			: undefined,
	);
	const asked = askedBy(parsed, "ss");
	if (asked !== undefined) return less(asked.listeners ? asked.kinds : NONE, unnamed);
	// grep takes the head away.
	if (!statements.some(({ type }) => type === "columns")) return NONE;
	const rows = protocolsOf(sockets, ({ netid, state }) => {
		const kind = netid?.value;
		if (state?.value === "LISTEN" && (kind === undefined || kind === "tcp")) return "tcp";
		return state?.value === "UNCONN" && (kind === undefined || kind === "udp") ? "udp" : undefined;
	});
	return less(rows, unnamed);
}

/** As {@link listedBySs}; the title tells too: `Active Internet connections (w/o servers)`. */
export function listedByNetstat(parsed: ParsedDump<Netstat>): ReadonlySet<Transport> {
	const { statements } = parsed.ast;
	if (isPart(parsed) || statements.some(({ type }) => type === "unparsed")) return NONE;
	const titles = statements.filter((node) => node.type === "title" && node.of === "internet");
	const without = titles.some((node) => node.type === "title" && node.shown === "w/o servers");
	if (without) return NONE;
	const sockets = statements.filter((node) => node.type === "socket");
	const transport = (protocol: string): string => protocol.replace(/6$/, "");
	const unnamed = protocolsOf(sockets, ({ protocol, local }) =>
		local.port.type !== "any" && local.port.number === undefined ? transport(protocol.value) : undefined,
	);
	const asked = askedBy(parsed, "netstat");
	if (asked !== undefined) return less(asked.listeners ? asked.kinds : NONE, unnamed);
	if (titles.length === 0) return NONE;
	return less(
		protocolsOf(sockets, ({ protocol }) => transport(protocol.value)),
		unnamed,
	);
}

/** The collector says that the dump is not whole. */
const isPart = ({ dump }: ParsedDump): boolean => (dump.flaws ?? []).length > 0;

function protocolsOf<Node>(
	nodes: readonly Node[],
	of: (node: Node) => string | undefined,
): ReadonlySet<Transport> {
	return new Set(nodes.map(of).filter((each) => each === "tcp" || each === "udp"));
}

const less = (all: ReadonlySet<Transport>, without: ReadonlySet<Transport>): ReadonlySet<Transport> =>
	new Set([...all].filter((each) => !without.has(each)));

/** By the command as it was typed, or as the file is called; undefined where neither tells it. */
function askedBy({ dump }: ParsedDump, program: "ss" | "netstat"): Asked | undefined {
	if (dump.command !== undefined) return askedByLine(dump.command, program);
	const name = dump.source.name
		.slice(dump.source.name.lastIndexOf("/") + 1)
		.replace(/\.(?:txt|out|log)$/, "");
	// `ss_-tulnp`, `ip_netns_exec_web_ss_-tulnp`, `netstat_plunt`, `node1-ss-tlnp`
	const [, words] = new RegExp(`(?:^|[_.-])${program}((?:_-?|-)[^_]+.*)$`).exec(name) ?? [];
	if (words === undefined) return undefined;
	const options = words.split(/_/).filter((word) => word !== "");
	// `netstat_after` tells no options.
	const [first = ""] = options;
	if (!first.startsWith("-") && !/^[aeilmnoptuvW]+$/.test(first)) return undefined;
	return askedWith(
		options.map((word, at) => (at === 0 && !word.startsWith("-") ? `-${word}` : word)),
		program,
	);
}

/** What shows all lines that it is given. */
const WHOLE: ReadonlySet<string> = new Set(["tee", "cat", "sort", "less", "more"]);

const NOTHING: Asked = { kinds: NONE, listeners: false };

function askedByLine(line: string, program: "ss" | "netstat"): Asked {
	for (const { words, pipes } of readCommands(line) ?? []) {
		const at = words.findIndex((word) => word === program || word.endsWith(`/${program}`));
		if (at !== -1)
			return pipes.some(([filter = ""]) => !WHOLE.has(filter))
				? NOTHING
				: askedWith(words.slice(at + 1), program);
		// `sh -c 'netstat -tln | grep 80'`
		const inner = words.find((word) => word.includes(" ") && word.includes(program));
		if (inner !== undefined && inner !== line && pipes.length === 0) return askedByLine(inner, program);
	}
	return NOTHING;
}

/** The options that neither narrow the list nor ask for another one. */
const HARMLESS: Readonly<Record<"ss" | "netstat", string>> = { ss: "nrpeomiHOZzbQET", netstat: "npeoWTvN" };

/** What asks for sockets of other kinds. */
const OTHERS: Readonly<Record<"ss" | "netstat", string>> = { ss: "wxdSM0", netstat: "wxSU" };

const LONG: Readonly<Record<string, string>> = {
	"--tcp": "t",
	"--udp": "u",
	"--raw": "w",
	"--unix": "x",
	"--listening": "l",
	"--all": "a",
	"--numeric": "n",
	"--resolve": "r",
	"--processes": "p",
	"--program": "p",
	"--programs": "p",
	"--extended": "e",
	"--extend": "e",
	"--options": "o",
	"--timers": "o",
	"--memory": "m",
	"--info": "i",
	"--no-header": "H",
	"--oneline": "O",
	"--wide": "W",
	"--verbose": "v",
};

/** A word that is not known, as a filter's, a family's or a file's, narrows the list: then it proves nothing. */
function askedWith(words: readonly string[], program: "ss" | "netstat"): Asked {
	let letters = "";
	for (const word of words) {
		const letter = LONG[word];
		if (letter !== undefined) letters += letter;
		else if (/^-[a-zA-Z0]+$/.test(word)) letters += word.slice(1);
		else return NOTHING;
	}
	const known = `tula${HARMLESS[program]}${OTHERS[program]}`;
	if ([...letters].some((letter) => !known.includes(letter))) return NOTHING;
	const named = new Set<Transport>();
	if (letters.includes("t")) named.add("tcp");
	if (letters.includes("u")) named.add("udp");
	const others = [...OTHERS[program]].some((letter) => letters.includes(letter));
	return { kinds: named.size === 0 && !others ? BOTH : named, listeners: /[la]/.test(letters) };
}
