import type { ParsedDump, Scope, TypedCommand } from "@netfossil/capture";
import { Captures } from "./captures.ts";
import { CleanedReports } from "./cleaned.ts";
import { collectCommands, commandId } from "./collect/commands.ts";
import { collect } from "./collect/index.ts";
import type { Context } from "./context.ts";
import { Graph } from "./graph.ts";
import { Identities } from "./identities.ts";
import { Links } from "./links.ts";
import { Lookups } from "./lookups.ts";
import { namesakes, tellApart } from "./machines.ts";
import { SCHEMA, type SourceDump, type Topology, TYPED_COMMAND } from "./model.ts";
import { Networks } from "./networks.ts";
import { onlyInOf } from "./only-in.ts";
import { rules } from "./rules/index.ts";
import { Swarms } from "./swarms.ts";

/**
 * Rebuilds the network that dumps were taken of. First every dump says what it says (`collect`), then the
 * rules join it, in order. Nothing is lost: what the dumps disagree on is a conflict, what they leave open a
 * gap. Commands that a transcript shows being typed are evidence too, for names that no dump has; a folder of
 * dump files has none, and gives the same network without them.
 */
export function reconstruct(taken: readonly ParsedDump[], commands: readonly TypedCommand[] = []): Topology {
	const first = collect(taken);
	const doubles = namesakes(first);
	const dumps = tellApart(taken, doubles);
	const seen = dumps === taken ? first : collect(dumps);
	collectCommands(commands, seen);
	const scopes = scopesOf(dumps);
	const who = new Identities(seen, scopes);
	const cleaned = new CleanedReports(dumps, seen);
	const swarms = new Swarms([...new Set(scopes.map(({ host }) => host))], seen, scopes, cleaned);
	const namespaces = [
		...seen.netns.map(({ name }) => name),
		...scopes.flatMap(({ place }) => (place.type === "netns" ? [place.name] : [])),
	];
	const networks = new Networks(seen, namespaces, swarms);
	const links = new Links(seen, who);
	const flawed = new Set(dumps.flatMap(({ dump }) => (dump.flaws === undefined ? [] : [dump.id])));
	const captures = new Captures(dumps, (scope) => who.netns(scope));
	const context: Context = {
		seen,
		rows: new Lookups(seen, who, networks),
		graph: new Graph(flawed, captures.takenIn),
		who,
		networks,
		swarms,
		links,
		cleaned,
		namesakes: doubles,
		dumps,
	};
	for (const rule of rules) rule.apply(context);
	const facts = context.graph.finish();
	const onlyIn = onlyInOf(facts, captures);
	return {
		schema: SCHEMA,
		...facts,
		...(captures.list.length > 0 && { captures: captures.list }),
		...(onlyIn.length > 0 && { onlyIn }),
		sources: [...dumps.map((parsed) => sourceOf(parsed, who)), ...quotedCommands(commands, facts)],
	};
}

/** The typed commands that prove something; the others are no source. */
function quotedCommands(
	commands: readonly TypedCommand[],
	facts: Pick<Topology, "nodes" | "edges">,
): SourceDump[] {
	if (commands.length === 0) return [];
	const quoted = new Set<string>();
	for (const fact of [...facts.nodes, ...facts.edges]) {
		for (const each of [fact, ...Object.values(fact.attributes)]) {
			for (const { spans } of each.evidence) for (const { source } of spans) quoted.add(source);
		}
	}
	return commands
		.filter((command) => quoted.has(commandId(command)))
		.map((command) => ({
			id: commandId(command),
			file: command.source.name,
			line: command.source.locate(command.start).line,
			kind: TYPED_COMMAND,
			host: command.scope.host,
			place: command.scope.place,
			command: command.text,
			reasons: [],
		}));
}

function scopesOf(dumps: readonly ParsedDump[]): Scope[] {
	return dumps.map(({ dump }) => dump.scope);
}

function sourceOf({ dump }: ParsedDump, who: Identities): SourceDump {
	return {
		id: dump.id,
		file: dump.source.name,
		line: dump.source.locate(dump.start).line,
		kind: dump.kind,
		host: dump.scope.host,
		place: dump.scope.place,
		netns: who.netns(dump.scope),
		...(dump.command !== undefined && { command: dump.command }),
		...(dump.flaws !== undefined && { flaws: dump.flaws }),
		reasons: dump.reasons,
	};
}
