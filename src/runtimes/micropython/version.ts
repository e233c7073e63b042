/** The Python versions of the official images, and the library that each interpreter carries inside. */
import library from "./generated/lib.json";

export interface PythonVersion {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
}

/** The newest release of each minor version, as the images install them. */
export const PYTHONS: readonly PythonVersion[] = [
  [2, 7, 18],
  [3, 6, 15],
  [3, 7, 17],
  [3, 8, 20],
  [3, 9, 25],
  [3, 10, 19],
  [3, 11, 14],
  [3, 12, 12],
  [3, 13, 9],
  [3, 14, 0],
].map(([major = 3, minor = 0, micro = 0]) => ({ major, minor, micro }));

/** `3.12` */
export const shortVersion = (version: PythonVersion) => `${version.major}.${version.minor}`;
/** `3.12.12` */
export const fullVersion = (version: PythonVersion) => `${shortVersion(version)}.${version.micro}`;
/** `/usr/local/lib/python3.12` */
export const libraryDir = (version: PythonVersion) => `/usr/local/lib/python${shortVersion(version)}`;

const byVersion = new Map<string, ReadonlyMap<string, Uint8Array>>();

/** The interpreter's own library, by absolute path. */
export function libraryFiles(version: PythonVersion): ReadonlyMap<string, Uint8Array> {
  const dir = libraryDir(version);
  let files = byVersion.get(dir);
  if (!files) {
    const encoder = new TextEncoder();
    files = new Map(Object.entries(library).map(([name, text]) => [`${dir}/${name}`, encoder.encode(text as string)]));
    byVersion.set(dir, files);
  }
  return files;
}
