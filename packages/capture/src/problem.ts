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
