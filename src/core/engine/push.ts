/**
 * `docker push`: says what becomes of each layer, then hands manifest and blobs to the registry through the host. Only
 * the owner of a name space may push to it; nobody may push to `library/`.
 */
import { encodeUtf8 } from "../bytes";
import { sha256 } from "../digest";
import { forbidden, notFound } from "../errors";
import { treeEntries } from "../machine/file-ops";
import type { Tx } from "../room";
import type { Millis } from "../time/agenda";
import { configDocument, manifestDocument, shortId } from "./image-document";
import { addDigest, byReference, imageEvent } from "./images";
import { addSource } from "./layers";
import { attempt, bar, beginOperation, fail, finish, line, type Message, tell } from "./progress";
import { canonicalName, familiarName, familiarString, parseReference, type Reference } from "./references";
import { registryLine } from "./registry-line";
import { ask, type ImageDocument, type StoredLayer } from "./registry-requests";
import type { ImageRow, LayerRow } from "./tables";

/** Simulated upload bandwidth, bytes per millisecond. */
const UPLOAD_RATE = 40_000;
const ROUND_TRIP: Millis = 150;

interface Scheduled {
  readonly after: Millis;
  readonly message: Message;
}

interface PushState {
  readonly reference: Reference;
  readonly tags: readonly string[]; // still to be pushed; the first is on its way
  readonly username: string;
  readonly plan: readonly Scheduled[];
  readonly at: number;
  readonly asked?: boolean; // the registry did not answer the first time
  readonly digest?: string;
  readonly size?: number;
}

/** Starts a push; returns the operation's id. Without a tag, all of the repository's. Throws when the name is none. */
export function pushImage(
  tx: Tx,
  machine: string,
  args: { repository: string; tag?: string; username?: string },
): string {
  const reference = parseReference(args.repository);
  const tags = args.tag ? [args.tag] : localTags(tx, machine, reference);
  const state: PushState = { reference, tags, username: args.username ?? "", plan: [], at: 0 };
  const operation = beginOperation(tx, machine, "push", state);
  tx.schedule("push.step", operation.id, 0);
  return operation.id;
}

