import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Capture, captureOfStream, openCapture } from "../src/index.ts";
import { tarOf } from "./tar.ts";

const ADDRESS = "1: lo: <LOOPBACK,UP> mtu 65536 qdisc noqueue\n    inet 127.0.0.1/8 scope host lo\n";
const ROUTE = "default via 10.0.0.1 dev eth0\n10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.2\n";

let root: string;
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), "archives-"));
});
afterEach(() => {
	rmSync(root, { recursive: true, force: true });
});

function write(name: string, content: string | Uint8Array): string {
	const path = join(root, name);
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, content);
	return path;
}

const has = (tool: string): boolean => {
	try {
		execFileSync(tool, ["--version"], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
};

function rows({ dumps }: Capture): string[] {
	return dumps.map(({ id, kind, scope }) => {
		const { place } = scope;
		const at = place.type === "host" ? "" : ` ${place.type === "netns" ? place.name : place.id}`;
		return `${id} ${kind} ${scope.host}${at}`;
	});
}

const told = ({ problems }: Capture): string[] => problems.map(({ file, message }) => `${file}: ${message}`);

/** Text that packs badly, so that damage to an archive hits its middle. */
function noise(lines: number): string {
	let state = 1;
	return Array.from({ length: lines }, () => {
		state = (state * 48271) % 2147483647;
		return `10.${state % 256}.${(state >> 8) % 256}.${(state >> 16) % 256} via 10.0.0.${state % 250} dev eth${state % 90}\n`;
	}).join("");
}

describe.skipIf(!has("tar"))("an archive that tar made", () => {
	const long = `${"long-folder-name/".repeat(12)}node3`;

	beforeEach(() => {
		write("in/node1/hostname", "manager1\n");
		write("in/node1/ip_a.txt", ADDRESS);
		write("in/node1/netns/red/ip_r.txt", ROUTE);
		write(`in/${long}/ip_a.txt`, ADDRESS);
		write("in/nöde2/ip_a.txt", ADDRESS);
	});

	it.each([
		["gnu", []],
		["oldgnu", []],
		["posix", []],
		["gnu", ["-z"]],
		["posix", ["-z"]],
		...(has("xz") ? ([["gnu", ["-J"]]] as [string, string[]][]) : []),
	])("in the format %s with %j gives what the folder gives", async (format, options) => {
		const archive = join(root, "out.archive");
		execFileSync("tar", ["-C", join(root, "in"), `--format=${format}`, ...options, "-cf", archive, "."]);
		const [packed, folder] = [await openCapture(archive), await openCapture(join(root, "in"))];
		expect(packed.problems).toEqual([]);
		expect(rows(packed)).toEqual([
			`${long}/ip_a.txt ip-address node3`,
			"node1/ip_a.txt ip-address manager1",
			"node1/netns/red/ip_r.txt ip-route manager1 red",
			"nöde2/ip_a.txt ip-address nöde2",
		]);
		expect(rows(packed)).toEqual(rows(folder));
		expect(packed.passedOver).toEqual(folder.passedOver);
	});

	it.skipIf(!has("xz"))(
		"keeps its name where it lies in a folder, in an archive, or among others",
		async () => {
			write("collect/notes.txt", "hello\n");
			execFileSync("tar", ["-C", join(root, "in"), "-cJf", join(root, "collect/sos1.tar.xz"), "node1"]);
			const inner = ["node1/ip_a.txt ip-address manager1", "node1/netns/red/ip_r.txt ip-route manager1 red"];
			expect(rows(await openCapture(join(root, "collect")))).toEqual(
				inner.map((each) => `sos1.tar.xz/${each}`),
			);

			execFileSync("tar", ["-C", root, "-czf", join(root, "all.tgz"), "collect"]);
			const nested = inner.map((each) => `collect/sos1.tar.xz/${each}`);
			expect(rows(await openCapture(join(root, "all.tgz")))).toEqual(nested);

			const other = write("other/ip_a.txt", ADDRESS);
			expect(rows(await openCapture([join(root, "all.tgz"), other]))).toEqual([
				...nested.map((each) => `all.tgz/${each}`),
				"ip_a.txt ip-address other",
			]);
		},
	);
});

describe("a packed file", () => {
	it("of gzip is read as what it holds, and keeps its name", async () => {
		write("node1/ip_a.txt.gz", gzipSync(ADDRESS));
		write("node1/iptables-save.gz", gzipSync("*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n"));
		expect(rows(await openCapture(root))).toEqual([
			"node1/ip_a.txt.gz ip-address node1",
			"node1/iptables-save.gz iptables-save node1",
		]);
	});

	it.skipIf(!has("xz"))("of xz too", async () => {
		const path = write("node1/ip_a.txt", ADDRESS);
		execFileSync("xz", [path]);
		expect(rows(await openCapture(`${path}.xz`))).toEqual(["ip_a.txt.xz ip-address node1"]);
	});

	it.each([
		["bzip2", Buffer.from("BZh91AY&SY")],
		["zstd", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0])],
		["zip", Buffer.from("PK\u0003\u0004")],
		["7z", Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c])],
	])("of %s is not read, and it is said what to do", async (format, bytes) => {
		write("node1/sos.archive", bytes);
		const { passedOver } = await openCapture(root);
		expect(passedOver).toMatchObject([{ file: "node1/sos.archive", what: `a ${format} archive` }]);
		expect(passedOver[0]?.reason).toContain("unpack it first");
	});
});

