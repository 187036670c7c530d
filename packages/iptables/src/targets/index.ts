import type { Span, Word } from "@netfossil/core";
import { type Extension, ExtensionReader } from "../extension.ts";
import * as marking from "./marking.ts";
import * as nat from "./nat.ts";
import * as other from "./other.ts";

export type * from "./marking.ts";
export type * from "./nat.ts";
export type * from "./other.ts";

type NodeOf<Entry> = Entry extends Extension<infer Node> ? Node : never;
type Entries = typeof nat & typeof marking & typeof other;

/** `-j ACCEPT`, `-j DROP`, `-j RETURN`, `-j QUEUE` */
export interface Verdict extends Span {
	readonly type: "ACCEPT" | "DROP" | "RETURN" | "QUEUE";
}

/** `-j DOCKER`; `-g DOCKER` (listed `[goto] `), which does not come back. */
export interface Jump extends Span {
	readonly type: "jump";
	readonly chain: Word;
	readonly goto?: true;
}

/** A target whose extension is known here. */
export type KnownTarget = { [Key in keyof Entries]: NodeOf<Entries[Key]> }[keyof Entries];

/** A target that no entry knows: `-j TARPIT --honeypot` */
export interface UnknownTarget extends Span {
	readonly type: "unknown-target";
	readonly name: Word;
	/** Its options or its listed words, as they stand. */
	readonly text: string;
}

export type Target = Verdict | Jump | KnownTarget | UnknownTarget;

/** Every target that is known, by the name that `-j` gives it. */
export const targets: ReadonlyMap<string, ExtensionReader> = new Map(
	Object.values({ ...nat, ...marking, ...other })
		// Loaders differ in the order of a module's names, and readers are tried in the order of this map.
		.sort((a, b) => (a.type < b.type ? -1 : 1))
		.map((entry) => [entry.type, new ExtensionReader(entry as unknown as Extension)]),
);

const VERDICTS = ["ACCEPT", "DROP", "RETURN", "QUEUE"] as const;

/** The verdict of a name, if it is one. */
export function verdictOf(name: string): Verdict["type"] | undefined {
	return VERDICTS.find((each) => each === name);
}
