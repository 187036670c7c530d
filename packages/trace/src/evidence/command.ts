import { readCommands } from "@netfossil/capture";

/** What a command line of tcpdump asks for, as far as it decides which packets are printed. */
export interface TcpdumpCommand {
	/** `-i`. */
	readonly iface?: string;
	/** The words of the filter expression. */
	readonly filter: readonly string[];
	/** `-c`: it ends after so many packets. */
	readonly count?: number;
	/** `-Q`. */
	readonly direction?: "in" | "out";
}

/** The options that take a value (`SHORTOPTS` in tcpdump.c). */
const VALUED = "BcCEFGijmMQrsTVwWyz";

/** What makes the packets, or the filter, those of something else: `-r`, `-V`, `-F`, `-T`. */
const ELSEWHERE = "rVFT";

/** The long ones that take a value, by their letter. */
const LONG: Readonly<Record<string, string>> = {
	"--buffer-size": "B",
	"--direction": "Q",
	"--interface": "i",
	"--snapshot-length": "s",
	"--time-stamp-precision": "j",
	"--time-stamp-type": "j",
	"--linktype": "y",
};

/**
 * Reads a command line of tcpdump. Undefined where what it prints is not all that its filter lets through, or the
 * filter is elsewhere: a file that is read (`-r`), a filter in a file (`-F`), a pipe into another program.
 */
export function readTcpdump(line: string): TcpdumpCommand | undefined {
	const command = (readCommands(line) ?? []).find(({ words }) => words.some(isTcpdump));
	if (command === undefined || command.pipes.some(([program]) => program !== "tee")) return undefined;
	const words = command.words.slice(command.words.findIndex(isTcpdump) + 1);
	let read: { -readonly [Key in keyof TcpdumpCommand]: TcpdumpCommand[Key] } = { filter: [] };
	const option = (letter: string, value: string): boolean => {
		if (letter === "i") read.iface = value;
		if (letter === "c") read.count = Number(value);
		if (letter === "Q" && (value === "in" || value === "out")) read.direction = value;
		return !ELSEWHERE.includes(letter);
	};
	for (let at = 0; at < words.length; at++) {
		const word = words[at]!;
		if (word === "--") {
			read = { ...read, filter: words.slice(at + 1) };
			break;
		}
		if (word.startsWith("--")) {
			const [name = "", value] = word.split("=", 2);
			const letter = LONG[name];
			if (letter !== undefined && !option(letter, value ?? words[++at] ?? "")) return undefined;
			continue;
		}
		if (!word.startsWith("-")) {
			// Options behind it, which glibc's getopt takes too, are words that no filter has.
			read = { ...read, filter: words.slice(at) };
			break;
		}
		for (let letter = 1; letter < word.length; letter++) {
			const name = word[letter]!;
			if (!VALUED.includes(name)) continue;
			const value = letter + 1 < word.length ? word.slice(letter + 1) : (words[++at] ?? "");
			if (!option(name, value)) return undefined;
			break;
		}
	}
	return read;
}

const isTcpdump = (word: string): boolean => word === "tcpdump" || word.endsWith("/tcpdump");
