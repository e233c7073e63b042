/**
 * The English sentence of every reason. `{name}` marks a value; its unit is in the value's name (`...Millis`, `...Bytes`, `...Cpus`).
 * `{name:one|many}` is a choice between two wordings by a value: the first for 1.
 */
export const sentences = {
  new: "It was just created: addresses and ports are being given out.",
  "new.addresses":
    "Network {network} ({subnet}) has no address left: tasks, services and nodes have all {taken}. It waits until one is given back.",
  "pending.soon": "The scheduler has not looked at it yet. It comes by 50 ms after a change.",
  "pending.leaderless": "The swarm has no leader, so nothing is scheduled.",
  "pending.empty": "There is no node in the swarm.",
  "pending.none": "{nodes:The only node cannot|None of {nodes} nodes can} take it.",
  "pending.preassigned": "It may run on {node} and nowhere else: its service is global.",
  "pending.fits": "{node} could take it by now. The scheduler looks again when a node or a task changes.",

  "filter.Ready": "{nodes:The only node|{count} of {nodes} nodes} {count:takes|take} no new tasks.",
  "filter.Resource":
    "{nodes:The only node|{count} of {nodes} nodes} {count:has|have} too little left of what it reserves.",
  "filter.Plugin": "{nodes:The only node|{count} of {nodes} nodes} {count:lacks|lack} a plugin that it needs.",
  "filter.Constraint":
    "{nodes:The only node|{count} of {nodes} nodes} {count:does|do} not satisfy its placement constraints.",
  "filter.Platform":
    "{nodes:The only node|{count} of {nodes} nodes} {count:is|are} of another platform than its image.",
  "filter.HostPort": "On {nodes:the only node|{count} of {nodes} nodes} its host port is taken.",
  "filter.MaxReplicas":
    "{nodes:The only node|{count} of {nodes} nodes} {count:has|have} as many replicas as a node may have.",
  "filter.Volumes": "{nodes:The only node|{count} of {nodes} nodes} cannot provide its CSI volumes.",

  "node.down": "The node is down.",
  "node.unknown": "The node has not been heard of since the leader changed.",
  "node.disconnected": "The node is disconnected.",
  "node.pause": "The node is paused: it keeps its tasks and takes no new ones.",
  "node.drain": "The node is drained.",
  "resource.cpu": "It needs {neededCpus} {neededCpus:CPU|CPUs}; {freeCpus} of {totalCpus} are free.",
  "resource.memory": "It needs {neededBytes} of memory; {freeBytes} of {totalBytes} are free.",
  "resource.generic": "It needs {needed} of {kind}; {free} are free.",
  "plugin.volume": "The node has no volume driver {plugin}.",
  "plugin.log": "The node has no log driver {plugin}.",
  "constraint.differs": "{constraint} does not hold: the node has {actual}.",
  "constraint.absent": "{constraint} does not hold: the node has no such label.",
  "constraint.never": "{constraint} never holds: no node has anything of that name.",
  "platform.differs": "The image is for {wanted}; the node is {actual}.",
  "port.taken": "Host port {port} is taken by {task}.",
  "replicas.full": "The node has {present} {present:replica|replicas}, and may have {most}.",
  "volume.csi": "The node has no CSI plugin.",

  "placed.global": "Its service is global: one task on each node that fits.",
  "placed.only": "{node} is the only {nodes:node, and it|one of {nodes} nodes that} fits.",
  "placed.branch": "Of the groups by {label}, {branch} has the fewest tasks of this service: {count}.",
  "placed.failures": "{node} has fewer recent failures of this service than the others that fit: {count}.",
  "placed.serviceTasks": "Of {fitting} nodes that fit, {node} has the fewest other tasks of this service: {count}.",
  "placed.totalTasks":
    "Of {fitting} nodes that fit and are level in this service's tasks, {node} has the fewest other tasks: {count}.",
  "placed.tie":
    "{node} is as good as {others:the other one that fits|{others} others that fit}. Which of equals is taken is chance.",
  "placed.elsewhere": "Were it placed now, it would go to {node}. Swarm does not move a task that runs.",
  "placed.unfit":
    "{node} would not be chosen now: it no longer passes the filter {filter}. Swarm does not move a task that runs.",

  assigned: "{node} was chosen; its agent has not taken it on yet.",
  unreachable: "{node} is {state}: it cannot be told anything, and what is shown is the last that was heard.",
  accepted: "{node} has taken it on.",
  "preparing.pull": "{node} pulls {image}.",
  "preparing.create": "{node} prepares the container of {image}.",
  ready: "It is prepared, and starts when it is told to.",
  "ready.delay": "It is prepared, and starts when the restart delay is over: in {leftMillis}.",
  "ready.old": "It is prepared, and starts when {task} has stopped, in {leftMillis} at the latest.",
  starting: "{node} starts its container.",
  "starting.health": "Its process runs. It counts as running when its health check succeeds for the first time.",
  running: "It has been running on {node} for {sinceMillis}.",
  complete: "Its process ended by itself with exit code 0.",
  "failed.exit": "Its process ended with exit code {exitCode}.",
  "failed.signal": "Its process was ended by signal {signal} (exit code {exitCode}).",
  "failed.unhealthy": "Its health check failed, so it was stopped (exit code {exitCode}).",
  "failed.error": "It failed: {error}",
  "rejected.error": "{node} could not prepare it: {error}",
  "rejected.enforcer":
    "The constraint enforcer turned it away: {node} no longer meets its constraints or its reservations.",
  orphaned: "Its node was removed from the swarm, or away for too long. Nobody knows what became of it.",

  "stop.update": "An update replaced it: it is of version {version}, its service of version {current}.",
  "stop.rollback": "A rollback replaced it: it is of version {version}, its service of version {current}.",
  "stop.scale": "Its service was scaled down to {replicas}.",
  "stop.service": "Its service was removed.",
  "stop.drain": "{node} was drained.",
  "stop.down": "{node} went down.",
  "stop.gone": "Its node was removed from the swarm.",
  "stop.constraint": "{node} no longer satisfies the constraints of its global service.",
  "stop.unknown": "The manager asked for it to stop.",
  stopping: "{node} takes it out of the load balancers and stops it; its process has {graceMillis} to end.",

  "restarted.ended": "It replaces {task}, which ended ({state}).",
  "restarted.moved": "It replaces {task}, whose node {node} became unfit.",
  "restarted.update": "It replaces {task} in an update to version {version}.",
  "policy.unlimited": "Restart policy: {condition}, after {delayMillis}, without limit.",
  "policy.attempts":
    "Restart policy: {condition}, after {delayMillis}; {used} of {most} {most:restart|restarts} {used:is|are} used.",
  "policy.window":
    "Restart policy: {condition}, after {delayMillis}; {used} of {most} {most:restart|restarts} within {windowMillis} {used:is|are} used.",
  "noRestart.none": "It is not replaced: the restart condition is none.",
  "noRestart.complete": "It is not replaced: the restart condition is on-failure, and it did not fail.",
  "noRestart.attempts": "It is not replaced: {most:its only restart is|all {most} restarts are} used.",
  replacedBy: "{task} took its place.",
} as const;

