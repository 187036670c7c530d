import { visible } from "@netfossil/core";

/*
 * Names come from dumps, which may hold anything: `ip netns` takes no name with a slash, and whoever pastes a command or
 * reads a script must not get what a terminal obeys. A name that begins with `-` is none of these: `ip netns exec -x ip
 * addr` runs in the namespace -x, and no option can stand there.
 */

/** Whether a text holds nothing that a terminal obeys, and is one line. */
export function isPlainText(text: string): boolean {
	return visible(text) === text && !/[\t\u2028\u2029]/.test(text);
}

/** Whether a namespace or a folder can have the name, as both are files. */
export function isFileName(name: string): boolean {
	return name !== "" && name !== "." && name !== ".." && !name.includes("/") && isPlainText(name);
}
