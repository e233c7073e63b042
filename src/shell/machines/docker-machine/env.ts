/** `docker-machine env` and `config`: how a `docker` is made to speak to another machine's daemon. */
import { type Call, ENGINE_PORT, Failure, find, named } from "./call";

interface Dialect {
  set(name: string, value: string): string;
  unset(name: string): string;
  readonly comment: string;
  hint(command: string): string;
}

const POSIX: Dialect = {
  set: (name, value) => `export ${name}="${value}"`,
  unset: (name) => `unset ${name}`,
  comment: "#",
  hint: (command) => `eval $(${command})`,
};
const DIALECTS: Record<string, Dialect> = {
  fish: {
    set: (name, value) => `set -gx ${name} "${value}";`,
    unset: (name) => `set -e ${name};`,
    comment: "#",
    hint: (command) => `eval (${command})`,
  },
  powershell: {
    set: (name, value) => `$Env:${name} = "${value}"`,
    unset: (name) => `Remove-Item Env:\\\\${name}`,
    comment: "#",
    hint: (command) => `& ${command} | Invoke-Expression`,
  },
  cmd: {
    set: (name, value) => `SET ${name}=${value}`,
    unset: (name) => `SET ${name}=`,
    comment: "REM",
    hint: (command) => `@FOR /f "tokens=*" %i IN ('${command}') DO @%i`,
  },
};

const NAMES = ["DOCKER_TLS_VERIFY", "DOCKER_HOST", "DOCKER_CERT_PATH", "DOCKER_MACHINE_NAME"];

export async function env(call: Call): Promise<void> {
  const shell = call.value("shell");
  const dialect = (shell && DIALECTS[shell]) || POSIX;
  const flag = shell ? ` --shell ${shell}` : "";
  if (call.has("unset", "u")) {
    if (call.args.length > 0) throw new Failure("Error: Expected no machine name when the -u flag is present");
    for (const name of NAMES) await call.say(dialect.unset(name));
    await usage(call, dialect, `docker-machine env${flag} -u`);
    return;
  }
  if (call.args.length > 1) throw new Failure("Error: Expected one machine name");
  const [machine] = named(call);
  if (!machine) return;
  await checkConnection(call, machine.name);
  const values = ["1", `tcp://${machine.address}:${ENGINE_PORT}`, certificates(call, machine.name), machine.name];
  for (const [n, name] of NAMES.entries()) await call.say(dialect.set(name, values[n] ?? ""));
  const given = call.args[0] === undefined ? "" : ` ${call.args[0]}`;
  await usage(call, dialect, `docker-machine env${flag}${given}`);
}

async function usage(call: Call, { comment, hint }: Dialect, command: string): Promise<void> {
  await call.say(`${comment} Run this command to configure your shell: `);
  await call.say(`${comment} ${hint(command)}`);
}

const certificates = ({ sys }: Call, name: string) => `${sys.env.HOME ?? "/root"}/.docker/machine/machines/${name}`;

/** The certificates are looked at over the network: the machine must be on and in reach. */
async function checkConnection(call: Call, name: string): Promise<void> {
  const machine = find(call, name);
  if (machine.power === "off") throw new Failure("Error checking TLS connection: Host is not running");
  try {
    await call.doors.daemonVersion(call.sys, name);
  } catch (error) {
    const address = `${machine.address}:${ENGINE_PORT}`;
    const why = (error as { code?: string }).code === "ECONNREFUSED" ? "connection refused" : "no route to host";
    throw new Failure(
      `Error checking TLS connection: Error checking and/or regenerating the certs: There was an error validating certificates for host "${address}": dial tcp ${address}: connect: ${why}
You can attempt to regenerate them using 'docker-machine regenerate-certs [name]'.
Be advised that this will trigger a Docker daemon restart which might stop running containers.
`,
    );
  }
}

export async function config(call: Call): Promise<void> {
  for (const machine of named(call)) {
    await checkConnection(call, machine.name);
    const folder = certificates(call, machine.name);
    await call.say(`--tlsverify
--tlscacert="${folder}/ca.pem"
--tlscert="${folder}/cert.pem"
--tlskey="${folder}/key.pem"
-H=tcp://${machine.address}:${ENGINE_PORT}`);
  }
}
