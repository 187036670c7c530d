import { bitsOf } from "./address.ts";

export interface Found<Thing> {
	readonly type: "found";
	readonly value: Thing;
	/** What is taken for granted. */
	readonly assumption?: string;
}

/** The name is wrong, or means several things. */
export interface Failed {
	readonly type: "failed";
	readonly message: string;
	readonly hint?: string;
	/** A name that nothing has, and those that there are. */
	readonly unknown?: { readonly name: string; readonly known: readonly string[] };
}

/** The name is right, but no dump tells what is asked of it. */
export interface Open {
	readonly type: "open";
	readonly text: string;
	readonly host: string;
	readonly command: string;
}

/** What a name stands for, or why it stands for nothing. */
export type Named<Thing> = Found<Thing> | Failed | Open;

export const found = <Thing>(value: Thing, assumption?: string): Found<Thing> => ({
	type: "found",
	value,
	...(assumption !== undefined && { assumption }),
});

/** A name that means several things, each with a name that means it alone. */
export const ambiguous = (
	name: string,
	candidates: readonly { readonly label: string; readonly what: string }[],
): Failed => ({
	type: "failed",
	message: `${name} may be ${candidates.map(({ what }) => what).join(", or ")}`,
	hint: `say which: ${candidates.map(({ label }) => label).join(", ")}`,
});

/** An address or a name, with a port behind it. */
export interface End {
	readonly name: string;
	readonly port?: number;
}

/** `10.0.0.9:443`, `[2001:db8::9]:443`, `web:80`, `2001:db8::9`; `container:1c06334e3589` is a name. */
export function endOf(text: string): Found<End> | Failed {
	const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
	if (text.startsWith("[") && bracketed === null)
		return { type: "failed", message: `${JSON.stringify(text)} is no [ADDRESS]:PORT` };
	const colon = text.lastIndexOf(":");
	const whole = bitsOf(text) !== undefined || colon === -1 || /(?:^|\/)container:[0-9a-f]{12}$/.test(text);
	const [name = "", port] =
		bracketed?.slice(1) ?? (whole ? [text] : [text.slice(0, colon), text.slice(colon + 1)]);
	if (name === "") return { type: "failed", message: `${JSON.stringify(text)} names nobody` };
	if (port === undefined) return found({ name });
	if (port === "") return { type: "failed", message: `${JSON.stringify(text)} has no port behind its colon` };
	if (!/^\d{1,5}$/.test(port) || Number(port) > 65535)
		return {
			type: "failed",
			message: `${port} is no port`,
			hint: `ports go from 0 to 65535${name.includes(":") ? "; an address of IPv6 with a port is written [2001:db8::9]:443" : ""}`,
		};
	return found({ name, port: Number(port) });
}
