import type { JsonMember, JsonObject, JsonUnparsed, JsonValue } from "../ast.ts";

/** A value as `JSON.parse` would give it, without places and without what was cut away. */
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

export function membersOf(object: JsonObject): JsonMember[] {
	return object.members.filter(isMember);
}

function isMember(node: JsonMember | JsonUnparsed): node is JsonMember {
	return node.type === "member";
}
