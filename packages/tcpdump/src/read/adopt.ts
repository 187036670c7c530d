import type { Draft, Span } from "@netfossil/core";
import type { BodyLine, ContinuationLine, Layers } from "../ast.ts";
import { type LineHolder, listLines, readLines } from "../codecs/applications.ts";
import { LinesBelow, printLines } from "../codecs/lines-below.ts";
import { lineHolderOf } from "../nesting.ts";

/** Lets the innermost layer of a fresh packet take its lines below the head; what is left is given back. */
export function adopt(packet: Layers, lines: readonly BodyLine[], indent: string): readonly BodyLine[] {
	const holder = lineHolderOf(packet);
	if (holder === undefined) return lines;
	const own: ContinuationLine[] = [];
	for (const line of lines) {
		if (line.type !== "continuation") break;
		own.push(line);
	}
	const below = new LinesBelow(own, indent);
	const fields = readLines(holder, below);
	const { taken, truncated } = below;
	if (taken === 0) return lines;
	const text = own
		.slice(0, taken)
		.map((line) => line.text + (line.eol ?? "\n"))
		.join("");
	const whole = { ...holder, ...fields } as LineHolder;
	if (printLines(listLines(whole), truncated) !== text) return lines;
	Object.assign(holder, fields, truncated === undefined ? {} : { truncated });
	extend(packet, own[taken - 1]!.end);
	return lines.slice(taken);
}

/** The layers of a packet end where the last line of the innermost does. */
function extend({ transport }: Layers, end: number): void {
	if (transport === undefined) return;
	const payload = transport.type === "tcp" || transport.type === "udp" ? transport.payload : undefined;
	for (const node of [transport, payload]) {
		if (node === undefined) continue;
		(node as Draft<Span>).end = end;
		const within = "inner" in node ? node.inner : "quoted" in node ? node.quoted : undefined;
		if (within === undefined) continue;
		(within as Draft<Span>).end = end;
		extend(within, end);
	}
}
