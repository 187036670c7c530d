import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";
import { hostId } from "../ids.ts";

/** Hosts that go by one name. */
export const sameNames: Rule = {
	id: "namesake",
	concludes:
		"Captures of one host name whose network cards have no MAC in common are of two machines: the second one is called NAME@FOLDER. That they are one, with new cards, stays possible.",
	certainty: ["assumed"],
	contradictedBy: "a card with the same MAC in both captures",
	apply({ graph, namesakes }: Context) {
		for (const { host, called, because, quotes } of namesakes) {
			graph.ambiguity({
				about: hostId(host),
				question: `whether ${host} and ${called} are one machine`,
				candidates: [hostId(host), hostId(called)],
				evidence: [proof("assumed", this.id, quotes, because)],
			});
		}
	},
};
