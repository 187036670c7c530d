import type { ParsedDump, PassedOver } from "@netfossil/capture";
import type { Family } from "../address.ts";

/** A namespace of which a command printed nothing: it has no tables of a family, or knows no neighbours. */
export interface EmptyDump {
	readonly host: string;
	readonly netns: string | null;
	readonly shows: { readonly rules: Family } | "neighbours";
}

const NAME =
	/^(?:(?:sudo_)?ip_netns_exec_(.+?)_)?(?:(ip6?tables)(?:-legacy|-nft)?-save|ip_(?:-s_)*neigh(?:_show)?$)/;

/**
 * iptables-save prints nothing where no table was ever loaded, `ip neigh` where nobody was talked to, and the capture
 * passes empty files over. Whose the file is, its name says, or the dumps that lie in the same folder.
 */
export function emptyDumps(passedOver: readonly PassedOver[], dumps: readonly ParsedDump[]): EmptyDump[] {
	const scopes = new Map<string, ParsedDump["dump"]["scope"]>();
	for (const { dump } of dumps) {
		const folders = dump.source.name.split("/").slice(0, -1);
		// A report's folders of plugins lie side by side below the host's.
		for (let depth = folders.length; depth > 0; depth--) {
			const folder = folders.slice(0, depth).join("/");
			if (!scopes.has(folder) || (dump.scope.place.type === "host" && depth === folders.length))
				scopes.set(folder, dump.scope);
		}
	}
	return passedOver.flatMap(({ type, file, what }): EmptyDump[] => {
		if (type !== "file" || what !== "an empty file") return [];
		const name = NAME.exec(file.slice(file.lastIndexOf("/") + 1));
		if (name === null) return [];
		const folders = file.split("/").slice(0, -1);
		let scope: ParsedDump["dump"]["scope"] | undefined;
		for (let depth = folders.length; depth > 0 && scope === undefined; depth--)
			scope = scopes.get(folders.slice(0, depth).join("/"));
		if (scope === undefined) return [];
		const shows =
			name[2] === undefined ? "neighbours" : ({ rules: name[2] === "ip6tables" ? 6 : 4 } as const);
		const inFolder = folders.includes("namespaces") && scope.place.type === "netns" ? scope.place.name : null;
		return [{ host: scope.host, netns: name[1] ?? inFolder, shows }];
	});
}
