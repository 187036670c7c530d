import type { Connection } from "./ast.ts";

/** How the kernel translates a connection's addresses. */
export interface Translation {
	/** The source that the receiver sees, where it is not the sender's own (SNAT, MASQUERADE). */
	readonly source?: Endpoint;
	/** Where the packets really go, where it is not where they were sent to (DNAT, REDIRECT, IPVS). */
	readonly destination?: Endpoint;
}

/** An address with its port, if the protocol has ports. */
export interface Endpoint {
	readonly address: string;
	readonly port?: number;
}

/** What a tracked connection says of address translation: the reply is not the original turned round. */
export function translationOf({ original, reply }: Connection): Translation {
	const sentFrom = endpoint(original.source.value, original.sourcePort?.number);
	const sentTo = endpoint(original.destination.value, original.destinationPort?.number);
	const answersTo = endpoint(reply.destination.value, reply.destinationPort?.number);
	const answersFrom = endpoint(reply.source.value, reply.sourcePort?.number);
	return {
		...(!same(sentFrom, answersTo) && { source: answersTo }),
		...(!same(sentTo, answersFrom) && { destination: answersFrom }),
	};
}

function endpoint(address: string, port: number | undefined): Endpoint {
	return port === undefined ? { address } : { address, port };
}

function same(a: Endpoint, b: Endpoint): boolean {
	return a.address === b.address && a.port === b.port;
}
