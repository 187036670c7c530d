/**
 * The program that stands in each namespace, for `node -e`: it listens, sends when it is told to, and tells what it sees. A line
 * of JSON in is an order, a line out its answer or something that came.
 */
export const AGENT: string = String.raw`
const net = require("net"), dgram = require("dgram"), fs = require("fs"), readline = require("readline");
const { spawn } = require("child_process");
const say = (message) => process.stdout.write(JSON.stringify(message) + "\n");
const bare = (address) => address.replace(/^::ffff:/, "");
const held = [];

function listen({ proto, address, port }) {
	return new Promise((done) => {
		if (proto === "tcp") {
			const server = net.createServer((socket) => socket.on("error", () => {}));
			server.on("error", () => done());
			server.listen({ port, host: address }, done);
			held.push(server);
			return;
		}
		const socket = dgram.createSocket({ type: address.includes(":") ? "udp6" : "udp4", ipv6Only: true });
		socket.on("error", () => done());
		socket.on("message", (_, from) => {
			say({ got: { addr: address, port, from: { addr: bare(from.address), port: from.port } } });
			socket.send(Buffer.alloc(16), from.port, from.address, () => {});
		});
		socket.bind(port, address, done);
		held.push(socket);
	});
}

const asked = [];
function send({ id, proto, dst, dport, src, sport }) {
	const told = (result) => say({ id, result });
	const six = dst.includes(":");
	if (proto === "tcp") {
		const socket = new net.Socket();
		socket.on("connect", () => told("connected"));
		socket.on("error", ({ code }) => told(code));
		socket.connect({ host: dst, port: dport, localPort: sport, ...(src && { localAddress: src }), autoSelectFamily: false });
		// A socket that still connects would wait for that first.
		asked.push(() => (socket.connecting ? socket.destroy() : socket.resetAndDestroy()));
	} else if (proto === "udp") {
		const socket = dgram.createSocket(six ? "udp6" : "udp4");
		socket.on("error", ({ code }) => told(code));
		socket.on("message", () => told("ok"));
		socket.bind(sport, src ?? (six ? "::" : "0.0.0.0"), () =>
			socket.send(Buffer.alloc(8), dport, dst, (error) => error && told(error.code)));
		asked.push(() => { try { socket.close(); } catch {} });
	} else {
		const words = ["ping", six ? "-6" : "-4", "-c", "1", "-W", "1", ...(src ? ["-I", src] : []), dst];
		const child = spawn("busybox", words);
		let text = "";
		for (const stream of [child.stdout, child.stderr])
			stream.on("data", (data) => {
				text += data;
				const code = /sendto: (.*)/.exec(text)?.[1] ?? /bind.*: (.*)/.exec(text)?.[1];
				if (code) told({
					"Network is unreachable": "ENETUNREACH", "Network unreachable": "ENETUNREACH",
					"No route to host": "EHOSTUNREACH", "Host is unreachable": "EHOSTUNREACH", "Permission denied": "EACCES",
					"Invalid argument": "EINVAL", "Operation not permitted": "EPERM", "Address not available": "EADDRNOTAVAIL",
					"Cannot assign requested address": "EADDRNOTAVAIL",
				}[code] ?? code);
				// What it sets before it binds fails for the same want of the address, and it says no more of it.
				if (/can't set multicast source interface/.test(text)) told("EADDRNOTAVAIL");
				if (/bytes from/.test(text)) told("ok");
			});
		asked.push(() => child.kill("SIGKILL"));
	}
}

const pairs = (file) => {
	const found = {};
	const lines = fs.readFileSync("/proc/self/net/" + file, "utf8").split("\n");
	for (let at = 0; at + 1 < lines.length; at += 2) {
		const [kind, ...names] = lines[at].split(" ");
		const values = lines[at + 1].split(" ").slice(1);
		names.forEach((name, index) => (found[kind.slice(0, -1) + name] = Number(values[index])));
	}
	return found;
};
function counters() {
	const six = Object.fromEntries(fs.readFileSync("/proc/self/net/snmp6", "utf8").trim().split("\n")
		.map((line) => line.split(/\s+/)).map(([name, value]) => [name, Number(value)]));
	return { ...pairs("snmp"), ...pairs("netstat"), ...six };
}

/** Connections that have had a SYN and no more. */
const half = () => ["tcp", "tcp6"].flatMap((file) =>
	fs.readFileSync("/proc/self/net/" + file, "utf8").split("\n").slice(1).flatMap((line) => {
		const [, local, remote, state] = line.trim().split(/\s+/);
		return state === "03" ? [{ local, remote }] : [];
	}));

const ORDERS = {
	listen: async (sockets) => { for (const each of sockets) await listen(each); return true; },
	send: async (flow) => { send(flow); return true; },
	stop: async () => { for (const end of asked.splice(0)) end(); return true; },
	state: async () => {
		let tracked = "";
		try { tracked = fs.readFileSync("/proc/self/net/nf_conntrack", "utf8"); } catch {}
		return { counters: counters(), half: half(), tracked };
	},
	links: async () => fs.readdirSync("/sys/class/net").map((name) =>
		[Number(fs.readFileSync("/sys/class/net/" + name + "/ifindex", "utf8")), name]),
};
readline.createInterface({ input: process.stdin }).on("line", async (line) => {
	const { number, order, what } = JSON.parse(line);
	say({ number, answer: await ORDERS[order](what) });
}).on("close", () => process.exit());
process.on("uncaughtException", (error) => say({ fault: String(error) }));
`;
