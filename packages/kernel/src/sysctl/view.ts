import type { Setting, SysctlDump } from "./ast.ts";

/** A setting as the kernel has it. */
export interface KernelSetting {
	/** The names below /proc/sys: `net`, `ipv4`, `conf`, `eth0.583`, `rp_filter`. */
	readonly path: readonly string[];
	/** The numbers of the value; absent when not all of its words are whole numbers. */
	readonly numbers?: readonly number[];
	readonly setting: Setting;
}

/** The settings of a dump by key; of a key that was printed twice the last, as the kernel would keep it. */
export function settings(ast: SysctlDump): ReadonlyMap<string, KernelSetting> {
	const byKey = new Map<string, KernelSetting>();
	for (const setting of ast.statements) {
		if (setting.type !== "setting") continue;
		const path = setting.key.value.split(".").map((each) => each.replaceAll("/", "."));
		const words = setting.value.value.split(/[ \t]+/);
		const whole = words.every((word) => /^-?\d{1,15}$/.test(word));
		byKey.set(setting.key.value, { path, ...(whole && { numbers: words.map(Number) }), setting });
	}
	return byKey;
}
