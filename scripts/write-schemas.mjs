// Publishes the schemas: writes dist/schema/<kind>.schema.json into the package that a kind belongs to, from
// the zod schemas of the packages just built. Part of `npm run build`.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("..", import.meta.url);
const { jsonSchema, schemaNames, packageOf } = await import(
	new URL("packages/netfossil/dist/schemas.js", root)
);

for (const name of schemaNames) {
	const folder = new URL(`packages/${packageOf(name)}/dist/schema/`, root);
	const file = new URL(`${name}.schema.json`, folder);
	const text = `${JSON.stringify(await jsonSchema(name), null, 2)}\n`;
	mkdirSync(folder, { recursive: true });
	if (read(file) !== text) writeFileSync(file, text);
}

function read(file) {
	try {
		return readFileSync(fileURLToPath(file), "utf8");
	} catch {
		return undefined;
	}
}
