import type { Draft, LineNode, SourceLine } from "@netfossil/core";
import type { RealServer } from "./ast.ts";

/** A new node with its place, and with the blanks at its end where they are not the tool's `own`. */
export function placed<Node extends LineNode>(
	node: Node,
	line: SourceLine,
	trailing: string,
	own: string,
): Node {
	const draft: Draft<LineNode> = node;
	draft.start = line.start;
	draft.end = line.next;
	if (line.eol !== "\n") draft.eol = line.eol;
	if (trailing !== own) draft.trailing = trailing;
	return node;
}

/** ipvsadm and the kernel pad the last column to ten characters, but not the numbers of --stats and --rate. */
export function paddingOf({ inactiveConnections }: RealServer): string {
	return inactiveConnections === undefined
		? ""
		: " ".repeat(Math.max(0, 10 - String(inactiveConnections).length));
}
