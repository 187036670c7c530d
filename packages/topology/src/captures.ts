import type { ParsedDump, Scope } from "@netfossil/capture";
import { readDate } from "@netfossil/capture/files";
import type { TakenIn } from "./changes.ts";
import { essenceOf } from "./essence.ts";
import { append } from "./lists.ts";
import type { HostCapture } from "./model.ts";
import { momentOfPath } from "./moments.ts";

/** What a dump can be held against: the dumps of its kind, command and place in other captures. */
interface Taken extends TakenIn {
	readonly key: string;
}

/**
 * The times at which hosts were saved. A host has several captures where two folders hold the same dump of it: what
 * folders share nothing, as one for each tool, are parts of one.
 */
export class Captures {
	/** Of hosts with several captures, each host's in order. */
	readonly list: readonly HostCapture[];
	/** By the id of a dump. */
	readonly takenIn: ReadonlyMap<string, TakenIn>;
	readonly #byHost = new Map<string, HostCapture[]>();
	readonly #taken: ReadonlyMap<string, Taken>;
	/** Kind, command and place → capture → the dumps that tell all that such a dump can. */
	readonly #whole = new Map<string, Map<string, string[]>>();

	constructor(dumps: readonly ParsedDump[], netnsOf: (scope: Scope) => string) {
		const folders = new Map<string, Map<string, Set<string>>>();
		const times = new Map<string, string[]>();
		const taken = new Map<string, Taken>();
		for (const { dump, diagnostics } of dumps) {
			const { host } = dump.scope;
			const { name } = dump.source;
			const folder = momentOfPath(host, name);
			const place = netnsOf(dump.scope);
			const listed =
				dump.command === undefined
					? `file ${folder === "" ? name : name.slice(folder.length + 1)}`
					: essenceOf(dump.command);
			const key = [place, dump.kind, listed].join("\n");
			taken.set(dump.id, { host, moment: folder, key });
			const ofHost = folders.get(host) ?? new Map<string, Set<string>>();
			folders.set(host, ofHost.set(folder, (ofHost.get(folder) ?? new Set()).add(key)));
			if (dump.time !== undefined) append(times, `${host}\n${folder}`, readDate(dump.time) ?? "");
			// What could not be read may be the very line that is missed.
			if (dump.flaws !== undefined || diagnostics.some(({ severity }) => severity !== "info")) continue;
			const whole = this.#whole.get(key) ?? new Map<string, string[]>();
			append(whole, folder, dump.id);
			this.#whole.set(key, whole);
		}
		for (const [host, ofHost] of folders) {
			if (ofHost.size < 2) continue;
			const seen = new Map<string, number>();
			for (const keys of ofHost.values()) for (const key of keys) seen.set(key, (seen.get(key) ?? 0) + 1);
			const several = [...ofHost].filter(([, keys]) => [...keys].some((key) => seen.get(key)! > 1));
			if (several.length < 2) continue;
			const captures = several.map(([folder]): HostCapture => {
				const [time] = (times.get(`${host}\n${folder}`) ?? []).filter((each) => each !== "").sort();
				return { host, name: nameOf(folder), ...(time !== undefined && { time }) };
			});
			const keyOf = areOrdered(captures)
				? ({ time, name }: HostCapture) => `${time} ${name}`
				: ({ name }: HostCapture) => name;
			this.#byHost.set(
				host,
				captures.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
			);
		}
		this.#taken = taken;
		this.list = [...this.#byHost.keys()].sort().flatMap((host) => this.#byHost.get(host)!);
		this.takenIn = new Map(
			[...taken].map(([id, { host, moment }]) => {
				const captures = this.#byHost.get(host) ?? [];
				const time = areOrdered(captures)
					? captures.find(({ name }) => name === nameOf(moment))?.time
					: undefined;
				return [id, { host, moment, ...(time !== undefined && { time }) }];
			}),
		);
	}

	/**
	 * Which captures show what some dumps tell (by their ids), and which do not though they hold such a dump, with the ids of
	 * these. Undefined where it is in all that could show it, or where a host that was saved once tells it.
	 */
	absence(
		told: readonly string[],
	): { readonly in: string[]; readonly notIn: string[]; readonly missingFrom: string[] } | undefined {
		const hosts = new Map<string, Taken[]>();
		for (const id of told) {
			const taken = this.#taken.get(id);
			if (taken === undefined || !this.#byHost.has(taken.host)) return undefined;
			append(hosts, taken.host, taken);
		}
		const found = { in: [] as string[], notIn: [] as string[], missingFrom: [] as string[] };
		for (const [host, dumps] of hosts) {
			const moments = new Set(dumps.map(({ moment }) => nameOf(moment)));
			const before = found.notIn.length;
			for (const { name } of this.#byHost.get(host)!) {
				if (moments.has(name)) {
					found.in.push(name);
					continue;
				}
				const folder = name === HERE ? "" : name;
				const without = new Set(dumps.flatMap(({ key }) => this.#whole.get(key)?.get(folder) ?? []));
				if (without.size === 0) continue;
				found.notIn.push(name);
				found.missingFrom.push(...without);
			}
			if (found.notIn.length === before) return undefined;
		}
		return hosts.size === 0 ? undefined : found;
	}
}

/** What lies in no folder. */
const HERE = ".";

function nameOf(folder: string): string {
	return folder === "" ? HERE : folder;
}

/** Whether the times of all are known, and of one sort: one without a zone may be hours off. */
function areOrdered(captures: readonly HostCapture[]): boolean {
	if (captures.length === 0 || captures.some(({ time }) => time === undefined)) return false;
	return new Set(captures.map(({ time }) => time!.endsWith("Z"))).size === 1;
}
