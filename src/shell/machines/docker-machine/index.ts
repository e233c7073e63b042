/** `docker-machine` 0.16 as the classic get-started lesson uses it: its machines are those of this cluster. */
import type { Program } from "../../../api/process";
import type { MachineDoors } from "../doors";
import { copyFiles } from "../scp";
import { runThere } from "../ssh";
import { type Call, Failure, find, readCall, VERSION } from "./call";
import { config, env } from "./env";
import { create, kill, restart, rm, start, stop } from "./lifecycle";
import { active, inspect, ip, ls, status, url } from "./list";

interface Command {
  readonly about: string;
  readonly valued?: readonly string[];
  readonly flags?: readonly string[];
  run(call: Call): Promise<number | undefined | void>;
}

const COMMANDS: Record<string, Command> = {
  active: { about: "Print which machine is active", valued: ["timeout", "t"], run: active },
  config: { about: "Print the connection config for machine", flags: ["swarm"], run: config },
  create: {
    about: "Create a machine",
    valued: ["driver", "d", "engine-install-url", "engine-opt", "engine-label", "engine-env", "tls-san"],
    run: create,
  },
  env: {
    about: "Display the commands to set up the environment for the Docker client",
    valued: ["shell"],
    flags: ["unset", "u", "swarm", "no-proxy"],
    run: env,
  },
  inspect: { about: "Inspect information about a machine", valued: ["format", "f"], run: inspect },
  ip: { about: "Get the IP address of a machine", run: ip },
  kill: { about: "Kill a machine", run: kill },
  ls: {
    about: "List machines",
    valued: ["filter", "timeout", "t", "format", "f"],
    flags: ["quiet", "q"],
    run: ls,
  },
  restart: { about: "Restart a machine", run: restart },
  rm: { about: "Remove a machine", flags: ["force", "f", "y"], run: rm },
  ssh: { about: "Log into or run a command on a machine with SSH.", flags: ["native-ssh"], run: ssh },
  scp: { about: "Copy files between machines", flags: ["recursive", "r", "delta", "d", "quiet", "q"], run: scp },
  start: { about: "Start a machine", run: start },
  status: { about: "Get the status of a machine", run: status },
  stop: { about: "Stop a machine", run: stop },
  url: { about: "Get the URL of a machine", run: url },
  version: { about: "Show the Docker Machine version or a machine docker version", run: version },
  help: { about: "Shows a list of commands or help for one command", run: help },
};

async function ssh(call: Call): Promise<number> {
  const [name = "default", ...words] = call.args;
  const machine = find(call, name);
  if (machine.power === "off") throw new Failure(`Error: Cannot run SSH command: Host "${name}" is not running`);
  const command = words.join(" ");
  try {
    await call.doors.dial(call.sys, machine.address, 22);
  } catch {
    await call.sys.stderr.write(`ssh: connect to host ${machine.address} port 22: No route to host\n`);
    throw new Failure("exit status 255");
  }
  const code = await runThere(call.doors, call.sys, name, {
    host: machine.address,
    quiet: true,
    terminal: "auto",
    ...(command === "" ? {} : { command }),
  });
  if (code !== 0) throw new Failure(`exit status ${code}`);
  return 0;
}

async function scp(call: Call): Promise<number> {
  const [from, to, ...more] = call.args;
  if (from === undefined || to === undefined || more.length > 0) throw new Failure("Improper number of arguments");
  for (const place of [from, to]) {
    const [, name] = /^(?:[^@/:]+@)?([^/:]+):/.exec(place) ?? [];
    if (name !== undefined && find(call, name).power === "off") throw new Failure("Host is not running");
  }
  const recursive = call.has("recursive", "r");
  const code = await copyFiles(call.doors, call.sys, {
    sources: [from],
    target: to,
    recursive,
    quiet: call.has("quiet", "q"),
  });
  if (code !== 0) throw new Failure(`exit status ${code}`);
  return 0;
}

async function version(call: Call): Promise<void> {
  const [name] = call.args;
  if (name === undefined) {
    await call.sys.stdout.write(VERSION);
    return;
  }
  const machine = find(call, name);
  if (machine.power === "off") throw new Failure("Host is not running");
  await call.say(await call.doors.daemonVersion(call.sys, name));
}

async function help(call: Call): Promise<void> {
  const [name] = call.args;
  const command = name === undefined ? undefined : COMMANDS[name];
  if (name !== undefined && command)
    await call.say(`Usage: docker-machine ${name} [OPTIONS] [arg...]\n\n${command.about}`);
  else await call.sys.stdout.write(helpText());
}

function helpText(): string {
  const lines = Object.entries(COMMANDS).map(([name, { about }]) => `  ${name.padEnd(20)}${about}`);
  return `Usage: docker-machine [OPTIONS] COMMAND [arg...]

Create and manage machines running Docker.

Version: 0.16.2, build bd45ab13

Options:
  --debug, -D      Enable debug mode
  --help, -h       show help
  --version, -v    print the version

Commands:
${lines.join("\n")}

Run 'docker-machine COMMAND --help' for more information on a command.
`;
}

export const dockerMachine =
  (doors: MachineDoors): Program =>
  async (sys) => {
    const words = sys.argv.slice(1).filter((word, n) => n > 0 || (word !== "-D" && word !== "--debug"));
    const [name = "help", ...rest] = words;
    try {
      if (name === "-v" || name === "--version") await sys.stdout.write(VERSION);
      else if (name === "-h" || name === "--help") await sys.stdout.write(helpText());
      else {
        const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
        if (!command) {
          await sys.stdout.write(
            `docker-machine: '${name}' is not a docker-machine command. See 'docker-machine --help'.\n`,
          );
          return 1;
        }
        if (rest.includes("--help") && name !== "ssh") {
          await help(readCall(sys, doors, [name], [], []));
          return 0;
        }
        const call = readCall(sys, doors, rest, command.valued ?? [], command.flags ?? []);
        return (await command.run(call)) ?? 0;
      }
      return 0;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      await sys.stderr.write(`${error.message}\n`);
      return error.exitCode;
    }
  };
