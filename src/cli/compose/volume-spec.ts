/** A service's volume in its short form: `data:/var/lib/data:ro`. */
import type { ServiceVolume } from "./types";

const PROPAGATIONS = new Set(["rprivate", "private", "rshared", "shared", "rslave", "slave"]);

/** Throws docker's messages. One letter before a colon is a Windows drive, also where it was meant as a name. */
export function parseVolumeSpec(spec: string): ServiceVolume {
  if (spec === "") throw new Error("invalid empty volume spec");
  if ([...spec].length <= 2) return { type: "volume", target: spec };
  const volume: ServiceVolume = {};
  let section = "";
  const chars = [...spec, undefined];
  for (const char of chars) {
    const ends = char === undefined || (char === ":" && !/^\p{L}$/u.test(section));
    if (!ends) {
      section += char;
      continue;
    }
    try {
      takeSection(volume, section, char === undefined);
    } catch (error) {
      throw new Error(`invalid spec: ${spec}: ${(error as Error).message}`);
    }
    section = "";
  }
  volume.type = volume.source !== undefined && isFilePath(volume.source) ? "bind" : "volume";
  return { type: volume.type, ...volume };
}

function takeSection(volume: ServiceVolume, section: string, last: boolean): void {
  if (section === "") throw new Error("empty section between colons");
  if (volume.source === undefined && last) volume.target = section;
  else if (volume.source === undefined) volume.source = section;
  else if (volume.target === undefined) volume.target = section;
  else if (!last) throw new Error("too many colons");
  else for (const option of section.split(",")) takeOption(volume, option);
}

function takeOption(volume: ServiceVolume, option: string): void {
  if (option === "ro") volume.read_only = true;
  else if (option === "rw") volume.read_only = false;
  else if (option === "nocopy") volume.volume = { nocopy: true };
  else if (PROPAGATIONS.has(option)) volume.bind = { propagation: option };
}

function isFilePath(source: string): boolean {
  return /^[./~]/.test(source) || source.startsWith("\\\\") || /^\p{L}:/u.test(source);
}
