/** Ids of nodes: made of names, so that two runs over different captures of one network can be compared. */
/** The twelve characters that Docker prints of an id, unless told not to cut it. */
export const shortId = (id: string): string => id.slice(0, 12);

export const hostId = (host: string): string => host;
export const netnsId = (host: string, name: string): string => `${host}/netns/${name}`;
export const interfaceId = (netns: string, name: string): string => `${netns}/interface/${name}`;
export const addressId = (netns: string, address: string): string => `${netns}/address/${address}`;
export const vtepId = (netns: string, name: string): string => `${netns}/vtep/${name}`;
/** The far end of a tunnel, whose device no dump shows. */
export const remoteVtepId = (vtep: string, address: string): string => `${vtep}/remote/${address}`;
export const containerId = (host: string, id: string): string => `${host}/container/${id}`;
export const overlayId = (id: string): string => `network/${id}`;
export const localNetworkId = (host: string, name: string): string => `${host}/network/${name}`;
/** A subnet of a LAN; with a host of it where the same subnet is on another LAN too. */
export const lanId = (subnet: string, host?: string): string =>
	`lan/${subnet}${host === undefined ? "" : `@${host}`}`;
export const subnetId = (network: string, subnet: string): string => `${network}/subnet/${subnet}`;
/** An inspection lists the endpoints of its own host, and `ingress-sbox` is one on each. */
export const endpointId = (network: string, host: string, key: string): string =>
	`${network}/endpoint/${host}/${shortId(key)}`;
/** With a host of its swarm, where another swarm has a service of that name too. */
export const serviceId = (name: string, host?: string): string =>
	`service/${name}${host === undefined ? "" : `@${host}`}`;
export const taskId = (service: string, id: string): string => `${service}/task/${shortId(id)}`;
export const vipId = (network: string, address: string): string => `${network}/vip/${address}`;
/**
 * Below the host, or the namespace that has the rule; with an address where the rule is for that one only, and without
 * a port where it is for all ports of the address.
 */
export const publishedPortId = (
	owner: string,
	protocol: string,
	port: number | undefined,
	address?: string,
): string => `${owner}/published-port/${protocol}/${[address ?? [], port ?? []].flat().join(":")}`;
export const ipvsServiceId = (netns: string, name: string): string => `${netns}/ipvs/${name}`;
export const realServerId = (service: string, endpoint: string): string =>
	`${service}/real-server/${endpoint}`;
export const externalId = (where: string, address: string): string => `${where}/external/${address}`;
