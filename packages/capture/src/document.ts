import { cleanText, hasControl, type Source } from "@netfossil/core";
import { type Action, isBareCommand, kindsOfCommand, readActions } from "./commands.ts";
import type { Dump, PassedOver, Place, Problem, Reason, TypedCommand } from "./dump.ts";
import { type FenceRole, fenceRoles } from "./fences.ts";
import { headingWord, hostNamed, hostOfComment, isHeadline, readHeadline } from "./headlines.ts";
import { lookReason, shorten } from "./identify.ts";
import type { KindName } from "./kinds.ts";
import { type DocumentLine, documentLines, isBlank } from "./lines.ts";
import { actionsOfRound, readLoop } from "./loops.ts";
import { type Prompt, readPrompt } from "./prompts.ts";
import { outputOf, type Run, RunFinder } from "./runs.ts";
import { type Said, Session } from "./session.ts";
import { belongs, isNamespaceName, likeness, opensAny } from "./signatures.ts";
import { UNREAD, unreadCommand } from "./unread.ts";

/** What is known of a document before it is read. */
export interface DocumentDefaults {
	/** The host of dumps that nothing in the document names one for. */
	readonly host: Said<string>;
	/** The place of dumps that nothing in the document names one for. */
	readonly place?: Said<Place>;
}

/** The dumps of a document, and all its other lines. */
export interface DocumentReading {
	readonly dumps: readonly Dump[];
	readonly passedOver: readonly PassedOver[];
	/** Whether some dump is of the default host, or of one named after it. */
	readonly usesDefaultHost: boolean;
	readonly commands: readonly TypedCommand[];
	/** Dumps that were passed over since nothing tells where they were taken. */
	readonly problems: readonly Problem[];
}

/**
 * Reads a document or the transcript of a terminal: finds the dumps in it, and where each was taken.
 *
 * With prompts it is a transcript, whatever prose stands around: commands, their output, and a session that
 * goes from place to place. Without any, dumps are known by their lines, and headlines tell the place.
 */
export function readDocument(source: Source, defaults: DocumentDefaults): DocumentReading {
	const lines = documentLines(source.text);
	return new DocumentReader(source, lines, defaults).read();
}

type Label = Omit<PassedOver, "file" | "lines">;

/** A command that was typed, on the lines [first, next). */
interface Typed {
	readonly text: string;
	readonly line: number;
	readonly next: number;
	readonly actions: readonly Action[];
}

interface Whereabouts {
	readonly host: Said<string>;
	readonly place: Said<Place>;
	/** What hides the place: a word of which nobody knows what the shell put for it. */
	readonly unknown?: string | undefined;
}

/** What a command prints, and where. */
interface Printing {
	readonly kinds: readonly KindName[];
	readonly at: Whereabouts;
}

/** One time through a loop: its heading is on the line `from - 1`, its output on [from, end). */
interface Round {
	readonly actions: readonly Action[];
	readonly from: number;
	readonly end: number;
}

/** Where the dumps of a document without prompts are taken, as its headlines and bare commands go. */
interface Spot {
	readonly place: Said<Place>;
	readonly unknown?: string | undefined;
	/** Whether a line has said so, or nothing has since the last headline that began something new. */
	readonly stated: boolean;
}

const PROSE: Label = { type: "prose", what: "prose", reason: "it holds no command and no dump" };
const FENCE: Label = { type: "markup", what: "a fence", reason: "it only frames what stands inside" };
const BLANK: Label = { type: "markup", what: "blank lines", reason: "there is nothing on them" };
const HEADING: Label = { type: "markup", what: "a heading", reason: "a loop prints it before each round" };
const RECORDER: Label = { type: "markup", what: "a line of script", reason: "it frames what was recorded" };
const COMMENT: Label = { type: "markup", what: "a comment", reason: "it is a person's note to the terminal" };

