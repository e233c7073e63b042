/** A student in a real browser: opens the page, clicks, types, reads. Collects what the console complains about. */
import { type Browser, openPage, type Page } from "../support/browser";

export type Language = "en" | "zh";

export interface Student {
  readonly page: Page;
  readonly complaints: string[];
  /** Types a command into the terminal and runs it on an empty screen. */
  run(command: string): Promise<void>;
  /** Clicks a command of the lesson's shown step, which types it, and presses Enter. */
  runFromLesson(command: string): Promise<void>;
  /** Waits until the terminal shows it; answers the match. */
  sees(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Replaces text in the file that the editor shows; lines and columns are counted in `content`. */
  edits(path: string, content: string, from: string, to: string): Promise<void>;
  /** Shows a step of the lesson by its number. */
  opens(step: number): Promise<void>;
  /** Waits until the lesson says that a step is done. */
  hasDone(step: number): Promise<void>;
}

const patience = 60_000; // ms; the machine may be busy

export async function studentAt(browser: Browser, url: string, language: Language): Promise<Student> {
  const { page, complaints } = await openPage(browser, url, language === "zh" ? "zh-CN" : "en-US");
  page.setDefaultTimeout(patience);
  await page.goto(url);
  await page.waitForSelector(".xterm-screen");
  const student = actions(page, complaints);
  await student.sees(/[#$] *$/);
  return student;
}

function actions(page: Page, complaints: string[]): Student {
  const screen = () => page.locator(".xterm-accessibility-tree").innerText();
  const sees = async (pattern: RegExp): Promise<RegExpMatchArray> => {
    const shown = page.waitForFunction(
      ([source, flags]) => {
        const text = document.querySelector<HTMLElement>(".xterm-accessibility-tree")?.innerText ?? "";
        return new RegExp(source ?? "", flags).test(text.trimEnd());
      },
      [pattern.source, pattern.flags],
      { timeout: patience },
    );
    await shown.catch(async (error: unknown) => {
      const also = complaints.length > 0 ? `\nand the console says:\n${complaints.join("\n")}` : "";
      throw new Error(`the terminal does not show ${pattern} but:\n${await screen()}${also}`, { cause: error });
    });
    const match = (await screen()).trimEnd().match(pattern);
    return match ?? sees(pattern); // it scrolled away between the two looks
  };
  const emptyScreen = async () => {
    await page.locator(".xterm-screen").click();
    await page.keyboard.type("clear");
    await page.keyboard.press("Enter");
    await sees(/^\s*\S*[#$] *$/);
  };
  return {
    page,
    complaints,
    sees,
    run: async (command) => {
      await emptyScreen();
      await page.keyboard.type(command);
      await page.keyboard.press("Enter");
    },
    runFromLesson: async (command) => {
      await emptyScreen();
      await page.locator(".command-type", { hasText: new RegExp(`^${literally(command)}$`) }).click();
      await sees(new RegExp(`${literally(command)}$`));
      await page.keyboard.press("Enter");
    },
    edits: async (path, content, from, to) => {
      await page.getByRole("tab", { name: path }).click();
      const before = content.slice(0, content.indexOf(from)).split("\n");
      // The text's own element is endlessly wide; a click on its middle would scroll there.
      const box = await page.locator(".monaco-editor").boundingBox();
      await page.mouse.click((box?.x ?? 0) + 120, (box?.y ?? 0) + 20);
      await page.keyboard.press("Control+Home");
      for (let line = 1; line < before.length; line++) await page.keyboard.press("ArrowDown");
      for (const _ of before.at(-1) ?? "") await page.keyboard.press("ArrowRight");
      for (const _ of from) await page.keyboard.press("Shift+ArrowRight");
      await page.keyboard.type(to);
      await page.waitForSelector('.save-mark[data-state="saved"]');
    },
    opens: (step) => page.locator(`.step-list li:nth-child(${step}) button`).click(),
    hasDone: async (step) => {
      await page.waitForSelector(`.step-list li:nth-child(${step}) button[data-done="true"]`);
    },
  };
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
