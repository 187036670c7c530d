export type * from "./ast.ts";
export { parseList } from "./list/parser.ts";
export { printList } from "./list/print.ts";
export { parseSave } from "./save/parser.ts";
export { printSave } from "./save/print.ts";
export { type BalancedService, balancedServices, connectionMark, serviceName } from "./services.ts";
