import { blanks, createLexer, createToken, type Lexer, type TokenType } from "@netfossil/core/grammar";
import { Integer, Text } from "../tokens.ts";

const flag = (name: string, pattern: RegExp): TokenType =>
	createToken({ name, pattern, longer_alt: Text, label: pattern.source });

export const AddService: TokenType = flag("AddService", /-A/);
export const AddServer: TokenType = flag("AddServer", /-a/);
export const AddressFlag: TokenType = flag("AddressFlag", /-t|-u|--sctp-service/);
export const FwmarkFlag: TokenType = flag("FwmarkFlag", /-f/);
export const Ipv6Flag: TokenType = flag("Ipv6Flag", /-6/);
export const Scheduler: TokenType = flag("Scheduler", /-s/);
export const Persistent: TokenType = flag("Persistent", /-p/);
export const Mask: TokenType = flag("Mask", /-M/);
export const Pe: TokenType = flag("Pe", /--pe/);
export const Ops: TokenType = flag("Ops", /-o/);
export const SchedulerFlags: TokenType = flag("SchedulerFlags", /-b/);
export const Real: TokenType = flag("Real", /-r/);
export const Forward: TokenType = flag("Forward", /-m|-g|-i/);
export const Weight: TokenType = flag("Weight", /-w/);
export const TunnelType: TokenType = flag("TunnelType", /--tun-type/);
export const TunnelPort: TokenType = flag("TunnelPort", /--tun-port/);
export const TunnelChecksum: TokenType = flag("TunnelChecksum", /--tun-(?:nocsum|csum|remcsum)/);

export const tokens: TokenType[] = [
	blanks,
	AddService,
	AddServer,
	AddressFlag,
	FwmarkFlag,
	Ipv6Flag,
	Scheduler,
	Persistent,
	Mask,
	Pe,
	Ops,
	SchedulerFlags,
	Real,
	Forward,
	Weight,
	TunnelType,
	TunnelPort,
	TunnelChecksum,
	Integer,
	Text,
];

export const createSaveLexer = (): Lexer => createLexer(tokens);
