import {
	type Diagnostic,
	eolOf,
	excerpt,
	printLine,
	type SourceLine,
	shellRefusals,
	type Word,
} from "@netfossil/core";
import type { ErrorLine, ErrorMeaning } from "./ast.ts";

/** How docker, podman and nerdctl begin a line that is not output, without the `docker: ` that may stand before. */
const BEGINNINGS = [
	"Error(?: response from daemon)?: ",
	"error during connect: ",
	"(?:Cannot|failed to) connect to (?:the docker (?:daemon|API)|Podman)",
	"(?:Got )?permission denied while trying to connect",
	// docker up to 1.12: `Get http:///var/run/docker.sock/v1.19/containers/json: dial unix /var/run/docker.sock: …`
	String.raw`(?:Get|Post) "?https?:\S+: `,
	"errors pretty printing info$",
	"Status: ",
	"WARNING: ",
	String.raw`client version \S+ is too (?:new|old)\b`,
	"template parsing error: ",
	String.raw`no such [a-z]+: \S+$`,
	// podman: `time="2024-05-02T10:11:12Z" level=warning msg="…"`; nerdctl: `FATA[0000] …`
	String.raw`time="[^"]*" level=\w+ msg=`,
	String.raw`(?:WARN|ERRO|FATA)\[\d{4}\] `,
	"Emulate Docker CLI using podman",
	// Of a command line that docker did not understand.
	"'[^']*' is not a docker command",
	"unknown (?:shorthand )?(?:flag|command): ",
	'"docker [^"]*" (?:requires|accepts) ',
	"(?:See|Run) 'docker ",
];
const ERROR = new RegExp(`^(?:docker: )?(?:${BEGINNINGS.join("|")})`, "i");

const shellRefusal = shellRefusals("docker", "podman", "nerdctl");

/**
 * `Error: No such network: x`, `Error response from daemon: network x not found`, `Error: no such object: x`;
 * podman: `Error: network x: unable to find network with name or ID x: network not found`
 */
const NOT_FOUND = [
	/\bno such [a-z]+: (\S+)/i,
	/\b(?:network|service|container|node|task) (\S+) not found/,
	/\bunable to find network with name or ID ([^\s:]+)/,
];

/**
 * In this order: what docker only warns of may be a file that it must not read (`WARNING: Error loading config file:
 * … permission denied`), and a daemon that cannot be reached may say of its socket `no such file or directory`.
 */
const MEANINGS: readonly (readonly [ErrorMeaning, RegExp])[] = [
	["warning", /^(?:docker: )?(?:WARN|Emulate Docker CLI)|^time="[^"]*" level=warning/i],
	["permission-denied", /permission denied/i],
	[
		"no-daemon",
		/(?:Cannot|failed to|unable to) connect to (?:the docker (?:daemon|API)|Podman)|error during connect|: dial unix /i,
	],
	["not-found", /\bno such \w+\b|\bnot found\b/i],
	["not-a-manager", /not a swarm manager|not part of a swarm/],
	[
		"usage",
		/is not a docker command|^(?:docker: )?(?:unknown (?:shorthand )?(?:flag|command)|"docker |(?:See|Run) ')/,
	],
];

const EXPLAINED: Record<ErrorMeaning, string> = {
	"not-found": "docker knows nothing of that name or id on this host",
	"not-a-manager": "only managers of the Swarm can answer; this host is a worker or in no Swarm",
	"no-daemon": "the docker daemon could not be reached, so this output says nothing of the host",
	"permission-denied": "the user could not reach the docker daemon, so this output says nothing of the host",
	"no-command": "the shell found no such program, so this output says nothing of the host but that",
	usage: "docker did not understand its command line, so this output says nothing of the host",
	warning: "docker warns of this; the output beside it stands",
	other: "docker reports an error",
};

const HINTS: Partial<Record<ErrorMeaning, string>> = {
	"not-a-manager": "run the command on a manager",
	"permission-denied": "run the command with sudo, or as a member of the group docker",
};

/** The node of a line that is a message of docker's; undefined when it is none. */
export function readError(text: string, line: SourceLine): ErrorLine | undefined {
	const message = text.slice(line.start, line.end);
	const meaning = ERROR.test(message) ? meaningOf(message) : shellRefusal(message);
	if (meaning === undefined) return undefined;
	const subject = meaning === "not-found" ? subjectOf(message, line.start) : undefined;
	return {
		type: "error",
		text: message,
		meaning,
		...(subject === undefined ? {} : { subject }),
		start: line.start,
		end: line.next,
		...eolOf(line),
	};
}

function meaningOf(message: string): ErrorMeaning {
	return MEANINGS.find(([, pattern]) => pattern.test(message))?.[0] ?? "other";
}

function subjectOf(message: string, start: number): Word | undefined {
	for (const pattern of NOT_FOUND) {
		const match = pattern.exec(message);
		if (match === null) continue;
		const value = match[1]!;
		const at = start + match.index + match[0].indexOf(value, match[0].indexOf(" "));
		return { value, start: at, end: at + value.length };
	}
	return undefined;
}

/** The diagnostic for a message of docker's. */
export function errorDiagnostic(node: ErrorLine): Diagnostic {
	const hint = HINTS[node.meaning];
	return {
		code: "docker/error",
		severity: node.meaning === "warning" ? "info" : "warning",
		message: EXPLAINED[node.meaning],
		start: node.start,
		end: node.start + node.text.length,
		...(hint === undefined ? {} : { hint }),
	};
}

export function printError(node: ErrorLine): string {
	return printLine(node, node.text);
}

/** The diagnostic for a line that is no part of the listing or document. */
export function strangeLine(text: string, line: SourceLine, kind: string, expected: string[]): Diagnostic {
	const found = excerpt(text.slice(line.start, line.end).trim());
	return {
		code: "docker/syntax",
		severity: "warning",
		message: `${kind} does not print ${found}; the line is kept as it stands`,
		start: line.start,
		end: line.end,
		expected,
	};
}
