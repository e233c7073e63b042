import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { packageIndex } from "../../catalog";
import { createRuntimes } from "../index";
import { type FakeOptions, memoryFiles, runProgram, start } from "../testing";

const here = path.dirname(fileURLToPath(import.meta.url));
const generated = path.join(here, "generated");
const module = new WebAssembly.Module(readFileSync(path.join(generated, "micropython.wasm")));
const table = createRuntimes({ micropython: () => module, packages: packageIndex });
const decoder = new TextDecoder();

function program(name: string) {
  const found = table[name];
  if (!found) throw new Error(`no program ${name}`);
  return found;
}

function python(source: string, options: FakeOptions = {}, version = "3.12") {
  const files = options.files ?? memoryFiles();
  files.mkdir("/app", { recursive: true });
  files.writeFile("/app/app.py", source);
  return runProgram(program(`python${version}`), ["python", "app.py"], { cwd: "/app", ...options, files });
}

/** Runs a program that has redis-py, with a Redis server in reach by the name `redis`. */
async function besideRedis(source: string) {
  const files = memoryFiles({ "/usr/local/bin/x": "" });
  await runProgram(program("pip3.12"), ["pip", "install", "redis"], { files });
  const server = start(program("redis-server"), ["redis-server"], {
    cwd: "/data",
    files: memoryFiles({ "/data/x": "" }),
  });
  while (!server.ports.has(6379)) await new Promise((resolve) => setTimeout(resolve, 0));
  const result = await python(source, { files, ports: server.ports, hosts: { redis: "10.0.0.5" } });
  server.kill();
  return result;
}

describe("running a program", () => {
  test("prints, reads its surroundings and ends with 0", async () => {
    const { code, stdout } = await python(
      'import os, socket, sys\nprint("Hello", os.getenv("NAME"), socket.gethostname(), sys.argv, __name__)',
      { env: { NAME: "World" }, hostname: "9710352b8a98" },
    );
    expect([code, stdout]).toEqual([0, "Hello World 9710352b8a98 ['app.py'] __main__\n"]);
  });

  test("says what CPython says of an exception and ends with 1", async () => {
    const { code, stderr } = await python("def divide(n):\n    return 1 / n\n\nprint(divide(0))\n");
    expect(code).toBe(1);
    expect(stderr).toBe(
      'Traceback (most recent call last):\n  File "/app/app.py", line 4, in <module>\n    print(divide(0))\n  File "/app/app.py", line 2, in divide\n    return 1 / n\nZeroDivisionError: division by zero\n',
    );
  });

  test("words a missing module as the version does", async () => {
    expect((await python("import flask")).stderr).toMatch(/\nModuleNotFoundError: No module named 'flask'\n$/);
    expect((await python("import flask", {}, "2.7")).stderr).toMatch(/\nImportError: No module named flask\n$/);
  });

  test("takes the exit code of sys.exit", async () => {
    expect((await python("import sys\nsys.exit(3)")).code).toBe(3);
    expect(await python('import sys\nsys.exit("no good")')).toMatchObject({ code: 1, stderr: "no good\n" });
    expect((await python("import sys\nsys.exit()")).code).toBe(0);
  });

  test("keeps output back until the end unless told otherwise, and flushes it then", async () => {
    const running = start(program("python3.12"), [
      "python",
      "-c",
      'import time\nprint("a")\ntime.sleep(1)\nprint("b")',
    ]);
    await Promise.resolve();
    expect(running.stdout.text()).toBe("");
    await running.exited;
    expect(running.stdout.text()).toBe("a\nb\n");
  });

  test("reads standard input", async () => {
    expect((await python("print(input().upper())\nprint(input())", { stdin: "one\ntwo\n" })).stdout).toBe("ONE\ntwo\n");
  });

  test("sees and writes the container's files", async () => {
    const files = memoryFiles({ "/data/in.txt": "21" });
    await python(
      'n = int(open("/data/in.txt").read())\nwith open("/data/out.txt", "w") as f:\n    f.write(str(n * 2))',
      { files },
    );
    expect(decoder.decode(files.readFile("/data/out.txt"))).toBe("42");
    expect((await python('open("/nope")')).stderr).toMatch(
      /FileNotFoundError: \[Errno 2\] No such file or directory: '\/nope'\n$/,
    );
  });

  test("sleeps in simulated time", async () => {
    const { stdout } = await python("import time\na = time.time()\ntime.sleep(90)\nprint(round(time.time() - a))");
    expect(stdout).toBe("90\n");
  });

  test("says its version", async () => {
    expect((await runProgram(program("python3.12"), ["python", "--version"])).stdout).toBe("Python 3.12.12\n");
    expect((await runProgram(program("python2.7"), ["python", "--version"])).stderr).toBe("Python 2.7.18\n");
  });

  test("cannot open a file that is not there", async () => {
    const { code, stderr } = await runProgram(program("python2.7"), ["python", "nope.py"], { cwd: "/" });
    expect([code, stderr]).toEqual([2, "python: can't open file 'nope.py': [Errno 2] No such file or directory\n"]);
  });

  test("runs Python 2 code", async () => {
    const source =
      'import sys\nprint "Hello", "World"\nprint >>sys.stderr, "err"\ntry:\n    raise ValueError, "bad"\nexcept ValueError, e:\n    print "caught", e\nprint "%d" % 0755\nprint\nprint("x")\n';
    expect(await python(source, {}, "2.7")).toMatchObject({
      stdout: "Hello World\ncaught bad\n493\n\nx\n",
      stderr: "err\n",
    });
  });
});

