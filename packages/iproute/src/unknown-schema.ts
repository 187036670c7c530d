import { spanShape } from "@netfossil/core/schema";
import { z } from "zod";
import type { UnknownText } from "./unknown.ts";

/** The schema of {@link UnknownText}, given that of the words that it may follow. */
export function unknownText<After extends string>(after: z.ZodType<After>): z.ZodType<UnknownText<After>> {
	return z.strictObject({
		type: z.literal("unparsed"),
		text: z.string(),
		after: z.exactOptional(after),
		...spanShape,
	});
}
