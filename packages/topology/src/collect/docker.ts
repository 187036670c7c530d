import type { ParsedDump } from "@netfossil/capture";
import {
	containers,
	type DockerInfo,
	type DockerInspect,
	type DockerNetworkInspect,
	type DockerNetworkLs,
	type DockerNodeInspect,
	type DockerNodeLs,
	type DockerPs,
	type DockerServiceInspect,
	type DockerServiceLs,
	type DockerServicePs,
	engineInfo,
	GWBRIDGE,
	netnsOfGateway,
	networks,
	nodes,
	sandboxNetns,
	services,
} from "@netfossil/docker";
import type { Observations, ServiceRow } from "../observations.ts";

export function collectNetworkLs(parsed: ParsedDump<DockerNetworkLs>, into: Observations): void {
	for (const row of parsed.ast.statements) {
		if (row.type !== "network" || row.id === undefined) continue;
		into.networks.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: row },
			id: row.id.value,
			...(row.name && { name: row.name.value }),
			...(row.driver && { driver: row.driver.value }),
			...(row.scope && { reach: row.scope.value }),
			subnets: [],
			vxlanIds: [],
		});
	}
}

export function collectNetworkInspect(parsed: ParsedDump<DockerNetworkInspect>, into: Observations): void {
	const { scope } = parsed.dump;
	for (const view of networks(parsed.ast)) {
		if (view.id === undefined) continue;
		const id = view.id.value;
		const option = (key: string): string | undefined =>
			view.options.find((each) => each.key.value === key)?.value.value;
		const bridge = option("com.docker.network.bridge.name");
		into.networks.push({
			scope,
			quote: { parsed, span: view.name ?? view.id },
			id,
			...(view.name && { name: view.name.value }),
			...(view.driver && { driver: view.driver.value }),
			...(view.scope && { reach: view.scope.value }),
			...(view.ingress && { ingress: view.ingress.value }),
			...(bridge !== undefined && { bridge }),
			...(view.options.some((each) => each.key.value === "encrypted") && { encrypted: true }),
			subnets: view.subnets.flatMap(({ subnet, gateway }) =>
				subnet === undefined
					? []
					: [
							{
								subnet: `${subnet.address}/${subnet.length}`,
								...(gateway && { gateway: gateway.type === "ip" ? gateway.value : gateway.address }),
								quote: { parsed, span: subnet },
							},
						],
			),
			vxlanIds: view.vxlanIds.map(({ value }) => value),
		});
		for (const endpoint of view.containers) {
			into.endpoints.push({
				scope,
				quote: { parsed, span: endpoint },
				network: id,
				key: endpoint.key.value,
				...(endpoint.name && { name: endpoint.name.value }),
				...(endpoint.endpointId && { endpointId: endpoint.endpointId.value }),
				...(endpoint.mac && { mac: endpoint.mac.value }),
				...(endpoint.ipv4 && { address: endpoint.ipv4.address, length: endpoint.ipv4.length }),
			});
			// `gateway_acd51a308dfe`: docker_gwbridge's endpoints are named after the sandbox, their keys are
			// containers.
			const sandbox = netnsOfGateway(endpoint.name?.value ?? "");
			if (
				view.name?.value === GWBRIDGE &&
				sandbox !== undefined &&
				/^[0-9a-f]{64}$/.test(endpoint.key.value)
			) {
				const quote = { parsed, span: endpoint };
				into.containers.push({ scope, quote, id: endpoint.key.value });
				into.sandboxes.push({
					scope,
					quote,
					container: endpoint.key.value,
					netns: sandbox,
					rule: "gateway-endpoint",
				});
			}
		}
		collectMembers(parsed, view, into);
		for (const peer of view.peers) {
			if (peer.ip === undefined) continue;
			into.peers.push({
				scope,
				quote: { parsed, span: peer },
				network: id,
				address: peer.ip.value,
				...(peer.name && { name: peer.name.value }),
			});
		}
		for (const service of view.services) {
			balancing(parsed, id, service, into);
			if (service.name.value === "" || service.vip === undefined) continue;
			const length = view.subnets[0]?.subnet?.length;
			if (length === undefined) continue;
			into.virtualIps.push({
				scope,
				quote: { parsed, span: service.vip },
				service: service.name.value,
				networkId: id,
				address: service.vip.value,
				length,
			});
		}
	}
}

