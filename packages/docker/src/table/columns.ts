import { excerpt, printAddress, type Report, type Unparsed, type Word } from "@netfossil/core";
import { type Reading, syntaxDiagnostic } from "@netfossil/core/grammar";
import type { OtherCell, PortRange, PublishedPort, Quoted, Replicas, Row, TableKind } from "../ast.ts";
import { CellParser } from "./cells.ts";

/** Fields of a row, by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** How the cells of a column are read into fields of the row, and printed from them. */
export interface Cell {
	/** Undefined: no cell of this column looks like that, so the line is no row. */
	readonly read: (text: string, start: number, end: number, report: Report) => Fields | undefined;
	/** Undefined: the cell is empty. */
	readonly print: (row: Fields) => string | undefined;
	/** For a column whose cells may be empty: what the others look like. */
	readonly optional?: RegExp;
	/** What all its cells look like: without titles a cell of another form tells that the order is another too. */
	readonly form?: RegExp;
	/** No row is without such a cell. */
	readonly key?: true;
}

/** A listing: the type of its rows, and its columns by their titles, in the order that docker prints them. */
export interface Listing {
	readonly row: Row["type"];
	readonly columns: Readonly<Record<string, Cell>>;
}

const wordAt = (text: string, start: number, end: number): Word => ({
	value: text.slice(start, end),
	start,
	end,
});

function word(field: string, pattern?: RegExp, optional?: RegExp): Cell {
	return {
		read: (text, start, end) => {
			const node = wordAt(text, start, end);
			return pattern?.test(node.value) === false ? undefined : { [field]: node };
		},
		print: (row) => (row[field] as Word | undefined)?.value,
		...(optional && { optional }),
	};
}

/** 12 characters; whole ids of containers and local networks have 64, Swarm's 25. */
const ID = /^(?:[0-9a-z]{12}|[0-9a-z]{25}|[0-9a-f]{64})$/;

const id: Cell = { ...word("id", ID), key: true };

/** nerdctl gives its networks `host` and `none` no id. */
const networkId: Cell = word("id", ID);

/** The id of a node, with a star behind it for the one that was asked. */
const nodeId: Cell = {
	key: true,
	read: (text, start, end) => {
		const match = /^([0-9a-z]{25})( \*)?$/.exec(text.slice(start, end));
		if (match === null) return undefined;
		return { id: wordAt(text, start, start + 25), ...(match[2] && { self: true }) };
	},
	print: (row) => {
		const node = row.id as Word | undefined;
		return node && node.value + (row.self ? " *" : "");
	},
};

function quoted(field: string, optional?: RegExp): Cell {
	return {
		read: (text, start, end) => {
			const bare = end - start < 2 || text[start] !== '"' || text[end - 1] !== '"';
			const node: Quoted = bare
				? { ...wordAt(text, start, end), text: text.slice(start, end) }
				: wordAt(text, start + 1, end - 1);
			return { [field]: node };
		},
		print: (row) => {
			const node = row[field] as Quoted | undefined;
			return node && (node.text ?? `"${node.value}"`);
		},
		...(optional && { optional }),
	};
}

let parser: CellParser | undefined;

/** What the grammar made of a cell; what printing would not give back is kept as it stands. */
function settle<Node>(
	reading: Reading<Node>,
	print: (node: Node) => string,
	text: string,
	start: number,
	end: number,
	report: Report,
): Node | Unparsed {
	const printed = text.slice(start, end);
	if ("node" in reading && print(reading.node) === printed) return reading.node;
	const fault = "fault" in reading ? reading.fault : { start, end, found: printed, expected: [] };
	report({
		...syntaxDiagnostic("docker", fault),
		message: `docker does not print ${excerpt(printed)} in this column; the cell is kept as it stands`,
	});
	return { type: "unparsed", text: printed, start, end };
}

const ports: Cell = {
	read: (text, start, end, report) => {
		parser ??= new CellParser();
		const nodes: (PublishedPort | Unparsed)[] = [];
		// `*:8080->80/tcp,*:8443->443/tcp`: tasks since 1.13, services in 17.x.
		const joint = text.slice(start, end).includes(", ") ? ", " : ",";
		for (let at = start; at <= end; at = nodes.at(-1)!.end + joint.length) {
			const comma = text.indexOf(joint, at);
			const stop = comma === -1 || comma > end ? end : comma;
			nodes.push(settle(parser.readPort(text, at, stop), printPublished, text, at, stop, report));
		}
		return { ports: nodes, ...(joint === "," && nodes.length > 1 && { portsJoint: joint }) };
	},
	print: (row) =>
		(row.ports as readonly (PublishedPort | Unparsed)[] | undefined)
			?.map((node) => (node.type === "unparsed" ? node.text : printPublished(node)))
			.join((row.portsJoint as string | undefined) ?? ", "),
	optional: /\/(?:tcp|udp|sctp)/,
};

