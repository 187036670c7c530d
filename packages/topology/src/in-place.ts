import type { Place } from "@netfossil/capture";
import { shellWord } from "@netfossil/capture/files";
import { isDockerNetns, NETNS_FOLDER } from "@netfossil/docker";

/** A command as it is typed on a host to run in one of its places. */
export function inPlace(place: Place, command: string): string {
	switch (place.type) {
		case "host":
			return command.startsWith("docker ") ? command : `sudo ${command}`;
		case "netns":
			return isDockerNetns(place.name)
				? `sudo nsenter --net=${NETNS_FOLDER}/${shellWord(place.name)} ${command}`
				: `sudo ip netns exec ${shellWord(place.name)} ${command}`;
		case "container":
			return `sudo nsenter -t $(docker inspect -f '{{.State.Pid}}' ${shellWord(place.id)}) -n ${command}`;
	}
}
