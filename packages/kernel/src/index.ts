export type {
	BondingDump,
	BondingField,
	BondingHeading,
	BondingStatement,
} from "./bonding/ast.ts";
export { parseBonding } from "./bonding/parser.ts";
export { printBonding } from "./bonding/print.ts";
export { type Bond, type BondSlave, bondOf } from "./bonding/view.ts";
export type * from "./conntrack/ast.ts";
export { conntrackParts, parseConntrack } from "./conntrack/parser.ts";
export { printConntrack } from "./conntrack/print.ts";
export { type Endpoint, type Translation, translationOf } from "./conntrack/view.ts";
export type { Rows } from "./rows.ts";
export type * from "./sysctl/ast.ts";
export { parseSysctl, sysctlParts } from "./sysctl/parser.ts";
export { printSysctl } from "./sysctl/print.ts";
export { type KernelSetting, settings } from "./sysctl/view.ts";
export type * from "./vlan/ast.ts";
export { parseVlan } from "./vlan/parser.ts";
export { printVlan } from "./vlan/print.ts";
