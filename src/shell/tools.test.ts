/** The Unix tools through the shell: whole outputs. */
import { describe, expect, it } from "vitest";
import { shellProgram } from "./program";
import { memoryFiles, testSys } from "./testing";
import { tools } from "./tools/index";

const refuse = (code: string) => async () => {
  throw Object.assign(new Error(code), { code });
};

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, i) => i);
const MD5 = "e2c865db4162bed963bfaa9ef6ac18f0";
const DIGESTS = `${MD5}  -
4916d6bdb7f78e6803698cab32d1586ea457dfc8  all
40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880  -
`;
const ALIKE = `${MD5}  -\n`.repeat(3);

async function run(script: string, net = {}) {
  const files = memoryFiles({ "/data/all": EVERY_BYTE, "/root/a.txt": "one\ntwo\nthree\n", "/root/d/b.txt": "b\n" });
  const sys = testSys({ argv: ["bash", "-c", script], programs: tools, files, net });
  const status = await shellProgram(sys);
  return { stdout: sys.out.text, stderr: sys.err.text, status };
}

describe("tools", () => {
  it.each([
    ["ls", "a.txt\nd\n"],
    ["yes | head -2", "y\ny\n"],
    ["tail -n 1 a.txt; head -c 3 a.txt", "three\none"],
    ["grep t a.txt | sort -r", "two\nthree\n"],
    ["sed s/o/0/ a.txt | awk 'NR==1 {print $1, NR}'", "0ne 1\n"],
    ["echo '{\"a\":[1,2]}' | jq -c .a", "[1,2]\n"],
    ["cp -r d e; mv a.txt e; ls e; rm -r e; ls", "a.txt\nb.txt\nd\n"],
    ["printf 'a b\\nc' | xargs -n1 echo -", "- a\n- b\n- c\n"],
    ["chmod u+x,go-r a.txt; ls -l a.txt | cut -c1-10", "-rwx------\n"],
    ["sleep 1.5; date +%FT%T", "2026-01-01T00:00:01\n"],
    ["env -i A=1 env", "A=1\n"],
    ["timeout 1 sleep 5; echo $?", "124\n"],
    ["find . -name '*.txt' | sort", "./a.txt\n./d/b.txt\n"],
    ["tar czf t.tgz a.txt d; rm -r a.txt d; tar xzf t.tgz; tar tf t.tgz; cat d/b.txt", "a.txt\nd/\nd/b.txt\nb\n"],
    ["seq 3 | paste -sd+; busybox head -1 a.txt", "1+2+3\none\n"],
    ["wc -l < a.txt", "3\n"],
    ["cd /data; md5sum < all; sha1sum all; sha256sum < all", DIGESTS],
    [
      "cd /data; base64 -w0 all | base64 -d | md5sum; cat all | gzip | gunzip | md5sum; tar cf - all | tar xOf - | md5sum",
      ALIKE,
    ],
    ["yes a:b:c | cut -d: -f1,3 | tr a-c A-C | head -1", "A:C\n"],
    ["echo 'a  b' | tr -s ' ' | tr -d '\\n' | tr -c 'ab' '-'", "a-b"],
    ["cd /data; md5sum all > sums; md5sum -c sums", "all: OK\n"],
    ["gzip a.txt; gunzip -c a.txt.gz | head -1; ls", "one\na.txt.gz\nd\n"],
  ])("%s", async (script, stdout) => expect(await run(script)).toEqual({ stdout, stderr: "", status: 0 }));

  it.each([
    ["curl http://x", refuse("ENOTFOUND"), 6, "curl: (6) Could not resolve host: x\n"],
    ["curl -s localhost:4000", refuse("ECONNREFUSED"), 7, ""],
    [
      "curl localhost:4000",
      refuse("ECONNREFUSED"),
      7,
      "curl: (7) Failed to connect to localhost port 4000 after 0 ms: Couldn't connect to server\n",
    ],
    ["curl localhost:4000", refuse("ECONNRESET"), 52, "curl: (52) Empty reply from server\n"],
    [
      "curl localhost:4000",
      async () => {
        throw Object.assign(new Error("Connection reset by peer"), { code: "ECONNRESET" });
      },
      56,
      "curl: (56) Recv failure: Connection reset by peer\n",
    ],
  ])("%s says what curl says", async (script, http, status, stderr) =>
    expect(await run(script, { http })).toEqual({ stdout: "", stderr, status }),
  );

  it("curl -f -w reports the status of an error page", async () => {
    const http = async () => ({ status: 404, headers: [], body: new Uint8Array([104]), remoteAddress: "10.0.0.1" });
    expect(await run("curl -fsS -w '%{http_code}\\n' http://web/x", { http })).toEqual({
      stdout: "404\n",
      stderr: "curl: (22) The requested URL returned error: 404\n",
      status: 22,
    });
  });
});
