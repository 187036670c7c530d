// Large rule sets of a docker and kubernetes node, made of the recordings: what a busy node's dump is like.
import { readdirSync, readFileSync } from "node:fs";

const RULES = 20_000;
const root = new URL("../fixtures/iptables/rulesets/", import.meta.url);

/** The recordings of docker and kube-proxy whose name ends so, one after the other. */
function recordings(ending) {
	const texts = [];
	for (const { parentPath, name } of readdirSync(root, { recursive: true, withFileTypes: true })) {
		if (name.endsWith(ending) && /\/(?:docker|kube)[^/]*\//.test(parentPath))
			texts.push(readFileSync(`${parentPath}/${name}`, "utf8"));
	}
	return texts.join("");
}

function repeated(text, isRule, rules) {
	const once = text.split("\n").filter((line) => isRule.test(line)).length;
	return text.repeat(Math.ceil(rules / once));
}

/** The mixes by name, each with its kind. */
export function mixes(rules = RULES) {
	const save = [recordings("save-c.txt"), /^\[\d+:\d+\] -A /];
	const list = [recordings(".nvL.txt"), /^ *\d+[KMGT]? +\d+[KMGT]? /];
	return new Map([
		["iptables-save-20k", { kind: "iptables-save", text: repeated(...save, rules) }],
		["iptables-list-20k", { kind: "iptables-list", text: repeated(...list, rules) }],
	]);
}
