/** tar: create, list and extract, also gzipped. */
import { packTar, unpackTar } from "modern-tar";
import type { Program, Sys } from "../../api/process";
import { MAX_COLLECTED } from "../limits";
import { absolute, dirname } from "../paths";
import { readAll } from "../streams";
import { complain, errorText, here, options } from "./common";
import { through } from "./compress";

type Entry = Parameters<typeof packTar>[0][number];

export const tar: Program = async (sys) => {
  const [first = "", ...others] = sys.argv.slice(1);
  const opt = options({ ...sys, argv: ["tar", /^[a-zA-Z]+$/.test(first) ? `-${first}` : first, ...others] }, "fC");
  const archive = opt.value("f") ?? opt.value("file") ?? "-";
  const base = opt.value("C") === undefined ? sys.cwd : here(sys, opt.value("C") as string);
  const zipped = opt.has("z") || /\.t?gz$/.test(archive);
  try {
    if (opt.has("c")) {
      const entries = opt.rest.flatMap((name) => collect(sys, base, name.replace(/\/$/, "")));
      if (entries.length === 0) return await complain(sys, "Cowardly refusing to create an empty archive", 2);
      const packed = await packTar(entries);
      const bytes = zipped ? await through(packed, new CompressionStream("gzip")) : packed;
      if (archive === "-") await sys.stdout.write(bytes);
      else sys.files.writeFile(here(sys, archive), bytes);
      if (opt.has("v"))
        for (const entry of entries) await (archive === "-" ? sys.stderr : sys.stdout).write(`${entry.header.name}\n`);
      return 0;
    }
    if (!opt.has("x", "t"))
      return await complain(sys, "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options", 2);
    const raw = archive === "-" ? await readAll(sys.stdin, MAX_COLLECTED) : sys.files.readFile(here(sys, archive));
    const bytes = raw[0] === 0x1f && raw[1] === 0x8b ? await through(raw, new DecompressionStream("gzip")) : raw;
    for (const { header, data } of await unpackTar(bytes)) {
      if (opt.has("t", "v")) await sys.stdout.write(`${header.name}\n`);
      if (!opt.has("x")) continue;
      if (opt.has("O", "to-stdout")) {
        if (data) await sys.stdout.write(data);
        continue;
      }
      const path = absolute(base, header.name.replace(/^\/+/, ""));
      sys.files.mkdir(header.type === "directory" ? path : dirname(path), { recursive: true });
      if (header.type === "symlink") {
        sys.files.rm(path, { force: true });
        sys.files.symlink(header.linkname ?? "", path);
      } else if (header.type !== "directory") sys.files.writeFile(path, data ?? new Uint8Array(0), header.mode);
    }
    return 0;
  } catch (error) {
    return complain(sys, `${archive}: Cannot open: ${errorText(error)}`, 2);
  }
};

function collect(sys: Sys, base: string, name: string): Entry[] {
  const path = absolute(base, name);
  const stat = sys.files.lstat(path);
  const common = { mode: stat.mode, uid: stat.uid, gid: stat.gid, mtime: new Date(stat.mtime) };
  if (stat.type === "symlink")
    return [{ header: { ...common, name, size: 0, type: "symlink", linkname: sys.files.readlink(path) } }];
  if (stat.type === "socket") return []; // GNU tar: "socket ignored"
  if (stat.type === "file")
    return [{ header: { ...common, name, size: stat.size, type: "file" }, body: sys.files.readFile(path) }];
  const folder: Entry = { header: { ...common, name: `${name}/`, size: 0, type: "directory" } };
  return [folder, ...sys.files.readdir(path).flatMap((child) => collect(sys, base, `${name}/${child}`))];
}
