/** Base systems: alpine, busybox, debian, ubuntu. Their layers also lie under other images. */
import {
  baseFiles,
  busyboxTools,
  debianTools,
  dir,
  execForm,
  file,
  image,
  link,
  nop,
  PATH,
  program,
  type Step,
} from "./builders";
import type { CatalogFile, CatalogImage } from "./types";

interface System {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly created: string;
  readonly step: Step;
  readonly cmd: readonly string[];
}

const show = (system: System): CatalogImage =>
  image({
    repository: system.repository,
    tags: system.tags,
    created: system.created,
    config: { Env: [PATH], Cmd: system.cmd, WorkingDir: system.repository === "alpine" ? "/" : "" },
    steps: [
      system.step,
      // The image of busybox is one layer written down whole; the others add their CMD as a step of its own.
      ...(system.repository === "busybox"
        ? []
        : [
            {
              by: system.repository === "alpine" ? `CMD ${execForm(system.cmd)}` : nop(`CMD ${execForm(system.cmd)}`),
              buildkit: system.repository === "alpine",
            },
          ]),
    ],
  });

// --- alpine --------------------------------------------------------------------------------------------------------

const ALPINES: readonly [version: string, tags: string[], created: string, size: number][] = [
  ["3.18.12", ["3.18", "3.18.12"], "2025-02-14T00:03:24Z", 7_365_325],
  ["3.19.9", ["3.19", "3.19.9"], "2025-10-08T11:07:57Z", 7_400_149],
  ["3.20.8", ["3.20", "3.20.8"], "2025-10-08T11:06:53Z", 7_803_905],
  ["3.21.5", ["3.21", "3.21.5"], "2025-10-08T11:05:05Z", 7_838_208],
  ["3.22.2", ["3.22", "3.22.2", "3", "latest"], "2025-10-08T11:04:56Z", 8_322_560],
];

const alpineFiles = (version: string): CatalogFile[] => [
  ...baseFiles(
    "/bin/sh",
    `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${version}\nPRETTY_NAME="Alpine Linux v${version.split(".").slice(0, 2).join(".")}"\nHOME_URL="https://alpinelinux.org/"\nBUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"\n`,
  ),
  file("/etc/alpine-release", `${version}\n`),
  ...busyboxTools("/bin/busybox", "/bin"),
  program("/usr/bin/getent", "getent"),
  dir("/usr/sbin"),
];

/** The layer of an alpine release, by `3.22`. */
export function alpineStep(release: string): Step {
  const [version = "", , , size = 0] = ALPINES.find(([, tags]) => tags.includes(release)) ?? [];
  return {
    by: `ADD alpine-minirootfs-${version}-x86_64.tar.gz / # buildkit`,
    size,
    compressed: Math.round(size * 0.457),
    files: alpineFiles(version),
    buildkit: true,
  };
}

const alpine = ALPINES.map(([, tags, created]) =>
  show({ repository: "alpine", tags, created, step: alpineStep(tags[0] ?? ""), cmd: ["/bin/sh"] }),
);

// --- busybox -------------------------------------------------------------------------------------------------------

const busybox = (
  [
    ["1.36.1", ["1.36", "1.36.1", "1.36-glibc"], "2024-09-26T21:31:42Z", 4_261_550],
    [
      "1.37.0",
      ["latest", "1", "1.37", "1.37.0", "stable", "glibc", "musl", "uclibc"],
      "2024-09-26T21:31:42Z",
      4_277_910,
    ],
  ] as const
).map(([version, tags, created, size]) =>
  show({
    repository: "busybox",
    tags,
    created,
    cmd: ["sh"],
    step: {
      by: `BusyBox ${version} (glibc), Debian ${version === "1.36.1" ? 12 : 13}`,
      size,
      compressed: 2_156_519,
      files: [
        ...baseFiles("/bin/sh", ""),
        ...busyboxTools("/bin/busybox", "/bin"),
        // Alpine has this one only in its package busybox-extras.
        program("/bin/httpd", "httpd"),
        dir("/usr/sbin"),
        file("/etc/hostname", "buildkitsandbox\n"),
      ].filter((one) => one.path !== "/etc/os-release"),
    },
  }),
);

