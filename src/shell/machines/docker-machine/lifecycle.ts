/** `docker-machine create`, `rm`, `start`, `stop`, `restart`, `kill`: machines of this cluster come, go, and are switched. */
import { type MachineInfo, RefusedByCluster } from "../doors";
import { type Call, Failure, find, named } from "./call";

/** Simulated milliseconds of the steps that take time. */
const BOOT = 1500;
const STEP = 250;

/** Drivers whose machines need nothing from outside: here all are alike. */
const LOCAL_DRIVERS = ["virtualbox", "hyperv", "vmwarefusion", "parallels", "kvm2"];

export async function create(call: Call): Promise<void> {
  const driver = call.value("driver", "d") ?? call.sys.env.MACHINE_DRIVER ?? "virtualbox";
  const [name, ...more] = call.args;
  if (name === undefined) throw new Failure("Error: No machine name specified");
  if (more.length > 0) throw new Failure(`Invalid command line. Found extra arguments [${more.join(" ")}]`);
  if (!/^[a-zA-Z0-9][a-zA-Z0-9\-.]*$/.test(name))
    throw new Failure("Error creating machine: Invalid hostname specified. Allowed hostname chars are: 0-9a-zA-Z . -");
  if (call.doors.list().some((each) => each.name === name))
    throw new Failure(`Docker machine "${name}" already exists`);
  refuseDriver(driver);
  await call.say("Running pre-create checks...");
  await pause(call, STEP);
  await call.say("Creating machine...");
  const store = `${call.sys.env.HOME ?? "/root"}/.docker/machine`;
  await tell(call, name, [
    `Copying ${store}/cache/boot2docker.iso to ${store}/machines/${name}/boot2docker.iso...`,
    "Creating VirtualBox VM...",
    "Creating SSH key...",
    "Starting the VM...",
    "Check network to re-create if needed...",
    "Waiting for an IP...",
  ]);
  try {
    call.doors.add(name);
  } catch (error) {
    if (error instanceof RefusedByCluster)
      throw new Failure(`Error creating machine: Error in driver during machine creation: ${error.message}`);
    throw error;
  }
  await call.say("Waiting for machine to be running, this may take a few minutes...");
  await pause(call, BOOT);
  for (const line of [
    "Detecting operating system of created instance...",
    "Waiting for SSH to be available...",
    "Detecting the provisioner...",
    "Provisioning with boot2docker...",
    "Copying certs to the local machine directory...",
    "Copying certs to the remote machine...",
    "Setting Docker configuration on the remote daemon...",
    "Checking connection to Docker...",
  ]) {
    await call.say(line);
    await pause(call, STEP);
  }
  await call.say("Docker is up and running!");
  await call.say(
    `To see how to connect your Docker Client to the Docker Engine running on this virtual machine, run: docker-machine env ${name}`,
  );
}

function refuseDriver(driver: string): void {
  if (LOCAL_DRIVERS.includes(driver)) return;
  const wants: Record<string, string> = {
    digitalocean: "digitalocean driver requires the --digitalocean-access-token option",
    generic: "generic driver requires the --generic-ip-address option",
  };
  if (wants[driver]) throw new Failure(`Error setting machine configuration from flags provided: ${wants[driver]}`);
  throw new Failure(
    `Driver "${driver}" not found. Do you have the plugin binary "docker-machine-driver-${driver}" accessible in your PATH?`,
  );
}

const pause = ({ sys }: Call, millis: number) => sys.clock.sleep(millis);

async function tell(call: Call, name: string, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    await call.say(`(${name}) ${line}`);
    await pause(call, STEP);
  }
}

export async function rm(call: Call): Promise<void> {
  const force = call.has("force", "f");
  if (call.args.length === 0) throw new Failure("Error: Expected to get one or more machine names as arguments");
  await call.say(`About to remove ${call.args.join(", ")}`);
  await call.say("WARNING: This action will delete both local reference and remote instance.");
  if (!force && !call.has("y")) {
    await call.sys.stdout.write("Are you sure? (y/n): ");
    if (!/^y(es)?$/i.test((await readLine(call)).trim())) return;
  }
  const problems: string[] = [];
  for (const name of call.args) {
    try {
      find(call, name);
      call.doors.remove(name);
      await call.say(`Successfully removed ${name}`);
    } catch (error) {
      if (!(error instanceof RefusedByCluster) && !(error instanceof Failure)) throw error;
      problems.push(`Error removing host "${name}": ${error.message}`);
    }
  }
  if (problems.length > 0) throw new Failure(problems.join("\n"));
}

async function readLine({ sys }: Call): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const piece = await sys.stdin.read();
    if (!piece) break;
    text += decoder.decode(piece, { stream: true });
  }
  return text.split("\n", 1)[0] ?? "";
}

const AFTER_START = (what: string) =>
  `${what} machines may have new IP addresses. You may need to re-run the \`docker-machine env\` command.`;

export async function start(call: Call): Promise<void> {
  for (const machine of named(call)) {
    await call.say(`Starting "${machine.name}"...`);
    if (machine.power === "on") await call.say(`Machine "${machine.name}" is already running.`);
    else await boot(call, machine);
  }
  await call.say(AFTER_START("Started"));
}

async function boot(call: Call, { name }: MachineInfo): Promise<void> {
  await tell(call, name, ["Check network to re-create if needed...", "Waiting for an IP..."]);
  call.doors.switchPower(name, "on");
  await pause(call, BOOT);
  await call.say(`Machine "${name}" was started.`);
  await call.say("Waiting for SSH to be available...");
  await call.say("Detecting the provisioner...");
}

export async function stop(call: Call): Promise<void> {
  for (const machine of named(call)) await halt(call, machine, "Stopping", "stopped");
}

export async function kill(call: Call): Promise<void> {
  for (const machine of named(call)) await halt(call, machine, "Killing", "killed");
}

async function halt(call: Call, { name, power }: MachineInfo, begins: string, ended: string): Promise<void> {
  await call.say(`${begins} "${name}"...`);
  if (power === "off") {
    await call.say(`Machine "${name}" is already stopped.`);
    return;
  }
  if (ended === "stopped") await pause(call, BOOT);
  call.doors.switchPower(name, "off");
  await call.say(`Machine "${name}" was ${ended}.`);
}

export async function restart(call: Call): Promise<void> {
  for (const machine of named(call)) {
    await call.say(`Restarting "${machine.name}"...`);
    if (machine.power === "on") call.doors.switchPower(machine.name, "off");
    await boot(call, machine);
  }
  await call.say(AFTER_START("Restarted"));
}
