import type { JsonMember, JsonObject, JsonUnparsed, JsonValue } from "../ast.ts";

/** A value as `JSON.parse` would give it, without places; of what was cut, what is left. */
export function plain(value: JsonValue): unknown {
	switch (value.type) {
		case "object":
			return Object.fromEntries(
				membersOf(value).flatMap((member) =>
					member.value === undefined ? [] : [[member.key.value, plain(member.value)]],
				),
			);
		case "array":
			return value.items.flatMap((item) => (item.type === "unparsed" ? [] : [plain(item)]));
		case "null":
			return null;
		default:
			return value.value;
	}
}

/** The members of an object, without one whose name was cut. */
export function membersOf(object: JsonObject): JsonMember[] {
	return object.members.filter(isWhole);
}

function isWhole(node: JsonMember | JsonUnparsed): node is JsonMember {
	return node.type === "member" && !node.key.cut;
}
