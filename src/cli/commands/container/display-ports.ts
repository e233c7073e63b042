/** The PORTS column: neighbouring ports merge to ranges, as docker's formatter does. */

export interface PortEntry {
  IP?: string;
  PrivatePort: number;
  PublicPort?: number;
  Type: string;
}

interface Run {
  first: number;
  last: number;
}

/** `0.0.0.0:80->80/tcp, [::]:80->80/tcp`. */
export function displayPorts(entries: readonly PortEntry[]): string {
  const groups = new Map<string, Run>();
  const order: string[] = [];
  const closed: string[] = [];
  const single: string[] = [];
  for (const entry of [...entries].sort(comparePorts)) {
    let key = entry.Type;
    if (entry.IP) {
      if (entry.PublicPort !== entry.PrivatePort) {
        single.push(`${hostPort(entry.IP, String(entry.PublicPort))}->${entry.PrivatePort}/${entry.Type}`);
        continue;
      }
      key = `${entry.IP}/${entry.Type}`;
    }
    const run = groups.get(key);
    if (!run) {
      groups.set(key, { first: entry.PrivatePort, last: entry.PrivatePort });
      order.push(key);
    } else if (entry.PrivatePort === run.last + 1) {
      run.last++;
    } else {
      closed.push(rangeText(key, run));
      groups.set(key, { first: entry.PrivatePort, last: entry.PrivatePort });
    }
  }
  const open = order.map((key) => rangeText(key, groups.get(key) ?? { first: 0, last: 0 }));
  return [...closed, ...open, ...single].join(", ");
}

function rangeText(key: string, run: Run): string {
  const slash = key.lastIndexOf("/");
  const ip = slash < 0 ? "" : key.slice(0, slash);
  const type = key.slice(slash + 1);
  const ports = run.first === run.last ? String(run.first) : `${run.first}-${run.last}`;
  return ip === "" ? `${ports}/${type}` : `${hostPort(ip, ports)}->${ports}/${type}`;
}

function hostPort(ip: string, ports: string): string {
  return ip.includes(":") ? `[${ip}]:${ports}` : `${ip}:${ports}`;
}

function comparePorts(a: PortEntry, b: PortEntry): number {
  return (
    a.PrivatePort - b.PrivatePort ||
    compareText(a.IP ?? "", b.IP ?? "") ||
    (a.PublicPort ?? 0) - (b.PublicPort ?? 0) ||
    compareText(a.Type, b.Type)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
