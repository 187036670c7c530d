export type * from "./ast.ts";
export {
	parseInfo,
	parseInspect,
	parseNetworkInspect,
	parseNodeInspect,
	parseServiceInspect,
	parseVersion,
} from "./json/parser.ts";
export { printJson } from "./json/print.ts";
export { plain } from "./json/value.ts";
export * from "./rules.ts";
export { parseNetworkLs, parseNodeLs, parsePs, parseServiceLs, parseServicePs } from "./table/parser.ts";
export { printTable } from "./table/print.ts";
export { type TaskName, taskName } from "./task.ts";
export { containers, engineInfo, engineVersion, networks, nodes, services } from "./views.ts";
