/** Arbitraries of ASTs that docker could have printed. Needs the optional peer `fast-check`. */
import { ipv4, ipv6, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type {
	Column,
	DockerJson,
	DockerTable,
	ItemLine,
	JsonDocument,
	JsonElement,
	JsonFragment,
	JsonKind,
	JsonMember,
	JsonStatement,
	JsonString,
	JsonValue,
	PortRange,
	PublishedPort,
	Replicas,
	SettingLine,
	TableHeader,
	TableKind,
	TableStatement,
} from "./ast.ts";
import { base36, hex, name } from "./json/objects.ts";
import { OUTLINED } from "./outline.ts";
import { type Cell, cellOf, type Fields, LISTINGS } from "./table/columns.ts";

export {
	containerObjects,
	infoObjects,
	networkObjects,
	nodeObjects,
	serviceObjects,
	taskObjects,
	versionObjects,
} from "./json/objects.ts";

const nowhere = { start: 0, end: 0 };

// JSON ------------------------------------------------------------------------------------------------

/** The tree of a plain value, without places. */
export function treeOf(value: unknown): JsonValue {
	if (Array.isArray(value)) return { type: "array", items: value.map(treeOf), ...nowhere };
	switch (typeof value) {
		case "string":
			return stringOf(value);
		case "number":
			return { type: "number", value, ...nowhere };
		case "boolean":
			return { type: "boolean", value, ...nowhere };
		default:
			if (value === null || typeof value !== "object") return { type: "null", ...nowhere };
			return {
				type: "object",
				members: Object.entries(value).map(([key, each]) => memberOf(key, each)),
				...nowhere,
			};
	}
}

function memberOf(key: string, value: unknown): JsonMember {
	return { type: "member", key: stringOf(key), value: treeOf(value), ...nowhere };
}

function stringOf(value: string): JsonString {
	return { type: "string", value, ...nowhere };
}

function isEmpty(node: JsonElement & JsonValue): boolean {
	if (node.type === "object") return node.members.length === 0;
	return node.type !== "array" || node.items.length === 0;
}

/** Plain values, with strings of any characters. */
function plainValues(): fc.Arbitrary<unknown> {
	return fc
		.jsonValue({ maxDepth: 4, stringUnit: "grapheme" })
		.map((value) => JSON.parse(JSON.stringify(value, (_, each) => (Object.is(each, -0) ? 0 : each))));
}

const unit = fc.constantFrom("", "  ", "\t", undefined);

/** A document in any layout. */
export function documents(values: fc.Arbitrary<unknown> = plainValues()): fc.Arbitrary<JsonDocument> {
	return fc.tuple(values.map(treeOf), unit).map(([value, each]) => ({
		type: "document",
		value,
		...(each === undefined || isEmpty(value) ? {} : { unit: each }),
		...nowhere,
	}));
}

/** A member that a grep or a copy from the middle left. */
export function fragments(): fc.Arbitrary<JsonFragment> {
	return fc
		.tuple(fc.string(), plainValues(), fc.constantFrom("    ", "        ", undefined), unit, fc.boolean())
		.map(([key, value, indent, each, comma]) => ({
			type: "fragment",
			member: memberOf(key, value),
			...(each === undefined || isEmpty(treeOf(value)) ? {} : { unit: each }),
			...(indent === undefined ? {} : { indent }),
			...(comma ? { separator: "," } : {}),
			...nowhere,
		}));
}

/** Lines of an outline. */
export function outlineLines(): fc.Arbitrary<SettingLine | ItemLine> {
	const indent = fc.constantFrom(undefined, " ", "  ");
	const setting = fc.tuple(
		word(fc.constantFrom("Name", "Server Version", "OS/Arch", "API version", "On failure", "NodeID")),
		fc.option(word(fc.stringMatching(/^[\w.:/-]+(?: [\w.:/=-]+){0,2}$/)), { nil: undefined }),
		fc.constantFrom(undefined, ":\t\t", ":      ", " = "),
		indent,
	);
	const item = word(fc.constantFrom("192.168.99.101:2377", "::1/128", "seccomp", "https://mirror.example/"));
	return fc.oneof(
		setting.map(
			([each, value, separator, blanks]): SettingLine => ({
				type: "setting",
				name: each,
				...(value && separator !== undefined && { separator }),
				...(value && { value }),
				...(blanks !== undefined && { indent: blanks }),
				...nowhere,
			}),
		),
		item.map((value): ItemLine => ({ type: "item", value, indent: "  ", ...nowhere })),
	);
}

/** Several documents, pieces and messages, as a session leaves them. */
export function jsons<Kind extends JsonKind>(kind: Kind): fc.Arbitrary<DockerJson<Kind>> {
	const statement: fc.Arbitrary<JsonStatement> = fc.oneof(
		{ weight: 3, arbitrary: documents() },
		{ weight: 2, arbitrary: fragments() },
		fc.tuple(fc.constantFrom("}" as const, "]" as const), fc.boolean()).map(([bracket, comma]) => ({
			type: "close" as const,
			bracket,
			...(comma ? { separator: "," } : {}),
			...nowhere,
		})),
		word(name).map((subject) => ({
			type: "error" as const,
			text: `Error: No such network: ${subject.value}`,
			meaning: "not-found" as const,
			subject,
			...nowhere,
		})),
		fc.constant({ type: "blank" as const, ...nowhere }),
		...(OUTLINED.has(kind) ? [{ weight: 3, arbitrary: outlineLines() }] : []),
	);
	return fc.array(statement, { maxLength: 6 }).map((statements) => ({ type: kind, statements, ...nowhere }));
}

// Tables ----------------------------------------------------------------------------------------------

const range: fc.Arbitrary<PortRange> = fc
	.tuple(fc.integer({ min: 0, max: 65535 }), fc.integer({ min: 0, max: 65535 }))
	.map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b), ...nowhere }));
