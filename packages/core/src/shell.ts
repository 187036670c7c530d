/** Why a shell, or sudo, did not run a program. */
export type ShellRefusal = "no-command" | "permission-denied" | "other";

/** `bash: `, `-bash: line 1: `, `sh: 1: `, `/tmp/x.sh: line 3: `, `sudo: ` */
const WHO = String.raw`(?:\S+: )?(?:(?:line )?\d+: )?`;

/** `bash: docker: Kommando nicht gefunden.`: whatever the language, a shell names first what it did not run. */
const SHELL = String.raw`-?(?:\S*/)?(?:ba|da|a|k|z|fi)?sh: (?:\S+ \d+: |\d+: )?`;

/** Without a password sudo runs nothing; it does not say what it was to run. */
const SUDO =
	/^(?:sudo: (?:a password is required|a terminal is required |no tty present |sorry, )|\S+ is not in the sudoers file|Sorry, user \S+ (?:is not allowed to execute|may not run sudo))/;

/**
 * Reads lines that stand in place of what one of some programs would have printed:
 *
 * ```
 * bash: docker: command not found
 * sh: 1: ipvsadm: not found
 * zsh: command not found: docker
 * Command 'docker' not found, but can be installed with:
 * bash: /usr/sbin/ipvsadm: No such file or directory
 * sudo: a password is required
 * ```
 */
export function shellRefusals(...programs: string[]): (line: string) => ShellRefusal | undefined {
	const program = String.raw`(?:\S*/)?(?:${programs.join("|")})`;
	const absent = new RegExp(
		[
			`^${WHO}${program}: (?:command not found|not found)(?:\\.\\.\\.)?[ \\t]*$`,
			`^${WHO}${program}: No such file or directory[ \\t]*$`,
			`^(?:\\S*zsh: command not found|fish: Unknown command):? ${program}[ \\t]*$`,
			`^(?:Command|The program) '${program}' (?:not found|is currently not installed)`,
		].join("|"),
	);
	const denied = new RegExp(`^${WHO}${program}: Permission denied[ \\t]*$`);
	const refused = new RegExp(`^${SHELL}${program} ?: `);
	return (line) => {
		if (absent.test(line)) return "no-command";
		if (denied.test(line) || SUDO.test(line)) return "permission-denied";
		return refused.test(line) ? "other" : undefined;
	};
}
