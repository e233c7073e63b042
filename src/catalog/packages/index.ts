/**
 * The package index behind `pip install`: names, versions, what they need, and for the packages that work here the
 * modules they bring. Sources are ours, written against the simulated Python; the names and numbers are PyPI's.
 */
import sources from "./generated/sources.json";

/** One release of a project. */
export interface PackageRelease {
  readonly name: string; // as PyPI spells it: `Flask`
  readonly version: string;
  /** Python versions: at least (inclusive) and below (exclusive), as `[2, 7]`. */
  readonly python: { readonly from: readonly [number, number]; readonly below?: readonly [number, number] };
  readonly requires: readonly string[]; // `Werkzeug>=0.15,<2.0`
  readonly size: number; // bytes of the wheel
  readonly wheel: string; // file name
  readonly summary: string;
  readonly homePage: string;
  readonly license: string;
  /** Modules by path inside site-packages; empty for packages that are known but do nothing here. */
  readonly files: Readonly<Record<string, string>>;
  /** Console scripts: command to module (`flask` to `flask`, run as `python -m`). */
  readonly scripts: Readonly<Record<string, string>>;
}

type Row = readonly [
  version: string,
  from: string,
  below: string | undefined,
  requires: readonly string[],
  kilobytes: number,
];

interface Project {
  readonly name: string;
  readonly module?: string;
  readonly summary: string;
  readonly homePage: string;
  readonly license: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly releases: readonly Row[];
}

const FLASK1 = ["Werkzeug>=0.15,<2.0", "Jinja2>=2.10.1,<3.0", "itsdangerous>=0.24,<2.0", "click>=5.1,<8.0"];
const FLASK2 = ["Werkzeug>=2.0", "Jinja2>=3.0", "itsdangerous>=2.0", "click>=8.0"];
const FLASK3 = [
  "blinker>=1.9.0",
  "click>=8.1.3",
  "itsdangerous>=2.2.0",
  "jinja2>=3.1.2",
  "markupsafe>=2.1.1",
  "werkzeug>=3.1.0",
];
const REQUESTS = ["charset_normalizer<4,>=2", "idna<4,>=2.5", "urllib3<3,>=1.21.1", "certifi>=2017.4.17"];

