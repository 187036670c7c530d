import { isDockerNetns } from "@netfossil/docker";

/** Whether a namespace, by its name in the graph, is one that Docker made. */
export const isDockersOwn = (name: string): boolean => name.startsWith("container:") || isDockerNetns(name);
