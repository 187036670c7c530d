import type {
	Blank,
	IpAddress,
	IpPrefix,
	LineNode,
	MacAddress,
	Num,
	Span,
	Unparsed,
	Word,
} from "@netfossil/core";

// Tables ----------------------------------------------------------------------------------------------

/**
 * A listing of docker's in columns. Source of the format: the formatters of the docker CLI (`cli/command/
 * formatter`), which print through Go's text/tabwriter: columns of at least 20 (up to 19.03) or 10 (since
 * 20.10) code points, three blanks between them.
 */
export interface DockerTable<Kind extends TableKind = TableKind> extends Span {
	readonly type: Kind;
	readonly statements: readonly TableStatement<Kind>[];
}

/** The row of each listing. */
export interface TableRows {
	readonly "docker-network-ls": NetworkRow;
	readonly "docker-node-ls": NodeRow;
	readonly "docker-ps": ContainerRow;
	readonly "docker-service-ls": ServiceRow;
	readonly "docker-service-ps": TaskRow;
}

export type TableKind = keyof TableRows;
export type Row = TableRows[TableKind];
export type TableStatement<Kind extends TableKind = TableKind> =
	| TableHeader
	| TableRows[Kind]
	| JsonDocument
	| ErrorLine
	| Blank
	| Unparsed;

/** What `docker network ls` prints. */
export type DockerNetworkLs = DockerTable<"docker-network-ls">;
/** What `docker node ls` prints. */
export type DockerNodeLs = DockerTable<"docker-node-ls">;
/** What `docker ps` prints. */
export type DockerPs = DockerTable<"docker-ps">;
/** What `docker service ls` prints. */
export type DockerServiceLs = DockerTable<"docker-service-ls">;
/** What `docker service ps` prints. */
export type DockerServicePs = DockerTable<"docker-service-ps">;

/** `CONTAINER ID        IMAGE               COMMAND             …` */
export interface TableHeader extends LineNode {
	readonly type: "columns";
	readonly columns: readonly Column[];
	/** The blanks between the titles, where these do not say the columns' places (tabs). */
	readonly gaps?: readonly string[];
	readonly wrapped?: Wrapped;
}

/** How a terminal, or what copied from it, broke a line that is wider than the screen. */
export interface Wrapped {
	/** Code points on a line. */
	readonly width: number;
	/** The blanks at the ends of the lines were lost. */
	readonly trimmed?: true;
}

/** A title of the header line. */
export interface Column extends Span {
	/** As printed: `CONTAINER ID`. */
	readonly title: string;
	/** Code points from the start of the line to the column. */
	readonly at: number;
}

/** What the rows of all listings have. A cell that is empty, or whose column is not printed, is an absent key. */
export interface RowNode extends LineNode {
	/** Cells of columns that this package does not know. */
	readonly others?: readonly OtherCell[];
	/** The blanks between the cells, where the row does not stand under its header's columns or has none. */
	readonly gaps?: readonly string[];
	readonly wrapped?: Wrapped;
}

/** A cell of a column with an unknown title, for example of `SIZE` in `docker ps -s`. */
export interface OtherCell extends Word {
	readonly title: string;
}

/** `das46zk71z4g        ingress             overlay             swarm` */
export interface NetworkRow extends RowNode {
	readonly type: "network";
	/** The first 12 characters of the network's id, or all with `--no-trunc`. */
	readonly id?: Word;
	readonly name?: Word;
	/** `bridge`, `overlay`, `host`, `null` … */
	readonly driver?: Word;
	/** `local` or `swarm`. */
	readonly scope?: Word;
}

/** `n4cwm89xqpb2ykb169rammtnv *   manager1   Ready     Active         Leader           20.10.24+dfsg1` */
export interface NodeRow extends RowNode {
	readonly type: "node";
	/** All 25 characters, in every version. */
	readonly id?: Word;
	/** The node that was asked: a star stands behind its id. */
	readonly self?: true;
	readonly hostname?: Word;
	/** `Ready`, `Down`, `Unknown`, `Disconnected` */
	readonly status?: Word;
	/** `Active`, `Pause`, `Drain` */
	readonly availability?: Word;
	/** `Leader`, `Reachable`, `Unreachable`; a worker has none. */
	readonly managerStatus?: Word;
	/** Since 18.03. */
	readonly engineVersion?: Word;
}

