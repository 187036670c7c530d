export type * from "./ast.ts";
export {
	type Conversation,
	Conversations,
	conversations,
	type Side,
	secondsBetween,
} from "./conversations.ts";
export { type Exchange, httpExchanges } from "./exchanges.ts";
export { innermost } from "./nesting.ts";
export { parseTcpdump, tcpdumpParts } from "./parser.ts";
export { printTcpdump } from "./print.ts";
export {
	type ArpQuestion,
	type DnsExchange,
	dnsExchanges,
	type Unreached,
	unansweredArp,
	unreachables,
} from "./questions.ts";
export { type Path, pathsOf } from "./sightings.ts";
export { Summarizer, type TcpdumpSummary } from "./summary.ts";
export { printSummary } from "./summary-print.ts";
