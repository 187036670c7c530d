import { Source } from "@netfossil/core";
import { CollectedFiles } from "./collected.ts";
import { readActions } from "./commands.ts";
import { commandWithId, containerNames, withContainerId } from "./containers.ts";
import { type DocumentReading, readDocument } from "./document.ts";
import type { Capture, Dump, Flaw, ParsedDump, PassedOver, Place, Problem, TypedCommand } from "./dump.ts";
import { fenceRoles } from "./fences.ts";
import { readFileName } from "./filename.ts";
import { findSeam, type Seam } from "./glue.ts";
import { headingWord, hostNamed } from "./headlines.ts";
import { HostNames } from "./hostnames.ts";
import { type Identification, identifyLines, probe, shorten } from "./identify.ts";
import { kindOf } from "./kinds.ts";
import { hostOfFolder, readLayout } from "./layout.ts";
import { documentLines } from "./lines.ts";
import { type ManifestEntry, Manifests } from "./manifest.ts";
import { readPrompt } from "./prompts.ts";
import { placeInReport } from "./report-files.ts";
import { partRestarts } from "./restarts.ts";
import type { Said } from "./session.ts";
import { EMPTY_FILE, type Reading, type TextFile } from "./text-file.ts";
import { failureIn, unreadFile } from "./unread.ts";

/** What the user knows of dumps that say nothing themselves. */
export interface CaptureOptions {
	/** The host of dumps for which nothing names one; `host` by default, or the folder. */
	readonly host?: string;
	/** The network namespace of dumps for which nothing names one; the host's own by default. */
	readonly netns?: string;
	/** Is told of each file before it is read, and before dumps are looked for in it: then how many of how many are done. */
	readonly onFile?: OnFile;
}

/** Hears of a file that is dealt with now. */
export type OnFile = (file: string, done?: number, of?: number) => void;

/** A text with its path, from wherever it came. */
export interface NamedText {
	/** The path below the capture's root, with `/`. */
	readonly path: string;
	readonly text: string;
}

/** Finds the dumps in texts that were read already; needs no file system. */
export function captureOfFiles(
	root: string,
	files: readonly NamedText[],
	options: CaptureOptions = {},
): Capture {
	const reading: Reading = {
		files: files.map(({ path, text }) => ({ name: path, folders: path.split("/").slice(0, -1), text })),
		passedOver: [],
		problems: [],
	};
	return assemble(root, [reading], options);
}

/** Finds the dumps in a text that is no file, such as the standard input. */
export function captureOfText(name: string, text: string, options: CaptureOptions = {}): Capture {
	const files = text === "" ? [] : [{ name, folders: [], text }];
	const problems = text === "" ? [{ file: name, message: "there is nothing in it" }] : [];
	return assemble(name, [{ files, passedOver: [], problems }], options);
}

/** Reads a dump with the parser of its kind. */
export function parseDump<Ast = unknown>(dump: Dump): ParsedDump<Ast> {
	const text = dump.source.text.slice(dump.start, dump.end);
	const { command } = dump;
	const hints = command === undefined ? {} : { command };
	const { ast, diagnostics } = kindOf(dump.kind).parse(text, hints);
	return { dump, ast: ast as Ast, diagnostics };
}

/** What was read of one root. */
export interface PlacedReading extends Reading {
	/** What its files are called below, when there are several roots. */
	readonly prefix?: string;
}

interface FileReading {
	readonly dumps: readonly Dump[];
	readonly commands: readonly TypedCommand[];
	readonly passedOver: readonly PassedOver[];
	readonly problems: readonly Problem[];
	/** Reads the document again with another name for the host that nothing names. */
	readonly renamed?: (host: string) => DocumentReading;
}

