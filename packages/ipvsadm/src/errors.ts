import type { Diagnostic } from "@netfossil/core";
import type { ErrorLine, ErrorMeaning } from "./ast.ts";

/** What the kernel answered; `ipvsadm` prints it whatever command it was given. */
const REASON = /^Can't initialize ipvs: (.+)$/;
/** Always the second line of the message, also where the first says that only root may ask. */
const QUESTION = /^Are you sure that IP Virtual Server is built in the kernel or as module\?$/;

const MEANINGS: readonly (readonly [ErrorMeaning, RegExp])[] = [
	["no-module", /Protocol not available/],
	["permission-denied", /Permission denied|Operation not permitted/],
];

const EXPLAINED: Record<ErrorMeaning, string> = {
	"no-module": "the kernel of this host has no IPVS loaded (module ip_vs), so it balances nothing",
	"permission-denied": "the user may not ask for the table of IPVS, so this output says nothing of the host",
	other: "ipvsadm could not ask the kernel, so this output says nothing of the host",
};

/** What a line says in place of a table, and whether it only goes on with the message above it. */
export interface Message {
	readonly meaning: ErrorMeaning;
	readonly goesOn: boolean;
}

/** Undefined for a line that is no message; `before` is the message that stands right above. */
export function readMessage(body: string, before: ErrorLine | undefined): Message | undefined {
	const reason = REASON.exec(body)?.[1];
	if (reason !== undefined) {
		const meaning = MEANINGS.find(([, pattern]) => pattern.test(reason))?.[0] ?? "other";
		return { meaning, goesOn: false };
	}
	if (!QUESTION.test(body)) return undefined;
	return { meaning: before?.meaning ?? "other", goesOn: before !== undefined };
}

/** The diagnostic for a message. */
export function errorDiagnostic(meaning: ErrorMeaning, start: number, end: number): Diagnostic {
	return {
		code: "ipvsadm/error",
		severity: "warning",
		message: EXPLAINED[meaning],
		start,
		end,
		...(meaning === "permission-denied" && { hint: "run the command with sudo" }),
	};
}
