import { statSync } from "node:fs";
import { basename, normalize, resolve, sep } from "node:path";
import { Source } from "@netfossil/core";
import { CollectedFiles } from "./collected.ts";
import { commandWithId, containerNames, withContainerId } from "./containers.ts";
import { type DocumentReading, readDocument } from "./document.ts";
import type { Capture, Dump, ParsedDump, PassedOver, Place, Problem, TypedCommand } from "./dump.ts";
import { fenceRoles } from "./fences.ts";
import { readFileName } from "./filename.ts";
import { type FolderReading, readFolder, readNamedFile, type TextFile } from "./folder.ts";
import { headingWord } from "./headlines.ts";
import { HostNames } from "./hostnames.ts";
import { type Identification, identifyLines, probe } from "./identify.ts";
import { kindOf } from "./kinds.ts";
import { readLayout } from "./layout.ts";
import { CaptureError } from "./problem.ts";
import { readPrompt } from "./prompts.ts";
import type { Said } from "./session.ts";
import { unreadFile } from "./unread.ts";

/** What the user knows of dumps that say nothing themselves. */
export interface CaptureOptions {
	/** The host of dumps for which nothing names one; `host` by default, or the folder. */
	readonly host?: string;
	/** The network namespace of dumps for which nothing names one; the host's own by default. */
	readonly netns?: string;
}

/** Reads folders, files and documents, and finds the dumps in them. Throws {@link CaptureError} for a path that does not exist. */
export function openCapture(paths: string | readonly string[], options: CaptureOptions = {}): Capture {
	const roots = typeof paths === "string" ? [paths] : paths;
	const readings = roots.map((root) => readRoot(root, nameOfRoot(root, roots)));
	return assemble(roots.join(" "), readings, options);
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

/** What the files of a root are called: below a single root by their path in it, below several by its name too. */
function nameOfRoot(root: string, roots: readonly string[]): string {
	const base = basename(resolve(root));
	const equal = roots.filter((other) => basename(resolve(other)) === base);
	return equal.length === 1 ? base : normalize(root).split(sep).join("/").replace(/\/$/, "");
}

function readRoot(path: string, name: string): FolderReading & { readonly prefix: string } {
	let isFolder: boolean;
	try {
		isFolder = statSync(path).isDirectory();
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "EACCES")
			throw new CaptureError(path, `${path} may not be read: permission denied`, "read it as another user");
		throw new CaptureError(
			path,
			`${path} does not exist`,
			"check the path; it is taken from the folder you are in",
		);
	}
	if (!isFolder) {
		const folders = normalize(path)
			.split(sep)
			.slice(0, -1)
			.filter((each) => each !== "" && each !== "." && each !== "..");
		return { ...readNamedFile(path, name, folders), prefix: "" };
	}
	const above = resolve(path)
		.split(sep)
		.filter((each) => each !== "");
	const { files, passedOver, problems } = readFolder(path);
	return {
		files: files.map((file) => ({ ...file, folders: [...above, ...file.folders] })),
		passedOver,
		problems,
		prefix: name,
	};
}

interface FileReading {
	readonly dumps: readonly Dump[];
	readonly commands: readonly TypedCommand[];
	readonly passedOver: readonly PassedOver[];
	readonly problems: readonly Problem[];
	/** Reads the document again with another name for the host that nothing names. */
	readonly renamed?: (host: string) => DocumentReading;
}

function assemble(
	root: string,
	readings: readonly (FolderReading & { readonly prefix?: string })[],
	options: CaptureOptions,
): Capture {
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
	const hosts = foldersOfDumps(files);
	const names = new HostNames(files);
	const collected = new CollectedFiles(files);
	const read = files.map((file) => {
		const list = collected.says(file);
		if (list !== undefined) return usedFile(file, list);
		return names.holds(file) ? nameFile(file) : readFile(file, hosts, names.of(file.folders), options);
	});
	// Two documents that name no host need not speak of the same one.
	const unnamed = read.filter(({ renamed }) => renamed !== undefined).length;
	const final = read.map((each, index) =>
		unnamed > 1 && each.renamed ? each.renamed(stem(files[index]!.name)) : each,
	);
	const problems: Problem[] = [...placed, ...final].flatMap((each) => each.problems);
	const dumps = final.flatMap((each) => each.dumps).map((dump) => collected.describe(dump));
	if (dumps.length === 0 && files.length > 0) {
		const hint =
			"netfossil reads saved output of ip, bridge, iptables, ipvsadm, docker, ss, netstat, conntrack, sysctl, tcpdump and their likes, and documents that quote it";
		problems.push({ file: files.length === 1 ? files[0]!.name : root, message: "no dump was found", hint });
	}
	const containers = containerNames(dumps);
	return {
		root,
		dumps: dumps.map((dump) => withContainerId(dump, containers)),
		commands: final.flatMap((each) => each.commands).map((command) => commandWithId(command, containers)),
		passedOver: [...placed.flatMap((each) => each.passedOver), ...final.flatMap((each) => each.passedOver)],
		problems,
		silent: collected.silent(files, ({ folders }) => {
			const told = givenHostFor(names.of(folders) ?? readLayout(folders).host, options);
			return told.value;
		}),
	};
}

