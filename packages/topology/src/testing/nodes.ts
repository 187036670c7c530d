import type { IpAddress, IpPrefix, MacAddress, Num, Word } from "@netfossil/core";

/** What has no place, because it was not read but made. */
export const nowhere = { start: 0, end: 0 } as const;

/** Of an address as the tools print it. */
export const familyOf = (address: string): 4 | 6 => (address.includes(":") ? 6 : 4);

export const word = (value: string): Word => ({ value, ...nowhere });
export const num = (value: number): Num => ({ value, ...nowhere });
export const ip = (value: string): IpAddress => ({ type: "ip", family: familyOf(value), value, ...nowhere });
export const mac = (value: string): MacAddress => ({ type: "mac", value, ...nowhere });

/** `10.0.0.0/24` */
export function prefix(text: string): IpPrefix {
	const [address, length] = text.split("/") as [string, string];
	return { type: "prefix", family: familyOf(address), address, length: Number(length), ...nowhere };
}
