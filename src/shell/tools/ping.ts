/** ping: one echo a second over the simulated links, in busybox's words or those of iputils. */
import type { Program, Sys } from "../../api/process";
import { complain, options } from "./common";
import { isBusybox, kernelOf } from "./processes";

interface Tally {
  sent: number;
  readonly times: number[];
  errors: number;
}

export const ping: Program = async (sys) => {
  const opt = options(sys, "cWwis");
  const host = opt.rest[0];
  const busybox = isBusybox(sys);
  if (host === undefined)
    return complain(sys, busybox ? "host is missing" : "usage error: Destination address required", busybox ? 1 : 2);
  const address = sys.net.resolve(host)[0];
  if (!address)
    return complain(sys, busybox ? `bad address '${host}'` : `${host}: Name or service not known`, busybox ? 1 : 2);
  const size = Number(opt.value("s") ?? 56);
  const stop = new AbortController();
  sys.onSignal("SIGINT", () => stop.abort());
  await sys.stdout.write(
    busybox
      ? `PING ${host} (${address}): ${size} data bytes\n`
      : `PING ${host} (${address}) ${size}(${size + 28}) bytes of data.\n`,
  );
  const began = sys.clock.now();
  const tally: Tally = { sent: 0, times: [], errors: 0 };
  const count = Number(opt.value("c") ?? Number.POSITIVE_INFINITY);
  const interval = 1000 * Number(opt.value("i") ?? 1);
  const deadline = opt.value("w") === undefined ? Number.POSITIVE_INFINITY : began + 1000 * Number(opt.value("w"));
  const patience = 1000 * Number(opt.value("W") ?? 10);
  const sleep = (millis: number) => sys.clock.sleep(Math.max(0, millis), stop.signal).catch(() => undefined);
  while (tally.sent < count && !stop.signal.aborted && sys.clock.now() < deadline) {
    const answered = await once(sys, address, tally, busybox, size + 8, opt.has("q"));
    if (answered === "network") return 1;
    const more = tally.sent < count;
    // After the last one, it waits for the answer as long as one may take.
    if (more) await sleep(Math.min(interval, deadline - sys.clock.now()));
    else if (answered === "lost") await sleep(Math.min(patience, deadline - sys.clock.now()));
  }
  await sys.stdout.write(summary(host, tally, sys.clock.now() - began, busybox));
  return tally.times.length > 0 ? 0 : 1;
};

async function once(
  sys: Sys,
  address: string,
  tally: Tally,
  busybox: boolean,
  bytes: number,
  quiet: boolean,
): Promise<"reply" | "lost" | "error" | "network"> {
  const echo = await kernelOf(sys).ping(address);
  const number = tally.sent++;
  if (echo.kind === "reply") {
    await sys.clock.sleep(echo.millis);
    tally.times.push(echo.millis);
    if (quiet) return "reply";
    const time = busybox || echo.millis < 1 ? echo.millis.toFixed(3) : echo.millis.toPrecision(3);
    await sys.stdout.write(
      `${bytes} bytes from ${address}: ${busybox ? `seq=${number}` : `icmp_seq=${number + 1}`} ttl=${echo.ttl} time=${time} ms\n`,
    );
    return "reply";
  }
  if (echo.kind === "lost") return "lost";
  if (echo.from === "") {
    await complain(sys, busybox ? "sendto: Network is unreachable" : "connect: Network is unreachable");
    return "network";
  }
  tally.errors++;
  if (!busybox && !quiet)
    await sys.stdout.write(`From ${echo.from} icmp_seq=${number + 1} Destination Host Unreachable\n`);
  return busybox ? "lost" : "error";
}

function summary(host: string, { sent, times, errors }: Tally, spent: number, busybox: boolean): string {
  const loss = Math.round(((sent - times.length) / Math.max(1, sent)) * 100);
  const head = `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${times.length} `;
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const range = [Math.min(...times), mean, Math.max(...times)].map((time) => time.toFixed(3)).join("/");
  if (busybox)
    return `${head}packets received, ${loss}% packet loss\n${times.length > 0 ? `round-trip min/avg/max = ${range} ms\n` : ""}`;
  const deviation = Math.sqrt(times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / times.length);
  const failed = errors > 0 ? `+${errors} errors, ` : "";
  const rtt = times.length > 0 ? `rtt min/avg/max/mdev = ${range}/${deviation.toFixed(3)} ms\n` : "\n";
  return `${head}received, ${failed}${loss}% packet loss, time ${Math.round(spent)}ms\n${rtt}`;
}
