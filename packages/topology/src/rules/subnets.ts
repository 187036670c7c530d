import type { AddressLine } from "../observations.ts";

/** Whether an address tells of the subnet that its interface is on: not loopback, link-local or a VIP. */
export function ownSubnet(row: AddressLine): boolean {
	if (row.interface === "lo") return false;
	if (row.family === 6) return row.length < 128 && !row.address.startsWith("fe80:");
	return row.length < 32 && !row.address.startsWith("127.") && !row.address.startsWith("169.254.");
}

/** Whether an address stands with the length of a single host, as virtual ones do; loopback's own are none. */
export function isHostRoute(row: AddressLine): boolean {
	const whole = row.family === 4 ? 32 : 128;
	return row.length === whole && !row.address.startsWith("127.") && row.address !== "::1";
}
