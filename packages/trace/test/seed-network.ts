import { fileURLToPath } from "node:url";
import { openCapture, parseDump } from "@netfossil/capture";
import { reconstruct } from "@netfossil/topology";
import {
	compile,
	type FlowQuestion,
	type Followed,
	follow,
	type Kernel,
	Links,
	traceText,
} from "../src/index.ts";

const fixtures = fileURLToPath(new URL("../../../fixtures/", import.meta.url));

export interface Network {
	readonly kernel: Kernel;
	readonly links: Links;
}

/** The network that files and folders of the fixtures show, as `netfossil trace` has it. */
export async function networkOf(...paths: readonly string[]): Promise<Network> {
	const { dumps, commands, passedOver } = await openCapture(paths.map((path) => fixtures + path));
	const parsed = dumps.map((dump) => parseDump(dump));
	const kernel = compile(parsed, reconstruct(parsed, commands), passedOver);
	return { kernel, links: new Links(kernel) };
}

/** The two documents that `npm start` reads. */
export const VOTE = [
	"seeds/documents/000_5be509c29be0ffa5.txt",
	"seeds/documents/003_aecfce794903cd84.txt",
] as const;

/** `--from PLACE --to NAME:PORT` */
export const asked = (host: string, dst: string, dport: number | null): FlowQuestion => ({
	id: 1,
	from: { host },
	proto: dport === null ? "icmp" : "tcp",
	dst,
	dport,
});

export const ask = ({ kernel, links }: Network, host: string, dst: string, dport: number | null): Followed =>
	follow(kernel, links, asked(host, dst, dport));

export const textOf = (followed: Followed): string => traceText(followed.question, followed);
