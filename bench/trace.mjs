// Flows that the trace answers in a second of CPU time: `npm run bench trace`. Each rule set is walked twice in one
// process, with long chains looked up and with every rule asked; only that ratio can be compared between machines.
// Networks are recorded ones, each namespace asking for each address, and drawn ones: a router with 20,000 rules as
// docker or kube-proxy write them, or with 100,000 routes, between a client and the machine that serves.
import { fileURLToPath } from "node:url";
import { captureOfFiles, openCapture, parseDump } from "../packages/capture/dist/index.js";
import { reconstruct } from "../packages/topology/dist/index.js";
import { answerFlow, compile, Links } from "../packages/trace/dist/index.js";
import { chainsOf } from "../packages/trace/dist/state/chain.js";

const FLOWS = 10_000;
const RULES = 20_000;
const ROUTES = 100_000;
/** CPU milliseconds after which a round of a slow walk is enough. */
const MOST = 4000;
const ROUNDS = 2;

const SOCKETS = `Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process
tcp   LISTEN 0      4096         0.0.0.0:8080       0.0.0.0:*
`;

const NO_RULES = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
COMMIT
`;

const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));

const titles = ["network", "rules", "flows", "seconds", "flows/s", "each rule asked", "ratio"];
row(titles);
const largest = networkOf((await openCapture([`${fixtures}networks/case-T23`])).dumps);
measure("recorded, the largest", largest, crossing(largest));
const swarm = networkOf(await swarmDumps());
measure("recorded Swarm", swarm, crossing(swarm));
for (const [name, make] of [
	["docker", dockerRules],
	["kube-proxy", kubeRules],
]) {
	const { text, flows } = make(RULES);
	measure(name, drawn({ rules: text }, flows), flows);
}
const { text, flows } = dockerRules(100);
measure(`${ROUTES / 1000}k routes`, drawn({ rules: text, routes: routesOf(ROUTES) }, flows), flows);

function row(cells) {
	console.log(
		cells.map((cell, at) => (at === 0 ? String(cell).padEnd(24) : String(cell).padStart(16))).join(""),
	);
}

function measure(name, network, flows) {
	const rules = network.kernel.namespaces
		.flatMap(({ tables }) => tables.flatMap(({ view }) => view.chains))
		.reduce((sum, chain) => sum + chain.rules.length, 0);
	const told = network.kernel.namespaces.map(({ tables }) => tables);
	const asked = told.map((tables) =>
		tables.map((table) => ({ ...table, chains: chainsOf(table.view, Number.POSITIVE_INFINITY) })),
	);
	let [fast, slow] = [0, 0];
	// They take turns, for it takes a while until the compiler is warm.
	for (let round = 0; round < ROUNDS; round++) {
		fast = Math.max(fast, perSecond(network, told, flows));
		slow = Math.max(slow, perSecond(network, asked, flows));
	}
	const seconds = (FLOWS / fast).toFixed(1);
	row([name, rules, FLOWS, seconds, Math.round(fast), Math.round(slow), (fast / slow).toFixed(1)]);
}

function perSecond({ kernel, links }, tables, flows) {
	for (const [at, namespace] of kernel.namespaces.entries()) namespace.tables = tables[at];
	const before = process.cpuUsage();
	for (let done = 1; ; done++) {
		answerFlow(kernel, links, flows[done % flows.length]);
		if (done % 10 !== 0 && done < FLOWS) continue;
		const { user, system } = process.cpuUsage(before);
		const spent = (user + system) / 1000;
		if (done >= FLOWS || spent > MOST) return (done / spent) * 1000;
	}
}

function networkOf(dumps) {
	const parsed = dumps.map((dump) => parseDump(dump));
	const kernel = compile(parsed, reconstruct(parsed));
	return { kernel, links: new Links(kernel) };
}

/** The dumps of a Swarm's nodes that were saved by hand: `NODE/saved/host`, `NODE/saved/ns/NAMESPACE`. */
async function swarmDumps() {
	const all = [];
	for (const host of ["manager1", "worker1", "worker2"]) {
		const { dumps } = await openCapture([`${fixtures}networks/swarm-vote/${host}/saved`]);
		for (const dump of dumps) {
			const netns = /(?:^|\/)ns\/([^/]+)\//.exec(dump.source.name)?.[1];
			const place = netns === undefined ? dump.scope.place : { type: "netns", name: netns };
			all.push({ ...dump, id: `${host}/${dump.id}`, scope: { host, place } });
		}
	}
	return all;
}

/** A connection from each namespace to each address that another has. */
function crossing({ kernel }) {
	const flows = [];
	for (const { host, netns } of kernel.namespaces)
		for (const other of kernel.namespaces)
			for (const { addresses } of other.devices.values())
				for (const { address } of addresses)
					flows.push({ id: flows.length, from: { host, netns }, proto: "tcp", dst: address, dport: 80 });
	return flows;
}

/** A drawn network, of which every flow arrives. */
function drawn(parts, flows) {
	const network = between(parts);
	const lost = flows.find((flow) => answerFlow(network.kernel, network.links, flow).outcome !== "delivered");
	if (lost !== undefined) throw new Error(`${JSON.stringify(lost)} is lost`);
	return network;
}

/** `node` routes between `client` and `server`, which has all addresses of 10.244.0.0/16. */
function between({ rules, routes = "" }) {
	const card = (index, name, address) =>
		`${index}: ${name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq state UP group default qlen 1000\n` +
		`    link/ether 02:00:00:00:${address
			.split(".")
			.slice(2)
			.map((byte) => byte.padStart(2, "0"))
			.join(":")} brd ff:ff:ff:ff:ff:ff\n` +
		`    inet ${address}/24 scope global ${name}\n       valid_lft forever preferred_lft forever\n`;
	const host = (name, addresses, way, tables) => [
		{ path: `${name}/host/hostname.txt`, text: `${name}\n` },
		{ path: `${name}/host/ip_-d_address.txt`, text: addresses },
		{ path: `${name}/host/ip_route_show_table_all.txt`, text: way },
		{ path: `${name}/host/iptables-save.txt`, text: tables },
		{ path: `${name}/host/ss_-tuln.txt`, text: SOCKETS },
	];
	const local = (address, name) =>
		`local ${address} dev ${name} table local proto kernel scope host src ${address}\n`;
	const near = (network, name, address) => `${network} dev ${name} proto kernel scope link src ${address}\n`;
	const files = [
		...host(
			"client",
			card(2, "eth0", "192.168.0.2"),
			`default via 192.168.0.1 dev eth0\n${near("192.168.0.0/24", "eth0", "192.168.0.2")}${local("192.168.0.2", "eth0")}`,
			NO_RULES,
		),
		...host(
			"node",
			card(2, "eth0", "192.168.0.1") + card(3, "eth1", "10.0.9.1"),
			near("192.168.0.0/24", "eth0", "192.168.0.1") +
				near("10.0.9.0/24", "eth1", "10.0.9.1") +
				`10.244.0.0/16 via 10.0.9.2 dev eth1\n${routes}` +
				local("192.168.0.1", "eth0") +
				local("10.0.9.1", "eth1"),
			rules,
		),
		...host(
			"server",
			card(2, "eth0", "10.0.9.2"),
			`default via 10.0.9.1 dev eth0\n${near("10.0.9.0/24", "eth0", "10.0.9.2")}${local("10.0.9.2", "eth0")}` +
				"local 10.244.0.0/16 dev lo table local scope host\n",
			NO_RULES,
		),
	];
	return networkOf(captureOfFiles("drawn", files).dumps);
}

/** Rules that publish a port for each container, as docker writes them. */
function dockerRules(count) {
	const containers = Array.from({ length: Math.floor(count / 3) }, (_, at) => ({
		port: 10_000 + at,
		address: podOf(at + 2),
	}));
	const text = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 10.244.0.0/16 ! -o eth1 -j MASQUERADE
${containers
	.map(
		({ address }) =>
			`-A POSTROUTING -s ${address}/32 -d ${address}/32 -p tcp -m tcp --dport 8080 -j MASQUERADE\n`,
	)
	.join("")}-A DOCKER -i eth1 -j RETURN
${containers
	.map(
		({ port, address }) =>
			`-A DOCKER ! -i eth1 -p tcp -m tcp --dport ${port} -j DNAT --to-destination ${address}:8080\n`,
	)
	.join("")}COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
-A FORWARD -o eth1 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o eth1 -j DOCKER
-A FORWARD -i eth1 ! -o eth1 -j ACCEPT
${containers
	.map(({ address }) => `-A DOCKER -d ${address}/32 ! -i eth1 -o eth1 -p tcp -m tcp --dport 8080 -j ACCEPT\n`)
	.join("")}COMMIT
`;
	return { text, flows: containers.map(({ port }) => connection("192.168.0.1", port)) };
}

