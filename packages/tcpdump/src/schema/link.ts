import { macAddress, num, spanShape, word } from "@netfossil/core/schema";
import { z } from "zod";
import type { BridgeId, Encapsulation, Link, Lldp, Stp, VlanTag } from "../ast.ts";
import { ethertype, flag, optional, station, string } from "./common.ts";

const vlan: z.ZodType<VlanTag> = z.strictObject({
	id: num,
	priority: z.int(),
	dropEligible: flag,
	ethertype: optional(ethertype),
	...spanShape,
});
export const link: z.ZodType<Link> = z.union([
	z.strictObject({
		type: z.literal("ethernet"),
		source: station,
		destination: station,
		ethertype: optional(ethertype),
		length: num,
		vlans: optional(z.array(vlan)),
		...spanShape,
	}),
	z.strictObject({
		type: z.literal("cooked"),
		direction: optional(word),
		interfaceIndex: optional(num),
		source: optional(station),
		ethertype: optional(ethertype),
		length: optional(num),
		vlans: optional(z.array(vlan)),
		...spanShape,
	}),
	z.strictObject({
		type: z.literal("loopback"),
		family: z.strictObject({ name: string, number: optional(num), ...spanShape }),
		length: num,
		...spanShape,
	}),
	z.strictObject({ type: z.literal("raw"), ...spanShape }),
]);

const label = z.strictObject({
	label: num,
	name: optional(string),
	trafficClass: num,
	experimental: flag,
	bottom: flag,
	ttl: num,
	break: optional(z.enum(["\n", "\r\n"])),
	...spanShape,
});
const point = z.strictObject({ name: string, number: num, flag: string });
export const encapsulation: z.ZodType<Encapsulation> = z.union([
	z.strictObject({
		type: z.literal("mpls"),
		labels: z.array(label),
		break: optional(z.enum(["\n", "\r\n"])),
		...spanShape,
	}),
	z.strictObject({
		type: z.literal("pppoe"),
		code: optional(word),
		session: optional(num),
		tags: z.array(z.strictObject({ name: string, value: optional(string) })),
		...spanShape,
	}),
	z.strictObject({
		type: z.literal("ppp"),
		protocol: ethertype,
		length: num,
		direction: optional(word),
		...spanShape,
	}),
	z.strictObject({
		type: z.literal("llc"),
		destination: point,
		source: point,
		control: num,
		snap: optional(
			z.strictObject({
				organization: ethertype,
				protocol: ethertype,
				of: z.enum(["pid", "ethertype"]),
				length: num,
			}),
		),
		...spanShape,
	}),
]);

export const bridge: z.ZodType<BridgeId> = z.strictObject({ priority: num, mac: macAddress, ...spanShape });
export const stp: z.ZodType<Stp> = z.strictObject({
	type: z.literal("stp"),
	version: word,
	message: optional(word),
	common: flag,
	flags: optional(string),
	bridge: optional(bridge),
	port: optional(num),
	length: optional(num),
	flaw: optional(string),
	...spanShape,
});
export const lldp: z.ZodType<Lldp> = z.strictObject({
	type: z.literal("lldp"),
	length: num,
	name: optional(word),
	...spanShape,
});
