import { kindOf } from "@netfossil/capture";
import { type Arguments, type Command, outputOption } from "../command.ts";
import { Exit, type ExitStatus, unreadable } from "../exit.ts";
import { readText, STDIN } from "../input.ts";
import type { Io } from "../io.ts";
import { kindNames } from "../kinds.ts";
import { suggest } from "../nearest.ts";
import { schemaOf } from "../schemas.ts";

export const print: Command = {
	name: "print",
	operands: "[FILE]",
	arity: { min: 0, max: 1 },
	summary: "turn a syntax tree back into what the tool printed",
	description: `Reads what "netfossil parse" printed: one dump, an array of them, a line for each statement, or an
"ast" alone; and prints the text from the tree's fields. The tree is checked against its schema first.
Without FILE, or with -, the standard input is read.`,
	options: [outputOption],
	examples: [
		{ line: "netfossil parse ipvsadm.txt | netfossil print", what: "gives ipvsadm.txt again" },
		{ line: "netfossil print ipvsadm.json -o ipvsadm.txt", what: "from a saved tree" },
	],
	run,
};

async function run(args: Arguments, io: Io): Promise<ExitStatus> {
	const path = args.operands[0] ?? STDIN;
	const text = await readText(path, io);
	const document = readLines(text) ?? readJson(path, text);
	const entries = Array.isArray(document) ? document : [document];
	const texts: string[] = [];
	for (const [index, entry] of entries.entries()) {
		const where = Array.isArray(document) ? `${path}: entry ${index + 1}` : path;
		texts.push(await printEntry(where, entry));
	}
	for (const text of texts) io.stdout.write(text);
	return Exit.fine;
}

/** What `parse --format ndjson` printed: the statements of each dump are put together again. */
function readLines(text: string): unknown[] | undefined {
	const dumps: { readonly dump: string; readonly ast: { readonly statements: unknown[] } }[] = [];
	for (const line of text.trimEnd().split("\n")) {
		const entry = parsedLine(line);
		if (entry === undefined) return undefined;
		const { kind, file, statement } = entry;
		const dump = `${kind} ${file}`;
		if (dumps.at(-1)?.dump !== dump) {
			const ast = { type: kind, start: 0, end: 0, statements: [] };
			dumps.push({ dump, ast });
		}
		dumps.at(-1)!.ast.statements.push(statement);
	}
	return dumps.map(({ ast }) => ast);
}

function parsedLine(line: string): Record<"kind" | "file" | "statement", unknown> | undefined {
	if (!line.startsWith('{"kind":')) return undefined;
	try {
		const entry = JSON.parse(line);
		return "statement" in entry ? entry : undefined;
	} catch {
		return undefined;
	}
}

function readJson(path: string, text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		const hint = "print takes what netfossil parse printed";
		throw unreadable(`${path} is no JSON: ${(error as Error).message}`, hint);
	}
}

async function printEntry(where: string, entry: unknown): Promise<string> {
	const ast = isObject(entry) && "ast" in entry ? entry.ast : entry;
	const type = isObject(ast) ? ast.type : undefined;
	const name = kindNames.find((each) => each === type);
	if (name === undefined) {
		if (typeof type !== "string") throw unreadable(`${where} is no syntax tree`, 'it has no "type"');
		throw unreadable(`${where} is of no known kind: ${type}`, suggest(type, kindNames));
	}
	const checked = (await schemaOf(name)).safeParse(ast);
	if (!checked.success) {
		const [issue] = checked.error.issues;
		const at = ["ast", ...(issue?.path ?? [])].join(".");
		throw unreadable(
			`${where} does not fit the schema of ${name}: ${at}: ${issue?.message}`,
			`netfossil schema ${name} prints it`,
		);
	}
	return kindOf(name).print(ast);
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
