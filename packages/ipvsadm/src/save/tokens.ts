import { blanks, createLexer, type Lexer, type TokenType } from "@netfossil/core/grammar";
import { Text, whole } from "../tokens.ts";

export const AddService: TokenType = whole("AddService", /-A/, "-A");
export const AddServer: TokenType = whole("AddServer", /-a/, "-a");
export const AddressKey: TokenType = whole(
	"AddressKey",
	/(?:-t|-u|--sctp-service)[ \t]+[^ \t]+/,
	"-t, -u or --sctp-service and ADDRESS:PORT",
);
export const MarkKey: TokenType = whole("MarkKey", /-f[ \t]+[^ \t]+(?:[ \t]+-6)?/, "-f MARK");
export const Scheduler: TokenType = whole("Scheduler", /-s[ \t]+[^ \t]+/, "-s SCHEDULER");
export const Persistent: TokenType = whole(
	"Persistent",
	/-p[ \t]+\d+(?:[ \t]+-M[ \t]+[^ \t]+)?/,
	"-p SECONDS",
);
/** Without dashes up to ipvsadm 1.26. */
export const Engine: TokenType = whole("Engine", /(?:--)?pe[ \t]+[^ \t]+/, "--pe NAME");
export const Ops: TokenType = whole("Ops", /-o|ops/, "-o");
export const Flags: TokenType = whole("Flags", /-b[ \t]+[^ \t]+/, "-b FLAGS");
export const Server: TokenType = whole("Server", /-r[ \t]+[^ \t]+/, "-r ADDRESS:PORT");
export const Forward: TokenType = whole("Forward", /-m|-g|-i/, "-m, -g or -i");
export const Weight: TokenType = whole("Weight", /-w[ \t]+\d+/, "-w WEIGHT");
export const TunnelType: TokenType = whole("TunnelType", /--tun-type[ \t]+[^ \t]+/, "--tun-type TYPE");
export const TunnelPort: TokenType = whole("TunnelPort", /--tun-port[ \t]+\d+/, "--tun-port PORT");
export const TunnelChecksum: TokenType = whole(
	"TunnelChecksum",
	/--tun-(?:nocsum|csum|remcsum)/,
	"--tun-nocsum, --tun-csum or --tun-remcsum",
);

export const tokens: TokenType[] = [
	blanks,
	AddService,
	AddServer,
	AddressKey,
	MarkKey,
	Server,
	Forward,
	Weight,
	Scheduler,
	Persistent,
	Engine,
	Ops,
	Flags,
	TunnelType,
	TunnelPort,
	TunnelChecksum,
	Text,
];

export const createSaveLexer = (): Lexer => createLexer(tokens);
