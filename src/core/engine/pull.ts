/**
 * `docker pull`: resolves a name in the catalogue or the registry, then walks its layers with Docker's own progress
 * lines over simulated time, and puts the image into the machine's store. Also what a build's FROM and a swarm's agent
 * do. Refusals end up in the operation's row.
 */
import { decodeUtf8, encodeUtf8 } from "../bytes";
import { invalidParameter, notFound, systemError } from "../errors";
import { daemonRuns } from "../net/links";
import type { Tx } from "../room";
import type { Millis } from "../time/agenda";
import type { ResolvedImage, ResolvedLayer } from "./catalog";
import { contentOf, digestOf, imageByDigest } from "./catalog-images";
import { needSpace, temporaryName } from "./disk";
import { contentId, type ImageContent, imageIdOf, readConfigDocument } from "./image-document";
import { addDigest, addImage, byReference, imageEvent, tagImage } from "./images";
import { addCatalogLayer, addSource, type LayerEntry, putLayer } from "./layers";
import { attempt, bar, beginOperation, fail, finish, line, type Message, tell } from "./progress";
import { canonicalName, familiarName, familiarString, parseReference, type Reference, withTag } from "./references";
import { registryLine } from "./registry-line";
import { ask, type ImageDocument, type ManifestAnswer, type StoredLayer } from "./registry-requests";

/** Time of one question to the registry. */
const ROUND_TRIP: Millis = 180;
/** Simulated bandwidth and speed of unpacking, bytes per millisecond: python:2.7-slim takes about two seconds. */
const DOWNLOAD_RATE = 50_000;
const EXTRACT_RATE = 200_000;
/** Where nothing comes, TCP looks again so often. */
const STALLED: Millis = 5_000;

interface Scheduled {
  readonly after: Millis;
  readonly message: Message;
}

interface PullState {
  readonly reference: Reference;
  /** The operation whose stream the messages go to: its own, or a build's. */
  readonly stream: string;
  readonly resolved?: { readonly catalog?: string; readonly document?: string; readonly digest: string };
  readonly plan?: readonly Scheduled[];
  readonly at?: number;
  /** Bytes per millisecond that the plan reckons with, and what is left of a wait at that rate. */
  readonly rate?: number;
  readonly left?: Millis;
}

/** Starts a pull; returns the operation's id. Throws only when the name is none. `stream` sends the progress elsewhere. */
export function pullImage(
  tx: Tx,
  machine: string,
  args: { reference: string; auth?: string; stream?: string },
): string {
  const reference = withTag(parseReference(args.reference));
  const operation = beginOperation(tx, machine, "pull", {});
  const state: PullState = { reference, stream: args.stream ?? operation.id };
  tx.table("operations").patch(operation.id, { data: state });
  const { broken, question } = registryLine(tx, machine);
  tx.schedule("pull.resolve", operation.id, broken?.after ?? question(ROUND_TRIP));
  return operation.id;
}

/**
 * A pull for a task. Tasks of a machine that want the same image at the same time wait for one: its layers come over the wire
 * once (moby `distribution/xfer`).
 */
export function sharePull(tx: Tx, machine: string, args: { reference: string }): string {
  const { reference } = args;
  const running = tx.table("operations").first("shared", `${machine}/${reference}`);
  const id = running?.id ?? pullImage(tx, machine, args);
  tx.table("operations").patch(id, { shared: { reference, by: (running?.shared?.by ?? 0) + 1 } });
  return id;
}

const stateOf = (tx: Tx, id: string) => tx.table("operations").get(id)?.data as PullState | undefined;

/** Timer: the registry's answer is there. */
export function resolvePull(tx: Tx, id: string): void {
  const state = stateOf(tx, id);
  if (!state) return;
  attempt(tx, id, () => {
    const { reference } = state;
    const { broken } = registryLine(tx, tx.table("operations").get(id)?.machine ?? "");
    if (broken) throw broken.error;
    const found = reference.domain === "docker.io" ? findInCatalog(tx, reference) : undefined;
    if (found)
      startLayers(tx, id, {
        ...state,
        resolved: { catalog: `${found.image.repository}:${found.image.tags[0]}`, digest: digestOf(found) },
      });
    else if (mayBePushed(reference))
      ask(tx, id, "registry.manifest", {
        repository: canonicalName(reference),
        reference: reference.digest ?? reference.tag,
      });
    else throw refusal(tx, reference);
  });
}

