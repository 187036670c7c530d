import type { KindName } from "@netfossil/capture";
import { z } from "zod";
import { kindNames } from "./kinds.ts";

/** What has a published schema: the AST of every kind, and the topology. */
export type SchemaName = KindName | "topology";

export const schemaNames: readonly SchemaName[] = [...kindNames, "topology"];

/** Where each schema lives; only the one that is asked for is loaded. */
const homes: Record<SchemaName, { readonly package: string; readonly load: () => Promise<z.ZodType> }> = {
	"ipvsadm-list": {
		package: "ipvsadm",
		load: async () => (await import("@netfossil/ipvsadm/schema")).IpvsadmList,
	},
	"ipvsadm-save": {
		package: "ipvsadm",
		load: async () => (await import("@netfossil/ipvsadm/schema")).IpvsadmSave,
	},
	topology: {
		package: "topology",
		load: async () => (await import("@netfossil/topology/schema")).Topology,
	},
};

/** The folder in `packages/` that a schema belongs to. */
export function packageOf(name: SchemaName): string {
	return homes[name].package;
}

/** The zod schema of a kind's AST or of the topology. */
export async function schemaOf(name: SchemaName): Promise<z.ZodType> {
	return homes[name].load();
}

/** The same as JSON Schema (draft 2020-12). */
export async function jsonSchema(name: SchemaName): Promise<object> {
	return { title: name, ...z.toJSONSchema(await schemaOf(name)) };
}
