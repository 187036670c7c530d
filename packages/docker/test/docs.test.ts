import { readFileSync } from "node:fs";
import { withoutSpans } from "@netfossil/core/testing";
import { describe, expect, it } from "vitest";
import * as docker from "../src/index.ts";

const page = readFileSync(new URL("../../../docs/docker.md", import.meta.url), "utf8");

/** What the JSON block below an example shows. */
const SHOWN: Record<string, (text: string) => unknown> = {
	"docker-network-ls": (text) => docker.parseNetworkLs(text).ast.statements,
	"docker-node-ls": (text) => docker.parseNodeLs(text).ast.statements,
	"docker-info": (text) => docker.parseInfo(text).ast.statements,
	"docker-version": (text) => docker.parseVersion(text).ast.statements,
	"docker-service-inspect": (text) => docker.parseServiceInspect(text).ast.statements,
	"docker-node-inspect nodes": (text) => docker.nodes(docker.parseNodeInspect(text).ast),
	"docker-info info": (text) => docker.engineInfo(docker.parseInfo(text).ast),
	"docker-version version": (text) => docker.engineVersion(docker.parseVersion(text).ast),
	"docker-ps": (text) => docker.parsePs(text).ast.statements,
	"docker-service-ls": (text) => docker.parseServiceLs(text).ast.statements,
	"docker-service-ps": (text) => docker.parseServicePs(text).ast.statements,
	"docker-network-inspect": (text) => docker.parseNetworkInspect(text).ast.statements,
	"docker-inspect": (text) => docker.parseInspect(text).ast.statements,
	"docker-network-inspect networks": (text) => docker.networks(docker.parseNetworkInspect(text).ast),
	"docker-inspect containers": (text) => docker.containers(docker.parseInspect(text).ast),
	"docker-service-inspect services": (text) => docker.services(docker.parseServiceInspect(text).ast),
};

describe("docs/docker.md", () => {
	const examples = Array.from(page.matchAll(/```(docker-[\w -]+)\n(.*?)```\n\n```json\n(.*?)```/gs));

	it("has an example of every kind and view", () => {
		expect(new Set(examples.map(([, shown]) => shown))).toEqual(new Set(Object.keys(SHOWN)));
		expect(examples).toHaveLength(page.match(/^```docker-/gm)?.length ?? 0);
	});

	it.each(examples.map(([, shown, text, json]) => [shown!, text!, json!] as const))(
		"%s reads as shown: %s",
		(shown, text, json) => {
			expect(withoutSpans(SHOWN[shown]!(text))).toEqual(JSON.parse(json));
		},
	);
});
