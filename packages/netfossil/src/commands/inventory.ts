import {
	type Capture,
	type InventoryDump,
	inOrder,
	inventoryOf,
	type PassedOver,
	placeKey,
	type SilentCommand,
	takeStock,
	totalsOf,
	UNREAD,
} from "@netfossil/capture";
import { visible } from "@netfossil/core";
import pc from "picocolors";
import { captureOptions, openOptionsOf } from "../capture-options.ts";
import { type Arguments, type Command, choice, type OptionSpec, outputOption } from "../command.ts";
import { Exit, type ExitStatus } from "../exit.ts";
import { pathsOf, readCaptures } from "../input.ts";
import type { Io, Output } from "../io.ts";
import { jsonLine, writeJson } from "../json.ts";
import { Progress } from "../progress.ts";
import { groups, namesOf, passedOverPlace, reportProblems, sizeOf, sortOf, titleOf } from "../report.ts";
import { type Column, tableLines } from "../table.ts";

const format: OptionSpec = {
	name: "format",
	value: "FORMAT",
	choices: ["text", "json", "ndjson"],
	help: "for reading, one JSON document, or a line for each dump",
};
const all: OptionSpec = {
	name: "all",
	short: "a",
	help: "list each file and part that was passed over, and every sort of remark",
};

export const inventory: Command = {
	name: "inventory",
	operands: "CAPTURE…",
	arity: { min: 0, max: Number.POSITIVE_INFINITY },
	summary: "list what was saved where, and how much of it could be read",
	description: `By host and namespace: every dump with its kind, its command or file, the time when it was taken, the lines
that were read and those that were not, and what the parser remarked. Then what was passed over, summed up by
reason. CAPTURE is a folder of dumps, a file, a document with terminal sessions, or - for the standard input;
several are read as one.`,
	options: [format, all, outputOption, ...captureOptions],
	examples: [
		{ line: "netfossil inventory capture", what: "a folder of dumps" },
		{ line: "netfossil inventory --all notes.md", what: "a document, with all that is no dump in it" },
		{ line: "netfossil inventory --format ndjson capture", what: "for other programs, as it is read" },
	],
	run,
};

async function run(args: Arguments, io: Io): Promise<ExitStatus> {
	const capture = await readCaptures(pathsOf(inventory, args, io), io, openOptionsOf(args));
	reportProblems(capture.problems, io);
	const progress = new Progress(io.stderr);
	let done = 0;
	const step = ({ id }: { readonly id: string }): void =>
		progress.step(`reading ${id}`, done++, capture.dumps.length);
	switch (choice(args, format)) {
		case "json": {
			const found = inventoryOf(capture, step);
			progress.done();
			writeJson(found, io.stdout);
			break;
		}
		case "ndjson":
			await writeLines(capture, step, io.stdout);
			progress.done();
			break;
		default: {
			const found = inventoryOf(capture, step);
			progress.done();
			const text = new InventoryText(io.stdout, args.options.has(all.name));
			for (const line of text.lines(found.dumps, capture)) io.stdout.write(`${line}\n`);
		}
	}
	return capture.dumps.length > 0 ? Exit.fine : Exit.unreadable;
}

/** A line for each dump as soon as it is read, then for each part passed over and each problem, the totals last. */
async function writeLines(
	capture: Capture,
	step: (dump: { readonly id: string }) => void,
	output: Output,
): Promise<void> {
	const stock: InventoryDump[] = [];
	for (const dump of inOrder(capture.dumps)) {
		step(dump);
		const entry = takeStock(dump);
		stock.push(entry);
		output.write(jsonLine({ dump: entry }));
		await output.drained();
	}
	for (const silent of capture.silent) output.write(jsonLine({ silent }));
	for (const passedOver of capture.passedOver) output.write(jsonLine({ passedOver }));
	for (const problem of capture.problems) output.write(jsonLine({ problem }));
	output.write(jsonLine({ totals: totalsOf(stock, capture.passedOver) }));
}

/** The inventory for reading. */
class InventoryText {
	readonly #output: Output;
	readonly #all: boolean;
	readonly #colors: ReturnType<typeof pc.createColors>;

	constructor(output: Output, all: boolean) {
		this.#output = output;
		this.#all = all;
		this.#colors = pc.createColors(output.color);
	}

