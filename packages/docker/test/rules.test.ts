import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as docker from "../src/index.ts";

const root = new URL("../../../fixtures/docker/swarm/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const HOSTS = ["manager1", "worker1", "worker2"];
const networksOf = (host: string) =>
	docker.networks(docker.parseNetworkInspect(read(`${host}/docker_network_inspect_ALL.txt`)).ast);
const sandboxesOf = (host: string) =>
	host === "worker2"
		? []
		: docker.containers(docker.parseInspect(read(`${host}/docker_inspect_ALL.txt`)).ast);

describe("docker's rules, in the recorded Swarm", () => {
	it.each(HOSTS)("%s: the rules name every namespace that is there", (host) => {
		const files = [...read(`${host}/ls_-li_var_run_docker_netns.txt`).matchAll(/\d\d:\d\d (\S+)$/gm)];
		const overlays = networksOf(host).filter(
			({ driver, containers }) => driver?.value === "overlay" && containers.length > 0,
		);
		const named = [
			docker.INGRESS_SBOX,
			...overlays.map(({ id }) => docker.overlayNetns(id!.value)),
			// The routing mesh balances in ingress_sbox, the other networks in a namespace of their own.
			...overlays.filter(({ ingress }) => !ingress?.value).map(({ id }) => docker.balancerNetns(id!.value)),
			...sandboxesOf(host).map(({ sandboxId }) => docker.sandboxNetns(sandboxId!.value)),
		];
		expect(named.sort()).toEqual(files.map(([, name]) => name).sort());
		expect(named.every(docker.isDockerNetns)).toBe(true);
	});

	it.each(HOSTS)("%s: sandbox keys, and endpoints on docker_gwbridge", (host) => {
		const gateways = networksOf(host).find(({ name }) => name?.value === docker.GWBRIDGE)?.containers ?? [];
		const views = sandboxesOf(host);
		expect(gateways).toHaveLength(views.length + 1);
		for (const { id, sandboxId, sandboxKey } of views) {
			expect(docker.sandboxKey(sandboxId!.value)).toBe(sandboxKey?.value);
			const gateway = gateways.find(({ key }) => key.value === id?.value)?.name?.value ?? "";
			expect(docker.gatewayEndpoint(sandboxId!.value)).toBe(gateway);
			expect(docker.netnsOfGateway(gateway, id?.value)).toBe(docker.sandboxNetns(sandboxId!.value));
		}
		const mesh = gateways.find(({ key }) => key.value === docker.INGRESS_KEY)?.name?.value ?? "";
		expect(docker.gatewayEndpoint(docker.INGRESS_SBOX)).toBe(mesh);
		expect(docker.netnsOfGateway(mesh)).toBe(docker.INGRESS_SBOX);
	});

	it.each(HOSTS)("%s: every MAC is made of its IPv4 address", (host) => {
		const endpoints = networksOf(host).flatMap(({ containers }) => containers);
		expect(endpoints.length).toBeGreaterThan(1);
		for (const { mac, ipv4 } of endpoints) {
			expect(docker.macOfIpv4(ipv4!.address)).toBe(mac?.value);
			expect(docker.ipv4OfMac(mac!.value)).toBe(ipv4?.address);
		}
	});

	it.each(["manager1", "worker1"])("%s: load balancers", (host) => {
		const overlay = networksOf(host).find(({ name }) => name?.value === "overlay1");
		const balancer = overlay?.containers.find(({ key }) => key.value === docker.balancerKey("overlay1"));
		expect(balancer?.name?.value).toBe(docker.balancerEndpoint("overlay1"));
		const text = read(`${host}/${docker.balancerNetns(overlay!.id!.value)}.ip_a.txt`);
		expect(text).toContain(`inet ${balancer?.ipv4?.address}/24 `);
	});

	it.each(HOSTS)("%s: LocalLBIndex is the mark of iptables and of IPVS", (host) => {
		const [ingress] = docker.networks(
			docker.parseNetworkInspect(read(`${host}/docker_network_inspect_-v_ingress.txt`)).ast,
		);
		const index = ingress?.services.find(({ name }) => name.value === "vote")?.localLbIndex?.value ?? 0;
		expect(index).toBeGreaterThanOrEqual(docker.FIRST_MARK);
		expect(read(`${host}/ingress_sbox.ipvsadm_-Ln.txt`)).toContain(`FWM  ${index} rr`);
		const rules = read(`${host}/ingress_sbox.iptables-save.txt`);
		expect(rules).toContain(`--dport 8080 -j MARK --set-xmark ${docker.printedMark(index)}/0xffffffff`);
		expect(docker.localLbIndexOf(docker.printedMark(index))).toBe(index);
		expect(docker.localLbIndexOf(String(index))).toBe(index);
	});

	it.each(["manager1", "worker1"])("%s: VXLAN ids and the MTU", (host) => {
		const overlay = networksOf(host).find(({ name }) => name?.value === "overlay1");
		const list = overlay?.options.find(({ key }) => key.value === docker.VXLAN_ID_LIST)?.value.value ?? "";
		const [vni = 0] = docker.vxlanIds(list);
		expect(overlay?.vxlanIds.map(({ value }) => value)).toEqual([vni]);
		expect(vni).toBeGreaterThanOrEqual(docker.FIRST_VXLAN_ID);
		const links = read(`${host}/${docker.overlayNetns(overlay!.id!.value)}.ip_-d_link.txt`);
		expect(links).toMatch(new RegExp(`vxlan0@\\S+ <\\S+> mtu ${docker.overlayMtu()} `));
		expect(links).toContain(`vxlan id ${vni} `);
	});

	it("the kernel's log has the first names of the VTEPs", () => {
		const seen = [...read("dmesg_vxlan.txt").matchAll(/renamed from (vx-\S+)/g)].map(([, name]) => name);
		const names = networksOf("manager1").flatMap(({ id, vxlanIds }) =>
			vxlanIds.map(({ value }) => docker.vtepName(value, id!.value)),
		);
		expect(new Set(seen)).toEqual(new Set(names));
	});
});

describe("docker's rules, in a document about an engine of 18.09 or 19.03", () => {
	const node = new URL("../../../fixtures/seeds/swarm-networking/node1/", import.meta.url);
	const readSeed = (path: string): string => readFileSync(new URL(path, node), "utf8");

	it("the endpoints on docker_gwbridge name namespaces that ip netns lists", () => {
		const names = readSeed("ip_netns.txt").match(/^\S+/gm);
		const [gwbridge] = docker.networks(
			docker.parseNetworkInspect(readSeed("docker_network_inspect_docker_gwbridge.json")).ast,
		);
		const found = gwbridge?.containers.map(({ key, name }) =>
			docker.netnsOfGateway(name?.value ?? "", key.value),
		);
		expect(found).toEqual(["acd51a308dfe", docker.INGRESS_SBOX]);
		for (const name of found ?? []) expect(names).toContain(name);
	});

	it("so do the ids of its overlays, and their balancers", () => {
		const names = readSeed("ip_netns.txt").match(/^\S+/gm);
		const [ingress] = docker.networks(
			docker.parseNetworkInspect(readSeed("docker_network_inspect_ingress.json")).ast,
		);
		expect(names).toContain(docker.overlayNetns(ingress?.id?.value ?? ""));
		expect(names?.map(docker.networkIdOfNetns).filter((each) => each !== undefined)).toEqual([
			{ prefix: "y5rtwtq7bj", role: "overlay" },
			{ prefix: "y5rtwtq7b", role: "load-balancer" },
			{ prefix: "das46zk71z", role: "overlay" },
		]);
		for (const { mac, ipv4 } of ingress?.containers ?? []) {
			expect(docker.macOfIpv4(ipv4!.address)).toBe(mac?.value);
		}
	});
});

describe("docker's rules, where the recordings end", () => {
	it("up to 17.10 an endpoint on docker_gwbridge had the container's id, which names no namespace", () => {
		const container = "a80aaba1a6d0af6e10be34434e5556c514b9c71cbcda006da622747367b552ec";
		expect(docker.netnsOfGateway("gateway_a80aaba1a6d0", container)).toBeUndefined();
		expect(docker.netnsOfGateway("gateway_acd51a308dfe", container)).toBe("acd51a308dfe");
		expect(docker.netnsOfGateway("gateway_acd51a308dfe")).toBe("acd51a308dfe");
		expect(docker.netnsOfGateway("web", container)).toBeUndefined();
	});

	it("an encrypted network is smaller, to a multiple of four; the option sets what is under it", () => {
		expect(docker.overlayMtu({ encrypted: true })).toBe(1424);
		expect(docker.overlayMtu({ underlay: 9000 })).toBe(8950);
		expect(docker.overlayMtu({ underlay: 9001, encrypted: true })).toBe(8924);
	});

	it("a network's namespace that was made again counts on, and has one digit less of the id from the tenth", () => {
		const id = "ieuel1sv9eog9i3ren8g1f5hv";
		for (const epoch of [1, 2, 9, 10, 99]) {
			const name = docker.overlayNetns(id, epoch);
			expect(name).toHaveLength(12);
			const known = docker.networkIdOfNetns(name);
			expect(known?.role).toBe("overlay");
			expect(id.startsWith(known?.prefix ?? "-")).toBe(true);
		}
		expect(docker.networkIdOfNetns("ingress_sbox")).toBeUndefined();
		expect(docker.networkIdOfNetns("1-ieuel")).toBeUndefined();
	});

	it("names of networks of the user's, and lists of VXLAN ids", () => {
		expect(docker.bridgeName("62a0995662ed".padEnd(64, "0"))).toBe("br-62a0995662ed");
		expect(docker.vxlanIds("4097,4098")).toEqual([4097, 4098]);
		expect(docker.vxlanIds("")).toEqual([]);
		expect(docker.localLbIndexOf("0xff")).toBeUndefined();
		expect(docker.localLbIndexOf("x")).toBeUndefined();
	});

	it("an address and its MAC say the same", () => {
		const byte = fc.integer({ min: 0, max: 255 });
		fc.assert(
			fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
				const address = bytes.join(".");
				expect(docker.ipv4OfMac(docker.macOfIpv4(address) ?? "")).toBe(address);
			}),
		);
		for (const none of ["", "1.2.3", "1.2.3.256", "::1"]) expect(docker.macOfIpv4(none)).toBeUndefined();
		for (const none of ["", "52:54:00:12:34:56", "02:42:0a:00:00"])
			expect(docker.ipv4OfMac(none)).toBeUndefined();
	});
});
