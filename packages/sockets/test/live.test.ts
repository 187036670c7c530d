import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseNetstat, parseSs, printNetstat, printSs, type SsEnd, ssFacts } from "../src/index.ts";
import { compare, type Facts, socketsOfNetstat, socketsOfProc, socketsOfSs, tally } from "./facts.ts";

const NAMESPACE = `netfossil-ss-${process.pid}`;
const PATH = `${tmpdir()}/netfossil ss ${process.pid}.sock`;
const SECONDS = 15;

/** Why the tools cannot be asked here; undefined when they can. */
function obstacle(): string | undefined {
	if (process.getuid?.() !== 0) return "not root";
	for (const tool of ["ip", "ss"]) {
		try {
			execFileSync(tool, ["-V"], { stdio: "ignore" });
		} catch {
			return `no ${tool}`;
		}
	}
	try {
		execFileSync("ip", ["netns", "add", NAMESPACE], { stdio: "ignore" });
		return undefined;
	} catch {
		return "no network namespaces here";
	}
}

const why = obstacle();
if (why !== undefined) console.log(`ss live: skipped, ${why}`);

/** What is opened in the namespace: says what it did as a line of JSON, and waits. */
const OPENER = `
const net = require("node:net"), dgram = require("node:dgram");
const rand = (n) => Math.floor(Math.random() * n);
const opened = [], held = [];
const done = (emitter, event) => new Promise((ok, no) => { emitter.once(event, ok); emitter.once("error", no); });
(async () => {
	for (const host of ["0.0.0.0", "127.0.0.1", "::", "::1", "fe80::1%d0"]) {
		for (let i = 0; i < 1 + rand(3); i++) {
			const server = net.createServer((socket) => held.push(socket));
			server.listen({ host, port: 0, backlog: 1 + rand(200), ipv6Only: host.includes(":") && rand(2) === 1 });
			await done(server, "listening");
			const { port } = server.address();
			opened.push({ netid: "tcp", port, listens: true });
			held.push(server);
			for (let j = 0; j < rand(3); j++) {
				const target = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
				const client = net.connect({ host: target, port });
				await done(client, "connect");
				client.write("x".repeat(rand(1000)));
				opened.push({ netid: "tcp", port: client.localPort, peer: port });
				held.push(client);
			}
		}
	}
	for (const [type, host] of [["udp4", "0.0.0.0"], ["udp4", "127.0.0.1"], ["udp6", "::1"]]) {
		const socket = dgram.createSocket(type);
		socket.bind(0, host);
		await done(socket, "listening");
		opened.push({ netid: "udp", port: socket.address().port });
		held.push(socket);
	}
	const unix = net.createServer();
	unix.listen(process.argv[1]);
	await done(unix, "listening");
	console.log(JSON.stringify(opened));
	setTimeout(() => {}, ${SECONDS * 1000});
})();`;

interface Opened {
	readonly netid: string;
	readonly port: number;
	readonly peer?: number;
	readonly listens?: true;
}

describe.skipIf(why !== undefined)("the tools themselves, in a namespace with sockets opened for it", () => {
	const inside = (command: string, ...words: string[]): string =>
		execFileSync("ip", ["netns", "exec", NAMESPACE, command, ...words], {
			encoding: "utf8",
			stdio: ["ignore", "pipe", "ignore"],
		});
	const ip = (...words: string[]): unknown =>
		execFileSync("ip", ["-n", NAMESPACE, ...words], { stdio: "ignore" });
	let opened: readonly Opened[] = [];
	let child: ReturnType<typeof spawn> | undefined;

	beforeAll(async () => {
		ip("link", "set", "lo", "up");
		ip("link", "add", "d0", "type", "veth", "peer", "name", "d1");
		for (const link of ["d0", "d1"]) ip("link", "set", link, "up");
		ip("addr", "add", "fe80::1/64", "dev", "d0", "nodad");
		child = spawn("ip", ["netns", "exec", NAMESPACE, process.execPath, "-e", OPENER, PATH], {
			stdio: ["ignore", "pipe", "inherit"],
		});
		const [line] = (await once(child.stdout!, "data")) as [Buffer];
		opened = JSON.parse(line.toString());
	}, SECONDS * 1000);

	afterAll(() => {
		child?.kill();
		execFileSync("ip", ["netns", "del", NAMESPACE]);
		rmSync(PATH, { force: true });
	});

	const portOf = (end: SsEnd): number | undefined =>
		end.type === "internet" && end.port.type === "port" ? end.port.number : undefined;

	it.each([["-tuan"], ["-tuanp"], ["-peaonmi"], ["-peaonmiO"], ["-H", "-tuane"], ["-xanp"]])(
		"ss %j: read whole, printed back, and true",
		(...words) => {
			const text = inside("ss", ...words);
			const { ast, diagnostics } = parseSs(text);
			expect(diagnostics).toEqual([]);
			expect(printSs(ast)).toBe(text);
			const rows = ast.statements.filter((node) => node.type === "socket");
			const files = words[0] === "-xanp" ? ["unix"] : ["tcp", "tcp6", "udp", "udp6", "unix"];
			const truth: Facts[] = files.flatMap((file) => socketsOfProc(file, inside("cat", `/proc/net/${file}`)));
			const total = tally();
			compare(words.join(" "), socketsOfSs(ast), truth, total);
			console.log(
				`ss ${words.join(" ")}, live: ${total.sockets} sockets; ${total.checked} facts checked, ${total.equal} equal`,
			);
			expect(total.different).toEqual([]);
			expect(total.sockets).toBeGreaterThan(0);
			if (words[0] === "-xanp") {
				expect(rows.some(({ local }) => local.type === "unix" && local.path.value === PATH)).toBe(true);
				return;
			}
			for (const { netid, port, peer, listens } of opened) {
				const mine = rows.filter((row) => row.netid?.value === netid && portOf(row.local) === port);
				const fitting = mine.filter(
					(row) =>
						(peer === undefined || portOf(row.peer) === peer) && (!listens || row.state?.value === "LISTEN"),
				);
				expect([netid, port, fitting.length]).toEqual([netid, port, 1]);
				const shows = words.some((word) => /^-\w*p/.test(word));
				if (shows) expect(ssFacts(fitting[0]!).processes.length).toBe(1);
			}
		},
	);

	it.each([["-an"], ["-Wneopa"]])("netstat %s: read whole, printed back, and true", (options) => {
		let text: string;
		try {
			text = inside("netstat", options);
		} catch {
			console.log("netstat live: skipped, no netstat");
			return;
		}
		const { ast, diagnostics } = parseNetstat(text);
		expect(diagnostics).toEqual([]);
		expect(printNetstat(ast)).toBe(text);
		const files = ["tcp", "tcp6", "udp", "udp6", "unix"];
		const truth = files.flatMap((file) => socketsOfProc(file, inside("cat", `/proc/net/${file}`)));
		const total = tally();
		compare(options, socketsOfNetstat(ast), truth, total);
		console.log(
			`netstat ${options}, live: ${total.sockets} sockets; ${total.checked} facts checked, ${total.equal} equal`,
		);
		expect(total.different).toEqual([]);
	});
});
