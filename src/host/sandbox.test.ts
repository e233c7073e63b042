import { describe, expect, it } from "vitest";
import { admitOwnPage, confine, confineToHost } from "./sandbox";

const answer = (headers: [string, string][], status = 200): Response =>
  new Response("<h1>hi</h1>", { status, headers });

const sandboxed = (given: Response, base: string): Response => {
  confine(given.headers, base);
  return given;
};

describe("a container's answer under our origin", () => {
  it("keeps status, body and the container's own headers", async () => {
    const got = sandboxed(
      answer(
        [
          ["Server", "nginx/1.27"],
          ["X-A", "b"],
        ],
        418,
      ),
      "/p/x/80",
    );
    expect([got.status, got.headers.get("server"), got.headers.get("x-a"), await got.text()]).toEqual([
      418,
      "nginx/1.27",
      "b",
      "<h1>hi</h1>",
    ]);
  });

  it("denies the page our origin even when it brings a policy of its own", () => {
    const policy = sandboxed(
      answer([["Content-Security-Policy", "sandbox allow-same-origin allow-scripts"]]),
      "/p/x/80",
    ).headers.get("Content-Security-Policy") as string;
    const ours = policy.split(", ")[1] as string;
    expect(ours).toMatch(/^sandbox /);
    expect(ours).not.toContain("allow-same-origin");
  });

  it.each(["Set-Cookie", "Clear-Site-Data", "Service-Worker-Allowed"])("takes away %s", (name) => {
    expect(sandboxed(answer([[name, "a=b"]]), "/p/x/80").headers.has(name)).toBe(false);
  });

  it.each([
    ["/login", "/p/x/80/login"],
    ["/p/x/80/login", "/p/x/80/login"],
    ["login", "login"],
    ["//elsewhere/", "//elsewhere/"],
    ["https://elsewhere/", "https://elsewhere/"],
  ])("sends a redirect to %s on to %s", (location, expected) => {
    expect(sandboxed(answer([["Location", location]], 302), "/p/x/80").headers.get("Location")).toBe(expected);
  });
});

describe("a container's answer under a host of its own", () => {
  it("may set cookies, but none for the host above", () => {
    const got = answer([
      ["Set-Cookie", "a=b; Path=/; Domain=localhost; HttpOnly"],
      ["Set-Cookie", "c=d"],
    ]);
    confineToHost(got.headers);
    expect(got.headers.getSetCookie()).toEqual(["a=b; Path=/; HttpOnly", "c=d"]);
  });
});

describe("what a page in the sandbox asks of its own port", () => {
  const ask = (headers: Record<string, string>, method = "GET", given = answer([])) =>
    admitOwnPage(new Request("http://localhost/p/x/80/api", { method, headers }), given);

  it("may be read by it, and by no page that has an origin", () => {
    expect(ask({ Origin: "null" }).headers.get("Access-Control-Allow-Origin")).toBe("null");
    expect(ask({ Origin: "http://elsewhere" }).headers.has("Access-Control-Allow-Origin")).toBe(false);
    expect(ask({}).headers.has("Access-Control-Allow-Origin")).toBe(false);
  });

  it("needs no permission of the container", () => {
    const asked = { Origin: "null", "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-a" };
    const got = ask(asked, "OPTIONS", answer([], 405));
    expect([got.status, got.headers.get("Access-Control-Allow-Methods")]).toEqual([204, "PUT"]);
    expect(got.headers.get("Access-Control-Allow-Headers")).toBe("x-a");
  });

  it("is as the container says where it says something", () => {
    const given = answer([["Access-Control-Allow-Origin", "http://friend"]]);
    expect(ask({ Origin: "null" }, "GET", given).headers.get("Access-Control-Allow-Origin")).toBe("http://friend");
  });
});
