import { startsAsCommand } from "./commands.ts";

/** A prompt, and what was typed behind it. */
export interface Prompt {
	/** As printed: `docker@manager1:~$`. */
	readonly text: string;
	/** Equal for the prompts of one shell: the host's, or how the prompt is made. */
	readonly shape: string;
	readonly host?: string;
	/** The folder that it shows. */
	readonly directory?: string;
	/** Empty when only Enter was pressed. */
	readonly command: string;
}

/** `docker@manager1:~$ ls`, `(venv) root@h:/etc# ls` */
const USER_AT_HOST =
	/^\s*((?:\([\w.-]+\) )?[A-Za-z_][\w.-]*@([A-Za-z0-9][\w.-]*):([^\s$#]*) ?[$#%])(?:\s+(.*))?$/;
/** `[root@manager1 ~]# ls` */
const BRACKETS = /^\s*(\[[A-Za-z_][\w.-]*@([A-Za-z0-9][\w.-]*)[ :]([^\]]*)\] ?[$#%])(?:\s+(.*))?$/;
/** `node1:~ # ls`, as SUSE has it. */
const HOST_AND_FOLDER = /^\s*(([A-Za-z][\w.-]*):((?:~|\/)\S*) [$#>])(?:\s+(.*))?$/;
/** `[node1] (local) root@192.168.0.18 ~`; Play with Docker has the `$` on the next line. */
const PLAYGROUND = /^\s*(\[([A-Za-z][\w.-]*)\] \((?:local|remote)\) \w+@\S+ (\S+))\s*$/;
/** `/ # ls`, `/app # ls`, `~ $ ls`: busybox */
const FOLDER = /^\s*((\/\S*|~\S*) [#$])(?:\s+(.*))?$/;
/** `bash-5.1# ls`, `sh-4.4$ ls` */
const SHELL_NAME = /^\s*((?:ba|da|a)?sh-\d[\d.]*[$#])(?:\s+(.*))?$/;
/** `# ls`, `$ ls` */
const MARK = /^\s*([$#])\s+(\S.*)$/;

/** Where a line stands: prompts of one character are believed in fences more readily than in prose. */
export type Surroundings = "terminal" | "prose";

/** The prompt at the start of a line. A `#` is one when a command follows: `# node1` is a comment. */
export function readPrompt(line: string, surroundings: Surroundings): Prompt | undefined {
	if (line.length > 8192 || !/[$#%>~]/.test(line)) return undefined;
	const named = USER_AT_HOST.exec(line) ?? BRACKETS.exec(line) ?? HOST_AND_FOLDER.exec(line);
	if (named) {
		const [, text = "", host = "", directory = "", command = ""] = named;
		return { text, shape: `@${host}`, host, directory, command: command.trim() };
	}
	const playground = PLAYGROUND.exec(line);
	if (playground) {
		const [, text = "", host = "", directory = ""] = playground;
		return { text, shape: `@${host}`, host, directory, command: "" };
	}
	const folder = FOLDER.exec(line);
	if (folder && (surroundings === "terminal" || startsAsCommand(folder[3] ?? ""))) {
		const [, text = "", directory = "", command = ""] = folder;
		return { text, shape: `/ ${text.at(-1)}`, directory, command: command.trim() };
	}
	const shell = SHELL_NAME.exec(line);
	if (shell) {
		const [, text = "", command = ""] = shell;
		return { text, shape: text, command: command.trim() };
	}
	const mark = MARK.exec(line);
	if (mark) {
		const [, text = "", command = ""] = mark;
		const believed = text === "$" && surroundings === "terminal" && !/^\d/.test(command);
		// A heading of Markdown, `# ip addr`, has the shape of a root prompt; commands stand in fences there.
		const typed = text === "$" || surroundings === "terminal";
		if (believed || (typed && startsAsCommand(command)))
			return { text, shape: text, command: command.trim() };
	}
	return undefined;
}
