/** The exit statuses of the command line. */
export const Exit = {
	fine: 0,
	/** A lost packet. */
	findings: 1,
	/** The command line itself is wrong. */
	usage: 2,
	/** The input could not be read. */
	unreadable: 3,
	/** The evidence does not decide. */
	undecided: 4,
	/** A defect of netfossil itself; sysexits.h calls it EX_SOFTWARE. */
	defect: 70,
} as const;

export type ExitStatus = (typeof Exit)[keyof typeof Exit];

/** Ends a command with a message for the user instead of a result. */
export class Failure extends Error {
	readonly status: ExitStatus;
	/** What the user can do about it. */
	readonly hint: string | undefined;

	constructor(status: ExitStatus, message: string, hint?: string) {
		super(message);
		this.name = "Failure";
		this.status = status;
		this.hint = hint;
	}
}

/** The command line is wrong: the message says what, the hint names the nearest valid form. */
export function usage(message: string, hint?: string): Failure {
	return new Failure(Exit.usage, message, hint);
}

/** Nothing could be read. */
export function unreadable(message: string, hint?: string): Failure {
	return new Failure(Exit.unreadable, message, hint);
}
