/** What a container serves is a stranger's page: in a real browser it must not act with our origin. */
import { beforeAll, expect, it } from "vitest";
import { openPage } from "../support/browser";
import { serverAndBrowser } from "../support/browser-server";
import { createCluster, type TestCluster } from "../support/cluster";

const here = serverAndBrowser();

/** Tries everything a hostile page would, and shows what came of it. */
const HOSTILE = `<!doctype html><title>hostile</title><pre id="out"></pre><script>
const out = {};
const attempt = async (name, act) => { try { out[name] = String(await act()); } catch (error) { out[name] = "refused"; } };
(async () => {
  out.origin = self.origin;
  await attempt("cookie", () => { document.cookie = "a=b"; return document.cookie; });
  await attempt("storage", () => localStorage.length);
  await attempt("worker", () => navigator.serviceWorker.register("sw.js"));
  const api = location.pathname.replace(/^\\/p\\/([^/]+).*/, "/api/clusters/$1");
  await attempt("read", () => fetch(api).then((answer) => answer.status));
  await attempt("reset", () => fetch(api + "/reset", { method: "POST", mode: "no-cors" }).then(() => "sent"));
  await attempt("socket", () => new Promise((resolve, reject) => {
    const socket = new WebSocket(location.origin.replace("http", "ws") + api + "/ws");
    socket.onopen = () => resolve("open");
    socket.onerror = reject;
  }));
  document.getElementById("out").textContent = JSON.stringify(out);
})();
</script>`;

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await createCluster(here.server.origin);
  await cluster.put("/root/site/index.html", HOSTILE);
  await cluster.put("/root/site/sw.js", "");
  await cluster.run("docker run -d -p 8080:80 -v /root/site:/usr/share/nginx/html nginx");
});

it("has no origin, no cookies and no way to command the cluster under our address", async () => {
  const { page } = await openPage(here.browser, here.server.origin);
  await page.goto(`${here.server.origin}/p/${cluster.id}/8080/`);
  await page.waitForFunction(() => document.getElementById("out")?.textContent !== "");
  expect(JSON.parse((await page.textContent("#out")) ?? "")).toMatchObject({
    origin: "null",
    cookie: "refused",
    storage: "refused",
    worker: "refused",
    read: "refused",
    socket: "refused",
  });
  expect(await cluster.run("docker ps -q | wc -l")).toBe("1\n"); // the reset that was sent was not obeyed
});
