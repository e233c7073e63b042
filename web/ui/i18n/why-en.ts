/** The English sentence of every reason of a task's state. */
import type { FilterName, ReasonCode } from "../../../src/api/explain";

export type WhyKey = `why.${ReasonCode}`;
export type FilterKey = `filter.${FilterName}`;

/** What each of the scheduler's filters looks at. */
export const filtersEn: Record<FilterKey, string> = {
  "filter.Ready": "The node is up, and active: neither paused nor drained.",
  "filter.Resource": "The CPUs and the memory that the task reserves are free.",
  "filter.Plugin": "The node has the volume and log drivers that the task uses.",
  "filter.Constraint": "The placement constraints of the service hold.",
  "filter.Platform": "The image is made for the node's system and processor.",
  "filter.HostPort": "No other task has the port that it publishes on the host itself.",
  "filter.MaxReplicas": "The node has fewer replicas of the service than a node may have.",
  "filter.Volumes": "The CSI volumes that the task mounts can be had.",
};

export const whyEn: Record<WhyKey, string> = {
  "why.new": "It was just created: addresses and ports are being given out.",
  "why.new.addresses":
    "Network {network} ({subnet}) has no address left: tasks, services and nodes have all {taken}. It waits until one is given back.",
  "why.pending.soon": "The scheduler has not looked at it yet. It comes by 50 ms after a change.",
  "why.pending.leaderless": "The swarm has no leader, so nothing is scheduled.",
  "why.pending.empty": "There is no node in the swarm.",
  "why.pending.none": "{nodes:The only node cannot|None of {nodes} nodes can} take it.",
  "why.pending.preassigned": "It may run on {node} and nowhere else: its service is global.",
  "why.pending.fits": "{node} could take it by now. The scheduler looks again when a node or a task changes.",
  "why.filter.Ready": "{nodes:The only node|{count} of {nodes} nodes} {count:takes|take} no new tasks.",
  "why.filter.Resource":
    "{nodes:The only node|{count} of {nodes} nodes} {count:has|have} too little left of what it reserves.",
  "why.filter.Plugin": "{nodes:The only node|{count} of {nodes} nodes} {count:lacks|lack} a plugin that it needs.",
  "why.filter.Constraint":
    "{nodes:The only node|{count} of {nodes} nodes} {count:does|do} not satisfy its placement constraints.",
  "why.filter.Platform":
    "{nodes:The only node|{count} of {nodes} nodes} {count:is|are} of another platform than its image.",
  "why.filter.HostPort": "On {nodes:the only node|{count} of {nodes} nodes} its host port is taken.",
  "why.filter.MaxReplicas":
    "{nodes:The only node|{count} of {nodes} nodes} {count:has|have} as many replicas as a node may have.",
  "why.filter.Volumes": "{nodes:The only node|{count} of {nodes} nodes} cannot provide its CSI volumes.",
  "why.node.down": "The node is down.",
  "why.node.unknown": "The node has not been heard of since the leader changed.",
  "why.node.disconnected": "The node is disconnected.",
  "why.node.pause": "The node is paused: it keeps its tasks and takes no new ones.",
  "why.node.drain": "The node is drained.",
  "why.resource.cpu": "It needs {neededCpus} {neededCpus:CPU|CPUs}; {freeCpus} of {totalCpus} are free.",
  "why.resource.memory": "It needs {neededBytes} of memory; {freeBytes} of {totalBytes} are free.",
  "why.resource.generic": "It needs {needed} of {kind}; {free} are free.",
  "why.plugin.volume": "The node has no volume driver {plugin}.",
  "why.plugin.log": "The node has no log driver {plugin}.",
  "why.constraint.differs": "{constraint} does not hold: the node has {actual}.",
  "why.constraint.absent": "{constraint} does not hold: the node has no such label.",
  "why.constraint.never": "{constraint} never holds: no node has anything of that name.",
  "why.platform.differs": "The image is for {wanted}; the node is {actual}.",
  "why.port.taken": "Host port {port} is taken by {task}.",
  "why.replicas.full": "The node has {present} {present:replica|replicas}, and may have {most}.",
  "why.volume.csi": "The node has no CSI plugin.",
  "why.placed.global": "Its service is global: one task on each node that fits.",
  "why.placed.only": "{node} is the only {nodes:node, and it|one of {nodes} nodes that} fits.",
  "why.placed.branch": "Of the groups by {label}, {branch} has the fewest tasks of this service: {count}.",
  "why.placed.failures": "{node} has fewer recent failures of this service than the others that fit: {count}.",
  "why.placed.serviceTasks": "Of {fitting} nodes that fit, {node} has the fewest other tasks of this service: {count}.",
  "why.placed.totalTasks":
    "Of {fitting} nodes that fit and are level in this service's tasks, {node} has the fewest other tasks: {count}.",
  "why.placed.tie":
    "{node} is as good as {others:the other one that fits|{others} others that fit}. Which of equals is taken is chance.",
  "why.placed.elsewhere": "Were it placed now, it would go to {node}. Swarm does not move a task that runs.",
  "why.placed.unfit":
    "{node} would not be chosen now: it no longer passes the filter {filter}. Swarm does not move a task that runs.",
  "why.assigned": "{node} was chosen; its agent has not taken it on yet.",
  "why.unreachable": "{node} is {state}: it cannot be told anything, and what is shown is the last that was heard.",
  "why.accepted": "{node} has taken it on.",
  "why.preparing.pull": "{node} pulls {image}.",
  "why.preparing.create": "{node} prepares the container of {image}.",
  "why.ready": "It is prepared, and starts when it is told to.",
  "why.ready.delay": "It is prepared, and starts when the restart delay is over: in {leftMillis}.",
  "why.ready.old": "It is prepared, and starts when {task} has stopped, in {leftMillis} at the latest.",
  "why.starting": "{node} starts its container.",
  "why.starting.health": "Its process runs. It counts as running when its health check succeeds for the first time.",
  "why.running": "It has been running on {node} for {sinceMillis}.",
  "why.complete": "Its process ended by itself with exit code 0.",
  "why.failed.exit": "Its process ended with exit code {exitCode}.",
  "why.failed.signal": "Its process was ended by signal {signal} (exit code {exitCode}).",
  "why.failed.unhealthy": "Its health check failed, so it was stopped (exit code {exitCode}).",
  "why.failed.error": "It failed: {error}",
  "why.rejected.error": "{node} could not prepare it: {error}",
  "why.rejected.enforcer":
    "The constraint enforcer turned it away: {node} no longer meets its constraints or its reservations.",
  "why.orphaned": "Its node was removed from the swarm, or away for too long. Nobody knows what became of it.",
  "why.stop.update": "An update replaced it: it is of version {version}, its service of version {current}.",
  "why.stop.rollback": "A rollback replaced it: it is of version {version}, its service of version {current}.",
  "why.stop.scale": "Its service was scaled down to {replicas}.",
  "why.stop.service": "Its service was removed.",
  "why.stop.drain": "{node} was drained.",
  "why.stop.down": "{node} went down.",
  "why.stop.gone": "Its node was removed from the swarm.",
  "why.stop.constraint": "{node} no longer satisfies the constraints of its global service.",
  "why.stop.unknown": "The manager asked for it to stop.",
  "why.stopping": "{node} takes it out of the load balancers and stops it; its process has {graceMillis} to end.",
  "why.restarted.ended": "It replaces {task}, which ended ({state}).",
  "why.restarted.moved": "It replaces {task}, whose node {node} became unfit.",
  "why.restarted.update": "It replaces {task} in an update to version {version}.",
  "why.policy.unlimited": "Restart policy: {condition}, after {delayMillis}, without limit.",
  "why.policy.attempts":
    "Restart policy: {condition}, after {delayMillis}; {used} of {most} {most:restart|restarts} {used:is|are} used.",
  "why.policy.window":
    "Restart policy: {condition}, after {delayMillis}; {used} of {most} {most:restart|restarts} within {windowMillis} {used:is|are} used.",
  "why.noRestart.none": "It is not replaced: the restart condition is none.",
  "why.noRestart.complete": "It is not replaced: the restart condition is on-failure, and it did not fail.",
  "why.noRestart.attempts": "It is not replaced: {most:its only restart is|all {most} restarts are} used.",
  "why.replacedBy": "{task} took its place.",
};
