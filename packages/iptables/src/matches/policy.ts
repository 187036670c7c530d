import type { Draft, Span } from "@netfossil/core";
import { type AnyOption, afterBlanks, type Extension } from "../extension.ts";
import {
	type Codec,
	type Name,
	type Negatable,
	name,
	network,
	number,
	type PolicyElement,
	protocol,
	type Toggle,
	toggle,
} from "../values.ts";

/**
 * `-m policy --dir in --pol ipsec --strict --reqid 1 --proto esp --next --reqid 2`, listed
 * `policy match dir in pol ipsec strict [0] reqid 1 proto 50 [1] reqid 2` (libxt_policy).
 */
export interface PolicyMatch extends Span {
	readonly type: "policy";
	readonly direction?: Name;
	/** `ipsec` or `none`. */
	readonly policy?: Name;
	readonly strict?: Toggle;
	/** Up to four transformations; the save form parts them by `--next`. */
	readonly elements?: readonly PolicyElement[];
}

interface ElementOption extends AnyOption {
	readonly key: keyof PolicyElement;
	/** What a list calls it. */
	readonly word: string;
}
const option = <Value>(word: string, key: keyof PolicyElement, value: Codec<Value>): ElementOption => ({
	flag: `--${word}`,
	word,
	key,
	value: value as unknown as Codec<Negatable & Span>,
});
const options: readonly ElementOption[] = [
	option("reqid", "requestId", number),
	option("spi", "spi", number),
	option("proto", "protocol", protocol),
	option("mode", "mode", name),
	option("tunnel-dst", "tunnelDestination", network),
	option("tunnel-src", "tunnelSource", network),
];
const byWord = new Map(options.map((each) => [each.word, each]));

const PARTS = `(?:(?:! )?(?:${[...byWord.keys()].join("|")}) +[^ \\t]+)`;

/** The elements as a list prints them: each with its number, unless there is only one. */
const listedElements = {
	pattern: new RegExp(`(?: +\\[\\d\\]| +${PARTS})+`, "y"),
	read: (printed: string, start: number): { elements: PolicyElement[] } | undefined => {
		const elements: Draft<PolicyElement>[] = [];
		const part = /(\[\d\])|(! )?([a-z-]+) +([^ \t]+)/g;
		for (let found = part.exec(printed); found !== null; found = part.exec(printed)) {
			const [whole, index, not, word, value] = found;
			const from = start + found.index;
			const end = from + whole.length;
			if (index !== undefined) {
				if (index !== `[${elements.length}]`) return undefined;
				elements.push({ start: from, end });
				continue;
			}
			if (elements.length === 0) elements.push({ start: from, end });
			const element = elements[elements.length - 1]!;
			const known = byWord.get(word!);
			const node = known?.value.read(value!, end - value!.length);
			if (known === undefined || node === undefined || element[known.key] !== undefined) return undefined;
			Object.assign(element, { [known.key]: not === undefined ? node : { ...node, negated: true } });
			element.end = end;
		}
		return afterBlanks(printed, 0) === printed.length ? undefined : { elements };
	},
	print: ({ elements = [] }: { readonly elements?: readonly PolicyElement[] }): string =>
		elements
			.map((element, index) => {
				const parts = options.flatMap(({ key, word, value }): string[] => {
					const node = element[key] as (Negatable & Span) | undefined;
					return node === undefined ? [] : [` ${node.negated ? "! " : ""}${word} ${value.print(node)}`];
				});
				return (elements.length > 1 ? ` [${index}]` : "") + parts.join("");
			})
			.join(""),
};

export const policy: Extension<PolicyMatch> = {
	type: "policy",
	save: [
		{ flag: "--dir", key: "direction", value: name },
		{ flag: "--pol", key: "policy", value: name },
		{ flag: "--strict", key: "strict", value: toggle },
	],
	sequence: { key: "elements", kind: "policyElements", flag: "--next", options },
	list: " policy match dir {direction} pol {policy}[ strict{?strict}][{=elements}]",
	computed: { elements: listedElements },
};