export type ReasonCode = keyof typeof sentences;
export type Values = Readonly<Record<string, string | number>>;

/** A reason, free of language, and its English sentence. */
export interface Reason {
  readonly code: ReasonCode;
  readonly values: Values;
  readonly text: string;
}

export const reason = (code: ReasonCode, values: Values = {}): Reason => ({
  code,
  values,
  text: chosen(sentences[code], values).replace(/\{(\w+)\}/g, (_whole, name: string) =>
    written(name, values[name] ?? ""),
  ),
});

/** Before values are put in: what a value says is never read as a choice. */
const chosen = (sentence: string, values: Values): string =>
  sentence.replace(/\{(\w+):((?:[^{}|]|\{\w+\})*)\|((?:[^{}|]|\{\w+\})*)\}/g, (_whole, name: string, one, many) =>
    values[name] === 1 ? one : many,
  );

function written(name: string, value: string | number): string {
  if (typeof value === "string") return value;
  if (name.endsWith("Millis")) return duration(value);
  if (name.endsWith("Bytes")) return size(value);
  return String(Math.round(value * 1000) / 1000);
}

function duration(millis: number): string {
  if (millis < 60_000) return `${Math.round(millis / 100) / 10} s`;
  const minutes = Math.round(millis / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

function size(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  for (; Math.abs(value) >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${Number(value.toPrecision(4))} ${units[unit]}`;
}
