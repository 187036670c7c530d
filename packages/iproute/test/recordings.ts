import { existsSync, readdirSync, readFileSync } from "node:fs";

const root = new URL("../../../fixtures/", import.meta.url);

/** The text of a fixture. */
export const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
export const exists = (path: string): boolean => existsSync(new URL(path, root));

/** The fixtures of iproute2 and busybox whose file name matches. */
export function recorded(name: RegExp): string[] {
	return ["ip", "ip-versions"].flatMap((folder) =>
		folders(folder).flatMap((scene) =>
			folders(scene).flatMap((namespace) =>
				readdirSync(new URL(namespace, root))
					.filter((file) => name.test(file))
					.map((file) => `${namespace}/${file}`),
			),
		),
	);
}

function folders(path: string): string[] {
	return readdirSync(new URL(path, root), { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map((entry) => `${path}/${entry.name}`);
}

/** The recordings of `ip addr` and `ip link` in all forms but the coloured one. */
export const recordedAddresses = (): string[] =>
	recorded(/^(?:busybox_)?ip_(?!color)(?:\w+_)?(?:a|addr|link)(?:\.v[\d.]+)?\.txt$/);
