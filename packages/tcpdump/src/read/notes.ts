import { type Blank, eolOf, type SourceLine, type Word } from "@netfossil/core";
import { readNumber } from "@netfossil/core/grammar";
import type { Banner, Notice, Summary } from "../ast.ts";

const BANNER =
	/^(tcpdump: )?(?:listening on (\S+)|reading from file (.+?)), link-type (\S+?)(?: \(([^\r\n]*?)\))?(?:, (capture size|snapshot length) (\d+)( bytes)?)?$/d;
/** How a banner begins. */
export const START: RegExp = /^(?:listening on|reading from file) \S.*, link-type /;
export const NOTICE: RegExp = /^(?:tcpdump: |dropped privs to |Warning: |Maximum file limit reached: )/;
export const SUMMARY: RegExp =
	/^(\^C)?(?:tcpdump: )?(\d+) packets? (captured|received by filter|dropped by kernel|dropped by interface)$/d;
/** Longer lines are no banners; what the user named in them has limits of its own. */
const MAX_NOTE = 8192;

/** A line of what tcpdump says besides packets. */
export function readNote(line: SourceLine, whole: string): Banner | Notice | Summary | Blank | undefined {
	let end = whole.length;
	// An expression would try each run of blanks within the line.
	while (end > 0 && (whole[end - 1] === " " || whole[end - 1] === "\t")) end--;
	const trailing = whole.slice(end);
	// A mail that quotes puts its sign before each line.
	const indent = /^(?: ?>)*[ \t]*/.exec(whole.slice(0, end))![0];
	const body = whole.slice(indent.length, end);
	const at = line.start + indent.length;
	if (body === "") return { type: "blank", text: whole, ...eolOf(line), start: line.start, end: line.next };
	const place = {
		...(indent !== "" && { indent }),
		...(trailing !== "" && { trailing }),
		...eolOf(line),
		start: line.start,
		end: line.next,
	};
	const banner = body.length > MAX_NOTE ? null : BANNER.exec(body);
	if (banner) {
		const listening = banner[2] !== undefined;
		const bytes = banner[8] !== undefined;
		// A live capture says "bytes" after its limit, a file does not.
		if (banner[7] === undefined || bytes === listening) {
			const f = (group: number): Word => {
				const [from, to] = banner.indices![group]!;
				return { value: banner[group]!, start: at + from, end: at + to };
			};
			const limit = banner[7] !== undefined ? f(7) : undefined;
			return {
				type: "banner",
				of: listening ? "listening" : "reading",
				name: f(listening ? 2 : 3),
				linkType: f(4),
				...(banner[5] !== undefined && { linkDescription: banner[5] }),
				...(limit && {
					limit: {
						value: Number(limit.value),
						...(String(Number(limit.value)) === limit.value ? {} : { text: limit.value }),
						start: limit.start,
						end: limit.end,
					},
					limitName: banner[6] as "capture size" | "snapshot length",
				}),
				...(banner[1] !== undefined && { prefixed: true as const }),
				...place,
			};
		}
	}
	const summary = SUMMARY.exec(body);
	if (summary && !/^(?:\^C)?tcpdump/.test(body)) {
		const [from, to] = summary.indices![2]!;
		const count = readNumber(summary[2]!, at + from, at + to);
		const plural = body.includes(" packets ");
		if (plural === (count.value !== 1)) {
			return {
				type: "summary",
				count,
				of: summary[3] as Summary["of"],
				...(summary[1] !== undefined && { interrupted: true as const }),
				...place,
			};
		}
	}
	if (NOTICE.test(body)) return { type: "notice", text: body, ...place };
	return undefined;
}
