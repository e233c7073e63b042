/** From what a student writes into the address bar to a port of the cluster and a path, and back. */

export interface Address {
  port: number;
  path: string; // with its first slash, and the query
}

/** Understands `http://localhost:4000/x`, `localhost:4000`, `:4000/x` and `4000`; undefined for any other place. */
export function parseAddress(text: string, machines: readonly string[] = []): Address | undefined {
  const match = /^(?:http:\/\/)?(?:([a-z0-9.-]*):)?(\d{1,5})?(\/.*)?$/i.exec(text.trim());
  if (!match) return undefined;
  const [, host = "", port = "80", path = "/"] = match;
  const known = host === "" || host === "localhost" || host === "127.0.0.1" || machines.includes(host);
  const number = Number(port);
  return known && number > 0 && number < 65_536 ? { port: number, path } : undefined;
}

export const showAddress = ({ port, path }: Address): string => `http://localhost:${port}${path}`;