describe("limits", () => {
  test.each(["while True: pass", "try:\n    while True: pass\nexcept Exception: pass", "10 ** 10 ** 7"])(
    "kills a program that never pauses: %s",
    async (source) => {
      expect(await python(source)).toMatchObject({ code: 137, stderr: expect.stringContaining("endless loop") });
    },
    30_000,
  );

  test("kills a program that outgrows its memory, as the kernel does", async () => {
    expect(
      (await python('x = []\nwhile True:\n    x.append("y" * 10000)', { memoryLimit: 6 * 1024 * 1024 })).code,
    ).toBe(137);
  });

  test("refuses one absurd allocation with MemoryError", async () => {
    const { stdout } = await python('try:\n    x = bytearray(10 ** 9)\nexcept MemoryError:\n    print("no")', {
      memoryLimit: 50 * 1024 * 1024,
    });
    expect(stdout).toBe("no\n");
  });

  test("stops deep recursion like Python", async () => {
    const { code, stderr } = await python("def f(n):\n    return f(n + 1)\nf(0)");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /\[Previous line repeated \d+ more times\]\nRecursionError: maximum recursion depth exceeded\n$/,
    );
    expect((await python("def f(n):\n    return 0 if n == 0 else f(n - 1) + 1\nprint(f(700))")).stdout).toBe("700\n");
  });

  test("dies of an interrupt with a traceback", async () => {
    const running = start(program("python3.12"), ["python", "-c", "import time\nwhile True:\n    time.sleep(1)"]);
    await new Promise((resolve) => setTimeout(resolve, 0));
    running.signal("SIGINT");
    expect(await running.exited).toBe(130);
    expect(running.stderr.text()).toMatch(/KeyboardInterrupt\n$/);
  });

  test("runs a handler of a signal", async () => {
    const source =
      'import signal, sys, time\ndef stop(n, frame):\n    print("bye", n)\n    sys.exit(0)\nsignal.signal(signal.SIGTERM, stop)\nwhile True:\n    time.sleep(1)';
    const running = start(program("python3.12"), ["python", "-u", "-c", source]);
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 0));
    running.signal("SIGTERM");
    expect([await running.exited, running.stdout.text()]).toEqual([0, "bye 15\n"]);
  });
});

describe("the way to JavaScript is shut", () => {
  const names = [
    "globalThis",
    "Object",
    "fetch",
    "Function",
    "console",
    "constructor",
    "eval",
    "process",
    "__proto__",
    "self",
  ];

  test.each(["js", "jsffi"])("the module %s shows nothing", async (name) => {
    const probes = names.map((one) => `print("${one}", hasattr(m, "${one}"))`).join("\n");
    const { stdout } = await python(`import ${name} as m\n${probes}`);
    expect(stdout).toBe(names.map((one) => `${one} False\n`).join(""));
  });

  test.each([
    "import js\njs.x = 1",
    "import js\njs['fetch']",
    "import js\njs()",
    "import js\nfor x in js: pass",
    "import jsffi\njsffi.to_js({})['x']",
    "import jsffi\nprint(jsffi.to_js([1]).constructor)",
    "import jsffi\njsffi.create_proxy(lambda: 1)()",
    "import js\nprint(js.globalThis.fetch)",
  ])("nothing comes of: %s", async (source) => {
    const { code, stdout } = await python(`${source}\nprint("escaped", type(globals()))`);
    expect([0, 1, 134]).toContain(code);
    expect(stdout).not.toContain("function");
    if (code === 0) expect(stdout).toContain("escaped <class 'dict'>");
  });

  test("the host device refuses what is no call of it", async () => {
    const { stdout } = await python(
      'for op in (b"constructor\\0a", b"__proto__", b"toString", b"eval\\0 1"):\n    f = open("/dev/host", "r+b")\n    import _host\n    try:\n        print(_host.raw(op))\n    except _host.HostError as e:\n        print(e.code)',
    );
    expect(stdout).toBe("ENOSYS\n".repeat(4));
  });
});

