import { type Action, readAction } from "./commands.ts";
import { readCommands, type SimpleCommand } from "./shell.ts";

/** `for n in red blue; do echo "# $n"; ip netns exec $n ip a; done` */
export interface Loop {
	readonly variable: string;
	/** What it goes through, where that is written out: `red`, `blue`. */
	readonly values?: readonly string[];
	readonly body: readonly SimpleCommand[];
	/** The line that starts a round; its first group is the value, `# (\S+)`. */
	readonly heading?: RegExp;
}

/** The loop that a command line is; undefined for any other line, and for a loop within a loop. */
export function readLoop(line: string): Loop | undefined {
	const [head, first, ...others] = readCommands(line) ?? [];
	const last = others.pop();
	const [keyword, variable = "", within, ...values] = head?.words ?? [];
	if (keyword !== "for" || !/^\w+$/.test(variable) || within !== "in") return undefined;
	if (first?.words[0] !== "do" || last?.words[0] !== "done") return undefined;
	const plain = [{ ...first, words: first.words.slice(1) }, ...others];
	if (plain.some(({ words }) => /^(?:for|while|until|if|case|do|done)$/.test(words[0] ?? "")))
		return undefined;
	// What is behind `done` is behind each command.
	const body = plain.map((command) => ({
		...command,
		pipes: [...command.pipes, ...last.pipes],
		redirected: command.redirected || last.redirected,
	}));
	const heading = headingOf(body, variable);
	const literal = values.length > 0 && !values.some((value) => /[$`*?[{~]/.test(value));
	return { variable, ...(literal && { values }), body, ...(heading && { heading }) };
}

/** The commands of one round. */
export function actionsOfRound({ variable, body }: Loop, value: string): Action[] {
	const put = (words: readonly string[]): string[] =>
		words.map((word) => word.replace(mention(variable), () => value));
	return body.map((command) =>
		readAction({ ...command, words: put(command.words), pipes: command.pipes.map(put) }),
	);
}

function mention(variable: string): RegExp {
	return new RegExp(`\\$(?:\\{${variable}\\}|${variable}(?!\\w))`, "g");
}

/** What the loop says before anything else in a round, if it says the round's value. */
function headingOf(body: readonly SimpleCommand[], variable: string): RegExp | undefined {
	for (const { words, redirected } of body) {
		const said = spoken(words);
		if (said === undefined || redirected) return undefined;
		// Of `\n== red` only one line tells.
		const line = said.split("\\n").find((each) => mention(variable).test(each));
		if (line === undefined) continue;
		let named = false;
		const pattern = line
			.trim()
			.split(/(\$\([^)]*\)|`[^`]*`|\$\{\w+\}|\$\w+)/)
			.map((part, index) => {
				if (index % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
				if (named || !mention(variable).test(part)) return ".*";
				named = true;
				return "(\\S+)";
			});
		return new RegExp(`^\\s*${pattern.join("")}\\s*$`);
	}
	return undefined;
}

/** What `echo` or `printf` prints. */
function spoken([program, ...words]: readonly string[]): string | undefined {
	if (program === "echo") return words.filter((word) => !/^-[neE]+$/.test(word)).join(" ");
	if (program !== "printf") return undefined;
	const [format = "", ...values] = words;
	return format.replace(/%s/g, () => values.shift() ?? "");
}
