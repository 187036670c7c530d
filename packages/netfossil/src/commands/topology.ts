import { extname } from "node:path";
import type { Capture } from "@netfossil/capture";
import {
	explain,
	type Focus,
	focusOn,
	type TextOptions,
	type Topology,
	toDot,
	toMermaid,
	toSvg,
	toText,
	unmatched,
} from "@netfossil/topology";
import pc from "picocolors";
import { limitOptions, openOptionsOf } from "../capture-options.ts";
import { type Arguments, type Command, choice, type OptionSpec, outputOption } from "../command.ts";
import { Exit, type ExitStatus, usage } from "../exit.ts";
import { isOneText, pathsOf, readDumps } from "../input.ts";
import { fileOutput, type Io, type Output } from "../io.ts";
import { writeJson } from "../json.ts";
import { nearestIds, suggest } from "../nearest.ts";
import { rebuild } from "../rebuild.ts";
import { reportPassedOver, reportUnparsed } from "../report.ts";

const FORMATS = ["text", "json", "dot", "mermaid", "svg"] as const;
type Format = (typeof FORMATS)[number];

/** The formats by the ends of files' names. */
const EXTENSIONS: Readonly<Record<string, Format>> = {
	".txt": "text",
	".json": "json",
	".dot": "dot",
	".gv": "dot",
	".mmd": "mermaid",
	".mermaid": "mermaid",
	".svg": "svg",
};

const format: OptionSpec = {
	name: "format",
	value: "FORMAT",
	choices: FORMATS,
	help: "for reading, for programs, or drawn",
};
const outputs: OptionSpec = {
	...outputOption,
	many: true,
	help: "write to FILE, as its extension says: .txt .json .dot .mmd .svg",
};
const noEvidence: OptionSpec = {
	name: "no-evidence",
	help: "leave out of the text the file and line that prove each fact",
};
const host: OptionSpec = {
	name: "host",
	value: "NAME",
	many: true,
	help: "only this host; of a single file, the host that it was saved on",
};
const netns: OptionSpec = {
	name: "netns",
	value: "NAME",
	many: true,
	help: "only this namespace, of every host or of those of --host",
};
const network: OptionSpec = { name: "network", value: "NAME", many: true, help: "only this docker network" };
const service: OptionSpec = { name: "service", value: "NAME", many: true, help: "only this Swarm service" };
const explained: OptionSpec = {
	name: "explain",
	value: "ID",
	help: "the whole proof of a node or an edge, with the lines; the JSON has the ids",
};

export const topology: Command = {
	name: "topology",
	operands: "CAPTURE…",
	arity: { min: 0, max: Number.POSITIVE_INFINITY },
	summary: "rebuild the network that the dumps were taken from",
	description: `CAPTURE is a folder of dumps, a file, a document with terminal sessions, or - for the standard input;
several are read as one. Every fact is observed, derived or assumed, and the JSON names the lines that prove
it; what the dumps leave open is listed with the command that would tell. Conflicts are listed too, and are
no failure: the exit status is 0. The extension of a file that -o names says the format; --format is for the
standard output, and for names that say none.`,
	options: [format, host, netns, network, service, explained, noEvidence, outputs, ...limitOptions],
	examples: [
		{ line: "netfossil topology capture", what: "a folder of dumps" },
		{ line: "netfossil topology --no-evidence notes.md", what: "a document, and the bare network" },
		{ line: "netfossil topology -o network.svg -o network.json capture", what: "a picture, and the graph" },
		{ line: "netfossil topology --explain worker1 capture", what: "what proves a node" },
		{ line: "cat notes.md | netfossil topology --format json -", what: "the graph as JSON" },
	],
	run,
};

async function run(args: Arguments, io: Io): Promise<ExitStatus> {
	const files = outputsOf(args);
	const paths = pathsOf(topology, args, io);
	const capture = await readDumps(paths, io, openOptionsOf(args, await isOneText(paths)));

	const { parsed, topology: whole } = rebuild(capture, io);
	reportUnparsed(parsed, io);
	reportPassedOver(capture, io);

	const id = args.options.get(explained.name);
	const proof = id === undefined ? undefined : proofOf(whole, capture, id);
	const wanted = focused(whole, args);
	for (const { path, as } of files) {
		const { output, close } = path === undefined ? { output: io.stdout, close: () => {} } : fileOutput(path);
		try {
			if (proof !== undefined) output.write(proof);
			else write(wanted, as, output, args);
		} finally {
			close();
		}
	}
	return Exit.fine;
}

