import { defaultLimits, type Limits, limitFlags, type OpenOptions } from "@netfossil/capture";
import type { Arguments, OptionSpec } from "./command.ts";
import { usage } from "./exit.ts";

const host: OptionSpec = {
	name: "host",
	value: "NAME",
	help: "the host of dumps for which nothing names one",
};
const netns: OptionSpec = {
	name: "netns",
	value: "NAME",
	help: "the network namespace of dumps for which nothing names one",
};

const units: Readonly<Record<string, number>> = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

function limit(key: keyof Limits, value: string, help: string): OptionSpec & { readonly key: keyof Limits } {
	return { key, name: limitFlags[key].slice(2), value, help };
}

const limits = [
	limit("maxFile", "SIZE", "read no file above SIZE (64M)"),
	limit("maxSize", "SIZE", "read no more than SIZE in all, unpacked (16G)"),
	limit("maxFiles", "NUMBER", `read no more files (${defaultLimits.maxFiles})`),
	limit("maxDepth", "NUMBER", `enter no deeper folders (${defaultLimits.maxDepth})`),
	limit(
		"maxRatio",
		"NUMBER",
		`unpack no archive to more than so many times its size (${defaultLimits.maxRatio})`,
	),
];

/** The options that raise or lower how much is read. */
export const limitOptions: readonly OptionSpec[] = limits.map(({ key: _, ...spec }) => spec);

/** The options of the verbs that take captures. */
export const captureOptions: readonly OptionSpec[] = [host, netns, ...limitOptions];

/** What was given of them; not `scoped`: `--host` and `--netns` mean something else. */
export function openOptionsOf({ options }: Arguments, scoped = true): OpenOptions {
	const given = limits.flatMap(({ key, name }) => {
		const value = options.get(name);
		return value === undefined ? [] : [[key, readNumber(name, value)] as const];
	});
	const hostName = scoped ? options.get(host.name) : undefined;
	const netnsName = scoped ? options.get(netns.name) : undefined;
	return {
		...(hostName !== undefined && { host: hostName }),
		...(netnsName !== undefined && { netns: netnsName }),
		limits: Object.fromEntries(given),
	};
}

/** `512M`, `20000` */
function readNumber(option: string, value: string): number {
	const [, digits, unit = ""] = /^(\d{1,12}(?:\.\d+)?)([KMGT]?)(?:i?B)?$/i.exec(value) ?? [];
	const number = Math.floor(Number(digits) * units[unit.toUpperCase()]!);
	if (digits !== undefined && number > 0) return number;
	throw usage(`--${option} does not take ${JSON.stringify(value)}`, `--${option} 512M, or --${option} 20000`);
}
