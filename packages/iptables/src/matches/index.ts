import type { Span, Word } from "@netfossil/core";
import { type Extension, ExtensionReader } from "../extension.ts";
import * as content from "./content.ts";
import * as header from "./header.ts";
import * as packet from "./packet.ts";
import * as policy from "./policy.ts";
import * as rateest from "./rateest.ts";
import * as state from "./state.ts";
import * as time from "./time.ts";
import * as transport from "./transport.ts";

export type * from "./content.ts";
export type * from "./header.ts";
export type * from "./packet.ts";
export type * from "./policy.ts";
export type * from "./rateest.ts";
export type * from "./state.ts";
export type * from "./time.ts";
export type * from "./transport.ts";

type NodeOf<Entry> = Entry extends Extension<infer Node> ? Node : never;
type Entries = typeof transport &
	typeof header &
	typeof state &
	typeof packet &
	typeof content &
	typeof policy &
	typeof rateest &
	typeof time;

/** A match whose extension is known here. */
export type KnownMatch = { [Key in keyof Entries]: NodeOf<Entries[Key]> }[keyof Entries];

/** A match that no entry knows: `-m geoip --source-country CN`, listed ` source country: CN` */
export interface UnknownMatch extends Span {
	readonly type: "unknown-match";
	/** After `-m`; a list does not tell it. */
	readonly name?: Word;
	/** Its options or its listed words, as they stand. */
	readonly text: string;
}

export type Match = KnownMatch | UnknownMatch;

/** Every match that is known, by the name that `-m` gives it. */
export const matches: ReadonlyMap<string, ExtensionReader> = new Map(
	Object.values({
		...transport,
		...header,
		...state,
		...packet,
		...content,
		...policy,
		...rateest,
		...time,
	})
		// Loaders differ in the order of a module's names, and readers are tried in the order of this map.
		.sort((a, b) => (a.type < b.type ? -1 : 1))
		.map((entry) => [entry.type, new ExtensionReader(entry as unknown as Extension)]),
);
