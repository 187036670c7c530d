/** What the name of a Swarm task says: `vote.2.ij6fmmcx71po5sjeessn9wl0j`. */
export interface TaskName {
	readonly service: string;
	/** Which of a replicated service's tasks. */
	readonly slot?: number;
	/** The node of a global service's task. */
	readonly nodeId?: string;
	/** Absent in `docker service ps`, which prints `vote.2`. */
	readonly taskId?: string;
}

/** Swarm's ids: 25 digits of base 36 (swarmkit's `identity.NewID`). */
const NAME = /^(.+)\.(?:(\d+)|([0-9a-z]{25}))$/;
const WITH_TASK = /^(.+)\.(?:(\d+)|([0-9a-z]{25}))\.([0-9a-z]{25})$/;

/**
 * Takes a task's name apart; undefined when it is none. A container of a Swarm service bears its task's name:
 * service, slot (or node id) and task id (swarmkit's `naming.Task`).
 */
export function taskName(name: string): TaskName | undefined {
	const match = WITH_TASK.exec(name) ?? NAME.exec(name);
	if (match === null) return undefined;
	const [, service, slot, nodeId, taskId] = match;
	return {
		service: service!,
		...(slot === undefined ? {} : { slot: Number(slot) }),
		...(nodeId === undefined ? {} : { nodeId }),
		...(taskId === undefined ? {} : { taskId }),
	};
}
