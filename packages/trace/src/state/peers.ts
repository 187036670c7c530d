import type { Edge } from "@netfossil/topology";
import { type Device, type End, placeName } from "./kernel.ts";

/** Two ends that the topology takes to be one veth. */
export interface Pair {
	readonly one: End;
	readonly other: End;
	/** By what habit, where nothing proves it. */
	readonly habit?: string;
}

export function assumptionOf({ certainty, evidence }: Edge): Pick<Pair, "habit"> {
	return certainty === "assumed" ? { habit: evidence[0]?.because ?? "it fits" } : {};
}

/**
 * Makes each interface the end of one veth. Where a machine was saved twice, the topology has the veths of both times; of two that
 * an interface had, the one counts whose index its dump names, and then the one that is proven.
 */
export function joinPeers(pairs: readonly Pair[]): void {
	for (const pair of [...pairs].sort((a, b) => rankOf(a) - rankOf(b))) {
		const { one, other, habit } = pair;
		// What was its peer at the other time has none at this one.
		if (one.device.peer !== undefined || other.device.peer !== undefined) continue;
		const assumed =
			habit === undefined
				? {}
				: {
						assumed: {
							text: `${endName(one)} and ${endName(other)} are taken to be the two ends of a veth: ${habit}`,
							command: "ip -d link",
							namespace: one.namespace,
						},
					};
		one.device.peer = { ...other, ...assumed };
		other.device.peer = { ...one, ...assumed };
	}
}

const endName = ({ namespace, device }: End): string => `${device.name} of ${placeName(namespace)}`;

const rankOf = ({ one, other, habit }: Pair): number =>
	2 * Number(!(fits(one.device, other.device) && fits(other.device, one.device))) +
	Number(habit !== undefined);

/** Whether an interface names another's index, or none. */
const fits = ({ peerIndex }: Device, { index }: Device): boolean =>
	peerIndex === undefined || index === 0 || peerIndex === index;
