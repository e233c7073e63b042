/** A real Chromium for a test, from an npm package: nothing has to be installed on the machine. */
import chromium from "@sparticuz/chromium";
import { type Browser, type Page, chromium as playwright } from "playwright-core";

export type { Browser, Page };

/**
 * Not the package's own list: that one is for a single page in a cloud function (one process for everything, and no web
 * security, which is what some tests are about). No sandbox, since tests may run as root.
 */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-setuid-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--hide-scrollbars",
];

/** Starts a browser. Close it after the tests. */
export async function launchBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: ARGUMENTS,
    headless: true,
  });
}

export interface WatchedPage {
  readonly page: Page;
  /** Errors of the console and of scripts, and requests to other origins than `origin`'s. */
  readonly complaints: string[];
}

/** Opens an empty page that writes down what must not happen on it. */
export async function openPage(browser: Browser, origin: string, locale = "en-US"): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    const own = new URL(origin);
    const inside =
      url.port === own.port && (url.hostname === own.hostname || url.hostname.endsWith(`.${own.hostname}`));
    if (/^(http|ws)s?:$/.test(url.protocol) && !inside) complaints.push(`elsewhere: ${request.url()}`);
  });
  return { page, complaints };
}
