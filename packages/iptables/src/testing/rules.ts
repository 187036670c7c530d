import { num, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type { Address, Counters, Interface, Match, Protocol, Rule, Target } from "../ast.ts";
import { readAddress, readCounter, readInterface, readProtocol } from "../fields.ts";
import { chainNames, matches, placeOf, targets } from "./parts.ts";
import { type Family, type Form, negation, nowhere, perhaps, still } from "./setting.ts";
import { addresses, flag, networks } from "./values.ts";

/** How counters are printed: rounded with `-v`, exact with `-x`, `[p:b]` or `-c p b` in the save form. */
export type CounterStyle = "rounded" | "exact" | "option" | "bracket";

/** The flags of `-L` that change its columns. */
export interface ListFlags {
	readonly numbers: boolean;
	readonly verbose: boolean;
	readonly exact: boolean;
}

export const listFlags: fc.Arbitrary<ListFlags> = fc.record({
	numbers: fc.boolean(),
	verbose: fc.boolean(),
	exact: fc.boolean(),
});

/** Counters in one of their styles. */
export function counters(style: CounterStyle): fc.Arbitrary<Counters> {
	const plain = fc.integer({ min: 0, max: 99_999 }).map(String);
	const large = fc.integer({ min: 100_000, max: Number.MAX_SAFE_INTEGER }).map(String);
	const rounded = fc
		.tuple(fc.integer({ min: 100, max: 9999 }), fc.constantFrom("K", "M", "G", "T"))
		.map(([digits, unit]) => `${digits}${unit}`);
	const text = fc.oneof(plain, style === "rounded" ? rounded : large);
	const counter = text.map((printed) => still(readCounter(printed, 0)!));
	return fc.record({ packets: counter, bytes: counter }).map((both) => ({
		...both,
		...((style === "exact" || style === "option") && { style }),
		...nowhere,
	}));
}

const MASKED = {
	4: ["10.0.12.0/255.0.255.0", "192.0.1.1/255.0.255.255"],
	6: ["2001::/ffff:0:ffff::", "::1/::ffff"],
};

/** Hosts, networks and masks that are no prefix. */
function restrictions(form: Form, family: Family): fc.Arbitrary<Address> {
	const length = family === 4 ? 32 : 128;
	const hosts = addresses(family).map(
		({ value }): Address => still(readAddress(form === "list" ? value : `${value}/${length}`, 0)!),
	);
	const masked = fc.constantFrom(...MASKED[family]).map((text): Address => still(readAddress(text, 0)!));
	return fc
		.tuple(fc.oneof(hosts, networks(family), masked), negation)
		.map(([address, not]) => ({ ...address, ...not }));
}

/** A list says of every rule where it comes from, and without `-n` by name. */
function listedAddresses(family: Family): fc.Arbitrary<Address> {
	const any = family === 4 ? "0.0.0.0/0" : "::/0";
	const texts = ["anywhere", any, "localhost", ...(family === 4 ? ["db.example.com/24"] : [])];
	return fc.oneof(
		restrictions("list", family),
		fc.constantFrom(...texts).map((text) => still(readAddress(text, 0)!)),
	);
}

function interfaces(form: Form): fc.Arbitrary<Interface> {
	const any = form === "list" ? ["*"] : [];
	return fc
		.tuple(
			fc.constantFrom("eth0", "docker_gwbridge", "br-0123456789ab", "tun+", "eth0.100", ...any),
			negation,
		)
		.map(([text, not]) => ({
			...still(readInterface(text, 0, form === "list")),
			// `*` has no contrary.
			...(text !== "*" && not),
		}));
}

const PROTOCOLS = {
	4: ["tcp", "udp", "icmp", "esp", "ah", "sctp", "udplite", "200"],
	6: ["tcp", "udp", "ipv6-icmp", "esp", "ah", "sctp", "udplite", "200"],
};

/** One of the protocols that a rule may have; a list prints the number too. */
function protocolOf(names: readonly string[], form: Form): fc.Arbitrary<Protocol> {
	return fc.tuple(fc.constantFrom(...names), fc.boolean()).map(([name, byNumber]) => {
		const protocol = readProtocol(name, 0);
		if (form === "save" || !byNumber || protocol.number === undefined) return still(protocol);
		return { type: "protocol", number: protocol.number, ...nowhere };
	});
}

const parted = (names: fc.Arbitrary<Protocol>): fc.Arbitrary<Protocol> =>
	fc.tuple(names, negation).map(([protocol, not]) => ({ ...protocol, ...not }));

/** The match, target and protocol of a rule, which have to agree. */
type Body = Pick<Rule, "matches"> & { readonly target?: Target; readonly protocol?: Protocol };

/** What rules are made of; `without` leaves extensions out. */
export function bodies(form: Form, family: Family, without: readonly string[] = []): fc.Arbitrary<Body> {
	// The words of two matches of one kind run into one another in a list, but for comments.
	const several = fc.uniqueArray(matches(form, family, without), {
		maxLength: 3,
		selector: (match) => (match.type === "comment" ? match : match.type),
	});
	return fc.tuple(several, perhaps(targets(form, family, without))).chain(([drawn, target]) => {
		let open: readonly string[] | undefined;
		const agrees = (part: Match | Target): boolean => {
			const { protocols } = placeOf(part);
			if (protocols === undefined) return true;
			const both = open === undefined ? protocols : open.filter((each) => protocols.includes(each));
			if (both.length > 0) open = both;
			return both.length > 0;
		};
		if (target !== undefined) agrees(target);
		const place = target && placeOf(target);
		const others = drawn.filter(({ type }) => type !== place?.company?.type).filter(agrees);
		const kept = place?.alone ? [] : [...(place?.company ? [place.company] : []), ...others];
		const any = form === "list" ? ["all"] : [];
		const protocol: fc.Arbitrary<Protocol | undefined> =
			open !== undefined
				? protocolOf(open, form)
				: form === "list"
					? fc.oneof(protocolOf(any, form), parted(protocolOf(PROTOCOLS[family], form)))
					: perhaps(parted(protocolOf(PROTOCOLS[family], form)));
		return protocol.map((each) => ({
			...(each && { protocol: each }),
			matches: kept,
			...(target && { target }),
		}));
	});
}

/** `-f`, which only IPv4 has. */
const fragments = (family: Family): fc.Arbitrary<Pick<Rule, "fragment">> =>
	family === 6
		? fc.constant({})
		: fc.oneof(
				{ weight: 4, arbitrary: fc.constant({}) },
				negation.map((not) => ({ fragment: { ...flag, ...not } })),
			);

/** The rules of a list with certain flags. */
export function listedRules(flags: ListFlags, family: Family): fc.Arbitrary<Rule> {
	const { numbers, verbose, exact } = flags;
	const columns = fc.record({
		source: listedAddresses(family),
		destination: listedAddresses(family),
		...(numbers && { number: num(fc.integer({ min: 1, max: 9999 })) }),
		...(verbose && {
			counters: counters(exact ? "exact" : "rounded"),
			in: interfaces("list"),
			out: interfaces("list"),
		}),
	});
	return fc.tuple(columns, bodies("list", family), fragments(family)).map(
		([fields, body, fragment]): Rule => ({
			type: "rule",
			...fields,
			...(!verbose && { interfaces: "not-listed" as const }),
			...body,
			...fragment,
			...nowhere,
		}),
	);
}

/** The rules that `-v -A` prints as it adds them. */
export const addedRules = (family: Family): fc.Arbitrary<Rule> =>
	listedRules({ numbers: false, verbose: true, exact: false }, family).map(({ counters: _, ...rule }) => ({
		...rule,
		columns: { noTable: true },
	}));

/** What a saved rule may restrict beside its matches. */
export type Restrictions = Pick<Rule, "source" | "destination" | "in" | "out" | "fragment">;

export function savedRestrictions(family: Family): fc.Arbitrary<Restrictions> {
	const each = {
		source: restrictions("save", family),
		destination: restrictions("save", family),
		in: interfaces("save"),
		out: interfaces("save"),
	};
	return fc.tuple(fc.record(each, { requiredKeys: [] }), fragments(family)).map(([a, b]) => ({ ...a, ...b }));
}

/** The rules of the save form, with counters of one style or none. */
export function savedRules(
	style: "bracket" | "option" | undefined,
	family: Family,
	chains: fc.Arbitrary<string> = fc.oneof(fc.constantFrom("INPUT", "FORWARD"), chainNames),
): fc.Arbitrary<Rule> {
	const counted = style === undefined ? fc.constant({}) : fc.record({ counters: counters(style) });
	return fc.tuple(word(chains), savedRestrictions(family), bodies("save", family), counted).map(
		([chain, restricted, body, count]): Rule => ({
			type: "rule",
			chain,
			...restricted,
			...body,
			...count,
			...nowhere,
		}),
	);
}

/** Rules of one form, with every extension of a family. */
export function rules(form: Form, family: Family = 4): fc.Arbitrary<Rule> {
	return form === "list"
		? listFlags.chain((flags) => listedRules(flags, family))
		: fc
				.constantFrom(undefined, "bracket" as const, "option" as const)
				.chain((style) => savedRules(style, family));
}