/** Services with three endpoints each, as kube-proxy writes them. */
function kubeRules(count) {
	const services = Array.from({ length: Math.floor(count / 11) }, (_, at) => ({
		name: at.toString(16).toUpperCase().padStart(16, "A"),
		address: `10.96.${at >> 8}.${at & 255}`,
		pods: [0, 1, 2].map((each) => ({
			name: (3 * at + each).toString(16).toUpperCase().padStart(16, "E"),
			address: podOf(3 * at + each + 2),
		})),
	}));
	const pods = services.flatMap((service) => service.pods);
	const chances = [
		"-m statistic --mode random --probability 0.33333333349 ",
		"-m statistic --mode random --probability 0.50000000000 ",
		"",
	];
	const text = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-SERVICES - [0:0]
${services.map(({ name }) => `:KUBE-SVC-${name} - [0:0]\n`).join("")}${pods.map(({ name }) => `:KUBE-SEP-${name} - [0:0]\n`).join("")}-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
${services
	.map(
		({ name, address, pods: ends }) =>
			`-A KUBE-SERVICES -d ${address}/32 -p tcp -m comment --comment "default/${name} cluster IP" -m tcp --dport 80 -j KUBE-SVC-${name}\n` +
			`-A KUBE-SVC-${name} ! -s 10.244.0.0/16 -d ${address}/32 -p tcp -m comment --comment "default/${name} cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ\n` +
			ends
				.map(
					(end, at) =>
						`-A KUBE-SVC-${name} -m comment --comment "default/${name}" ${chances[at]}-j KUBE-SEP-${end.name}\n`,
				)
				.join(""),
	)
	.join("")}${pods
	.map(
		({ name, address }) =>
			`-A KUBE-SEP-${name} -s ${address}/32 -m comment --comment "default/${name}" -j KUBE-MARK-MASQ\n` +
			`-A KUBE-SEP-${name} -p tcp -m comment --comment "default/${name}" -m tcp -j DNAT --to-destination ${address}:8080\n`,
	)
	.join(
		"",
	)}-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports" -m addrtype --dst-type LOCAL -j RETURN
COMMIT
`;
	return { text, flows: services.map(({ address }) => connection(address, 80)) };
}

function podOf(at) {
	return `10.244.${(at >> 8) & 255}.${at & 255}`;
}

function connection(dst, dport) {
	return { id: dport, from: { host: "client" }, proto: "tcp", dst, dport };
}

function routesOf(count) {
	return Array.from(
		{ length: count },
		(_, at) =>
			`${20 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}.0/24 via 192.168.0.254 dev eth0 proto bgp metric 20\n`,
	).join("");
}