/** `a80aaba1a6d0        nvbeta/node:latest   "nodemon /src/index.…"   3 minutes ago       Up 3 minutes   8888/tcp   node.1.vu2e…` */
export interface ContainerRow extends RowNode {
	readonly type: "container";
	/** The first 12 characters of the container's id, or all 64 with `--no-trunc`. */
	readonly id?: Word;
	readonly image?: Word;
	/** Cut after 20 characters, with `...` (up to 17.x) or `…`, unless `--no-trunc`. */
	readonly command?: Quoted;
	/** `5 hours ago` */
	readonly created?: Word;
	/** `Up 5 hours`, `Exited (0) 3 minutes ago` */
	readonly status?: Word;
	readonly ports?: readonly (PublishedPort | Unparsed)[];
	/** What stands between the ports, where that is not a comma and a blank: `*:80->80/tcp,*:443->443/tcp`. */
	readonly portsJoint?: ",";
	/** The container's name, and with `--no-trunc` the names that links give it: `a,b/c`. */
	readonly names?: readonly Word[];
}

/** `2z5g8tn1ohnp        vote                replicated          0/2                 instavote/vote:latest   *:8080->80/tcp` */
export interface ServiceRow extends RowNode {
	readonly type: "service";
	readonly id?: Word;
	readonly name?: Word;
	/** `replicated`, `global`, `replicated job`, `global job`. */
	readonly mode?: Word;
	readonly replicas?: Replicas | Unparsed;
	readonly image?: Word;
	readonly ports?: readonly (PublishedPort | Unparsed)[];
	/** What stands between the ports, where that is not a comma and a blank: `*:80->80/tcp,*:443->443/tcp`. */
	readonly portsJoint?: ",";
}

/** `njrh2ofmap06        vote.1              instavote/vote:latest   worker1             Running             Running 13 minutes ago` */
export interface TaskRow extends RowNode {
	readonly type: "task";
	/** The first 12 characters of the task's id, or all 25 with `--no-trunc`. */
	readonly id?: Word;
	/** `vote.1`: the service and the slot, or the node's id for a global service. */
	readonly name?: Word;
	/** An earlier task of the slot above: the name stands behind ` \_ `. */
	readonly earlier?: true;
	readonly image?: Word;
	/** The node's host name. */
	readonly node?: Word;
	/** `Running`, `Shutdown`, `Ready` … */
	readonly desiredState?: Word;
	/** `Running 13 minutes ago` */
	readonly currentState?: Word;
	/** Why the task failed: `task: non-zero exit (1)`. */
	readonly error?: Quoted;
	/** Ports published in host mode. */
	readonly ports?: readonly (PublishedPort | Unparsed)[];
	/** What stands between the ports, where that is not a comma and a blank: `*:80->80/tcp,*:443->443/tcp`. */
	readonly portsJoint?: ",";
}

/** Text in quotes: `"sleep infinity"`; the value and the span are what stands between them. */
export interface Quoted extends Word {
	/** As printed, where that is not the value between double quotes (podman prints none). */
	readonly text?: string;
}

/** `1/1`, `2/2 (max 1 per node)`, `3/3 (1/1 completed)` */
export interface Replicas extends Span {
	readonly type: "replicas";
	readonly running: number;
	readonly desired: number;
	/** `--replicas-max-per-node` (since 19.03). */
	readonly maxPerNode?: number;
	/** Of a job (since 20.10): tasks done and tasks wanted. */
	readonly completed?: { readonly done: number; readonly total: number };
}

/** `0.0.0.0:8080->80/tcp`, `[::]:8000-8002->8000-8002/tcp`, `*:8080->80/tcp`, or only `80/tcp`, which is not published */
export interface PublishedPort extends Span {
	readonly type: "published-port";
	/** The host's address; absent with {@link published}: all of them (`*`). */
	readonly address?: IpAddress;
	/** The address stood in brackets, as IPv6 does since 27. */
	readonly brackets?: true;
	/** Ports of the host; absent: the port is exposed, not published. */
	readonly published?: PortRange;
	/** Ports of the container. */
	readonly target: PortRange;
	readonly protocol: "tcp" | "udp" | "sctp";
}

/** `8080` (first and last are equal), `8000-8002` */
export interface PortRange extends Span {
	readonly first: number;
	readonly last: number;
}

// Both ------------------------------------------------------------------------------------------------

/** `Error: No such network: x`, `Error response from daemon: This node is not a swarm manager. …` */
export interface ErrorLine extends LineNode {
	readonly type: "error";
	/** The line. */
	readonly text: string;
	readonly meaning: ErrorMeaning;
	/** What was not found. */
	readonly subject?: Word;
}

/** What a message of docker's, or of the shell in its place, says about the host that it was printed on. */
export type ErrorMeaning =
	| "not-found"
	| "not-a-manager"
	| "no-daemon"
	| "permission-denied"
	| "no-command"
	| "usage"
	| "warning"
	| "other";