/** `Script started on 2026-11-21 09:28:16+00:00 [COMMAND="ip a" TERM="xterm" …]` */
const SCRIPT = /^Script (?:started|done) on (?:.* \[(?:COMMAND="(.*?)" TERM=)?)?/;

class DocumentReader {
	readonly #source: Source;
	readonly #lines: readonly DocumentLine[];
	readonly #texts: readonly string[];
	readonly #roles: readonly FenceRole[];
	/** Whether there is any fence, so that what stands outside of them is prose. */
	readonly #fenced: boolean;
	readonly #prompts: readonly (Prompt | undefined)[];
	/** For each line the next fence, prompt or line of script. */
	readonly #barriers: readonly number[];
	readonly #labels: (Label | Dump)[] = [];
	readonly #dumps: Dump[] = [];
	readonly #session = new Session();
	readonly #runs: RunFinder;
	readonly #defaults: DocumentDefaults;
	/** Whether prompts tell the places; otherwise headlines do. */
	readonly #isTranscript: boolean;
	/** Whether headings of one word part the dumps, as a loop over namespaces prints them. */
	readonly #isLoop: boolean;
	/** The host that the only comment of the kind names, in a document whose prompts name none. */
	readonly #onlyHost: Said<string> | undefined;
	#spot: Spot;
	#release: { readonly name: string; readonly line: number; readonly headline: string } | undefined;
	#usesDefaultHost = false;
	readonly #commands: TypedCommand[] = [];
	readonly #problems: Problem[] = [];

	constructor(source: Source, lines: readonly DocumentLine[], defaults: DocumentDefaults) {
		this.#source = source;
		this.#lines = lines;
		this.#texts = lines.map(({ text }) => text);
		this.#runs = new RunFinder(this.#texts);
		this.#defaults = defaults;
		this.#roles = fenceRoles(lines);
		this.#fenced = this.#roles.includes("opens");
		this.#prompts = lines.map(({ text }, index) => {
			const role = this.#roles[index]!;
			if (isFence(role)) return undefined;
			const indented = /^(?: {4}|\t)/.test(text);
			return readPrompt(text, role === "inside" || !this.#fenced || indented ? "terminal" : "prose");
		});
		const barriers: number[] = [];
		for (let index = lines.length - 1, next = lines.length; index >= 0; index--) {
			const frames = isFence(this.#roles[index]!) || SCRIPT.test(this.#texts[index]!);
			if (this.#prompts[index] !== undefined || frames) next = index;
			barriers[index] = next;
		}
		this.#barriers = barriers;
		this.#isTranscript = this.#prompts.some((prompt) => prompt !== undefined);
		this.#isLoop = this.#findLoop();
		this.#onlyHost = this.#findOnlyHost();
		this.#spot = { place: this.#defaultPlace(), stated: false };
	}

	read(): DocumentReading {
		let index = 0;
		while (index < this.#lines.length) index = this.#step(index);
		return {
			dumps: this.#dumps,
			passedOver: this.#tile(),
			usesDefaultHost: this.#usesDefaultHost,
			commands: this.#commands,
			problems: this.#problems,
		};
	}

	/** Reads what stands at a line; gives the line behind it. */
	#step(index: number): number {
		const text = this.#texts[index]!;
		const role = this.#roles[index]!;
		if (isFence(role)) {
			this.#session.leaveBlock();
			return this.#label(index, index + 1, FENCE);
		}
		if (isBlank(text)) return index + 1;
		const recorded = SCRIPT.exec(text);
		if (recorded) return this.#readRecorder(index, recorded[1]);
		const prompt = this.#prompts[index];
		if (prompt) {
			this.#session.see(prompt, index + 1);
			return this.#readCommand(this.#typedAt(index, prompt.command));
		}
		if (this.#isComment(index)) {
			const host = hostOfComment(text);
			if (host !== undefined) this.#session.comment(host, text, index + 1);
			return this.#label(index, index + 1, COMMENT);
		}
		if (this.#isBareCommand(index)) return this.#readCommand(this.#typedAt(index, text.trim()));
		const run = this.#runs.find(index, this.#barriers[index]!);
		if (run) return this.#takeRun(run);
		if (!this.#isTranscript) this.#readHeadline(index);
		return this.#label(index, index + 1, PROSE);
	}

	/** `script -c "ip a"` says what it recorded; without that it was a shell, whose commands stand below. */
	#readRecorder(index: number, command: string | undefined): number {
		if (command === undefined || this.#isTranscript) return this.#label(index, index + 1, RECORDER);
		return this.#readCommand(this.#typedAt(index, command));
	}

	/** A command with the lines that continue it: behind a `\`, and those of a loop up to `done`. */
	#typedAt(index: number, command: string): Typed {
		let text = command;
		let next = index + 1;
		while (next < this.#lines.length && this.#roles[next] === this.#roles[index]) {
			const line = this.#texts[next]!;
			if (this.#prompts[next] !== undefined || isBlank(line)) break;
			const inLoop = /^(?:for|while|until)\s/.test(text) && !/\bdone\b/.test(text) && /^\s*> /.test(line);
			if (!text.endsWith("\\") && !inLoop) break;
			const join = text.endsWith("\\") || /(?:\bdo|;)$/.test(text) ? " " : "; ";
			text = text.replace(/\\$/, "").trimEnd() + join + line.replace(/^\s*(?:> )?\s*/, "").trimEnd();
			next++;
		}
		return { text, line: index + 1, next, actions: readActions(text) };
	}

	/** Reads a command's output: the dump in it, and what else was printed. */
	#readCommand(typed: Typed): number {
		const { text, line, next } = typed;
		const typedAt = this.#whereabouts(undefined, line);
		const rounds = this.#roundsOf(typed);
		if (rounds) return this.#readRounds(typed, rounds, typedAt);
		let at = typedAt;
		const printing: Printing[] = [];
		for (const action of typed.actions) {
			const kinds = this.#kindsOf(action);
			if (kinds.length > 0 || printing.length === 0) {
				at = action.opensShell ? typedAt : this.#whereabouts(action, line);
			}
			if (kinds.length > 0) printing.push({ kinds, at });
			this.#go(action, line);
		}
		if (text !== "") this.#addCommand(typed, at.unknown === undefined ? at : typedAt);
		// Of several commands that print a dump each, the lines themselves must tell which is which.
		const kinds = printing.length === 1 ? printing[0]!.kinds : [];
		const end = this.#endOfOutput(next, kinds, at.unknown !== undefined);
		const run = this.#withLastLine(this.#expectedRun(kinds, next, end), end);
		const label: Label = {
			type: "command",
			what: text === "" ? "a prompt" : `the command "${shorten(text)}"`,
			reason: run && at.unknown === undefined ? "its output is the dump below" : withoutDump(typed),
		};
		this.#label(line - 1, next, label);
		if (run) {
			this.#labelOutput(next, run.first, typed, "it stands before the dump");
			this.#addDump(run, at, text, kinds);
			return run.end;
		}
		if (!this.#isTranscript && kinds.length > 0) return next;
		return this.#readOutput(next, end, typed, printing.length > 0 ? printing : [{ kinds, at }]);
	}

	/** The rounds of a loop, where a heading parts what each printed; undefined where nothing does. */
	#roundsOf({ text, next }: Typed): readonly Round[] | undefined {
		const loop = readLoop(text);
		if (loop === undefined) return undefined;
		const { heading, values } = loop;
		const barrier = this.#barriers[next] ?? this.#lines.length;
		const rounds: { value: string; from: number }[] = [];
		if (values?.length === 1) rounds.push({ value: values[0]!, from: next });
		else if (heading) {
			for (let index = next; index < barrier; index++) {
				const value = heading.exec(this.#texts[index]!)?.[1];
				const expected = values === undefined ? value : values[rounds.length];
				if (value !== undefined && value === expected) rounds.push({ value, from: index + 1 });
			}
		}
		if (rounds.length === 0 || (values && rounds.length < values.length)) return undefined;
		return rounds.map(({ value, from }, index) => {
			const actions = actionsOfRound(loop, value);
			const after = rounds[index + 1];
			if (after) return { actions, from, end: after.from - 1 };
			const kinds = actions.flatMap((action) => this.#kindsOf(action));
			const end = this.#endOfOutput(from, kinds, true);
			return { actions, from, end: Math.max(from, Math.min(end, barrier, this.#lines.length)) };
		});
	}

	#readRounds(typed: Typed, rounds: readonly Round[], typedAt: Whereabouts): number {
		const { text, line, next } = typed;
		this.#addCommand(typed, typedAt);
		const what = `the command "${shorten(text)}"`;
		this.#label(line - 1, next, { type: "command", what, reason: "the output of its rounds is below" });
		this.#labelOutput(next, rounds[0]!.from, typed, "it stands before the first round");
		for (const { actions, from, end } of rounds) {
			if (from > next) this.#labels[from - 1] = HEADING;
			const printing = actions
				.map((action) => ({ action, kinds: this.#kindsOf(action), at: this.#whereabouts(action, line) }))
				.filter(({ kinds }) => kinds.length > 0);
			const [only] = printing;
			const run = printing.length === 1 ? this.#expectedRun(only!.kinds, from, end) : undefined;
			if (run) {
				this.#labelOutput(from, end, typed, "it stands beside the dump");
				this.#addDump(run, only!.at, lineOf(only!.action), only!.kinds);
			} else {
				this.#readOutput(from, end, typed, printing);
			}
		}
		return rounds.at(-1)!.end;
	}

	#kindsOf(action: Action): readonly KindName[] {
		return kindsOfCommand(action, action.target.said === undefined ? this.#session.directory : undefined);
	}

	/** The dump in the output of a command that prints one of the kinds; any kind, when the lines tell so. */
	#expectedRun(kinds: readonly KindName[], from: number, end: number): Run | undefined {
		const runs = kinds
			.map((kind) => outputOf(kind, this.#texts, from, end))
			.filter((run) => run !== undefined);
		if (kinds.length === 1) return runs[0];
		return runs.find(({ kind }) => likeness(kind, this.#texts.slice(from, end)) !== undefined);
	}

	/**
	 * Empty lines between output and the next prompt are the writer's, who set the two apart; nobody writes
	 * one before the fence that closes, so there it is the output's own.
	 */
	#withLastLine(run: Run | undefined, end: number): Run | undefined {
		if (run === undefined || this.#roles[end] !== "closes") return run;
		return this.#texts.slice(run.end, end).every((text) => text === "") ? { ...run, end } : run;
	}

	/** Output that is of no expected kind, or of several: the dumps that it holds, and the rest. */
	#readOutput(from: number, end: number, typed: Typed, printing: readonly Printing[]): number {
		const runs: Run[] = [];
		for (let index = from; index < end; ) {
			const run = isBlank(this.#texts[index]!) ? undefined : this.#runs.find(index, end);
			if (run) runs.push(run);
			index = run ? run.end : index + 1;
		}
		this.#labelOutput(from, end, typed, "no kind describes it");
		const one = new Set(printing.map(({ at }) => JSON.stringify([at.host.value, at.place.value]))).size === 1;
		const inOrder =
			runs.length === printing.length &&
			runs.every(({ kind }, index) => printing[index]!.kinds.includes(kind));
		for (const [index, run] of runs.entries()) {
			const { at, kinds } = printing[one && !inOrder ? 0 : index] ?? printing[0]!;
			const known = one || inOrder ? at : { ...at, unknown: typed.text };
			this.#addDump(run, known, typed.text, printing.length === 1 || inOrder ? kinds : []);
		}
		return end;
	}

	#labelOutput(from: number, end: number, typed: Typed, reason: string): void {
		const what = typed.text === "" ? "text below a prompt" : `output of "${shorten(typed.text)}"`;
		const known = typed.actions.length === 1 && unreadCommand(typed.actions[0]!.words) !== undefined;
		const why = known ? UNREAD : reason;
		for (let index = from; index < end; index++) {
			if (!isBlank(this.#texts[index]!)) this.#labels[index] = { type: "output", what, reason: why };
		}
	}

	/** The line before which the output that starts at a line ends; comments may stand in that of a loop. */
	#endOfOutput(from: number, kinds: readonly KindName[], loop: boolean): number {
		for (let index = from; index < this.#lines.length; index++) {
			const text = this.#texts[index]!;
			if (this.#barriers[index] === index) return index;
			if (isBlank(text)) {
				// Without prompts only a bare command's own paragraph is its output, unless its kind goes on.
				if (!this.#isTranscript && kinds.length === 0) return index;
				continue;
			}
			if (kinds.some((kind) => belongs(kind, text))) continue;
			if (this.#isBareCommand(index)) return index;
			if (!loop && this.#isComment(index) && (kinds.length > 0 || hostOfComment(text) !== undefined))
				return index;
		}
		return this.#lines.length;
	}

	/** `# node1` in a terminal; iptables-save writes lines of the same shape, which are part of its output. */
	#isComment(index: number): boolean {
		const text = this.#texts[index]!;
		const terminal = this.#roles[index] === "inside" || (this.#isTranscript && !this.#fenced);
		return terminal && /^\s*#/.test(text) && !/^# Completed on /.test(text) && !opensAny(text);
	}

	#isBareCommand(index: number): boolean {
		const text = this.#texts[index]!;
		// Prose around the fences of a transcript speaks of commands without running them.
		if (this.#isTranscript && this.#roles[index] === "outside" && this.#fenced) return false;
		return isBareCommand(text) && !opensAny(text);
	}

	/** A command moves the session, or the spot of a document without prompts. */
	#go(action: Action, line: number): void {
		this.#session.run(action, line);
		if (!this.#isTranscript && action.opensShell) {
			const { place, unknown } = this.#session.whereabouts({ ...action, opensShell: false }, line);
			this.#spot = { place, unknown, stated: true };
		}
	}

	#whereabouts(action: Action | undefined, line: number): Whereabouts {
		const { host, place: shell, unknown: hidden } = this.#session;
		const session = { host, place: shell, unknown: hidden };
		const at = action ? this.#session.whereabouts(action, line) : session;
		const elsewhere = action?.target.said !== undefined;
		const { place, unknown } = this.#isTranscript || elsewhere ? at : this.#spot;
		return { host: at.host ?? this.#unnamedHost(), place: this.#orDefault(place), unknown };
	}

	/** The host of what nothing names one for. */
	#unnamedHost(): Said<string> {
		if (this.#onlyHost) return this.#onlyHost;
		this.#usesDefaultHost = true;
		const { host } = this.#defaults;
		if (this.#release === undefined) return host;
		const { name, line, headline } = this.#release;
		const text = `the headline "${headline}" speaks of release ${name}, hence of another host`;
		return { value: `${host.value}-${name}`, reason: { about: "host", text, line, certainty: "assumed" } };
	}

	#orDefault(place: Said<Place>): Said<Place> {
		const unsaid = place.reason.line === undefined;
		return unsaid ? this.#defaultPlace() : place;
	}

	#defaultPlace(): Said<Place> {
		return this.#defaults.place ?? new Session().place;
	}

	/** One comment that names a host, in a document whose prompts name none: it is about that host. */
	#findOnlyHost(): Said<string> | undefined {
		if (this.#prompts.some((prompt) => prompt?.host !== undefined)) return undefined;
		const found = this.#texts.flatMap((text, index) => {
			const host = this.#roles[index] === "inside" && !this.#prompts[index] ? hostOfComment(text) : undefined;
			return host === undefined || !this.#isComment(index)
				? []
				: [{ host, text: text.trim(), line: index + 1 }];
		});
		const [first] = found;
		if (first === undefined || found.some(({ host }) => host !== first.host)) return undefined;
		const text = `no prompt names a host, and the only one that a comment names is "${first.text}"`;
		return { value: first.host, reason: { about: "host", text, line: first.line, certainty: "assumed" } };
	}

	/** A headline of a document without prompts: it may say where the dumps below it were taken. */
	#readHeadline(index: number): void {
		const text = this.#texts[index]!;
		const line = index + 1;
		const word = this.#headsDump(index) ? headingWord(text) : undefined;
		if (word !== undefined && (isNamespaceName(word) || this.#isLoop)) {
			const value: Place = { type: "netns", name: word };
			const sure = isNamespaceName(word);
			const why = sure ? "names a namespace" : "is taken for a namespace, as of a loop over several";
			const reason: Reason = {
				about: "place",
				text: `the heading "${text.trim()}" ${why}`,
				line,
				certainty: sure ? "observed" : "assumed",
			};
			this.#spot = { place: { value, reason }, stated: true };
			return;
		}
		const alone = isBlank(this.#texts[index - 1] ?? "") && isBlank(this.#texts[index + 1] ?? "");
		const introduces = /:\s*$/.test(text);
		if (this.#roles[index] !== "outside" || !isHeadline(text) || !(alone || introduces)) return;
		const said = readHeadline(text);
		const headline = shorten(text.trim());
		if (said?.release !== undefined) this.#release = { name: said.release, line, headline };
		if (said?.host !== undefined) this.#session.comment(said.host, headline, line);
		if (said?.place) {
			const reason: Reason = {
				about: "place",
				text: `the headline "${headline}" says so`,
				line,
				certainty: "observed",
			};
			this.#spot = { place: { value: said.place, reason }, stated: true };
		} else if (!introduces && this.#spot.stated) {
			const reason: Reason = {
				about: "place",
				text: `the headline "${headline}" begins something new and names no place: taken to be the host's own`,
				line,
				certainty: "assumed",
			};
			this.#spot = { place: { value: { type: "host" }, reason }, stated: false };
		}
	}

	#headsDump(index: number): boolean {
		return this.#roles[index] === "outside" && opensAny(this.#texts[index + 1] ?? "");
	}

	/** Whether the text is what a loop printed: several words, none a host's, each right above a dump. */
	#findLoop(): boolean {
		if (this.#isTranscript) return false;
		const words = this.#texts.flatMap((text, index) =>
			this.#headsDump(index) ? (headingWord(text) ?? []) : [],
		);
		return words.length > 1 && new Set(words).size === words.length && !words.some((word) => hostNamed(word));
	}

	/** A dump that its own lines tell, with no command above it. */
	#takeRun(run: Run): number {
		const at = this.#whereabouts(undefined, run.first + 1);
		const former = this.#repeated(run, at);
		if (former) {
			const { line } = this.#source.locate(former.start);
			const label: Label = {
				type: "repetition",
				what: `lines of ${former.kind}`,
				reason: `they repeat lines of the dump that starts on line ${line}`,
			};
			return this.#label(run.first, run.end, label);
		}
		this.#addDump(run, at);
		return run.end;
	}

	/** The dump of the same host whose lines these are again: people quote what they explain. */
	#repeated(run: Run, at: Whereabouts): Dump | undefined {
		const lines = this.#texts.slice(run.first, run.end).map((text) => text.trim());
		const stated = this.#isTranscript || this.#spot.stated;
		return this.#dumps.find((dump) => {
			if (dump.kind !== run.kind || dump.scope.host !== at.host.value) return false;
			if (stated && JSON.stringify(dump.scope.place) !== JSON.stringify(at.place.value)) return false;
			const held = new Set(
				documentLines(dump.source.text.slice(dump.start, dump.end)).map(({ text }) => text.trim()),
			);
			return lines.every((line) => line === "" || held.has(line));
		});
	}

	#addCommand({ text, line, next }: Typed, at: Whereabouts): void {
		const { text: shown, start, end } = this.#lines[line - 1]!;
		const raw = this.#source.text.slice(start, end);
		const column = shown.lastIndexOf(text.slice(0, 40));
		const toOriginal = hasControl(this.#source.text)
			? cleanText(raw, true).toOriginal
			: (offset: number) => offset;
		const last = this.#lines[next - 1]!;
		const lastText = this.#source.text.slice(last.start, last.end).trimEnd();
		this.#commands.push({
			scope: { host: at.host.value, place: at.place.value },
			text,
			source: this.#source,
			start: start + toOriginal(Math.max(0, column)),
			end: last.start + lastText.length,
		});
	}

	#addDump(run: Run, at: Whereabouts, command?: string, kinds: readonly KindName[] = []): void {
		const { kind, first, end } = run;
		if (at.unknown !== undefined) {
			this.#passUnknown(run, at.unknown, command);
			return;
		}
		const reasons: Reason[] = [];
		if (command !== undefined && kinds.length > 0) {
			const folder = /^ls\b/.test(command) && this.#session.directory;
			const what = `"${shorten(command)}"${folder ? ` in ${folder}` : ""} prints ${kinds.join(" or ")}`;
			const text = kinds.includes(kind) ? what : `${what}, but the lines look like ${kind}`;
			reasons.push({ about: "kind", text, certainty: "observed" });
		}
		const look = likeness(kind, this.#texts.slice(first, end));
		if (look) reasons.push({ ...lookReason(look), line: first + look.line });
		reasons.push(at.host.reason, at.place.reason);
		const dump: Dump = {
			id: `${this.#source.name}:${first + 1}`,
			kind,
			scope: { host: at.host.value, place: at.place.value },
			...(command !== undefined && command !== "" && { command }),
			source: this.#source,
			start: this.#lines[first]!.start,
			end: this.#lines[end - 1]!.end,
			reasons,
		};
		this.#dumps.push(dump);
		for (let index = first; index < end; index++) this.#labels[index] = dump;
	}

	/** A dump of a place that nothing tells: in the wrong namespace it would prove what is not so. */
	#passUnknown({ kind, first, end }: Run, hidden: string, command: string | undefined): void {
		const why =
			hidden === command
				? "its commands ran in several places, and nothing parts what they printed"
				: `nothing tells what the shell put for "${shorten(hidden)}"`;
		const hint = "run the command once for each place, or save what it prints as HOST/netns/NAME/FILE";
		this.#label(first, end, {
			type: "output",
			what: `${kind} of a place that is not known`,
			reason: `${why}: ${hint}`,
		});
		const lines = first + 1 === end ? `${end}` : `${first + 1}-${end}`;
		this.#problems.push({
			file: `${this.#source.name}:${lines}`,
			message: `${kind} was passed over: ${why}`,
			hint,
		});
	}

	#label(from: number, end: number, label: Label): number {
		for (let index = from; index < end; index++) this.#labels[index] = label;
		return end;
	}

	/** The lines that belong to no dump, as few parts as they fall into. */
	#tile(): PassedOver[] {
		const parts: { label: Label; first: number; last: number }[] = [];
		let pending: number | undefined;
		for (let index = 0; index < this.#lines.length; index++) {
			const label = this.#labels[index];
			const last = parts.at(-1);
			const adjoins = last !== undefined && last.last === index - 1;
			if (label === undefined) {
				// Blank lines go with the part above them, or else with the one below.
				if (adjoins && pending === undefined) last.last = index;
				else pending ??= index;
				continue;
			}
			if ("kind" in label) {
				if (pending !== undefined) parts.push({ label: BLANK, first: pending, last: index - 1 });
			} else if (adjoins && pending === undefined && sameLabel(last.label, label)) {
				last.last = index;
			} else {
				parts.push({ label, first: pending ?? index, last: index });
			}
			pending = undefined;
		}
		if (pending !== undefined) parts.push({ label: BLANK, first: pending, last: this.#lines.length - 1 });
		const file = this.#source.name;
		return parts.map(({ label, first, last }) => ({
			...label,
			file,
			lines: { first: first + 1, last: last + 1 },
		}));
	}
}

function withoutDump({ text, actions }: Typed): string {
	if (text === "") return "nothing was typed";
	return actions.some(({ opensShell }) => opensShell)
		? "it opens a shell"
		: "no dump of its output stands below";
}

/** A command as one would type it for one round of a loop. */
function lineOf({ command }: Action): string {
	return command.words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)).join(" ");
}

function isFence(role: FenceRole): boolean {
	return role === "opens" || role === "closes";
}

function sameLabel(a: Label, b: Label): boolean {
	return a.type === b.type && a.what === b.what && a.reason === b.reason;
}
