/** Arbitraries of ASTs that iptables could have printed. Needs the optional peer `fast-check`. */
import { readIp } from "@netfossil/core";
import { ipv4, ipv4Prefix, num, portNode, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type {
	Address,
	ChainCommand,
	ChainHead,
	Counters,
	Interface,
	IptablesList,
	IptablesSave,
	ListStatement,
	Match,
	NatRange,
	PortRange,
	Protocol,
	Rule,
	SaveStatement,
	Target,
} from "./ast.ts";
import { readAddress, readCounter, readInterface, readProtocol } from "./fields.ts";
import { markOperation } from "./values.ts";

const nowhere = { start: 0, end: 0 };
const flag = { type: "flag" as const, ...nowhere };
const negated = fc.constantFrom({}, {}, { negated: true as const });
const still = <T extends object>(node: T): T & { start: number; end: number } => ({ ...node, ...nowhere });

/** Which form a generated rule is for: they write some values differently. */
type Form = "list" | "save";

const chainName: fc.Arbitrary<string> = fc.constantFrom(
	"DOCKER",
	"DOCKER-INGRESS",
	"ufw-user-input",
	"KUBE-SEP-2UJ4GLYKMDIMRTZD",
	"num",
	"Chain",
	"12345",
	"target.x",
);
const numberedPort = portNode().filter((port) => port.name === undefined);

function portRanges(form: Form): fc.Arbitrary<PortRange> {
	const port = form === "list" ? portNode() : numberedPort;
	return fc
		.tuple(port, fc.option(port, { nil: undefined }), negated)
		.map(([from, to, not]) => ({ from, ...(to && { to }), ...not, ...nowhere }));
}

const addresses: fc.Arbitrary<Address> = fc.oneof(
	fc.tuple(ipv4Prefix(), negated).map(([prefix, not]) => ({ ...prefix, ...not })),
	fc
		.tuple(fc.constantFrom("10.0.12.0/255.0.255.0", "192.168.1.1/255.255.255.0"), negated)
		.map(([text, not]) => ({ ...still(readAddress(text, 0)!), ...not })),
);
// `/0` is how both forms write no restriction.
const restricted = addresses.filter(
	(address) => !(address.type === "prefix" && address.address === "0.0.0.0" && address.length === 0),
);
const listedAddresses: fc.Arbitrary<Address> = fc.oneof(
	restricted,
	fc
		.constantFrom("anywhere", "0.0.0.0/0", "localhost", "db.example.com/24", "10.0.0.1")
		.map((text) => still(readAddress(text, 0)!)),
);

function interfaces(form: Form): fc.Arbitrary<Interface> {
	const any = form === "list" ? ["*"] : [];
	return fc
		.tuple(fc.constantFrom("eth0", "docker_gwbridge", "br-0123456789ab", "tun+", ...any), negated)
		.map(([text, not]) => ({ ...still(readInterface(text, 0, form === "list")), ...not }));
}

function protocols(form: Form): fc.Arbitrary<Protocol> {
	const more = form === "list" ? ["all", "6", "0"] : [];
	return fc
		.tuple(fc.constantFrom("tcp", "udp", "icmp", "esp", "47", ...more), negated)
		.map(([text, not]) => ({ ...still(readProtocol(text, 0)), ...not }));
}

const states = fc.subarray(["INVALID", "NEW", "RELATED", "ESTABLISHED"], { minLength: 1 });
const marks = fc.integer({ min: 0, max: 0xffffffff }).map((value) => {
	const text = `0x${value.toString(16)}`;
	return { value, text, ...nowhere };
});
const comments = fc
	.array(
		fc.constantFrom("allow", "ssh", "cali:6gwbT8clXdHdC1b1", "it's", '"quoted"', "-j", "tcp", "#4711", "*"),
		{
			minLength: 1,
			maxLength: 5,
		},
	)
	.map((words) => words.join(" "));

function matches(form: Form): fc.Arbitrary<Match> {
	const ports = portRanges(form);
	const both = { sourcePort: ports, destinationPort: ports };
	const transport = (type: "tcp" | "udp"): fc.Arbitrary<Match> =>
		fc.record(both, { requiredKeys: ["destinationPort"] }).map((fields) => ({ type, ...fields, ...nowhere }));
	return fc.oneof(
		transport("tcp"),
		transport("udp"),
		fc
			.tuple(fc.constantFrom("conntrack" as const, "state" as const), states, negated)
			.map(([type, names, not]) => ({
				type,
				state: { names, ...not, ...nowhere },
				...nowhere,
			})),
		fc
			.tuple(marks, fc.option(marks, { nil: undefined }), negated, fc.boolean())
			.map(([value, mask, not, packet]) => ({
				type: packet ? ("mark" as const) : ("connmark" as const),
				mark: { value, ...(mask && { mask }), ...not, ...nowhere },
				...nowhere,
			})),
		fc.tuple(fc.constantFrom("LOCAL", "BROADCAST"), negated).map(([each, not]) => ({
			type: "addrtype" as const,
			destination: { names: [each], ...not, ...nowhere },
			...nowhere,
		})),
		fc
			.tuple(fc.integer({ min: 1, max: 1000 }), fc.constantFrom("sec", "min", "hour", "day"))
			.map(([count, per]) => ({
				type: "limit" as const,
				rate: { count, per, ...nowhere },
				burst: { value: 5, ...nowhere },
				...nowhere,
			})),
		fc
			.tuple(
				fc.array(
					ports.map(({ negated: _, ...range }) => range),
					{ minLength: 1, maxLength: 5 },
				),
				negated,
			)
			.map(([list, not]) => ({
				type: "multiport" as const,
				destinationPorts: { ports: list, ...not, ...nowhere },
				...nowhere,
			})),
		comments.map((value) => ({ type: "comment" as const, comment: { value, ...nowhere }, ...nowhere })),
		fc.constant({ type: "ipvs" as const, ipvs: flag, ...nowhere }),
	);
}

const dashPorts: fc.Arbitrary<PortRange> = fc
	.tuple(numberedPort, fc.option(numberedPort, { nil: undefined }))
	.map(([from, to]) => ({ from, ...(to && { to }), ...nowhere }));

const natRanges: fc.Arbitrary<NatRange> = fc
	.record({
		from: fc.option(fc.oneof(ipv4(), fc.constant(still(readIp("2001:db8::1", 0)!))), { nil: undefined }),
		ports: fc.option(dashPorts, { nil: undefined }),
	})
	.filter(({ from, ports }) => from !== undefined || ports !== undefined)
	.map(({ from, ports }) => ({ ...(from && { from }), ...(ports && { ports }), ...nowhere }));

function targets(form: Form): fc.Arbitrary<Target> {
	const spellings = form === "list" ? (["set", "or", "and", "xor", "xset"] as const) : (["xset"] as const);
	return fc.oneof(
		fc
			.constantFrom("ACCEPT" as const, "DROP" as const, "RETURN" as const)
			.map((type) => ({ type, ...nowhere })),
		fc.tuple(word(chainName), fc.boolean()).map(([chain, goto]) => ({
			type: "jump" as const,
			chain,
			...(goto && { goto: true as const }),
			...nowhere,
		})),
		fc.tuple(fc.constantFrom(...spellings), marks, marks).map(([spelling, operand, operandMask]) => {
			const mask = spelling === "xset" ? { operandMask } : {};
			return {
				type: "MARK" as const,
				operation: {
					...markOperation(spelling, operand.value, mask.operandMask?.value),
					spelling,
					operand,
					...mask,
					...nowhere,
				},
				...nowhere,
			};
		}),
		fc.tuple(fc.constantFrom("DNAT" as const, "SNAT" as const), natRanges).map(([type, to]) => ({
			type,
			to,
			...nowhere,
		})),
		fc
			.tuple(
				fc.constantFrom("REDIRECT" as const, "MASQUERADE" as const),
				fc.option(dashPorts, { nil: undefined }),
			)
			.map(([type, ports]) => ({ type, ...(ports && { ports }), ...nowhere })),
		fc.constant({
			type: "REJECT" as const,
			with: { value: "icmp-port-unreachable", ...nowhere },
			...nowhere,
		}),
	);
}

/** Counters as printed; rounded with `-v`, exact else. */
function counters(style: "rounded" | "exact" | "option" | "bracket"): fc.Arbitrary<Counters> {
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

interface ListFlags {
	readonly numbers: boolean;
	readonly verbose: boolean;
	readonly exact: boolean;
}

function listRules({ numbers, verbose, exact }: ListFlags): fc.Arbitrary<Rule> {
	const required = {
		source: listedAddresses,
		destination: listedAddresses,
		protocol: protocols("list"),
		matches: fc.array(matches("list"), { maxLength: 3 }),
		...(numbers && { number: num(fc.integer({ min: 1, max: 9999 })) }),
		...(verbose && {
			counters: counters(exact ? "exact" : "rounded"),
			in: interfaces("list"),
			out: interfaces("list"),
		}),
	};
	return fc
		.record(
			{ ...required, fragment: negated.map((not) => ({ ...flag, ...not })), target: targets("list") },
			{ requiredKeys: Object.keys(required) as (keyof typeof required)[] },
		)
		.map(
			(fields): Rule => ({
				type: "rule",
				...(fields as Omit<Rule, "type" | "start" | "end">),
				...(!verbose && { interfaces: "not-listed" }),
				...nowhere,
			}),
		);
}

/** The rules that `-v -A` prints as it adds them. */
const addedRules: fc.Arbitrary<Rule> = listRules({ numbers: false, verbose: true, exact: false }).map(
	({ counters: _, ...rule }) => ({ ...rule, columns: { noTable: true } }),
);

/** Listings with every combination of `-v`, `-x` and `--line-numbers`. */
export function lists(): fc.Arbitrary<IptablesList> {
	const flags = fc.record({ numbers: fc.boolean(), verbose: fc.boolean(), exact: fc.boolean() });
	return flags.chain(({ numbers, verbose, exact }) => {
		const columns: ListStatement = {
			type: "columns",
			...(numbers && { numbers: true }),
			...(verbose && { counters: exact ? "exact" : "rounded", interfaces: true }),
			...nowhere,
		};
		const head: fc.Arbitrary<ChainHead> = fc.oneof(
			fc
				.tuple(word(fc.constantFrom("INPUT", "OUTPUT")), word(fc.constantFrom("ACCEPT", "DROP")))
				.map(([name, policy]) => ({ type: "chain-head" as const, name, policy, ...nowhere })),
			fc.tuple(word(chainName), fc.integer({ min: 0, max: 99 })).map(([name, references]) => ({
				type: "chain-head" as const,
				name,
				references,
				...nowhere,
			})),
		);
		const chain = fc.tuple(head, fc.array(listRules({ numbers, verbose, exact }), { maxLength: 4 }));
		return fc
			.tuple(fc.array(addedRules, { maxLength: 2 }), fc.array(chain, { maxLength: 4 }))
			.map(([added, all]) => ({
				type: "iptables-list" as const,
				...nowhere,
				statements: [
					...added,
					...all.flatMap(([first, rules]): ListStatement[] => [
						first,
						columns,
						...rules,
						{ type: "blank", ...nowhere },
					]),
				],
			}));
	});
}

/** Saved tables, with or without counters, or in the form of `-vS`. */
export function saves(): fc.Arbitrary<IptablesSave> {
	return fc.constantFrom("none", "bracket", "option").chain((style) => {
		const required = {
			chain: word(fc.oneof(fc.constantFrom("INPUT", "FORWARD"), chainName)),
			matches: fc.array(matches("save"), { maxLength: 3 }),
			...(style !== "none" && { counters: counters(style as "bracket" | "option") }),
		};
		const rule = fc
			.record(
				{
					...required,
					source: restricted,
					destination: restricted,
					in: interfaces("save"),
					out: interfaces("save"),
					protocol: protocols("save"),
					fragment: negated.map((not) => ({ ...flag, ...not })),
					target: targets("save"),
				},
				{ requiredKeys: Object.keys(required) as (keyof typeof required)[] },
			)
			.map(
				(fields): Rule => ({
					type: "rule",
					...(fields as Omit<Rule, "type" | "start" | "end">),
					...nowhere,
				}),
			);
		const declaration: fc.Arbitrary<SaveStatement> = fc
			.tuple(word(chainName), counters("bracket"))
			.map(([name, counted]) => ({ type: "chain-declaration", name, counters: counted, ...nowhere }));
		return fc
			.tuple(
				fc.constantFrom("nat", "filter"),
				fc.array(declaration, { maxLength: 3 }),
				fc.array(rule, { maxLength: 5 }),
				fc.array(commands(rule.map(withoutBrackets)), { maxLength: 3 }),
			)
			.map(([table, declarations, rules, byHand]) => ({
				type: "iptables-save" as const,
				...nowhere,
				statements: [
					{ type: "table", name: { value: table, ...nowhere }, ...nowhere },
					...declarations,
					...rules,
					{ type: "commit", ...nowhere },
					...byHand,
				],
			}));
	});
}

/** `[39:2484]` is of iptables-restore; a command has `-c 39 2484`. */
function withoutBrackets({ counters: counted, ...rule }: Rule): Rule {
	return counted?.style === "option" ? { ...rule, counters: counted } : rule;
}

/** What files and scripts hold beside `-A`; the tool prints none of it. */
function commands(rule: fc.Arbitrary<Rule>): fc.Arbitrary<SaveStatement> {
	const number = num(fc.integer({ min: 1, max: 99 }));
	const chain = word(chainName);
	const command = { type: "chain-command" as const, ...nowhere };
	const edit: fc.Arbitrary<Rule | ChainCommand> = fc.oneof(
		rule,
		fc
			.tuple(rule, fc.oneof(number, fc.constant("first" as const)))
			.map(([node, insert]) => ({ ...node, insert })),
		fc
			.constantFrom("flush" as const, "delete-chain" as const, "zero" as const)
			.map((action) => ({ ...command, action })),
		chain.map((name) => ({ ...command, action: "flush" as const, chain: name })),
		fc
			.tuple(chain, chain)
			.map(([name, to]) => ({ ...command, action: "rename-chain" as const, chain: name, to })),
		fc
			.tuple(chain, number)
			.map(([name, at]) => ({ ...command, action: "delete" as const, chain: name, number: at })),
		fc
			.tuple(rule, fc.constantFrom("delete" as const, "check" as const))
			.map(([node, action]) => ({ ...command, action, chain: node.chain!, rule: node })),
		fc.tuple(rule, number).map(([node, at]) => ({
			...command,
			action: "replace" as const,
			chain: node.chain!,
			number: at,
			rule: node,
		})),
	);
	const place = fc.oneof(
		fc.constantFrom({}, { family: 4 as const }, { family: 6 as const }),
		fc
			.record(
				{
					command: fc
						.constantFrom("iptables", "sudo iptables", "ip netns exec r1 /sbin/iptables-legacy")
						.map((value) => ({ value, ...nowhere })),
					table: word(fc.constantFrom("nat", "mangle")),
				},
				{ requiredKeys: ["command"] },
			)
			.map((fields) => ({ ...fields, family: 4 as const })),
	);
	return fc.tuple(edit, place).map(([node, where]) => ({ ...node, ...where }));
}
