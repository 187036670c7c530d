import type { Packet } from "./packet.ts";
import type { Way } from "./routing.ts";
import type { Cite, Device, Namespace, RuleRef, Socket } from "./state/kernel.ts";

/** What is not known, and the command that would tell. */
export interface Gap {
	readonly text: string;
	readonly host?: string;
	readonly netns?: string | null;
	readonly command?: string;
}

/** An answer that the machine where the packet ended sends. */
export interface Answer {
	readonly kind: "syn-ack" | "ack" | "rst" | "udp" | "echo-reply" | "icmp-error";
	readonly namespace: Namespace;
	readonly packet: Packet;
	/** The address that it is sent from. */
	readonly from: string;
	/** The way that was found when the packet was made, before it had its source. */
	readonly way?: Way;
	/** A reset of a bridged packet leaves by the port that the packet came in by, past all rules. */
	readonly straight?: { readonly device: Device; readonly to: string | null };
}

/** A socket that listens on the port, though not for the packet. */
export interface NearSocket {
	readonly at: Namespace;
	readonly socket: Socket;
}

export type DropReason =
	| "rule"
	| "policy"
	| "rp_filter"
	| "forwarding-off"
	| "blackhole"
	| "martian"
	| "bridge-hairpin-off"
	| "no-route-after-dnat"
	| "no-route"
	| "lost-after-interface"
	| "no-answer"
	| "unknown";

/** What became of a packet. */
export type Fate =
	| {
			readonly type: "delivered";
			readonly at: Namespace;
			readonly packet: Packet;
			readonly socket?: Cite;
			readonly answer?: Answer;
	  }
	| {
			readonly type: "refused";
			readonly at: Namespace;
			readonly packet: Packet;
			readonly by: "tcp-reset" | "icmp-port-unreachable";
			/** The dump that lists all that listens. */
			readonly dump?: Cite;
			/** Sockets of that port that the packet did not find. */
			readonly near?: readonly NearSocket[];
			readonly answer?: Answer;
	  }
	| {
			readonly type: "rejected";
			readonly at: Namespace;
			readonly with: string;
			readonly rule: RuleRef;
			readonly answer?: Answer;
	  }
	| {
			readonly type: "dropped";
			readonly at: Namespace;
			readonly reason: DropReason;
			/** In words, for people. */
			readonly why: string;
			readonly rule?: RuleRef;
			/** Of a policy. */
			readonly table?: string;
			readonly chain?: string;
			readonly cite?: Cite;
	  }
	| {
			readonly type: "unreachable";
			readonly at: Namespace;
			readonly icmp: { readonly type: number; readonly code: number };
			readonly why: string;
			readonly cite?: Cite;
			readonly answer?: Answer;
	  }
	| {
			readonly type: "no-route";
			readonly at: Namespace;
			readonly errno: string;
			readonly why: string;
			readonly cite?: Cite;
	  }
	| { readonly type: "unknown"; readonly at?: Namespace; readonly gap: Gap };

export const dropped = (
	at: Namespace,
	reason: DropReason,
	why: string,
	more: {
		readonly rule?: RuleRef;
		readonly table?: string;
		readonly chain?: string;
		readonly cite?: Cite;
	} = {},
): Fate => ({ type: "dropped", at, reason, why, ...more });

export const unknown = (at: Namespace | undefined, text: string, command?: string): Fate => ({
	type: "unknown",
	...(at && { at }),
	gap: { text, ...(at && { host: at.host, netns: at.netns }), ...(command !== undefined && { command }) },
});
