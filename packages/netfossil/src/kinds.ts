import { type KindName, kindOf, kinds } from "@netfossil/capture";
import { usage } from "./exit.ts";
import { suggest } from "./nearest.ts";

/** The kinds that are read, by name, in alphabetical order. */
export const kindNames: readonly KindName[] = kinds.map(({ name }) => name).sort();

/** The kind that a user named; throws with the nearest names for one that does not exist. */
export function kindNamed(name: string): KindName {
	const found = kindNames.find((each) => each === name);
	if (found === undefined) throw usage(`there is no kind ${JSON.stringify(name)}`, suggest(name, kindNames));
	return found;
}

/** The kinds with their titles, a line each, for the help. */
export const kindList: string = kindNames
	.map(
		(name) => `  ${name.padEnd(Math.max(...kindNames.map(({ length }) => length)))}  ${kindOf(name).title}`,
	)
	.join("\n");
