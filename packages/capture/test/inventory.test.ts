import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostileText } from "../../core/src/testing.ts";
import { COLLECTED_HEAD } from "../src/collected.ts";
import { readDate } from "../src/date.ts";
import { type Capture, captureOfText, inventoryOf, openCapture } from "../src/index.ts";
import { Inventory } from "../src/schema.ts";

const fixtures = new URL("../../../fixtures/", import.meta.url).pathname;

/** The capture of a folder with these files. */
async function captureOfFiles(files: Record<string, string>): Promise<Capture> {
	const root = mkdtempSync(join(tmpdir(), "inventory-"));
	try {
		for (const [name, text] of Object.entries(files)) {
			mkdirSync(dirname(join(root, name)), { recursive: true });
			writeFileSync(join(root, name), text);
		}
		return await openCapture(root);
	} finally {
		rmSync(root, { recursive: true });
	}
}

describe("an inventory", () => {
	it("counts what was read and what was not, with the place of the first remark in the file", () => {
		const text = "$ ipvsadm -Ln\nFWM  258 rr\n\nFWM  2x8 rr\nFWM  2x9 rr\nFWM  259 rr\n";
		const { dumps, totals } = inventoryOf(captureOfText("notes.txt", text));
		expect(dumps).toMatchObject([
			{
				id: "notes.txt:2",
				kind: "ipvsadm-list",
				host: "host",
				place: { type: "host" },
				lines: { first: 2, last: 6 },
				read: 2,
				unparsed: 2,
				diagnostics: [{ code: "ipvsadm/syntax", count: 2, first: { line: 4, column: 6 } }],
			},
		]);
		expect(totals).toEqual({ hosts: 1, places: 1, dumps: 1, read: 2, unparsed: 2, filesPassedOver: 0 });
	});

	it("puts hosts and places in order, the host's own namespace first, and holds every dump once", async () => {
		const capture = await openCapture(`${fixtures}seeds`);
		const { dumps, passedOver, totals } = inventoryOf(capture);
		expect(dumps.map(({ id }) => id).sort()).toEqual(capture.dumps.map(({ id }) => id).sort());
		expect(passedOver).toBe(capture.passedOver);
		const hosts = dumps.map(({ host }) => host);
		expect(hosts).toEqual([...hosts].sort());
		for (const [index, { host, place }] of dumps.entries())
			if (place.type === "host" && dumps[index - 1]?.host === host)
				expect(dumps[index - 1]!.place.type).toBe("host");
		expect(totals.dumps).toBe(capture.dumps.length);
	});

	it("fits its schema, and counts every line that is not blank once, on any text", async () => {
		const recorded = inventoryOf(await openCapture(`${fixtures}seeds`));
		expect(Inventory.parse(recorded)).toEqual(recorded);
		const table = readFileSync(
			`${fixtures}seeds/swarm-access/manager1/netns/ingress_sbox/ipvsadm.txt`,
			"utf8",
		);
		fc.assert(
			fc.property(fc.array(fc.oneof(hostileText([table]), fc.constant(table))), (texts) => {
				const text = texts.join("\n");
				const capture = captureOfText("a.txt", text);
				const found = inventoryOf(capture);
				Inventory.parse(found);
				expect(found.dumps.length).toBe(capture.dumps.length);
				for (const { id, read, unparsed } of found.dumps) {
					const { start, end } = capture.dumps.find((dump) => dump.id === id)!;
					const filled = text
						.slice(start, end)
						.split("\n")
						.filter((line) => line.trim() !== "").length;
					expect(read + unparsed).toBe(filled);
				}
			}),
		);
	});

	it("takes command, time and return code from the collector's list, and refuses a list of another number", async () => {
		const table = "FWM  258 rr\n";
		const row = "2026-11-21T00:16:25Z\t1\tnetns/a b/ipvsadm_-Ln.txt\tipvsadm -Ln\n";
		const found = async (head: string): Promise<unknown> => {
			const files = { "n1/netns/a b/ipvsadm_-Ln.txt": table, "n1/collected.log": `${head}\n${row}` };
			return inventoryOf(await captureOfFiles(files)).dumps[0];
		};
		expect(await found(COLLECTED_HEAD)).toMatchObject({
			host: "n1",
			place: { type: "netns", name: "a b" },
			command: "ipvsadm -Ln",
			time: "2026-11-21T00:16:25Z",
			flaws: [{ type: "failed", text: "the command returned 1" }],
		});
		expect(await found("# netfossil collector 2")).not.toHaveProperty("flaws");
	});
});

it.each([
	["Sat Nov 21 00:16:25 UTC 2026\n", "2026-11-21T00:16:25Z"],
	["Fri Feb  1 19:23:39 GMT 2022\n", "2022-02-01T19:23:39Z"],
	["Sat 21 Nov 2026 12:16:25 AM UTC\n", "2026-11-21T00:16:25Z"],
	["Sat 21 Nov 2026 01:16:25 PM CET\n", "2026-11-21T13:16:25"],
	["Thu Mar 24 15:08:04 +03 2022\n", "2022-03-24T12:08:04Z"],
	["2026-11-21T00:11:27+00:00\n", "2026-11-21T00:11:27Z"],
	["2026-11-21T02:11:27+0200\n", "2026-11-21T00:11:27Z"],
	["2026-11-21 00:11:27.123 UTC", "2026-11-21T00:11:27Z"],
	["2026-11-21 00:11:27", "2026-11-21T00:11:27"],
	["sos_commands/date/date", undefined],
	["Sat Nov 41 00:16:25 UTC 2026", undefined],
	["Sat Foo 21 00:16:25 UTC 2026", undefined],
	["", undefined],
])("date %j is %s", (text, at) => {
	expect(readDate(text)).toBe(at);
});