// JSON ------------------------------------------------------------------------------------------------

/**
 * JSON that docker prints, whole or in pieces. Source of the format: `docker … inspect` prints Go's
 * `json.Indent` with four blanks, `--format '{{json .}}'` one line.
 */
export interface DockerJson<Kind extends JsonKind = JsonKind> extends Span {
	readonly type: Kind;
	readonly statements: readonly JsonStatement[];
}

export type JsonKind =
	| "docker-info"
	| "docker-inspect"
	| "docker-network-inspect"
	| "docker-node-inspect"
	| "docker-service-inspect"
	| "docker-version";
export type JsonStatement =
	| JsonDocument
	| JsonFragment
	| JsonClose
	| SettingLine
	| ItemLine
	| ErrorLine
	| Blank
	| Unparsed;

/** What `docker info` and `docker system info` print: an outline, or JSON. */
export type DockerInfo = DockerJson<"docker-info">;
/** What `docker version` prints: an outline, or JSON. */
export type DockerVersion = DockerJson<"docker-version">;
/** What `docker node inspect` prints; an outline with `--pretty`. */
export type DockerNodeInspect = DockerJson<"docker-node-inspect">;

/** What `docker network inspect` prints. */
export type DockerNetworkInspect = DockerJson<"docker-network-inspect">;
/** What `docker inspect` and `docker container inspect` print. */
export type DockerInspect = DockerJson<"docker-inspect">;
/** What `docker service inspect` prints; an outline with `--pretty`. */
export type DockerServiceInspect = DockerJson<"docker-service-inspect">;

/**
 * How the lines of a document are laid out. Blanks that follow this layout are nowhere in the tree; those that
 * do not stand in the fields `before`, `colon`, `separator` and `close`.
 */
export interface JsonLayout extends LineNode {
	/** One level of indentation, where that is not four blanks; empty: all stands on one line, without blanks. */
	readonly unit?: string;
	/** The line ends within, where they are not "\n". */
	readonly newline?: "\r\n";
	/** What stands between the value and the next one, where there is something: a comma. */
	readonly separator?: string;
}

/** A value that stands by itself: `[ { "Name": "ingress", … } ]`; several may follow one another. */
export interface JsonDocument extends JsonLayout {
	readonly type: "document";
	readonly value: JsonValue;
}

/** A member without its object, which was cut away: `            "SandboxID": "727bc5c9f5d0…",` of a grep. */
export interface JsonFragment extends JsonLayout {
	readonly type: "fragment";
	readonly member: JsonMember;
}

/** The end of an object or array whose beginning was cut away: `        }` */
export interface JsonClose extends LineNode {
	readonly type: "close";
	readonly bracket: "}" | "]";
	readonly separator?: string;
}

export type JsonValue = JsonObject | JsonArray | JsonString | JsonNumber | JsonBoolean | JsonNull;

/** What every member of an object and every item of an array has. */
export interface JsonElement extends Span {
	/** The blanks before it, where they are not the layout's. */
	readonly before?: string;
	/** What stands between it and the next one, where that is not a comma (after the last: nothing). */
	readonly separator?: string;
}

/** `{ "Name": "ingress", "Id": "das46zk71z4g…" }` */
export interface JsonObject extends JsonElement {
	readonly type: "object";
	/** In the order printed; a name may come twice. */
	readonly members: readonly (JsonMember | JsonUnparsed)[];
	/** The blanks before the closing bracket, where they are not the layout's. */
	readonly close?: string;
	/** The closing bracket is missing. */
	readonly cut?: true;
}

/** `[ "80/tcp", "443/tcp" ]` */
export interface JsonArray extends JsonElement {
	readonly type: "array";
	readonly items: readonly (JsonValue | JsonUnparsed)[];
	/** As in {@link JsonObject}. */
	readonly close?: string;
	/** The closing bracket is missing. */
	readonly cut?: true;
}

/** `"Driver": "overlay"` */
export interface JsonMember extends JsonElement {
	readonly type: "member";
	readonly key: JsonString;
	/** What stands between the name and the value, where that is not `": "` (on one line `":"`). */
	readonly colon?: string;
	/** Absent where it was cut away. */
	readonly value?: JsonValue;
}

/** `"10.255.0.0/16"`; the span holds the quotes. */
export interface JsonString extends JsonElement {
	readonly type: "string";
	readonly value: string;
	/** As printed, quotes and all, where `JSON.stringify` would print it in another way. */
	readonly text?: string;
	/** The closing quote is missing. */
	readonly cut?: true;
}

