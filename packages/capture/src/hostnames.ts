import type { Host, Problem } from "./dump.ts";
import { readLayout } from "./layout.ts";
import type { Manifests } from "./manifest.ts";
import type { Said } from "./session.ts";
import type { TextFile } from "./text-file.ts";

/** What a file says of the host of all that lies in its folder. */
interface Witness {
	readonly file: TextFile;
	/** The folder of the host: `node1` for `node1/etc/hostname` and `node1/sos_commands/host/hostname`. */
	readonly folder: string;
	readonly says: "name" | "machineId" | "bootId" | "kernel" | "time";
	readonly value: string;
	/** The best of several counts: a file `hostname` before what `uname` prints. */
	readonly rank: number;
}

interface Reader {
	readonly file: RegExp;
	readonly read: RegExp;
	readonly says: Witness["says"];
}

const NAME = "[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?";
const UNAME = /^uname(?:_-a)?(?:\.txt)?$/;
const ENVIRONMENT = /^basic-environment\.txt$/;

/** Files that tell of their host, the best first. */
const READERS: readonly Reader[] = [
	{ file: /^hostname(?:\.txt)?$/, read: new RegExp(`^\\s*(${NAME})\\s*$`), says: "name" },
	{ file: UNAME, read: new RegExp(`^Linux (${NAME}) \\d`), says: "name" },
	{ file: /^hostname_-f(?:\.txt)?$/, read: new RegExp(`^\\s*(${NAME})\\s*$`), says: "name" },
	// SUSE's supportconfig: `# /bin/uname -a`, and the answer on the next line.
	{ file: ENVIRONMENT, read: new RegExp(`^# \\S*uname -a\\nLinux (${NAME}) \\d`, "m"), says: "name" },
	{ file: ENVIRONMENT, read: /^# \S*date\n(\S.*\b\d{1,2}:\d\d:\d\d\b.*)$/m, says: "time" },
	{ file: UNAME, read: /^Linux \S+ (\d\S*)/, says: "kernel" },
	{ file: /^machine-id(?:\.txt)?$/, read: /^\s*([\da-f]{32})\s*$/, says: "machineId" },
	{ file: /^boot_id(?:\.txt)?$/, read: /^\s*([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\s*$/, says: "bootId" },
	// `Sat Nov 21 00:18:31 UTC 2026`, and as other languages order it; a year is in all of them.
	{ file: /^date(?:_--?\w+)?(?:\.txt)?$/, read: /^\s*(\S?.*\d\d:\d\d:\d\d.*)\s*$/, says: "time" },
];

/** Folders between a host's own and such a file. */
const BETWEEN =
	/(?:^|\/)(?:etc|sos_commands\/\w+|proc\/sys\/kernel\/random)$|(?<=.)\/(?:host|saved(?:\/host)?)$/;

/** What the files `hostname`, `uname`, `machine-id` and their like say, by the folder that each is of. */
export class HostNames {
	readonly #byFolder = new Map<string, Said<string>>();
	/** The names that folders give to hosts, by each folder above them. */
	readonly #below = new Map<string, Set<string>>();
	readonly #witnesses = new Map<TextFile, Witness[]>();
	readonly #hosts: Host[] = [];
	readonly #problems: Problem[] = [];

	constructor(files: readonly TextFile[], manifests: Manifests) {
		const witnesses = files.flatMap((file) => {
			const found = witnessesOf(file);
			if (found.length > 0) this.#witnesses.set(file, found);
			return found;
		});
		if (witnesses.length === 0) return;
		for (const { folders } of files) {
			const host = readLayout(folders).host?.value ?? "";
			for (let end = folders.length; end >= 0; end--) {
				const folder = folders.slice(0, end).join("/");
				const hosts = this.#below.get(folder) ?? new Set();
				this.#below.set(folder, hosts.add(host));
			}
		}
		this.#settle(witnesses, timesOf(files, manifests), files);
	}

	/** The hosts that were told apart, in the order of their folders. */
	get hosts(): readonly Host[] {
		return this.#hosts;
	}

	/** What is odd about the hosts: two of one name. */
	get problems(): readonly Problem[] {
		return this.#problems;
	}

	/** The host of what is in a folder. A name above several folders of hosts is not theirs. */
	of(folders: readonly string[]): Said<string> | undefined {
		const host = readLayout(folders).host?.value;
		for (let end = folders.length; end >= 0; end--) {
			const above = folders.slice(0, end);
			const folder = above.join("/");
			const said = this.#byFolder.get(folder);
			if (said === undefined) continue;
			const same = readLayout(above).host?.value === host || this.#below.get(folder)!.size === 1;
			return same ? said : undefined;
		}
		return undefined;
	}

	/** What a file was read for, in words; undefined for one that tells of no host. */
	says(file: TextFile): { readonly what: string; readonly reason: string } | undefined {
		const [first] = this.#witnesses.get(file) ?? [];
		return first && { what: WHAT[first.says], reason: `${SAYS[first.says]} ${first.value}` };
	}

	#settle(
		witnesses: readonly Witness[],
		times: ReadonlyMap<string, string>,
		files: readonly TextFile[],
	): void {
		const folders = [...new Set(witnesses.map(({ folder }) => folder))].sort();
		const found = folders.map((folder) => {
			const here = witnesses.filter((each) => each.folder === folder);
			const best = (says: Witness["says"]): Witness | undefined =>
				here.filter((each) => each.says === says).sort((a, b) => a.rank - b.rank)[0];
			const time = best("time")?.value ?? times.get(folder);
			const name = best("name");
			return {
				folder,
				name,
				called: name ?? calledByFolder(folder, best("machineId")),
				machineId: best("machineId")?.value,
				bootId: best("bootId")?.value,
				kernel: best("kernel")?.value,
				time,
			};
		});
		for (const each of found) {
			const { name, machineId, bootId, kernel, time } = each;
			if (name === undefined) continue;
			const namesakes = found.filter((other) => other.name?.value === name.value);
			const ids = namesakes.map(identityOf).filter((id) => id !== "");
			const several = new Set(ids).size > 1;
			// One without an id may be any of them.
			const apart = several && identityOf(each) !== "";
			const host = apart ? `${name.value}~${identityOf(each).slice(0, 8)}` : name.value;
			const why = apart
				? `, and its ${machineId === undefined ? "boot id" : "machine id"} tells it from another one`
				: "";
			const text = `the file "${name.file.name}" says so${why}`;
			const said: Said<string> = { value: host, reason: { about: "host", text, certainty: "observed" } };
			this.#byFolder.set(each.folder, said);
			// Where `zulu/host/hostname` lies, the folder `host` might pass for the name of a host.
			this.#byFolder.set(name.file.folders.join("/"), said);
			this.#hosts.push({
				name: host,
				...(machineId !== undefined && { machineId }),
				...(bootId !== undefined && { bootId }),
				...(kernel !== undefined && { kernel }),
				...(time !== undefined && { time }),
				file: name.file.name,
			});
			if (several && namesakes[0] === each) this.#problems.push(namesakesProblem(name, namesakes.length));
		}
		const dumps = files.filter((file) => !this.#witnesses.has(file));
		this.#problems.push(...againProblems(found, dumps), ...cloneProblems(found));
	}
}

/** A host that only its machine id tells of goes by the name of its folder. */
function calledByFolder(folder: string, machineId: Witness | undefined): Witness | undefined {
	const value = readLayout(folder.split("/")).host?.value;
	return machineId && value !== undefined ? { ...machineId, value } : undefined;
}

/** A folder that files tell the host of. */
interface Saved {
	readonly folder: string;
	/** By a file, or else by the folder. */
	readonly called: Witness | undefined;
	readonly machineId: string | undefined;
	readonly bootId: string | undefined;
	readonly time: string | undefined;
}

/**
 * One host that was saved several times. What was saved by hand beside a report completes it, as one folder completes
 * another; two reports are of two times, and so are two folders that hold the same file.
 */
function againProblems(found: readonly Saved[], dumps: readonly TextFile[]): Problem[] {
	const byName = new Map<string, Saved[]>();
	for (const each of found) {
		if (each.called === undefined) continue;
		byName.set(each.called.value, [...(byName.get(each.called.value) ?? []), each]);
	}
	return [...byName.values()].flatMap((hosts) => {
		const ids = new Set(hosts.map(identityOf).filter((id) => id !== ""));
		if (hosts.length < 2 || ids.size > 1) return [];
		const reports = hosts.filter(({ called }) => isReport(called!.file));
		const inside = hosts.map(({ folder }) => filesIn(folder, dumps));
		const again = hosts.filter((host, at) => {
			if (reports.length > 1 && reports.includes(host)) return true;
			return inside.some((other, index) => index !== at && [...other].some((path) => inside[at]!.has(path)));
		});
		return again.length < 2 ? [] : [againProblem(again[0]!.called!, again)];
	});
}

/** The paths of files below a folder. */
function filesIn(folder: string, files: readonly TextFile[]): Set<string> {
	const start = folder === "" ? "" : `${folder}/`;
	const paths = files.map(({ folders, name }) =>
		[...folders, name.slice(name.lastIndexOf("/") + 1)].join("/"),
	);
	return new Set(paths.flatMap((path) => (path.startsWith(start) ? [path.slice(start.length)] : [])));
}

/** Two names with one machine id: a machine that was renamed, or one copied with its id. */
function cloneProblems(found: readonly Saved[]): Problem[] {
	const byId = new Map<string, Map<string, Witness>>();
	for (const { called, machineId } of found) {
		if (called === undefined || machineId === undefined) continue;
		const names = byId.get(machineId) ?? new Map<string, Witness>();
		byId.set(machineId, names.set(called.value, called));
	}
	return [...byId]
		.filter(([, names]) => names.size > 1)
		.map(([id, names]) => ({
			file: [...names.values()][0]!.file.name,
			message: `${[...names.keys()].join(" and ")} have one machine id, ${id.slice(0, 8)}…: clones, or one machine that was renamed; they are kept as ${names.size} hosts`,
			hint: "where their cards have the same MACs they are one machine; read one of them alone, or both with --host NAME",
		}));
}

/** What tells a host from others of its name. */
function identityOf({
	machineId,
	bootId,
}: {
	readonly machineId: string | undefined;
	readonly bootId: string | undefined;
}): string {
	return machineId ?? bootId ?? "";
}

function isReport({ folders }: TextFile): boolean {
	return folders.includes("sos_commands") || folders.at(-1) === "etc";
}

function namesakesProblem(name: Witness, count: number): Problem {
	return {
		file: name.file.name,
		message: `${count} hosts are called ${name.value}; they are kept apart by their machine ids`,
		hint: `they are called ${name.value}~ with the first digits of the id`,
	};
}

function againProblem(name: Witness, found: readonly { readonly time: string | undefined }[]): Problem {
	const times = found.map(({ time }) => time).filter((time) => time !== undefined);
	const when = times.length > 1 ? ` (${times.join("; ")})` : "";
	return {
		file: name.file.name,
		message: `${name.value} was saved ${found.length} times${when}; all of it is taken for one host`,
		hint: "the topology lists what changed in between; to look at one time only, name its folder",
	};
}

const WHAT: Readonly<Record<Witness["says"], string>> = {
	name: "the name of a host",
	machineId: "the machine id of a host",
	bootId: "the boot id of a host",
	kernel: "the kernel of a host",
	time: "the time of a capture",
};
const SAYS: Readonly<Record<Witness["says"], string>> = {
	name: "it names the host",
	machineId: "it says",
	bootId: "it says",
	kernel: "it says",
	time: "it says",
};

/** What a file tells of its host; a container's name is docker's affair. */
function witnessesOf(file: TextFile): Witness[] {
	const base = file.name.replace(/^.*\//, "");
	const layout = readLayout(file.folders);
	const folder = file.folders.join("/").replace(BETWEEN, "");
	return READERS.flatMap(({ file: form, read, says }, rank) => {
		if (
			!form.test(base) ||
			layout.place.value.type !== "host" ||
			file.text.length > (form === ENVIRONMENT ? 100_000 : 1000)
		)
			return [];
		const value = read.exec(file.text)?.[1];
		return value === undefined ? [] : [{ file, folder, says, value: value.trim(), rank }];
	});
}

/** When reports were begun, by their folders. */
function timesOf(files: readonly TextFile[], manifests: Manifests): ReadonlyMap<string, string> {
	const times = new Map<string, string>();
	for (const { name, folders } of files) {
		const time = manifests.timeOf(name);
		if (time !== undefined) times.set(folders.slice(0, -1).join("/"), time);
	}
	return times;
}
