import { describe, expect, it } from "vitest";
import type { Listener } from "../../api/process";
import { memoryFiles, runProgram, start } from "../testing";
import { redisCli } from "./redis-cli";
import { redisServer } from "./redis-server";

const files = () => {
  const made = memoryFiles();
  made.mkdir("/data");
  return made;
};
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const TTY = { columns: 80, rows: 24, setRaw: () => undefined, onResize: () => () => undefined };
const cli = async (ports: Map<number, Listener>, ...words: string[]) =>
  (await runProgram(redisCli, ["redis-cli", ...words], { ports, tty: TTY })).stdout;

describe("redis-server and redis-cli", () => {
  it("answers commands as a terminal shows them", async () => {
    const server = start(redisServer, ["redis-server"], { files: files(), cwd: "/data" });
    await settle();
    const rows: [string, string][] = [
      ["PING", "PONG\n"],
      ["SET greeting hallo", "OK\n"],
      ["GET greeting", '"hallo"\n'],
      ["GET nothing", "(nil)\n"],
      ["INCR hits", "(integer) 1\n"],
      ["INCR greeting", "(error) ERR value is not an integer or out of range\n"],
      ["RPUSH queue a b", "(integer) 2\n"],
      ["LRANGE queue 0 -1", '1) "a"\n2) "b"\n'],
      ["GET queue", "(error) WRONGTYPE Operation against a key holding the wrong kind of value\n"],
      ["HSET user name Ada __proto__ x", "(integer) 2\n"],
      ["HGETALL user", '1) "name"\n2) "Ada"\n3) "__proto__"\n4) "x"\n'],
      ["SADD tags x x y", "(integer) 2\n"],
      ["EXPIRE greeting 100", "(integer) 1\n"],
      ["TTL greeting", "(integer) 100\n"],
      ["BLPOP queue 0", '1) "queue"\n2) "a"\n'],
      ["DBSIZE", "(integer) 5\n"],
      ["KEYS q*", '1) "queue"\n'],
      ["CONFIG GET appendonly", '1) "appendonly"\n2) "no"\n'],
      ["NOPE a", "(error) ERR unknown command 'NOPE', with args beginning with: 'a' \n"],
      ["GET", "(error) ERR wrong number of arguments for 'get' command\n"],
    ];
    for (const [command, output] of rows)
      expect([command, await cli(server.ports, ...command.split(" "))]).toEqual([command, output]);
    server.kill();
  });

  it("saves on SIGTERM, ends with 0 and loads the snapshot at the next start", async () => {
    const disk = files();
    const first = start(redisServer, ["redis-server"], { files: disk, cwd: "/data" });
    await settle();
    await cli(first.ports, "SET", "k", "v");
    first.signal("SIGTERM");
    expect(await first.exited).toBe(0);
    expect(disk.exists("/data/dump.rdb")).toBe(true);
    const second = start(redisServer, ["redis-server"], { files: disk, cwd: "/data" });
    await settle();
    await settle();
    expect(await cli(second.ports, "GET", "k")).toBe('"v"\n');
    second.kill();
  });

  it("keeps an append-only log through a kill, and memory through a crash of the host", async () => {
    const disk = files();
    const argv = ["redis-server", "--appendonly", "yes"];
    const first = start(redisServer, argv, { files: disk, cwd: "/data" });
    await settle();
    await cli(first.ports, "SET", "k", "v");
    first.kill();
    const second = start(redisServer, argv, { files: disk, cwd: "/data" });
    await settle();
    await settle();
    expect(await cli(second.ports, "GET", "k")).toBe('"v"\n');
    second.kill();

    const state = new Map<string, unknown>();
    const third = start(redisServer, ["redis-server"], { files: files(), cwd: "/data", state });
    await settle();
    await cli(third.ports, "LPUSH", "l", "x");
    third.kill();
    const options = { files: files(), cwd: "/data", state, recovered: true };
    const fourth = start(redisServer, ["redis-server"], options);
    await settle();
    expect(await cli(fourth.ports, "LLEN", "l")).toBe("(integer) 1\n");
    fourth.kill();
  });

  it("tells why it cannot connect", async () => {
    const result = await runProgram(redisCli, ["redis-cli", "-h", "cache", "PING"]);
    expect([result.code, result.stderr]).toEqual([
      1,
      "Could not connect to Redis at cache:6379: Name or service not known\n",
    ]);
  });
});
