/** A load of one kind of GET over kept-alive connections, cheap enough to leave the machine to the server. */
import { connect } from "node:net";

const END_OF_HEAD = Buffer.from("\r\n\r\n");

/** Requests per second that `url` answers with 200 over `connections` for `millis`. */
export async function requestsPerSecond(url, { connections = 16, millis = 3000 } = {}) {
  const { hostname, port, pathname, host } = new URL(url);
  const request = Buffer.from(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  let answered = 0;
  let until = Number.POSITIVE_INFINITY;
  const client = () =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      let held = Buffer.alloc(0);
      socket.on("connect", () => socket.write(request));
      socket.on("error", reject);
      socket.on("close", resolve);
      socket.on("data", (chunk) => {
        held = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
        const length = answerLength(held);
        if (length === undefined || held.length < length) return;
        if (held.toString("latin1", 9, 12) !== "200") return reject(new Error(held.toString("latin1", 0, 200)));
        held = held.subarray(length);
        answered += 1;
        if (performance.now() < until) socket.write(request);
        else socket.destroy();
      });
    });
  const began = performance.now();
  until = began + millis;
  await Promise.all(Array.from({ length: connections }, client));
  return answered / ((performance.now() - began) / 1000);
}

/** Bytes of the whole answer; undefined while that cannot be told. */
function answerLength(bytes) {
  const end = bytes.indexOf(END_OF_HEAD);
  if (end < 0) return undefined;
  const head = bytes.toString("latin1", 0, end);
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (length !== undefined) return end + 4 + Number(length);
  if (!/^transfer-encoding: chunked/im.test(head)) return end + 4;
  const last = bytes.indexOf("0\r\n\r\n", end + 4);
  return last < 0 ? undefined : last + 5;
}
