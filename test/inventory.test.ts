import { spawnSync } from "node:child_process";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { collectorScript } from "../packages/capture/src/index.ts";
import { Inventory } from "../packages/capture/src/schema.ts";
import { type Output, run } from "../packages/netfossil/src/index.ts";
import { Wanted } from "../packages/topology/src/schema.ts";
import { read, root } from "./workspace.ts";

const seeds = `${root}fixtures/seeds`;
const documents = [
	`${seeds}/documents/000_5be509c29be0ffa5.txt`,
	`${seeds}/documents/003_aecfce794903cd84.txt`,
];

interface Result {
	readonly status: number;
	readonly out: string;
	readonly err: string;
}

async function netfossil(argv: readonly string[], stdout: Partial<Output> = {}, stdin = ""): Promise<Result> {
	const texts = { out: "", err: "" };
	const output = (name: "out" | "err"): Output => ({
		write: (text) => {
			texts[name] += text;
		},
		drained: async () => {},
		color: false,
		terminal: false,
		...(name === "out" && stdout),
	});
	const status = await run(argv, {
		stdin: Readable.from(stdin === "" ? [] : [Buffer.from(stdin)]),
		stdinIsTerminal: stdin === "",
		stdout: output("out"),
		stderr: output("err"),
	});
	return { status, ...texts };
}

describe("inventory", () => {
	it("says the same as text, JSON and NDJSON", async () => {
		const text = await netfossil(["inventory", seeds]);
		const json = await netfossil(["inventory", "--format", "json", seeds]);
		const lines = await netfossil(["inventory", "--format", "ndjson", seeds]);
		expect([text.status, json.status, lines.status]).toEqual([0, 0, 0]);
		const found = Inventory.parse(JSON.parse(json.out));
		const rows = lines.out
			.trimEnd()
			.split("\n")
			.map((line) => JSON.parse(line));
		const rowsOf = (key: string): unknown[] => rows.filter((row) => key in row).map((row) => row[key]);
		expect(rowsOf("dump")).toEqual(found.dumps);
		expect(rowsOf("passedOver")).toEqual(found.passedOver);
		expect(rowsOf("problem")).toEqual(found.problems);
		expect(rows.at(-1)).toEqual({ totals: found.totals });
		expect(text.out.split("\n")[0]).toContain(` ${found.totals.dumps} dumps, `);
		for (const { id } of found.dumps) expect(text.out).toContain(id.replace(/^.*\//, ""));
		expect(text.out.split("\n").filter((line) => / +$/.test(line))).toEqual([]);
	});

	it("sums up what was passed over, and lists it when asked", async () => {
		const short = await netfossil(["inventory", ...documents]);
		expect(short.out).toMatch(/^ +\d+ parts {2}prose$/m);
		expect(short.out).not.toContain("000_5be509c29be0ffa5.txt:1-17");
		const long = await netfossil(["inventory", "--all", ...documents]);
		expect(long.out).toContain("000_5be509c29be0ffa5.txt:1-17  prose: ");
	});

	it("fits a terminal, with colours; NO_COLOR and pipes have none", async () => {
		const wide = (await netfossil(["inventory", seeds])).out;
		expect(Math.max(...wide.split("\n").map((line) => line.length))).toBeGreaterThan(100);
		const { out } = await netfossil(["inventory", seeds], { terminal: true, columns: 100 });
		const rows = out.split("\n").filter((line) => line.startsWith("    "));
		for (const line of rows) expect(line.length, line).toBeLessThanOrEqual(100);
		expect(wide).not.toContain("\x1b");
		expect((await netfossil(["inventory", seeds], { terminal: true, color: true })).out).toContain(
			"\x1b[36m",
		);
	});

	it("obeys nothing that a name holds", async () => {
		const text = "root@n1:~# ip netns exec '\x1b[31mred' ip rule\n0:\tfrom all lookup local\n";
		const { out } = await netfossil(["inventory", "-"], {}, text);
		expect(out).not.toContain("\x1b");
		expect(out).toContain("n1");
	});

	it("lists what there is where nothing is a dump, with status 3", async () => {
		const { status, out } = await netfossil(["inventory", `${root}LICENSE`]);
		expect(status).toBe(3);
		expect(out).toContain("a text without dumps");
	});
});

describe("wanted", () => {
	it("is a script for each host, or JSON that fits its schema", async () => {
		const { status, out } = await netfossil(["wanted", ...documents]);
		expect(status).toBe(0);
		expect(spawnSync("sh", ["-n"], { input: out }).status).toBe(0);
		const json = await netfossil(["wanted", "--format", "json", ...documents]);
		const { wants } = Wanted.parse(JSON.parse(json.out));
		for (const { host } of wants) expect(out).toContain(`\n${host} | ${host}.*)\n`);
		expect((await netfossil(["wanted", ...documents])).out).toBe(out);
		const elsewhere = spawnSync("sh", ["-s", "--", "nobody"], { input: out, encoding: "utf8" });
		expect(elsewhere).toMatchObject({ status: 2 });
		expect(elsewhere.stderr).toContain("hosts: manager1 worker");
	});
});

it("the collector is printed as the library has it", async () => {
	expect(await netfossil(["collector"])).toEqual({ status: 0, out: collectorScript(), err: "" });
	expect((await netfossil(["collector", "x"])).status).toBe(2);
});

describe("docs/capture.md", () => {
	const blocks = Array.from(read("docs/capture.md").matchAll(/```text\n(.*?)```/gs), ([, block]) =>
		block!.trimEnd().split("\n"),
	);

	it.each([
		["inventory", 0],
		["wanted", 1],
	])("shows what %s prints of two articles: every line, in order", async (verb, index) => {
		const printed = (await netfossil([verb, ...documents])).out.split("\n");
		expect(blocks.length).toBe(2);
		let at = 0;
		for (const line of blocks[index]!.filter((each) => each !== "" && each !== "…")) {
			const found = printed.indexOf(line, at);
			expect(found, line).toBeGreaterThanOrEqual(at);
			at = found + 1;
		}
	});
});
