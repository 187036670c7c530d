import { printNumber } from "@netfossil/core/grammar";
import type { Ntp, NtpStatus, NtpTimestamp } from "../ast.ts";
import { Fields } from "../read/fields.ts";
import { type LinesBelow, line, type Printed } from "./lines-below.ts";

/*
 * ntp   := "NTPv" N [", " MODE] ", length " N
 * lines := "\t" [MODE ", "] "Leap indicator: " LEAP " (" N ")" [", Stratum " N [" (" NAME ")"] ", poll " N ["s" | " (" N "s)"] ", precision " N]
 *          "\tRoot Delay: " S ", Root dispersion: " S ", Reference-ID: " ID
 *          { "\t  " NAME " Timestamp:  " S [" (" DATE ")"] } ["\tKey id: " N] ["\tAuthentication: " HEX]
 */

const HEAD = /^NTPv(\d+)(?:, ([A-Za-z][\w ]*))?, length (\d+)$/d;
const STATUS =
	/^\t(?:([A-Za-z][\w ]*), )?Leap indicator: ([^()]*) \((\d+)\)(?:, Stratum (\d+)(?: \(([^()]*)\))?, poll (\d+)(?:(s)| \((\d+)s\)), precision (-?\d+)|, ([A-Z].*))?$/d;
const ROOT = /^\tRoot Delay: ([\d.]+), Root dispersion: ([\d.]+), Reference-ID: (\S+)$/d;
const STAMP =
	/^\t( {2,4})((?:Originator - )?(?:Reference|Originator|Receive|Transmit)) Timestamp:( +)([+-]?\d+\.\d+)(?: \(([^()]*)\))?$/d;
const KEY = /^\tKey id: (\d+)$/d;
const AUTHENTICATION = /^\tAuthentication: ([0-9a-f]+)$/d;

export function readNtp(text: string, start: number): Ntp | undefined {
	const match = HEAD.exec(text);
	if (match === null) return undefined;
	const f = new Fields(match, start);
	const mode = f.has(2) ? { mode: f.word(2) } : {};
	return { type: "ntp", version: f.num(1), ...mode, length: f.num(3), ...f.whole };
}

export function readNtpLines(_: Ntp, lines: LinesBelow): Partial<Ntp> {
	const status = lines.take(STATUS, (f, place): NtpStatus => {
		const poll = f.num.bind(f);
		return {
			...(f.has(1) && { mode: f.word(1) }),
			leap: f.text(2)!,
			leapBits: f.num(3),
			...(f.has(4) && { stratum: f.num(4) }),
			...(f.has(5) && { stratumName: f.text(5)! }),
			...(f.has(7) ? { pollSeconds: poll(6) } : f.has(6) && { poll: poll(6), pollSeconds: poll(8) }),
			...(f.has(9) && { precision: Number(f.text(9)) }),
			...(f.has(10) && { text: f.text(10)! }),
			...place,
		};
	});
	if (status === undefined) return {};
	const root = lines.take(ROOT, (f, place) => ({
		delay: f.word(1),
		dispersion: f.word(2),
		reference: f.word(3),
		...place,
	}));
	const timestamps = lines.takeAll(
		STAMP,
		(f, place): NtpTimestamp => ({
			of: f.text(2) as NtpTimestamp["of"],
			value: f.word(4),
			...(f.has(5) && { date: f.text(5)! }),
			...place,
		}),
	);
	const key = lines.take(KEY, (f, place) => ({ id: f.num(1), ...place }));
	const authentication = lines.take(AUTHENTICATION, (f, place) => ({ digest: f.word(1), ...place }));
	return {
		status,
		...(root && { root }),
		...(timestamps.length > 0 && { timestamps }),
		...(key && { key }),
		...(authentication && { authentication }),
	};
}

export function printNtp({ version, mode, length }: Ntp): string {
	return `NTPv${printNumber(version)}${mode === undefined ? "" : `, ${mode.value}`}, length ${printNumber(length)}`;
}

export function listNtp(node: Ntp): Printed[] {
	return [
		...line(node.status, printStatus),
		...line(
			node.root,
			({ delay, dispersion, reference }) =>
				`\tRoot Delay: ${delay.value}, Root dispersion: ${dispersion.value}, Reference-ID: ${reference.value}`,
		),
		...(node.timestamps ?? []).map((each): Printed => [each, printStamp(each)]),
		...line(node.key, ({ id }) => `\tKey id: ${printNumber(id)}`),
		...line(node.authentication, ({ digest }) => `\tAuthentication: ${digest.value}`),
	];
}

function printStatus(node: NtpStatus): string {
	const { mode, leap, leapBits, stratum, stratumName, poll, pollSeconds, precision, text } = node;
	const fields = [`Leap indicator: ${leap} (${printNumber(leapBits)})`];
	if (mode !== undefined) fields.unshift(mode.value);
	if (stratum !== undefined) {
		const name = stratumName === undefined ? "" : ` (${stratumName})`;
		fields.push(`Stratum ${printNumber(stratum)}${name}`);
	}
	if (pollSeconds !== undefined) {
		const seconds = `${printNumber(pollSeconds)}s`;
		fields.push(poll === undefined ? `poll ${seconds}` : `poll ${printNumber(poll)} (${seconds})`);
	}
	if (precision !== undefined) fields.push(`precision ${precision}`);
	if (text !== undefined) fields.push(text);
	return `\t${fields.join(", ")}`;
}

function printStamp({ of, value, date }: NtpTimestamp): string {
	const difference = of.includes(" - ");
	// The values stand below one another.
	const title = `${difference ? "    " : "  "}${of} Timestamp:`.padEnd(difference ? 37 : 24);
	return `\t${title}${value.value}${date === undefined ? "" : ` (${date})`}`;
}
