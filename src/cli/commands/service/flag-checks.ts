/** Flag values that are looked at while the command line is read, so that a wrong one shows the usage. */
import type { FlagCheck } from "../../command";
import { isAddress } from "../../parse/address";
import { parseMount } from "../../parse/mount";
import {
  parseFileReference,
  parseGenericResource,
  parseNetwork,
  parsePreference,
  parsePublish,
  parseUlimit,
  swarmHost,
} from "../../parse/service-options";
import { splitWords } from "../../parse/shell-words";

const check =
  (parse: (value: string) => unknown): FlagCheck =>
  (value) => {
    parse(value);
    return value;
  };

const environment = check((value) => {
  if (value === "" || value.startsWith("=")) throw new Error(`invalid environment variable: ${value}`);
});

const nameServer = check((value) => {
  if (!isAddress(value.trim())) throw new Error(`IP address is not correctly formatted: ${value}`);
});

const CHECKS = {
  config: check((value) => parseFileReference("config", value)),
  secret: check((value) => parseFileReference("secret", value)),
  "generic-resource": check(parseGenericResource),
  host: check(swarmHost),
  mount: check(parseMount),
  network: check(parseNetwork),
  "placement-pref": check(parsePreference),
  publish: check(parsePublish),
  ulimit: check(parseUlimit),
};

export const CREATE_CHECKS: Readonly<Record<string, FlagCheck>> = {
  ...CHECKS,
  env: environment,
  dns: nameServer,
  entrypoint: check(splitWords),
};

export const UPDATE_CHECKS: Readonly<Record<string, FlagCheck>> = {
  "config-add": CHECKS.config,
  "env-add": environment,
  "dns-add": nameServer,
  "secret-add": CHECKS.secret,
  "generic-resource-add": CHECKS["generic-resource"],
  "host-add": CHECKS.host,
  "mount-add": CHECKS.mount,
  "network-add": CHECKS.network,
  "placement-pref-add": CHECKS["placement-pref"],
  "placement-pref-rm": CHECKS["placement-pref"],
  "publish-add": CHECKS.publish,
  "publish-rm": CHECKS.publish,
  "ulimit-add": CHECKS.ulimit,
  entrypoint: check(splitWords),
  args: check(splitWords),
};