const protocol = fc.constantFrom("tcp" as const, "udp" as const, "sctp" as const);

/** A published or exposed port. */
export function publishedPorts(): fc.Arbitrary<PublishedPort> {
	const type = fc.constant("published-port" as const);
	const base = { type, target: range, protocol, start: fc.constant(0), end: fc.constant(0) };
	return fc.oneof(
		fc.record(base),
		fc.record({ ...base, published: range }),
		fc.record({ ...base, published: range, address: ipv4() }),
		fc.record({ ...base, published: range, address: ipv6() }),
		fc.record({ ...base, published: range, address: ipv6(), brackets: fc.constant(true as const) }),
	);
}

const replicas: fc.Arbitrary<Replicas> = fc
	.tuple(
		fc.nat(200),
		fc.nat(200),
		fc.constantFrom({}, { maxPerNode: 1 }, { completed: { done: 1, total: 3 } }),
	)
	.map(([running, desired, note]) => ({ type: "replicas", running, desired, ...note, ...nowhere }));

const age = fc.constantFrom("5 hours ago", "About a minute ago", "Less than a second ago", "2 weeks ago");
const image = fc.constantFrom("nginx", "smakam/myubuntu:v4", "localhost:5000/vote:latest", "sha256:1c2d3e");
const ports = fc.array(publishedPorts(), { minLength: 1, maxLength: 3 });
const quoted = fc.constantFrom(
	"gunicorn app:app ...",
	"nodemon /src/index.…",
	"sh -c 'a  b'",
	"雪だるま -x",
	"",
);
const state = fc.constantFrom("Running", "Shutdown", "Ready", "Rejected");

