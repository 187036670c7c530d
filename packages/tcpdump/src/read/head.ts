import type { Draft } from "@netfossil/core";
import type { InterfaceColumn, Timestamp } from "../ast.ts";
import type { Fields } from "./fields.ts";

/** Undefined where a sign stands that the form does not have. */
export function timestampOf(f: Fields): Timestamp | undefined {
	const { start, end } = f.whole;
	if (!f.has(7)) return { form: "unknown", seconds: 0, nanoseconds: 0, start, end: end - 1 };
	const fraction = f.text(7)!;
	const clock = f.has(3);
	const seconds = clock
		? Number(f.text(3)) * 3600 + Number(f.text(4)) * 60 + Number(f.text(5))
		: Number(f.text(6));
	const sign = f.text(1);
	if (sign === " " && !clock) return undefined;
	if (sign !== undefined && f.has(2)) return undefined;
	const time = {
		form: f.has(2) ? "date" : !clock ? "epoch" : sign === undefined ? "time" : "delta",
	} as Draft<Timestamp>;
	if (f.has(2)) time.date = f.text(2)!;
	time.seconds = seconds;
	time.nanoseconds = Number(fraction) * (fraction.length === 9 ? 1 : 1000);
	if (fraction.length === 9) time.digits = 9;
	if (sign === "-") time.negative = true;
	time.start = start + (sign === " " ? 1 : 0);
	time.end = end - 1;
	return time;
}

export function interfaceOf(f: Fields): InterfaceColumn {
	return { name: f.word(1), direction: f.word(2), ...f.whole };
}