/** `2447` */
export interface JsonNumber extends JsonElement {
	readonly type: "number";
	readonly value: number;
	/** As printed, where that differs: `10000000000000000001`. */
	readonly text?: string;
	/** The text ends right behind it, within an object or array, so that digits may be missing. */
	readonly cut?: true;
}

/** `true` */
export interface JsonBoolean extends JsonElement {
	readonly type: "boolean";
	readonly value: boolean;
}

/** `null` */
export interface JsonNull extends JsonElement {
	readonly type: "null";
}

/** What is no JSON between members or items, kept word for word. */
export interface JsonUnparsed extends JsonElement {
	readonly type: "unparsed";
	readonly text: string;
}

// Outlines --------------------------------------------------------------------------------------------

/**
 * `  NodeID: n4cwm89xqpb2ykb169rammtnv`: a line of an outline, as `docker info`, `docker version` and `--pretty`
 * print it. The indent says what it stands below. Source of the format: `cli/command/system/info.go`, the templates
 * of `cli/command/system/version.go` and of the `formatter.go` of services and nodes.
 */
export interface SettingLine extends LineNode {
	readonly type: "setting";
	readonly name: Word;
	/** What stands between name and value, where that is not `: ` (without a value `:`): `:\t\t`, ` = `. */
	readonly separator?: string;
	/** Absent above a list, and where nothing is set. */
	readonly value?: Word;
}

/** `   192.168.99.101:2377`: an entry of a list in an outline. */
export interface ItemLine extends LineNode {
	readonly type: "item";
	readonly value: Word;
}

// Views -----------------------------------------------------------------------------------------------

/** A yes or no that a conclusion may quote. */
export interface Flag extends Span {
	readonly value: boolean;
}

/** `"com.docker.network.bridge.name": "docker_gwbridge"` */
export interface Setting extends Span {
	readonly key: Word;
	readonly value: Word;
}

/** What every view has: its span is that of the object or fragment, and what is absent was not printed or empty. */
export interface View extends Span {
	/** Whether the object stands there whole; if not, nothing follows from what is absent. */
	readonly complete: boolean;
}

/** A network of `docker network inspect`. */
export interface NetworkView extends View {
	readonly name?: Word;
	readonly id?: Word;
	readonly driver?: Word;
	readonly scope?: Word;
	readonly ipv6?: Flag;
	readonly internal?: Flag;
	readonly attachable?: Flag;
	readonly ingress?: Flag;
	/** The bridge of a network of podman's: `podman1`, `cni-podman1`. */
	readonly bridge?: Word;
	readonly subnets: readonly SubnetView[];
	/** Endpoints of this host; a Swarm's other hosts have theirs. */
	readonly containers: readonly NetworkEndpointView[];
	readonly options: readonly Setting[];
	readonly labels: readonly Setting[];
	/** Of the option `com.docker.network.driver.overlay.vxlanid_list`, one for each subnet. */
	readonly vxlanIds: readonly Num[];
	/** Hosts that take part in an overlay network; where an FDB sends frames to. */
	readonly peers: readonly PeerView[];
	/** With `--verbose`. */
	readonly services: readonly NetworkServiceView[];
}

/** An entry of `IPAM.Config`. */
export interface SubnetView extends Span {
	readonly subnet?: IpPrefix;
	readonly gateway?: IpAddress | IpPrefix;
	readonly ipRange?: IpPrefix;
}

/** An entry of `Containers`. */
export interface NetworkEndpointView extends Span {
	/** A container's id (64 hex), `ingress-sbox`, `lb-<network>`, or `ep-<endpoint id>` when its sandbox is elsewhere. */
	readonly key: Word;
	/** The container's name; `gateway_<first 12 of the sandbox id>` on docker_gwbridge; `<network>-endpoint`. */
	readonly name?: Word;
	readonly endpointId?: Word;
	readonly mac?: MacAddress;
	readonly ipv4?: IpPrefix;
	readonly ipv6?: IpPrefix;
}

/** An entry of `Peers`; the name is not the host's but networkdb's. */
export interface PeerView extends Span {
	readonly name?: Word;
	readonly ip?: IpAddress;
}

/** An entry of `Services`; the name of the ingress endpoints' entry is empty. */
export interface NetworkServiceView extends Span {
	readonly name: Word;
	readonly vip?: IpAddress;
	/** `Target: 80, Publish: 8080` */
	readonly ports: readonly Word[];
	/** The firewall mark of the service on this host: IPVS prints it as `FWM  257`, iptables as `0x101`. */
	readonly localLbIndex?: Num;
	readonly tasks: readonly NetworkTaskView[];
}