// --- debian and ubuntu ---------------------------------------------------------------------------------------------

const debianRelease = (number: string, name: string) =>
  `PRETTY_NAME="Debian GNU/Linux ${number} (${name})"\nNAME="Debian GNU/Linux"\nVERSION_ID="${number}"\nVERSION="${number} (${name})"\nVERSION_CODENAME=${name}\nID=debian\nHOME_URL="https://www.debian.org/"\nSUPPORT_URL="https://www.debian.org/support"\nBUG_REPORT_URL="https://bugs.debian.org/"\n`;

const DEBIANS: Readonly<
  Record<string, readonly [number: string, full: number, slim: number, created: string, version: string]>
> = {
  buster: ["10", 114_000_000, 69_200_000, "2020-04-14T19:48:43Z", "10.3"],
  bullseye: ["11", 124_000_000, 80_700_000, "2025-10-21T00:00:00Z", "11.11"],
  bookworm: ["12", 117_000_000, 74_800_000, "2025-10-21T00:00:00Z", "12.12"],
  trixie: ["13", 120_000_000, 78_600_000, "2025-10-21T00:00:00Z", "13.1"],
};

/** The layer of a Debian release, full or slim. */
export function debianStep(name: string, slim: boolean): Step {
  const [number = "", full = 0, slimSize = 0, , version = ""] = DEBIANS[name] ?? [];
  return {
    by: `# debian.sh --arch 'amd64' out/ '${name}' '@1760918400'`,
    size: slim ? slimSize : full,
    files: [
      ...baseFiles("/bin/bash", debianRelease(number, name)),
      file("/etc/debian_version", `${version}\n`),
      ...debianTools(),
      program("/usr/bin/apt-get", "apt-get"),
    ],
  };
}

const debian = Object.entries(DEBIANS).flatMap(([name, [number, , , created]]) =>
  [false, true].map((slim) => {
    const tail = slim ? "-slim" : "";
    const latest = name !== "trixie" ? [] : slim ? ["stable-slim"] : ["latest", "stable"];
    const tags = [`${name}${tail}`, `${number}${tail}`, ...latest];
    return show({
      repository: "debian",
      tags,
      created,
      step: { ...debianStep(name, slim), by: debianStep(name, slim).by },
      cmd: ["bash"],
    });
  }),
);

const UBUNTUS: readonly (readonly [
  version: string,
  name: string,
  patch: string,
  tags: string[],
  size: number,
  created: string,
])[] = [
  ["20.04", "focal", "20.04.6", ["20.04", "focal"], 72_800_000, "2025-04-08T10:43:15Z"],
  ["22.04", "jammy", "22.04.5", ["22.04", "jammy"], 77_900_000, "2025-10-01T10:06:42Z"],
  ["24.04", "noble", "24.04.3", ["24.04", "noble", "latest"], 78_100_000, "2025-10-01T10:11:04Z"],
];

const ubuntu = UBUNTUS.map(([version, name, patch, tags, size, created]) =>
  show({
    repository: "ubuntu",
    tags,
    created,
    cmd: ["/bin/bash"],
    step: {
      by: nop(`ADD file:${name} in / `),
      size,
      files: [
        ...baseFiles(
          "/bin/bash",
          `PRETTY_NAME="Ubuntu ${patch} LTS"\nNAME="Ubuntu"\nVERSION_ID="${version}"\nVERSION="${patch} LTS"\nVERSION_CODENAME=${name}\nID=ubuntu\nID_LIKE=debian\n`,
        ),
        ...debianTools(),
        program("/usr/bin/apt-get", "apt-get"),
        link("/etc/alternatives", "/etc"),
      ].filter((one) => one.path !== "/etc/alternatives"),
    },
  }),
);

export const systems: readonly CatalogImage[] = [...alpine, ...busybox, ...debian, ...ubuntu];
