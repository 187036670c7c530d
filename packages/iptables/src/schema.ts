import {
	blank,
	ipAddress,
	ipPrefix,
	lineShape,
	macAddress,
	num,
	port,
	spanShape,
	unparsed,
	word,
} from "@netfossil/core/schema";
import { z } from "zod";
import type {
	Address,
	Counter,
	Counters,
	Interface,
	IptablesList as IptablesListAst,
	IptablesSave as IptablesSaveAst,
	ListStatement,
	Match,
	Protocol,
	Rule,
	SaveStatement,
	Target,
} from "./ast.ts";
import type { ExtensionReader } from "./extension.ts";
import { matches } from "./matches/index.ts";
import { targets } from "./targets/index.ts";
import type {
	Account,
	AddressList,
	AddressRange,
	Amount,
	Bytecode,
	ChunkTypes,
	ClassId,
	HeaderOptions,
	Host,
	IcmpType,
	Mac,
	MarkOperation,
	Masked,
	NameList,
	NatRange,
	Network,
	NumberRange,
	PolicyElement,
	PortList,
	PortRange,
	Rate,
	SetReference,
	TcpFlags,
	Text,
	Toggle,
	ValueKind,
} from "./values.ts";

const not = { negated: z.exactOptional(z.literal(true)) };
const shape = { ...spanShape, ...not };
const named = z.strictObject({ type: z.literal("name"), value: z.string(), ...shape });
const negatable = <T extends z.ZodType>(schema: T): z.ZodType<z.infer<T> & { negated?: true }> =>
	(schema as unknown as z.ZodObject).extend(not) as never;

const toggle: z.ZodType<Toggle> = z.strictObject({ type: z.literal("flag"), ...shape });
const text: z.ZodType<Text> = z.strictObject({
	value: z.string(),
	text: z.exactOptional(z.string()),
	...shape,
});
const portRange: z.ZodType<PortRange> = z.strictObject({ from: port, to: z.exactOptional(port), ...shape });
const ip = negatable(ipAddress);
const network = z.union([ip, negatable(ipPrefix), named]) as z.ZodType<Network>;
const protocol: z.ZodType<Protocol> = z.strictObject({
	type: z.literal("protocol"),
	number: z.exactOptional(z.int()),
	name: z.exactOptional(z.string()),
	...shape,
});

/** The schema of each kind of value. */
const values: Readonly<Record<ValueKind, z.ZodType>> = {
	toggle,
	name: negatable(word),
	text,
	number: negatable(num),
	numberRange: z.strictObject({
		from: num,
		to: z.exactOptional(z.union([num, z.literal("open")])),
		...shape,
	}) satisfies z.ZodType<NumberRange>,
	portRange,
	portList: z.strictObject({ ports: z.array(portRange), ...shape }) satisfies z.ZodType<PortList>,
	nameList: z.strictObject({
		names: z.array(z.string()),
		text: z.exactOptional(z.string()),
		...shape,
	}) satisfies z.ZodType<NameList>,
	masked: z.strictObject({ value: num, mask: z.exactOptional(num), ...shape }) satisfies z.ZodType<Masked>,
	markOperation: z.strictObject({
		value: z.number(),
		mask: z.number(),
		spelling: z.enum(["set", "or", "and", "xor", "xset"]),
		operand: num,
		operandMask: z.exactOptional(num),
		...shape,
	}) satisfies z.ZodType<MarkOperation>,
	amount: z.strictObject({
		value: z.number(),
		text: z.exactOptional(z.string()),
		unit: z.exactOptional(z.enum(["b", "kb", "mb", "k", "m"])),
		...shape,
	}) satisfies z.ZodType<Amount>,
	rate: z.strictObject({
		count: z.number(),
		unit: z.exactOptional(z.string()),
		per: z.string(),
		...shape,
	}) satisfies z.ZodType<Rate>,
	host: z.union([ip, named]) as z.ZodType<Host>,
	network,
	addressRange: z.strictObject({
		from: ipAddress,
		to: ipAddress,
		...shape,
	}) satisfies z.ZodType<AddressRange>,
	natRange: z.strictObject({
		from: z.exactOptional(ipAddress),
		to: z.exactOptional(ipAddress),
		ports: z.exactOptional(portRange),
		base: z.exactOptional(port),
		...shape,
	}) satisfies z.ZodType<NatRange>,
	tcpFlags: z.strictObject({
		mask: z.array(z.string()),
		set: z.array(z.string()),
		numeric: z.exactOptional(z.literal(true)),
		...shape,
	}) satisfies z.ZodType<TcpFlags>,
	icmpType: z.strictObject({
		value: z.exactOptional(z.int()),
		code: z.exactOptional(z.int()),
		name: z.exactOptional(z.string()),
		...shape,
	}) satisfies z.ZodType<IcmpType>,
	mac: negatable(macAddress) as z.ZodType<Mac>,
	setReference: z.strictObject({
		set: z.string(),
		directions: z.array(z.string()),
		...shape,
	}) satisfies z.ZodType<SetReference>,
	account: z.strictObject({
		id: z.exactOptional(num),
		to: z.exactOptional(num),
		name: z.exactOptional(z.string()),
		...shape,
	}) satisfies z.ZodType<Account>,
	classId: z.strictObject({
		major: z.int(),
		minor: z.int(),
		text: z.exactOptional(z.string()),
		...shape,
	}) satisfies z.ZodType<ClassId>,
	chunkTypes: z.strictObject({
		scope: z.string(),
		chunks: z.array(
			z.strictObject({
				number: z.exactOptional(z.int()),
				name: z.exactOptional(z.string()),
				flags: z.exactOptional(z.string()),
			}),
		),
		...shape,
	}) satisfies z.ZodType<ChunkTypes>,
	bytecode: z.strictObject({
		instructions: z.array(
			z.strictObject({ code: z.int(), jumpTrue: z.int(), jumpFalse: z.int(), k: z.int() }),
		),
		nul: z.exactOptional(z.literal(true)),
		...shape,
	}) satisfies z.ZodType<Bytecode>,
	headerOptions: z.strictObject({
		options: z.array(z.strictObject({ optionType: z.int(), length: z.exactOptional(z.int()) })),
		...shape,
	}) satisfies z.ZodType<HeaderOptions>,
	addressList: z.strictObject({ addresses: z.array(ipAddress), ...shape }) satisfies z.ZodType<AddressList>,
	protocol,
	policyElements: z.array(
		z.strictObject({
			requestId: z.exactOptional(negatable(num)),
			spi: z.exactOptional(negatable(num)),
			protocol: z.exactOptional(protocol),
			mode: z.exactOptional(negatable(word)),
			tunnelDestination: z.exactOptional(network),
			tunnelSource: z.exactOptional(network),
			...spanShape,
		}),
	) satisfies z.ZodType<PolicyElement[]>,
};

