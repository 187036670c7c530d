export type * from "./ast.ts";
export { type ListOptions, parseList } from "./list/parser.ts";
export { printList } from "./list/print.ts";
export { parseSave } from "./save/parser.ts";
export { saveParts } from "./save/parts.ts";
export { printSave } from "./save/print.ts";
export {
	type ChainView,
	chains,
	type FamilyInference,
	type NumberedRule,
	type TableInference,
	type TableView,
} from "./view.ts";
