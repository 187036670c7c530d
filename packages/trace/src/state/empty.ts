import type { ParsedDump, PassedOver } from "@netfossil/capture";
import type { Family } from "../address.ts";

/** A namespace of which `iptables-save` printed nothing: it has no tables. */
export interface EmptySave {
	readonly host: string;
	readonly netns: string | null;
	readonly family: Family;
}

const SAVE = /^(?:(?:sudo_)?ip_netns_exec_(.+?)_)?(ip6?tables)(?:-legacy|-nft)?-save/;

/**
 * iptables-save prints nothing where no table was ever loaded, and the capture passes empty files over. Whose the
 * file is, its name says, or the dumps that lie in the same folder.
 */
export function emptySaves(passedOver: readonly PassedOver[], dumps: readonly ParsedDump[]): EmptySave[] {
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
	return passedOver.flatMap(({ type, file, what }): EmptySave[] => {
		if (type !== "file" || what !== "an empty file") return [];
		const name = SAVE.exec(file.slice(file.lastIndexOf("/") + 1));
		if (name === null) return [];
		const folders = file.split("/").slice(0, -1);
		let scope: ParsedDump["dump"]["scope"] | undefined;
		for (let depth = folders.length; depth > 0 && scope === undefined; depth--)
			scope = scopes.get(folders.slice(0, depth).join("/"));
		if (scope === undefined) return [];
		const family = name[2] === "ip6tables" ? 6 : 4;
		const inFolder = folders.includes("namespaces") && scope.place.type === "netns" ? scope.place.name : null;
		return [{ host: scope.host, netns: name[1] ?? inFolder, family }];
	});
}
