import type { Context, Rule } from "../context.ts";
import { observed } from "../evidence.ts";
import type { SocketRow } from "../observations.ts";

/** What listens in a namespace. */
export const sockets: Rule = {
	id: "sockets",
	concludes:
		"A socket that `ss` or `netstat` lists as listening is an attribute of its namespace: `listens tcp [::]:80`, with the names of the programs that have it.",
	certainty: ["observed"],
	contradictedBy: "nothing: sockets come and go between two dumps",
	apply({ seen, graph, who }: Context) {
		const listening = new Map<string, { netns: string; name: string; rows: SocketRow[] }>();
		for (const row of seen.sockets) {
			if (!row.listening || row.port === undefined) continue;
			const netns = who.netns(row.scope);
			const address = row.address.includes(":") ? `[${row.address}]` : row.address;
			const name = `listens ${row.protocol} ${address}:${row.port}`;
			const key = `${netns} ${name}`;
			const known = listening.get(key);
			if (known === undefined) listening.set(key, { netns, name, rows: [row] });
			else known.rows.push(row);
		}
		for (const { netns, name, rows } of listening.values()) {
			// `ss` prints the process's name and `netstat` how it was called: `systemd`, `init`.
			const programs = [...new Set(rows.flatMap(({ program }) => program ?? []))].sort();
			const value = programs.length === 0 ? "program not shown" : programs.join(", ");
			for (const { quote } of rows) graph.set(netns, name, value, observed(quote));
		}
	},
};
