import { readFileName } from "./filename.ts";

/** Where a file lies within a sosreport. */
export interface ReportPlace {
	/** The folders down to the report's own. */
	readonly root: string;
	/** The path below it. */
	readonly path: string;
}

/** `sosreport-node1-2026-11-21-aqamhkn`; what was renamed is known by its folder `sos_commands`. */
const REPORT_NAME = /^sosreport-./;

/** Where a file lies in the sosreport that it is part of; undefined for a file of no report. */
export function placeInReport(
	folders: readonly string[],
	file: string,
	roots: ReadonlySet<string> = new Set(),
): ReportPlace | undefined {
	for (let end = folders.length; end > 0; end--) {
		const known =
			REPORT_NAME.test(folders[end - 1]!) ||
			/^sos_(?:commands|reports)$/.test(folders[end] ?? "") ||
			roots.has(folders.slice(0, end).join("/"));
		if (known)
			return { root: folders.slice(0, end).join("/"), path: [...folders.slice(end), file].join("/") };
	}
	return undefined;
}

/** Plugins of sos whose commands tell of the network; of the others only names that are known are read. */
const PLUGINS =
	/^(?:networking|firewall_?tables|firewalld|iptables|ebtables|nftables|ipvs|conntrack(?:d)?|docker|podman|containerd|crio|kubernetes|keepalived|openvswitch|networkmanager|libvirt|date|host|general|kernel)$/;

/** Files beside the commands that name the host or hold a dump. */
const COPIED =
	/^(?:etc\/(?:hostname|machine-id|hosts)|sos_reports\/manifest\.json|proc\/(?:(?:\d+|self)\/)?net\/.+|proc\/sys\/kernel\/random\/boot_id|[^/]+)$/;

/** Whether a file of a report may tell of the network, by its name alone. */
export function mayMatter(path: string): boolean {
	const [top, plugin = "", ...below] = path.split("/");
	if (top !== "sos_commands") return COPIED.test(path);
	if (below.length === 0 || PLUGINS.test(plugin)) return true;
	return readFileName(path).kinds.length > 0;
}

/** The part of a report under which files that do not matter are counted together. */
export function groupOf(path: string): string {
	const [top = "", plugin, ...below] = path.split("/");
	return top === "sos_commands" && below.length > 0 ? `${top}/${plugin}` : top;
}
