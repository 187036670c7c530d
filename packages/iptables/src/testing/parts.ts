import { word } from "@netfossil/core/testing";
import fc from "fast-check";
import type { Match, Target } from "../ast.ts";
import { matches as matchReaders } from "../matches/index.ts";
import { targets as targetReaders } from "../targets/index.ts";
import { nodesOf } from "./extensions.ts";
import { type Family, type Form, nowhere, type Setting } from "./setting.ts";
import { matchShapes, type Shape, targetShapes } from "./shapes.ts";

const SHAPES: Readonly<Record<"match" | "target", Readonly<Record<string, Shape | undefined>>>> = {
	match: matchShapes as Record<string, Shape>,
	target: targetShapes as Record<string, Shape>,
};

/** What the shapes say of a node: where it may stand. */
export function placeOf(node: Match | Target): Pick<Shape, "tables" | "hooks" | "company" | "objects"> & {
	readonly protocols?: readonly string[];
	readonly alone?: boolean;
} {
	const isMatch = matchReaders.has(node.type);
	const shape = SHAPES[isMatch ? "match" : "target"][node.type];
	const loaded = isMatch ? matchReaders.get(node.type)?.protocol[0] : undefined;
	const protocols =
		shape?.protocols === undefined
			? loaded && [loaded]
			: shape.protocols(node as unknown as Record<string, unknown>);
	return {
		...(shape?.tables && { tables: shape.tables }),
		...(shape?.hooks && { hooks: shape.hooks }),
		...(shape?.company && { company: shape.company }),
		...(shape?.alone?.(node as unknown as Record<string, unknown>) === true && { alone: true }),
		...(shape?.objects && { objects: shape.objects }),
		...(protocols && { protocols }),
	};
}

/** Names of users' chains; a list makes some of them look like something else. */
export const chainNames: fc.Arbitrary<string> = fc.constantFrom(
	"DOCKER",
	"DOCKER-INGRESS",
	"ufw-user-input",
	"KUBE-SEP-2UJ4GLYKMDIMRTZD",
	"num",
	"Chain",
	"12345",
	"target.x",
);

function drawnOf(
	what: "match" | "target",
	setting: Setting,
	without: readonly string[],
): fc.Arbitrary<Match | Target>[] {
	const readers = what === "match" ? matchReaders : targetReaders;
	const fitting = [...readers.values()].filter(({ type }) => {
		const family = SHAPES[what][type]?.family;
		return (family === undefined || family === setting.family) && !without.includes(type);
	});
	return fitting.map(
		(reader) => nodesOf(reader, SHAPES[what][reader.type] ?? {}, setting) as fc.Arbitrary<Match | Target>,
	);
}

/** Every match that the tool of a family has, in one form; `without` leaves some out. */
export function matches(
	form: Form,
	family: Family = 4,
	without: readonly string[] = [],
): fc.Arbitrary<Match> {
	return fc.oneof(...drawnOf("match", { form, family }, without)) as fc.Arbitrary<Match>;
}

/** Every target that the tool of a family has, in one form: verdicts, jumps and extensions. */
export function targets(
	form: Form,
	family: Family = 4,
	without: readonly string[] = [],
): fc.Arbitrary<Target> {
	const names = (["ACCEPT", "DROP", "RETURN", "QUEUE"] as const).filter((each) => !without.includes(each));
	const verdicts = fc.constantFrom(...names).map((type) => ({ type, ...nowhere }));
	const jumps = fc.tuple(word(chainNames), fc.boolean()).map(([chain, goto]) => ({
		type: "jump" as const,
		chain,
		...(goto && { goto: true as const }),
		...nowhere,
	}));
	const extensions = drawnOf("target", { form, family }, without) as fc.Arbitrary<Target>[];
	return fc.oneof(
		{ weight: 4, arbitrary: verdicts },
		{ weight: 4, arbitrary: jumps },
		...extensions.map((arbitrary) => ({ weight: 1, arbitrary })),
	) as fc.Arbitrary<Target>;
}
