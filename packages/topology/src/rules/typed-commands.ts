import { readCommands } from "@netfossil/capture/files";
import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import { hostId, publishedPortId } from "../ids.ts";
import type { CommandLine } from "../observations.ts";

/** A service as it was created. */
interface Created {
	readonly command: CommandLine;
	readonly name: string;
	readonly networks: readonly string[];
	readonly ports: readonly {
		readonly protocol: string;
		readonly published: number;
		readonly target: number;
	}[];
}

/** What `docker service create` names: the networks of a service, and the ports that it publishes. */
export const typedCommands: Rule = {
	id: "typed-command",
	concludes:
		"`docker service create --name S --network N --publish P:T` names the one network of S besides ingress, and the service behind port P of each node.",
	certainty: ["derived"],
	contradictedBy:
		"`docker network inspect` or `docker service inspect` with other names; the service may have been changed since",
	apply(context: Context) {
		for (const command of context.seen.commands) {
			for (const { words } of readCommands(command.text) ?? []) {
				const created = readServiceCreate(command, words);
				if (created === undefined) continue;
				nameNetwork(context, created);
				namePorts(context, created);
			}
		}
	},
};

/** Reads the words of `docker service create …`; options may stand as `--name vote` and as `--name=vote`. */
function readServiceCreate(command: CommandLine, words: readonly string[]): Created | undefined {
	const at = words.indexOf("docker");
	if (at === -1 || words[at + 1] !== "service" || words[at + 2] !== "create") return undefined;
	const options: [string, string][] = [];
	for (let index = at + 3; index < words.length; index++) {
		const [flag, value] = splitOnce(words[index]!, "=");
		if (flag.startsWith("-")) options.push([flag, value ?? words[index + 1] ?? ""]);
	}
	const values = (...flags: string[]): string[] =>
		options.filter(([flag]) => flags.includes(flag)).map(([, value]) => value);
	const name = values("--name").at(-1);
	if (name === undefined) return undefined;
	return {
		command,
		name,
		networks: values("--network").map((value) => (/^name=/.test(value) ? value.slice(5) : value)),
		ports: values("--publish", "-p").flatMap((value) => readPublish(value) ?? []),
	};
}

function splitOnce(text: string, sign: string): [string, string | undefined] {
	const at = text.indexOf(sign);
	return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** `8080:80`, `53:53/udp`, `mode=ingress,target=80,published=8080` */
function readPublish(value: string): Created["ports"][number] | undefined {
	const short = /^(\d+):(\d+)(?:\/(\w+))?$/.exec(value);
	if (short) return { published: Number(short[1]), target: Number(short[2]), protocol: short[3] ?? "tcp" };
	const fields = new Map(value.split(",").map((field) => splitOnce(field, "=")));
	const published = Number(fields.get("published"));
	const target = Number(fields.get("target"));
	if (!published || !target) return undefined;
	return { published, target, protocol: fields.get("protocol") ?? "tcp" };
}

function nameNetwork({ graph, swarms }: Context, { command, name, networks }: Created): void {
	const service = swarms.service(command.scope.host, name);
	const attached = new Set<string>();
	for (const vip of graph.origins("backs", service)) {
		for (const network of graph.targets("attached-to-network", vip)) {
			if (graph.get(network, "ingress") !== true) attached.add(network);
		}
	}
	const [network] = attached;
	if (networks.length !== 1 || attached.size !== 1 || network === undefined) return;
	if (graph.get(network, "name") !== undefined) return;
	const because = `service ${name} was created on ${networks[0]}, and has a VIP in one network besides ingress`;
	const typed = [proof("observed", typedCommands.id, [command.quote])];
	const evidence = conclude("derived", typedCommands.id, [typed, graph.evidenceOf(network)], because);
	graph.set(network, "name", networks[0]!, evidence);
	graph.rename(network, networks[0]!);
}

function namePorts({ graph, swarms }: Context, { command, name, ports }: Created): void {
	for (const { protocol, published, target } of ports) {
		for (const host of graph.idsOf("host")) {
			const port = publishedPortId(hostId(host), protocol, published);
			if (!graph.has(port) || graph.targets("backs", port).length > 0) continue;
			if (!swarms.linked(host, command.scope.host)) continue;
			const because = `${name} was created with port ${published} published, which the routing mesh opens on every node`;
			const typed = [proof("observed", typedCommands.id, [command.quote])];
			const evidence = conclude("derived", typedCommands.id, [typed, graph.evidenceOf(port)], because);
			const service = swarms.service(command.scope.host, name);
			graph.node("service", service, name, evidence);
			graph.edge("backs", port, service, evidence, { target });
		}
	}
}