function localTags(tx: Tx, machine: string, reference: Reference): string[] {
  const prefix = `${familiarName(reference)}:`;
  const names = tx
    .table("images")
    .by("machine", machine)
    .flatMap((row) => row.repoTags);
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

/** Timer: the next lines, or the next tag. */
export function stepPush(tx: Tx, id: string): void {
  const operation = tx.table("operations").get(id);
  if (operation?.state !== "running") return;
  const state = operation.data as PushState;
  attempt(tx, id, () => {
    if (state.plan.length === 0) begin(tx, id, operation.machine, state);
    else proceed(tx, id, operation.machine, state);
  });
}

function begin(tx: Tx, id: string, machine: string, state: PushState): void {
  const { broken } = registryLine(tx, machine);
  if (broken && imageOf(tx, machine, state)) {
    if (!state.asked) {
      tx.table("operations").patch(id, { data: { ...state, asked: true } });
      tx.schedule("push.step", id, broken.after);
      return;
    }
    tell(tx, id, { status: `The push refers to repository [${canonicalName(state.reference)}]` });
    throw broken.error;
  }
  tell(tx, id, { status: `The push refers to repository [${canonicalName(state.reference)}]` });
  const name = familiarName(state.reference);
  const image = imageOf(tx, machine, state);
  if (!image) throw notFound(`An image does not exist locally with the tag: ${name}`);
  const layers = layersOf(tx, image);
  for (const layer of layers) tell(tx, id, line("Preparing", shortId(layer.id)));
  const rate = registryLine(tx, machine).rate(UPLOAD_RATE);
  const plan = mayPush(state) ? planUploads(layers, canonicalName(state.reference), rate) : [];
  const end = Math.max(ROUND_TRIP, plan.at(-1)?.after ?? 0);
  tx.table("operations").patch(id, { data: { ...state, plan: [...plan, { after: end, message: {} }], at: 0 } });
  tx.schedule("push.step", id, plan[0]?.after ?? ROUND_TRIP);
}

const imageOf = (tx: Tx, machine: string, { reference, tags }: PushState) =>
  tags[0] === undefined ? undefined : byReference(tx, machine, { ...reference, tag: tags[0] });

/** Topmost first, as the lines come. */
const layersOf = (tx: Tx, image: ImageRow) =>
  [...image.layers].reverse().flatMap((diffId) => tx.table("layers").get(diffId) ?? []);

const mayPush = ({ reference, username }: PushState) =>
  reference.domain === "docker.io" && username !== "" && reference.path.split("/")[0] === username;

function planUploads(layers: readonly LayerRow[], repository: string, rate: number): Scheduled[] {
  const plan: Scheduled[] = [];
  for (const layer of layers) {
    const id = shortId(layer.id);
    if (layer.from?.includes(repository)) plan.push({ after: ROUND_TRIP, message: line("Layer already exists", id) });
    else if (layer.from?.[0]?.startsWith("docker.io/"))
      plan.push({ after: ROUND_TRIP, message: line(`Mounted from ${layer.from[0].slice(10)}`, id) });
    else upload(plan, layer, id, rate);
  }
  return plan.sort((a, b) => a.after - b.after);
}

function upload(plan: Scheduled[], layer: LayerRow, id: string, rate: number): void {
  const duration = 60 + (layer.compressedSize ?? layer.size) / rate;
  const pieces = layer.size === 0 ? 0 : Math.min(6, Math.ceil(duration / 100));
  for (let n = 1; n <= pieces; n++)
    plan.push({
      after: ROUND_TRIP + (duration * n) / (pieces + 1),
      message: bar("Pushing", id, Math.floor((layer.size * n) / (pieces + 1)), layer.size),
    });
  plan.push({ after: ROUND_TRIP + duration, message: line("Pushed", id) });
}

function proceed(tx: Tx, id: string, machine: string, state: PushState): void {
  const { plan } = state;
  let { at } = state;
  const due = plan[at]?.after ?? 0;
  for (; at < plan.length - 1 && (plan[at] as Scheduled).after <= due; at++)
    tell(tx, id, (plan[at] as Scheduled).message);
  if (at < plan.length - 1) {
    tx.table("operations").patch(id, { data: { ...state, at } });
    tx.schedule("push.step", id, (plan[at] as Scheduled).after - due);
    return;
  }
  if (!mayPush(state)) throw forbidden("denied: requested access to the resource is denied");
  const image = imageOf(tx, machine, state);
  if (!image) throw notFound(`An image does not exist locally with the tag: ${familiarName(state.reference)}`);
  const stored = storeImage(tx, image);
  tx.table("operations").patch(id, { data: { ...state, at, digest: stored.digest, size: stored.size } });
  const manifest = { digest: stored.digest, document: JSON.stringify(stored.document) };
  ask(tx, id, "registry.push", {
    repository: canonicalName(state.reference),
    tag: state.tags[0],
    manifest,
    blobs: stored.document.blobs,
  });
}

/** What a registry keeps of an image. */
export function storeImage(tx: Tx, image: ImageRow): { digest: string; size: number; document: ImageDocument } {
  const config = configDocument(image);
  const rows = image.layers.flatMap((diffId) => tx.table("layers").get(diffId) ?? []);
  const manifest = manifestDocument(config, rows);
  const blobs = new Set<string>();
  const layers = rows.map((row) => storeLayer(tx, row, blobs));
  return {
    digest: `sha256:${sha256(manifest)}`,
    size: manifest.length,
    document: { config, layers, blobs: [...blobs] },
  };
}

function storeLayer(tx: Tx, row: LayerRow, blobs: Set<string>): StoredLayer {
  const { id: diffId, size, digest = "", compressedSize = 0, reference } = row;
  const layer = { diffId, size, digest, compressedSize };
  if (row.source === "catalog") return { ...layer, ...(reference ? { reference } : {}) };
  const entries = treeEntries(tx, `layer:${diffId}`).map(({ id: _, tree: __, ...entry }) => entry);
  for (const entry of entries) if (entry.blob) blobs.add(entry.blob);
  const listing = tx.blobs.put(encodeUtf8(JSON.stringify(entries)));
  blobs.add(listing);
  return { ...layer, entries: listing };
}

/** The registry has it. */
export function pushAnswered(tx: Tx, id: string, answer: { error?: string }): void {
  const operation = tx.table("operations").get(id);
  if (!operation) return;
  const state = operation.data as PushState;
  if (answer.error) {
    fail(tx, id, { message: answer.error });
    return;
  }
  const { digest = "", size = 0, tags, reference } = state;
  const image = imageOf(tx, operation.machine, state);
  if (image) {
    for (const layer of layersOf(tx, image)) addSource(tx, layer, canonicalName(reference));
    addDigest(tx, image, reference, digest);
    const name = familiarString({ ...reference, tag: tags[0] });
    imageEvent(tx, image, "push", name, name);
  }
  tell(tx, id, { status: `${tags[0]}: digest: ${digest} size: ${size}` });
  tell(tx, id, { progressDetail: {}, aux: { Tag: tags[0], Digest: digest, Size: size } });
  const rest = tags.slice(1);
  if (rest.length === 0) {
    finish(tx, id);
    return;
  }
  tx.table("operations").patch(id, { data: { ...state, tags: rest, plan: [], at: 0 } });
  tx.schedule("push.step", id, 0);
}
