import type { ParsedDump } from "@netfossil/capture";
import type { CleanedReports } from "./cleaned.ts";
import type { Graph } from "./graph.ts";
import type { Identities } from "./identities.ts";
import type { Links } from "./links.ts";
import type { Lookups } from "./lookups.ts";
import type { Namesakes } from "./machines.ts";
import type { Certainty } from "./model.ts";
import type { Networks } from "./networks.ts";
import type { Observations } from "./observations.ts";
import type { Swarms } from "./swarms.ts";

/** What every rule works on. */
export interface Context {
	readonly seen: Observations;
	readonly rows: Lookups;
	readonly graph: Graph;
	readonly who: Identities;
	readonly networks: Networks;
	readonly swarms: Swarms;
	readonly links: Links;
	readonly cleaned: CleanedReports;
	readonly namesakes: readonly Namesakes[];
	readonly dumps: readonly ParsedDump[];
}

/** A join: how one sort of conclusion is drawn. `docs/topology.md` lists them all. */
export interface Rule {
	/** Stands in the evidence of all that the rule concludes. */
	readonly id: string;
	/** What it joins, by which key, and what follows. */
	readonly concludes: string;
	readonly certainty: readonly Certainty[];
	/** What would show that the conclusion is wrong. */
	readonly contradictedBy: string;
	readonly apply: (context: Context) => void;
}
