import type { ParsedDump, Scope } from "@netfossil/capture";
import { collect } from "./collect/index.ts";
import type { Context } from "./context.ts";
import { Graph } from "./graph.ts";
import { Identities } from "./identities.ts";
import { SCHEMA, type SourceDump, type Topology } from "./model.ts";
import { Networks } from "./networks.ts";
import { rules } from "./rules/index.ts";
import { Swarms } from "./swarms.ts";

/**
 * Rebuilds the network that dumps were taken of. First every dump says what it says (`collect`), then the
 * rules join it, in order. Nothing is read but the dumps, and nothing is lost: what the dumps disagree on is
 * a conflict, what they leave open a gap.
 */
export function reconstruct(dumps: readonly ParsedDump[]): Topology {
	const seen = collect(dumps);
	const scopes = scopesOf(dumps);
	const who = new Identities(seen, scopes);
	const swarms = new Swarms([...new Set(scopes.map(({ host }) => host))], seen);
	const namespaces = [
		...seen.netns.map(({ name }) => name),
		...scopes.flatMap(({ place }) => (place.type === "netns" ? [place.name] : [])),
	];
	const networks = new Networks(seen, namespaces, swarms);
	const context: Context = { seen, graph: new Graph(), who, networks, swarms, dumps };
	for (const rule of rules) rule.apply(context);
	return { schema: SCHEMA, ...context.graph.finish(), sources: dumps.map(sourceOf) };
}

function scopesOf(dumps: readonly ParsedDump[]): Scope[] {
	return dumps.map(({ dump }) => dump.scope);
}

function sourceOf({ dump }: ParsedDump): SourceDump {
	return {
		id: dump.id,
		file: dump.source.name,
		line: dump.source.locate(dump.start).line,
		kind: dump.kind,
		host: dump.scope.host,
		place: dump.scope.place,
		...(dump.command !== undefined && { command: dump.command }),
	};
}
