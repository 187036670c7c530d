import type { Draft, Word } from "@netfossil/core";

/** A prompt: `root@h:~# `, `[root@h ~]# `, `$ `, `+ ` (of `set -x`). A `#` alone begins a comment. */
const PROMPT = String.raw`(?:[^\s@]+@[^\s#$%>]+(?: [^\s#$%>]+)?[#$%>] ?|\[[^\]]*\][#$] ?|[$%+] )`;

/**
 * What runs a program as somebody else or in another namespace. A value of an option of nsenter is neither an option nor
 * one of these, for a line that may be read in two ways at each word (`nsenter -a -a -a …`) would take for ever.
 */
const RUNNER = String.raw`(?:(?:sudo|doas|exec|run)(?: -\w+)* +|ip netns exec \S+ +|nsenter (?:-\S+ (?:(?!(?:sudo|doas|exec|run|ip|nsenter) )[^\s-]\S* )?)+)`;

/** `iptables`, `/sbin/ip6tables-legacy`, and the variables that scripts use: `$IPT`, `"${IP6TABLES}"`. */
const PROGRAM = String.raw`(?:(?:\S*\/)?(?:ip6?tables)(?:-nft|-legacy)?|"?\$\{?\w*IP6?T\w*\}?"?)`;

const EDIT = new RegExp(`^${PROMPT}?${RUNNER}*(${PROGRAM})[ \\t]+(?=[-!])`);
const LISTING = new RegExp(`^(?:${PROMPT}|Every [\\d.]+s: )?${RUNNER}*(${PROGRAM}(?:-save)?)(?=[ \\t]|$)`);
const PROMPTED = /^(?:[^\s@]+@[^\s#$%>]+(?: [^\s#$%>]+)?[#$%>]|\[\S+@[^\]]*\][#$])(?=[ \t]|$)/;

/** Where the options of a command that changes rules begin: after `sudo iptables `. */
export function editPrefix(line: string): { readonly end: number; readonly family?: 4 | 6 } | undefined {
	const parts = EDIT.exec(line);
	if (parts === null || isListing(line)) return undefined;
	return { end: parts[0].length, ...familyOf(parts[1]!) };
}

/** A command that lists rules, or any that stands behind a prompt. */
export interface Invocation {
	readonly table?: Word;
	readonly family?: 4 | 6;
}

/** `root@h:~# iptables -t nat -nvL`, `Every 2.0s: iptables -nvL`; undefined: no command. */
export function readInvocation(line: string, start: number): Invocation | undefined {
	const parts = LISTING.exec(line);
	if (parts === null || !(isListing(line) || parts[0].includes("-save")))
		return PROMPTED.test(line) ? {} : undefined;
	const node: Draft<Invocation> = familyOf(parts[1]!);
	const table = /\s(?:-t\s*|--table[= ]\s*)([a-z]+)\b/d.exec(line);
	if (table !== null) {
		const [from, to] = table.indices![1]!;
		node.table = { value: table[1]!, start: start + from, end: start + to };
	}
	return node;
}

/** `-L`, `-nvL`, `-S`, `--list`: the letter may stand among others, of which none takes a value. */
function isListing(line: string): boolean {
	return /^[^"']*?\s(?:-[nvx46wZ]*[LS][nvx46wZ]*|--list(?:-rules)?)(?=\s|$)/.test(line);
}

function familyOf(program: string): { family?: 4 | 6 } {
	if (program.includes("$")) return /6/.test(program) ? { family: 6 } : {};
	return { family: program.includes("ip6tables") ? 6 : 4 };
}
