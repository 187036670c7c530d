import { bitsOf, type Family, holds, prefixOf } from "../address.ts";

/** What is known of a packet that a filter is asked about. */
export interface Filtered {
	readonly family: Family;
	readonly protocol: "tcp" | "udp" | "icmp" | "icmp6";
	readonly src: string;
	readonly dst: string;
	/** Absent: any. */
	readonly sport?: number;
	readonly dport?: number;
}

/** Undefined: that depends on what is not known, or on words of the filter that are not read here. */
type Verdict = boolean | undefined;

type Direction = "src" | "dst" | "either" | "both";

interface Qualifiers {
	readonly protocol?: string;
	readonly direction: Direction;
	readonly type: "host" | "net" | "port" | "portrange";
}

/** Thrown at a word that is not read. */
class Unread extends Error {}

/**
 * Whether a filter expression of tcpdump lets a packet through (pcap-filter(7)): hosts, nets, ports and protocols with
 * `and`, `or`, `not`. Of any other word, and of names, nothing is said.
 */
export function passes(words: readonly string[], packet: Filtered): Verdict {
	const tokens = words
		.join(" ")
		.replace(/&&/g, " and ")
		.replace(/\|\|/g, " or ")
		.replace(/([()!])/g, " $1 ")
		.split(/\s+/)
		.filter((token) => token !== "");
	if (tokens.length === 0) return true;
	const filter = new Filter(tokens, packet);
	try {
		return filter.whole();
	} catch (error) {
		if (error instanceof Unread) return undefined;
		throw error;
	}
}

/** Nobody writes a filter that goes deeper. */
const DEEPEST = 50;

class Filter {
	readonly #tokens: readonly string[];
	readonly #packet: Filtered;
	#at = 0;
	#depth = 0;
	/** `port 80 or 443`: an identifier alone takes the qualifiers of the one before it. */
	#last: Qualifiers | undefined;

	constructor(tokens: readonly string[], packet: Filtered) {
		this.#tokens = tokens;
		this.#packet = packet;
	}

	whole(): Verdict {
		const verdict = this.#expression();
		if (this.#peek() !== undefined) throw new Unread();
		return verdict;
	}

	#peek(): string | undefined {
		return this.#tokens[this.#at];
	}

	#take(...words: readonly string[]): string | undefined {
		const token = this.#peek();
		if (token === undefined || !words.includes(token)) return undefined;
		this.#at++;
		return token;
	}

	/** `and` and `or` bind alike, from left to right. */
	#expression(): Verdict {
		let verdict = this.#term();
		for (;;) {
			if (this.#take("and") !== undefined) verdict = both(verdict, this.#term());
			else if (this.#take("or") !== undefined) verdict = not(both(not(verdict), not(this.#term())));
			else return verdict;
		}
	}

	#term(): Verdict {
		if (++this.#depth > DEEPEST) throw new Unread();
		try {
			if (this.#take("not", "!") !== undefined) return not(this.#term());
			if (this.#take("(") === undefined) return this.#primitive();
			const verdict = this.#expression();
			if (this.#take(")") === undefined) throw new Unread();
			return verdict;
		} finally {
			this.#depth--;
		}
	}

	#primitive(): Verdict {
		const protocol = this.#take("ip", "ip6", "tcp", "udp", "icmp", "icmp6", "arp", "rarp");
		const direction = this.#direction();
		const type = this.#take("host", "net", "port", "portrange") as Qualifiers["type"] | undefined;
		const bare = protocol === undefined && direction === undefined && type === undefined;
		if (protocol !== undefined && direction === undefined && type === undefined) {
			// `icmp6`, `tcp`: alone, or before something that is not read, as `tcp[13] = 2`.
			return this.#ends() ? this.#speaks(protocol) : this.#unread();
		}
		const qualifiers =
			bare && this.#last !== undefined && isIdentifier(this.#peek())
				? this.#last
				: { ...(protocol && { protocol }), direction: direction ?? "either", type: type ?? "host" };
		this.#last = qualifiers;
		const id = this.#tokens[this.#at++];
		if (!isIdentifier(id)) return this.#unread();
		const spoken = qualifiers.protocol === undefined ? true : this.#speaks(qualifiers.protocol);
		return both(spoken, this.#matches(qualifiers, id!));
	}

	#direction(): Direction | undefined {
		const first = this.#take("src", "dst");
		if (first === undefined) return undefined;
		const joint = this.#peek();
		const second = this.#tokens[this.#at + 1];
		if ((joint === "or" || joint === "and") && (second === "src" || second === "dst") && second !== first) {
			// `src or dst port 80`; but `src 10.0.0.1 or dst 10.0.0.2` has an identifier in between.
			this.#at += 2;
			return joint === "or" ? "either" : "both";
		}
		return first as Direction;
	}

	#ends(): boolean {
		const next = this.#peek();
		return next === undefined || next === "and" || next === "or" || next === ")";
	}

	#unread(): never {
		throw new Unread();
	}

	#speaks(protocol: string): boolean {
		const { family } = this.#packet;
		if (protocol === "ip" || protocol === "ip6") return family === (protocol === "ip" ? 4 : 6);
		return this.#packet.protocol === protocol;
	}

	#matches({ direction, type }: Qualifiers, id: string): Verdict {
		const { src, dst, sport, dport, protocol } = this.#packet;
		if (type === "host" || type === "net") {
			const wanted = networkOf(id, type);
			const inside = (address: string): boolean => {
				const bits = bitsOf(address);
				return bits !== undefined && bits.family === wanted.family && holds(wanted, bits);
			};
			return directed(direction, inside(src), inside(dst));
		}
		if (protocol !== "tcp" && protocol !== "udp") return false;
		const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(id) ?? this.#unread();
		if ((type === "portrange") !== id.includes("-")) this.#unread();
		const inside = (port: number | undefined): Verdict =>
			port === undefined ? undefined : port >= Number(first) && port <= Number(last);
		return directed(direction, inside(sport), inside(dport));
	}
}

function networkOf(id: string, type: "host" | "net") {
	const [, address, length] = /^([^/]+)(?:\/(\d+))?$/.exec(id) ?? [];
	const bits = address === undefined ? undefined : bitsOf(address);
	// `net 10.1` stands for more than it says, and `net 10.0.0.0` needs its mask.
	if (bits === undefined || (type === "host") !== (length === undefined)) throw new Unread();
	const network = prefixOf(address!, length === undefined ? (bits.family === 4 ? 32 : 128) : Number(length));
	if (network === undefined) throw new Unread();
	return network;
}

const WORDS: ReadonlySet<string> = new Set(["and", "or", "not", "!", "(", ")"]);

const isIdentifier = (token: string | undefined): boolean =>
	token !== undefined && !WORDS.has(token) && /^[\da-f][\da-f.:/-]*$/i.test(token);

function directed(direction: Direction, source: Verdict, destination: Verdict): Verdict {
	switch (direction) {
		case "src":
			return source;
		case "dst":
			return destination;
		case "both":
			return both(source, destination);
		case "either":
			return not(both(not(source), not(destination)));
	}
}

const not = (verdict: Verdict): Verdict => (verdict === undefined ? undefined : !verdict);

function both(one: Verdict, other: Verdict): Verdict {
	if (one === false || other === false) return false;
	return one === true && other === true ? true : undefined;
}
