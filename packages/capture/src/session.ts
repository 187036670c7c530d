import type { Action } from "./commands.ts";
import type { Place, Reason } from "./dump.ts";
import type { Prompt } from "./prompts.ts";

/** Something that is held for true, with the reason. */
export interface Said<Value> {
	readonly value: Value;
	readonly reason: Reason;
}

/** A shell: where it runs. Shells are entered from one another, so a session is a stack of them. */
interface Shell {
	readonly host: Said<string> | undefined;
	readonly place: Said<Place>;
	/** The word in whose place the shell that opened this one put something that nothing tells: `$n`. */
	readonly unknown?: string | undefined;
	/** How its prompt looks, once one was seen. */
	readonly shape?: string;
	readonly directory?: string;
}

const COMMENT = "the comment";

/** A container's host name is the first 12 digits of its id, and `bash` shows it in the prompt. */
const CONTAINER_HOST = /^[0-9a-f]{12}$/;

const HOST_PLACE: Place = { type: "host" };

/** Keeps where the shell of a terminal is: prompts, comments and commands move it. */
export class Session {
	#shells: [Shell, ...Shell[]];
	/** The hosts that prompts have named. */
	readonly #hosts = new Set<string>();
	/** Whether the last thing that happened was that a shell was opened. */
	#fresh = false;

	constructor() {
		this.#shells = [{ host: undefined, place: { value: HOST_PLACE, reason: unsaid } }];
	}

	get host(): Said<string> | undefined {
		return this.#top.host;
	}

	get place(): Said<Place> {
		return this.#top.place;
	}

	/** The word that hides where the shell is: `$n`. */
	get unknown(): string | undefined {
		return this.#top.unknown;
	}

	get directory(): string | undefined {
		return this.#top.directory;
	}

