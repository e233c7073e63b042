/** The door of the engine room: one dockerd per machine. */

export { etcPath, hostnameOf, mountsOf } from "../machine/etc";
export { type Change, changesOf } from "./changes";
export { netRoom } from "./connect";
export { type CreateArgs, createContainer } from "./create";
export { isDataTree, mountDataFile } from "./data-files";
export {
  attach,
  connectContainer,
  disconnectContainer,
  parsePort,
  portsOf,
  sandboxOwner,
  shownHostIps,
  usesHostNetwork,
} from "./endpoints";
export { type Attributes, containerEvent, recordEvent } from "./events";
export { findExec } from "./exec";
export { closeGateway, endpointName, INGRESS_SANDBOX, isGateway, openGateway } from "./gateway";
export { wholeHostConfig } from "./host-config";
export { imageRoom } from "./image-commands";
export { findImage, lookUpImage } from "./images";
export { hasUserSubnet, ipamConfigs } from "./ipam";
export { findContainer, lookUpContainer } from "./names";
export {
  createPredefinedNetworks,
  ensureSwarmNetwork,
  findNetwork,
  isPredefined,
  isUserDefined,
  lookUpNetwork,
  removeSwarmNetwork,
  type SwarmNetwork,
} from "./networks";
export { mainProcess, processesIn } from "./processes";
export { pruneFilter } from "./prune-filter";
export { sharePull } from "./pull";
export { removeContainer, writtenSize } from "./remove";
export { engineRoom } from "./room";
export { commandLine, startContainer } from "./start";
export { isUp, killContainer, type StopOptions, stopContainer } from "./stop";
export { findVolume, volumePath, volumeSize, volumeTree, volumeUsers } from "./volumes";
