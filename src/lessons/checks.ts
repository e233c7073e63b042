/**
 * The predicates of `schema.ts` over a `LessonView` and a `LessonMemory`. Each answers whether it holds, and with which numbers its
 * sentence is filled. They assert what matters and ignore what a student has lying around besides.
 */
import type { Localized } from "../api/lesson";
import type { Condition, Predicate, ServicePredicate } from "./schema";
import type { LessonMemory, LessonService, LessonTask, LessonView } from "./view";

interface Verdict {
  met: boolean;
  have?: number;
  want?: number;
}

type Argument<K extends string> = Extract<Predicate, Record<K, unknown>>[K &
  keyof Extract<Predicate, Record<K, unknown>>];
type Check<K extends string> = (argument: Argument<K>, view: LessonView, memory: LessonMemory) => Verdict;
type Checks = { [K in KeysOf<Predicate>]: Check<K> };
type KeysOf<T> = T extends unknown ? keyof T & string : never;

/** The sentence of an unmet condition, or undefined when it holds. */
export function unmet(condition: Condition, view: LessonView, memory: LessonMemory): Localized | undefined {
  const name = Object.keys(condition).find((key) => key in checks) as keyof Checks;
  const check = checks[name] as (argument: unknown, view: LessonView, memory: LessonMemory) => Verdict;
  const verdict = check((condition as Record<string, unknown>)[name], view, memory);
  return verdict.met ? undefined : { en: fill(condition.say.en, verdict), zh: fill(condition.say.zh, verdict) };
}

function fill(sentence: string, { have = 0, want = 0 }: Verdict): string {
  const numbers: Record<string, number> = { have, want, missing: Math.max(0, want - have) };
  return sentence.replace(/\{(have|want|missing)\}/g, (_, key: string) => String(numbers[key]));
}

/** Whether a familiar name matches a glob in which `*` stands for anything but a slash. */
export function like(name: string, pattern: string): boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, "[^/]*");
  return new RegExp(`^${source}$`).test(withTag(name));
}

function withTag(name: string): string {
  return name.lastIndexOf(":") > name.lastIndexOf("/") ? name : `${name}:latest`;
}

const atLeast = (have: number, want: number): Verdict => ({ met: have >= want, have, want });

const checks: Checks = {
  file({ path, includes = [], lacks = [] }, view) {
    const text = view.readFile(path);
    if (text === undefined) return { met: false };
    return { met: includes.every((it) => text.includes(it)) && !lacks.some((it) => text.includes(it)) };
  },
  image({ like: pattern, port, env, workdir, command }, view) {
    const fits = view.images.some(
      (image) =>
        image.tags.some((tag) => like(tag, pattern)) &&
        (port === undefined || image.exposedPorts.includes(port)) &&
        (env === undefined || image.env.includes(env)) &&
        (workdir === undefined || image.workdir === workdir) &&
        (command === undefined || command.join("\0") === image.command.join("\0")),
    );
    return { met: fits };
  },
  pushed: ({ like: pattern }, view) => ({ met: view.pushed.some((name) => like(name, pattern)) }),
  started({ image, published, target }, _view, memory) {
    const fits = memory.started.some(
      (it) =>
        like(it.image, image) &&
        (published === undefined || it.ports.some((port) => port.published === published && port.target === target)),
    );
    return { met: fits };
  },
  stopped: ({ image }, _view, memory) => ({ met: memory.stopped.some((name) => like(name, image)) }),
  running({ image, atMost }, view) {
    const have = view.containers.filter((it) => it.running && !it.taskId && like(it.image, image)).length;
    return { met: have <= atMost, have, want: atMost };
  },
  answered({ port, by, distinct, afterUpdate }, _view, memory) {
    const who = memory.answers[port];
    const list = afterUpdate ? who?.updated : by === "container" ? who?.containers : who?.tasks;
    return atLeast(list?.length ?? 0, distinct);
  },
  swarm: (wanted, view, memory) => ({ met: wanted === "active" ? view.swarmActive : memory.swarm === "left" }),
  service(wanted, view) {
    const service = view.services.find((it) => it.name === wanted.name);
    return service ? serviceFits(wanted, service, view) : { met: false, have: 0, want: wanted.running ?? 0 };
  },
  scaled({ service: name, above, kept }, view) {
    const service = view.services.find((it) => it.name === name);
    if (!service || service.replicas <= above) return { met: false, have: service?.replicas ?? 0, want: above + 1 };
    const tasks = runningTasks(service, view);
    const untouched = tasks.filter((it) => it.createdAt < service.updatedAt).length;
    return { met: tasks.length >= service.replicas && untouched >= kept, have: tasks.length, want: service.replicas };
  },
  updated({ service: name }, view, memory) {
    const service = view.services.find((it) => it.name === name);
    if (!service) return { met: false };
    const first = memory.services[name]?.images[0];
    const now = runningTasks(service, view).filter((it) => it.image === service.image).length;
    const changed = first !== undefined && first !== service.image;
    return { met: changed && now >= service.replicas, have: changed ? now : 0, want: service.replicas };
  },
  removed: ({ service }, view, memory) => ({
    met: memory.services[service]?.gone === true && !view.services.some((it) => it.name === service),
  }),
};

function serviceFits(wanted: ServicePredicate, service: LessonService, view: LessonView): Verdict {
  const have = runningTasks(service, view).length;
  const want = Math.max(wanted.running ?? 0, wanted.running === undefined ? 0 : service.replicas);
  const network = wanted.network;
  const fits =
    (wanted.published === undefined || service.published.includes(wanted.published)) &&
    (network === undefined || service.networks.includes(network)) &&
    (wanted.cpus === undefined || service.cpus === wanted.cpus) &&
    (wanted.memory === undefined || service.memory === wanted.memory);
  return { met: fits && have >= want, have, want };
}

function runningTasks(service: LessonService, view: LessonView): LessonTask[] {
  return view.tasks.filter(
    (it) => it.serviceId === service.id && it.state === "running" && it.desiredState === "running",
  );
}
