import fc from "fast-check";
import type { ExtensionNode, ExtensionReader } from "../extension.ts";
import { type Family, negation, nowhere, type Setting, type Value } from "./setting.ts";
import type { Draw, Shape } from "./shapes.ts";
import { values } from "./values.ts";

type Items = ExtensionReader["variants"][number]["items"];

/** What an extension could print in one form: all its options, or one format of its list. */
interface Layout {
	readonly isSaved: boolean;
	/** The kind of each field that may be set. */
	readonly kinds: ReadonlyMap<string, keyof typeof values>;
	/** Fields that stand or are missing together; those of `always` never are. */
	readonly units: readonly (readonly string[])[];
	readonly always: readonly string[];
	/** Words that stand for several fields. */
	readonly computed: readonly string[];
	readonly constants: Readonly<Record<string, unknown>>;
}

/** Nodes of one extension, drawn from its entry and what its shape adds. */
export function nodesOf(
	reader: ExtensionReader,
	shape: Shape,
	setting: Setting,
): fc.Arbitrary<ExtensionNode> {
	if (shape.whole !== undefined)
		return shape.whole(setting).map((fields) => Object.assign({ type: reader.type }, fields, nowhere));
	const layouts = setting.form === "save" ? [optionsOf(reader)] : listsOf(reader);
	const negatable = negatableOf(reader);
	return fc.oneof(...layouts.map((layout) => drawn(reader.type, layout, shape, setting, negatable)));
}

function optionsOf({ options, sequence }: ExtensionReader): Layout {
	const kinds = new Map(options.map(({ key, value }) => [key, value.kind]));
	if (sequence !== undefined) kinds.set(sequence.key, sequence.kind);
	return {
		isSaved: true,
		kinds,
		units: [...kinds.keys()].map((key) => [key]),
		always: [],
		computed: [],
		constants: {},
	};
}

function listsOf({ variants }: ExtensionReader): Layout[] {
	return variants.map(({ items, keys, set }): Layout => {
		const kinds = new Map<string, keyof typeof values>();
		const units: string[][] = [];
		const computed: string[] = [];
		const add = (inner: Items): void => {
			for (const item of inner) {
				if (item.kind === "value") kinds.set(item.key, item.codec.kind);
				if (item.kind === "flag") kinds.set(item.key, "toggle");
				if (item.kind === "computed") computed.push(item.name);
				if (item.kind === "group") {
					if (item.keys.length > 0) units.push([...item.keys]);
					add(item.items);
				}
			}
		};
		add(items);
		return { isSaved: false, kinds, units, always: keys, computed, constants: set };
	});
}

/** The fields that the list can print a `!` for. */
function negatableOf({ variants }: ExtensionReader): ReadonlySet<string> {
	const keys = new Set<string>();
	const add = (items: Items): void => {
		for (const item of items) {
			if (item.kind === "not" || (item.kind === "value" && item.codec.ownNegation)) keys.add(item.key);
			if (item.kind === "group") add(item.items);
		}
	};
	for (const { items } of variants) add(items);
	return keys;
}

function drawn(
	type: string,
	layout: Layout,
	shape: Shape,
	setting: Setting,
	negatable: ReadonlySet<string>,
): fc.Arbitrary<ExtensionNode> {
	const chosen = fc.record({
		units: fc.subarray([...layout.units]),
		pick: fc.nat({ max: 59 }),
	});
	return chosen.chain(({ units, pick }) => {
		const keys = settled(new Set([...layout.always, ...units.flat()]), layout, shape, setting.family, pick);
		const fields: Record<string, fc.Arbitrary<Value>> = {};
		for (const key of keys) {
			const draw: Draw = shape.values?.[key] ?? values[layout.kinds.get(key)!];
			const value = draw(setting, keys);
			const isPlain = !negatable.has(key) || shape.plain?.includes(key);
			fields[key] = isPlain ? value : fc.tuple(value, negation).map(([each, not]) => ({ ...each, ...not }));
		}
		const computed = layout.computed.map((name) => {
			const draw = shape.computed?.[name];
			if (draw === undefined) throw new Error(`no arbitrary for {=${name}} of ${type}`);
			return draw(setting);
		});
		return fc
			.tuple(fc.record(fields), ...computed)
			.map((parts) => Object.assign({ type }, layout.constants, ...parts, nowhere));
	});
}

/** The fields to set, once what the shape asks for is kept; `pick` decides where several would do. */
function settled(
	drawn: ReadonlySet<string>,
	layout: Layout,
	shape: Shape,
	family: Family,
	pick: number,
): Set<string> {
	const keys = new Set(drawn);
	const has = (key: string): boolean => layout.kinds.has(key);
	const only = shape.only?.[family];
	if (only !== undefined) for (const key of drawn) if (!only.includes(key)) keys.delete(key);
	const needs = [...(shape.needs ?? []), ...((layout.isSaved && shape.saved) || [])];
	for (const key of needs) if (has(key)) keys.add(key);
	for (const group of [...(shape.one ?? []), ...(shape.rivals ?? [])]) {
		const open = group.filter(has);
		const always = open.filter((key) => layout.always.includes(key));
		const set = open.filter((key) => keys.has(key));
		const among = always.length > 0 ? always : set.length > 0 || shape.rivals?.includes(group) ? set : open;
		for (const key of open) keys.delete(key);
		if (among.length > 0) keys.add(among[pick % among.length]!);
	}
	const some = (shape.some ?? []).filter(has);
	if (some.length > 0 && !some.some((key) => keys.has(key))) keys.add(some[pick % some.length]!);
	const accompany = (): void => {
		for (const [key, others] of Object.entries(shape.with ?? {}))
			if (keys.has(key)) for (const other of others ?? []) if (has(other)) keys.add(other);
	};
	accompany();
	const lonely = ([key, others]: readonly [string, readonly string[] | undefined]): boolean =>
		keys.has(key) && others?.some((other) => has(other) && !keys.has(other)) === true;
	for (let lone = true; lone; ) {
		const gone = Object.entries(shape.beside ?? {}).filter(lonely);
		for (const [key] of gone) keys.delete(key);
		lone = gone.length > 0;
	}
	// A unit stands whole or not at all.
	for (const unit of layout.units) {
		if (unit.some((key) => !keys.has(key)) && unit.some((key) => keys.has(key)))
			for (const key of unit) if (!shape.one?.flat().includes(key)) keys.add(key);
	}
	if (keys.size === 0 && !shape.bare && layout.computed.length === 0) {
		const all = layout.units.filter((unit) =>
			unit.every(
				(key) => (only?.includes(key) ?? true) && (shape.beside?.[key] ?? []).every((other) => !has(other)),
			),
		);
		for (const key of all[pick % all.length] ?? []) keys.add(key);
		accompany();
	}
	return keys;
}
