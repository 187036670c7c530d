import type { Diagnostic, Source } from "@netfossil/core";
import type { KindName } from "./kinds.ts";

/** Where on a host a dump was taken. */
export type Place =
	/** The host's own network namespace. */
	| { readonly type: "host" }
	/** A namespace by the name of its file: `ingress_sbox`, `1-sh0h7as3pr`, `727bc5c9f5d0`, `qrouter-…`. */
	| { readonly type: "netns"; readonly name: string }
	/** The namespace of a container, by the id or name that the command named. */
	| { readonly type: "container"; readonly id: string };

/** Where a dump was taken. */
export interface Scope {
	/** The host's name; hosts that nothing names are called `host`, or after the folder. */
	readonly host: string;
	readonly place: Place;
}

/** Why something about a dump is believed: `the prompt "docker@manager1:~$" names the host`. */
export interface Reason {
	readonly about: "kind" | "host" | "place" | "command";
	readonly text: string;
	/** Line of the source (from 1) that says so, where a line does. */
	readonly line?: number;
	/** `observed`: the input says so. `assumed`: a habit or heuristic, which the text names. */
	readonly certainty: "observed" | "assumed";
}

/** The saved output of one command: a file, or the part of a document or transcript that holds it. */
export interface Dump {
	/** Unique in the capture and stable: `path` or, inside a document, `path:firstLine`. */
	readonly id: string;
	readonly kind: KindName;
	readonly scope: Scope;
	/** As it was typed, without the prompt; absent when nothing tells. */
	readonly command?: string;
	/** The whole file; its name is the path below the capture's root, with `/`. */
	readonly source: Source;
	/** The dump is `source.text.slice(start, end)`; offsets of its AST count from `start`. */
	readonly start: number;
	readonly end: number;
	readonly reasons: readonly Reason[];
	/** Why it proves less than another: it is a part only, or its command failed. */
	readonly flaws?: readonly Flaw[];
	/** When it was taken, as the report or a file `date` says it. */
	readonly time?: string;
}

/**
 * What makes a dump worth less. `truncated`: the collector kept a part of the output only. `failed`: the command ended with an
 * error, so that it may have printed a part. `cut`: the archive that held it was damaged.
 */
export interface Flaw {
	readonly type: "truncated" | "failed" | "cut";
	readonly text: string;
}

/** A dump that was read. */
export interface ParsedDump<Ast = unknown> {
	readonly dump: Dump;
	readonly ast: Ast;
	/** With offsets of the dump, as the AST's. */
	readonly diagnostics: readonly Diagnostic[];
}

/**
 * A command that a transcript shows being typed, whatever it printed: `docker network create -d overlay
 * overlay1` tells a name that no dump has, `curl localhost:8080` where a captured packet came from. Every
 * prompt line of a document that has a command on it is one, those of dumps too.
 */
export interface TypedCommand {
	/** Where it ran; for a command that enters another place, where it was typed. */
	readonly scope: Scope;
	/** As it was typed, without the prompt and without blanks at its ends; continued lines are joined. */
	readonly text: string;
	readonly source: Source;
	/** The text is `source.text.slice(start, end)`, but for joined lines and terminal noise. */
	readonly start: number;
	readonly end: number;
}

/**
 * A command that is known to have run and to have printed nothing: there are no rules, no neighbours, no bridges; or,
 * when it returned another number than 0, it failed.
 */
export interface SilentCommand {
	readonly scope: Scope;
	readonly kind: KindName;
	readonly command: string;
	/** The file that says so. */
	readonly file: string;
	readonly returnCode: number;
}

/** Something that is no dump, or that nothing reads: prose, the output of curl, a binary file. */
export interface PassedOver {
	/**
	 * `prose`: a person's words. `command`: a command line with its prompt, where it is not part of the dump.
	 * `output`: what a command printed that is no dump. `repetition`: lines of a dump quoted again.
	 * `markup`: fences, comments, blank lines. `file`: a whole file.
	 */
	readonly type: "prose" | "command" | "output" | "repetition" | "markup" | "file";
	/** The path below the root. */
	readonly file: string;
	/** First and last line, for a part of a document. */
	readonly lines?: { readonly first: number; readonly last: number };
	/** What it is, as far as that is known: `output of "curl vote | grep …"`, `prose`. */
	readonly what: string;
	/** Why it was not read. */
	readonly reason: string;
	/** It is no dump, but what it says was taken: a file that names the host. */
	readonly used?: true;
}

/** Something that kept input from being read: no permission, a link out of the folder, too large. */
export interface Problem {
	readonly file: string;
	readonly message: string;
	readonly hint?: string;
}

/** A host that files of the capture tell of: `hostname`, `uname`, `machine-id`, `date`. */
export interface Host {
	/** As scopes call it; of two with one name each has the first digits of its id behind a `~`. */
	readonly name: string;
	readonly machineId?: string;
	readonly bootId?: string;
	/** The release of the kernel. */
	readonly kernel?: string;
	/** When the capture was made, as it is written there. */
	readonly time?: string;
	/** The file that names it. */
	readonly file: string;
}

/** All that a folder, file or document holds. */
export interface Capture {
	/** As the user named it. */
	readonly root: string;
	readonly dumps: readonly Dump[];
	/** Those of which files of their own tell; a prompt's or a folder's name makes none. */
	readonly hosts: readonly Host[];
	/** In the order of the files and their lines; folders of dump files have none. */
	readonly commands: readonly TypedCommand[];
	readonly passedOver: readonly PassedOver[];
	readonly problems: readonly Problem[];
	/** Known of what the collector saved, and of sosreports with a manifest. */
	readonly silent: readonly SilentCommand[];
}