const APP = `from flask import Flask, abort, jsonify, redirect, render_template_string, request, url_for
from redis import Redis, RedisError
import os, socket

redis = Redis(host="redis", db=0, socket_connect_timeout=2, socket_timeout=2)
app = Flask(__name__)
count = 0

@app.route("/")
def hello():
    try:
        visits = redis.incr("counter")
    except RedisError:
        visits = "cannot connect to Redis, counter disabled"
    return "Hello {name}!\\nHostname: {hostname}\\nVisits: {visits}\\n".format(
        name=os.getenv("NAME", "world"), hostname=socket.gethostname(), visits=visits)

@app.route("/count")
def counter():
    global count
    count += 1
    return str(count)

@app.route("/items/<int:n>", methods=["GET", "POST"])
def item(n):
    if request.method == "POST":
        return jsonify(n=n, got=request.get_json()), 201
    return "%d %s" % (n, request.args.get("q"))

@app.route("/go")
def go():
    return redirect(url_for("item", n=3))

@app.route("/page")
def page():
    return render_template_string("{% for x in xs %}<li>{{ x|upper }}</li>{% else %}none{% endfor %}", xs=["a<b", "c"])

@app.route("/boom")
def boom():
    return 1 / 0

@app.route("/teapot")
def teapot():
    abort(418)

@app.route("/loop")
def loop():
    while True:
        pass

@app.route("/sticky")
def sticky():
    while True:
        try:
            while True:
                pass
        except:
            pass

if __name__ == "__main__":
    app.run(host="0.0.0.0", port=80)
`;

async function serve(version: string) {
  const files = memoryFiles({ "/app/app.py": APP, "/app/requirements.txt": "Flask\nRedis\n" });
  files.mkdir("/usr/local/bin", { recursive: true });
  const installed = await runProgram(program(`pip${version}`), ["pip", "install", "-r", "requirements.txt"], {
    files,
    cwd: "/app",
  });
  expect(installed.code).toBe(0);
  const running = start(program(`python${version}`), ["python", "app.py"], {
    files,
    cwd: "/app",
    env: { NAME: "World" },
  });
  while (!running.ports.has(80)) await new Promise((resolve) => setTimeout(resolve, 0));
  const ask = async (target: string, more: { method?: string; body?: string; type?: string } = {}) => {
    const headers: [string, string][] = [
      ["Host", "localhost:4000"],
      ...(more.type ? [["Content-Type", more.type] as [string, string]] : []),
    ];
    const body = more.body === undefined ? {} : { body: new TextEncoder().encode(more.body) };
    const answer = await running.ports
      .get(80)
      ?.http?.({ method: more.method ?? "GET", path: target, headers, remoteAddress: "172.17.0.1", ...body });
    if (!answer) throw new Error("nobody listens");
    return { ...answer, text: decoder.decode(answer.body as Uint8Array) };
  };
  return { running, ask };
}

describe("a Flask application", () => {
  test("answers the tutorial's three lines and logs as Flask 1.1 on Python 2.7", async () => {
    const { running, ask } = await serve("2.7");
    const answer = await ask("/");
    expect(answer.text).toBe(
      "Hello World!\nHostname: 9710352b8a98\nVisits: cannot connect to Redis, counter disabled\n",
    );
    expect(answer.headers).toContainEqual(["Server", "Werkzeug/1.0.1 Python/2.7.18"]);
    running.signal("SIGINT");
    expect(await running.exited).toBe(0);
    expect(running.stdout.text()).toBe(
      ' * Serving Flask app "app" (lazy loading)\n * Environment: production\n   WARNING: This is a development server. Do not use it in a production deployment.\n   Use a production WSGI server instead.\n * Debug mode: off\n',
    );
    expect(running.stderr.text()).toBe(
      ' * Running on http://0.0.0.0:80/ (Press CTRL+C to quit)\n172.17.0.1 - - [24/Nov/2026 04:00:00] "\x1b[37mGET / HTTP/1.1\x1b[0m" 200 -\n',
    );
  });

  test("routes, converts, parses and renders", async () => {
    const { ask } = await serve("3.12");
    expect((await ask("/items/7?q=a%20b")).text).toBe("7 a b");
    expect(await ask("/items/7", { method: "POST", body: '{"x": [1]}', type: "application/json" })).toMatchObject({
      status: 201,
      text: '{"got":{"x":[1]},"n":7}\n',
    });
    expect((await ask("/items/x")).status).toBe(404);
    expect((await ask("/items/7", { method: "DELETE" })).status).toBe(405);
    expect((await ask("/go")).headers).toContainEqual(["Location", "/items/3"]);
    expect((await ask("/page")).text).toBe("<li>A&lt;B</li><li>C</li>");
    expect((await ask("/teapot")).status).toBe(418);
    expect((await ask("/nope")).text).toBe(
      "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n",
    );
  });

  test("keeps its state from request to request, and apart from other processes", async () => {
    const [a, b] = [await serve("3.12"), await serve("3.12")];
    expect([(await a.ask("/count")).text, (await a.ask("/count")).text, (await b.ask("/count")).text]).toEqual([
      "1",
      "2",
      "1",
    ]);
  });

  test("answers 500 for an exception and tells the log", async () => {
    const { running, ask } = await serve("3.12");
    expect((await ask("/boom")).status).toBe(500);
    expect(running.stderr.text()).toContain(
      "] ERROR in app: Exception on /boom [GET]\nTraceback (most recent call last):\n",
    );
    expect(running.stderr.text()).toContain("in boom\n    return 1 / 0\nZeroDivisionError: division by zero\n");
  });

  test("interrupts an endless request and serves on", async () => {
    const { ask } = await serve("3.12");
    expect((await ask("/loop")).status).toBe(500);
    expect((await ask("/count")).text).toBe("1");
  }, 30_000);

  test("is killed when a request cannot be interrupted", async () => {
    const { running, ask } = await serve("3.12");
    await expect(ask("/sticky")).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await running.exited).toBe(137);
  }, 30_000);

  test("does not run out of memory over many requests", async () => {
    const { ask } = await serve("3.12");
    for (let i = 0; i < 3000; i++) await ask("/");
    expect((await ask("/")).status).toBe(200);
  }, 60_000);
});

