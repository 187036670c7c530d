import type { Num } from "@netfossil/core";
import { readNumber } from "@netfossil/core/grammar";
import type { TcpOption } from "./ast.ts";

const SHAPE =
	/^(?:mss (\d+)|wscale (\d+)|TS val (\d+) ecr (\d+)|sack (\d+) ((?:\{\d+:\d+\})+)|tfo {2}(cookiereq)|tfo {2}cookie ([0-9a-f]+)|mptcp (.+))$/;

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
	const end = start + text.length;
	if (text === "nop" || text === "eol" || text === "sackOK") return { type: text, start, end };
	const match = SHAPE.exec(text);
	if (match === null) return { type: "other", text, start, end };
	const [, size, shift, value, echo, count, blocks, request, cookie, mptcp] = match;
	// A number that is printed last stands at the end.
	const last = (digits: string): Num => readNumber(digits, end - digits.length, end);
	if (size !== undefined) return { type: "mss", size: last(size), start, end };
	if (shift !== undefined) return { type: "wscale", shift: last(shift), start, end };
	if (value !== undefined) {
		const from = start + "TS val ".length;
		const stamp = readNumber(value, from, from + value.length);
		return { type: "timestamp", value: stamp, echo: last(echo!), start, end };
	}
	if (count !== undefined) return readSack(text, count, blocks!, { start, end });
	if (request !== undefined) return { type: "tfo", start, end };
	if (cookie !== undefined) return { type: "tfo", cookie, start, end };
	return { type: "mptcp", text: mptcp!, start, end };
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
