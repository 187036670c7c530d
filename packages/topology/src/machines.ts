import type { ParsedDump } from "@netfossil/capture";
import type { Quote } from "./evidence.ts";
import { momentOf, momentOfPath } from "./moments.ts";
import type { InterfaceLine, Observations } from "./observations.ts";

/** Two machines that go by one name, and what tells them apart. */
export interface Namesakes {
	readonly host: string;
	/** What the second one is called here. */
	readonly called: string;
	readonly because: string;
	readonly quotes: readonly Quote[];
}

/** Names of network cards and bonds, whose MACs stay; those of bridges, veths and tunnels come and go. */
const CARD = /^(?:eth|en|em|wl|ib|bond|p\d+p)\w*$/;
/** `sos clean` writes these in place of a card's own. */
const REPLACED = "53:4f:53:";

/**
 * Captures of one host name whose cards have no MAC in common are of two machines: `web1` of two sites, clones with
 * one name. The first one keeps the name. Captures that show no card of each other's are taken to be of one.
 */
export function namesakes(seen: Observations): Namesakes[] {
	const cards = new Map<string, Map<string, Map<string, InterfaceLine>>>();
	for (const line of seen.interfaces) {
		const { mac, name, scope } = line;
		if (scope.place.type !== "host" || mac === undefined || mac.startsWith(REPLACED) || !CARD.test(name))
			continue;
		const moments = cards.get(scope.host) ?? new Map<string, Map<string, InterfaceLine>>();
		const moment = momentOf(line);
		const own = moments.get(moment) ?? new Map<string, InterfaceLine>();
		if (!own.has(name)) own.set(name, line);
		cards.set(scope.host, moments.set(moment, own));
	}
	const found: Namesakes[] = [];
	for (const [host, moments] of cards) {
		const machines: { readonly moment: string; readonly cards: ReadonlyMap<string, InterfaceLine> }[] = [];
		for (const [moment, own] of moments) {
			const other = machines.find((each) => differ(each.cards, own) === undefined);
			if (other !== undefined || machines.length === 0) {
				if (other === undefined) machines.push({ moment, cards: own });
				else if (other.moment !== moment) found.push(...again(found, other.moment, host, moment));
				continue;
			}
			const [one, two] = differ(machines[0]!.cards, own)!;
			machines.push({ moment, cards: own });
			const because = `${one.name} is ${one.mac} in one capture and ${two.mac} in the other, and no card is in both`;
			found.push({ host, called: nameOf(host, moment), because, quotes: [one.quote, two.quote] });
		}
	}
	return found;
}

/** Another capture of a machine that was told apart before. */
function again(found: readonly Namesakes[], first: string, host: string, moment: string): Namesakes[] {
	const known = found.find((each) => each.host === host && each.called === nameOf(host, first));
	return known === undefined ? [] : [{ ...known, called: nameOf(host, moment) }];
}

/** Two cards of one name with different MACs, where none of the machines' MACs is equal. */
function differ(
	one: ReadonlyMap<string, InterfaceLine>,
	two: ReadonlyMap<string, InterfaceLine>,
): readonly [InterfaceLine, InterfaceLine] | undefined {
	const macs = new Set([...one.values()].map(({ mac }) => mac));
	if ([...two.values()].some(({ mac }) => macs.has(mac))) return undefined;
	for (const [name, line] of two) {
		const other = one.get(name);
		if (other !== undefined) return [other, line];
	}
	return undefined;
}

/** `web1@site-b`: by the folder that the capture lies in. */
function nameOf(host: string, moment: string): string {
	const folders = moment.split("/").filter((folder) => folder !== "" && folder !== host);
	return `${host}@${folders.length === 0 ? "other" : folders.join(".")}`;
}

/** The dumps of the second machine, under the name that it has here. */
export function tellApart(dumps: readonly ParsedDump[], found: readonly Namesakes[]): readonly ParsedDump[] {
	if (found.length === 0) return dumps;
	const called = new Set(found.map((each) => each.called));
	return dumps.map((parsed) => {
		const { dump } = parsed;
		const { host } = dump.scope;
		const name = nameOf(host, momentOfPath(host, dump.source.name));
		if (!called.has(name)) return parsed;
		return { ...parsed, dump: { ...dump, scope: { ...dump.scope, host: name } } };
	});
}
