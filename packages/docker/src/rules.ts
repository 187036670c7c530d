/**
 * What Docker makes of ids, addresses and marks, so that a dump of the kernel can be told to one of Docker. Each
 * rule says where it stands in moby (`libnetwork/`; since 29 `daemon/libnetwork/`) and for which engines it holds;
 * the tests hold them against a recorded Swarm of 20.10.24. What is said of other engines is from their source.
 */

/** The folder of Docker's namespace files, which `ip netns` does not look into. */
export const NETNS_FOLDER = "/var/run/docker/netns";

/**
 * The sandbox of the routing mesh, one on each node of a swarm. `libnetwork/controller.go`, `NewSandbox`; before
 * libnetwork#1449 (September 2016, after 1.12.1) its id was random, like those of containers.
 */
export const INGRESS_SBOX = "ingress_sbox";

/** The key of {@link INGRESS_SBOX} below `Containers`, and in the name of its gateway endpoint. */
export const INGRESS_KEY = "ingress-sbox";

/** The bridge that joins each container of a swarm to its host. `libnetwork/default_gateway_linux.go`. */
export const GWBRIDGE = "docker_gwbridge";

/** The option of an overlay network that holds its VXLAN ids. `libnetwork/netlabel/labels.go`. */
export const VXLAN_ID_LIST = "com.docker.network.driver.overlay.vxlanid_list";

/** The lowest VXLAN id that a swarm gives (256 before 1.12). `drivers/overlay/ovmanager/ovmanager.go`. */
export const FIRST_VXLAN_ID = 4096;

/** The firewall mark of the first service of a daemon; the next ones count up. `service_common.go`, since 1.12. */
export const FIRST_MARK = 256;

/** A namespace's file is named by the first 12 characters of its key. `osl/namespace_linux.go`, `GenerateKey`. */
function netnsFile(key: string): string {
	return key.slice(0, 12);
}

/** `0d3c5b70d730`: the namespace of a container by the id of its sandbox, which is not the container's. */
export function sandboxNetns(sandboxId: string): string {
	return netnsFile(sandboxId);
}

/** `/var/run/docker/netns/0d3c5b70d730`: the `SandboxKey` of a container. All engines on Linux. */
export function sandboxKey(sandboxId: string): string {
	return `${NETNS_FOLDER}/${sandboxNetns(sandboxId)}`;
}

/**
 * `1-ieuel1sv9e`: the namespace of an overlay network on a node that has tasks on it. The number counts how often
 * the daemon made it. `drivers/overlay/ov_network.go`, since 1.9.
 */
export function overlayNetns(networkId: string, epoch = 1): string {
	return netnsFile(`${epoch}-${networkId}`);
}

/**
 * `lb_ieuel1sv9`: the namespace that balances an overlay network's services. `libnetwork/network.go`, since 18.09;
 * before, each task balanced in its own.
 */
export function balancerNetns(networkId: string): string {
	return netnsFile(`lb_${networkId}`);
}

/** The network id that `1-ieuel1sv9e` (overlay) or `lb_ieuel1sv9` (its load balancer) begins with. */
export function networkIdOfNetns(
	name: string,
): { readonly prefix: string; readonly role: "overlay" | "load-balancer" } | undefined {
	const overlay = /^\d+-([0-9a-z]{8,10})$/.exec(name);
	if (overlay && name.length === 12) return { prefix: overlay[1]!, role: "overlay" };
	const balancer = /^lb_([0-9a-z]{9})$/.exec(name);
	return balancer ? { prefix: balancer[1]!, role: "load-balancer" } : undefined;
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

/** `br-62a0995662ed`: the bridge of a network of the user's. `drivers/bridge/bridge_linux.go`, all engines. */
export function bridgeName(networkId: string): string {
	return `br-${networkId.slice(0, 12)}`;
}

/**
 * `vx-001001-ieuel`: a VTEP in the host's namespace, before it moves into its network's as `vxlan0`. The kernel logs
 * it: `vxlan0: renamed from vx-001000-zquwi`. `drivers/overlay/ov_network.go`, `generateVxlanName`, since 1.9.
 */
export function vtepName(vxlanId: number, networkId: string): string {
	return `vx-${vxlanId.toString(16).padStart(6, "0")}-${networkId.slice(0, 5)}`;
}

/** The ids in the value of {@link VXLAN_ID_LIST}, one for each subnet: `4097,4098`. */
export function vxlanIds(list: string): number[] {
	return list
		.split(",")
		.filter((each) => /^\d{1,8}$/.test(each))
		.map(Number);
}

/**
 * `02:42:0a:00:01:06`: the MAC of an endpoint with that IPv4 address. `netutils/utils_linux.go`,
 * `GenerateMACFromIP`: in overlays always, on bridges and macvlan up to 27 (28 takes random ones), unless the user
 * chose another. Undefined for what is no IPv4 address.
 */
export function macOfIpv4(address: string): string | undefined {
	const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)?.slice(1).map(Number);
	if (bytes === undefined || bytes.some((byte) => byte > 255)) return undefined;
	return ["02:42", ...bytes.map((byte) => byte.toString(16).padStart(2, "0"))].join(":");
}