/** Finds the dumps in what was read of each root. */
export function assemble(root: string, readings: readonly PlacedReading[], options: CaptureOptions): Capture {
	const several = readings.length > 1;
	const placed = readings.map((reading) => {
		const prefix = several && reading.prefix ? `${reading.prefix}/` : "";
		const move = <Part extends { readonly file: string }>(part: Part): Part => ({
			...part,
			file: prefix + part.file,
		});
		return {
			files: reading.files.map((file) => ({ ...file, name: prefix + file.name })),
			passedOver: reading.passedOver.map(move),
			problems: reading.problems.map(move),
		};
	});
	const files = placed.flatMap((each) => each.files);
	const manifests = new Manifests(files);
	const names = new HostNames(files, manifests);
	const paths = new Set(files.map(({ name }) => name));
	// Each file is looked at, and then read.
	const step = ({ name }: TextFile, done: number): void => options.onFile?.(name, done, 2 * files.length);
	const looks = new Map(
		files.map((file, index) => {
			step(file, index);
			return [file, lookAt(file, manifests)];
		}),
	);
	const context: Context = { names, manifests, options, prefixes: prefixesOf(files), paths, looks };
	const hosts = foldersOfDumps(looks);
	const collected = new CollectedFiles(files);
	const read = files.map((file, index) => {
		step(file, files.length + index);
		const list = collected.says(file);
		return list === undefined ? readFile(file, context, hosts) : tellingFile(file, list);
	});
	// Two documents that name no host need not speak of the same one.
	const unnamed = read.filter(({ renamed }) => renamed !== undefined).length;
	const final = read.map((each, index) =>
		partRestarts(unnamed > 1 && each.renamed ? each.renamed(stem(files[index]!.name)) : each),
	);
	const problems: Problem[] = [...placed, names, ...final].flatMap((each) => each.problems);
	const dumps = final.flatMap((each) => each.dumps).map((dump) => collected.describe(dump));
	const passed = placed.flatMap((each) => each.passedOver);
	if (dumps.length === 0 && (files.length > 0 || passed.length > 0)) {
		const hint =
			"netfossil reads saved output of ip, bridge, iptables, ipvsadm, docker, ss, netstat, conntrack, sysctl, tcpdump and their likes, and documents that quote it";
		problems.push({
			file: files.length === 1 && passed.length === 0 ? files[0]!.name : root,
			message: "no dump was found",
			hint,
		});
	}
	const containers = containerNames(dumps);
	const hostOf = (folders: readonly string[]): string =>
		options.host ?? (names.of(folders) ?? readLayout(folders).host)?.value ?? "host";
	const empty = [
		...passed.filter(({ what }) => what === EMPTY_FILE).map(({ file }) => file),
		...files.filter(({ text }) => text === "").map(({ name }) => name),
	];
	return {
		root,
		dumps: dumps.map((dump) => withContainerId(dump, containers)),
		hosts: names.hosts,
		commands: final.flatMap((each) => each.commands).map((command) => commandWithId(command, containers)),
		passedOver: [...passed, ...final.flatMap((each) => each.passedOver)],
		problems,
		silent: [
			...collected.silent(files, ({ folders }) => hostOf(folders)),
			...manifests.silent(empty, (file) => hostOf(file.split("/").slice(0, -1))),
		],
	};
}

/** What the capture as a whole tells of each of its files. */
interface Context {
	readonly names: HostNames;
	readonly manifests: Manifests;
	readonly options: CaptureOptions;
	readonly prefixes: ReadonlyMap<string, ReadonlySet<string>>;
	readonly looks: ReadonlyMap<TextFile, Look>;
	/** The files that there are. */
	readonly paths: ReadonlySet<string>;
}

/** The folders that hold files which are dumps as a whole: there a transcript is of the same host. */
function foldersOfDumps(looks: ReadonlyMap<TextFile, Look>): ReadonlySet<string> {
	const dumps = [...looks].filter(([, { whole }]) => whole !== undefined);
	return new Set(dumps.map(([{ folders }]) => folders.join("/")));
}

