import type { KindName, Place } from "@netfossil/capture";

/** The version of {@link Wanted}; a reader refuses a name that it does not know. New fields keep it. */
export const WANTED_SCHEMA = "netfossil/wanted/1";

/** What a capture lacks for a complete picture. Plain JSON. */
export interface Wanted {
	readonly schema: typeof WANTED_SCHEMA;
	/** By host and place; hosts, places and the wants of a place in the order of what they would decide. */
	readonly wants: readonly Want[];
}

/** A dump that is missing. */
export interface Want {
	readonly host: string;
	readonly place: Place;
	/** The kind of dump; absent for a command whose output netfossil does not read. */
	readonly kind?: KindName;
	/** Complete: it can be pasted into a shell on the host. */
	readonly command: string;
	/** Where its output goes, below the folder of the host, so that it is read back in its place. */
	readonly file: string;
	/** Why it is missing, or why it matters here: from each source that asks for it. */
	readonly why: readonly string[];
	/** What it would tell, the first being the most. */
	readonly decides: readonly string[];
	/** `topology`: a question that the network leaves open. `capture`: a dump that a complete capture has. */
	readonly from: readonly ("capture" | "topology")[];
}