/** The schema of an extension's node, from its entry: the entry's keys were checked against its interface. */
function nodeOf(reader: ExtensionReader): z.ZodType {
	const fields: Record<string, z.ZodType> = { type: z.literal(reader.type), ...spanShape };
	for (const [key, kind] of reader.fields) fields[key] = z.exactOptional(values[kind]);
	for (const [key, value] of reader.constants) fields[key] = z.exactOptional(z.literal(value as true));
	return z.strictObject(fields);
}

const extensions = (readers: Iterable<ExtensionReader>): [z.ZodType, ...z.ZodType[]] =>
	Array.from(readers, nodeOf) as [z.ZodType, ...z.ZodType[]];

const match: z.ZodType<Match> = z.union([
	...extensions(matches.values()),
	z.strictObject({
		type: z.literal("unknown-match"),
		name: z.exactOptional(word),
		text: z.string(),
		...spanShape,
	}),
]) as z.ZodType<Match>;
const target: z.ZodType<Target> = z.union([
	z.strictObject({ type: z.enum(["ACCEPT", "DROP", "RETURN", "QUEUE"]), ...spanShape }),
	z.strictObject({
		type: z.literal("jump"),
		chain: word,
		goto: z.exactOptional(z.literal(true)),
		...spanShape,
	}),
	...extensions(targets.values()),
	z.strictObject({ type: z.literal("unknown-target"), name: word, text: z.string(), ...spanShape }),
]) as z.ZodType<Target>;

