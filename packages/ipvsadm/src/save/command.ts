import { type Draft, readIp, type Span, type Word } from "@netfossil/core";
import { type Fault, type Reading, readNumber } from "@netfossil/core/grammar";
import type {
	AddressKey,
	Endpoint,
	Forwarding,
	SaveCommand,
	SavedEndpoint,
	ServiceKey,
	TunnelOptions,
} from "../ast.ts";
import { readEndpoint } from "../endpoint.ts";
import { ACTIONS, type Option, optionOf } from "./options.ts";
import { commandBody } from "./print.ts";

/** `sudo ipvsadm `, `root@lb:~# ip netns exec lb /sbin/ipvsadm ` */
const COMMAND =
	/^[ \t]*(?:[^\s@]+@[^\s#$%>]+[#$%>] ?|\[[^\]]*\][#$] ?|[$+] )?(?:(?:sudo|doas)(?: -\w+)* +)?(?:ip netns exec \S+ +|nsenter (?:\S+ +)+?)?(?:\S*\/)?ipvsadm[ \t]+(?=-)/;
const WORD = /[^ \t]+/g;
/** What a shell would put something else in place of, or take for its own. */
const SHELL = /[$`'"\\|&;<>(){}*?#~]/;
const NUMBER = /^(?:0|[1-9]\d{0,14})$/;

/** Seconds for which a client stays with its server where `-p` says none. */
const USUAL_TIMEOUT = 300;

const PROTOCOLS: Readonly<Record<string, AddressKey["protocol"]>> = {
	"-t": "tcp",
	"-u": "udp",
	"--sctp-service": "sctp",
};
const FORWARDINGS: Readonly<Record<string, Forwarding>> = {
	"-m": "masquerade",
	"-g": "route",
	"-i": "tunnel",
};
const CHECKSUMS: Readonly<Record<string, NonNullable<TunnelOptions["checksum"]>>> = {
	"--tun-nocsum": "none",
	"--tun-csum": "checksum",
	"--tun-remcsum": "remote-checksum",
};

/** An option as it was written, with its value. */
interface Argument extends Span {
	readonly option: Option;
	/** As in the tree: `-w`, `--weight`, `--weight=`. */
	readonly written: string;
	readonly value?: Word;
}

/** Thrown within this file: what is wrong with a command line. */
class Refusal {
	readonly fault: Fault;
	constructor({ value: found, start, end }: Word, ...expected: string[]) {
		this.fault = { found, start, end, expected };
	}
}

/**
 * Reads a statement as people write it: with its command, with options in any order and by their long names, and
 * without those that ipvsadm knows by itself (`-g`, `-w 1`). Undefined: the line is no command.
 */
export function readCommand(body: string, start: number): Reading<SaveCommand> | undefined {
	const command = COMMAND.exec(body)?.[0] ?? "";
	const words: Word[] = [...body.slice(command.length).matchAll(WORD)].map((match) => {
		const from = start + command.length + match.index;
		return { value: match[0], start: from, end: from + match[0].length };
	});
	const [first, ...rest] = words;
	const action = first && ACTIONS.find(({ short, long }) => short === first.value || long === first.value);
	if (first === undefined || (command === "" && action === undefined)) return undefined;
	try {
		if (action === undefined) throw new Refusal(first, ...ACTIONS.map(({ short }) => short));
		if (action.of === undefined && rest[0] !== undefined) throw new Refusal(rest[0], "the end of the line");
		const given = argumentsOf(rest, action.of, action.type === "removal");
		const node = statement(
			action,
			new Given(given, { value: "", start: start + body.length, end: start + body.length }),
		);
		if (command !== "") node.command = command;
		const written = [first.value, ...given.map((each) => each.written)];
		const usual = commandBody(node) === command + words.map(({ value }) => value).join(" ");
		if (!usual) node.options = written;
		return { node };
	} catch (error) {
		if (error instanceof Refusal) return { fault: error.fault };
		throw error;
	}
}

type Action = (typeof ACTIONS)[number];

function argumentsOf(words: readonly Word[], of: Action["of"], removal: boolean): Argument[] {
	const given: Argument[] = [];
	for (let at = 0; at < words.length; at++) {
		const word = words[at]!;
		const equals = word.value.startsWith("--") ? word.value.indexOf("=") + 1 : 0;
		const written = equals > 0 ? word.value.slice(0, equals) : word.value;
		const option = optionOf(written);
		const fits =
			option && (option.of === "both" || option.of === of) && !(removal && !REMOVES.has(option.short));
		if (!fits || given.some((each) => each.option === option)) throw new Refusal(word, "an option");
		const { start, end } = word;
		if (FLAGS.has(option.short)) {
			if (equals > 0) throw new Refusal(word, option.short);
			given.push({ option, written, start, end });
			continue;
		}
		let value: Word | undefined;
		if (equals > 0) value = { value: word.value.slice(equals), start: start + equals, end };
		else if (!(option.short === "-p" && !NUMBER.test(words[at + 1]?.value ?? ""))) value = words[++at];
		if (value === undefined && option.short !== "-p")
			throw new Refusal({ value: "", start: end, end }, `a value of ${written}`);
		if (value !== undefined && (value.value === "" || SHELL.test(value.value)))
			throw new Refusal(value, "a value as it is, without what a shell puts in its place");
		given.push({ option, written, ...(value && { value }), start, end: value?.end ?? end });
	}
	return given;
}

/** Options without a value. */
const FLAGS: ReadonlySet<string> = new Set(["-6", "-o", "-m", "-g", "-i", ...Object.keys(CHECKSUMS)]);
/** What names that which is to be removed. */
const REMOVES: ReadonlySet<string> = new Set(["-t", "-u", "--sctp-service", "-f", "-6", "-r"]);

/** The arguments of a command line, by their short names. */
class Given {
	readonly #given: readonly Argument[];
	/** Where the line ends, for what is missing. */
	readonly #end: Word;

	constructor(given: readonly Argument[], end: Word) {
		this.#given = given;
		this.#end = end;
	}

	has(short: string): boolean {
		return this.#given.some(({ option }) => option.short === short);
	}

	word(short: string): Word | undefined {
		return this.#given.find(({ option }) => option.short === short)?.value;
	}

	number(short: string): number | undefined {
		const word = this.word(short);
		if (word !== undefined && !NUMBER.test(word.value)) throw new Refusal(word, "a number");
		return word && Number(word.value);
	}

	/** The one of some options that stands there. */
	one(table: Readonly<Record<string, unknown>>): string | undefined {
		const found = this.#given.filter(({ option }) => Object.hasOwn(table, option.short));
		const second = found[1];
		if (second !== undefined) {
			const { written, start, end } = second;
			throw new Refusal({ value: written, start, end }, "one of these options");
		}
		return found[0]?.option.short;
	}

	missing(what: string): Refusal {
		return new Refusal(this.#end, what);
	}
}

function statement(action: Action, given: Given): Draft<SaveCommand> {
	const nowhere = { start: 0, end: 0 };
	if (action.of === undefined) return { type: "removal", ...nowhere };
	const key = keyOf(given);
	const edit = action.edit && { edit: action.edit };
	if (action.type === "removal") {
		const server = action.of === "real-server" ? { server: serverOf(given, key) } : {};
		return { type: "removal", service: key, ...server, ...nowhere };
	}
	if (action.type === "service") {
		const scheduler = given.word("-s");
		const mask = given.word("-M")?.value;
		const engine = given.word("--pe")?.value;
		const flags = given.word("-b")?.value.split(",");
		if (mask !== undefined && !given.has("-p")) throw given.missing("-p");
		const timeout = given.number("-p");
		return {
			type: "service",
			key,
			...edit,
			...(scheduler && { scheduler }),
			...(given.has("-p") && {
				persistent: {
					timeout: timeout ?? USUAL_TIMEOUT,
					...(timeout === undefined && { usual: true as const }),
					...(mask !== undefined && { mask }),
				},
			}),
			...(engine !== undefined && { engine }),
			...(given.has("-o") && { onePacket: true as const }),
			...(flags && { flags }),
			...nowhere,
		};
	}
	const upper = given.number("-x");
	const lower = given.number("-y");
	const type = given.word("--tun-type")?.value;
	const port = given.number("--tun-port");
	const checksum = given.one(CHECKSUMS);
	if (type === undefined && (port !== undefined || checksum !== undefined)) throw given.missing("--tun-type");
	return {
		type: "real-server",
		service: key,
		...edit,
		...serverOf(given, key),
		forwarding: FORWARDINGS[given.one(FORWARDINGS) ?? "-g"]!,
		weight: given.number("-w") ?? 1,
		...((upper !== undefined || lower !== undefined) && {
			thresholds: { upper: upper ?? 0, lower: lower ?? 0 },
		}),
		...(type !== undefined && {
			tunnel: {
				type,
				...(port !== undefined && { port }),
				...(checksum !== undefined && { checksum: CHECKSUMS[checksum]! }),
			},
		}),
		...nowhere,
	};
}

function keyOf(given: Given): ServiceKey {
	const name = given.one({ ...PROTOCOLS, "-f": undefined });
	const word = name && given.word(name);
	if (!word) throw given.missing("-t, -u, --sctp-service or -f");
	const { start, end } = word;
	if (name === "-f") {
		if (!NUMBER.test(word.value)) throw new Refusal(word, "a number");
		const mark = readNumber(word.value, start, end);
		return { type: "fwmark", mark, family: given.has("-6") ? 6 : 4, start, end };
	}
	if (given.has("-6")) throw given.missing("-f, which -6 belongs to");
	return { type: "address", protocol: PROTOCOLS[name]!, ...endpoint(word), start, end };
}

function endpoint(word: Word): Endpoint {
	const read = readEndpoint(word.value, word.start);
	if (read === undefined) throw new Refusal(word, "ADDRESS:PORT");
	return read;
}

/** Without a port a real server has that of its service. */
function serverOf(given: Given, key: ServiceKey): SavedEndpoint {
	const word = given.word("-r");
	if (word === undefined) throw given.missing("-r");
	const { value, start, end } = word;
	const bare = value.startsWith("[") ? value.endsWith("]") : !value.includes(":");
	if (!bare) return endpoint(word);
	const bracketed = value.startsWith("[");
	const host: Word = bracketed ? { value: value.slice(1, -1), start: start + 1, end: end - 1 } : word;
	const address = readIp(host.value, host.start) ?? { type: "name" as const, ...host };
	if (bracketed !== (address.type === "ip" && address.family === 6)) throw new Refusal(word, "an address");
	const port = key.type === "fwmark" ? { type: "port" as const, number: 0 } : key.port;
	return { address, port: { ...port, start: end, end }, samePort: true };
}
