import { kinds } from "@netfossil/capture/files";
import { z } from "zod";
import {
	type Ambiguity,
	type Attribute,
	type Conflict,
	type Edge,
	type Evidence,
	type Gap,
	type HostCapture,
	type Node,
	type OnlyIn,
	type Part,
	SCHEMA,
	type SourceDump,
	type Topology as TopologyModel,
	type Value,
} from "./model.ts";
import { WANTED_SCHEMA, type Want, type Wanted as WantedModel } from "./wanted/model.ts";

const place: z.ZodType<SourceDump["place"]> = z.union([
	z.strictObject({ type: z.literal("host") }),
	z.strictObject({ type: z.literal("netns"), name: z.string() }),
	z.strictObject({ type: z.literal("container"), id: z.string() }),
]);
const certainty = z.enum(["observed", "derived", "assumed"]);
const evidence: z.ZodType<Evidence> = z.strictObject({
	rule: z.string(),
	certainty,
	because: z.exactOptional(z.string()),
	spans: z.array(
		z.strictObject({
			source: z.string(),
			file: z.string(),
			line: z.int().min(1),
			column: z.int().min(1),
			endLine: z.int().min(1),
			endColumn: z.int().min(1),
		}),
	),
});
const value: z.ZodType<Value> = z.json();
const fact = { certainty, evidence: z.array(evidence) };
const attribute: z.ZodType<Attribute> = z.strictObject({ value, ...fact });
const attributes = z.record(z.string(), attribute);
const nodeKind = z.enum([
	"host",
	"netns",
	"interface",
	"address",
	"subnet",
	"docker-network",
	"endpoint",
	"container",
	"service",
	"task",
	"vip",
	"published-port",
	"ipvs-service",
	"real-server",
	"vtep",
	"external",
]);
const node: z.ZodType<Node> = z.strictObject({
	id: z.string(),
	kind: nodeKind,
	name: z.string(),
	attributes,
	...fact,
});
const edge: z.ZodType<Edge> = z.strictObject({
	id: z.string(),
	kind: z.enum([
		"contains",
		"enslaved-to",
		"veth-peer",
		"lower-device",
		"tunnel",
		"has-address",
		"in-subnet",
		"attached-to-network",
		"backs",
		"nat-to",
		"marks",
		"balances-to",
		"same-entity",
	]),
	from: z.string(),
	to: z.string(),
	attributes,
	...fact,
});
const conflict: z.ZodType<Conflict> = z.strictObject({
	about: z.string(),
	attribute: z.string(),
	explanation: z.string(),
	newest: z.exactOptional(z.string()),
	values: z.array(attribute),
});
const hostCapture: z.ZodType<HostCapture> = z.strictObject({
	host: z.string(),
	name: z.string(),
	time: z.exactOptional(z.string()),
});
const onlyIn: z.ZodType<OnlyIn> = z.strictObject({
	about: z.string(),
	attribute: z.exactOptional(z.string()),
	in: z.array(z.string()),
	notIn: z.array(z.string()),
	evidence: z.array(evidence),
	missingFrom: z.array(z.string()),
});
const ambiguity: z.ZodType<Ambiguity> = z.strictObject({
	about: z.string(),
	question: z.string(),
	candidates: z.array(z.string()),
	evidence: z.array(evidence),
});
const gap: z.ZodType<Gap> = z.strictObject({
	about: z.array(z.string()),
	question: z.string(),
	matters: z.string(),
	host: z.string(),
	place,
	command: z.string(),
});
const source: z.ZodType<SourceDump> = z.strictObject({
	id: z.string(),
	file: z.string(),
	line: z.int().min(1),
	kind: z.string(),
	host: z.string(),
	place,
	netns: z.exactOptional(z.string()),
	command: z.exactOptional(z.string()),
	flaws: z.exactOptional(
		z.array(z.strictObject({ type: z.enum(["truncated", "failed", "cut"]), text: z.string() })),
	),
	reasons: z.array(
		z.strictObject({
			about: z.enum(["kind", "host", "place", "command"]),
			text: z.string(),
			line: z.exactOptional(z.int().min(1)),
			certainty: z.enum(["observed", "assumed"]),
		}),
	),
});

const names = z.exactOptional(z.array(z.string()));
const part: z.ZodType<Part> = z.strictObject({
	focus: z.strictObject({ hosts: names, netns: names, networks: names, services: names }),
	shown: z.array(z.string()),
	whole: z.partialRecord(nodeKind, z.int().min(1)),
	cut: z.record(z.string(), z.int().min(1)),
});

/** The schema of a {@link TopologyModel}. */
export const Topology: z.ZodType<TopologyModel> = z.strictObject({
	schema: z.literal(SCHEMA),
	nodes: z.array(node),
	edges: z.array(edge),
	conflicts: z.array(conflict),
	changes: z.array(conflict),
	captures: z.exactOptional(z.array(hostCapture)),
	onlyIn: z.exactOptional(z.array(onlyIn)),
	ambiguities: z.array(ambiguity),
	gaps: z.array(gap),
	sources: z.array(source),
	part: z.exactOptional(part),
});

const want: z.ZodType<Want> = z.strictObject({
	host: z.string(),
	place,
	kind: z.exactOptional(z.enum(kinds.map(({ name }) => name))),
	command: z.string(),
	file: z.string(),
	why: z.array(z.string()),
	decides: z.array(z.string()),
	from: z.array(z.enum(["capture", "topology"])),
});

/** What a capture lacks, as `netfossil wanted --format json` prints it. */
export const Wanted: z.ZodType<WantedModel> = z.strictObject({
	schema: z.literal(WANTED_SCHEMA),
	wants: z.array(want),
});
