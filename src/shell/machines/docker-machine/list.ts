/** `docker-machine ls`, `active`, `status`, `ip`, `url`, `inspect`. */
import type { MachineInfo } from "../doors";
import { type Call, ENGINE_PORT, Failure, find, named, needRunning, urlOf } from "./call";

interface Item {
  readonly Name: string;
  readonly Active: string;
  readonly DriverName: string;
  readonly State: string;
  readonly URL: string;
  readonly Swarm: string;
  readonly DockerVersion: string;
  readonly Error: string;
}

const HEADERS: Record<keyof Item, string> = {
  Name: "NAME",
  Active: "ACTIVE",
  DriverName: "DRIVER",
  State: "STATE",
  URL: "URL",
  Swarm: "SWARM",
  DockerVersion: "DOCKER",
  Error: "ERRORS",
};
const FIELDS = Object.keys(HEADERS) as (keyof Item)[];
const DRIVER = "virtualbox";

const stateOf = ({ power }: MachineInfo) => (power === "on" ? "Running" : "Stopped");

const isActive = (call: Call, machine: MachineInfo) =>
  machine.power === "on" && call.sys.env.DOCKER_HOST === urlOf(machine);

async function itemOf(call: Call, machine: MachineInfo): Promise<Item> {
  let [version, error] = ["Unknown", ""];
  if (machine.power === "on") {
    try {
      version = `v${await call.doors.daemonVersion(call.sys, machine.name)}`;
    } catch (problem) {
      const address = `${machine.address}:${ENGINE_PORT}`;
      const why = (problem as { code?: string }).code === "ECONNREFUSED" ? "connection refused" : "no route to host";
      error = `Unable to query docker version: Get https://${address}/v1.15/version: dial tcp ${address}: connect: ${why}`;
    }
  }
  return {
    Name: machine.name,
    Active: isActive(call, machine) ? "*" : "-",
    DriverName: DRIVER,
    State: stateOf(machine),
    URL: urlOf(machine),
    Swarm: "",
    DockerVersion: version,
    Error: error,
  };
}

export async function ls(call: Call): Promise<void> {
  const filter = call.value("filter");
  const [key = "", wanted = ""] = filter?.split(/=(.*)/s) ?? [];
  if (filter !== undefined && !["name", "state", "driver", "label", "swarm"].includes(key))
    throw new Failure(`Unsupported filter key '${key}'`);
  const machines = call.doors.list().filter((machine) => {
    if (key === "name") return new RegExp(wanted).test(machine.name);
    if (key === "state") return stateOf(machine).toLowerCase() === wanted.toLowerCase();
    return key === "" || (key === "driver" && wanted === DRIVER);
  });
  if (call.has("quiet", "q")) {
    for (const { name } of machines) await call.say(name);
    return;
  }
  const items = await Promise.all(machines.map((machine) => itemOf(call, machine)));
  const format = call.value("format", "f");
  const table = format === undefined || format.startsWith("table");
  const template = format?.replace(/^table\s*/, "") || FIELDS.map((field) => `{{.${field}}}`).join("\t");
  const lines = items.map((item) => fill(template, item));
  if (!table) for (const line of lines) await call.say(line);
  else for (const line of aligned([fill(template, HEADERS), ...lines])) await call.say(line);
}

function fill(template: string, item: Readonly<Record<keyof Item, string>>): string {
  return template.replaceAll("\\t", "\t").replace(/\{\{\s*\.(\w+)\s*\}\}/g, (_, name: string) => {
    if (!Object.hasOwn(item, name))
      throw new Failure(
        `template: :1:2: executing "" at <.${name}>: can't evaluate field ${name} in type commands.HostListItem`,
      );
    return item[name as keyof Item];
  });
}

/** Columns as Go's tabwriter sets them, three blanks apart. The last one is left as it is. */
function aligned(lines: readonly string[]): string[] {
  const rows = lines.map((line) => line.split("\t"));
  const widths: number[] = [];
  for (const row of rows)
    for (const [n, cell] of row.slice(0, -1).entries()) widths[n] = Math.max(widths[n] ?? 0, cell.length + 3);
  return rows.map((row) => row.map((cell, n) => (n === row.length - 1 ? cell : cell.padEnd(widths[n] ?? 0))).join(""));
}

export async function active(call: Call): Promise<void> {
  const machine = call.doors.list().find((each) => isActive(call, each));
  if (!machine) throw new Failure("No active host found");
  await call.say(machine.name);
}

export async function status(call: Call): Promise<void> {
  for (const machine of named(call)) await call.say(stateOf(machine));
}

export async function ip(call: Call): Promise<void> {
  for (const machine of named(call)) {
    needRunning(machine);
    await call.say(machine.address);
  }
}

export async function url(call: Call): Promise<void> {
  for (const machine of named(call)) {
    needRunning(machine);
    await call.say(urlOf(machine));
  }
}

export async function inspect(call: Call): Promise<void> {
  const [name = "default"] = call.args;
  const machine = find(call, name);
  const store = `${call.sys.env.HOME ?? "/root"}/.docker/machine`;
  const document = {
    ConfigVersion: 3,
    Driver: {
      IPAddress: machine.address,
      MachineName: name,
      SSHUser: "docker",
      SSHPort: 22,
      SSHKeyPath: `${store}/machines/${name}/id_rsa`,
      StorePath: store,
      SwarmMaster: false,
      SwarmHost: "tcp://0.0.0.0:3376",
      SwarmDiscovery: "",
      CPU: machine.cpus,
      Memory: Math.round(machine.memory / 1024 / 1024),
      DiskSize: 20000,
      Boot2DockerURL: "",
    },
    DriverName: DRIVER,
    HostOptions: {
      Driver: "",
      Memory: 0,
      Disk: 0,
      EngineOptions: { ArbitraryFlags: [], Dns: null, GraphDir: "", Env: [], Ipv6: false, InsecureRegistry: [] },
      AuthOptions: {
        CertDir: `${store}/certs`,
        CaCertPath: `${store}/certs/ca.pem`,
        ServerCertPath: `${store}/machines/${name}/server.pem`,
        StorePath: `${store}/machines/${name}`,
      },
    },
    Name: name,
  };
  const format = call.value("format", "f");
  if (format === undefined) await call.say(JSON.stringify(document, null, 4));
  else await call.say(format.replace(/\{\{\s*((?:\.\w+)+)\s*\}\}/g, (_, path: string) => valueAt(document, path)));
}

function valueAt(document: object, path: string): string {
  let value: unknown = document;
  for (const name of path.slice(1).split(".")) value = (value as Record<string, unknown> | undefined)?.[name];
  if (value === undefined) return "<no value>";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
