import type { Context, Rule } from "../context.ts";
import { observed, proof } from "../evidence.ts";
import { hostId, publishedPortId } from "../ids.ts";

/** Ports that only a process of Docker's shows. */
export const userlandProxies: Rule = {
	id: "userland-proxy",
	concludes:
		"A port on which docker-proxy listens in the host's namespace is published by a container: Docker runs one for each. With the rules at hand it is further evidence of the same port.",
	certainty: ["derived"],
	contradictedBy: "nothing: docker-proxy is run for published ports only",
	apply({ seen, graph }: Context) {
		for (const row of seen.sockets) {
			if (!row.listening || row.port === undefined || row.scope.place.type !== "host") continue;
			// `ss` cuts names at 15 characters, which docker-proxy has not.
			if (row.program !== "docker-proxy") continue;
			const host = hostId(row.scope.host);
			const any = row.address === "0.0.0.0" || row.address === "::";
			const port = publishedPortId(host, row.protocol, row.port, any ? undefined : row.address);
			const name = `${any ? "" : `${row.address}:`}${row.port}/${row.protocol}`;
			const because = "Docker runs docker-proxy for each port that a container publishes";
			const evidence = proof("derived", this.id, [row.quote], because);
			graph.node("published-port", port, graph.has(port) ? graph.nameOf(port) : name, evidence);
			graph.edge("contains", host, port, evidence);
			graph.set(port, "port", row.port, evidence);
			graph.set(port, "userland proxy", true, observed(row.quote));
		}
	},
};