const PROJECTS: readonly Project[] = [
  {
    name: "Flask",
    module: "flask",
    summary: "A simple framework for building complex web applications.",
    homePage: "https://palletsprojects.com/p/flask/",
    license: "BSD-3-Clause",
    scripts: { flask: "flask" },
    releases: [
      [
        "0.12.5",
        "2.7",
        undefined,
        ["Werkzeug>=0.7,<1.0", "Jinja2>=2.4,<3.0", "itsdangerous>=0.21,<2.0", "click>=2.0,<8.0"],
        81,
      ],
      [
        "1.0.2",
        "2.7",
        undefined,
        ["Werkzeug>=0.14,<2.0", "Jinja2>=2.10,<3.0", "itsdangerous>=0.24,<2.0", "click>=5.1,<8.0"],
        91,
      ],
      ["1.1.1", "2.7", undefined, FLASK1, 94],
      ["1.1.2", "2.7", undefined, FLASK1, 94],
      ["1.1.4", "2.7", undefined, FLASK1, 94],
      ["2.0.3", "3.6", undefined, FLASK2, 95],
      ["2.2.5", "3.7", undefined, ["Werkzeug>=2.2.2,<3.0", "Jinja2>=3.0", "itsdangerous>=2.0", "click>=8.0"], 101],
      [
        "2.3.3",
        "3.8",
        undefined,
        ["Werkzeug>=2.3.7", "Jinja2>=3.1.2", "itsdangerous>=2.1.2", "click>=8.1.3", "blinker>=1.6.2"],
        96,
      ],
      [
        "3.0.0",
        "3.8",
        undefined,
        ["Werkzeug>=3.0.0", "Jinja2>=3.1.2", "itsdangerous>=2.1.2", "click>=8.1.3", "blinker>=1.6.2"],
        99,
      ],
      [
        "3.0.3",
        "3.8",
        undefined,
        ["Werkzeug>=3.0.0", "Jinja2>=3.1.2", "itsdangerous>=2.1.2", "click>=8.1.3", "blinker>=1.6.2"],
        101,
      ],
      ["3.1.0", "3.9", undefined, FLASK3, 102],
      ["3.1.2", "3.9", undefined, FLASK3, 103],
    ],
  },
  {
    name: "Werkzeug",
    module: "werkzeug",
    summary: "The comprehensive WSGI web application library.",
    homePage: "https://palletsprojects.com/p/werkzeug/",
    license: "BSD-3-Clause",
    releases: [
      ["0.16.1", "2.7", undefined, [], 327],
      ["1.0.1", "2.7", undefined, [], 298],
      ["2.0.3", "3.6", undefined, [], 289],
      ["2.2.3", "3.7", undefined, ["MarkupSafe>=2.1.1"], 233],
      ["2.3.8", "3.8", undefined, ["MarkupSafe>=2.1.1"], 242],
      ["3.0.6", "3.8", undefined, ["MarkupSafe>=2.1.1"], 227],
      ["3.1.3", "3.9", undefined, ["MarkupSafe>=2.1.1"], 224],
    ],
  },
  {
    name: "Jinja2",
    module: "jinja2",
    summary: "A very fast and expressive template engine.",
    homePage: "https://palletsprojects.com/p/jinja/",
    license: "BSD-3-Clause",
    releases: [
      ["2.11.3", "2.7", undefined, ["MarkupSafe>=0.23"], 125],
      ["3.0.3", "3.6", undefined, ["MarkupSafe>=2.0"], 133],
      ["3.1.6", "3.7", undefined, ["MarkupSafe>=2.0"], 134],
    ],
  },
  {
    name: "MarkupSafe",
    module: "markupsafe",
    summary: "Safely add untrusted strings to HTML/XML markup.",
    homePage: "https://palletsprojects.com/p/markupsafe/",
    license: "BSD-3-Clause",
    releases: [
      ["1.1.1", "2.7", undefined, [], 24],
      ["2.0.1", "3.6", undefined, [], 31],
      ["2.1.5", "3.7", undefined, [], 26],
      ["3.0.3", "3.9", undefined, [], 22],
    ],
  },
  {
    name: "itsdangerous",
    module: "itsdangerous",
    summary: "Safely pass data to untrusted environments and back.",
    homePage: "https://palletsprojects.com/p/itsdangerous/",
    license: "BSD-3-Clause",
    releases: [
      ["1.1.0", "2.7", undefined, [], 16],
      ["2.0.1", "3.6", undefined, [], 18],
      ["2.1.2", "3.7", undefined, [], 15],
      ["2.2.0", "3.8", undefined, [], 16],
    ],
  },
  {
    name: "click",
    module: "click",
    summary: "Composable command line interface toolkit",
    homePage: "https://palletsprojects.com/p/click/",
    license: "BSD-3-Clause",
    releases: [
      ["7.1.2", "2.7", undefined, [], 82],
      ["8.0.4", "3.6", undefined, [], 97],
      ["8.1.8", "3.7", undefined, [], 98],
      ["8.3.0", "3.10", undefined, [], 107],
    ],
  },
  {
    name: "blinker",
    summary: "Fast, simple object-to-object and broadcast signaling",
    homePage: "https://blinker.readthedocs.io",
    license: "MIT",
    releases: [
      ["1.8.2", "3.8", undefined, [], 9],
      ["1.9.0", "3.9", undefined, [], 8],
    ],
  },
  {
    name: "redis",
    module: "redis",
    summary: "Python client for Redis key-value store",
    homePage: "https://github.com/redis/redis-py",
    license: "MIT",
    releases: [
      ["2.10.6", "2.7", undefined, [], 64],
      ["3.5.3", "2.7", undefined, [], 72],
      ["4.3.6", "3.6", undefined, ["async-timeout>=4.0.2"], 248],
      ["4.6.0", "3.7", undefined, ["async-timeout>=4.0.2"], 241],
      ["5.0.8", "3.7", undefined, [], 255],
      ["5.2.1", "3.8", undefined, [], 261],
      ["6.1.1", "3.8", undefined, [], 273],
      ["6.4.0", "3.9", undefined, [], 279],
      ["7.0.1", "3.9", undefined, [], 339],
    ],
  },
  {
    name: "async-timeout",
    summary: "Timeout context manager for asyncio programs",
    homePage: "https://github.com/aio-libs/async-timeout",
    license: "Apache 2",
    releases: [
      ["4.0.2", "3.6", undefined, [], 6],
      ["5.0.1", "3.8", undefined, [], 6],
    ],
  },
  {
    name: "requests",
    module: "requests",
    summary: "Python HTTP for Humans.",
    homePage: "https://requests.readthedocs.io",
    license: "Apache-2.0",
    releases: [
      [
        "2.27.1",
        "2.7",
        "3.0",
        ["certifi>=2017.4.17", "chardet<5,>=3.0.2", "idna<3,>=2.5", "urllib3<1.27,>=1.21.1"],
        63,
      ],
      ["2.27.1", "3.6", undefined, REQUESTS, 63],
      ["2.31.0", "3.7", undefined, REQUESTS, 63],
      ["2.32.5", "3.9", undefined, REQUESTS, 65],
    ],
  },
  {
    name: "urllib3",
    summary: "HTTP library with thread-safe connection pooling, file post, and more.",
    homePage: "https://urllib3.readthedocs.io",
    license: "MIT",
    releases: [
      ["1.26.20", "2.7", undefined, [], 144],
      ["2.2.3", "3.8", undefined, [], 126],
      ["2.5.0", "3.9", undefined, [], 130],
    ],
  },
  {
    name: "idna",
    summary: "Internationalized Domain Names in Applications (IDNA)",
    homePage: "https://github.com/kjd/idna",
    license: "BSD-3-Clause",
    releases: [
      ["2.10", "2.7", undefined, [], 59],
      ["3.11", "3.8", undefined, [], 71],
    ],
  },
  {
    name: "certifi",
    summary: "Python package for providing Mozilla's CA Bundle.",
    homePage: "https://github.com/certifi/python-certifi",
    license: "MPL-2.0",
    releases: [
      ["2021.10.8", "2.7", undefined, [], 149],
      ["2025.10.5", "3.7", undefined, [], 163],
    ],
  },
  {
    name: "chardet",
    summary: "Universal encoding detector",
    homePage: "https://github.com/chardet/chardet",
    license: "LGPL",
    releases: [
      ["4.0.0", "2.7", undefined, [], 179],
      ["5.2.0", "3.7", undefined, [], 199],
    ],
  },
  {
    name: "charset-normalizer",
    summary: "The Real First Universal Charset Detector.",
    homePage: "https://github.com/jawah/charset_normalizer",
    license: "MIT",
    releases: [
      ["2.0.12", "3.5", undefined, [], 39],
      ["3.4.4", "3.7", undefined, [], 152],
    ],
  },
  {
    name: "gunicorn",
    module: "gunicorn",
    summary: "WSGI HTTP Server for UNIX",
    homePage: "https://gunicorn.org",
    license: "MIT",
    scripts: { gunicorn: "gunicorn" },
    releases: [
      ["19.10.0", "2.6", undefined, [], 113],
      ["20.1.0", "3.5", undefined, ["setuptools>=3.0"], 80],
      ["23.0.0", "3.7", undefined, ["packaging"], 85],
    ],
  },
  {
    name: "packaging",
    summary: "Core utilities for Python packages",
    homePage: "https://github.com/pypa/packaging",
    license: "Apache-2.0",
    releases: [
      ["20.9", "2.7", undefined, [], 41],
      ["25.0", "3.8", undefined, [], 66],
    ],
  },
  {
    name: "setuptools",
    summary: "Easily download, build, install, upgrade, and uninstall Python packages",
    homePage: "https://github.com/pypa/setuptools",
    license: "MIT",
    releases: [
      ["44.1.1", "2.7", undefined, [], 583],
      ["80.9.0", "3.9", undefined, [], 1201],
    ],
  },
  {
    name: "wheel",
    summary: "A built-package format for Python",
    homePage: "https://github.com/pypa/wheel",
    license: "MIT",
    releases: [
      ["0.37.1", "2.7", undefined, [], 35],
      ["0.45.1", "3.8", undefined, [], 72],
    ],
  },
];