/** The keys below `Containers` are containers of this host, but for the engine's own ends and those elsewhere. */
function collectMembers(
	parsed: ParsedDump<DockerNetworkInspect>,
	view: ReturnType<typeof networks>[number],
	into: Observations,
): void {
	for (const { key, name, ...span } of view.containers) {
		if (!/^[0-9a-f]{64}$/.test(key.value)) continue;
		// On docker_gwbridge the endpoint is named after the sandbox.
		const own = view.name?.value === GWBRIDGE ? undefined : name?.value;
		into.containers.push({
			scope: parsed.dump.scope,
			quote: { parsed, span },
			id: key.value,
			...(own !== undefined && { name: own }),
		});
	}
}

/** What `-v` adds: the mark of a service on this host, and its tasks with the addresses of their nodes. */
function balancing(
	parsed: ParsedDump<DockerNetworkInspect>,
	networkId: string,
	service: ReturnType<typeof networks>[number]["services"][number],
	into: Observations,
): void {
	const { scope } = parsed.dump;
	const mark = service.localLbIndex?.value ?? 0;
	if (service.name.value !== "" && mark > 0) {
		into.balanced.push({
			scope,
			quote: { parsed, span: service.localLbIndex! },
			networkId,
			service: service.name.value,
			mark,
			...(service.vip && { address: service.vip.value }),
		});
	}
	for (const task of service.tasks) {
		if (task.endpointIp === undefined || task.hostIp === undefined) continue;
		into.taskEndpoints.push({
			scope,
			quote: { parsed, span: task },
			networkId,
			...(task.name && { name: task.name.value }),
			address: task.endpointIp.value,
			host: task.hostIp.value,
		});
	}
}

export function collectPs(parsed: ParsedDump<DockerPs>, into: Observations): void {
	for (const row of parsed.ast.statements) {
		if (row.type !== "container" || row.id === undefined) continue;
		const name = row.names?.[0]?.value;
		into.containers.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: row },
			id: row.id.value,
			...(name !== undefined && { name }),
			...(row.image && { image: row.image.value }),
			...(row.status && { status: row.status.value }),
		});
	}
}

export function collectInspect(parsed: ParsedDump<DockerInspect>, into: Observations): void {
	const { scope, command } = parsed.dump;
	for (const view of containers(parsed.ast)) {
		// A grep keeps no id; the command line names the container.
		const id = view.id?.value ?? inspected(command);
		// `docker inspect IMAGE`
		if (id === undefined || id.startsWith("sha256:")) continue;
		const name = view.name?.value;
		const quote = { parsed, span: view.id ?? view.sandboxId ?? view };
		into.containers.push({ scope, quote, id, ...(name !== undefined && { name }) });
		if (view.sandboxKey && view.sandboxKey.value !== "") {
			into.sandboxes.push({
				scope,
				quote: { parsed, span: view.sandboxKey },
				container: id,
				netns: view.sandboxKey.value.slice(view.sandboxKey.value.lastIndexOf("/") + 1),
				rule: "sandbox-key",
			});
		}
		if (view.sandboxId && view.sandboxId.value !== "" && view.networkMode?.value !== "host") {
			into.sandboxes.push({
				scope,
				quote: { parsed, span: view.sandboxId },
				container: id,
				netns: sandboxNetns(view.sandboxId.value),
				rule: "sandbox-id",
			});
		}
		for (const endpoint of view.networks) {
			if (endpoint.networkId === undefined || endpoint.mac === undefined) continue;
			into.endpoints.push({
				scope,
				quote: { parsed, span: endpoint },
				network: endpoint.networkId.value,
				key: id,
				...(name !== undefined && { name }),
				...(endpoint.endpointId && { endpointId: endpoint.endpointId.value }),
				mac: endpoint.mac.value,
				...(endpoint.address &&
					endpoint.prefixLength && {
						address: endpoint.address.value,
						length: endpoint.prefixLength.value,
					}),
			});
		}
	}
}

/** `docker container inspect d38975856cfd | grep -i sandbox` → the container. */
function inspected(command: string | undefined): string | undefined {
	return /\binspect(?:\s+-\S+)*\s+([0-9a-f]{12,64}|[\w][\w.-]*)/.exec(command ?? "")?.[1];
}

