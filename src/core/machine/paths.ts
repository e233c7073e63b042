/** Absolute paths as strings: no file is looked at. */

/** Without empty parts, `.` and `..`; relative ones count from `base`. */
export function normalise(path: string, base = "/"): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${base}/${path}`).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

export const joinPath = (directory: string, name: string): string =>
  directory === "/" ? `/${name}` : `${directory}/${name}`;

/** The directory a normalised path lies in; "" for the root. */
export const parentOf = (path: string): string => (path === "/" ? "" : path.slice(0, path.lastIndexOf("/")) || "/");

export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Whether `path` is `directory` or lies below it. */
export const isWithin = (path: string, directory: string): boolean =>
  directory === "/" || path === directory || path.startsWith(`${directory}/`);

/** The part of `path` below `directory`, beginning with "/". */
export const below = (path: string, directory: string): string =>
  directory === "/" ? path : path.slice(directory.length) || "/";
