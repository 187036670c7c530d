import { captureOfFiles, parseDump } from "@netfossil/capture";
import { describe, expect, it } from "vitest";
import { reconstruct, type Topology, toSvg } from "../src/index.ts";
import { build, filesOf } from "../src/testing.ts";
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

/** Points along a path of SVG: the corners of its lines with what is between them, and some of its curve. */
function pointsOn(path: string): [number, number][] {
	const points: [number, number][] = [];
	let at: [number, number] = [0, 0];
	const lineTo = (to: [number, number]): void => {
		const steps = Math.max(1, Math.ceil((Math.abs(to[0] - at[0]) + Math.abs(to[1] - at[1])) / 4));
		for (let step = 1; step <= steps; step++)
			points.push([at[0] + ((to[0] - at[0]) * step) / steps, at[1] + ((to[1] - at[1]) * step) / steps]);
		at = to;
	};
	for (const [, command, numbers] of path.matchAll(/([MHVC])([-\d. ]+)/g)) {
		const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers!.split(" ").map(Number);
		if (command === "M") at = [a, b];
		else if (command === "H") lineTo([a, at[1]]);
		else if (command === "V") lineTo([at[0], a]);
		else {
			const [x, y] = at;
			for (let step = 1; step <= 50; step++) {
				const [t, u] = [step / 50, 1 - step / 50];
				const bezier = (p: number, q: number, r: number, s: number): number =>
					u ** 3 * p + 3 * u * u * t * q + 3 * u * t * t * r + t ** 3 * s;
				points.push([bezier(x, a, c, e), bezier(y, b, d, f)]);
			}
			at = [e, f];
		}
	}
	return points;
}

/** The lines of a picture that run behind a box, which hides where they go. */
function hiddenIn(topology: Topology): string[] {
	const { lanes, links, lans } = layoutOf(pictureOf(topology));
	const boxes = lanes.flatMap((lane) => lane.boxes);
	const paths = [
		...links.map(({ link, path }) => [link.title, path] as const),
		...lans.flatMap(({ lan, branches }) => branches.map((path) => [lan.name, path] as const)),
	];
	return paths.flatMap(([what, path]) => {
		const behind = boxes.find(({ x, y, width, height }) =>
			pointsOn(path).some(
				([atX, atY]) => atX > x + 0.5 && atX < x + width - 0.5 && atY > y + 0.5 && atY < y + height - 0.5,
			),
		);
		return behind === undefined ? [] : [`${what} behind ${behind.box.id}`];
	});
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

	it("has no line behind a box", () => {
		expect(hiddenIn(topology)).toEqual([]);
	});

	it("is the same whatever the order of the facts", () => {
		const shuffled: Topology = { ...topology, edges: [...topology.edges].reverse() };
		expect(toSvg(shuffled).length).toBe(toSvg(topology).length);
	});
});

describe("a picture of a swarm", () => {
	const host = {
		lans: [0],
		bridgedCard: false,
		naming: "names",
		namespaces: [],
		vlans: [],
		vxlan: false,
		networks: [[]],
	} as const;
	const names = ["a-1", "b-2", "c-3", "d-4", "e-5"];
	const tasks = names.flatMap((_, index) => Array.from({ length: 5 }, () => index));
	const services = [0, 1].map((overlay) => ({ overlay, published: true, tasks }));
	const network = build({
		hosts: names.map((name) => ({ ...host, name })),
		swarm: { overlays: 2, services },
	});
	const topology = reconstruct(captureOfFiles("drawn", filesOf(network)).dumps.map(parseDump));

	it("with 5 hosts and 50 containers has no line behind a box, nor two on one another", () => {
		expect(topology.nodes.filter(({ kind }) => kind === "container").length).toBe(50);
		expect(hiddenIn(topology)).toEqual([]);
		expect(toSvg(topology)).toMatch(/IPVS FWM \d+ <tspan[^>]*>rr → (?:\S+, ){3}\S+ and 21 more</);
		// Lines that go around have their own height each, or they could not be told from one another.
		const heights = layoutOf(pictureOf(topology)).links.flatMap(
			({ path }) => /V([\d.]+)H/.exec(path)?.[1] ?? [],
		);
		expect(heights.length).toBeGreaterThanOrEqual(50);
		expect(new Set(heights).size).toBe(heights.length);
	});

	it("has no line behind a box where a container has a leg on a LAN", () => {
		const files = names.flatMap((name) => [
			{ path: `${name}/ip_addr.txt`, text: interfaceText("eth0", 2, "") },
			{
				path: `${name}/netns/inner/ip_addr.txt`,
				text: interfaceText("lan0", 7, `192.0.2.${name.slice(2)}/24`),
			},
		]);
		const lan = reconstruct(captureOfFiles("lan", files).dumps.map(parseDump));
		expect(pictureOf(lan).lans.length).toBe(1);
		expect(hiddenIn(lan)).toEqual([]);
	});
});

/** What `ip -d addr` prints of a network card, or a macvlan on one. */
function interfaceText(name: string, index: number, address: string): string {
	const lower = index === 7 ? "@if2" : "";
	return `${index}: ${name}${lower}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 02:00:00:00:00:0${index} brd ff:ff:ff:ff:ff:ff promiscuity 0${lower === "" ? "" : "\n    macvlan mode bridge"}
${address === "" ? "" : `    inet ${address} scope global ${name}\n`}`;
}

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
