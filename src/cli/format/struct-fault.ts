/** Template errors about members of objects that are structs in the real command line. */

/** Go's words for a member that a struct lacks. `types`: Go's name by the path of the object, "" the whole. */
export function structFault(message: string, types: Readonly<Record<string, string>>): string {
  return message.replace(/(at <([^>]*)>: )map has no entry for key "(\w+)"/, (all, head, source: string, key) => {
    const path = source.replace(/^\./, "").split(".");
    const parent = path.slice(0, path.indexOf(key)).join(".");
    const type = types[parent];
    return type === undefined ? all : `${head}can't evaluate field ${key} in type ${type}`;
  });
}