describe("a damaged archive gives what came before the fault, and the fault", () => {
	const members = [
		{ path: "node1/ip_a.txt", content: ADDRESS },
		{ path: "node1/ip_r.txt", content: noise(20_000) },
		{ path: "node1/late_ip_a.txt", content: ADDRESS },
	];
	const tar = tarOf(members);

	it("cut off within a file: the dump is marked as a part", async () => {
		const capture = await openCapture(write("cut.tar", tar.subarray(0, 300_000)));
		expect(rows(capture)).toEqual(["node1/ip_a.txt ip-address node1", "node1/ip_r.txt ip-route node1"]);
		expect(capture.dumps[0]).not.toHaveProperty("flaws");
		expect(capture.dumps[1]?.flaws).toEqual([{ type: "cut", text: "the archive ends within this file" }]);
		// Three blocks of 512 bytes stand before it: two headers and the padded first file.
		expect(capture.dumps[1]?.end).toBe(300_000 - 3 * 512);
		expect(told(capture)).toEqual([
			"node1/ip_r.txt: the archive ends within this file; the 291.5 KiB before it were read",
		]);
	});

	it("cut off between files, or within a header", async () => {
		const between = await openCapture(write("a.tar", tar.subarray(0, 1024)));
		expect([rows(between), told(between)]).toEqual([["node1/ip_a.txt ip-address node1"], []]);
		const within = await openCapture(write("b.tar", tar.subarray(0, 1200)));
		expect(rows(within)).toEqual(["node1/ip_a.txt ip-address node1"]);
		expect(told(within)).toEqual(["b.tar: the archive ends within a header"]);
	});

	it("with a header that is none", async () => {
		const broken = Buffer.from(tar);
		broken.write("garbage", 1024);
		const capture = await openCapture(write("c.tar", broken));
		expect(rows(capture)).toEqual(["node1/ip_a.txt ip-address node1"]);
		expect(told(capture)).toEqual(["c.tar: the archive is damaged: what should be a header is none"]);
	});

	it("with a size that is a lie", async () => {
		const lie = tarOf([members[0]!, { path: "node1/ip_r.txt", content: ROUTE, size: 8 ** 11 - 1 }]);
		const capture = await openCapture(write("d.tar", lie));
		// Its content runs on into the zeros behind it, which are no text.
		expect(rows(capture)).toEqual(["node1/ip_a.txt ip-address node1"]);
		expect(told(capture)[0]).toMatch(/^node1\/ip_r.txt: the archive ends within this file/);
	});

	it.each([
		["cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
		[
			"with other bytes in its middle",
			(bytes: Buffer) => Buffer.from(bytes).fill(0x55, bytes.length >> 1, (bytes.length >> 1) + 64),
		],
	])("gzip %s", async (_, damage) => {
		const capture = await openCapture(write("e.tar.gz", damage(gzipSync(tar))));
		expect(rows(capture)).toEqual(["node1/ip_a.txt ip-address node1", "node1/ip_r.txt ip-route node1"]);
		// About half of the routes came before the fault.
		expect(capture.dumps[1]!.end).toBeGreaterThan(members[1]!.content.length / 3);
		expect(members[1]!.content.startsWith(capture.dumps[1]!.source.text.slice(0, 200_000))).toBe(true);
		expect(capture.dumps[1]?.flaws?.[0]?.text).toMatch(/^the gzip data is damaged or cut off/);
		expect(told(capture).join("\n")).toMatch(/node1\/ip_r.txt: the gzip data is damaged or cut off/);
	});

	it.skipIf(!has("xz")).each([
		["cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
		[
			"with other bytes in its middle",
			(bytes: Buffer) => Buffer.from(bytes).fill(0x55, bytes.length >> 1, (bytes.length >> 1) + 64),
		],
	])("xz %s", async (_, damage) => {
		execFileSync("xz", [write("f.tar", tar)]);
		const capture = await openCapture(write("f.tar.xz", damage(readFileSync(join(root, "f.tar.xz")))));
		expect(rows(capture)[0]).toBe("node1/ip_a.txt ip-address node1");
		expect(told(capture)[0]).toMatch(/the xz data is damaged or cut off/);
	});

	it.skipIf(!has("xz"))(
		"xz that is no text within, and is left in its middle, ends nothing else",
		async () => {
			execFileSync("xz", ["-0", write("zeros", new Uint8Array(64 << 20))]);
			// A file of many parts, of which the first tells enough.
			const one = readFileSync(join(root, "zeros.xz"));
			write("zeros.xz", Buffer.concat(Array<Buffer>(100).fill(one)));
			write("node1/ip_a.txt", ADDRESS);
			const capture = await openCapture([join(root, "zeros.xz"), join(root, "node1")]);
			// What the stream has on its way comes after it was left.
			await new Promise((resolve) => setTimeout(resolve, 100));
			expect(rows(capture)).toEqual(["node1/ip_a.txt ip-address node1"]);
			expect(capture.passedOver.map(({ what }) => what)).toEqual(["a binary file"]);
		},
	);

	it("of any kind never throws, and always says so or gives everything", async () => {
		const whole = gzipSync(tar);
		for (let at = 20; at < whole.length; at += 7919) {
			const broken = Buffer.from(whole);
			broken[at]! ^= 0xff;
			const capture = await openCapture(write("g.tar.gz", broken));
			expect(capture.problems.length + capture.passedOver.length, `byte ${at}`).toBeGreaterThan(0);
		}
	});
});

describe("an archive that is made to harm", () => {
	it("leads nowhere outside, by paths or links, and has no devices", async () => {
		const capture = await openCapture(
			write(
				"evil.tar",
				tarOf([
					{ path: "../ip_a.txt", content: ADDRESS },
					{ path: "/etc/ip_a.txt", content: ADDRESS },
					{ path: "node1/../../ip_a.txt", content: ADDRESS },
					{ path: "C:\\ip_a.txt", content: ADDRESS },
					{ path: "node1/out_ip_a", type: "2", target: "../../etc/passwd" },
					{ path: "node1/root_ip_a", type: "2", target: "/etc/passwd" },
					{ path: "node1/near_ip_a", type: "2", target: "./ip_a.txt" },
					{ path: "node1/same_ip_a", type: "1", target: "node1/ip_a.txt" },
					{ path: "node1/null", type: "3" },
					{ path: "node1/fifo", type: "6" },
					{ path: "node1/ip_a.txt", content: ADDRESS },
				]),
			),
		);
		expect(rows(capture)).toEqual(["node1/ip_a.txt ip-address node1"]);
		expect(told(capture).sort()).toEqual(
			[
				"../ip_a.txt: the path leads out of the archive; it was not read",
				"/etc/ip_a.txt: the path leads out of the archive; it was not read",
				"C:\\ip_a.txt: the path leads out of the archive; it was not read",
				"node1/../../ip_a.txt: the path leads out of the archive; it was not read",
				"node1/out_ip_a: the link leads out of the archive; it was not followed",
				"node1/root_ip_a: the link leads out of the archive; it was not followed",
			].sort(),
		);
		expect(capture.passedOver.map(({ file, what }) => `${file}: ${what}`)).toEqual([
			"node1/fifo: a device, pipe or socket",
			"node1/near_ip_a: a link to node1/ip_a.txt",
			"node1/null: a device, pipe or socket",
			"node1/same_ip_a: a link to node1/ip_a.txt",
		]);
	});

	const limitTold = async (limits: object, path: string): Promise<string[]> => {
		const { problems } = await openCapture(path, { limits });
		return problems.map(({ message, hint }) => `${message} (${hint})`);
	};

	it("stops at the limits of size, of files, of depth and of the ratio, and says how to raise them", async () => {
		const files = Array.from({ length: 20 }, (_, index) => ({
			path: `node1/${index}_ip_a.txt`,
			content: ADDRESS,
		}));
		const many = write("many.tar", tarOf(files));
		expect(await limitTold({ maxFiles: 10 }, many)).toEqual([
			"there are more than the 10 files that are read; nothing more was read (if that is meant, raise it: --max-files)",
		]);
		expect(rows(await openCapture(many, { limits: { maxFiles: 10 } })).length).toBeGreaterThan(5);
		expect(await limitTold({ maxSize: 4096 }, many)).toEqual([
			"there is more than the 4 KiB that are read; nothing more was read (if that is meant, raise it: --max-size)",
		]);

		const deep = write("deep.tar", tarOf([{ path: `${"d/".repeat(40)}ip_a`, content: ADDRESS }]));
		expect((await limitTold({}, deep))[0]).toContain("it lies more than 32 folders deep");

		let within = tarOf([{ path: "node1/ip_a.txt", content: ADDRESS }]);
		for (let depth = 0; depth < 8; depth++) within = tarOf([{ path: `${depth}.tar`, content: within }]);
		expect((await limitTold({}, write("within.tar", within)))[0]).toContain("archives within one another");

		// 100 MiB of blanks in some 100 KB
		const bomb = gzipSync(tarOf([{ path: "node1/ip_a.txt", content: Buffer.alloc(100 << 20, " ") }]));
		const path = write("bomb.tar.gz", bomb);
		expect((await limitTold({ maxRatio: 100, maxFile: 1 << 30 }, path))[0]).toBe(
			"it unpacks to more than 100 times its size, as archives do that are made to harm; nothing more of it was read (if that is meant, raise it: --max-ratio)",
		);
	});

	it("does not spoil what lies beside it", async () => {
		write("node1/ip_a.txt", ADDRESS);
		write("node1/a.tar.gz", gzipSync(tarOf([{ path: "x_ip_a.txt", content: Buffer.alloc(100 << 20, " ") }])));
		write("node1/b_ip_r.txt", ROUTE);
		const capture = await openCapture(root, { limits: { maxRatio: 100 } });
		expect(rows(capture)).toEqual(["node1/b_ip_r.txt ip-route node1", "node1/ip_a.txt ip-address node1"]);
		expect(told(capture)[0]).toMatch(/^node1\/a.tar.gz: it unpacks to more than 100 times its size/);
	});

	it("is not read where the folder that it unpacks to lies beside it", async () => {
		write("node1/ip_route.txt", ROUTE);
		write("node1.tar.gz", gzipSync(tarOf([{ path: "node1/ip_route.txt", content: ROUTE }])));
		write("node2.tar", tarOf([{ path: "node2/ip_route.txt", content: ROUTE }]));
		const capture = await openCapture(root);
		expect(capture.dumps.map(({ source }) => source.name)).toEqual([
			"node1/ip_route.txt",
			"node2.tar/node2/ip_route.txt",
		]);
		expect(capture.passedOver).toMatchObject([
			{ file: "node1.tar.gz", what: "an archive that was unpacked beside it" },
		]);
	});

	it("may have names that are no UTF-8", async () => {
		const name = Buffer.from([...Buffer.from("node1/ip_"), 0xff, 0xfe, ...Buffer.from("_ip_a.txt")]);
		expect(rows(await openCapture(write("n.tar", tarOf([{ path: name, content: ADDRESS }]))))).toEqual([
			"node1/ip_\ufffd\ufffd_ip_a.txt ip-address node1",
		]);
	});
});

describe("a stream without a name", () => {
	async function* parts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
		for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
	}
	const tar = tarOf([
		{ path: "node1/ip_a.txt", content: ADDRESS },
		{ path: "ip_r.txt", content: ROUTE },
	]);

	it("is an archive, of which the name is nobody's host", async () => {
		for (const bytes of [tar, gzipSync(tar)]) {
			const capture = await captureOfStream("-", parts(bytes, 100));
			expect(rows(capture)).toEqual(["ip_r.txt ip-route host", "node1/ip_a.txt ip-address node1"]);
			expect(capture.problems).toEqual([]);
		}
	});

	it("tells its faults by the name", async () => {
		const cut = gzipSync(tarOf([{ path: "ip_r.txt", content: noise(5000) }]));
		const half = cut.subarray(0, cut.length / 2);
		expect(told(await captureOfStream("-", parts(half, 4096))).join("\n")).toMatch(
			/^-: the gzip data is damaged or cut off/m,
		);
		const limited = await captureOfStream("-", parts(gzipSync(tar), 4096), { limits: { maxFiles: 1 } });
		expect(limited.problems[0]?.hint).toMatch(/--max-files/);
	});

	it("may be a compressed text", async () => {
		expect(rows(await captureOfStream("-", parts(gzipSync(ADDRESS), 7)))).toEqual(["- ip-address host"]);
	});
});

it("each file is told of when it is read, and how far the search for dumps is", async () => {
	write("node1/ip_a.txt", ADDRESS);
	write("node1/a.tar", tarOf([{ path: "ip_r.txt", content: ROUTE }]));
	const heard: string[] = [];
	await openCapture(join(root, "node1"), {
		onFile: (file, done, of) => heard.push(of === undefined ? file : `${file} ${done}/${of}`),
	});
	expect(heard).toEqual([
		"a.tar",
		"a.tar/ip_r.txt",
		"ip_a.txt",
		"a.tar/ip_r.txt 0/4",
		"ip_a.txt 1/4",
		"a.tar/ip_r.txt 2/4",
		"ip_a.txt 3/4",
	]);
});
