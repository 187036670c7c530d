import fc from "fast-check";
import type { HostPlan, NetworkPlan, ServicePlan, SwarmPlan } from "./plan.ts";

/** How large the networks may be that are drawn. */
export interface PlanLimits {
	readonly hosts?: number;
	/** Without docker there are no containers and no swarm. */
	readonly docker?: boolean;
}

/** Plans of whole networks: hosts on LANs with namespaces and overlays, with docker, or as a swarm. */
export function networkPlans({ hosts = 6, docker = true }: PlanLimits = {}): fc.Arbitrary<NetworkPlan> {
	const name = fc.stringMatching(/^[a-z]{2,8}-?[1-9]$/);
	const names = fc.uniqueArray(name, { minLength: 1, maxLength: hosts });
	return names.chain((all) =>
		fc
			.record(
				{
					hosts: fc.tuple(...all.map((each) => hostPlans(each, docker))),
					swarm: docker ? swarmPlans(all.length) : fc.constant(undefined),
				},
				{ requiredKeys: ["hosts"] },
			)
			.map(({ hosts: plans, swarm }): NetworkPlan => {
				if (swarm === undefined) return { hosts: plans };
				// A node of a swarm has docker, and its nodes reach each other.
				const nodes = plans.map((plan) => ({
					...plan,
					lans: [0, ...plan.lans.filter((lan) => lan !== 0)],
					networks: plan.networks.length === 0 ? [[]] : plan.networks,
				}));
				return { hosts: nodes, swarm };
			}),
	);
}

function hostPlans(name: string, docker: boolean): fc.Arbitrary<HostPlan> {
	const containers = fc.array(fc.nat(2), { maxLength: 3 });
	return fc.record({
		name: fc.constant(name),
		lans: fc.constantFrom([0], [1], [0, 1], [1, 0]),
		bridgedCard: fc.boolean(),
		bonded: fc.boolean(),
		ipv6: fc.boolean(),
		naming: fc.constantFrom("names", "numbers"),
		namespaces: fc.array(fc.record({ bridged: fc.boolean() }), { maxLength: 3 }),
		vlans: fc.subarray([10, 20]),
		vxlan: fc.boolean(),
		networks: docker ? fc.array(containers, { maxLength: 3 }) : fc.constant([]),
	});
}

function swarmPlans(hosts: number): fc.Arbitrary<SwarmPlan> {
	return fc.integer({ min: 1, max: 2 }).chain((overlays) =>
		fc.record({
			overlays: fc.constant(overlays),
			encrypted: fc.boolean(),
			services: fc.array(servicePlans(hosts, overlays), { maxLength: 3 }),
		}),
	);
}

function servicePlans(hosts: number, overlays: number): fc.Arbitrary<ServicePlan> {
	return fc.record({
		overlay: fc.nat(overlays - 1),
		published: fc.boolean(),
		tasks: fc.array(fc.nat(hosts - 1), { minLength: 1, maxLength: 4 }),
	});
}
