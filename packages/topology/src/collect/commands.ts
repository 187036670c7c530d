import type { TypedCommand } from "@netfossil/capture";
import type { Observations } from "../observations.ts";

/** The commands that were typed, each as a source of its own. */
export function collectCommands(commands: readonly TypedCommand[], into: Observations): void {
	for (const command of commands) {
		const dump = { id: commandId(command), source: command.source, start: command.start };
		into.commands.push({
			scope: command.scope,
			quote: { parsed: { dump }, span: { start: 0, end: command.end - command.start } },
			text: command.text,
		});
	}
}

/** The id of a typed command among the sources. */
export function commandId({ source, start }: TypedCommand): string {
	return `${source.name}:${source.locate(start).line}`;
}
