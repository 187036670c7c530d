/**
 * The names that Docker gives to namespaces and interfaces. Source: libnetwork (`osl/namespace_linux.go`
 * cuts sandbox ids to twelve characters, `drivers/overlay/ov_network.go` prefixes network ids).
 */

/** The directory of Docker's namespace files, which `ip netns` does not look into. */
export const NETNS_FOLDER = "/var/run/docker/netns";

/** The sandbox of the routing mesh: one on each node of a swarm. */
export const INGRESS_SBOX = "ingress_sbox";

/** The bridge that joins each container of a swarm to its host. */
export const GWBRIDGE = "docker_gwbridge";

/** The network id that `1-y5rtwtq7bj` (overlay) or `lb_y5rtwtq7b` (its load balancer) begins with. */
export function networkIdOfNetns(
	name: string,
): { readonly prefix: string; readonly role: "overlay" | "load-balancer" } | undefined {
	const overlay = /^\d+-([0-9a-z]{10})$/.exec(name);
	if (overlay) return { prefix: overlay[1]!, role: "overlay" };
	const balancer = /^lb_([0-9a-z]{9})$/.exec(name);
	return balancer ? { prefix: balancer[1]!, role: "load-balancer" } : undefined;
}

/** The namespace that Docker makes for an overlay network on a node that has tasks on it. */
export function overlayNetns(networkId: string): string {
	return `1-${networkId.slice(0, 10)}`;
}

/** Whether a name has the shape of a container's sandbox: the first twelve hex digits of its id. */
export function isSandboxName(name: string): boolean {
	return /^[0-9a-f]{12}$/.test(name);
}

/** Whether a namespace is one that Docker made, so that its file lies in {@link NETNS_FOLDER}. */
export function isDockerNetns(name: string): boolean {
	return (
		isSandboxName(name) || networkIdOfNetns(name) !== undefined || name === INGRESS_SBOX || name === "default"
	);
}