	*lines(dumps: readonly InventoryDump[], { passedOver, silent }: Capture): Generator<string> {
		const { bold, dim } = this.#colors;
		const totals = totalsOf(dumps, passedOver);
		yield [
			counted(totals.hosts, "host"),
			counted(totals.places, "namespace"),
			counted(totals.dumps, "dump"),
			`${number(totals.read)} lines read, ${number(totals.unparsed)} not`,
			`${counted(totals.filesPassedOver, "file")} passed over`,
		].join(", ");
		for (const ofHost of groups(dumps, ({ host }) => host)) {
			yield "";
			yield bold(visible(ofHost[0]!.host)) + dim(savedAt(ofHost));
			for (const ofPlace of groups(ofHost, ({ place }) => placeKey(place))) {
				yield "";
				const folder = folderOf(ofPlace);
				yield `  ${placeTitle(ofPlace[0]!)}${folder === "" ? "" : dim(`  in ${visible(folder)}`)}`;
				yield* this.#silent(ofPlace[0]!, silent);
				yield* tableLines(this.#columns(ofPlace, folder), ofPlace, { ...this.#output, indent: "    " }, dim);
			}
		}
		yield* this.#remarks(dumps);
		yield* this.#passedOver(passedOver);
	}

	/** What was asked there without an answer. */
	*#silent({ host, place }: InventoryDump, silent: readonly SilentCommand[]): Generator<string> {
		const here = silent.filter(
			({ scope }) => scope.host === host && placeKey(scope.place) === placeKey(place),
		);
		const fine = here.filter(({ returnCode }) => returnCode === 0).map(({ command }) => command);
		const failed = here
			.filter(({ returnCode }) => returnCode !== 0)
			.map(({ command, returnCode }) => `${shortened(command)} (${returnCode})`);
		const { dim, red } = this.#colors;
		if (fine.length > 0) yield dim(`    printed nothing: ${visible(fine.join(", "))}`);
		if (failed.length > 0) yield red(`    failed: ${visible(failed.join(", "))}`);
	}

	/** The time stands in each row where it differs, and what all dumps of a host share only once above them. */
	#columns(dumps: readonly InventoryDump[], folder: string): Column<InventoryDump>[] {
		const { cyan, dim, red, yellow } = this.#colors;
		const times = new Set(dumps.flatMap(({ time }) => (time === undefined ? [] : [time])));
		const days = new Set([...times].map((time) => time.slice(0, "2026-11-21".length)));
		const clock = "2026-11-21T".length;
		return [
			{ title: "KIND", text: ({ kind }) => kind, paint: cyan },
			{ title: "FILE", text: ({ id }) => visible(id.slice(folder.length)), shrinks: "start" },
			{
				title: "COMMAND",
				// Of a file its name says it; of a part of a document nothing else does.
				text: ({ id, file, command }) => (id === file ? "" : visible(shortened(command ?? ""))),
				shrinks: "end",
			},
			{
				title: "TIME",
				text: ({ time = "" }) => (times.size < 2 ? "" : visible(days.size > 1 ? time : time.slice(clock))),
				paint: dim,
			},
			{ title: "READ", text: ({ read }) => number(read), right: true },
			{
				title: "NOT READ",
				text: ({ unparsed }) => (unparsed === 0 ? "" : number(unparsed)),
				right: true,
				paint: red,
			},
			{
				title: "REMARKS",
				text: ({ diagnostics }) => {
					const count = diagnostics.reduce((sum, each) => sum + each.count, 0);
					return count === 0 ? "" : number(count);
				},
				right: true,
				paint: yellow,
			},
			{
				title: "FLAW",
				text: ({ flaws = [] }) => flaws.map(({ type }) => type).join(", "),
				paint: red,
			},
		];
	}

	/** What the parsers remarked, the first of each code, or of each dump and code. */
	*#remarks(dumps: readonly InventoryDump[]): Generator<string> {
		const { bold, dim, yellow } = this.#colors;
		const found = dumps.flatMap((dump) => dump.diagnostics.map((each) => ({ ...each, dump })));
		if (found.length === 0) return;
		yield "";
		yield bold("REMARKS");
		for (const alike of groups(found, ({ code, dump }) => (this.#all ? `${dump.id}\0${code}` : code))) {
			const { dump, first, code } = alike[0]!;
			const count = alike.reduce((sum, each) => sum + each.count, 0);
			const more = count === 1 ? "" : ` (${number(count)} of this sort)`;
			yield `  ${visible(`${dump.file}:${first.line}:${first.column}`)}: ${visible(first.message)} ${dim(`[${code}]`)}${yellow(more)}`;
		}
	}

	*#passedOver(passedOver: readonly PassedOver[]): Generator<string> {
		if (passedOver.length === 0) return;
		const { bold, dim } = this.#colors;
		yield "";
		yield bold("PASSED OVER");
		if (this.#all) {
			for (const part of passedOver)
				yield `  ${visible(passedOverPlace(part))}  ${visible(part.what)}${dim(`: ${visible(part.reason)}`)}`;
			return;
		}
		const sorts = groups(passedOver, (part) =>
			part.used ? "used" : part.type !== "file" ? part.type : sortOf(part),
		).sort((a, b) => sizeOf(b) - sizeOf(a));
		const unit = (part: PassedOver): string => (part.type === "file" ? "file" : "part");
		const rows = sorts.map((alike) => ({ alike, what: sortTitle(alike) }));
		yield* tableLines<(typeof rows)[number]>(
			[
				{ title: "", text: ({ alike }) => counted(sizeOf(alike), unit(alike[0]!)), right: true },
				{ title: "", text: ({ what }) => what },
				{
					title: "",
					text: ({ alike }) => examplesOf(alike),
					paint: dim,
					shrinks: "end",
				},
			],
			rows,
			{ ...this.#output, indent: "  " },
		).slice(1);
		yield dim("  --all lists each");
	}
}

