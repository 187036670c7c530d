import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";
import type { Translation } from "../observations.ts";

/** Whose packets a namespace gives another source address. */
export const sourceRewrites: Rule = {
	id: "source-rewrite",
	concludes:
		"A SNAT or MASQUERADE rule gives packets that leave its namespace another source address, and NETMAP one of another prefix; `-m ipvs` in ingress_sbox is why tasks see the address of ingress_sbox and not the client's.",
	certainty: ["observed"],
	contradictedBy: "an earlier rule that takes the same packets",
	apply({ seen, graph, who }: Context) {
		for (const row of seen.translations) {
			if (row.target !== "SNAT" && row.target !== "MASQUERADE" && row.target !== "NETMAP") continue;
			// What a list without interfaces says, another dump of the same rules says better.
			const told = (other: Translation): boolean =>
				!other.interfacesUnknown &&
				other.target === row.target &&
				who.netns(other.scope) === who.netns(row.scope);
			if (row.interfacesUnknown && seen.translations.some(told)) continue;
			// The resolver's own rules turn the answers' port back, not their address.
			if (row.target !== "MASQUERADE" && row.toAddress === undefined) continue;
			const words = [
				row.target,
				...(row.ipvs ? ["ipvs"] : []),
				...(row.protocol === undefined ? [] : [row.protocol]),
				...(row.dport === undefined ? [] : [`port ${row.dport}`]),
				...(row.from === undefined ? [] : [`from ${row.from}`]),
				...(row.towards === undefined ? [] : [`to ${row.towards}`]),
				...(row.out === undefined ? [] : [`out ${row.out}`]),
				...(row.interfacesUnknown && !row.ipvs ? ["(interfaces not listed)"] : []),
				...(row.matches === undefined ? [] : [`if ${row.matches.join(", ")}`]),
				...(row.chain === undefined || row.chain === "POSTROUTING" ? [] : [`in ${row.chain}`]),
			];
			const value = row.toAddress ?? true;
			graph.set(who.netns(row.scope), words.join(" "), value, proof("observed", this.id, [row.quote]));
		}
	},
};
