/** `~/.docker/config.json`: registry logins and default formats, kept where the real command line keeps them. */
import type { Sys } from "../api/process";
import { CliError } from "./errors";

export interface AuthConfig {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly serveraddress?: string;
}

interface ConfigData {
  auths?: Record<string, { auth?: string; identitytoken?: string }>;
  currentContext?: string;
  [key: string]: unknown;
}

/** The key of the Docker Hub in `auths`. */
export const INDEX_SERVER = "https://index.docker.io/v1/";

export class ConfigFile {
  private data: ConfigData | undefined;

  constructor(private readonly sys: Sys) {}

  get directory(): string {
    return this.sys.env.DOCKER_CONFIG || `${(this.sys.env.HOME || "/root").replace(/\/$/, "")}/.docker`;
  }

  get path(): string {
    return `${this.directory}/config.json`;
  }

  /** A default format such as `psFormat`; empty when not set. */
  format(key: string): string {
    const value = this.load()[key];
    return typeof value === "string" ? value : "";
  }

  get currentContext(): string {
    return this.load().currentContext ?? "default";
  }

  set currentContext(name: string) {
    const data = this.load();
    if (name === "default") delete data.currentContext;
    else data.currentContext = name;
    this.save(data);
  }

  /** The login of a registry (`https://index.docker.io/v1/`, `reg.example.com`); empty when there is none. */
  auth(server: string): AuthConfig {
    const entry = this.load().auths?.[server];
    if (!entry?.auth) return {};
    const [username = "", ...rest] = atob(entry.auth).split(":");
    return { username, password: rest.join(":"), serveraddress: server };
  }

  hasAuth(server: string): boolean {
    return this.load().auths?.[server] !== undefined;
  }

  allAuths(): Record<string, AuthConfig> {
    return Object.fromEntries(Object.keys(this.load().auths ?? {}).map((server) => [server, this.auth(server)]));
  }

  store(server: string, username: string, password: string): void {
    const data = this.load();
    data.auths = { ...data.auths, [server]: { auth: btoa(`${username}:${password}`) } };
    this.save(data);
  }

  erase(server: string): void {
    const data = this.load();
    if (data.auths) delete data.auths[server];
    this.save(data);
  }

  private load(): ConfigData {
    if (this.data) return this.data;
    this.data = {};
    if (this.sys.files.exists(this.path)) {
      const text = new TextDecoder().decode(this.sys.files.readFile(this.path));
      try {
        this.data = JSON.parse(text) as ConfigData;
      } catch {
        throw new CliError(`Error loading config file: ${this.path}: invalid character in JSON`);
      }
    }
    return this.data;
  }

  private save(data: ConfigData): void {
    this.sys.files.mkdir(this.directory, { recursive: true, mode: 0o700 });
    this.sys.files.writeFile(this.path, JSON.stringify(data, null, "\t"), 0o600);
  }
}
