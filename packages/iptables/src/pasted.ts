import type { Report } from "@netfossil/core";

/** What word processors and web pages make of the signs that iptables prints. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
	[/[\u2018\u2019\u201a\u201b]|&#(?:39|x27);/, "'"],
	[/[\u201c-\u201f]|&(?:quot|#34);/, '"'],
	[/[\u2010-\u2013]/, "-- or -"],
	[/[\u2014\u2015]/, "--"],
	[/&gt;/, ">"],
	[/&lt;/, "<"],
	[/&amp;/, "&"],
	[/&nbsp;|\u00a0/, "a blank"],
];

/** Comments of a list and quoted texts may hold any sign. */
const FREE = /\/\* .*? \*\/(?![^ \t])|"(?:\\[\s\S]|[^"\\])*"/g;

/** Says so when a line went through a word processor or a web page, for then its words are not what they were. */
export function reportPasted(body: string, start: number, report: Report): void {
	if (!/[^\n\x20-\x7e]|&/.test(body)) return;
	const bare = body.replace(FREE, (free) => " ".repeat(free.length));
	for (const [pattern, plain] of SIGNS) {
		const found = pattern.exec(bare);
		if (found === null) continue;
		report({
			code: "iptables/pasted",
			severity: "warning",
			message: `${JSON.stringify(found[0])} comes from a word processor or a web page, where iptables has ${plain}`,
			start: start + found.index,
			end: start + found.index + found[0].length,
			hint: "copy the text from its source again, as plain text",
		});
		return;
	}
}
