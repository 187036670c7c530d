export type * from "./ast.ts";
export { listParts, parseList } from "./list/parser.ts";
export { printList } from "./list/print.ts";
export { parseProc, procParts } from "./proc/parser.ts";
export { printProc } from "./proc/print.ts";
export { parseSave, saveParts } from "./save/parser.ts";
export { printSave } from "./save/print.ts";
export { type BalancedService, balancedServices, connectionMark, serviceName } from "./services.ts";
