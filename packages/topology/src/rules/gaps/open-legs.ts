import type { Context } from "../../context.ts";
import type { Link } from "../../links.ts";
import { append } from "../../lists.ts";
import { vethEnds } from "../veth-peers.ts";
import { isPaired } from "./gap.ts";

/** The ends of veth pairs whose peer no dump shows. */
export class OpenLegs {
	readonly all: readonly Link[];
	/** `host network` → those on it. */
	readonly #byNetwork = new Map<string, Link[]>();

	constructor(context: Context) {
		const { graph } = context;
		this.all = vethEnds(context).filter((end) => !isPaired(context, end.id));
		for (const end of this.all) {
			for (const network of graph.targets("attached-to-network", end.id)) {
				const key = `${end.scope.host} ${network}`;
				append(this.#byNetwork, key, end);
			}
		}
	}

	/** Those of a host that are on a network. */
	on(host: string, network: string): readonly Link[] {
		return this.#byNetwork.get(`${host} ${network}`) ?? [];
	}
}

/** `eth0 of ingress_sbox, eth1 of 727bc5c9f5d0` */
export function listed({ who }: Context, legs: readonly Link[]): string {
	return legs.map(({ name, scope }) => `${name} of ${who.netnsName(scope.host, scope.place)}`).join(", ");
}
