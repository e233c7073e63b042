/** Swarm objects as the API shows them (moby `daemon/cluster/convert`): fields in the order of Go's structs, since the command line prints them raw. */
import type { View } from "../../../core/store/store";
import { CERTIFICATE_ISSUER, joinToken, swarmInfo } from "../../../core/swarm";
import type { NodeRow, StoredObject, SwarmNetworkRow, SwarmRow } from "../../../core/swarm/manager/tables";
import { rfc3339 } from "../../../core/time/calendar";

export type Json = Record<string, unknown>;

export const meta = (row: StoredObject): Json => ({
  ID: row.id,
  Version: { Index: row.version },
  CreatedAt: rfc3339(row.createdAt),
  UpdatedAt: rfc3339(row.updatedAt),
});

const tlsInfo = (trustRoot: string, issuer: { issuerPublicKey: string; issuerSubject?: string }): Json => ({
  TrustRoot: trustRoot,
  CertIssuerSubject: issuer.issuerSubject ?? CERTIFICATE_ISSUER,
  CertIssuerPublicKey: issuer.issuerPublicKey,
});

/** While the root is rotated the new one issues already, and the old one is still what all trust. */
const swarmTls = (swarm: SwarmRow): Json => tlsInfo(swarm.trustRoot, swarm.rotation ?? swarm);

const nodeTls = (swarm: SwarmRow, { tls }: NodeRow): Json => tlsInfo(tls?.trustRoot ?? swarm.trustRoot, tls ?? swarm);

/** The cluster object of `/info`. */
export const clusterJson = (swarm: SwarmRow): Json => ({
  ...meta(swarm),
  Spec: swarm.spec,
  TLSInfo: swarmTls(swarm),
  RootRotationInProgress: swarm.rotation !== undefined,
  DefaultAddrPool: swarm.addressPool,
  SubnetSize: swarm.subnetSize,
  DataPathPort: swarm.dataPathPort,
});

/** `GET /swarm`. */
export const swarmJson = (swarm: SwarmRow): Json => ({
  ...clusterJson(swarm),
  JoinTokens: { Worker: joinToken(swarm, "worker"), Manager: joinToken(swarm, "manager") },
});

/** The `Swarm` part of `GET /info`. */
export function swarmInfoJson(view: View, machine: string): Json {
  const info = swarmInfo(view, machine);
  return {
    NodeID: info.nodeId,
    NodeAddr: info.nodeAddr,
    LocalNodeState: info.localNodeState,
    ControlAvailable: info.controlAvailable,
    Error: info.error,
    RemoteManagers: info.remoteManagers?.map(({ nodeId, addr }) => ({ NodeID: nodeId, Addr: addr })) ?? null,
    ...(info.nodes > 0 && { Nodes: info.nodes }),
    ...(info.managers > 0 && { Managers: info.managers }),
    ...(info.swarm && { Cluster: clusterJson(info.swarm) }),
    ...(info.warnings.length > 0 && { Warnings: info.warnings }),
  };
}

export function nodeJson(view: View, node: NodeRow): Json {
  const swarm = view.table("swarms").get(node.swarm);
  return {
    ...meta(node),
    Spec: {
      ...(node.spec.Name && { Name: node.spec.Name }),
      Labels: node.spec.Labels ?? {},
      Role: node.spec.Role,
      Availability: node.spec.Availability,
    },
    Description: {
      ...(node.description ?? { Platform: {}, Resources: {}, Engine: {} }),
      TLSInfo: swarm && node.description ? nodeTls(swarm, node) : {},
    },
    Status: {
      State: node.status.state,
      ...(node.status.message && { Message: node.status.message }),
      Addr: node.status.addr,
    },
    ...(node.manager && {
      ManagerStatus: {
        ...(swarm?.leader === node.id && { Leader: true }),
        Reachability: node.manager.reachability,
        Addr: node.manager.addr,
      },
    }),
  };
}

/** The header `Swarm` of every answer to `/_ping`. */
export function swarmHeader(view: View, machine: string): string {
  const { localNodeState, controlAvailable } = swarmInfo(view, machine);
  return localNodeState === "active" ? `active/${controlAvailable ? "manager" : "worker"}` : localNodeState;
}

/** A swarm network in `GET /networks` of a manager. What runs on it is known to each machine by itself. */
export const swarmNetworkJson = (network: SwarmNetworkRow): Json => ({
  Name: network.spec.Name,
  Id: network.id,
  Created: rfc3339(network.createdAt),
  Scope: "swarm",
  Driver: "overlay",
  EnableIPv4: true,
  EnableIPv6: network.spec.EnableIPv6 ?? false,
  // What is not allocated, or never can be because its subnet is another's, has none.
  IPAM: network.vxlan
    ? {
        Driver: network.spec.IPAM?.Driver || "default",
        Options: null,
        Config: [{ Subnet: network.subnet, Gateway: network.gateway }],
      }
    : { Driver: "", Options: null, Config: null },
  Internal: network.spec.Internal ?? false,
  Attachable: network.spec.Attachable ?? false,
  Ingress: network.spec.Ingress ?? false,
  ConfigFrom: { Network: "" },
  ConfigOnly: false,
  Containers: null,
  Options: network.vxlan
    ? { ...network.spec.Options, "com.docker.network.driver.overlay.vxlanid_list": String(network.vxlan) }
    : (network.spec.Options ?? null),
  Labels: network.spec.Labels && Object.keys(network.spec.Labels).length > 0 ? network.spec.Labels : null,
});