test("redis-py counts in a redis-server found by its name", async () => {
  const source = `from redis import Redis, ResponseError
r = Redis(host="redis", decode_responses=True)
print(r.ping(), r.incr("n"), r.incr("n"), r.get("n"), r.get("none"))
r.rpush("l", "a", "b")
r.hset("h", mapping={"x": 1, "y": "two"})
r.setex("t", 60, "v")
print(r.lrange("l", 0, -1), sorted(r.hgetall("h").items()), r.ttl("t"), r.exists("l", "q"))
try:
    r.incr("l")
except ResponseError as e:
    print(e)
`;
  const { stdout, stderr } = await besideRedis(source);
  expect(stderr).toBe("");
  expect(stdout).toBe(
    "True 1 2 2 None\n['a', 'b'] [('x', '1'), ('y', 'two')] 60 1\nWRONGTYPE Operation against a key holding the wrong kind of value\n",
  );
});

test("redis-py has sorted sets and listens to channels", async () => {
  const source = `from redis import Redis, DataError
r = Redis(host="redis", decode_responses=True)
print(r.zadd("z", {"a": 1, "b": 2.5}), r.zincrby("z", 4, "a"), r.zrange("z", 0, -1, withscores=True), r.zrevrange("z", 0, 0))
print(r.zrangebyscore("z", "-inf", "(5"), r.zscore("z", "x"), r.zrank("z", "a"), r.zcard("z"), r.zpopmin("z"))
try:
    r.zadd("z", {})
except DataError as e:
    print(e)
def shown(m):
    return [m[k] for k in ("type", "pattern", "channel", "data")]
p = r.pubsub()
p.subscribe("news")
p.psubscribe("n*")
print(shown(p.get_message(timeout=1)), shown(p.get_message(timeout=1)))
print(r.publish("news", "hello"), r.publish("other", "x"), r.pubsub_numsub("news"))
for message in p.listen():
    print(shown(message))
    if message["type"] == "pmessage":
        break
print(p.get_message())
p.unsubscribe()
print(p.get_message(timeout=1)["type"])
`;
  const { stdout, stderr } = await besideRedis(source);
  expect(stderr).toBe("");
  expect(stdout.split("\n")).toEqual([
    "2 5.0 [('b', 2.5), ('a', 5.0)] ['a']",
    "['b'] None 1 2 [('b', 2.5)]",
    "ZADD requires at least one element/score pair",
    "['subscribe', None, 'news', 1] ['psubscribe', None, 'n*', 2]",
    "2 0 [('news', 1)]",
    "['message', None, 'news', 'hello']",
    "['pmessage', 'n*', 'news', 'hello']",
    "None",
    "unsubscribe",
    "",
  ]);
});

test("the generated files are what the build makes of the sources", () => {
  const out = mkdtempSync(path.join(tmpdir(), "slipway-python-"));
  execFileSync(process.execPath, [path.join(here, "../../../scripts/micropython/build.mjs"), "--out", out]);
  const same = (name: string, kept: string) => readFileSync(path.join(out, name)).equals(readFileSync(kept));
  expect(same("micropython.wasm", path.join(generated, "micropython.wasm"))).toBe(true);
  expect(same("lib.json", path.join(generated, "lib.json"))).toBe(true);
  expect(same("sources.json", path.join(here, "../../catalog/packages/generated/sources.json"))).toBe(true);
}, 60_000);