const counter: z.ZodType<Counter> = z.strictObject({
	value: z.number(),
	text: z.exactOptional(z.string()),
	unit: z.exactOptional(z.enum(["K", "M", "G", "T"])),
	min: z.exactOptional(z.number()),
	max: z.exactOptional(z.number()),
	...spanShape,
});
const counters: z.ZodType<Counters> = z.strictObject({
	packets: counter,
	bytes: counter,
	style: z.exactOptional(z.enum(["exact", "option"])),
	...spanShape,
});
const family = z.union([z.literal(4), z.literal(6)]);
const address: z.ZodType<Address> = z.union([
	z.strictObject({ type: z.literal("any"), text: z.string(), ...shape }),
	negatable(ipPrefix),
	z.strictObject({ type: z.literal("masked"), family, address: z.string(), mask: z.string(), ...shape }),
	z.strictObject({
		type: z.literal("name"),
		value: z.string(),
		mask: z.exactOptional(z.string()),
		...shape,
	}),
]) as z.ZodType<Address>;
const interfaceColumn: z.ZodType<Interface> = z.union([
	z.strictObject({ type: z.literal("any"), text: z.string(), ...shape }),
	z.strictObject({
		type: z.literal("interface"),
		name: z.string(),
		wildcard: z.exactOptional(z.literal(true)),
		...shape,
	}),
]);
const yes = z.exactOptional(z.literal(true));
const invoked = {
	command: z.exactOptional(word),
	table: z.exactOptional(word),
	family: z.exactOptional(family),
	text: z.exactOptional(z.string()),
};
const rule: z.ZodType<Rule> = z.strictObject({
	type: z.literal("rule"),
	number: z.exactOptional(num),
	counters: z.exactOptional(counters),
	chain: z.exactOptional(word),
	source: z.exactOptional(address),
	destination: z.exactOptional(address),
	in: z.exactOptional(interfaceColumn),
	out: z.exactOptional(interfaceColumn),
	interfaces: z.exactOptional(z.literal("not-listed")),
	protocol: z.exactOptional(protocol),
	fragment: z.exactOptional(toggle),
	matches: z.array(match),
	target: z.exactOptional(target),
	columns: z.exactOptional(z.strictObject({ blankOption: yes, gluedOption: yes, noTable: yes })),
	insert: z.exactOptional(z.union([num, z.literal("first")])),
	...invoked,
	...lineShape,
});
const commandLine = z.strictObject({
	type: z.literal("command-line"),
	text: z.string(),
	table: z.exactOptional(word),
	family: z.exactOptional(family),
	...lineShape,
});
const warning = z.strictObject({ type: z.literal("warning"), text: z.string(), ...lineShape });

const listStatement: z.ZodType<ListStatement> = z.union([
	z.strictObject({ type: z.literal("table-title"), name: word, ...lineShape }),
	z.strictObject({
		type: z.literal("chain-head"),
		name: word,
		policy: z.exactOptional(word),
		counters: z.exactOptional(counters),
		references: z.exactOptional(z.union([z.int(), z.literal("unknown")])),
		...lineShape,
	}),
	z.strictObject({
		type: z.literal("columns"),
		numbers: yes,
		counters: z.exactOptional(z.enum(["rounded", "exact"])),
		interfaces: yes,
		...lineShape,
	}),
	commandLine,
	rule,
	warning,
	blank,
	unparsed,
]);
const saveStatement: z.ZodType<SaveStatement> = z.union([
	z.strictObject({
		type: z.literal("generated"),
		program: z.string(),
		version: z.string(),
		backend: z.exactOptional(z.enum(["nf_tables", "legacy"])),
		date: z.string(),
		...lineShape,
	}),
	z.strictObject({ type: z.literal("completed"), date: z.string(), ...lineShape }),
	z.strictObject({ type: z.literal("comment"), text: z.string(), ...lineShape }),
	z.strictObject({ type: z.literal("table"), name: word, ...lineShape }),
	z.strictObject({
		type: z.literal("chain-declaration"),
		name: word,
		policy: z.exactOptional(word),
		counters: z.exactOptional(counters),
		...lineShape,
	}),
	z.strictObject({
		type: z.literal("policy"),
		chain: word,
		policy: word,
		counters: z.exactOptional(counters),
		...invoked,
		...lineShape,
	}),
	z.strictObject({ type: z.literal("new-chain"), chain: word, ...invoked, ...lineShape }),
	z.strictObject({
		type: z.literal("chain-command"),
		action: z.enum(["delete", "check", "replace", "flush", "delete-chain", "zero", "rename-chain"]),
		chain: z.exactOptional(word),
		number: z.exactOptional(num),
		to: z.exactOptional(word),
		rule: z.exactOptional(rule),
		...invoked,
		...lineShape,
	}),
	commandLine,
	z.strictObject({ type: z.literal("commit"), ...lineShape }),
	rule,
	warning,
	blank,
	unparsed,
]);

/** The schema of {@link IptablesListAst}. */
export const IptablesList: z.ZodType<IptablesListAst> = z.strictObject({
	type: z.literal("iptables-list"),
	statements: z.array(listStatement),
	table: z.exactOptional(z.string()),
	width: z.exactOptional(z.int()),
	...spanShape,
});

/** The schema of {@link IptablesSaveAst}. */
export const IptablesSave: z.ZodType<IptablesSaveAst> = z.strictObject({
	type: z.literal("iptables-save"),
	statements: z.array(saveStatement),
	width: z.exactOptional(z.int()),
	...spanShape,
});