/** The IPv4 address that a MAC was made of; undefined for one that {@link macOfIpv4} does not make. */
export function ipv4OfMac(mac: string): string | undefined {
	const bytes = /^02:42:([\da-f]{2}):([\da-f]{2}):([\da-f]{2}):([\da-f]{2})$/i.exec(mac)?.slice(1);
	return bytes?.map((byte) => Number.parseInt(byte, 16)).join(".");
}

/**
 * The MTU of an overlay's links: 1450; encrypted 1424. `drivers/overlay`, `maxMTU`: 50 bytes for VXLAN, 26 more for
 * ESP, then down to a multiple of four. `underlay` is the network's option `com.docker.network.driver.mtu`; Docker
 * does not look at the host's own links. Since 1.12.
 */
export function overlayMtu({
	encrypted = false,
	underlay = 1500,
}: {
	readonly encrypted?: boolean;
	readonly underlay?: number;
} = {}): number {
	const mtu = underlay - 50;
	return encrypted ? mtu - 26 - ((mtu - 26) % 4) : mtu;
}

/**
 * `0x101`: how iptables prints the mark of a service whose `LocalLBIndex` is 257, which IPVS prints as `FWM  257`.
 * Each daemon counts by itself, so one service has another mark on each node. `service_linux.go`, since 1.12.
 */
export function printedMark(localLbIndex: number): string {
	return `0x${localLbIndex.toString(16)}`;
}

/** The `LocalLBIndex` that a mark stands for (`0x101`, `257`); undefined for one that no service can have. */
export function localLbIndexOf(mark: string): number | undefined {
	const value = /^(?:0x[\da-f]{1,8}|\d{1,10})$/i.test(mark) ? Number(mark) : 0;
	return value >= FIRST_MARK ? value : undefined;
}

/**
 * `gateway_0d3c5b70d730`: a container's endpoint on {@link GWBRIDGE}, named by its sandbox; that of the routing mesh
 * is `gateway_ingress-sbox`, for a key of up to 12 characters stands there itself. `libnetwork/default_gateway.go`,
 * `setupDefaultGW`: read in the source of 23 to 29, recorded of 20.10.24 and of an engine from 18.09 to 19.03. Up to
 * 17.10 the id was the container's (moby#35281).
 */
export function gatewayEndpoint(sandboxId: string): string {
	return `gateway_${sandboxId === INGRESS_SBOX ? INGRESS_KEY : sandboxNetns(sandboxId)}`;
}

/**
 * The namespace of the sandbox that an endpoint on {@link GWBRIDGE} belongs to, by its name and by its key below
 * `Containers`; undefined where an older engine named it by the container, which tells no namespace.
 */
export function netnsOfGateway(endpoint: string, key?: string): string | undefined {
	if (endpoint === `gateway_${INGRESS_KEY}`) return INGRESS_SBOX;
	const id = /^gateway_([0-9a-f]{12})$/.exec(endpoint)?.[1];
	return id !== undefined && key?.startsWith(id) ? undefined : id;
}

/** `lb-overlay1`: the key of an overlay's load balancer below `Containers`. Since 18.09. */
export function balancerKey(networkName: string): string {
	return `lb-${networkName}`;
}

/** `overlay1-endpoint`, `ingress-endpoint`: the endpoint of the load balancer of a network. Since 17.05. */
export function balancerEndpoint(networkName: string): string {
	return `${networkName}-endpoint`;
}
