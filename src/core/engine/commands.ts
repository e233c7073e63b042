/**
 * What can be asked of an engine in one step: containers, execs, networks, volumes. Refusals are `DockerError`s with
 * Docker's own messages. `machine` is whose daemon is asked; `ref` a full id, a name or a unique prefix.
 */
import type { ContainerCreateRequest, EndpointSettings, HostConfig } from "./types";

interface On {
  machine: string;
}

declare module "../room" {
  interface Commands {
    "container.create": {
      args: On & { name?: string; request: ContainerCreateRequest };
      reply: { id: string; warnings: string[] };
    };
    "container.start": { args: On & { ref: string }; reply: void }; // notModified when it runs already
    "container.stop": { args: On & { ref: string; timeout?: number; signal?: string }; reply: void }; // sends the signal; SIGKILL after `timeout` seconds; notModified when stopped
    "container.restart": { args: On & { ref: string; timeout?: number; signal?: string }; reply: void };
    "container.kill": { args: On & { ref: string; signal?: string }; reply: void };
    "container.pause": { args: On & { ref: string }; reply: void };
    "container.unpause": { args: On & { ref: string }; reply: void };
    "container.rename": { args: On & { ref: string; name: string }; reply: void };
    "container.update": { args: On & { ref: string; hostConfig: HostConfig }; reply: { warnings: string[] } };
    "container.remove": { args: On & { ref: string; force?: boolean; volumes?: boolean; link?: boolean }; reply: void };
    "container.prune": {
      args: On & { filters: Record<string, string[]> };
      reply: { deleted: string[]; reclaimed: number };
    };
    "exec.create": {
      args: On & {
        ref: string;
        config: {
          Cmd?: string[];
          Env?: string[];
          Tty?: boolean;
          AttachStdin?: boolean;
          AttachStdout?: boolean;
          AttachStderr?: boolean;
          DetachKeys?: string;
          User?: string;
          WorkingDir?: string;
          Privileged?: boolean;
        };
      };
      reply: { id: string };
    };
    "exec.start": { args: On & { id: string; tty?: boolean; consoleSize?: [number, number] }; reply: void };
    "network.create": {
      args: On & {
        name: string;
        driver?: string;
        scope?: string;
        internal?: boolean;
        attachable?: boolean;
        enableIPv6?: boolean;
        ipam?: {
          Driver?: string;
          Config?: { Subnet?: string; Gateway?: string; IPRange?: string }[] | null;
          Options?: Record<string, string> | null;
        };
        labels?: Record<string, string>;
        options?: Record<string, string>;
      };
      reply: { id: string; warning: string };
    };
    "network.remove": { args: On & { ref: string }; reply: void };
    "network.connect": { args: On & { ref: string; container: string; endpoint?: EndpointSettings }; reply: void };
    "network.disconnect": { args: On & { ref: string; container: string; force?: boolean }; reply: void };
    "network.prune": { args: On & { filters: Record<string, string[]> }; reply: { deleted: string[] } };
    "volume.create": {
      args: On & { name?: string; driver?: string; labels?: Record<string, string>; options?: Record<string, string> };
      reply: { name: string };
    };
    "volume.remove": { args: On & { name: string; force?: boolean }; reply: void };
    "volume.prune": {
      args: On & { filters: Record<string, string[]> };
      reply: { deleted: string[]; reclaimed: number };
    };
    /** An event that only the API sees happen: attach, detach, resize, top, archive-path, extract-to-dir, export, exec_detach. */
    "container.note": { args: On & { ref: string; action: string; attributes?: Record<string, string> }; reply: void };
    /** The IPv4 addresses a name stands for, as seen from there; empty when unknown. */
    "net.resolve": { args: { from: import("../net/connect").Origin; host: string }; reply: string[] };
  }
}
