import { type Arguments, type Command, outputOption } from "../command.ts";
import { Exit, type ExitStatus, usage } from "../exit.ts";
import type { Io } from "../io.ts";
import { kindList } from "../kinds.ts";
import { suggest } from "../nearest.ts";
import { jsonSchema, type SchemaName, schemaNames } from "../schemas.ts";

export const schema: Command = {
	name: "schema",
	operands: "KIND",
	arity: { min: 1, max: 1 },
	summary: "print the JSON Schema of a syntax tree, or of what a verb prints",
	description: `KIND is "inventory", "topology", "wanted" or one of these:
${kindList}`,
	options: [outputOption],
	examples: [
		{ line: "netfossil schema ipvsadm-list", what: "the tree that parse gives for ipvsadm -L" },
		{ line: "netfossil schema topology -o topology.schema.json", what: "the graph of netfossil topology" },
	],
	run,
};

async function run(args: Arguments, io: Io): Promise<ExitStatus> {
	const name = args.operands[0]!;
	if (!isSchemaName(name))
		throw usage(`there is no schema of ${JSON.stringify(name)}`, suggest(name, schemaNames));
	io.stdout.write(`${JSON.stringify(await jsonSchema(name), null, 2)}\n`);
	return Exit.fine;
}

function isSchemaName(name: string): name is SchemaName {
	return (schemaNames as readonly string[]).includes(name);
}
