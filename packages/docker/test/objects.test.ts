import type { ParseResult } from "@netfossil/core";
import { withoutSpans } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import * as docker from "../src/index.ts";
import * as schema from "../src/schema.ts";
import * as testing from "../src/testing.ts";

type Plain = Record<string, unknown>;

const nowhere = { start: 0, end: 0 };

/** What the CLI prints of an array of objects. */
function printed(objects: readonly Plain[]): string {
	const statements = [{ type: "document" as const, value: testing.treeOf(objects), ...nowhere }];
	return docker.printJson({ type: "docker-inspect", statements, ...nowhere });
}

const KINDS: readonly (readonly [
	string,
	fc.Arbitrary<Plain>,
	z.ZodType,
	z.ZodType,
	(text: string) => ParseResult<docker.DockerJson>,
])[] = [
	[
		"networks",
		testing.networkObjects(),
		schema.NetworkObject,
		schema.DockerNetworkInspect,
		docker.parseNetworkInspect,
	],
	[
		"containers",
		testing.containerObjects(),
		schema.ContainerObject,
		schema.DockerInspect,
		docker.parseInspect,
	],
	["tasks", testing.taskObjects(), schema.TaskObject, schema.DockerInspect, docker.parseInspect],
	[
		"services",
		testing.serviceObjects(),
		schema.ServiceObject,
		schema.DockerServiceInspect,
		docker.parseServiceInspect,
	],
	["nodes", testing.nodeObjects(), schema.NodeObject, schema.DockerNodeInspect, docker.parseNodeInspect],
	["info", testing.infoObjects(), schema.InfoObject, schema.DockerInfo, docker.parseInfo],
	["version", testing.versionObjects(), schema.VersionObject, schema.DockerVersion, docker.parseVersion],
];

describe("generated objects", () => {
	it.each(KINDS)("%s: valid, read as they are, printed back as Go and JSON have them", (...kind) => {
		const [, objects, object, tree, parse] = kind;
		fc.assert(
			fc.property(fc.array(objects, { maxLength: 2 }), (all) => {
				// Loose schemas take what they do not know and give it back.
				for (const each of all)
					expect(object.parse({ ...each, Unknown: 1 })).toEqual({ ...each, Unknown: 1 });
				const text = printed(all);
				expect(text).toBe(`${JSON.stringify(all, null, 4)}\n`);
				const { ast, diagnostics } = parse(text);
				expect(diagnostics).toEqual([]);
				expect(tree.parse(ast)).toEqual(ast);
				expect(withoutSpans(ast.statements)).toEqual([
					{ type: "document", value: withoutSpans(testing.treeOf(all)) },
				]);
				const [document] = ast.statements;
				expect(document?.type === "document" && docker.plain(document.value)).toEqual(all);
				expect(docker.printJson(ast)).toBe(text);
			}),
			{ numRuns: 60 },
		);
	});

	it.each(KINDS)("%s: a schema asks for each field that all engines print", (_, objects, object) => {
		const [whole] = fc.sample(objects, 1) as [Plain];
		expect(object.safeParse(whole).success).toBe(true);
		const [needed] = Object.keys(whole).filter((key) => {
			const { [key]: __, ...rest } = whole;
			return !object.safeParse(rest).success;
		});
		expect(needed).toBeDefined();
		expect(object.safeParse({ ...whole, [needed!]: 7 }).success).toBe(false);
	});
});

/** What an object says at a path; nothing for what is not set or empty. */
function at(object: unknown, path: string): unknown {
	let value = object;
	for (const key of path.split(".")) value = (value as Plain | null | undefined)?.[key];
	return value === "" || value === null ? undefined : value;
}
const list = (object: unknown, path: string): unknown[] => (at(object, path) ?? []) as unknown[];
const entries = (object: unknown, path: string): [string, unknown][] =>
	Object.entries((at(object, path) ?? {}) as Plain);
const text = (node: { value: unknown } | undefined): unknown => node?.value;
const pairs = (settings: readonly docker.Setting[]): [string, string][] =>
	settings.map(({ key, value }) => [key.value, value.value]);
const prefix = (node: docker.NetworkEndpointView["ipv4"]): string | undefined =>
	node && `${node.address}/${node.length}`;

