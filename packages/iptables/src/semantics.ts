/**
 * What rules mean, for those who follow packets through them: which chains a hook leads to, whether a rule
 * matches, what its target does, and what becomes of marks. Knows nothing of machines and networks, and is not
 * loaded with the parsers.
 */
export { RuleIndex } from "./semantics/candidates.ts";
export type { Decision, Reason, Truth } from "./semantics/decision.ts";
export { type Effect, effectOf } from "./semantics/effect.ts";
export { type Hook, TABLES_AT, type TableName } from "./semantics/hooks.ts";
export {
	type ConnmarkMasks,
	type Mark,
	type Marks,
	markHolds,
	marksAfter,
	operate,
	type PartialMark,
	restored,
	saved,
	UNKNOWN_MARK,
} from "./semantics/mark.ts";
export type { MatchOptions } from "./semantics/matcher.ts";
export type { AddressType, Packet, TcpFlag } from "./semantics/packet.ts";
export {
	type MissingChain,
	type Reach,
	type ReachedChain,
	type RuleSite,
	reachable,
} from "./semantics/reach.ts";
export { matchRule } from "./semantics/rule.ts";
