import type { Num } from "@netfossil/core";
import type { TcpOption } from "./ast.ts";

const SHAPE =
	/^(?:(nop|eol|sackOK)|mss (\d+)|wscale (\d+)|TS val (\d+) ecr (\d+)|sack (\d+) ((?:\{\d+:\d+\})+)|tfo {2}(cookiereq)|tfo {2}cookie ([0-9a-f]+)|mptcp (.+))$/d;

/** Reads the TCP options between the brackets; a comma inside an option is followed by a blank. */
export function readOptions(text: string, start: number): TcpOption[] {
	const options: TcpOption[] = [];
	let at = start;
	for (const each of text.split(/,(?! )/)) {
		options.push(readOption(each, at));
		at += each.length + 1;
	}
	return options;
}

function readOption(text: string, start: number): TcpOption {
	const where = { start, end: start + text.length };
	const match = SHAPE.exec(text);
	if (match === null) return { type: "other", text, ...where };
	const num = (group: number): Num => {
		const digits = match[group]!;
		const [from, to] = match.indices![group]!;
		const printed = String(Number(digits)) === digits ? {} : { text: digits };
		return { value: Number(digits), ...printed, start: start + from, end: start + to };
	};
	if (match[1] !== undefined) return { type: match[1] as "nop" | "eol" | "sackOK", ...where };
	if (match[2] !== undefined) return { type: "mss", size: num(2), ...where };
	if (match[3] !== undefined) return { type: "wscale", shift: num(3), ...where };
	if (match[4] !== undefined) return { type: "timestamp", value: num(4), echo: num(5), ...where };
	if (match[6] !== undefined) return readSack(text, match[6], match[7]!, where);
	if (match[8] !== undefined) return { type: "tfo", ...where };
	if (match[9] !== undefined) return { type: "tfo", cookie: match[9], ...where };
	return { type: "mptcp", text: match[10]!, ...where };
}

function readSack(
	text: string,
	count: string,
	list: string,
	where: { start: number; end: number },
): TcpOption {
	const blocks = list
		.slice(1, -1)
		.split("}{")
		.map((block) => {
			const [left, right] = block.split(":");
			return { left: Number(left), right: Number(right) };
		});
	if (String(blocks.length) !== count || printSack(blocks) !== text) return { type: "other", text, ...where };
	return { type: "sack", blocks, ...where };
}

function printSack(blocks: readonly { left: number; right: number }[]): string {
	return `sack ${blocks.length} ${blocks.map(({ left, right }) => `{${left}:${right}}`).join("")}`;
}

/** An option as tcpdump prints it. */
export function printOption(option: TcpOption): string {
	const num = ({ text, value }: Num): string => text ?? String(value);
	switch (option.type) {
		case "mss":
			return `mss ${num(option.size)}`;
		case "wscale":
			return `wscale ${num(option.shift)}`;
		case "timestamp":
			return `TS val ${num(option.value)} ecr ${num(option.echo)}`;
		case "sack":
			return printSack(option.blocks);
		case "tfo":
			return option.cookie === undefined ? "tfo  cookiereq" : `tfo  cookie ${option.cookie}`;
		case "mptcp":
			return `mptcp ${option.text}`;
		case "other":
			return option.text;
		default:
			return option.type;
	}
}
