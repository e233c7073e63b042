/** Sorted sets, the rest of sets, and publish/subscribe, as redis-cli shows them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryFiles, runProgram, start } from "../testing";
import { redisCli } from "./redis-cli";
import { redisServer } from "./redis-server";

const TTY = { columns: 80, rows: 24, setRaw: () => undefined, onResize: () => () => undefined };
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

let server: ReturnType<typeof start>;
beforeAll(async () => {
  const files = memoryFiles();
  files.mkdir("/data");
  server = start(redisServer, ["redis-server"], { files, cwd: "/data" });
  await settle();
});
afterAll(() => server.kill());

const cli = async (line: string) =>
  (await runProgram(redisCli, ["redis-cli", ...line.split(" ")], { ports: server.ports, tty: TTY })).stdout;
/** What every line prints, one after another. */
const session = async (rows: readonly (readonly [string, string])[]) => {
  for (const [line, output] of rows) expect([line, await cli(line)]).toEqual([line, output]);
};

describe("sorted sets", () => {
  it("are kept in order of score, then of name", () =>
    session([
      ["ZADD board 10 ada 7.5 bob 10 cy", "(integer) 3\n"],
      ["ZADD board 8 bob 1 dan", "(integer) 1\n"],
      ["ZRANGE board 0 -1 WITHSCORES", '1) "dan"\n2) "1"\n3) "bob"\n4) "8"\n5) "ada"\n6) "10"\n7) "cy"\n8) "10"\n'],
      ["ZREVRANGE board 0 1", '1) "cy"\n2) "ada"\n'],
      ["ZSCORE board bob", '"8"\n'],
      ["ZSCORE board eve", "(nil)\n"],
      ["ZINCRBY board 0.5 bob", '"8.5"\n'],
      ["ZRANK board ada", "(integer) 2\n"],
      ["ZREVRANK board ada WITHSCORE", '1) (integer) 1\n2) "10"\n'],
      ["ZRANK board eve", "(nil)\n"],
      ["ZCARD board", "(integer) 4\n"],
      ["ZCOUNT board (1 10", "(integer) 3\n"],
      ["ZREM board dan eve", "(integer) 1\n"],
      ["TYPE board", "zset\n"],
    ]));

  it("give what lies between two scores or names, and a part of that", () =>
    session([
      ["ZADD r 1 a 2 b 3 c 4 d", "(integer) 4\n"],
      ["ZRANGEBYSCORE r -inf +inf LIMIT 1 2", '1) "b"\n2) "c"\n'],
      ["ZRANGEBYSCORE r (1 3 WITHSCORES", '1) "b"\n2) "2"\n3) "c"\n4) "3"\n'],
      ["ZREVRANGEBYSCORE r 3 (1", '1) "c"\n2) "b"\n'],
      ["ZRANGE r 2 +inf BYSCORE LIMIT 0 1", '1) "b"\n'],
      ["ZRANGE r 4 2 BYSCORE REV", '1) "d"\n2) "c"\n3) "b"\n'],
      ["ZRANGEBYLEX r [b (d", '1) "b"\n2) "c"\n'],
      ["ZREMRANGEBYRANK r 0 0", "(integer) 1\n"],
      ["ZREMRANGEBYSCORE r 4 4", "(integer) 1\n"],
      ["ZPOPMAX r", '1) "c"\n2) "3"\n'],
      ["ZPOPMIN r 5", '1) "b"\n2) "2"\n'],
      ["EXISTS r", "(integer) 0\n"],
    ]));

  it("are added to under conditions, and combined", () =>
    session([
      ["ZADD c NX 1 a", "(integer) 1\n"],
      ["ZADD c NX 5 a", "(integer) 0\n"],
      ["ZADD c XX CH 5 a 6 z", "(integer) 1\n"],
      ["ZADD c GT CH 4 a", "(integer) 0\n"],
      ["ZADD c INCR 2 a", '"7"\n'],
      ["ZADD c XX INCR 2 q", "(nil)\n"],
      ["ZADD d 1 a 2 b", "(integer) 2\n"],
      ["ZUNIONSTORE u 2 c d WEIGHTS 1 10", "(integer) 2\n"],
      ["ZRANGE u 0 -1 WITHSCORES", '1) "a"\n2) "17"\n3) "b"\n4) "20"\n'],
      ["ZINTER 2 c d AGGREGATE MIN WITHSCORES", '1) "a"\n2) "1"\n'],
      ["ZDIFF 2 d c", '1) "b"\n'],
    ]));

  it("are refused in Redis's words", () =>
    session([
      ["ZADD e one a", "(error) ERR value is not a valid float\n"],
      ["ZADD e 1 a 2", "(error) ERR syntax error\n"],
      ["ZADD e NX XX 1 a", "(error) ERR XX and NX options at the same time are not compatible\n"],
      ["ZADD e GT NX 1 a", "(error) ERR GT, LT, and/or NX options at the same time are not compatible\n"],
      ["ZADD e INCR 1 a 2 b", "(error) ERR INCR option supports a single increment-element pair\n"],
      ["ZADD e", "(error) ERR wrong number of arguments for 'zadd' command\n"],
      ["ZRANGEBYSCORE e a b", "(error) ERR min or max is not a float\n"],
      ["ZRANGEBYLEX e a b", "(error) ERR min or max not valid string range item\n"],
      ["ZRANGE e 0 x", "(error) ERR value is not an integer or out of range\n"],
      [
        "ZRANGE e 0 1 LIMIT 0 1",
        "(error) ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX\n",
      ],
      ["ZPOPMIN e -1", "(error) ERR value is out of range, must be positive\n"],
      ["SET text x", "OK\n"],
      ["ZADD text 1 a", "(error) WRONGTYPE Operation against a key holding the wrong kind of value\n"],
      ["ZUNION 0 e", "(error) ERR at least 1 input key is needed for 'zunion' command\n"],
    ]));
});

