import { type Address, printSave, type Rule, type SaveStatement } from "@netfossil/iptables";
import { type ListStatement, printList } from "@netfossil/ipvsadm";
import type { ModelBalanced, ModelNetns, ModelRule } from "./model.ts";
import { ip, nowhere, num, prefix, word } from "./nodes.ts";

/** Which table a rule stands in, and which chains that has. */
const TABLES = {
	mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
	nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
} as const;

type Table = keyof typeof TABLES;

/** `iptables-save` */
export function iptablesDump({ rules }: ModelNetns): string {
	const printed = rules.map(ruleOf);
	const statements = (["mangle", "nat"] as const).flatMap((table): SaveStatement[] => {
		const here = printed.filter((each) => each.table === table).map(({ rule }) => rule);
		if (here.length === 0) return [];
		const own = new Set(here.map(({ chain }) => chain!.value).filter((name) => name.startsWith("DOCKER")));
		return [
			{ type: "table", name: word(table), ...nowhere },
			...TABLES[table].map((name) => declaration(name, "ACCEPT")),
			...[...own].map((name) => declaration(name)),
			...[...own].map((name) => jump("PREROUTING", name)),
			...here,
			{ type: "commit", ...nowhere },
		];
	});
	return printSave({ type: "iptables-save", statements, ...nowhere });
}

function declaration(name: string, policy?: string): SaveStatement {
	const counters = { packets: num(0), bytes: num(0), ...nowhere };
	return {
		type: "chain-declaration",
		name: word(name),
		...(policy !== undefined && { policy: word(policy) }),
		counters,
		...nowhere,
	};
}

function jump(from: string, to: string): Rule {
	return {
		type: "rule",
		chain: word(from),
		matches: [{ type: "addrtype", destination: { names: ["LOCAL"], ...nowhere }, ...nowhere }],
		target: { type: "jump", chain: word(to), ...nowhere },
		...nowhere,
	};
}

function ruleOf(rule: ModelRule): { readonly table: Table; readonly rule: Rule } {
	switch (rule.type) {
		case "publish":
			return nat(rule.chain, {
				...(rule.bridge !== undefined && { in: notAt(rule.bridge) }),
				...tcp(rule.port),
				target: {
					type: "DNAT",
					to: { from: ip(rule.to), ports: { from: port(rule.toPort), ...nowhere }, ...nowhere },
					...nowhere,
				},
			});
		case "redirect":
			return nat("PREROUTING", {
				destination: host(rule.address),
				...tcp(rule.port),
				target: { type: "REDIRECT", ports: { from: port(rule.toPort), ...nowhere }, ...nowhere },
			});
		case "masquerade":
			return nat("POSTROUTING", {
				source: prefix(rule.subnet),
				out: notAt(rule.bridge),
				matches: [],
				target: { type: "MASQUERADE", ...nowhere },
			});
		case "balance":
			return nat("POSTROUTING", {
				destination: prefix(rule.subnet),
				matches: [{ type: "ipvs", ipvs: { type: "flag", ...nowhere }, ...nowhere }],
				target: { type: "SNAT", to: { from: ip(rule.address), ...nowhere }, ...nowhere },
			});
		case "mark-port":
			return mangle("PREROUTING", { ...tcp(rule.port), target: mark(rule.mark) });
		case "mark-address":
			return mangle("INPUT", { destination: host(rule.address), matches: [], target: mark(rule.mark) });
	}
}

type Said = Omit<Rule, "type" | "chain" | "start" | "end">;

const nat = (chain: string, said: Said) => ({ table: "nat" as const, rule: inChain(chain, said) });
const mangle = (chain: string, said: Said) => ({ table: "mangle" as const, rule: inChain(chain, said) });
const inChain = (chain: string, said: Said): Rule => ({
	type: "rule",
	chain: word(chain),
	...said,
	...nowhere,
});
const host = (address: string): Address => prefix(`${address}/32`);
const port = (number: number) => ({ type: "port" as const, number, ...nowhere });
const notAt = (name: string) => ({ type: "interface" as const, name, negated: true as const, ...nowhere });

function tcp(number: number): Pick<Rule, "protocol" | "matches"> {
	return {
		protocol: { type: "protocol", number: 6, name: "tcp", ...nowhere },
		matches: [{ type: "tcp", destinationPort: { from: port(number), ...nowhere }, ...nowhere }],
	};
}

/** `-j MARK --set-xmark 0x100/0xffffffff` */
function mark(value: number): NonNullable<Rule["target"]> {
	const operand = { value, text: `0x${value.toString(16)}`, ...nowhere };
	const operandMask = { value: 0xffffffff, text: "0xffffffff", ...nowhere };
	return {
		type: "MARK",
		operation: { value, mask: 0xffffffff, spelling: "xset", operand, operandMask, ...nowhere },
		...nowhere,
	};
}

/** `ipvsadm -Ln` */
export function ipvsDump(balanced: readonly ModelBalanced[]): string {
	const service = ["Scheduler", "Flags"];
	const server = ["Forward", "Weight", "ActiveConn", "InActConn"];
	const statements: ListStatement[] = [
		{ type: "version", version: "1.2.1", size: 4096, ...nowhere },
		{ type: "columns", of: "service", titles: service, ...nowhere },
		{ type: "columns", of: "real-server", titles: server, ...nowhere },
		...balanced.flatMap(({ mark: value, servers }): ListStatement[] => [
			{
				type: "service",
				key: { type: "fwmark", mark: num(value), family: 4, ...nowhere },
				scheduler: word("rr"),
				...nowhere,
			},
			...servers.map(({ address }) => ({
				type: "real-server" as const,
				address: ip(address),
				port: port(0),
				forwarding: "masquerade" as const,
				weight: 1,
				activeConnections: 0,
				inactiveConnections: 0,
				...nowhere,
			})),
		]),
	];
	return printList({ type: "ipvsadm-list", statements, ...nowhere });
}
