/** The server and the browser of one file of browser tests. */
import { afterAll, beforeAll } from "vitest";
import { type Browser, launchBrowser } from "./browser";
import { type Server, startServer } from "./server";

export interface Surroundings {
  readonly server: Server;
  readonly browser: Browser;
}

/** Started before the tests of the calling file and its own `beforeAll`, ended after them. Ask for them inside of tests only. */
export function serverAndBrowser(): Surroundings {
  let server: Server | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    server = await startServer();
    browser = await launchBrowser();
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