it("sets move members, count what they share and tell of several at once", () =>
  session([
    ["SADD s1 a b c", "(integer) 3\n"],
    ["SADD s2 b c d", "(integer) 3\n"],
    ["SMISMEMBER s1 a x", "1) (integer) 1\n2) (integer) 0\n"],
    ["SINTERCARD 2 s1 s2 LIMIT 1", "(integer) 1\n"],
    ["SMOVE s1 s2 a", "(integer) 1\n"],
    ["SMOVE s1 s2 a", "(integer) 0\n"],
    ["SCARD s2", "(integer) 4\n"],
  ]));

describe("publish and subscribe", () => {
  it("bring a message to who listens, by channel and by pattern", async () => {
    const listener = start(redisCli, ["redis-cli", "SUBSCRIBE", "news", "sport"], { ports: server.ports });
    const matcher = start(redisCli, ["redis-cli", "PSUBSCRIBE", "n*"], { ports: server.ports, tty: TTY });
    await settle();
    expect(await cli("PUBLISH news hello")).toBe("(integer) 2\n");
    expect(await cli("PUBLISH nobody hello")).toBe("(integer) 1\n");
    expect(await cli("PUBSUB NUMSUB news x")).toBe('1) "news"\n2) (integer) 1\n3) "x"\n4) (integer) 0\n');
    expect(await cli("PUBSUB NUMPAT")).toBe("(integer) 1\n");
    await settle();
    expect(listener.stdout.text()).toBe("subscribe\nnews\n1\nsubscribe\nsport\n2\nmessage\nnews\nhello\n");
    expect(matcher.stdout.text()).toBe(
      'Reading messages... (press Ctrl-C to quit or any key to type command)\n1) "psubscribe"\n2) "n*"\n3) (integer) 1\n1) "pmessage"\n2) "n*"\n3) "news"\n4) "hello"\n1) "pmessage"\n2) "n*"\n3) "nobody"\n4) "hello"\n',
    );
    listener.kill();
    matcher.kill();
  });

  it("leave a listener little else to say", async () => {
    const socket = await server.sys.net.connect("localhost", 6379);
    const told = async (line: string) => {
      await socket.write(`${line}\r\n`);
      return new TextDecoder().decode(await socket.read());
    };
    expect(await told("SUBSCRIBE a")).toBe("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n");
    expect(await told("GET k")).toBe(
      "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context\r\n",
    );
    expect(await told("PING")).toBe("*2\r\n$4\r\npong\r\n$0\r\n\r\n");
    expect(await told("UNSUBSCRIBE")).toBe("*3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:0\r\n");
    expect(await told("UNSUBSCRIBE")).toBe("*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n");
    expect(await told("PING")).toBe("+PONG\r\n");
    socket.destroy();
  });
});
