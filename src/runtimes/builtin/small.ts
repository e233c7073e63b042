/** The one-shot programs of demonstration images and small helpers: hello-world, tini, apt-get without a network, node. */
import type { Program, Sys } from "../../api/process";

const GREETING = `
Hello from Docker!
This message shows that your installation appears to be working correctly.

To generate this message, Docker took the following steps:
 1. The Docker client contacted the Docker daemon.
 2. The Docker daemon pulled the "hello-world" image from the Docker Hub.
    (amd64)
 3. The Docker daemon created a new container from that image which runs the
    executable that produces the output you are currently reading.
 4. The Docker daemon streamed that output to the Docker client, which sent it
    to your terminal.

To try something more ambitious, you can run an Ubuntu container with:
 $ docker run -it ubuntu bash

Share images, automate workflows, and more with a free Docker ID:
 https://hub.docker.com/

For more examples and ideas, visit:
 https://docs.docker.com/get-started/

`;

/** `/hello` of the hello-world image. */
export const hello: Program = async (sys) => {
  await sys.stdout.write(GREETING);
  return 0;
};

/** `tini -- COMMAND`: runs the command, passes signals on, ends with its code. */
export const tini: Program = async (sys) => {
  const start = sys.argv.indexOf("--");
  const command = sys.argv.slice(start < 0 ? 1 : start + 1);
  if (command.length === 0) {
    await sys.stderr.write("tini (tini version 0.19.0)\nUsage: tini [OPTIONS] PROGRAM -- [ARGS] | --version\n");
    return 1;
  }
  return forward(sys, command);
};

async function forward(sys: Sys, command: readonly string[]): Promise<number> {
  const child = sys.spawn(command, { stdin: sys.stdin, stdout: sys.stdout, stderr: sys.stderr });
  const signals = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2"] as const;
  const undo = signals.map((name) => sys.onSignal(name, () => child.kill(name)));
  try {
    return await child.exited;
  } finally {
    for (const one of undo) one();
  }
}

/** `apt-get`: the simulation has no Debian archive, so it fails as on a machine whose network does not reach one. */
export const aptGet: Program = async (sys) => {
  const command = sys.argv.slice(1).find((arg) => !arg.startsWith("-"));
  if (command === "update") {
    const host = "http://deb.debian.org/debian";
    await sys.stdout.write(
      `Ign:1 ${host} stable InRelease\nErr:1 ${host} stable InRelease\n  Temporary failure resolving 'deb.debian.org'\nReading package lists...\n`,
    );
    await sys.stderr.write(
      `W: Failed to fetch ${host}/dists/stable/InRelease  Temporary failure resolving 'deb.debian.org'\nW: Some index files failed to download. They have been ignored, or old ones used instead.\n`,
    );
    return 0;
  }
  if (command === "install") {
    await sys.stdout.write("Reading package lists...\nBuilding dependency tree...\nReading state information...\n");
    const names = sys.argv.slice(sys.argv.indexOf("install") + 1).filter((arg) => !arg.startsWith("-"));
    await sys.stderr.write(names.map((name) => `E: Unable to locate package ${name}\n`).join(""));
    return names.length > 0 ? 100 : 0;
  }
  return 0;
};

/** `node`: its version, and an honest refusal of everything else. */
export const node: Program = async (sys) => {
  const version = sys.env.NODE_VERSION ?? "25.0.0";
  if (sys.argv.includes("--version") || sys.argv.includes("-v")) {
    await sys.stdout.write(`v${version}\n`);
    return 0;
  }
  await sys.stderr.write(
    "node: this simulation runs no JavaScript in containers; use a python image for code of your own\n",
  );
  return 1;
};
