// CPU time of every parser, as a ratio to JSON.parse of the tree that it gives: `npm run bench [NAME…]`. A name is
// a kind, one of the mixes of `mixes.mjs`, or `printing`: of tcpdump's text, reading against printing it.
//
// CPU time instead of wall time, because other work on the machine must not count; the best of several
// rounds, because it takes some twenty to warm up the compiler, and JSON.parse needs none; the kinds take
// turns within a round, so that a slow moment of the machine hits all of them alike. Only the ratio can be
// compared between machines, and only of runs of the same kinds: alone a kind is read faster than among
// others (iptables-save by about a quarter).
import { readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { kindOf, openCapture } from "../packages/capture/dist/index.js";
import { hasControl } from "../packages/core/dist/index.js";
import { mixes } from "./mixes.mjs";
import { againstTcpdump } from "./tcpdump.mjs";

const ROUNDS = 30;
/** Characters of input per kind; recordings are repeated until they are this long. */
const SIZE = 400_000;
/** CPU milliseconds that a measurement lasts at least, for the clock is coarse. */
const LEAST = 30;

const wanted = process.argv.slice(2);
const inputs = [
	...Array.from(await recordings(), ([kind, texts]) => ({ name: kind, kind, text: enlarge(texts) })),
	...Array.from(mixes(), ([name, mix]) => ({ name, ...mix })),
];
const kinds = inputs
	.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
	.sort((a, b) => (a.name < b.name ? -1 : 1))
	.map(prepare);
for (let round = 0; round < ROUNDS; round++) {
	for (const each of kinds) {
		each.parse = Math.min(
			each.parse,
			cpu(() => each.read(each.text)),
		);
		each.json = Math.min(
			each.json,
			cpu(() => JSON.parse(each.tree)),
		);
	}
}
if (kinds.length > 0) report(kinds);
if (wanted.length === 0 || wanted.includes("printing")) await againstTcpdump();

/**
 * The texts of all recorded dumps, by kind; without those from a terminal, for one of them would send all
 * others of its kind, which are joined with it, through the cleaning.
 */
async function recordings() {
	const root = fileURLToPath(new URL("../fixtures/", import.meta.url));
	const folders = readdirSync(root).map((name) => root + name);
	const byKind = new Map();
	for (const folder of folders.filter((path) => statSync(path).isDirectory())) {
		const { dumps } = await openCapture([folder]);
		for (const { kind, source, start, end } of dumps) {
			const text = source.text.slice(start, end);
			if (hasControl(text)) continue;
			const texts = byKind.get(kind) ?? [];
			texts.push(text);
			byKind.set(kind, texts);
		}
	}
	return byKind;
}

function prepare({ name, kind, text }) {
	const read = kindOf(kind).parse;
	const { ast } = read(text);
	const statements = ast.statements ?? [];
	const unread = statements.filter(({ type }) => type === "unparsed").length;
	return { name, text, read, tree: JSON.stringify(ast), unread, parse: Infinity, json: Infinity };
}

/** One large input of a kind's recordings: a large JSON array, or the texts one after the other. */
function enlarge(texts) {
	const items = texts.flatMap((text) => {
		try {
			return JSON.parse(text);
		} catch {
			return [];
		}
	});
	if (items.length > 0) {
		const copies = Math.ceil(SIZE / JSON.stringify(items, null, 4).length);
		return `${JSON.stringify(Array.from({ length: copies }, () => items).flat(), null, 4)}\n`;
	}
	const once = texts.map((text) => (text.endsWith("\n") ? text : `${text}\n`)).join("");
	return once.repeat(Math.ceil(SIZE / once.length));
}

/** CPU milliseconds of one call. */
function cpu(work) {
	let calls = 0;
	const before = process.cpuUsage();
	for (;;) {
		work();
		calls++;
		const { user, system } = process.cpuUsage(before);
		const spent = (user + system) / 1000;
		if (spent >= LEAST) return spent / calls;
	}
}

function report(results) {
	const rows = [["kind", "KB", "lines", "parse ms", "JSON.parse ms", "ratio", "klines/s", "unread"]];
	for (const { name, text, parse, json, unread } of results) {
		const lines = text.split("\n").length - 1;
		rows.push([
			name,
			(text.length / 1000).toFixed(0),
			String(lines),
			parse.toFixed(1),
			json.toFixed(1),
			(parse / json).toFixed(1),
			(lines / parse).toFixed(0),
			String(unread),
		]);
	}
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	for (const row of rows)
		console.log(
			row
				.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
				.join("  "),
		);
}