function stem(name: string): string {
	return name.replace(/^.*\//, "").replace(/(?<=.)\.[^.]*$/, "");
}

function tellingFile({ name }: TextFile, said: Pick<PassedOver, "what" | "reason">): FileReading {
	const passedOver = { type: "file", file: name, ...said, used: true } as const;
	return { dumps: [], commands: [], passedOver: [passedOver], problems: [] };
}

/** A file that is no dump, but was read for what it tells. */
function usedFile(file: TextFile, { names, manifests }: Context): FileReading | undefined {
	const manifest = manifests.holds(file.name);
	const said =
		manifest === undefined
			? names.says(file)
			: { what: "the manifest of a report", reason: "it names the command behind each file" };
	if (said === undefined) return undefined;
	if (manifest === "damaged") {
		const message = "the manifest of the report is damaged; the names of its files tell the commands instead";
		return { dumps: [], commands: [], passedOver: [], problems: [{ file: file.name, message }] };
	}
	return tellingFile(file, said);
}

/** A file in which nothing was found. */
function passOverText({ name, text }: TextFile): FileReading {
	const lines = probe(text);
	const reason = "it holds no terminal session, and no line of a known dump";
	const passedOver: PassedOver = failureIn(name, lines) ??
		unreadFile(name, lines) ?? { type: "file", file: name, what: "a text without dumps", reason };
	return { dumps: [], commands: [], passedOver: [passedOver], problems: [] };
}

/** The path that a text holds, if it is that of another file: what git and zip make of a link. */
function linkIn({ name, text }: TextFile, paths: ReadonlySet<string>): string | undefined {
	if (text.length > 500 || !/^[^\s/][^\s]*\/[^\s]+\s*$/.test(text)) return undefined;
	const path = name.replace(/[^/]*$/, "") + text.trim();
	return paths.has(path) ? path : undefined;
}

function readFile(file: TextFile, context: Context, hosts: ReadonlySet<string>): FileReading {
	const { names, manifests, options, paths, looks } = context;
	const used = usedFile(file, context);
	if (used) return used;
	const target = linkIn(file, paths);
	if (target !== undefined) {
		const reason = "its target is read at its own place";
		const link = { type: "file", file: file.name, what: `a link to ${target}, as a text`, reason } as const;
		return { dumps: [], commands: [], passedOver: [link], problems: [] };
	}
	const named = names.of(file.folders);
	const source = new Source(file.name, file.text);
	const { whole, seam } = looks.get(file)!;
	if (whole) {
		const dumps = [dumpOfFile(file, source, whole, context)];
		return { dumps, commands: [], passedOver: [], problems: [] };
	}
	if (placeInReport(file.folders, "") !== undefined && seam === undefined) return passOverText(file);
	const ofHost = seam !== undefined || hosts.has(file.folders.join("/")) || isCollected(file.folders);
	const layout = ofHost ? readLayout(file.folders) : undefined;
	const inName = readFileName(file.name).place;
	const place =
		layout === undefined
			? givenPlace(options)
			: placeOfFile(file.name, manifests.of(file.name), inName, layout.place, options);
	const read = (host: Said<string>): DocumentReading => {
		const reading = readDocument(source, { host, ...(place && { place }) });
		return seam === undefined
			? reading
			: { ...reading, dumps: reading.dumps.map((dump) => withSeam(dump, seam)) };
	};
	const known = layout === undefined ? (givenHost(options) ?? named) : hostOfFile(file, context);
	const reading = read(known ?? said("host", "nothing names the host; it is called so"));
	if (reading.dumps.length === 0 && reading.commands.length === 0) {
		return passOverText(file);
	}
	if (!reading.usesDefaultHost || known !== undefined) return reading;
	return {
		...reading,
		renamed: (host) => read(said(host, "nothing names the host; it is called after the document")),
	};
}

function said(host: string, text: string): Said<string> {
	return { value: host, reason: { about: "host", text, certainty: "assumed" } };
}

function givenHost({ host }: CaptureOptions): Said<string> | undefined {
	if (host === undefined) return undefined;
	return { value: host, reason: { about: "host", text: "given by the caller", certainty: "observed" } };
}

function givenPlace({ netns }: CaptureOptions): Said<Place> | undefined {
	if (netns === undefined) return undefined;
	const reason = { about: "place", text: "given by the caller", certainty: "observed" } as const;
	return { value: { type: "netns", name: netns }, reason };
}

/** What shows of a file by itself. */
interface Look {
	/** What it is, when it holds one dump and nothing else; absent for documents, transcripts and other texts. */
	readonly whole?: Identification;
	/** Where a second output begins in what would be one dump. */
	readonly seam?: Seam;
}

function lookAt({ name, text }: TextFile, manifests: Manifests): Look {
	const lines = probe(text);
	const command = manifests.of(name)?.command;
	const found = identifyLines(lines, { file: name, ...(command !== undefined && { command }) });
	if (found === undefined) return {};
	const first = lines.find((line) => line.trim() !== "") ?? "";
	// Packets hold any text, also a prompt; other dumps hold none.
	const noise = found.kind === "tcpdump" ? [first] : lines;
	const isTerminal =
		/^Script started on /.test(first) || noise.some((line) => readPrompt(line, "prose") !== undefined);
	const fenced = fenceRoles(lines.map((line) => ({ text: line }))).includes("closes");
	// What a loop over namespaces printed is a dump for each.
	const parted = noise.some((line) => headingWord(line) !== undefined);
	if (isTerminal || fenced || parted) return {};
	const named = readFileName(name).kinds.includes(found.kind);
	if (!named && found.share < 0.5) return {};
	const seam = findSeam(found.kind, textLines(text));
	return seam === undefined ? { whole: found } : { seam };
}

/** Whether files lie in a collector's folder, which is of one host though no file in it is a dump as a whole. */
function isCollected(folders: readonly string[]): boolean {
	const folder = folders.at(-1) ?? "";
	return hostOfFolder(folder) !== folder;
}

function textLines(text: string): string[] {
	return documentLines(text).map((line) => line.text);
}

function withSeam(dump: Dump, { line, kind, text }: Seam): Dump {
	const why = `the file holds several outputs, one behind another: "${shorten(text)}" begins one of ${kind}`;
	return { ...dump, reasons: [...dump.reasons, { about: "kind", text: why, line, certainty: "observed" }] };
}

function dumpOfFile(
	file: TextFile,
	source: Source,
	{ kind, reasons }: Identification,
	context: Context,
): Dump {
	const { names, manifests, options } = context;
	const layout = readLayout(file.folders);
	const inName = readFileName(file.name);
	const entry = manifests.of(file.name);
	const host = hostOfFile(file, context);
	const place = placeOfFile(file.name, entry, inName.place, layout.place, options);
	const command: Said<string> | undefined = entry
		? {
				value: entry.command,
				reason: { about: "command", text: `${entry.manifest} says so`, certainty: "observed" },
			}
		: inName.command === undefined
			? undefined
			: {
					value: inName.command,
					reason: { about: "command", text: `the file name reads "${inName.command}"`, certainty: "assumed" },
				};
	const flaws = flawsOf(file, entry);
	const time = entry?.time ?? names.hosts.find(({ name }) => name === host.value)?.time;
	return {
		id: file.name,
		kind,
		scope: { host: host.value, place: place.value },
		...(command !== undefined && { command: command.value }),
		source,
		start: 0,
		end: file.text.length,
		reasons: [...reasons, host.reason, place.reason, ...(command === undefined ? [] : [command.reason])],
		...(flaws.length > 0 && { flaws }),
		...(time !== undefined && { time }),
	};
}

/** Where a dump was taken: the command says it, else the file's name, else its folder, else the caller. */
function placeOfFile(
	file: string,
	entry: ManifestEntry | undefined,
	inName: Place | undefined,
	inFolder: Said<Place>,
	options: CaptureOptions,
): Said<Place> {
	const target = entry && readActions(entry.command)[0]?.target;
	if (entry && target?.place && target.said !== undefined) {
		const text = `the command "${target.said}" says so, by ${entry.manifest}`;
		return { value: target.place, reason: { about: "place", text, certainty: "observed" } };
	}
	if (inName) {
		const text = `the file name "${file}" says so`;
		return { value: inName, reason: { about: "place", text, certainty: "observed" } };
	}
	return inFolder.value.type === "host" ? (givenPlace(options) ?? inFolder) : inFolder;
}

/** What makes a dump worth less. */
function flawsOf({ cut }: TextFile, entry: ManifestEntry | undefined): Flaw[] {
	const flaws: Flaw[] = [];
	if (entry?.truncated) {
		flaws.push({
			type: "truncated",
			text: `${entry.manifest} says that its output was longer than what was kept`,
		});
	}
	if (entry?.status !== undefined && entry.status !== 0) {
		flaws.push({
			type: "failed",
			text: `${entry.manifest} says that the command ended with status ${entry.status}`,
		});
	}
	if (cut !== undefined) flaws.push({ type: "cut", text: cut });
	return flaws;
}

/**
 * The host of a file that is a dump. What the caller says goes first, then a file `hostname` beside it, then what its own
 * name begins with, then its folder's name, which is a guess.
 */
function hostOfFile({ name, folders }: TextFile, { names, prefixes, options }: Context): Said<string> {
	const given = givenHost(options);
	if (given) return given;
	const prefix = readFileName(name).prefix;
	const inFolder = prefixes.get(folders.join("/"));
	const own: Said<string> | undefined =
		prefix === undefined || !inFolder?.has(prefix)
			? undefined
			: {
					value: prefix,
					reason: {
						about: "host",
						text: `"${prefix}" before the command in the file name is taken for the host`,
						certainty: "assumed",
					},
				};
	const named = names.of(folders);
	// A file `hostname` is of one host; where names tell several, it is of none of them.
	if (own !== undefined && (named === undefined || inFolder!.size > 1)) return own;
	return named ?? own ?? readLayout(folders).host ?? said("host", "nothing names the host; it is called so");
}

/** For each folder the words that stand before commands in the names of its files, and are those of hosts. */
function prefixesOf(files: readonly TextFile[]): ReadonlyMap<string, ReadonlySet<string>> {
	const counts = new Map<string, Map<string, number>>();
	for (const { name, folders } of files) {
		const { prefix } = readFileName(name);
		if (prefix === undefined) continue;
		const folder = folders.join("/");
		const here = counts.get(folder) ?? new Map<string, number>();
		counts.set(folder, here.set(prefix, (here.get(prefix) ?? 0) + 1));
	}
	// A word that stands there once may mean anything; `node1` is a host's name at once.
	return new Map(
		[...counts].map(([folder, here]) => [
			folder,
			new Set(
				[...here].filter(([word, count]) => count > 1 || hostNamed(word) !== undefined).map(([word]) => word),
			),
		]),
	);
}
