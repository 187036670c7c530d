import { isSandboxName } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";
import { addressId, publishedPortId } from "../ids.ts";
import type { Evidence } from "../model.ts";
import type { Translation } from "../observations.ts";

/** The last step of the routing mesh, within the task's own namespace. */
export const taskRedirects: Rule = {
	id: "task-redirect",
	concludes:
		"A REDIRECT in PREROUTING for one address and port of its namespace turns the port into another one of the namespace: Docker writes it there, for the published port of a task. In a container's namespace of which no addresses were saved the address is taken to be its own. Any other REDIRECT is an attribute of its namespace: packets that only pass by are redirected, too.",
	certainty: ["observed", "derived", "assumed"],
	contradictedBy: "a dump of the namespace's interfaces without the address",
	apply(context: Context) {
		const { seen, graph, who } = context;
		for (const row of seen.translations) {
			const { destination, dport, toPort } = row;
			if (row.target !== "REDIRECT" || dport === undefined || toPort === undefined) continue;
			const netns = who.netns(row.scope);
			const protocol = row.protocol ?? "any";
			const said = proof("observed", this.id, [row.quote]);
			const own = destination === undefined ? undefined : ownAddress(this, context, row, netns, destination);
			if (own === undefined || row.chain === "OUTPUT") {
				graph.set(netns, `REDIRECT ${protocol} ${destination ?? "any"}:${dport}`, toPort, said);
				continue;
			}
			const address = graph.node("address", addressId(netns, destination!), destination!, own);
			if (graph.origins("has-address", address).length === 0) graph.edge("contains", netns, address, own);
			const id = publishedPortId(netns, protocol, dport, destination!);
			const port = graph.node("published-port", id, `${destination}:${dport}/${protocol}`, said);
			graph.edge("contains", netns, port, said);
			graph.set(port, "port", dport, said);
			graph.set(port, "targets", [{ to: `${destination}:${toPort}` }], said);
			graph.edge("nat-to", port, address, own, { port: toPort });
		}
	},
};

/** What says that the address that a REDIRECT is for is the namespace's own. */
function ownAddress(
	{ id }: Rule,
	{ rows, graph }: Context,
	row: Translation,
	netns: string,
	destination: string,
): Evidence | undefined {
	const saved = rows.addressesIn(netns);
	if (saved.length > 0) {
		const own = saved.find(({ address }) => address === destination);
		return (
			own && proof("derived", id, [row.quote, own.quote], `${destination} is an address of the namespace`)
		);
	}
	if (row.in !== undefined || !isOfContainer(row, graph.nameOf(netns))) return undefined;
	const because = `Docker redirects in a container's namespace what is for its own address, here ${destination}; a proxy redirects what passes by`;
	return proof("assumed", id, [row.quote], because);
}

function isOfContainer({ scope: { place } }: Translation, name: string): boolean {
	return place.type === "container" || name.startsWith("container:") || isSandboxName(name);
}
