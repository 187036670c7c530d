import type { IpAddress, IpPrefix, MacAddress, Num, Word } from "@netfossil/core";

/** What has no place, because it was not read but made. */
export const nowhere = { start: 0, end: 0 } as const;

export const word = (value: string): Word => ({ value, ...nowhere });
export const num = (value: number): Num => ({ value, ...nowhere });
export const ip = (value: string): IpAddress => ({ type: "ip", family: 4, value, ...nowhere });
export const mac = (value: string): MacAddress => ({ type: "mac", value, ...nowhere });

/** `10.0.0.0/24` */
export function prefix(text: string): IpPrefix {
	const [address, length] = text.split("/") as [string, string];
	return { type: "prefix", family: 4, address, length: Number(length), ...nowhere };
}
