import { bitsOf, textOf } from "./address.ts";
import { endText } from "./packet.ts";
import type { Branch } from "./walk.ts";

/** What a question takes for granted, so that what the dumps leave open is decided (`--assume`). */
export interface Premises {
	/** The connection was made before: its packets are ESTABLISHED, translated as its first one was. */
	readonly established?: boolean;
	/** Whether something listens where no dump of the sockets tells. */
	readonly listening?: boolean;
	/** Namespaces of which no dump tells the rules have none. */
	readonly noRules?: boolean;
	/** Which of several servers, or ways, it is: an address, with a port or without. */
	readonly backend?: { readonly address: string; readonly port?: number };
}

/** What a premise may settle. */
export type Subject = "listening" | "rules";

/** The way that a premise takes, of those that a question has; undefined where nothing is assumed. */
export function settled({ listening, noRules }: Premises, about: Subject | undefined): number | undefined {
	if (about === "listening" && listening !== undefined) return listening ? 0 : 1;
	return about === "rules" && noRules === true ? 0 : undefined;
}

/** The way whose label is the backend; undefined where none is. */
export function wanted({ backend }: Premises, labels: readonly string[]): number | undefined {
	if (backend === undefined) return undefined;
	const at = labels.findIndex((label) => isBackend(backend, label));
	return at === -1 ? undefined : at;
}

/** A label is an address, or that with a port, where 0 stands for the one that was asked for. */
function isBackend({ address, port }: NonNullable<Premises["backend"]>, label: string): boolean {
	if (label === address) return true;
	const own = label.startsWith(`${address}:`) ? label.slice(address.length + 1) : undefined;
	return (
		own !== undefined && /^\d+$/.test(own) && (port === undefined || own === "0" || Number(own) === port)
	);
}

/** Whether a way leads to a backend. */
export function leadsTo({ run, fate }: Branch, backend: NonNullable<Premises["backend"]>): boolean {
	const { address, port } = backend;
	const packet = "packet" in fate ? fate.packet : run.forth.packet;
	return (
		run.choices.some(({ label }) => isBackend(backend, label)) ||
		[...run.forth.hops, ...(packet ? [packet] : [])].some(
			({ dst, dport }) => dst === address && (port === undefined || dport === port),
		)
	);
}

/** What may be assumed of a flow: as `--assume` takes it. */
export function fitting(branches: readonly Branch[]): string[] {
	const abouts = new Set(branches.flatMap(({ run }) => run.choices.map(({ question }) => question.about)));
	// Ways that part for want of a dump are no servers to choose from.
	const thrown = branches.filter(({ run }) => run.choices.some(({ question }) => question.kind === "chance"));
	const backends = endsOf(thrown.filter(({ fate }) => fate.type !== "unknown"));
	// Where every way breaks off, all that is known is whom the packet was for last.
	if (backends.size === 0) for (const each of endsOf(thrown)) backends.add(each);
	return [
		"established",
		...(abouts.has("listening") ? ["listening", "not-listening"] : []),
		...(abouts.has("rules") ? ["no-rules"] : []),
		...(backends.size > 1 ? [...backends].map((each) => `backend=${each}`) : []),
	];
}

/** Whom packets were for at the ends of their ways. */
function endsOf(branches: readonly Branch[]): Set<string> {
	return new Set(
		branches.flatMap(({ run, fate }) => {
			const { dst, dport } = ("packet" in fate ? fate.packet : run.forth.packet) ?? {};
			return dst === undefined ? [] : [endText(dst, dport)];
		}),
	);
}

/** Reads what `--assume` was given; a text says what is wrong with it. */
export function readPremises(words: readonly string[]): Premises | string {
	let premises: Premises = {};
	for (const word of words) {
		const [, backend] = /^backend=(.+)$/.exec(word) ?? [];
		if (backend !== undefined) {
			if (premises.backend !== undefined) return "--assume takes one backend";
			const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(backend) ?? [];
			const bits = bitsOf(bracketed ?? plain ?? backend);
			if (bits === undefined || Number(port ?? 0) > 65535) return `--assume ${word} names no address`;
			premises = { ...premises, backend: { address: textOf(bits), ...(port && { port: Number(port) }) } };
			continue;
		}
		const known = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
		if (known === undefined) return `--assume does not know ${JSON.stringify(word)}`;
		if (known.listening !== undefined && premises.listening === !known.listening)
			return "--assume cannot take both listening and not-listening";
		premises = { ...premises, ...known };
	}
	return premises;
}

const WORDS: Readonly<Record<string, Premises>> = {
	established: { established: true },
	listening: { listening: true },
	"not-listening": { listening: false },
	"no-rules": { noRules: true },
};

/** In words, each as a sentence says it. */
export function premisesText({ established, listening, noRules, backend }: Premises): string[] {
	return [
		...(established ? ["the connection is established"] : []),
		...(listening === undefined
			? []
			: [`${listening ? "something" : "nothing"} listens where no dump tells`]),
		...(noRules ? ["there are no rules where no dump tells them"] : []),
		...(backend ? [`it goes to ${endText(backend.address, backend.port)}`] : []),
	];
}
