import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Files } from "../../api/process";
import { packageIndex } from "../../catalog";
import { createRuntimes } from "../index";
import { memoryFiles, runProgram, start } from "../testing";

const wasm = readFileSync(fileURLToPath(new URL("../micropython/generated/micropython.wasm", import.meta.url)));
const table = createRuntimes({ micropython: () => new WebAssembly.Module(wasm), packages: packageIndex });

/** An image's file system with its own pip. */
function image(version: string, pip: string, more: Record<string, string> = {}): Files {
  return memoryFiles({
    [`/usr/local/lib/python${version}/site-packages/pip-${pip}.dist-info/METADATA`]: `Name: pip\nVersion: ${pip}\n`,
    "/usr/local/bin/python": `\x7fELFslipway:python${version}\n`,
    ...more,
  });
}

function pip(files: Files, version: string, ...args: string[]) {
  const program = table[`pip${version}`];
  if (!program) throw new Error(version);
  return runProgram(program, ["pip", ...args], { files, cwd: "/app" });
}

const requirements = { "/app/requirements.txt": "Flask\nRedis\n" };

test("installs the tutorial's requirements as pip 20.0.2 does on Python 2.7", async () => {
  const files = image("2.7", "20.0.2", requirements);
  const { code, stdout, stderr } = await pip(
    files,
    "2.7",
    "install",
    "--trusted-host",
    "pypi.python.org",
    "-r",
    "requirements.txt",
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^Collecting Flask\n {2}Downloading Flask-1\.1\.4-py2\.py3-none-any\.whl \(94 kB\)\nCollecting Redis\n/,
  );
  expect(stdout).toMatch(
    /\nSuccessfully installed Flask-1\.1\.4 Jinja2-2\.11\.3 MarkupSafe-1\.1\.1 Werkzeug-1\.0\.1 click-7\.1\.2 itsdangerous-1\.1\.0 redis-3\.5\.3\n$/,
  );
  expect(stderr).toMatch(/^DEPRECATION: Python 2\.7 reached the end of its life on January 1st, 2020\./);
  expect(files.exists("/usr/local/lib/python2.7/site-packages/flask/__init__.py")).toBe(true);
});

test("refuses an unknown name and an unknown version", async () => {
  const files = image("3.12", "25.0.1");
  expect(await pip(files, "3.12", "install", "nosuch")).toMatchObject({
    code: 1,
    stderr:
      "ERROR: Could not find a version that satisfies the requirement nosuch (from versions: none)\nERROR: No matching distribution found for nosuch\n",
  });
  const wrong = await pip(files, "3.12", "install", "redis==99.1");
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toMatch(
    /requirement redis==99\.1 \(from versions: 2\.10\.6, 3\.5\.3, .*\)\nERROR: No matching distribution found for redis==99\.1\n$/,
  );
});

test("is content with what is there", async () => {
  const files = image("3.12", "25.0.1");
  await pip(files, "3.12", "install", "markupsafe");
  expect((await pip(files, "3.12", "install", "MarkupSafe>=2")).stdout).toBe(
    "Requirement already satisfied: MarkupSafe>=2 in /usr/local/lib/python3.12/site-packages (3.0.3)\n",
  );
});

test("lists, freezes, shows and uninstalls", async () => {
  const files = image("3.12", "25.0.1");
  await pip(files, "3.12", "install", "jinja2==3.1.6");
  expect((await pip(files, "3.12", "list")).stdout).toBe(
    "Package    Version\n---------- -------\nJinja2     3.1.6\nMarkupSafe 3.0.3\npip        25.0.1\n",
  );
  expect((await pip(files, "3.12", "freeze")).stdout).toBe("Jinja2==3.1.6\nMarkupSafe==3.0.3\n");
  expect((await pip(files, "3.12", "show", "markupsafe")).stdout).toContain("Required-by: Jinja2\n");
  expect((await pip(files, "3.12", "uninstall", "-y", "jinja2")).code).toBe(0);
  expect((await pip(files, "3.12", "freeze")).stdout).toBe("MarkupSafe==3.0.3\n");
  expect(files.exists("/usr/local/lib/python3.12/site-packages/jinja2")).toBe(false);
});

test("says its version and where a requirements file is missing", async () => {
  const files = image("3.12", "25.0.1");
  expect((await pip(files, "3.12", "--version")).stdout).toBe(
    "pip 25.0.1 from /usr/local/lib/python3.12/site-packages/pip (python 3.12)\n",
  );
  expect((await pip(files, "3.12", "install", "-r", "nope.txt")).stderr).toBe(
    "ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'nope.txt'\n",
  );
});

test.each([
  ["gunicorn", ["/usr/local/bin/gunicorn", "app:app", "-b", "0.0.0.0:80"], "gunicorn"],
  ["flask", ["/usr/local/bin/flask", "run", "--host=0.0.0.0", "--port", "80"], "Werkzeug/3.1.3 Python/3.12.12"],
  ["flask", ["-m", "flask", "run", "-h", "0.0.0.0", "-p", "80"], "Werkzeug/3.1.3 Python/3.12.12"],
])("an installed %s serves the application: %j", async (_name, args, server) => {
  const app = 'from flask import Flask\napp = Flask(__name__)\n@app.route("/")\ndef hi():\n    return "hi"\n';
  const files = image("3.12", "25.0.1", { "/app/app.py": app });
  await pip(files, "3.12", "install", "flask", "gunicorn");
  const python = table["python3.12"];
  if (!python) throw new Error("no python");
  const running = start(python, ["python", ...args], { files, cwd: "/app" });
  for (let i = 0; i < 50 && !running.ports.has(80); i++) await new Promise((resolve) => setTimeout(resolve, 0));
  const answer = await running.ports
    .get(80)
    ?.http?.({ method: "GET", path: "/", headers: [["Host", "x"]], remoteAddress: "10.0.0.1" });
  expect(running.stderr.text()).not.toContain("Traceback");
  expect(new TextDecoder().decode(answer?.body as Uint8Array)).toBe("hi");
  expect(answer?.headers).toContainEqual(["Server", server]);
});