/** The folders that hold files which are dumps as a whole: there a transcript is of the same host. */
function foldersOfDumps(files: readonly TextFile[]): ReadonlySet<string> {
	return new Set(
		files.filter((file) => wholeDump(file) !== undefined).map(({ folders }) => folders.join("/")),
	);
}

function stem(name: string): string {
	return name.replace(/^.*\//, "").replace(/(?<=.)\.[^.]*$/, "");
}

function nameFile(file: TextFile): FileReading {
	return usedFile(file, { what: "the name of a host", reason: `it names the host ${file.text.trim()}` });
}

function usedFile({ name }: TextFile, said: Pick<PassedOver, "what" | "reason">): FileReading {
	const passedOver = { type: "file", file: name, ...said, used: true } as const;
	return { dumps: [], commands: [], passedOver: [passedOver], problems: [] };
}

function readFile(
	file: TextFile,
	hosts: ReadonlySet<string>,
	named: Said<string> | undefined,
	options: CaptureOptions,
): FileReading {
	const source = new Source(file.name, file.text);
	const whole = wholeDump(file);
	if (whole) {
		const dumps = [dumpOfFile(file, source, whole, named, options)];
		return { dumps, commands: [], passedOver: [], problems: [] };
	}
	const layout = hosts.has(file.folders.join("/")) ? readLayout(file.folders) : undefined;
	const read = (host: Said<string>): DocumentReading => {
		const place = layout?.place ?? givenPlace(options);
		return readDocument(source, { host, ...(place && { place }) });
	};
	const known = givenHost(options) ?? named ?? layout?.host;
	const reading = read(known ?? said("host", "nothing names the host; it is called so"));
	if (reading.dumps.length === 0 && reading.commands.length === 0) {
		const reason = "it holds no terminal session, and no line of a known dump";
		const text: PassedOver = unreadFile(file.name, probe(file.text)) ?? {
			type: "file",
			file: file.name,
			what: "a text without dumps",
			reason,
		};
		return { dumps: [], commands: [], passedOver: [text], problems: [] };
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

/** What a file is that holds one dump and nothing else; undefined for documents, transcripts and other texts. */
function wholeDump({ name, text }: TextFile): Identification | undefined {
	const lines = probe(text);
	const found = identifyLines(lines, { file: name });
	if (found === undefined) return undefined;
	const first = lines.find((line) => line.trim() !== "") ?? "";
	// Packets hold any text, also a prompt; other dumps hold none.
	const noise = found.kind === "tcpdump" ? [first] : lines;
	const isTerminal =
		/^Script started on /.test(first) || noise.some((line) => readPrompt(line, "prose") !== undefined);
	const fenced = fenceRoles(lines.map((line) => ({ text: line }))).includes("closes");
	// What a loop over namespaces printed is a dump for each.
	const parted = noise.some((line) => headingWord(line) !== undefined);
	if (isTerminal || fenced || parted) return undefined;
	const named = readFileName(name).kinds.includes(found.kind);
	return named || found.share >= 0.5 ? found : undefined;
}

function dumpOfFile(
	file: TextFile,
	source: Source,
	{ kind, reasons }: Identification,
	named: Said<string> | undefined,
	options: CaptureOptions,
): Dump {
	const layout = readLayout(file.folders);
	const { place: inName, command } = readFileName(file.name);
	const host = givenHostFor(named ?? layout.host, options);
	const place: Said<Place> = inName
		? {
				value: inName,
				reason: { about: "place", text: `the file name "${file.name}" says so`, certainty: "observed" },
			}
		: layout.place.value.type === "host"
			? (givenPlace(options) ?? layout.place)
			: layout.place;
	return {
		id: file.name,
		kind,
		scope: { host: host.value, place: place.value },
		...(command !== undefined && { command }),
		source,
		start: 0,
		end: file.text.length,
		reasons: [
			...reasons,
			host.reason,
			place.reason,
			...(command === undefined
				? []
				: [{ about: "command", text: `the file name reads "${command}"`, certainty: "assumed" } as const]),
		],
	};
}

/** A folder's name is a guess at the host; what the caller says goes before it. */
function givenHostFor(folder: Said<string> | undefined, options: CaptureOptions): Said<string> {
	return givenHost(options) ?? folder ?? said("host", "nothing names the host; it is called so");
}
