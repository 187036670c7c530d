import type { Dump, Reason, TypedCommand } from "./dump.ts";
import { documentLines } from "./lines.ts";

/** The id of a container by its name, as some `docker ps` lists it. */
interface ContainerName {
	readonly id: string;
	/** The dump that lists it. */
	readonly dump: Dump;
	readonly line: number;
}

/** Names of containers, by host and name. */
export type ContainerNames = ReadonlyMap<string, ContainerName>;

/** `a80aaba1a6d0   nvbeta/node:latest   …   node.1.vu2ex7oikbbz951nc947zwyx6`: the first and the last cell. */
const ROW = /^([0-9a-f]{12,64})\s.*\s(\S+)\s*$/;

/** The names that the capture's `docker ps` dumps list. A name that two ids bear on one host stays a name. */
export function containerNames(dumps: readonly Dump[]): ContainerNames {
	const names = new Map<string, ContainerName>();
	const ambiguous = new Set<string>();
	for (const dump of dumps) {
		if (dump.kind !== "docker-ps") continue;
		const { line: first } = dump.source.locate(dump.start);
		for (const [index, { text }] of documentLines(dump.source.text.slice(dump.start, dump.end)).entries()) {
			const [, id, cell = ""] = ROW.exec(text) ?? [];
			if (id === undefined) continue;
			for (const name of cell.split(",")) {
				const key = keyOf(dump.scope.host, name);
				const known = names.get(key);
				if (known === undefined) names.set(key, { id, dump, line: first + index });
				else if (!known.id.startsWith(id) && !id.startsWith(known.id)) ambiguous.add(key);
			}
		}
	}
	for (const key of ambiguous) names.delete(key);
	return names;
}

/** The dump with its container's id instead of its name, where the name is known; ids stay as they are. */
export function withContainerId(dump: Dump, names: ContainerNames): Dump {
	const { host, place } = dump.scope;
	if (place.type !== "container") return dump;
	const known = names.get(keyOf(host, place.id));
	if (known === undefined) return dump;
	const elsewhere = known.dump.source === dump.source ? "" : ` of ${known.dump.source.name}`;
	const reason: Reason = {
		about: "place",
		text: `docker ps lists "${place.id}" as container ${known.id} on line ${known.line}${elsewhere}`,
		...(elsewhere === "" && { line: known.line }),
		certainty: "observed",
	};
	const scope = { host, place: { type: "container", id: known.id } } as const;
	return { ...dump, scope, reasons: [...dump.reasons, reason] };
}

/** The same for a command that was typed. */
export function commandWithId(command: TypedCommand, names: ContainerNames): TypedCommand {
	const { host, place } = command.scope;
	const known = place.type === "container" ? names.get(keyOf(host, place.id)) : undefined;
	if (known === undefined) return command;
	return { ...command, scope: { host, place: { type: "container", id: known.id } } };
}

function keyOf(host: string, name: string): string {
	return JSON.stringify([host, name]);
}
