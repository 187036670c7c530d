import { baseName, kindsOfCommand, readActions } from "./commands.ts";
import type { Place } from "./dump.ts";
import type { KindName } from "./kinds.ts";

/** A dump that a command line would print. */
export interface PromisedDump {
	readonly place: Place;
	readonly kind: KindName;
}

/** `for ns in default 1-ieuel1sv9e; do …` */
const LOOP = /^for (\w+) in ([^;]+); do (.+); done$/;

/** The dumps that a command line would print on a host, with where each is taken; what is no dump is left out. */
export function promisedDumps(line: string, from: Place = { type: "host" }): PromisedDump[] {
	const loop = LOOP.exec(line);
	if (loop) {
		const [, name, words, body] = loop;
		return words!.split(" ").flatMap((word) =>
			promisedDumps(
				body!.replaceAll(`$${name}`, () => word),
				from,
			),
		);
	}
	return readActions(line).flatMap((action) => {
		const { target, words } = action;
		const place = target.place ?? from;
		const [program = "", flag, script] = words;
		if (/^(?:ba|da)?sh$/.test(baseName(program)) && flag === "-c" && script !== undefined)
			return promisedDumps(script, place);
		return kindsOfCommand(action)
			.slice(0, 1)
			.map((kind) => ({ place, kind }));
	});
}
