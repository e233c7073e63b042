/** Version numbers and requirements as pip reads them (PEP 440 and 508, the plain part). */

export interface Requirement {
  readonly text: string; // as written
  readonly name: string;
  readonly specifiers: readonly { readonly operator: string; readonly version: string }[];
}

/** Parses `Flask[async]>=1.0,<2 ; python_version < "3"`; undefined when it is no requirement. */
export function parseRequirement(line: string): Requirement | undefined {
  const text = (line.split(";")[0] ?? "").trim();
  const match = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*\(?((?:[<>=!~]{1,3}\s*[\w.*+!-]+\s*,?\s*)*)\)?$/.exec(text);
  if (!match) return undefined;
  const specifiers = [...(match[2] ?? "").matchAll(/([<>=!~]{1,3})\s*([\w.*+!-]+)/g)].map(
    ([, operator = "", version = ""]) => ({ operator, version }),
  );
  return { text, name: match[1] ?? "", specifiers };
}

/** The specifier part as pip prints it: `==9.9`, `>=1.0,<2`. */
export const specifierText = (requirement: Requirement) =>
  requirement.specifiers.map(({ operator, version }) => `${operator}${version}`).join(",");

export function compareVersions(a: string, b: string): number {
  const [x, y] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const numbers = (version: string) => version.split(".").map((part) => Number.parseInt(part, 10) || 0);

export function satisfies(version: string, requirement: Requirement): boolean {
  return requirement.specifiers.every(({ operator, version: wanted }) => {
    if (wanted.endsWith(".*")) {
      const inside = `${version}.`.startsWith(wanted.slice(0, -1));
      return operator === "!=" ? !inside : inside;
    }
    const order = compareVersions(version, wanted);
    switch (operator) {
      case "==":
      case "===":
        return order === 0;
      case "!=":
        return order !== 0;
      case ">=":
        return order >= 0;
      case "<=":
        return order <= 0;
      case ">":
        return order > 0;
      case "<":
        return order < 0;
      case "~=":
        return order >= 0 && `${version}.`.startsWith(`${wanted.split(".").slice(0, -1).join(".")}.`);
      default:
        return false;
    }
  });
}

/** Names compare without case, with `-`, `_` and `.` alike (PEP 503). */
export const canonical = (name: string) => name.toLowerCase().replace(/[-_.]+/g, "-");
