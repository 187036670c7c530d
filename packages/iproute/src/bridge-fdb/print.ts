import { printAddress, printLine, printPlain } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import { printLinkAddress } from "../address/values.ts";
import type { BridgeFdb, BridgeFdbStatement, FdbEntry, FdbWord } from "./ast.ts";
import { FDB_WORDS } from "./words.ts";

/** Prints a forwarding database as `bridge fdb show` does. */
export function printBridgeFdb(ast: BridgeFdb): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: BridgeFdbStatement): string {
	return node.type === "entry" ? printLine(node, entry(node)) : printPlain(node);
}

function entry(node: FdbEntry): string {
	const words = [printLinkAddress(node.address)];
	const unknown = (after: FdbWord | undefined): void => {
		for (const each of node.unknown ?? []) if (each.after === after) words.push(each.text);
	};
	unknown(undefined);
	for (const word of node.order ?? FDB_WORDS) {
		const text = printWord(node, word);
		if (text === undefined) continue;
		words.push(text);
		unknown(word);
	}
	return words.join(" ") + entryTrailing(node);
}

/** Each word but the state brings the blank after it along: `print_string(…, "%s\n", state_n2a(…))`. */
export function entryTrailing(node: FdbEntry): string {
	return node.state === undefined ? " " : "";
}

function printWord(node: FdbEntry, word: FdbWord): string | undefined {
	switch (word) {
		case "dev":
		case "via":
			return node[word] && `${word} ${node[word].value}`;
		case "master":
			return node.master ? `master ${node.master.value}` : node.flags.includes(word) ? word : undefined;
		case "dst":
			return node.dst && `dst ${printAddress(node.dst)}`;
		case "vlan":
		case "port":
		case "vni":
		case "nhid":
			return node[word] && `${word} ${printNumber(node[word])}`;
		case "src_vni":
			return node.srcVni && `src_vni ${printNumber(node.srcVni)}`;
		case "via ifindex":
			return node.viaIndex && `via ifindex ${printNumber(node.viaIndex)}`;
		case "link-netnsid":
			return node.netnsid && `link-netnsid ${printNumber(node.netnsid)}`;
		case "used":
			return node.used && `used ${node.used.used}/${node.used.updated}`;
		case "state":
			return node.state?.value;
		default:
			return node.flags.includes(word) ? word : undefined;
	}
}