const replicas: Cell = {
	read: (text, start, end, report) => {
		parser ??= new CellParser();
		const reading = parser.readReplicas(text, start, end);
		return { replicas: settle(reading, printReplicas, text, start, end, report) };
	},
	print: (row) => {
		const node = row.replicas as Replicas | Unparsed | undefined;
		return node && (node.type === "unparsed" ? node.text : printReplicas(node));
	},
};

const names: Cell = {
	read: (text, start, end) => {
		const nodes: Word[] = [];
		for (const value of text.slice(start, end).split(",")) {
			const at = nodes.length === 0 ? start : nodes.at(-1)!.end + 1;
			nodes.push(wordAt(text, at, at + value.length));
		}
		return { names: nodes };
	},
	print: (row) => (row.names as readonly Word[] | undefined)?.map(({ value }) => value).join(","),
};

/** ` \_ vote.1` is an earlier task of the slot on the line above. */
export const EARLIER = " \\_ ";

const taskOf: Cell = {
	read: (text, start, end) =>
		text.startsWith(EARLIER, start)
			? { name: wordAt(text, start + EARLIER.length, end), earlier: true }
			: { name: wordAt(text, start, end) },
	print: (row) => {
		const name = row.name as Word | undefined;
		return name && (row.earlier ? EARLIER : "") + name.value;
	},
};

/** `Up 5 hours`, `Exited (0) 3 minutes ago`; podman `Created`, nerdctl `Up`. */
const STATUS =
	/^(?:Up|Exited|Created|Restarting|Paused|Dead|Removal In Progress|Initialized|Stopping|Stopped|Configured|Unknown)\b/;

/** The columns that docker prints without being asked, up to 29.x. */
export const LISTINGS: Readonly<Record<TableKind, Listing>> = {
	"docker-network-ls": {
		row: "network",
		columns: {
			"NETWORK ID": networkId,
			NAME: word("name"),
			DRIVER: word("driver"),
			SCOPE: { ...word("scope"), form: /^(?:local|swarm|global)$/ },
		},
	},
	"docker-node-ls": {
		row: "node",
		columns: {
			ID: nodeId,
			HOSTNAME: word("hostname"),
			STATUS: { ...word("status"), form: /^(?:Ready|Down|Unknown|Disconnected)$/ },
			AVAILABILITY: { ...word("availability"), form: /^(?:Active|Pause|Drain)$/ },
			"MANAGER STATUS": word("managerStatus", undefined, /^(?:Leader|Reachable|Unreachable|Unknown)$/),
			"ENGINE VERSION": word("engineVersion", undefined, /^v?\d+\./),
		},
	},
	"docker-ps": {
		row: "container",
		columns: {
			"CONTAINER ID": id,
			IMAGE: word("image"),
			COMMAND: quoted("command"),
			CREATED: { ...word("created"), form: / ago$/ },
			STATUS: { ...word("status"), form: STATUS },
			PORTS: ports,
			NAMES: names,
		},
	},
	"docker-service-ls": {
		row: "service",
		columns: {
			ID: id,
			NAME: word("name"),
			MODE: { ...word("mode"), form: /^(?:replicated|global)(?:[ -]job)?$/ },
			REPLICAS: replicas,
			IMAGE: word("image"),
			PORTS: ports,
		},
	},
	"docker-service-ps": {
		row: "task",
		columns: {
			ID: id,
			NAME: taskOf,
			IMAGE: word("image"),
			NODE: word("node"),
			"DESIRED STATE": word("desiredState"),
			"CURRENT STATE": word("currentState"),
			ERROR: quoted("error", /^"/),
			PORTS: ports,
		},
	},
};

/** The cell of a column with a title that the listing does not know. */
function otherCell(title: string): Cell {
	return {
		read: (text, start, end) => ({ others: [{ title, ...wordAt(text, start, end) }] }),
		print: (row) =>
			(row.others as readonly OtherCell[] | undefined)?.find((cell) => cell.title === title)?.value,
	};
}

/** The cell of a column of a listing. */
export function cellOf(listing: Listing, title: string): Cell {
	return Object.hasOwn(listing.columns, title) ? listing.columns[title]! : otherCell(title);
}

function printRange({ first, last }: PortRange): string {
	return first === last ? String(first) : `${first}-${last}`;
}

function printPublished({ address, brackets, published, target, protocol }: PublishedPort): string {
	const container = `${printRange(target)}/${protocol}`;
	if (published === undefined) return container;
	const ip = address === undefined ? "*" : printAddress(address);
	return `${brackets ? `[${ip}]` : ip}:${printRange(published)}->${container}`;
}

function printReplicas({ running, desired, maxPerNode, completed }: Replicas): string {
	const note = maxPerNode === undefined ? "" : ` (max ${maxPerNode} per node)`;
	const jobs = completed === undefined ? "" : ` (${completed.done}/${completed.total} completed)`;
	return `${running}/${desired}${note}${jobs}`;
}
