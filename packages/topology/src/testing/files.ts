import type { NamedText } from "@netfossil/capture";
import { printNetnsLs } from "@netfossil/iproute";
import type { ModelHost, ModelNetns, ModelNetwork } from "./model.ts";
import { nowhere, word } from "./nodes.ts";
import { dockerDumps, netnsFiles } from "./print-docker.ts";
import {
	addressDump,
	bridgeLinkDump,
	fdbDump,
	neighDump,
	netnsDump,
	routeDump,
	ruleDump,
} from "./print-links.ts";
import { iptablesDump, ipvsDump } from "./print-rules.ts";

/**
 * What a network's hosts print, as somebody would save it: a folder for each host, in it `host`, `docker` and
 * `ns/NAME`, in them a file for each command. What would be empty is not there.
 */
export function filesOf(network: ModelNetwork): NamedText[] {
	return network.hosts.flatMap((host) => hostFiles(network, host));
}

function hostFiles(network: ModelNetwork, host: ModelHost): NamedText[] {
	const files: NamedText[] = [{ path: `${host.name}/host/hostname.txt`, text: `${host.name}\n` }];
	const save = (folder: string, command: string, text: string): void => {
		const name = command.replaceAll(" ", "_").replaceAll("/", "_");
		if (text !== "") files.push({ path: `${host.name}/${folder}/${name}.txt`, text });
	};
	for (const netns of host.namespaces) {
		const folder = netns.name === "host" ? "host" : `ns/${netns.name}`;
		for (const [command, text] of netnsDumps(host, netns)) save(folder, command, text);
	}
	save("host", "ip netns", netnsDump(host));
	if (host.engine === undefined) return files;
	const names = netnsFiles(host).map((name) => ({ ...word(name) }));
	const rows = names.map((name) => ({ type: "names" as const, names: [name], ...nowhere }));
	save(
		"docker",
		"ls /var/run/docker/netns",
		printNetnsLs({ type: "netns-ls", statements: rows, ...nowhere }),
	);
	for (const [command, text] of dockerDumps(network, host, host.engine)) save("docker", command, text);
	return files;
}

function netnsDumps(host: ModelHost, netns: ModelNetns): [command: string, text: string][] {
	return [
		["ip -d address", addressDump(host, netns)],
		["ip route show table all", routeDump(netns)],
		["ip rule", ruleDump()],
		["ip neigh", neighDump(netns)],
		["bridge fdb show", fdbDump(netns)],
		["bridge link", bridgeLinkDump(netns)],
		["iptables-save", iptablesDump(netns)],
		["ipvsadm -Ln", netns.balanced.length === 0 ? "" : ipvsDump(netns.balanced)],
	];
}
