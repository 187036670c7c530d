import { type Conversation, type Side, secondsFrom } from "./conversations.ts";
import type { Exchange } from "./exchanges.ts";
import type { ExchangeCounts, TcpdumpSummary } from "./summary.ts";

/** Rows that people read; programs get all of them as JSON. */
const SHOWN = 20;

/** A summary for people: a paragraph for each thing that was seen. */
export function printSummary(summary: TcpdumpSummary): string {
	const { conversations, dns, http, unansweredArp, unreachable, mtus, paths } = summary;
	const paragraphs = [
		overview(summary),
		section("Protocols", [
			["protocol", "packets", "bytes"],
			...summary.protocols.map(({ name, packets, bytes }) => [name, String(packets), String(bytes)]),
		]),
		section(titled("Conversations, the busiest first", conversations), [
			[
				"protocol",
				"client",
				"server",
				"packets",
				"bytes",
				"seconds",
				"handshake",
				"again",
				"mss",
				"reset by",
			],
			...conversations.slice(0, SHOWN).map(conversation),
		]),
		exchanges("DNS", dns),
		exchanges("HTTP", http),
		section(titled("ARP without an answer", unansweredArp), [
			["asked for", "by", "times"],
			...unansweredArp
				.slice(0, SHOWN)
				.map(({ target, sender, requests }) => [target, sender, String(requests)]),
		]),
		section("Unreachable", [
			["what", "reason", "packets"],
			...unreachable.map(({ what, reason = "", packets }) => [what, reason, String(packets)]),
		]),
		section("Too large for the way", [
			["said by", "mtu", "packets"],
			...mtus.slice(0, SHOWN).map(({ from, mtu, packets }) => [from, String(mtu), String(packets)]),
		]),
		section("Seen at several places", [
			["packets", "places"],
			...paths.slice(0, SHOWN).map(({ places, packets }) => [String(packets), places.join(" → ")]),
		]),
	];
	return `${paragraphs.filter((each) => each !== "").join("\n\n")}\n`;
}

function overview({ packets, unread, first, last, seconds, counted, handshakes }: TcpdumpSummary): string {
	const time = first === undefined ? "" : `, ${first} to ${last}`;
	const lasted = seconds === undefined ? "" : ` (${duration(seconds)})`;
	const shakes = Object.entries(handshakes).filter(([, count]) => count > 0);
	return [
		`${packets} ${packets === 1 ? "packet" : "packets"}${time}${lasted}`,
		...(unread > 0 ? [`not read in full: ${unread}`] : []),
		...Object.entries(counted).map(([of, count]) => `${of}, as tcpdump counted: ${count}`),
		...(shakes.length > 0
			? [`connections of TCP: ${shakes.map(([name, count]) => `${count} ${name}`).join(", ")}`]
			: []),
	].join("\n");
}

function conversation({ protocol, client, server, handshake, first, last }: Conversation): string[] {
	const both = (of: (side: Side) => number): string => `${of(client)}/${of(server)}`;
	const repeated = client.repeated + server.repeated;
	const mss = [client.mss, server.mss].map((each) => each ?? "?").join("/");
	const resets = [client.reset ? "client" : "", server.reset ? "server" : ""].filter((each) => each !== "");
	const time = secondsFrom(first, last);
	return [
		protocol,
		end(client),
		end(server),
		both(({ packets }) => packets),
		both(({ bytes }) => bytes),
		time === undefined ? "" : String(Number(time.toFixed(3))),
		handshake ?? "",
		repeated === 0 ? "" : String(repeated),
		mss === "?/?" ? "" : mss,
		resets.join(", "),
	];
}

function exchanges(
	name: string,
	{ questions, answered, codes, seconds, slowest, unanswered }: ExchangeCounts,
): string {
	if (questions === 0) return "";
	const took =
		seconds === undefined
			? ""
			: ` in ${duration(seconds.least)} to ${duration(seconds.most)}, ${duration(seconds.mean)} on average`;
	const told = Object.entries(codes).map(([code, count]) => `${code} ${count}`);
	const row = ({ what, seconds: waited }: Exchange): string =>
		`  ${waited === undefined ? "no answer" : duration(waited).padStart(9)}  ${what}`;
	return [
		`${name}: ${questions} ${questions === 1 ? "question" : "questions"}, ${answered} answered${took}`,
		...(told.length > 0 ? [`  ${told.join(", ")}`] : []),
		...slowest.slice(0, 3).map(row),
		...unanswered.map(row),
	].join("\n");
}

function titled(title: string, rows: readonly unknown[]): string {
	return rows.length > SHOWN ? `${title} (${SHOWN} of ${rows.length})` : title;
}

/** A table below a title; nothing without rows. Columns of which all cells are empty are left out. */
function section(title: string, [head = [], ...rows]: string[][]): string {
	if (rows.length === 0) return "";
	const filled = head.map((_, column) => rows.some((row) => row[column] !== ""));
	const cells = [head, ...rows].map((row) => row.filter((_, column) => filled[column]));
	const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
	const numeric = widths.map((_, column) => cells.slice(1).every((row) => /^[\d./?]*$/.test(row[column]!)));
	const lines = cells.map((row) =>
		row
			.map((cell, column) =>
				numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
			)
			.join("  ")
			.trimEnd(),
	);
	return [title, ...lines.map((line) => `  ${line}`)].join("\n");
}

function end({ host, port }: Side): string {
	if (port === undefined) return host;
	return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function duration(seconds: number): string {
	if (seconds < 0.001) return `${(seconds * 1e6).toFixed(0)} µs`;
	return seconds < 1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(1)} s`;
}
