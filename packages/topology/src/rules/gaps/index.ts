import type { Context, Rule } from "../../context.ts";
import { balancers } from "./balancers.ts";
import { containerNames } from "./container-names.ts";
import { hostInterfaces } from "./host-interfaces.ts";
import { ingressSandboxes } from "./ingress-sandboxes.ts";
import { natTargets } from "./nat-targets.ts";
import { networkNames } from "./network-names.ts";
import { OpenLegs } from "./open-legs.ts";
import { openPeers } from "./open-peers.ts";
import { overlayInterfaces } from "./overlay-interfaces.ts";
import { peers } from "./peers.ts";
import { sandboxes } from "./sandboxes.ts";
import { services } from "./services.ts";

/** What the dumps leave open, each with the command that would tell. */
export const gaps: Rule = {
	id: "gaps",
	concludes: "What no dump tells is named, with what it would change and the command that would tell it.",
	certainty: ["derived"],
	contradictedBy: "a dump that tells it",
	apply(context: Context) {
		const open = new OpenLegs(context);
		hostInterfaces(context, open);
		overlayInterfaces(context, open);
		openPeers(context, open);
		peers(context);
		sandboxes(context);
		ingressSandboxes(context);
		balancers(context);
		natTargets(context);
		networkNames(context);
		services(context);
		containerNames(context);
	},
};
