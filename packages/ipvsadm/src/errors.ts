import { type Diagnostic, type Report, type SourceLine, shellRefusals } from "@netfossil/core";
import type { ErrorLine, ErrorMeaning } from "./ast.ts";

/** What the kernel answered; `ipvsadm` prints it whatever command it was given. */
const REASON = /^Can't initialize ipvs: (.+)$/;
/** Always the second line of the message, also where the first says that only root may ask. */
const QUESTION = /^Are you sure that IP Virtual Server is built in the kernel or as module\?$/;

/** `modprobe: FATAL: Module ip_vs not found in directory /lib/modules/6.1.0-18-amd64`: ipvsadm tries to load it. */
const MODPROBE = /^modprobe: .*\bip_vs\b/;

const shellRefusal = shellRefusals("ipvsadm", "ipvsadm-save");

const MEANINGS: readonly (readonly [ErrorMeaning, RegExp])[] = [
	["no-module", /Protocol not available/],
	["permission-denied", /Permission denied|Operation not permitted/],
];

const EXPLAINED: Record<ErrorMeaning, string> = {
	"no-module": "the kernel of this host has no IPVS loaded (module ip_vs), so it balances nothing",
	"permission-denied": "the user may not ask for the table of IPVS, so this output says nothing of the host",
	"no-command": "the shell found no ipvsadm, so this output says nothing of what the host balances",
	other: "ipvsadm could not ask the kernel, so this output says nothing of the host",
};

/** The messages of a text, line by line: the second line goes on with the first. */
export class Messages {
	#last: ErrorLine | undefined;

	/** The node of a line that is a message; undefined when it is none. */
	read(body: string, line: SourceLine, report: Report): ErrorLine | undefined {
		const before = this.#last?.end === line.start ? this.#last : undefined;
		const told = toldBy(body);
		if (told === undefined && !QUESTION.test(body)) return undefined;
		const meaning = told ?? before?.meaning ?? "other";
		const goesOn = told === undefined && before !== undefined;
		if (!goesOn) report(errorDiagnostic(meaning, line.start, line.start + body.length));
		this.#last = { type: "error", text: body, meaning, start: line.start, end: line.next };
		return this.#last;
	}
}

/** The meaning of a line that tells it by itself. */
function toldBy(body: string): ErrorMeaning | undefined {
	const reason = REASON.exec(body)?.[1];
	if (reason !== undefined) return meaningOf(reason);
	return MODPROBE.test(body) ? "no-module" : shellRefusal(body);
}

function meaningOf(reason: string): ErrorMeaning {
	return MEANINGS.find(([, pattern]) => pattern.test(reason))?.[0] ?? "other";
}

/** The diagnostic for a message. */
function errorDiagnostic(meaning: ErrorMeaning, start: number, end: number): Diagnostic {
	return {
		code: "ipvsadm/error",
		severity: "warning",
		message: EXPLAINED[meaning],
		start,
		end,
		...(meaning === "permission-denied" && { hint: "run the command with sudo" }),
	};
}