export function collectServiceLs(parsed: ParsedDump<DockerServiceLs>, into: Observations): void {
	for (const row of parsed.ast.statements) {
		if (row.type !== "service" || row.name === undefined) continue;
		const replicas =
			row.replicas?.type === "replicas" ? `${row.replicas.running}/${row.replicas.desired}` : undefined;
		into.services.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: row },
			name: row.name.value,
			...(row.id && { id: row.id.value }),
			...(row.mode && { mode: row.mode.value }),
			...(replicas !== undefined && { replicas }),
			...(row.image && { image: row.image.value }),
			ports: (row.ports ?? []).flatMap((port) => {
				if (port.type !== "published-port" || port.published === undefined) return [];
				const ports: ServiceRow["ports"][number][] = [];
				for (let at = port.published.first; at <= port.published.last; at++) {
					const target = port.target.first + at - port.published.first;
					ports.push({ protocol: port.protocol, published: at, target, quote: { parsed, span: port } });
				}
				return ports;
			}),
		});
	}
}

export function collectServicePs(parsed: ParsedDump<DockerServicePs>, into: Observations): void {
	for (const row of parsed.ast.statements) {
		if (row.type !== "task" || row.id === undefined || row.name === undefined) continue;
		const dot = row.name.value.lastIndexOf(".");
		if (dot <= 0) continue;
		into.tasks.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: row },
			id: row.id.value,
			name: row.name.value,
			service: row.name.value.slice(0, dot),
			...(row.node && { node: row.node.value }),
			...(row.desiredState && { desiredState: row.desiredState.value }),
			...(row.currentState && { currentState: row.currentState.value }),
		});
	}
}

export function collectServiceInspect(parsed: ParsedDump<DockerServiceInspect>, into: Observations): void {
	const { scope, command } = parsed.dump;
	for (const view of services(parsed.ast)) {
		const name = view.name?.value ?? /\bservice\s+inspect(?:\s+-\S+)*\s+(\S+)/.exec(command ?? "")?.[1];
		if (view.name !== undefined) {
			into.services.push({
				scope,
				quote: { parsed, span: view.name },
				name: view.name.value,
				...(view.id && { id: view.id.value }),
				...(view.image && { image: view.image.value }),
				ports: view.ports.flatMap((port) =>
					port.publishedPort && port.targetPort
						? [
								{
									protocol: port.protocol?.value ?? "tcp",
									published: port.publishedPort.value,
									target: port.targetPort.value,
									quote: { parsed, span: port },
								},
							]
						: [],
				),
			});
		}
		for (const vip of view.virtualIps) {
			if (vip.networkId === undefined || vip.address === undefined) continue;
			into.virtualIps.push({
				scope,
				quote: { parsed, span: vip.address },
				...(name !== undefined && { service: name }),
				networkId: vip.networkId.value,
				address: vip.address.address,
				length: vip.address.length,
			});
		}
	}
}

export function collectNodeLs(parsed: ParsedDump<DockerNodeLs>, into: Observations): void {
	for (const row of parsed.ast.statements) {
		if (row.type !== "node" || row.hostname === undefined) continue;
		into.nodes.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: row },
			hostname: row.hostname.value,
			...(row.id && { id: row.id.value }),
		});
	}
}

export function collectNodeInspect(parsed: ParsedDump<DockerNodeInspect>, into: Observations): void {
	for (const view of nodes(parsed.ast)) {
		if (view.hostname === undefined) continue;
		into.nodes.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: view.address ?? view.hostname },
			hostname: view.hostname.value,
			...(view.id && { id: view.id.value }),
			// The address of a manager may be 0.0.0.0, where it listens on all.
			...(view.address && view.address.value !== "0.0.0.0" && { address: view.address.value }),
		});
	}
}

/** What an engine says of its own node. */
export function collectInfo(parsed: ParsedDump<DockerInfo>, into: Observations): void {
	const view = engineInfo(parsed.ast);
	if (view?.nodeId === undefined || view.name === undefined) return;
	into.nodes.push({
		scope: parsed.dump.scope,
		quote: { parsed, span: view.nodeAddress ?? view.nodeId },
		hostname: view.name.value,
		id: view.nodeId.value,
		...(view.nodeAddress && { address: view.nodeAddress.value }),
	});
}