/** A task below `Services`. */
export interface NetworkTaskView extends Span {
	readonly name?: Word;
	readonly endpointId?: Word;
	readonly endpointIp?: IpAddress;
	readonly hostIp?: IpAddress;
}

/** A container of `docker inspect`. */
export interface ContainerView extends View {
	readonly id?: Word;
	/** Without the `/` before it. */
	readonly name?: Word;
	readonly image?: Word;
	readonly hostname?: Word;
	/** `created`, `running`, `paused`, `restarting`, `removing`, `exited`, `dead`. */
	readonly state?: Word;
	readonly running?: Flag;
	/** 0 when the container does not run. */
	readonly pid?: Num;
	/** `bridge`, `host`, `none`, `container:<id>`, or a network's name. */
	readonly networkMode?: Word;
	/** 64 hex; the namespace's file bears the first 12. */
	readonly sandboxId?: Word;
	/** `/var/run/docker/netns/727bc5c9f5d0` */
	readonly sandboxKey?: Word;
	readonly labels: readonly Setting[];
	readonly ports: readonly PortBindingView[];
	readonly networks: readonly ContainerEndpointView[];
}

/** An entry of `NetworkSettings.Networks`. */
export interface ContainerEndpointView extends Span {
	readonly name: Word;
	readonly networkId?: Word;
	readonly endpointId?: Word;
	readonly address?: IpAddress;
	readonly prefixLength?: Num;
	readonly gateway?: IpAddress;
	readonly address6?: IpAddress;
	readonly prefixLength6?: Num;
	readonly gateway6?: IpAddress;
	readonly mac?: MacAddress;
	readonly aliases: readonly Word[];
}

/** An entry of `NetworkSettings.Ports`: `"80/tcp": [{ "HostIp": "0.0.0.0", "HostPort": "8080" }]` */
export interface PortBindingView extends Span {
	/** `80/tcp` */
	readonly target: Word;
	/** None: exposed, not published. */
	readonly bindings: readonly HostPortView[];
}

/** Where a port is published. */
export interface HostPortView extends Span {
	readonly address?: IpAddress;
	readonly port?: Num;
}

/** A service of `docker service inspect`. */
export interface ServiceView extends View {
	readonly id?: Word;
	readonly name?: Word;
	readonly image?: Word;
	/** `Replicated`, `Global`, `ReplicatedJob`, `GlobalJob`. */
	readonly mode?: Word;
	readonly replicas?: Num;
	/** `vip` or `dnsrr`. */
	readonly endpointMode?: Word;
	/** Ids or names of the networks that the tasks join. */
	readonly networks: readonly Word[];
	readonly ports: readonly ServicePortView[];
	readonly virtualIps: readonly VirtualIpView[];
}

/** An entry of `Endpoint.Ports`. */
export interface ServicePortView extends Span {
	readonly protocol?: Word;
	readonly targetPort?: Num;
	readonly publishedPort?: Num;
	/** `ingress` or `host`. */
	readonly publishMode?: Word;
}

/** An entry of `Endpoint.VirtualIPs`; the length is the network's, on a link the address is a /32. */
export interface VirtualIpView extends Span {
	readonly networkId?: Word;
	readonly address?: IpPrefix;
}

/** A node of `docker node inspect`. */
export interface NodeView extends View {
	readonly id?: Word;
	readonly hostname?: Word;
	/** `manager`, `worker`; `--pretty` does not say it. */
	readonly role?: Word;
	/** `active`, `pause`, `drain`. */
	readonly availability?: Word;
	/** `ready`, `down`, `unknown`, `disconnected`. */
	readonly state?: Word;
	readonly address?: IpAddress;
	/** `192.168.99.101:2377` */
	readonly managerAddress?: Word;
	readonly leader?: Flag;
	readonly engineVersion?: Word;
}

/** The host that `docker info` was asked on. */
export interface InfoView extends Span {
	/** The host's name. */
	readonly name?: Word;
	readonly serverVersion?: Word;
	readonly operatingSystem?: Word;
	readonly kernelVersion?: Word;
	readonly rootDir?: Word;
	/** `active`, `inactive`, `pending`, `locked`, `error`. */
	readonly swarm?: Word;
	readonly nodeId?: Word;
	readonly isManager?: Flag;
	/** Where the other nodes of the swarm reach this one. */
	readonly nodeAddress?: IpAddress;
	/** `192.168.99.101:2377` */
	readonly managers: readonly Word[];
	/** The UDP port of VXLAN. */
	readonly dataPathPort?: Num;
}

/** The versions of `docker version`. */
export interface VersionView extends Span {
	readonly client?: Word;
	/** Absent where no daemon answered. */
	readonly server?: Word;
	readonly serverApi?: Word;
}
