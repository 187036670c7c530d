import type { Place } from "@netfossil/capture";
import { isDockerNetns, NETNS_FOLDER } from "@netfossil/docker";
import type { Context } from "../../context.ts";
import type { Gap } from "../../model.ts";
import { isPlainText } from "../../place-names.ts";

export const HOST: Place = { type: "host" };

/** The command that runs another one in a place of a host. */
export function inPlace(place: Place, command: string): string {
	switch (place.type) {
		case "host":
			return `sudo ${command}`;
		case "netns":
			return isDockerNetns(place.name)
				? `sudo nsenter --net=${NETNS_FOLDER}/${shellWord(place.name)} ${command}`
				: `sudo ip netns exec ${shellWord(place.name)} ${command}`;
		case "container":
			return `sudo nsenter --net=$(docker inspect -f '{{.NetworkSettings.SandboxKey}}' ${shellWord(place.id)}) ${command}`;
	}
}

/** A command for several namespaces of a host, each output below a heading. */
export function inAll(names: readonly string[], command: string): string {
	const places = names.map((name): Place => (name === "host" ? HOST : { type: "netns", name }));
	if (places.length > 1 && names.every((name) => name === "host" || isDockerNetns(name))) {
		// Docker's name for the host's own namespace.
		const files = names.map((name) => (name === "host" ? "default" : shellWord(name))).join(" ");
		return `for ns in ${files}; do echo "# $ns"; sudo nsenter --net=${NETNS_FOLDER}/$ns ${command}; done`;
	}
	return places.map((place) => inPlace(place, command)).join("; ");
}

/** Names come from dumps, which are untrusted, and commands are there to be pasted. */
export function shellWord(text: string): string {
	return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export function add(context: Context, gap: Omit<Gap, "about"> & { about: readonly string[] }): void {
	// There is no command that would tell of a thing that cannot be called so.
	if (!isPlainText(gap.command)) return;
	context.graph.gap({ ...gap, about: [...new Set(gap.about)].sort() });
}

/** Whether some dump shows the interfaces of a namespace. */
export function shown({ graph }: Context, netns: string): boolean {
	return graph.targets("contains", netns).some((id) => id.startsWith(`${netns}/interface/`));
}

export function isPaired({ graph }: Context, id: string): boolean {
	return graph.targets("veth-peer", id).length + graph.origins("veth-peer", id).length > 0;
}

export function hostsOf({ graph }: Context): string[] {
	return graph.idsOf("host");
}