interface Target {
	/** Undefined: the standard output. */
	readonly path?: string;
	readonly as: Format;
}

/** Where to write what: a file of each `-o`, or the standard output. */
function outputsOf(args: Arguments): readonly Target[] {
	const given = args.options.has(format.name) ? (choice(args, format) as Format) : undefined;
	const paths = args.lists.get(outputs.name) ?? [];
	if (paths.length === 0) return [{ as: given ?? "text" }];
	const targets = paths.map((path): Target => {
		if (path === "-") return { as: given ?? "text" };
		const as = formatSaid(path) ?? given;
		if (as !== undefined) return { path, as };
		const known = Object.keys(EXTENSIONS).join(" ");
		const hint = `the extension says the format: ${known}; for other names --format FORMAT does`;
		throw usage(`-o ${path}: the extension names no format`, hint);
	});
	if (given === undefined || targets.some(({ as }) => as === given)) return targets;
	const hint = "--format is for the standard output, and for names that say no format";
	throw usage(`-o ${paths[0]} is for ${targets[0]!.as}, and --format says ${given}`, hint);
}

/** The format that the name of a file asks for. */
function formatSaid(path: string): Format | undefined {
	return EXTENSIONS[extname(path).toLowerCase()];
}

function write(network: Topology, as: Format, output: Output, args: Arguments): void {
	switch (as) {
		case "json":
			writeJson(network, output);
			break;
		case "dot":
			output.write(toDot(network));
			break;
		case "mermaid":
			output.write(toMermaid(network));
			break;
		case "svg":
			output.write(toSvg(network));
			break;
		case "text":
			output.write(toText(network, { evidence: !args.options.has(noEvidence.name), paint: paint(output) }));
			break;
	}
}

/** The part that the options ask for; throws where a name is nowhere. */
/** What the names of a focus are names of. */
const NOUNS: Readonly<Record<keyof Focus, string>> = {
	hosts: "host",
	netns: "namespace",
	networks: "docker network",
	services: "service",
};

function optional<Key extends keyof Focus>(key: Key, names: readonly string[] | undefined): Focus {
	return names === undefined ? {} : { [key]: names };
}

function focused(whole: Topology, { lists }: Arguments): Topology {
	const focus: Focus = {
		...optional("hosts", lists.get(host.name)),
		...optional("netns", lists.get(netns.name)),
		...optional("networks", lists.get(network.name)),
		...optional("services", lists.get(service.name)),
	};
	const [missing] = unmatched(whole, focus);
	if (missing !== undefined) {
		const { kind, name, known } = missing;
		const hint = known.length === 0 ? `there is no ${NOUNS[kind]} at all` : suggest(name, known);
		throw usage(`the capture shows no ${NOUNS[kind]} ${JSON.stringify(name)}`, hint);
	}
	return Object.keys(focus).length === 0 ? whole : focusOn(whole, focus);
}

function proofOf(network: Topology, { dumps, commands }: Capture, id: string): string {
	const sources = new Map([...dumps, ...commands].map(({ source }) => [source.name, source]));
	const proof = explain(network, id, ({ file, line, endLine, endColumn }) => {
		const source = sources.get(file);
		// A span that ends with its line ends at the start of the next.
		const last = endColumn === 1 && endLine > line ? endLine - 1 : endLine;
		return source && Array.from({ length: last - line + 1 }, (_, index) => source.lineText(line + index));
	});
	if (proof !== undefined) return proof;
	// An edge is named by its kind and both its ends; who gives less means a node.
	const ids = (id.includes(" ") ? network.edges : network.nodes).map((each) => each.id);
	const near = nearestIds(id, ids);
	const hints = [
		...(near.length === 0 ? [] : [`nearest are: ${near.join(", ")}`]),
		"--format json lists the ids of all nodes and edges",
	];
	throw usage(`no node or edge has the id ${JSON.stringify(id)}`, hints.join("; "));
}

function paint(output: Output): NonNullable<TextOptions["paint"]> {
	const { bold, dim, yellow, cyan } = pc.createColors(output.color);
	return { heading: bold, evidence: dim, assumed: yellow, command: cyan };
}
