import type { Context } from "../../context.ts";
import { add, HOST, hostsOf } from "./gap.ts";

/** Containers that only their ids are known of. */
export function containerNames(context: Context): void {
	const { graph } = context;
	for (const host of hostsOf(context)) {
		const nameless = graph
			.targets("contains", host)
			.filter((id) => id.startsWith(`${host}/container/`) && graph.get(id, "name") === undefined);
		if (nameless.length === 0) continue;
		add(context, {
			about: nameless,
			question: `the names, images and states of the containers of ${host}`,
			matters: "which tasks they are, and whether they run",
			host,
			place: HOST,
			command: "docker ps -a --no-trunc",
		});
	}
}
