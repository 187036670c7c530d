/** Schemas of what routes, rules and neighbours share. */
import { ipAddress, ipPrefix, num, spanShape, word } from "@netfossil/core/schema";
import { z } from "zod";
import type { Fields } from "./fields.ts";
import type { Destination, Host, Masked, NumberRange, Realms } from "./values.ts";

const name = z.strictObject({ type: z.literal("name"), value: z.string(), ...spanShape });

export const host: z.ZodType<Host> = z.union([ipAddress, name]);
export const destination: z.ZodType<Destination> = z.union([
	ipPrefix,
	ipAddress,
	name,
	z.strictObject({ type: z.literal("default"), ...spanShape }),
	z.strictObject({ type: z.literal("all"), ...spanShape }),
]);
export const realms: z.ZodType<Realms> = z.strictObject({
	from: z.exactOptional(word),
	to: word,
	...spanShape,
});
export const masked: z.ZodType<Masked> = z.strictObject({
	value: num,
	mask: z.exactOptional(num),
	...spanShape,
});
export const range: z.ZodType<NumberRange> = z.strictObject({
	from: num,
	to: z.exactOptional(num),
	...spanShape,
});

type FieldsShape<Name extends string> = {
	[Key in keyof Fields<Name>]-?: z.ZodExactOptional<z.ZodType<NonNullable<Fields<Name>[Key]>>>;
};

/** What a line of fields has beside them. */
export function fieldsShape<Name extends string>(names: readonly Name[]): FieldsShape<Name> {
	const field = z.enum(names as [Name, ...Name[]]);
	const gap = z.int().min(0);
	return {
		order: z.exactOptional(z.array(field)),
		gaps: z.exactOptional(z.partialRecord(field, gap)),
		unknown: z.exactOptional(
			z.array(
				z.strictObject({
					type: z.literal("unparsed"),
					text: z.string(),
					after: z.exactOptional(field),
					gap: z.exactOptional(gap),
					...spanShape,
				}),
			),
		),
	} as unknown as FieldsShape<Name>;
}