/** Rows of each listing; cells that docker always fills are always there. */
const ROWS: { readonly [Kind in TableKind]: fc.Arbitrary<Fields> } = {
	"docker-network-ls": fc.record({
		id: word(fc.oneof(hex(12, 64), base36(12, 25))),
		name: word(name),
		driver: word(fc.constantFrom("bridge", "overlay", "null")),
		scope: word(fc.constantFrom("local", "swarm")),
	}),
	"docker-node-ls": fc.record(
		{
			id: word(base36(25)),
			self: fc.constant(true as const),
			hostname: word(fc.oneof(name, fc.constant("knoten-äöü"))),
			status: word(fc.constantFrom("Ready", "Down", "Unknown")),
			availability: word(fc.constantFrom("Active", "Pause", "Drain")),
			managerStatus: word(fc.constantFrom("Leader", "Reachable", "Unreachable")),
			engineVersion: word(fc.constantFrom("18.09.1", "20.10.24+dfsg1", "29.0.1")),
		},
		{ requiredKeys: ["id", "hostname", "status", "availability", "engineVersion"] },
	),
	"docker-ps": fc.record(
		{
			id: word(hex(12, 64)),
			image: word(image),
			command: word(quoted),
			created: word(age),
			status: word(fc.constantFrom("Up 5 hours", "Exited (0) 3 minutes ago", "Up 2 days (healthy)")),
			ports,
			names: fc.array(word(name), { minLength: 1, maxLength: 2 }),
			others: word(fc.constantFrom("0B (virtual 1.2MB)", "12.5kB")).map((size) => [
				{ title: "SIZE", ...size },
			]),
		},
		{ requiredKeys: ["id", "image", "command", "created", "status", "names", "others"] },
	),
	"docker-service-ls": fc.record(
		{
			id: word(base36(12)),
			name: word(name),
			mode: word(fc.constantFrom("replicated", "global", "replicated job")),
			replicas,
			image: word(image),
			ports,
			portsJoint: fc.constant("," as const),
		},
		{ requiredKeys: ["id", "name", "mode", "replicas", "image"] },
	),
	"docker-service-ps": fc.record(
		{
			id: word(base36(12, 25)),
			name: word(name.map((service) => `${service}.1`)),
			earlier: fc.constant(true as const),
			image: word(image),
			node: word(name),
			desiredState: word(state),
			currentState: word(age.map((each) => `Running ${each}`)),
			error: word(fc.constantFrom("task: non-zero exit (1)", "No such image: x…")),
			ports,
			portsJoint: fc.constant("," as const),
		},
		{ requiredKeys: ["id", "name", "image", "node", "desiredState", "currentState"] },
	),
};

/**
 * Listings as docker prints them: columns as wide as their widest cell, three blanks between them; the usual columns,
 * or those that a `--format 'table …'` asks for.
 */
export function tables<Kind extends TableKind>(kind: Kind): fc.Arbitrary<DockerTable<Kind>> {
	const listing = LISTINGS[kind];
	const known = Object.keys(listing.columns);
	const titles = [...known, ...(kind === "docker-ps" ? ["SIZE"] : [])];
	const asked = fc
		.shuffledSubarray(titles, { minLength: 1 })
		// Titles of which none is known are none of a listing.
		.filter((some) => some.some((title) => known.includes(title)));
	return fc
		.tuple(
			fc.oneof(fc.constant(titles), asked),
			fc.array(ROWS[kind], { maxLength: 5 }),
			fc.constantFrom(10, 20),
		)
		.map(([shown, all, minimum]): DockerTable<Kind> => {
			const cells = shown.map((title) => cellOf(listing, title));
			const rows = all.map((row) => toldBy(cells, row)).filter((row) => Object.keys(row).length > 0);
			const columns: Column[] = [];
			let at = 0;
			for (const [index, title] of shown.entries()) {
				columns.push({ title, at, ...nowhere });
				const texts = [title, ...rows.map((row) => cells[index]!.print(row) ?? "")];
				at += Math.max(minimum, Math.max(...texts.map((text) => [...text].length)) + 3);
			}
			const header: TableHeader = { type: "columns", columns, ...nowhere };
			const nodes = rows.map((row) => ({ type: listing.row, ...row, ...nowhere }));
			const statements = [header, ...nodes] as unknown as TableStatement<Kind>[];
			return { type: kind, statements, ...nowhere };
		});
}

/** The fields of a row that stand in some cells: those without which one of them prints something else. */
function toldBy(cells: readonly Cell[], row: Fields): Fields {
	const shown = Object.entries(row).filter(([name]) => {
		const { [name]: _, ...rest } = row;
		return cells.some((cell) => cell.print(row) !== cell.print(rest));
	});
	return Object.fromEntries(shown);
}
