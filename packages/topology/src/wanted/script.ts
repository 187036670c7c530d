import {
	type Place,
	placeKey,
	type Recipe,
	readCommands,
	recipes,
	savedName,
	saveFunctions,
	saveLine,
	shellComment,
	shellWord,
} from "@netfossil/capture/files";
import { visible } from "@netfossil/core";
import { isFileName, isPlainText } from "../place-names.ts";
import type { Want, Wanted } from "./model.ts";
import { isForAll } from "./wanted.ts";

/** What is wanted, as a script that is run on each host and saves it so that it is read back in its place. */
export function toScript({ wants }: Wanted): string {
	const all = grouped(wants, ({ host }) => host);
	if (all.length === 0) return "#!/bin/sh\n# Nothing is missing that netfossil knows to ask for.\n";
	const hosts = all.filter(([{ host }]) => isPlainText(host));
	const leftOut = all
		.filter(([{ host }]) => !isPlainText(host))
		.map(([{ host }]) => `${shellComment(`left out, for no host is called so: ${visible(host)}`)}\n`)
		.join("");
	if (hosts.length === 0) return `#!/bin/sh\n${leftOut}`;
	const names = hosts.map((ofHost) => ofHost[0]!.host);
	const addresses = names.filter(isAddress);
	return `\
#!/bin/sh
# What is missing for a complete picture, by host and namespace; what would decide most comes first. Run it as root
# on each of these hosts, and read the folders that it makes together with the others:
#
#   sudo sh wanted.sh [HOST]      HOST only where the host calls itself otherwise
#
${names.map((name) => shellComment(`  ${name}`)).join("\n")}
${leftOut}#
# It only reads, and writes nothing outside of the folder netfossil-HOST-TIME and its .tar.gz.

${saveFunctions}
self=$({ hostname || uname -n; } 2>/dev/null)
this=\${1:-$self}
${addresses.length === 0 ? "" : findByAddress(addresses)}
# begin [NAME]: the folder of this host, by the name that the other dumps have of it.
begin() {
	host "netfossil-$(printf '%s\\n' "\${1:-$self}" | tr -c 'A-Za-z0-9.\\n-' _)-$(date -u +%Y%m%d-%H%M%S)" "\${1:-$self}"
}

case $this in
${hosts.map(hostPart).join("")}*)
	tell "nothing is wanted of $this; name the host: sh wanted.sh HOST"
	tell 'hosts:' ${names.map(shellWord).join(" ")}
	exit 2
	;;
esac
own
pack
`;
}

/** Of some hosts nothing is known but an address. */
function isAddress(host: string): boolean {
	return /^[\d.]+$|^[\da-f]*:[\da-f:]+$/.test(host);
}

function findByAddress(addresses: readonly string[]): string {
	return `\
if [ $# -eq 0 ]; then
	for address in ${addresses.map(shellWord).join(" ")}; do
		if ip -o address 2>/dev/null </dev/null | grep -qwF "$address"; then this=$address; fi
	done
fi
`;
}

/** The part of the script for one host. */
function hostPart(wants: readonly Want[]): string {
	const { host } = wants[0]!;
	const lines = grouped(wants, ({ place }) => placeKey(place)).flatMap((here) => ["", ...placePart(here)]);
	const body = lines.map((line) => (line === "" ? "" : `\t${line}`)).join("\n");
	const word = shellWord(host);
	const [pattern, begin] = isAddress(host) ? [word, "begin"] : [`${word} | ${word}.*`, `begin ${word}`];
	return `${pattern})\n\t${begin}\n${body}\n\t;;\n`;
}

function placePart(wants: readonly Want[]): string[] {
	const { place } = wants[0]!;
	const all = wholesale(wants);
	// The same reason is said once, above all that it is the reason for.
	const lines = grouped(wants, ({ why }) => why.join("\n")).flatMap((alike) => [
		...alike[0]!.why.filter((why) => !SELF_EVIDENT.test(why)).map((why) => shellComment(`${visible(why)}:`)),
		...(all === undefined
			? alike.flatMap((want) => [...decisions([want]), ...saving(want)])
			: decisions(alike.filter(({ from }) => from.includes("topology")))),
	]);
	if (all !== undefined) {
		lines.push(all);
		for (const want of wants) if (recipeOf(want)?.where !== "netns") lines.push(...beyond(want, all));
	}
	const [title, enter] = entering(place);
	if (place.type !== "host" && !isFileName(place.type === "netns" ? place.name : place.id))
		return [shellComment(`left out, for no namespace is called so: ${visible(title)}`)];
	return enter === "own"
		? [shellComment(title), "own", ...lines]
		: [shellComment(title), `if ${enter}; then`, ...lines.map((line) => `\t${line}`), "fi"];
}

function decisions(wants: readonly Want[]): string[] {
	return [...new Set(wants.flatMap(({ decides }) => decides))].map((each) =>
		shellComment(`- ${visible(each)}`),
	);
}

/** What saving everything leaves out: commands that are no recipe's. A manager's listings it has where there are any. */
function beyond(want: Want, all: string): string[] {
	return recipeOf(want) === undefined || all === "save_netns" ? saving(want) : [];
}

/** What the command itself says already. */
const SELF_EVIDENT = / was not saved$/;

/** The one line that saves all that is wanted of a place, or of a host, where that is everything. */
function wholesale(wants: readonly Want[]): string | undefined {
	const wanted = new Set(wants.map(recipeOf));
	const hasAll = (where: Recipe["where"]): boolean =>
		recipes.every((recipe) => recipe.where !== where || !isForAll(recipe) || wanted.has(recipe));
	if (!hasAll("netns")) return undefined;
	if (wants[0]!.place.type !== "host") return "save_netns";
	return hasAll("host") && hasAll("docker") ? "save_everything" : undefined;
}

function entering(place: Place): [title: string, enter: string] {
	switch (place.type) {
		case "host":
			return ["the host's own namespace", "own"];
		case "netns":
			return [`namespace ${place.name}`, `netns ${shellWord(place.name)}`];
		case "container":
			return [`container ${place.id}`, `container ${shellWord(place.id)}`];
	}
}

/** The line that saves what is wanted: the recipe's, or the command itself where it is a plain one. */
function saving(want: Want): string[] {
	const recipe = recipeOf(want);
	if (recipe !== undefined) return [saveLine(recipe)];
	const commands = readCommands(bare(want)) ?? [];
	const plain =
		commands.length === 1 && !commands[0]!.words.some((word) => /[$`]/.test(word) || !isPlainText(word));
	// Only what is made of plain words is run; anything else somebody has to read first.
	if (!plain) return [shellComment(`by hand: ${visible(want.command)}`)];
	const name = want.file.replace(/^.*\//, "").replace(/\.txt$/, "");
	return [`save ${shellWord(name)} ${commands[0]!.words.map(shellWord).join(" ")}`];
}

function recipeOf({ kind, file }: Want): Recipe | undefined {
	const name = file.replace(/^.*\//, "");
	return recipes.find((recipe) => recipe.kind === kind && `${savedName(recipe)}.txt` === name);
}

/** The command without what enters the place, which the script has done. */
function bare({ command }: Want): string {
	return command.replace(/^sudo (?:nsenter \S+ |ip netns exec \S+ )?/, "");
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): [Item, ...Item[]][] {
	const groups = new Map<string, [Item, ...Item[]]>();
	for (const item of items) {
		const group = groups.get(keyOf(item));
		if (group) group.push(item);
		else groups.set(keyOf(item), [item]);
	}
	return [...groups.values()];
}
