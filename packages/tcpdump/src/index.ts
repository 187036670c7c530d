export type * from "./ast.ts";
export { type Conversation, conversations, innermost, type Side, secondsBetween } from "./conversations.ts";
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
