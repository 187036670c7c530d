/** The input as a whole cannot be read: there is no such path. */
export class CaptureError extends Error {
	/** What the user can do about it. */
	readonly hint: string;
	/** The path that was named. */
	readonly path: string;

	constructor(path: string, message: string, hint: string) {
		super(message);
		this.name = "CaptureError";
		this.path = path;
		this.hint = hint;
	}
}

/** What kept something from being read, in a few words. */
export function cause(error: unknown): string {
	const { code, message } = error as NodeJS.ErrnoException;
	if (code === "EACCES" || code === "EPERM") return "permission denied";
	return code ?? message;
}

/** What to do about a missing permission. */
export function permissionHint(error: unknown): string | undefined {
	const { code } = error as NodeJS.ErrnoException;
	return code === "EACCES" || code === "EPERM"
		? "dumps saved by root may need: sudo chown -R $USER FOLDER"
		: undefined;
}
