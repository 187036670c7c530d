import type { Span } from "@netfossil/core";
import type { Extension } from "../extension.ts";
import { type Name, type NameList, name, nameList, type Toggle, toggle, translated } from "../values.ts";

/** `-m time --timestart 09:00:00 --timestop 17:00:00`, listed `TIME from 09:00:00 to 17:00:00 UTC` (libxt_time). */
export interface TimeMatch extends Span {
	readonly type: "time";
	readonly timeStart?: Name;
	readonly timeStop?: Name;
	/** Mon, Tue … Where `!` was given both forms print the other days. */
	readonly weekdays?: NameList;
	/** `1`, in a list `1st`. */
	readonly monthDays?: NameList;
	/** `2026-01-01T00:00:00` */
	readonly dateStart?: Name;
	/** 2038-01-19T03:14:07 where a list is silent. */
	readonly dateStop?: Name;
	readonly contiguous?: Toggle;
	/** Times are the kernel's own, not UTC: `--kerneltz`, listed by the absence of `UTC`. */
	readonly kernelZone?: Toggle;
}

const listedDate: typeof name = {
	...name,
	pattern: /\d+-\d\d-\d\d[ T]\d\d:\d\d:\d\d/y,
	read: (printed, start) => ({
		value: printed.replace(" ", "T"),
		start,
		end: start + printed.length,
	}),
	print: ({ value }) => value.replace("T", " "),
};

const ordinal = (day: string): string => {
	const suffix = /^(?:1|21|31)$/.test(day)
		? "st"
		: /^22?$/.test(day)
			? "nd"
			: /^2?3$/.test(day)
				? "rd"
				: "th";
	return `${day}${suffix}`;
};
const listedDays = translated(/\d+[a-z]{2}(?:,\d+[a-z]{2})*/y, (printed) =>
	printed.split(",").map((day) => day.slice(0, -2)),
);

const FORMAT =
	" TIME[ from {timeStart} to {timeStop}][ on {weekdays}][ on {monthDays}][ starting from {dateStart}][ until date {dateStop}]";

export const time: Extension<TimeMatch> = {
	type: "time",
	save: [
		{ flag: "--timestart", key: "timeStart", value: name },
		{ flag: "--timestop", key: "timeStop", value: name },
		{ flag: "--monthdays", key: "monthDays", value: nameList() },
		{ flag: "--weekdays", key: "weekdays", value: nameList() },
		{ flag: "--datestart", key: "dateStart", value: name },
		{ flag: "--datestop", key: "dateStop", value: name },
		{ flag: "--kerneltz", key: "kernelZone", value: toggle },
		{ flag: "--contiguous", key: "contiguous", value: toggle },
	],
	list: [
		{ format: `${FORMAT} UTC[ contiguous{?contiguous}]`, without: ["kernelZone"] },
		{ format: `${FORMAT}{?kernelZone}[ contiguous{?contiguous}]` },
	],
	listValues: {
		weekdays: nameList(/[A-Z][a-z]{2}(?:,[A-Z][a-z]{2})*/y),
		monthDays: {
			...listedDays,
			read: (printed, start) => {
				const node = listedDays.read(printed, start);
				if (node === undefined) return undefined;
				const { text, ...days } = node;
				return days.names.map(ordinal).join(",") === text ? days : node;
			},
			print: ({ names, text }) => text ?? names.map(ordinal).join(","),
		},
		dateStart: listedDate,
		dateStop: listedDate,
	},
	defaults: { dateStop: { value: "2038-01-19T03:14:07" } },
};
