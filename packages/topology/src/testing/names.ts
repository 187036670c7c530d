/** Names that look drawn but are the same each time: the digits of a hash. */
function digits(seed: string, length: number, alphabet: string): string {
	// Two hashes take turns: one of 32 bits would give two of ten thousand containers one id.
	const states = [hash(seed, 0x811c9dc5), hash(seed, 0x01234567)];
	let text = "";
	for (let at = 0; at < length; at++) {
		const state = (states[at % 2]! + 0x9e3779b9) >>> 0;
		states[at % 2] = state;
		text += alphabet[mix(state) % alphabet.length];
	}
	return text;
}

/** FNV-1a. */
function hash(text: string, basis: number): number {
	let value = basis;
	for (const sign of text) value = Math.imul(value ^ sign.charCodeAt(0), 0x01000193) >>> 0;
	return value;
}

function mix(state: number): number {
	const once = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
	const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
	return (twice ^ (twice >>> 16)) >>> 0;
}

/** An id as the engine gives containers, sandboxes, endpoints and the networks of one host: 64 digits. */
export const hexId = (seed: string): string => digits(seed, 64, "0123456789abcdef");

/** An id as a swarm gives networks, services, tasks and nodes: 25 characters. */
export const swarmId = (seed: string): string => digits(seed, 25, "0123456789abcdefghijklmnopqrstuvwxyz");

/** The Nth address of a subnet, whose first address this is. */
export function nthAddress(first: string, nth: number): string {
	const number = first.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0) + nth;
	return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

/** A MAC that a kernel would draw. */
export const drawnMac = (number: number): string =>
	[
		"ee",
		...[32, 24, 16, 8, 0].map((shift) =>
			(Math.floor(number / 2 ** shift) % 256).toString(16).padStart(2, "0"),
		),
	].join(":");
