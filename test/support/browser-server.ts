/** The server and the browser of one file of browser tests. */
import { afterAll, afterEach, beforeAll } from "vitest";
import { type Browser, launchBrowser } from "./browser";
import { type Server, startServer } from "./server";

export interface Surroundings {
  readonly server: Server;
  readonly browser: Browser;
}

/** Started before the tests of the calling file and its own `beforeAll`, ended after them; a failed test shows what the server printed. Ask for them inside of tests only. */
export function serverAndBrowser(): Surroundings {
  let server: Server | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    server = await startServer();
    browser = await launchBrowser();
  });
  afterEach(({ task }) => {
    if (task.result?.state === "fail") console.log(`the server printed:\n${server?.output().slice(-4_000)}`);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  return {
    get server() {
      return server as Server;
    },
    get browser() {
      return browser as Browser;
    },
  };
}
