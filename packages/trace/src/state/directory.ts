import type { Prefix } from "../address.ts";
import type { Facts, Network } from "./habits/facts.ts";
import { firstOf } from "./habits/links.ts";
import type { Namespace } from "./kernel.ts";

/** A container, by all that people call it. */
export interface NamedContainer {
	readonly host: string;
	readonly id: string;
	/** Its name, and that of the task that it is: `vote.2.ij6fmmcx71po5sjeessn9wl0j`, `vote.2`. */
	readonly names: readonly string[];
	readonly service?: string;
	readonly namespace: Namespace;
}

/** An address at which a service is reached by whoever is on its network. */
export interface ServiceAddress {
	readonly address: string;
	/** The name of the network. */
	readonly network: string;
	/** What comes in by published ports goes there. */
	readonly ingress: boolean;
	readonly prefixes: readonly Prefix[];
}

export interface NamedService {
	readonly name: string;
	readonly addresses: readonly ServiceAddress[];
	/** The ports that it publishes, each with the machines that are known to take it. */
	readonly published: readonly { readonly protocol: string; readonly port: number; readonly host: string }[];
	/** Its tasks, with the machine of each, whether a container of it is known or not. */
	readonly tasks: readonly string[];
}

export interface NamedNetwork {
	readonly name: string;
	/** Of a bridge network, which each machine has for itself. */
	readonly host?: string;
	/** What comes in by published ports goes there. */
	readonly ingress: boolean;
	readonly gateways: readonly string[];
	/** The interfaces that are known to be on it. */
	readonly legs: readonly { readonly host: string; readonly netns: string | null; readonly name: string }[];
}

/** What names mean in a capture. */
export interface Directory {
	readonly hosts: readonly string[];
	readonly containers: readonly NamedContainer[];
	readonly services: readonly NamedService[];
	readonly networks: readonly NamedNetwork[];
}

/** `aliases` leads from `HOST/NAME` to the namespace of a container. */
export function directoryOf(
	facts: Facts,
	networks: readonly Network[],
	aliases: ReadonlyMap<string, Namespace>,
): Directory {
	return {
		hosts: facts.nodes("host").map(({ name }) => name),
		containers: facts.nodes("container").flatMap(({ id, name }): NamedContainer[] => {
			const [host = "", , short = ""] = id.split("/");
			const namespace = aliases.get(`${host}/${short}`);
			if (namespace === undefined) return [];
			const tasks = facts.from("backs", id).flatMap(({ to }) => facts.node(to) ?? []);
			const service = tasks.flatMap((task) => facts.from("backs", task.id))[0]?.to;
			return [
				{
					host,
					id: short,
					names: [...new Set([name, ...tasks.map((task) => task.name)])].filter((each) => each !== short),
					...(service !== undefined && { service: facts.node(service)?.name ?? service }),
					namespace,
				},
			];
		}),
		services: facts.nodes("service").map(({ id, name }) => {
			const behind = facts.to("backs", id).flatMap(({ from }) => facts.node(from) ?? []);
			return {
				name,
				addresses: behind
					.filter(({ kind }) => kind === "vip")
					.map((vip) => {
						const on = facts.from("attached-to-network", vip.id)[0]?.to;
						const network = networks.find((each) => each.id === on);
						return {
							address: vip.name,
							network: network?.name ?? "",
							ingress: network?.ingress ?? false,
							prefixes: network?.subnets.map(({ prefix }) => prefix) ?? [],
						};
					}),
				published: behind.flatMap((port) => {
					const [, host, protocol, number] = /^([^/]+)\/published-port\/([a-z]+)\/(\d+)$/.exec(port.id) ?? [];
					return host === undefined || protocol === undefined
						? []
						: [{ host, protocol, port: Number(number) }];
				}),
				tasks: behind
					.filter(({ kind }) => kind === "task")
					.map((task) => {
						const node = task.attributes.node?.value;
						return typeof node === "string" ? `${task.name} on ${node}` : task.name;
					}),
			};
		}),
		networks: networks.map(({ name, host, subnets, ingress, legs }) => ({
			name,
			...(host !== undefined && { host }),
			ingress,
			legs,
			gateways: subnets.map(({ prefix, gateway }) => gateway ?? firstOf(prefix)),
		})),
	};
}
