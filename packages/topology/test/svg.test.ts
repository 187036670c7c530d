import { describe, expect, it } from "vitest";
import { reconstruct, type Topology, toSvg } from "../src/index.ts";
import { layoutOf } from "../src/write/svg/layout.ts";
import { pictureOf } from "../src/write/svg/picture.ts";
import { documents, dumpsOf, topologyWithCommands } from "./seeds.ts";

/** The elements of a text of XML that are open at its end; throws where one is closed that is not open. */
function unclosed(xml: string): string[] {
	const open: string[] = [];
	for (const [, close, name, , alone] of xml.matchAll(/<(\/?)([a-z]+)((?: [\w:-]+="[^"<]*")*)(\/?)>/gi)) {
		if (close === "") {
			if (alone === "") open.push(name!);
		} else if (open.pop() !== name) throw new Error(`</${name}> closes what is not open`);
	}
	return open;
}

describe("the articles as a picture", async () => {
	const topology = await topologyWithCommands(documents.access, documents.vote, documents.networking);

	it("is drawn", async () => {
		await expect(toSvg(topology)).toMatchFileSnapshot("golden/articles.svg");
	});

	it("shows every interface that has an address beyond loopback's once, in its namespace", () => {
		const { lanes } = pictureOf(topology);
		const shown = lanes.flatMap(({ columns }) =>
			columns.flat().flatMap(({ rows }) => rows.map(({ id }) => id)),
		);
		expect(new Set(shown).size).toBe(shown.length);
		const interfaces = topology.nodes.filter(({ kind, name }) => kind === "interface" && name !== "lo");
		expect(interfaces.length).toBeGreaterThan(10);
		expect(shown).toEqual(expect.arrayContaining(interfaces.map(({ id }) => id)));
	});

	it("has boxes that lie in their lanes and do not overlap", () => {
		for (const { boxes, x, y, width, height } of layoutOf(pictureOf(topology)).lanes) {
			for (const box of boxes) {
				expect(box.x >= x && box.x + box.width <= x + width, box.box.id).toBe(true);
				expect(box.y >= y && box.y + box.height <= y + height, box.box.id).toBe(true);
			}
			for (const [index, a] of boxes.entries()) {
				for (const b of boxes.slice(index + 1)) {
					const apart =
						a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
					expect(apart, `${a.box.id} and ${b.box.id}`).toBe(true);
				}
			}
		}
	});

	it("is the same whatever the order of the facts", () => {
		const shuffled: Topology = { ...topology, edges: [...topology.edges].reverse() };
		expect(toSvg(shuffled).length).toBe(toSvg(topology).length);
	});
});

describe("a picture of anything", () => {
	it("is well-formed where names hold markup and control characters", async () => {
		const hostile = 'x"><script>alert(1)</script>&\u001b[2J\u0000';
		const [first] = await dumpsOf("swarm-vote/manager1/docker_ps.txt");
		const svg = toSvg(
			reconstruct([
				{ ...first!, dump: { ...first!.dump, scope: { host: hostile, place: { type: "host" } } } },
			]),
		);
		expect(unclosed(svg)).toEqual([]);
		expect(svg).not.toContain("<script");
		expect(svg).not.toMatch(/[\x00-\x08\x0b-\x1f]/);
	});

	it("is a picture of nothing where there is nothing", () => {
		expect(unclosed(toSvg(reconstruct([])))).toEqual([]);
	});
});
