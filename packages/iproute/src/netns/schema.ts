import { blank, lineShape, num, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import type { IpNetnsDump as IpNetnsDumpAst } from "./ast.ts";

/** The schema of {@link IpNetnsDumpAst}. */
export const IpNetnsDump: z.ZodType<IpNetnsDumpAst> = z.strictObject({
	type: z.literal("ip-netns"),
	statements: z.array(
		z.union([
			z.strictObject({
				type: z.literal("namespace"),
				name: word,
				id: z.exactOptional(num),
				...lineShape,
			}),
			z.strictObject({ type: z.literal("nsid"), id: num, name: z.exactOptional(word), ...lineShape }),
			blank,
			unparsed,
		]),
	),
	...spanShape,
});
