import { type Prefix, prefixOf } from "../../address.ts";
import type { DeviceDraft, Devices } from "../devices.ts";
import type { Assumption, Cite, InterfaceAddress, ServedPort } from "../kernel.ts";
import type { ReadService } from "../services.ts";
import type { Tables } from "../tables.ts";
import type { Spot } from "./facts.ts";

/** What is taken for granted of a namespace as a whole. */
export type Habit = Pick<Assumption, "text" | "command">;

/** A namespace that is being put together, for habits to add what no dump of it tells. */
export interface Unsaved extends Spot {
	readonly devices: Devices;
	readonly tables: Tables;
	readonly services: ReadService[];
	readonly habits: Habit[];
	/** No dump tells an interface of it, nor routes that would name one. */
	readonly unseen: boolean;
	/** Habit knows some of its interfaces, but not all: it has other ways that are not known. */
	partial: boolean;
	/** No dump tells its rules. */
	readonly unruled: boolean;
	/** Why the rules that habit gives it, or that its dumps show, are all. */
	ruledBy: string | undefined;
	/** The ports of the service that lives there. */
	serves: readonly ServedPort[];
}

/** The namespaces of a capture while they are put together; one that is asked for is there. */
export type Places = (host: string, netns: string | null) => Unsaved;

export interface InterfaceOf extends Spot {
	readonly name: string;
}

/** Two ends of a veth: a container's, and the bridge's port. */
export type Joint = readonly [leg: InterfaceOf, port: InterfaceOf];

/** An interface as habit has it. */
export function addDevice(
	{ devices }: Unsaved,
	name: string,
	device: Omit<Partial<DeviceDraft>, "name"> & { readonly cite: Cite },
): void {
	if (devices.drafts.has(name)) return;
	const flags = new Set(["BROADCAST", "MULTICAST", "UP", "LOWER_UP"]);
	devices.drafts.set(name, { flags, addresses: [], ...device, name });
}

/** `127.0.0.1/8` on lo, which every namespace has that is in use. */
export function addLoopback(place: Unsaved, cite: Cite): void {
	addDevice(place, "lo", {
		kind: "loopback",
		index: 1,
		flags: new Set(["LOOPBACK", "UP", "LOWER_UP"]),
		addresses: [addressOf("127.0.0.1", prefixOf("127.0.0.0", 8)!, cite, "host")],
		cite,
	});
}

export const addressOf = (
	address: string,
	network: Prefix,
	cite: Cite,
	scope = "global",
): InterfaceAddress => ({
	family: network.family,
	address,
	network,
	scope,
	secondary: false,
	flags: [],
	cite,
});
