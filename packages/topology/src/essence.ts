/** Words of `ip` that people cut: `ip a` is `ip address`. */
const WHOLE: readonly (readonly [RegExp, string])[] = [
	[/^(?:a|ad|add|addr|addre|addres)$/, "address"],
	[/^(?:l|li|lin)$/, "link"],
	[/^(?:r|ro|rou|rout)$/, "route"],
	[/^(?:ru|rul|rules)$/, "rule"],
	[/^(?:n|ne|nei|neig|neighbor|neighbour)$/, "neigh"],
];

/** A command without what only tells more of each thing that is listed: `bridge -s -s -d link show` lists what `bridge link` does. */
export function essenceOf(command: string): string {
	const words = command
		.replace(/^sudo /, "")
		.replace(/^ip netns exec \S+ /, "")
		.replace(/^\/(?:usr\/)?s?bin\//, "")
		.split(" ");
	if (/^ip6?tables-save$/.test(words[0]!)) return words.filter((word) => word !== "-c").join(" ");
	if (words[0] !== "ip" && words[0] !== "bridge") return words.join(" ");
	const listed = words.filter(
		(word) => !/^-(?:s|d|o|N|t|p|stats|statistics|details|oneline|timestamp)$/.test(word),
	);
	if (words[0] === "ip") {
		const at = listed.findIndex((word, index) => index > 0 && !word.startsWith("-"));
		const whole = WHOLE.find(([cut]) => cut.test(listed[at] ?? ""))?.[1];
		if (whole !== undefined) listed[at] = whole;
	}
	return listed.join(" ").replace(/ (?:show|list|ls)$/, "");
}