describe("views of generated objects say what the JSON says", () => {
	const holds = <View>(
		objects: fc.Arbitrary<Plain>,
		see: (text: string) => readonly View[],
		said: (view: View) => unknown,
		expected: (object: Plain) => unknown,
	): void => {
		fc.assert(
			fc.property(fc.array(objects, { maxLength: 3 }), (all) => {
				expect(see(printed(all)).map(said)).toEqual(all.map(expected));
			}),
			{ numRuns: 60 },
		);
	};

	it("networks", () => {
		holds(
			testing.networkObjects(),
			(printed) => docker.networks(docker.parseNetworkInspect(printed).ast),
			(view) => [
				text(view.name),
				text(view.id),
				text(view.driver),
				text(view.scope),
				[view.ipv6, view.internal, view.attachable, view.ingress].map(text),
				view.complete,
				view.subnets.map(({ subnet, gateway, ipRange }) => [
					prefix(subnet),
					gateway?.type === "prefix" ? prefix(gateway) : text(gateway),
					prefix(ipRange),
				]),
				view.containers.map(({ key, name, endpointId, mac, ipv4, ipv6 }) => [
					...[key, name, endpointId, mac].map(text),
					prefix(ipv4),
					prefix(ipv6),
				]),
				pairs(view.options),
				view.vxlanIds.map(text),
				pairs(view.labels),
				view.peers.map(({ name, ip }) => [text(name), text(ip)]),
				view.services.map((service) => [
					text(service.name),
					text(service.vip),
					text(service.localLbIndex),
					service.ports.map(text),
					service.tasks.map((task) => [task.name, task.endpointId, task.endpointIp, task.hostIp].map(text)),
				]),
			],
			(object) => [
				object.Name,
				object.Id,
				object.Driver,
				object.Scope,
				["EnableIPv6", "Internal", "Attachable", "Ingress"].map((key) => object[key]),
				true,
				list(object, "IPAM.Config").map((each) =>
					["Subnet", "Gateway", "IPRange"].map((key) => at(each, key)),
				),
				entries(object, "Containers").map(([key, each]) => [
					key,
					...["Name", "EndpointID", "MacAddress", "IPv4Address", "IPv6Address"].map((name) => at(each, name)),
				]),
				entries(object, "Options"),
				entries(object, "Options").length > 0 ? [4097, 4098] : [],
				entries(object, "Labels"),
				list(object, "Peers").map((each) => [at(each, "Name"), at(each, "IP")]),
				entries(object, "Services").map(([key, each]) => [
					key,
					// Go prints so of a service without a virtual address.
					at(each, "VIP") === "<nil>" ? undefined : at(each, "VIP"),
					at(each, "LocalLBIndex"),
					at(each, "Ports"),
					list(each, "Tasks").map((task) =>
						["Name", "EndpointID", "EndpointIP", "Info.Host IP"].map((path) => at(task, path)),
					),
				]),
			],
		);
	});

	it("containers", () => {
		holds(
			testing.containerObjects(),
			(printed) => docker.containers(docker.parseInspect(printed).ast),
			(view) => [
				[view.id, view.name, view.image, view.hostname, view.state, view.running, view.pid].map(text),
				[view.networkMode, view.sandboxId, view.sandboxKey].map(text),
				view.complete,
				pairs(view.labels),
				view.ports.map(({ target, bindings }) => [
					text(target),
					bindings.map(({ address, port }) => [text(address), text(port)]),
				]),
				view.networks.map((each) => [
					[each.name, each.networkId, each.endpointId, each.mac].map(text),
					[each.address, each.prefixLength, each.gateway].map(text),
					[each.address6, each.prefixLength6, each.gateway6].map(text),
					each.aliases.map(text),
				]),
			],
			(object) => [
				[
					object.Id,
					String(object.Name).slice(1),
					at(object, "Config.Image"),
					at(object, "Config.Hostname"),
					at(object, "State.Status"),
					at(object, "State.Running"),
					at(object, "State.Pid"),
				],
				["HostConfig.NetworkMode", "NetworkSettings.SandboxID", "NetworkSettings.SandboxKey"].map((path) =>
					at(object, path),
				),
				true,
				entries(object, "Config.Labels"),
				entries(object, "NetworkSettings.Ports").map(([target, bindings]) => [
					target,
					((bindings ?? []) as Plain[]).map(({ HostIp, HostPort }) => [
						HostIp === "" ? undefined : HostIp,
						HostPort === "" ? undefined : Number(HostPort),
					]),
				]),
				entries(object, "NetworkSettings.Networks").map(([key, each]) => {
					const address = at(each, "IPAddress");
					const address6 = at(each, "GlobalIPv6Address");
					return [
						[key, at(each, "NetworkID"), at(each, "EndpointID"), at(each, "MacAddress")],
						[address, address === undefined ? undefined : at(each, "IPPrefixLen"), at(each, "Gateway")],
						[
							address6,
							address6 === undefined ? undefined : at(each, "GlobalIPv6PrefixLen"),
							at(each, "IPv6Gateway"),
						],
						list(each, "Aliases"),
					];
				}),
			],
		);
	});

	it("a task is no container", () => {
		fc.assert(
			fc.property(testing.taskObjects(), (task) => {
				expect(docker.containers(docker.parseInspect(printed([task])).ast)).toEqual([]);
			}),
		);
	});

	it("services", () => {
		const port = (each: unknown): unknown[] =>
			["Protocol", "TargetPort", "PublishedPort", "PublishMode"].map((key) => at(each, key));
		holds(
			testing.serviceObjects(),
			(printed) => docker.services(docker.parseServiceInspect(printed).ast),
			(view) => [
				[view.id, view.name, view.image, view.mode, view.replicas, view.endpointMode].map(text),
				view.networks.map(text),
				view.ports.map((each) =>
					[each.protocol, each.targetPort, each.publishedPort, each.publishMode].map(text),
				),
				view.virtualIps.map(({ networkId, address }) => [text(networkId), prefix(address)]),
			],
			(object) => [
				[
					object.ID,
					at(object, "Spec.Name"),
					at(object, "Spec.TaskTemplate.ContainerSpec.Image"),
					Object.keys(at(object, "Spec.Mode") as Plain)[0],
					at(object, "Spec.Mode.Replicated.Replicas"),
					at(object, "Endpoint.Spec.Mode") ?? at(object, "Spec.EndpointSpec.Mode"),
				],
				list(object, "Spec.TaskTemplate.Networks").map((each) => at(each, "Target")),
				(at(object, "Endpoint") as Plain).Ports === undefined
					? list(object, "Spec.EndpointSpec.Ports").map(port)
					: list(object, "Endpoint.Ports").map(port),
				list(object, "Endpoint.VirtualIPs").map((each) => [at(each, "NetworkID"), at(each, "Addr")]),
			],
		);
	});

	it("nodes", () => {
		holds(
			testing.nodeObjects(),
			(printed) => docker.nodes(docker.parseNodeInspect(printed).ast),
			(view) =>
				[
					...[view.id, view.hostname, view.role, view.availability, view.state, view.address],
					...[view.managerAddress, view.leader, view.engineVersion],
				].map(text),
			(object) =>
				[
					...["ID", "Description.Hostname", "Spec.Role", "Spec.Availability", "Status.State", "Status.Addr"],
					...["ManagerStatus.Addr", "ManagerStatus.Leader", "Description.Engine.EngineVersion"],
				].map((path) => at(object, path)),
		);
	});

	it("info and version, of which there is one", () => {
		fc.assert(
			fc.property(testing.infoObjects(), (object) => {
				const view = docker.engineInfo(docker.parseInfo(`${JSON.stringify(object)}\n`).ast);
				expect(
					[
						...[view?.name, view?.serverVersion, view?.operatingSystem, view?.kernelVersion, view?.rootDir],
						...[view?.swarm, view?.nodeId, view?.isManager, view?.nodeAddress, view?.dataPathPort],
					].map(text),
				).toEqual(
					[
						...["Name", "ServerVersion", "OperatingSystem", "KernelVersion", "DockerRootDir"],
						...["Swarm.LocalNodeState", "Swarm.NodeID", "Swarm.ControlAvailable", "Swarm.NodeAddr"],
						"Swarm.Cluster.DataPathPort",
					].map((path) => at(object, path)),
				);
				expect(view?.managers.map(text)).toEqual(
					list(object, "Swarm.RemoteManagers").map((each) => at(each, "Addr")),
				);
			}),
		);
		fc.assert(
			fc.property(testing.versionObjects(), (object) => {
				const view = docker.engineVersion(docker.parseVersion(`${JSON.stringify(object)}\n`).ast);
				expect([view?.client, view?.server, view?.serverApi].map(text)).toEqual(
					["Client.Version", "Server.Version", "Server.ApiVersion"].map((path) => at(object, path)),
				);
			}),
		);
	});
});