/** Official images are the catalogue's alone: nobody can push to `library/`. */
const mayBePushed = ({ domain, path }: Reference) => domain === "docker.io" && !path.startsWith("library/");

function findInCatalog(tx: Tx, reference: Reference): ResolvedImage | undefined {
  const name = familiarName(reference);
  if (!reference.digest) return tx.catalog.find(name, reference.tag ?? "latest");
  return imageByDigest(tx.catalog, name, reference.digest);
}

function refusal(tx: Tx, reference: Reference) {
  const name = familiarName(reference);
  if (reference.domain !== "docker.io") {
    const address = reference.domain.split(":")[0];
    const detail = /^(localhost|127\.)/.test(reference.domain)
      ? `dial tcp 127.0.0.1:${reference.domain.split(":")[1] ?? "80"}: connect: connection refused`
      : `dial tcp: lookup ${address}: no such host`;
    const scheme = /^(localhost|127\.)/.test(reference.domain) ? "http" : "https";
    return systemError(`Get "${scheme}://${reference.domain}/v2/": ${detail}`);
  }
  if (!tx.catalog.hasRepository(name))
    return notFound(
      `pull access denied for ${name}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
    );
  const what = reference.digest ? `${name}@${reference.digest}` : `${name}:${reference.tag}`;
  return notFound(`manifest for ${what} not found: manifest unknown: manifest unknown`);
}

/** The registry's word on a pushed image. */
export function manifestAnswered(tx: Tx, id: string, answer: ManifestAnswer & { known?: boolean }): void {
  const state = stateOf(tx, id);
  if (!state) return;
  attempt(tx, id, () => {
    const { manifest } = answer;
    if (!manifest && answer.known) {
      const { reference } = state;
      throw notFound(`manifest for ${familiarString(reference)} not found: manifest unknown: manifest unknown`);
    }
    if (!manifest) throw refusal(tx, state.reference);
    const document = JSON.parse(manifest.document) as ImageDocument;
    const missing = document.blobs.filter((digest) => tx.blobs.get(digest) === undefined);
    const next: PullState = {
      ...state,
      resolved: { document: tx.blobs.put(encodeUtf8(manifest.document)), digest: manifest.digest },
    };
    tx.table("operations").patch(id, { data: next });
    if (missing.length > 0) ask(tx, id, "registry.blobs", { digests: missing });
    else startLayers(tx, id, next);
  });
}

export function blobsAnswered(tx: Tx, id: string, answer: { missing?: readonly string[] }): void {
  const state = stateOf(tx, id);
  if (!state) return;
  if (answer.missing?.length) fail(tx, id, { message: `unknown blob`, kind: "notFound" });
  else startLayers(tx, id, state);
}

type PulledLayer = Pick<ResolvedLayer, "diffId" | "digest" | "compressedSize">;

function startLayers(tx: Tx, id: string, state: PullState): void {
  const machine = tx.table("operations").get(id)?.machine ?? "";
  const { reference } = state;
  const first: Message = { status: `Pulling from ${reference.path}`, id: reference.tag ?? reference.digest };
  const plan = [
    { after: 0, message: first },
    ...planLayers(tx, machine, layersOf(tx, state), isPresent(tx, machine, state)),
  ];
  const rate = registryLine(tx, machine).rate(DOWNLOAD_RATE);
  tx.table("operations").patch(id, { data: { ...state, plan, at: 0, rate } });
  tx.schedule("pull.step", id, 0);
}

function layersOf(tx: Tx, state: PullState): readonly PulledLayer[] {
  if (state.resolved?.catalog) return catalogImage(tx, state.resolved.catalog).layers;
  return documentOf(tx, state).layers;
}

function catalogImage(tx: Tx, name: string): ResolvedImage {
  const cut = name.lastIndexOf(":");
  const found = tx.catalog.find(name.slice(0, cut), name.slice(cut + 1));
  if (!found) throw notFound(`manifest for ${name} not found: manifest unknown: manifest unknown`);
  return found;
}

function documentOf(tx: Tx, state: PullState): ImageDocument {
  const bytes = tx.blobs.get(state.resolved?.document ?? "");
  if (!bytes) throw invalidParameter("unknown blob");
  return JSON.parse(decodeUtf8(bytes)) as ImageDocument;
}

/** Whether the machine has the very image already: then no layer is spoken of. */
function isPresent(tx: Tx, machine: string, state: PullState): boolean {
  const id = state.resolved?.catalog
    ? contentId(contentOf(catalogImage(tx, state.resolved.catalog)))
    : imageIdOf(documentOf(tx, state).config);
  return tx.table("images").has(`${machine}/${id}`);
}

/** When each layer says what. Three at a time come over the wire, unpacking goes from the bottom up. */
function planLayers(tx: Tx, machine: string, layers: readonly PulledLayer[], present: boolean): Scheduled[] {
  if (present) return [];
  const known = new Set<string>();
  for (const image of tx.table("images").by("machine", machine)) for (const layer of image.layers) known.add(layer);
  const plan: Scheduled[] = [];
  const missing = layers.filter((layer) => !known.has(layer.diffId));
  const rate = registryLine(tx, machine).rate(DOWNLOAD_RATE);
  for (const layer of layers)
    plan.push({
      after: 0,
      message: line(known.has(layer.diffId) ? "Already exists" : "Pulling fs layer", short(layer)),
    });
  for (const layer of missing.slice(3)) plan.push({ after: 0, message: line("Waiting", short(layer)) });
  const lanes = [40, 40, 40];
  let extracted = 0;
  for (const layer of missing) {
    const lane = lanes.indexOf(Math.min(...lanes));
    const downloaded = download(plan, layer, lanes[lane] as number, rate);
    lanes[lane] = downloaded;
    extracted = extract(plan, layer, Math.max(downloaded, extracted));
  }
  return plan.sort((a, b) => a.after - b.after);
}

const short = (layer: PulledLayer) => layer.digest.slice(7, 19);

function download(plan: Scheduled[], layer: PulledLayer, start: Millis, rate: number): Millis {
  const { compressedSize: total } = layer;
  const duration = 20 + total / rate;
  const pieces = Math.min(6, Math.ceil(duration / 100));
  for (let n = 1; n <= pieces; n++)
    plan.push({
      after: start + (duration * n) / (pieces + 1),
      message: bar("Downloading", short(layer), Math.floor((total * n) / (pieces + 1)), total),
    });
  plan.push({ after: start + duration, message: line("Verifying Checksum", short(layer)) });
  plan.push({ after: start + duration, message: line("Download complete", short(layer)) });
  return start + duration;
}

function extract(plan: Scheduled[], layer: PulledLayer, start: Millis): Millis {
  const { compressedSize: total } = layer;
  const duration = 15 + total / EXTRACT_RATE;
  plan.push({ after: start, message: bar("Extracting", short(layer), Math.min(total, 32_768), total) });
  plan.push({ after: start + duration - 1, message: bar("Extracting", short(layer), total, total) });
  plan.push({ after: start + duration, message: line("Pull complete", short(layer)) });
  return start + duration;
}

/** Timer: says what is due and sets the next. */
export function stepPull(tx: Tx, id: string): void {
  const state = stateOf(tx, id);
  if (!state?.plan) return;
  const { plan } = state;
  const machine = tx.table("operations").get(id)?.machine ?? "";
  if (plan.length > 1 && stalled(tx, id, machine)) return;
  if (state.left) {
    waitOn(tx, id, state, state.left);
    return;
  }
  let at = state.at ?? 0;
  const due = plan[at]?.after ?? 0;
  for (; at < plan.length && (plan[at] as Scheduled).after <= due; at++)
    tell(tx, state.stream, (plan[at] as Scheduled).message);
  const next = plan[at];
  if (!next) {
    attempt(tx, id, () => completePull(tx, id, state));
    return;
  }
  waitOn(tx, id, { ...state, at }, next.after - due);
}

/** Waits for the plan's next line, a long time bit by bit: a line that was mended meanwhile brings it sooner. */
function waitOn(tx: Tx, id: string, state: PullState, millis: Millis): void {
  const machine = tx.table("operations").get(id)?.machine ?? "";
  const now = registryLine(tx, machine).rate(DOWNLOAD_RATE);
  const pace = Math.min(1, (state.rate ?? now) / now); // one that got worse does not change what is planned
  const bit = Math.min(millis * pace, STALLED);
  tx.table("operations").patch(id, { data: { ...state, left: millis * pace > bit ? millis - bit / pace : 0 } });
  tx.schedule("pull.step", id, bit);
}

/** Bytes cannot come or cannot be kept. What is on its way waits for the cable; a full disk ends it. */
function stalled(tx: Tx, id: string, machine: string): boolean {
  if (!daemonRuns(tx, machine)) {
    fail(tx, id, { message: "context canceled" });
    return true;
  }
  attempt(tx, id, () => needSpace(tx, machine, "write", () => temporaryName(tx, "GetImageBlob")));
  if (tx.table("operations").get(id)?.state === "failed") return true;
  if (!registryLine(tx, machine).broken) return false;
  tx.schedule("pull.step", id, STALLED);
  return true;
}

function completePull(tx: Tx, id: string, state: PullState): void {
  const machine = tx.table("operations").get(id)?.machine ?? "";
  const { reference, stream } = state;
  const digest = state.resolved?.digest ?? "";
  const before = byReference(tx, machine, reference);
  const content = state.resolved?.catalog
    ? addCatalogLayers(tx, reference, catalogImage(tx, state.resolved.catalog))
    : addStoredLayers(tx, reference, documentOf(tx, state));
  const row = addImage(tx, machine, content);
  if (!reference.digest) tagImage(tx, row, reference, false);
  addDigest(tx, row, reference, digest);
  const { shared } = tx.table("operations").get(id) ?? {};
  for (let n = 0; n < (shared?.by ?? 1); n++)
    imageEvent(tx, row, "pull", familiarString(reference), familiarString(reference));
  tell(tx, stream, { status: `Digest: ${digest}` });
  const verdict = before?.id === row.id ? "Image is up to date for" : "Downloaded newer image for";
  tell(tx, stream, { status: `Status: ${verdict} ${familiarString(reference)}` });
  tx.table("operations").patch(id, { data: { ...state, plan: [] } });
  finish(tx, id);
}

function addCatalogLayers(tx: Tx, reference: Reference, image: ResolvedImage): ImageContent {
  for (const layer of image.layers) addCatalogLayer(tx, layer, canonicalName(reference));
  return contentOf(image);
}

/** Makes the rows of a pushed image's layers. */
export function addStoredLayers(tx: Tx, reference: Reference, document: ImageDocument): ImageContent {
  for (const layer of document.layers) addStoredLayer(tx, layer, canonicalName(reference));
  return readConfigDocument(document.config);
}

function addStoredLayer(tx: Tx, layer: StoredLayer, repository: string): void {
  const known = tx.table("layers").get(layer.diffId);
  if (known) {
    addSource(tx, known, repository);
    return;
  }
  const { diffId: id, size, digest, compressedSize, reference } = layer;
  const row = { id, size, digest, compressedSize, from: [repository] };
  if (reference) {
    tx.table("layers").put({ ...row, source: "catalog", reference });
    return;
  }
  const listing = tx.blobs.get(layer.entries ?? "");
  if (!listing) throw invalidParameter("unknown blob");
  putLayer(tx, { ...row, source: "tree" }, JSON.parse(decodeUtf8(listing)) as LayerEntry[]);
}