const normal = (name: string) => name.toLowerCase().replace(/[-_.]+/g, "-");
const version = (text: string): [number, number] => [Number(text.split(".")[0]), Number(text.split(".")[1] ?? 0)];
const all = sources as Readonly<Record<string, string>>;

function filesOf(module: string | undefined, release: string): Record<string, string> {
  if (!module) return {};
  const found = Object.entries(all).filter(([path]) => path.startsWith(`${module}/`));
  return Object.fromEntries(found.map(([path, text]) => [path, text.replaceAll("@VERSION@", release)]));
}

/** Projects that came late to Python 3 only spell their wheels in lower case. */
function wheelName(name: string, number: string, from: string): string {
  const late = from.startsWith("3") && Number(from.slice(2)) >= 7;
  const spelled = name.replace(/-/g, "_");
  return `${late ? spelled.toLowerCase() : spelled}-${number}-py${from.startsWith("2") ? "2.py3" : "3"}-none-any.whl`;
}

function releasesOf(project: Project): PackageRelease[] {
  return project.releases.map(([number, from, below, requires, kilobytes]) => ({
    name: project.name,
    version: number,
    python: { from: version(from), ...(below ? { below: version(below) } : {}) },
    requires,
    size: kilobytes * 1000,
    wheel: wheelName(project.name, number, from),
    summary: project.summary,
    homePage: project.homePage,
    license: project.license,
    files: filesOf(project.module, number),
    scripts: project.scripts ?? {},
  }));
}

/** What pip may ask. */
export interface PackageIndex {
  /** Every release of a project, oldest first; empty when the index has no such name. Names compare as PEP 503 says. */
  releases(name: string): readonly PackageRelease[];
}

const cache = new Map<string, readonly PackageRelease[]>();

/** The index of the simulation. */
export const packageIndex: PackageIndex = {
  releases(name) {
    const key = normal(name);
    const known = cache.get(key);
    if (known) return known;
    const project = PROJECTS.find((one) => normal(one.name) === key);
    const found = project ? releasesOf(project) : [];
    cache.set(key, found);
    return found;
  },
};
