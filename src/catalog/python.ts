/** The official `python` images: one line per version, each as full, slim and alpine. */
import { dir, execForm, file, image, link, nop, program, type Step } from "./builders";
import { alpineStep, debianStep } from "./systems";
import type { CatalogFile, CatalogImage } from "./types";

interface Version {
  readonly minor: string; // 3.12
  readonly full: string; // 3.12.12
  readonly pip: string;
  readonly debian: string;
  readonly alpine: string;
  readonly created: string;
  readonly sizes: readonly [full: number, slim: number, alpine: number];
}

const VERSIONS: readonly Version[] = [
  {
    minor: "2.7",
    full: "2.7.18",
    pip: "20.0.2",
    debian: "buster",
    alpine: "3.18",
    created: "2020-05-05T21:44:00Z",
    sizes: [902_000_000, 148_000_000, 71_100_000],
  },
  {
    minor: "3.8",
    full: "3.8.20",
    pip: "23.0.1",
    debian: "bookworm",
    alpine: "3.20",
    created: "2024-09-09T18:12:24Z",
    sizes: [995_000_000, 125_000_000, 47_800_000],
  },
  {
    minor: "3.9",
    full: "3.9.24",
    pip: "23.0.1",
    debian: "trixie",
    alpine: "3.22",
    created: "2025-10-09T20:04:10Z",
    sizes: [1_100_000_000, 122_000_000, 46_300_000],
  },
  {
    minor: "3.10",
    full: "3.10.19",
    pip: "23.0.1",
    debian: "trixie",
    alpine: "3.22",
    created: "2025-10-09T20:04:10Z",
    sizes: [1_110_000_000, 122_000_000, 46_100_000],
  },
  {
    minor: "3.11",
    full: "3.11.14",
    pip: "24.0",
    debian: "trixie",
    alpine: "3.22",
    created: "2025-10-09T20:04:10Z",
    sizes: [1_110_000_000, 124_000_000, 54_000_000],
  },
  {
    minor: "3.12",
    full: "3.12.12",
    pip: "25.0.1",
    debian: "trixie",
    alpine: "3.22",
    created: "2025-10-09T20:04:10Z",
    sizes: [1_110_000_000, 119_000_000, 46_800_000],
  },
  {
    minor: "3.13",
    full: "3.13.9",
    pip: "25.2",
    debian: "trixie",
    alpine: "3.22",
    created: "2025-10-15T09:14:21Z",
    sizes: [1_120_000_000, 118_000_000, 45_400_000],
  },
  {
    minor: "3.14",
    full: "3.14.0",
    pip: "25.2",
    debian: "trixie",
    alpine: "3.22",
    created: "2025-10-07T15:13:06Z",
    sizes: [1_120_000_000, 119_000_000, 46_700_000],
  },
];
const NEWEST = "3.14";

function tagsOf(version: Version, flavour: "" | "-slim" | "-alpine"): string[] {
  const names = [version.minor, version.full];
  if (version.minor === NEWEST) names.push("3");
  if (version.minor === "2.7") names.push("2");
  const suffixes =
    flavour === "-alpine"
      ? ["-alpine", `-alpine${version.alpine}`]
      : flavour === ""
        ? ["", `-${version.debian}`]
        : ["-slim", `-slim-${version.debian}`];
  const tags = names.flatMap((name) => suffixes.map((suffix) => `${name}${suffix}`));
  if (version.minor === NEWEST) tags.push(flavour === "" ? "latest" : flavour.slice(1));
  return tags;
}

function interpreter(version: Version): CatalogFile[] {
  const two = version.minor.startsWith("2");
  const major = version.minor.slice(0, 1);
  const lib = `/usr/local/lib/python${version.minor}`;
  const dist = `${lib}/site-packages/pip-${version.pip}.dist-info`;
  return [
    program(`/usr/local/bin/python${version.minor}`, `python${version.minor}`),
    link("/usr/local/bin/python", two ? "python2" : "python3"),
    link(`/usr/local/bin/python${major}`, `python${version.minor}`),
    program(`/usr/local/bin/pip${version.minor}`, `pip${version.minor}`),
    program("/usr/local/bin/pip", `pip${version.minor}`),
    program(`/usr/local/bin/pip${major}`, `pip${version.minor}`),
    dir(`${lib}/site-packages`),
    file(
      `${dist}/METADATA`,
      `Metadata-Version: 2.1\nName: pip\nVersion: ${version.pip}\nSummary: The PyPA recommended tool for installing Python packages.\n`,
    ),
    file(`${dist}/RECORD`, ""),
  ];
}

function build(version: Version, flavour: "" | "-slim" | "-alpine"): CatalogImage {
  const two = version.minor.startsWith("2");
  const alpine = flavour === "-alpine";
  const [full, slim, small] = version.sizes;
  const total = alpine ? small : flavour === "" ? full : slim;
  const base: Step = alpine ? alpineStep(version.alpine) : debianStep(version.debian, flavour === "-slim");
  const certificates = alpine ? 640_000 : flavour === "-slim" ? 4_000_000 : 600_000_000;
  const own = total - (base.size ?? 0) - certificates;
  const line = (text: string) =>
    two ? nop(text) : `${text}${text.startsWith("CMD") ? "" : " # buildkit"}`.replace("CMD ", "CMD ");
  const cmd = [two ? "python2" : "python3"];
  const env = [
    "PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ...(two
      ? ["LANG=C.UTF-8", "PYTHONIOENCODING=UTF-8"]
      : ["LANG=C.UTF-8"].filter(() => Number(version.minor.slice(2)) < 13)),
    `PYTHON_VERSION=${version.full}`,
  ];
  const baseCmd = alpine ? ["/bin/sh"] : ["bash"];
  return image({
    repository: "python",
    tags: tagsOf(version, flavour),
    created: version.created,
    config: { Env: two ? [...env, `PYTHON_PIP_VERSION=${version.pip}`] : env, Cmd: cmd },
    steps: [
      base,
      { by: two ? nop(`CMD ${execForm(baseCmd)}`) : `CMD ${execForm(baseCmd)}` },
      ...env.map((value) => ({ by: line(`ENV ${value}`), buildkit: !two })),
      {
        by: two
          ? "/bin/sh -c apt-get update && apt-get install -y --no-install-recommends ca-certificates netbase && rm -rf /var/lib/apt/lists/*"
          : "RUN /bin/sh -c set -eux; install ca-certificates netbase tzdata # buildkit",
        size: certificates,
        buildkit: !two,
        files: [dir("/etc/ssl/certs")],
      },
      {
        by: two
          ? "/bin/sh -c set -ex && build python && make install"
          : "RUN /bin/sh -c set -eux; build python; make install # buildkit",
        size: own - 1_600_000,
        buildkit: !two,
        files: interpreter(version),
      },
      {
        by: two
          ? "/bin/sh -c set -ex; install pip"
          : 'RUN /bin/sh -c set -eux; for src in idle3 pip3 pydoc3 python3 python3-config; do ln -s "$src"; done # buildkit',
        size: 1_600_000,
        buildkit: !two,
      },
      { by: two ? nop(`CMD ${execForm(cmd)}`) : `CMD ${execForm(cmd)}`, buildkit: !two },
    ],
  });
}

export const pythons: readonly CatalogImage[] = VERSIONS.flatMap((version) =>
  (["", "-slim", "-alpine"] as const).map((flavour) => build(version, flavour)),
);
