import type { Place } from "@netfossil/capture";
import { shellWord } from "@netfossil/capture/files";
import { isDockerNetns, NETNS_FOLDER } from "@netfossil/docker";
import type { Context } from "../../context.ts";
import { inPlace } from "../../in-place.ts";
import type { Gap } from "../../model.ts";
import { isPlainText } from "../../place-names.ts";

export const HOST: Place = { type: "host" };

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

export function hostsOf({ graph }: Context): readonly string[] {
	return graph.idsOf("host");
}