	/** A prompt was printed. */
	see(prompt: Prompt, line: number): void {
		const { host, shape } = prompt;
		if (host !== undefined && !CONTAINER_HOST.test(host)) {
			this.#seeHost(host, prompt, line);
		} else {
			// The prompt of an outer shell again: the inner one was left, though no `exit` was copied.
			const outer = this.#shells.findLastIndex((shell) => shell.shape === shape);
			if (this.#top.shape !== undefined && outer !== -1) this.#cut(outer + 1);
			this.#update({ shape });
			const { place, unknown } = this.#top;
			if (host !== undefined && (place.value.type === "host" || unknown !== undefined)) {
				const text = `the prompt "${prompt.text}" shows the host name that docker gives container ${host}`;
				const reason: Reason = { about: "place", text, line, certainty: "observed" };
				this.#update({ place: { value: { type: "container", id: host }, reason }, unknown: undefined });
			}
		}
		this.#fresh = false;
		if (prompt.directory !== undefined) this.#update({ directory: prompt.directory });
	}

	/**
	 * A prompt that names its host is the host's own, wherever the shell was before. Two shells inside look
	 * the same, and only right behind the command that opened them are they taken for such: one in a
	 * namespace has the host's prompt, and root's in a container may show a name that was given to it.
	 */
	#seeHost(host: string, prompt: Prompt, line: number): void {
		const top = this.#top;
		const inside = `${prompt.shape} inside`;
		if (top.shape === inside) return;
		if (this.#fresh && top.shape === undefined && this.#looksInside(host, prompt)) {
			this.#update({ shape: inside });
			return;
		}
		const said = (about: Reason["about"], text: string): Reason => ({
			about,
			text: `the prompt "${prompt.text}" ${text}`,
			line,
			certainty: "observed",
		});
		const place = { value: HOST_PLACE, reason: said("place", "is the host's own") };
		this.#hosts.add(host);
		this.#shells = [
			{ host: { value: host, reason: said("host", "names the host") }, place, shape: prompt.shape },
		];
	}

	#looksInside(host: string, prompt: Prompt): boolean {
		const { type } = this.#top.place.value;
		if (type === "netns") return this.#shells.at(-2)?.shape === prompt.shape;
		return type === "container" && !this.#hosts.has(host) && /^\[?root@/.test(prompt.text);
	}

	/** A fence ended: what comes next need not be the same terminal. */
	leaveBlock(): void {
		this.#fresh = false;
		const { host } = this.#top;
		if (host?.reason.text.startsWith(COMMENT) && host.reason.certainty === "observed") {
			const text = `${host.reason.text}, and none since names another one`;
			const reason: Reason = { ...host.reason, text, certainty: "assumed" };
			this.#shells = this.#shells.map((shell) => ({ ...shell, host: { ...host, reason } })) as [
				Shell,
				...Shell[],
			];
		}
		if (this.#top.shape?.endsWith(" inside") && this.#shells.length > 1) this.#cut(this.#shells.length - 1);
	}

	/** A comment names the host: what follows was taken there. */
	comment(host: string, text: string, line: number): void {
		const top = this.#top;
		if (top.host?.value === host && !top.host.reason.text.startsWith(COMMENT)) return;
		const quoted = `${COMMENT} "${text.trim()}" names the host`;
		const reason: Reason = { about: "host", text: quoted, line, certainty: "observed" };
		const named = { value: host, reason };
		// A comment inside a container that names the host where the shell is already does not leave it.
		if (top.host?.value === host) this.#update({ host: named });
		else this.#shells = [{ host: named, place: { value: HOST_PLACE, reason: unsaid } }];
	}

	/** A command was typed: it may open a shell elsewhere, leave one, or change the folder. */
	run({ target, words, opensShell }: Action, line: number): void {
		const [program = "", operand] = words;
		if (opensShell) {
			this.#shells.push(this.#entered(target, line));
			this.#fresh = true;
		} else if (program === "exit" || program === "logout") {
			if (this.#shells.length > 1) this.#cut(this.#shells.length - 1);
		} else if (program === "cd" && target.said === undefined) {
			this.#update({ directory: resolveFolder(this.#top.directory, operand) });
		}
	}

	/** Where a command ran: where it says, or else where its shell is. */
	whereabouts(
		action: Action,
		line: number,
	): { host: Said<string> | undefined; place: Said<Place>; unknown?: string | undefined } {
		const { host, place, unknown } = this.#entered(action.target, line);
		return { host, place, unknown };
	}

	#entered({ place, host, said, unnamed, unknown }: Action["target"], line: number): Shell {
		const top = this.#top;
		const by = (about: Reason["about"], text: string): Reason => ({
			about,
			text,
			line,
			certainty: unnamed ? "assumed" : "observed",
		});
		const text = unnamed
			? `"${said}" starts a container that nothing names; it is called after its image and this line`
			: `"${said}" goes there`;
		const value: Place | undefined =
			place?.type === "container" && unnamed ? { type: "container", id: `${place.id}@${line}` } : place;
		return {
			host: host === undefined ? top.host : { value: host, reason: by("host", `"${said}" names the host`) },
			place: value === undefined ? top.place : { value, reason: by("place", text) },
			unknown: unknown ?? (host === undefined ? top.unknown : undefined),
		};
	}

	get #top(): Shell {
		return this.#shells.at(-1)!;
	}

	#update(change: Partial<Shell>): void {
		this.#shells[this.#shells.length - 1] = { ...this.#top, ...change };
	}

	#cut(length: number): void {
		const [first, ...others] = this.#shells;
		this.#shells = [first, ...others.slice(0, length - 1)];
	}
}

const unsaid: Reason = {
	about: "place",
	text: "nothing tells of a container or a namespace: taken to be the host's own",
	certainty: "assumed",
};

function resolveFolder(from: string | undefined, to: string | undefined): string {
	if (to === undefined || to === "~") return "~";
	if (/^[/~]/.test(to)) return to;
	if (to === "..") return (from ?? "~").replace(/\/[^/]*\/?$/, "");
	return `${(from ?? "~").replace(/\/$/, "")}/${to.replace(/^\.\//, "")}`;
}
