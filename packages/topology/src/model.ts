import type { Flaw, Place, Reason } from "@netfossil/capture";

/** The version of {@link Topology}; a reader refuses a name that it does not know. New fields keep it. */
export const SCHEMA = "netfossil/topology/1";

/** The kind of a source that is no dump, but a command that a transcript shows being typed. */
export const TYPED_COMMAND = "typed-command";

/** A network, rebuilt from its dumps. Everything in it is plain JSON. */
export interface Topology {
	readonly schema: typeof SCHEMA;
	/** In order of their ids. */
	readonly nodes: readonly Node[];
	/** In order of their ids. */
	readonly edges: readonly Edge[];
	readonly conflicts: readonly Conflict[];
	/** What captures of one host, at different times, say differently: no contradiction. */
	readonly changes: readonly Conflict[];
	/** Of each host with several captures all of them, oldest first where all their times are known, else by name. */
	readonly captures?: readonly HostCapture[];
	/** What some captures of a host show, and another one with the same dump does not; absent where there is no such thing. */
	readonly onlyIn?: readonly OnlyIn[];
	readonly ambiguities: readonly Ambiguity[];
	readonly gaps: readonly Gap[];
	/** The dumps that it was rebuilt from. */
	readonly sources: readonly SourceDump[];
	/** Of what it is a part; absent where it is the whole. */
	readonly part?: Part;
}

/** What of a topology is wanted. Names are names of nodes, or the ids or names that Docker gives, also cut. */
export interface Focus {
	readonly hosts?: readonly string[];
	/** Namespaces; where hosts are given too, those of these hosts. */
	readonly netns?: readonly string[];
	readonly networks?: readonly string[];
	readonly services?: readonly string[];
}

/** How a part of a topology came about, and what it leaves out. */
export interface Part {
	/** What was asked for. */
	readonly focus: Focus;
	/** The ids of the nodes that were asked for, with all that is in them; the other nodes are there to understand these. */
	readonly shown: readonly string[];
	/** How many nodes of each kind the whole has. */
	readonly whole: Readonly<Partial<Record<NodeKind, number>>>;
	/** By the id of a node: how many of its edges lead out of the part. */
	readonly cut: Readonly<Record<string, number>>;
}

export type NodeKind =
	| "host"
	| "netns"
	| "interface"
	| "address"
	| "subnet"
	| "docker-network"
	| "endpoint"
	| "container"
	| "service"
	| "task"
	| "vip"
	| "published-port"
	| "ipvs-service"
	| "real-server"
	| "vtep"
	| "external";

export type EdgeKind =
	/** host → netns → interface; a node has one container at most. */
	| "contains"
	/** port → bridge or bond. */
	| "enslaved-to"
	/** Either way round; the edge stands once, from the smaller id to the larger. */
	| "veth-peer"
	/** vlan, macvlan … → the interface below. */
	| "lower-device"
	/** VTEP → VTEP. */
	| "tunnel"
	/** interface → address. */
	| "has-address"
	/** address → subnet; subnet → docker network. */
	| "in-subnet"
	/** interface, namespace or endpoint → docker network. */
	| "attached-to-network"
	/** container → task → service; VIP → service. */
	| "backs"
	/** published port → the address that DNAT or REDIRECT sends it to. */
	| "nat-to"
	/** published port or VIP → the IPVS service that its firewall mark selects. */
	| "marks"
	/** IPVS service → real server. */
	| "balances-to"
	/** Two names of one thing: container – its namespace, real server – the address it is. */
	| "same-entity";

/**
 * `observed`: a dump says so. `derived`: joined by a key that is unique. `assumed`: a habit of Docker or of
 * the kernel, which `because` names.
 */
export type Certainty = "observed" | "derived" | "assumed";

/** A place in a file: lines and columns count from 1, the end is exclusive. */
export interface SpanRef {
	/** The id of a {@link SourceDump}. */
	readonly source: string;
	readonly file: string;
	readonly line: number;
	readonly column: number;
	readonly endLine: number;
	readonly endColumn: number;
}

