import { readFileSync } from "node:fs";
import { unparsedIn, withoutSpans } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as docker from "../src/index.ts";

const root = new URL("../../../fixtures/docker/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const codes = ({ diagnostics }: { diagnostics: readonly { code: string }[] }): string[] =>
	diagnostics.map(({ code }) => code);

/** What a terminal makes of a text: lines of so many columns; what copies from it may drop the blanks at their ends. */
function wrapped(text: string, columns: number, trimmed = false): string {
	return text
		.split("\n")
		.flatMap((line) => {
			const characters = [...line];
			const parts = [];
			for (let at = 0; at < Math.max(1, characters.length); at += columns)
				parts.push(characters.slice(at, at + columns).join(""));
			return trimmed ? parts.map((part) => part.trimEnd()) : parts;
		})
		.join("\n");
}

describe("a terminal broke the lines", () => {
	const tables = [
		["client/docker_ps_-a.txt", docker.parsePs],
		["client/docker_ps_-as.txt", docker.parsePs],
		["client/docker_ps_-a_--no-trunc.txt", docker.parsePs],
		["client/docker_service_ls.txt", docker.parseServiceLs],
		["client/docker_service_ps_vote.txt", docker.parseServicePs],
		["client/docker_node_ls.txt", docker.parseNodeLs],
		["swarm/manager1/docker_ps.txt", docker.parsePs],
	] as const;

	it.each(tables.flatMap(([path, parse]) => [80, 100].map((columns) => [path, columns, parse] as const)))(
		"%s at %i columns reads as it was printed",
		(path, columns, parse) => {
			const text = read(path);
			const broken = wrapped(text, columns);
			const result = parse(broken);
			expect(docker.printTable(result.ast)).toBe(broken);
			expect(codes(result)).toEqual(broken === text ? [] : ["docker/wrapped"]);
			const cells = (ast: docker.DockerTable): unknown =>
				ast.statements.map((node) => withoutSpans({ ...node, wrapped: undefined }));
			expect(cells(result.ast)).toEqual(cells(parse(text).ast));
		},
	);

	it.each(tables)("%s at 80 columns, copied without the blanks at the ends", (path, parse) => {
		const broken = wrapped(read(path), 80, true);
		const { ast } = parse(broken);
		expect(docker.printTable(ast)).toBe(broken);
		expect(unparsedIn(ast)).toEqual([]);
	});

	it("a prompt below a listing is no rest of a row", () => {
		const text = `${wrapped(read("client/docker_ps_-a.txt"), 80)}root@manager1:~# date\n`;
		const { ast } = docker.parsePs(text);
		expect(docker.printTable(ast)).toBe(text);
		expect(unparsedIn(ast).map((node) => node.text)).toEqual(["root@manager1:~# date"]);
	});

	it("a prompt below the widest row is none either, where no other line tells how wide the terminal was", () => {
		for (const prompt of ["root@h:~# ", "[root@h ~]# ls", "/ # ", "$ docker ps", "~ $ "]) {
			const text = `NETWORK ID     NAME      DRIVER    SCOPE\n62a0995662ed   bridge    bridge    local\n${prompt}\n`;
			const { ast, diagnostics } = docker.parseNetworkLs(text);
			expect(docker.printTable(ast)).toBe(text);
			expect(ast.statements[1]).toMatchObject({ scope: { value: "local" } });
			expect(diagnostics.map(({ code }) => code)).toEqual(["docker/syntax"]);
		}
	});

	it("under titles that fit on a line only the last cell goes on below", () => {
		const titles = "CONTAINER ID   IMAGE     NAMES\n";
		const row = "a80aaba1a6d0   nginx     vote.1.njrh2ofm";
		const own = docker.parsePs(`${titles}${row}ap06xyz\n`).ast.statements[1] as docker.ContainerRow;
		const broken = docker.parsePs(`${titles}${row}\nap06xyz\n`).ast.statements[1];
		expect(broken).toMatchObject({ names: [{ value: own.names?.[0]?.value }], wrapped: { width: 40 } });
		const strange = docker.parsePs(`${titles}${row}\n          something else\n`);
		expect(codes(strange)).toEqual(["docker/syntax"]);
		expect(strange.ast.statements[1]).toMatchObject({ names: [{ value: "vote.1.njrh2ofm" }] });
	});

	it("inspected strings go on below", () => {
		const text = read("swarm/manager1/docker_inspect_ALL.txt");
		const broken = wrapped(text, 80);
		expect(broken).not.toBe(text);
		const result = docker.parseInspect(broken);
		expect(codes(result)).toEqual(["docker/wrapped"]);
		expect(docker.printJson(result.ast)).toBe(broken);
		const [document] = result.ast.statements;
		expect(document?.type === "document" && docker.plain(document.value)).toEqual(JSON.parse(text));
		const places = (ast: docker.DockerInspect): unknown =>
			docker
				.containers(ast)
				.map(({ sandboxId, networks }) => [
					sandboxId?.value,
					networks.map(({ networkId, address, mac }) => [networkId?.value, address?.value, mac?.value]),
				]);
		expect(places(result.ast)).toEqual(places(docker.parseInspect(text).ast));
	});

	it("a string that was cut takes nothing from the line below", () => {
		const name = `"Name": "${"x".repeat(60)}`;
		for (const below of ['    "Id": "1"', '"Id": "1"', "}", 'root@manager1:~# echo "a" b']) {
			const text = `{\n    ${name}\n${below}\n`;
			const { ast } = docker.parseInspect(text);
			expect(docker.printJson(ast)).toBe(text);
			expect(JSON.stringify(ast)).toContain('"cut":true');
		}
	});
});

describe("characters and names that JSON does not have", () => {
	it("NUL and bare control characters stay in their string, with a warning", () => {
		const text = '[\n    {\n        "Name": "a\u0000b\u0001",\n        "Id": "c\td"\n    }\n]\n';
		const result = docker.parseInspect(text);
		expect(codes(result)).toEqual(["docker/syntax", "docker/syntax"]);
		expect(docker.printJson(result.ast)).toBe(text);
		const [document] = result.ast.statements;
		expect(document?.type === "document" && docker.plain(document.value)).toEqual([
			{ Name: "a\u0000b\u0001", Id: "c\td" },
		]);
	});

	it("of two members of one name both are kept, and the last one counts", () => {
		const text = '{\n    "Name": "old",\n    "Id": "1",\n    "Name": "new"\n}\n';
		const { ast, diagnostics } = docker.parseNetworkInspect(text);
		expect(docker.printJson(ast)).toBe(text);
		const [document] = ast.statements;
		const value = document?.type === "document" && document.value;
		expect(value && value.type === "object" && value.members).toHaveLength(3);
		expect(value && docker.plain(value)).toEqual(JSON.parse(text));
		expect(diagnostics).toEqual([
			{
				code: "docker/duplicate-key",
				severity: "warning",
				message: '"Name" stands twice in this object; the last one counts',
				start: text.lastIndexOf('"Name"'),
				end: text.lastIndexOf('"Name"') + 6,
			},
		]);
	});

	it("generated JSON is printed back byte for byte, in any layout, with its own escapes", () => {
		fc.assert(
			fc.property(
				fc.jsonValue({ maxDepth: 4, stringUnit: "binary" }),
				fc.constantFrom(0, 1, 2, 4, "\t"),
				fc.boolean(),
				(value, unit, ascii) => {
					const json = JSON.stringify(value, null, unit);
					// Go escapes what stands in HTML: `80-\u003e80/tcp`.
					const text = ascii
						? json.replaceAll(/[<>&]/g, (each) => `\\u00${each.charCodeAt(0).toString(16)}`)
						: json;
					const { ast, diagnostics } = docker.parseInspect(`${text}\n`);
					expect(docker.printJson(ast)).toBe(`${text}\n`);
					const [document] = ast.statements;
					expect(document?.type === "document" && docker.plain(document.value)).toEqual(JSON.parse(text));
					expect(diagnostics).toEqual([]);
				},
			),
			{ numRuns: 500 },
		);
	});
});

describe("not what was asked for", () => {
	it("a shell prompt before a document", () => {
		const text = `root@manager1:~# docker network inspect ingress\n${read("swarm/manager1/docker_network_inspect_ingress.txt")}root@manager1:~# `;
		const result = docker.parseNetworkInspect(text);
		expect(docker.printJson(result.ast)).toBe(text);
		expect(result.ast.statements.map(({ type }) => type)).toEqual(["unparsed", "document", "unparsed"]);
		expect(docker.networks(result.ast)).toMatchObject([{ name: { value: "ingress" }, complete: true }]);
		const info = docker.parseInfo(`root@manager1:~# docker info\n${read("swarm/manager1/docker_info.txt")}`);
		expect(unparsedIn(info.ast).map((node) => node.text)).toEqual(["root@manager1:~# docker info"]);
		expect(docker.engineInfo(info.ast)?.name?.value).toBe("manager1");
	});

	it.each([
		["docker-network-ls", docker.parseNetworkLs, "swarm/manager1/docker_network_ls.txt"],
		["docker-node-ls", docker.parseNodeLs, "swarm/manager1/docker_node_ls.txt"],
		["docker-service-ls", docker.parseServiceLs, "client/docker_service_ls.txt"],
	] as const)("%s without its titles reads the same, and says so once", (_, parse, path) => {
		const text = read(path);
		const body = text.slice(text.indexOf("\n") + 1);
		const result = parse(body);
		expect(codes(result)).toEqual(["docker/no-header"]);
		expect(docker.printTable(result.ast)).toBe(body);
		const bare = (nodes: readonly docker.TableStatement[]): unknown =>
			nodes.map((node) => withoutSpans({ ...node, gaps: undefined, trailing: undefined }));
		expect(bare(result.ast.statements)).toEqual(bare(parse(text).ast.statements.slice(1)));
	});

	it("an empty first cell leaves the others in their columns", () => {
		const ports =
			"PORTS                  NAMES     STATUS\n" +
			"0.0.0.0:80->80/tcp     web       Up 3 hours\n" +
			"                       client    Up 2 hours\n";
		const ps = docker.parsePs(ports);
		expect(ps.diagnostics).toEqual([]);
		expect(docker.printTable(ps.ast)).toBe(ports);
		expect(withoutSpans(ps.ast.statements[2])).toEqual({
			type: "container",
			names: [{ value: "client" }],
			status: { value: "Up 2 hours" },
		});
		// nerdctl pads the last column, and has two networks without an id.
		const nerdctl =
			"NETWORK ID      NAME      FILE\n" +
			"17f29b073143    bridge    /etc/cni/net.d/nerdctl-bridge.conflist\n" +
			"                host      \n";
		const ls = docker.parseNetworkLs(nerdctl);
		expect(ls.diagnostics).toEqual([]);
		expect(docker.printTable(ls.ast)).toBe(nerdctl);
		expect(withoutSpans(ls.ast.statements[2])).toMatchObject({ type: "network", name: { value: "host" } });
		const history =
			"NAME          CURRENT STATE\n" +
			"vote.1        Running 1 hour ago\n" +
			" \\_ vote.1    Failed 2 hours ago\n";
		const tasks = docker.parseServicePs(history);
		expect(tasks.diagnostics).toEqual([]);
		expect(docker.printTable(tasks.ast)).toBe(history);
		expect(tasks.ast.statements[2]).toMatchObject({ name: { value: "vote.1" }, earlier: true });
		// Docker's containers have an id in every row, so that this line is none.
		const stray = docker.parsePs(`${read("client/docker_ps_-a.txt")}               stray\n`);
		expect(codes(stray)).toEqual(["docker/syntax"]);
	});

	it("podman's JSON in place of a listing is one document, and a brace alone is none", () => {
		const text = '[\n  {\n    "Id": "2f25",\n    "Names": [\n      "web"\n    ]\n  }\n]\n';
		for (const parse of [docker.parsePs, docker.parseNetworkLs]) {
			const { ast, diagnostics } = parse(text);
			expect(diagnostics).toEqual([]);
			expect(docker.printTable(ast)).toBe(text);
			const [document] = ast.statements;
			expect(document?.type === "document" && docker.plain(document.value)).toEqual(JSON.parse(text));
		}
		const lone = docker.parsePs("{\n");
		expect(lone.ast.statements).toMatchObject([{ type: "unparsed", text: "{" }]);
	});

	it("titles in another language name no column, and their rows are kept as they stand", () => {
		const text = "NETZWERK-ID    NAME      TREIBER   BEREICH\n62a0995662ed   bridge    bridge    local\n";
		const result = docker.parseNetworkLs(text);
		expect(docker.printTable(result.ast)).toBe(text);
		expect(result.ast.statements.map((node) => withoutSpans(node))).toMatchObject([
			{ type: "columns" },
			{
				name: { value: "bridge" },
				others: [{ title: "NETZWERK-ID" }, { title: "TREIBER" }, { title: "BEREICH" }],
			},
		]);
		const strange = docker.parsePs("コンテナID   イメージ   名前\n5f9b9170dfb9   lab/vote:v1   web\n");
		expect(unparsedIn(strange.ast)).toHaveLength(2);
		expect(codes(strange)).toEqual(["docker/syntax", "docker/syntax"]);
	});

	it.each([
		["Error: No such network: net7\n", "not-found"],
		[
			'Error response from daemon: This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.\n',
			"not-a-manager",
		],
		[read("client/docker_version_no_daemon.stderr"), "no-daemon"],
		[read("client/docker_node_inspect_nothere.stderr"), "not-found"],
		[read("client/docker_service_inspect_nothere.stderr"), "not-found"],
		[read("podman/netavark/podman_network_inspect_net7.txt"), "not-found"],
		[
			"failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory\n",
			"no-daemon",
		],
	])("%j means %s, in every kind", (text, meaning) => {
		const parsers = [
			docker.parseInfo,
			docker.parseInspect,
			docker.parseNetworkInspect,
			docker.parseNodeInspect,
		];
		for (const parse of [...parsers, docker.parseServiceInspect, docker.parseVersion]) {
			const result = parse(text);
			expect(docker.printJson(result.ast)).toBe(text);
			expect(result.ast.statements.at(-1)).toMatchObject({ type: "error", meaning });
			expect(codes(result)).toEqual(["docker/error"]);
		}
		for (const parse of [docker.parseNodeLs, docker.parsePs, docker.parseServiceLs]) {
			const result = parse(text);
			expect(docker.printTable(result.ast)).toBe(text);
			expect(result.ast.statements.at(-1)).toMatchObject({ type: "error", meaning });
		}
	});
});

describe("messages", () => {
	it.each([
		["Error: No such network: net7\n", "net7"],
		["Error response from daemon: network net7 not found\n", "net7"],
		["Error: network net7: unable to find network with name or ID net7: network not found\n", "net7"],
		["Error: No such object: 5f9b9170dfb9\n", "5f9b9170dfb9"],
	])("%j names what was not found", (text, name) => {
		const [error] = docker.parseNetworkInspect(text).ast.statements;
		const subject = error?.type === "error" ? error.subject : undefined;
		expect(text.slice(subject?.start, subject?.end)).toBe(name);
		expect(subject?.value).toBe(name);
	});
});

describe("a part that --format printed", () => {
	const endpoint = {
		NetworkID: "a".repeat(64),
		EndpointID: "c".repeat(64),
		Gateway: "172.17.0.1",
		IPAddress: "172.17.0.2",
		IPPrefixLen: 16,
	};
	const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

	it("is a view where its keys are certain", () => {
		const [web] = docker.containers(docker.parseInspect(line({ web: endpoint, db: endpoint })).ast);
		expect(web).toMatchObject({
			complete: false,
			networks: [{ name: { value: "web" } }, { name: { value: "db" } }],
		});
		expect(web?.networks[0]).toMatchObject({ address: { value: "172.17.0.2" }, prefixLength: { value: 16 } });

		const ports = line({ "80/tcp": [{ HostIp: "0.0.0.0", HostPort: "8080" }], "53/udp": null });
		expect(docker.containers(docker.parseInspect(ports).ast)).toMatchObject([
			{ ports: [{ target: { value: "80/tcp" }, bindings: [{ port: { value: 8080 } }] }, { bindings: [] }] },
		]);

		const attached = {
			EndpointID: "c".repeat(64),
			MacAddress: "",
			IPv4Address: "172.18.0.2/16",
			Name: "web",
		};
		expect(
			docker.networks(docker.parseNetworkInspect(line({ ["b".repeat(64)]: attached })).ast),
		).toMatchObject([{ complete: false, containers: [{ name: { value: "web" }, ipv4: { length: 16 } }] }]);
		const config = line([{ Subnet: "10.0.1.0/24", Gateway: "10.0.1.1" }]);
		expect(docker.networks(docker.parseNetworkInspect(config).ast)).toMatchObject([
			{ complete: false, subnets: [{ subnet: { length: 24 } }] },
		]);

		const vips = line([{ NetworkID: "das46zk71z4gmxjrxm33zavny", Addr: "10.255.0.4/16" }]);
		expect(docker.services(docker.parseServiceInspect(vips).ast)).toMatchObject([
			{ complete: false, virtualIps: [{ address: { address: "10.255.0.4" } }] },
		]);
	});

	it("is none where they are not", () => {
		const { Gateway: _, IPAddress: __, ...less } = endpoint;
		expect(docker.containers(docker.parseInspect(line({ web: endpoint, db: less })).ast)).toEqual([]);
		expect(docker.networks(docker.parseNetworkInspect(line({ web: {} })).ast)).toEqual([]);
		expect(docker.networks(docker.parseNetworkInspect("{}\n[]\n").ast)).toEqual([]);
	});

	it("is not the whole object, though it stands there whole", () => {
		const settings = { SandboxID: "d".repeat(64), Networks: { bridge: endpoint } };
		expect(docker.containers(docker.parseInspect(line(settings)).ast)).toMatchObject([{ complete: false }]);
		const whole = { Id: "e".repeat(64), NetworkSettings: settings };
		expect(docker.containers(docker.parseInspect(line(whole)).ast)).toMatchObject([{ complete: true }]);
	});
});

it("podman's image is the one that has a name", () => {
	const text = JSON.stringify({ Id: "e".repeat(64), Image: "f".repeat(64), ImageName: "nginx", State: {} });
	expect(docker.containers(docker.parseInspect(text).ast)).toMatchObject([{ image: { value: "nginx" } }]);
	const bare = docker.containers(docker.parseInspect(text.replace("ImageName", "Foo")).ast)[0];
	expect(bare).not.toHaveProperty("image");
});

describe("views of the new kinds", () => {
	it("nodes: JSON and --pretty say the same", () => {
		const json = docker.nodes(
			docker.parseNodeInspect(read("swarm/manager1/docker_node_inspect_ALL.txt")).ast,
		);
		expect(json.map(({ hostname, role, address }) => [hostname?.value, role?.value, address?.value])).toEqual(
			[
				["manager1", "manager", "192.168.99.101"],
				["worker1", "worker", "192.168.99.102"],
				["worker2", "worker", "192.168.99.103"],
			],
		);
		expect(json[0]).toMatchObject({
			leader: { value: true },
			managerAddress: { value: "192.168.99.101:2377" },
		});
		const pretty = docker.nodes(
			docker.parseNodeInspect(read("client/docker_node_inspect_--pretty_ALL.txt")).ast,
		);
		expect(pretty).toHaveLength(4);
		for (const { id, hostname, engineVersion } of json) {
			const same = pretty.find((each) => each.id?.value === id?.value);
			expect(same?.hostname?.value).toBe(hostname?.value);
			expect(same?.engineVersion?.value).toBe(engineVersion?.value);
		}
	});

	it("services: JSON and --pretty say the same", () => {
		for (const name of ["vote", "client"]) {
			const path = "swarm/manager1/docker_service_inspect";
			const [json] = docker.services(docker.parseServiceInspect(read(`${path}_${name}.txt`)).ast);
			const [pretty] = docker.services(docker.parseServiceInspect(read(`${path}_--pretty_${name}.txt`)).ast);
			const { complete: _, networks, virtualIps, ...rest } = withoutSpans(json!);
			expect(withoutSpans(pretty!)).toEqual({
				...rest,
				networks: [{ value: "overlay1" }],
				virtualIps: [],
				complete: false,
			});
			expect(networks.length + virtualIps.length).toBeGreaterThan(0);
		}
	});

	it("engines: the host, its swarm and the versions", () => {
		const manager = docker.engineInfo(docker.parseInfo(read("swarm/manager1/docker_info.txt")).ast);
		expect(withoutSpans(manager)).toEqual({
			name: { value: "manager1" },
			serverVersion: { value: "20.10.24+dfsg1" },
			operatingSystem: { value: "Debian GNU/Linux 12 (bookworm)" },
			kernelVersion: { value: "6.1.176" },
			rootDir: { value: "/var/lib/docker" },
			swarm: { value: "active" },
			nodeId: { value: "n4cwm89xqpb2ykb169rammtnv" },
			isManager: { value: true },
			nodeAddress: { type: "ip", family: 4, value: "192.168.99.101" },
			managers: [{ value: "192.168.99.101:2377" }],
			dataPathPort: { value: 4789 },
		});
		const text = docker.engineInfo(docker.parseInfo(read("client/docker_info.txt")).ast);
		const json = docker.engineInfo(docker.parseInfo(read("client/docker_info_format_json.txt")).ast);
		expect(withoutSpans(text)).toEqual(withoutSpans(json));
		expect(docker.engineInfo(docker.parseInfo(read("client/docker_info_no_daemon.txt")).ast)).toBeUndefined();
		const versions = ["docker_version", "docker_version_format_json"].map((name) =>
			withoutSpans(docker.engineVersion(docker.parseVersion(read(`client/${name}.txt`)).ast)),
		);
		expect(versions[0]).toEqual({
			client: { value: "20.10.24+dfsg1" },
			server: { value: "20.10.24" },
			serverApi: { value: "1.41 (minimum version 1.12)" },
		});
		expect(versions[1]).toMatchObject({ client: versions[0]?.client, server: versions[0]?.server });
		const alone = docker.engineVersion(docker.parseVersion(read("client/docker_version_no_daemon.txt")).ast);
		expect(alone).not.toHaveProperty("server");
	});

	it("docker info of 1.12 stood at the left edge", () => {
		const text =
			"Containers: 3\n Running: 2\nServer Version: 1.12.1\nSwarm: active\n NodeID: 6xq\n Is Manager: false\nName: node1\n";
		const { ast, diagnostics } = docker.parseInfo(text);
		expect(diagnostics).toEqual([]);
		expect(docker.engineInfo(ast)).toMatchObject({
			name: { value: "node1" },
			nodeId: { value: "6xq" },
			isManager: { value: false },
		});
	});

	it("podman's networks, of netavark and of CNI, and nerdctl's native form", () => {
		for (const [backend, bridge] of [
			["netavark", "podman1"],
			["cni", "cni-podman1"],
		]) {
			const text = read(`podman/${backend}/podman_network_inspect_ALL.txt`);
			const views = docker.networks(docker.parseNetworkInspect(text).ast);
			expect(views.map(({ name }) => name?.value)).toEqual(["podman", "web", "db"]);
			expect(views[1]).toMatchObject({
				driver: { value: "bridge" },
				bridge: { value: bridge },
				complete: true,
			});
			expect(views[1]?.subnets).toMatchObject([
				{ subnet: { address: "10.89.0.0", length: 24 }, gateway: { value: "10.89.0.1" } },
			]);
			expect(views[2]).toMatchObject({ internal: { value: true }, ipv6: { value: true } });
		}
		const list = read("podman/cni/web.conflist");
		for (const text of [list, `[${list}]`, `[{"CNI":${list},"NerdctlID":"17f2","NerdctlLabels":{}}]`]) {
			expect(docker.networks(docker.parseNetworkInspect(text).ast)).toMatchObject([
				{
					name: { value: "web" },
					bridge: { value: "cni-podman1" },
					subnets: [{ subnet: { address: "10.89.0.0" }, gateway: { value: "10.89.0.1" } }],
				},
			]);
		}
	});

	it("a container in podman 5's inspection of a network has its first interface's addresses", () => {
		const text =
			'[{"name":"podman","id":"2f25","network_interface":"podman0","containers":{"c1":{"name":"web","interfaces":{"eth0":{"subnets":[{"ipnet":"10.88.0.2/16","gateway":"10.88.0.1"}],"mac_address":"c6:b8:96:06:9a:1e"}}}}}]\n';
		const [view] = docker.networks(docker.parseNetworkInspect(text).ast);
		expect(view?.containers).toMatchObject([
			{
				name: { value: "web" },
				mac: { value: "c6:b8:96:06:9a:1e" },
				ipv4: { address: "10.88.0.2", length: 16 },
			},
		]);
	});
});
