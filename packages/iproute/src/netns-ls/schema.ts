import { blank, lineShape, num, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import type { EntryName, FileEntry, FileName, NetnsLsDump as NetnsLsDumpAst } from "./ast.ts";

const named = { value: z.string(), quote: z.exactOptional(z.enum(["'", '"'])), ...spanShape };
const entryName: z.ZodType<EntryName> = z.strictObject(named);
const fileName: z.ZodType<FileName> = z.strictObject({
	...named,
	gap: z.exactOptional(z.string()),
});
const file: z.ZodType<FileEntry> = z.strictObject({
	type: z.literal("file"),
	inode: z.exactOptional(num),
	mode: z.string(),
	links: num,
	owner: z.string(),
	group: z.string(),
	size: num,
	date: z.string(),
	name: entryName,
	target: z.exactOptional(z.string()),
	gaps: z.exactOptional(z.array(z.string())),
	...lineShape,
});

/** The schema of {@link NetnsLsDumpAst}. */
export const NetnsLsDump: z.ZodType<NetnsLsDumpAst> = z.strictObject({
	type: z.literal("netns-ls"),
	statements: z.array(
		z.union([
			z.strictObject({ type: z.literal("names"), names: z.array(fileName), ...lineShape }),
			file,
			z.strictObject({ type: z.literal("total"), blocks: word, ...lineShape }),
			z.strictObject({ type: z.literal("folder"), path: word, ...lineShape }),
			blank,
			unparsed,
		]),
	),
	...spanShape,
});