/** Why a fact is believed. */
export interface Evidence {
	/** The rule that concludes it, from `docs/topology.md`. */
	readonly rule: string;
	readonly certainty: Certainty;
	/** The conclusion in words, where the spans alone do not show it; for `assumed`, the habit. */
	readonly because?: string;
	readonly spans: readonly SpanRef[];
}

/** What every fact has: how sure it is (as its strongest evidence), and all evidence for it. */
export interface Fact {
	readonly certainty: Certainty;
	readonly evidence: readonly Evidence[];
}

export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

export interface Attribute extends Fact {
	readonly value: Value;
}

export interface Node extends Fact {
	/** Made of names, so that two runs can be compared: `manager1/netns/ingress_sbox/interface/eth0`. */
	readonly id: string;
	readonly kind: NodeKind;
	readonly name: string;
	readonly attributes: { readonly [name: string]: Attribute };
}

export interface Edge extends Fact {
	/** `kind from to`, with arrows. */
	readonly id: string;
	readonly kind: EdgeKind;
	readonly from: string;
	readonly to: string;
	readonly attributes: { readonly [name: string]: Attribute };
}

/** Two dumps that disagree; both are kept, and the node shows the value of the stronger evidence, else the first; of a change that of the newest capture. */
export interface Conflict {
	/** The node or edge. */
	readonly about: string;
	readonly attribute: string;
	readonly explanation: string;
	/** Of a change: the newest capture that tells a value, which is the one that is shown; absent where times are not known. */
	readonly newest?: string;
	readonly values: readonly Attribute[];
}

/** One of the times at which a host was saved. */
export interface HostCapture {
	readonly host: string;
	/** Its folder or archive, as paths of the capture begin: `before/web1`; `.` for what lies in no folder. */
	readonly name: string;
	/** When its first dump was taken, in ISO 8601 (in UTC, with `Z`, where the zone is known), where a dump tells. */
	readonly time?: string;
}

/** Something that was not there all the time. What is inside of it is not listed: it came and went along. */
export interface OnlyIn {
	/** The node or edge. */
	readonly about: string;
	/** The attribute that is meant; absent: the node or edge itself. */
	readonly attribute?: string;
	/** The captures that show it, by name. */
	readonly in: readonly string[];
	/** Those whose dump of the same kind and place does not list it; other captures have no such dump, and tell nothing. */
	readonly notIn: readonly string[];
	/** Where the captures show it. */
	readonly evidence: readonly Evidence[];
	/** The ids of the dumps that do not list it. */
	readonly missingFrom: readonly string[];
}

/** Several ways to join that the evidence allows; none was chosen. */
export interface Ambiguity {
	readonly about: string;
	readonly question: string;
	/** Ids of nodes. */
	readonly candidates: readonly string[];
	readonly evidence: readonly Evidence[];
}

/** A question that the dumps leave open. */
export interface Gap {
	/** Ids of nodes. */
	readonly about: readonly string[];
	/** What is not known. */
	readonly question: string;
	/** What knowing it would change. */
	readonly matters: string;
	/** Where to save what would tell. */
	readonly host: string;
	readonly place: Place;
	/** The command, complete: it can be pasted into a shell on `host`. */
	readonly command: string;
}

/** A dump that the topology was rebuilt from. */
export interface SourceDump {
	readonly id: string;
	readonly file: string;
	/** First line of the dump in the file. */
	readonly line: number;
	/** The kind of the dump, or {@link TYPED_COMMAND}. */
	readonly kind: string;
	readonly host: string;
	readonly place: Place;
	/** The node of the namespace that it was taken in; a typed command has none. */
	readonly netns?: string;
	readonly command?: string;
	/** Why it proves less than another, where it does; see `Dump.flaws` of `@netfossil/capture`. */
	readonly flaws?: readonly Flaw[];
	/** How host, place, command and kind are known; where they are assumed, all that the dump proves is. */
	readonly reasons: readonly Reason[];
}
