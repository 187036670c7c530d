import { printLine, printPlain } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { Ss, SsDetail, SsLayout, SsNotice, SsSocket, SsSummary } from "./ast.ts";
import { printDetail } from "./detail.ts";
import { printEnd } from "./end.ts";
import { type Lengths, placesOf, printTitles } from "./layout.ts";

/** Prints a listing as `ss` does, in the columns that it had. */
export function printSs(ast: Ss): string {
	let layout: SsLayout | undefined;
	return ast.statements
		.map((node) => {
			if (node.type === "blank" || node.type === "unparsed") return printPlain(node);
			if (node.type === "socket") {
				layout = node.layout ?? layout;
				return printLine(node, printSocket(node, layout ?? NARROW));
			}
			if (node.type !== "columns") return printLine(node, printSummary(node));
			layout = node.layout;
			return printLine(node, printTitles(node));
		})
		.join("");
}

/** A row without a layout of its own or of the titles, as one may write it: one blank between the fields. */
const NARROW: SsLayout = { netid: 0, state: 0, recvQ: 0, local: 0, peer: 0, peerPort: 0 };

/** A line of `ss -s` or a message, with the tool's own blanks at its end. */
export function printSummary(node: SsSummary | SsNotice): string {
	switch (node.type) {
		case "total":
			return `Total: ${printNumber(node.total)}${node.kernel ? ` (kernel ${printNumber(node.kernel)})` : ""}`;
		case "tcp": {
			const states = node.states.map(
				({ name, count, kernel }) => `${name} ${count}${kernel === undefined ? "" : `/${kernel}`}`,
			);
			const ports = node.ports ? `, ports ${printNumber(node.ports)}` : "";
			return `TCP:   ${printNumber(node.total)} (${states.join(", ")})${ports}`;
		}
		case "transports":
			return "Transport Total     IP        IPv6";
		case "transport": {
			const counts = [node.total, node.ip, node.ipv6].map((count) =>
				(count === undefined ? "-" : printNumber(count)).padEnd(9),
			);
			return `${node.name.value}\t  ${counts.join(" ")}`;
		}
		case "notice":
			return node.text;
	}
}

/** How long the fields of a row are. */
export function lengthsOf(node: SsSocket): Lengths {
	const [local, localPort] = printEnd(node.local);
	const [peer, peerPort] = printEnd(node.peer);
	return {
		netid: node.association ? 0 : node.netid?.value.length,
		state: node.association ? printState(node).length : node.state?.value.length,
		recvQ: printNumber(node.recvQ).length,
		sendQ: printNumber(node.sendQ).length,
		local: local.length,
		localPort: localPort.length,
		peer: peer.length,
		peerPort: peerPort.length,
	};
}

/** A socket with its further lines and the blanks at its end. */
function printSocket(node: SsSocket, layout: SsLayout): string {
	const wide = withColumns(node, layout);
	const places = placesOf(wide, lengthsOf(node))!;
	const [local, localPort] = printEnd(node.local);
	const [peer, peerPort] = printEnd(node.peer);
	let out = (node.netid?.value ?? "").padEnd(places.state);
	out = `${out}${printState(node)}`.padEnd(places.recvQ);
	out = `${out}${printNumber(node.recvQ)}`.padEnd(places.sendQ);
	out = `${out}${printNumber(node.sendQ)}`.padEnd(places.localPort - local.length) + local;
	out = `${out}${localPort}`.padEnd(places.peerPort - peer.length) + peer;
	const details = printDetails(node.details);
	const length = details.replaceAll("\r\n", "\n").length;
	return `${out}${peerPort}`.padEnd(places.details) + details + filling(wide, length);
}

/** An association of SCTP is marked in the column of the state: "`- ESTAB". */
function printState({ association, state }: SsSocket): string {
	return `${association ? "`- " : ""}${state?.value ?? ""}`;
}

/** A layout with the columns that a row has, for one that was put into a table without them. */
function withColumns(node: SsSocket, layout: SsLayout): SsLayout {
	const { netid, state, ...rest } = layout;
	return {
		...(node.netid && { netid: netid ?? 0 }),
		...(node.association && netid !== undefined && { netid }),
		...((node.state || node.association) && { state: state ?? 0 }),
		...rest,
	};
}

export function printDetails(details: readonly SsDetail[]): string {
	let out = "";
	let fresh = false;
	for (const detail of details) {
		if (detail.type === "break") {
			out += `${detail.trailing ?? ""}${detail.eol ?? "\n"}${detail.indent}`;
			fresh = true;
		} else {
			out += `${fresh ? "" : (detail.before ?? " ")}${printDetail(detail)}`;
			fresh = false;
		}
	}
	return out;
}

/**
 * All that stands behind the ends is one field to ss, further lines and their line ends too, and is filled up to the
 * width of the column.
 */
export function filling({ details = 0 }: SsLayout, length: number): string {
	return " ".repeat(Math.max(0, details - length));
}