/** The longest command that a row shows whole. */
const LONGEST_COMMAND = 50;

function shortened(command: string): string {
	return command.length > LONGEST_COMMAND ? `${command.slice(0, LONGEST_COMMAND - 1)}…` : command;
}

/** The names of some files; where parts of documents lie tells nobody anything before they are looked for. */
function examplesOf(alike: readonly PassedOver[]): string {
	if (alike[0]!.type !== "file") return "";
	return visible(namesOf(alike.map(({ file }) => file.replace(/^.*\//, ""))));
}

/** What parts of one sort have in common. */
function sortTitle(alike: readonly PassedOver[]): string {
	const { type, what, reason, used } = alike[0]!;
	if (used) return `used: ${namesOf(alike.map((each) => each.what))}`;
	if (type !== "file") return PART_TITLES[type];
	if (reason === UNREAD) return `not read yet: ${namesOf(alike.map((each) => each.what))}`;
	return visible(
		what.startsWith("a link to ") ? "links; what they lead to is read at its own place" : titleOf({ what }),
	);
}

const PART_TITLES: Readonly<Record<Exclude<PassedOver["type"], "file">, string>> = {
	prose: "prose",
	command: "command lines that are not part of a dump",
	output: "output that is no dump",
	repetition: "repetitions of what was read before",
	markup: "markup and blank lines",
};

/** The folder that several dumps lie in, with its slash; empty where there is none, or it would save nothing. */
function folderOf(dumps: readonly InventoryDump[]): string {
	const [first = "", ...others] = dumps.map(({ file }) => file.slice(0, file.lastIndexOf("/") + 1));
	let folder = first;
	while (!others.every((each) => each.startsWith(folder)))
		folder = folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1);
	return others.length === 0 ? "" : folder;
}

function placeTitle({ place }: InventoryDump): string {
	switch (place.type) {
		case "host":
			return "its own namespace";
		case "netns":
			return `namespace ${visible(place.name)}`;
		case "container":
			return `container ${visible(place.id)}`;
	}
}

/** `, saved at 2026-11-21T00:16:25Z`: by the first dump whose time is known. */
function savedAt(dumps: readonly InventoryDump[]): string {
	const times = dumps.flatMap(({ time }) => (time === undefined ? [] : [time])).sort();
	const [first] = times;
	if (first === undefined) return "";
	const last = times.at(-1)!;
	return visible(
		`  saved ${first}${last === first ? "" : ` to ${last.startsWith(first.slice(0, 11)) ? last.slice(11) : last}`}`,
	);
}

function counted(count: number, noun: string): string {
	return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `12,345` */
function number(value: number): string {
	return value.toLocaleString("en-US");
}
