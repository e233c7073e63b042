/** Questions on the terminal. */
import type { Context } from "./command";

/** Prints `MESSAGE [y/N] `; true for y or Y. */
export async function confirm(ctx: Context, message: string): Promise<boolean> {
  await ctx.out(`${message} [y/N] `);
  const answer = await readLine(ctx);
  return /^y$/i.test(answer.trim());
}

/** One line of standard input, without its end; empty at the end of input. */
export async function readLine(ctx: Pick<Context, "sys">): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const chunk = await ctx.sys.stdin.read();
    if (!chunk) break;
    text += decoder.decode(chunk, { stream: true });
  }
  return text.split("\n", 1)[0]?.replace(/\r$/, "") ?? "";
}

/** All of standard input. */
export async function readAll(sys: Context["sys"]): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await sys.stdin.read(); chunk; chunk = await sys.stdin.read()) chunks.push(chunk);
  return concatBytes(chunks);
}

export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
