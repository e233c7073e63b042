/** `docker images` and `docker image ls`. */
import type { Command, Context } from "../../command";
import { filtersQuery } from "../../filters";
import type { ListFormat } from "../../format/list";
import { renderList } from "../../format/list";
import { goTime, shortId } from "../../format/text";
import { humanDuration, humanSize } from "../../format/units";
import { imageLs, images as imagesSpec } from "../../options/image";

export interface ImageSummary {
  Id: string;
  RepoTags?: string[] | null;
  RepoDigests?: string[] | null;
  Created: number;
  Size: number;
  SharedSize?: number;
  Containers?: number;
}

interface Row {
  image: ImageSummary;
  repository: string;
  tag: string;
  digest: string;
}

export function imageFormat(now: number, noTrunc: boolean, digests: boolean): ListFormat<Row> {
  const known = (value: number | undefined, text: (n: number) => string) =>
    value === undefined || value < 0 ? "N/A" : text(value);
  return {
    goType: "*formatter.imageContext",
    headers: {
      ID: "IMAGE ID",
      Repository: "REPOSITORY",
      Tag: "TAG",
      Digest: "DIGEST",
      CreatedSince: "CREATED",
      CreatedAt: "CREATED AT",
      Size: "SIZE",
      Containers: "CONTAINERS",
      VirtualSize: "SIZE",
      SharedSize: "SHARED SIZE",
      UniqueSize: "UNIQUE SIZE",
    },
    table: `table {{.Repository}}\\t{{.Tag}}${digests ? "\\t{{.Digest}}" : ""}\\t{{.ID}}\\t{{.CreatedSince}}\\t{{.Size}}`,
    quiet: "{{.ID}}",
    raw: `repository: {{.Repository}}\\n{{if .Tag}}tag: {{.Tag}}\\n{{end}}image_id: {{.ID}}\\ncreated_at: {{.CreatedAt}}\\nvirtual_size: {{.Size}}\\n`,
    fields: ({ image, repository, tag, digest }) => ({
      ID: () => (noTrunc ? image.Id : shortId(image.Id)),
      Repository: () => repository,
      Tag: () => tag,
      Digest: () => digest,
      CreatedSince: () => (image.Created > 0 ? `${humanDuration(now - image.Created * 1000)} ago` : "N/A"),
      CreatedAt: () => goTime(image.Created),
      Size: () => humanSize(image.Size, 3),
      Containers: () => known(image.Containers, String),
      VirtualSize: () => humanSize(image.Size, 3),
      SharedSize: () => known(image.SharedSize, (n) => humanSize(n, 3)),
      UniqueSize: () => known(image.SharedSize, (n) => humanSize(image.Size - n, 3)),
    }),
  };
}

/** One row per tag, and per digest where digests are shown. */
export function imageRows(images: readonly ImageSummary[], digests: boolean): Row[] {
  return images.flatMap((image) => rowsOf(image, digests));
}

function rowsOf(image: ImageSummary, showDigests: boolean): Row[] {
  const tags = (image.RepoTags ?? []).filter((tag) => tag !== "<none>:<none>");
  const digests = (image.RepoDigests ?? []).filter((digest) => digest !== "<none>@<none>");
  const digestOf = new Map(digests.map((text) => text.split("@") as [string, string]));
  if (tags.length === 0) {
    const repository = digests[0]?.split("@")[0] ?? "<none>";
    return [{ image, repository, tag: "<none>", digest: digestOf.get(repository) ?? "<none>" }];
  }
  return tags.map((name) => {
    const at = name.lastIndexOf(":");
    const repository = name.slice(0, at);
    const digest = showDigests ? (digestOf.get(repository) ?? "<none>") : "<none>";
    return { image, repository, tag: name.slice(at + 1), digest };
  });
}

async function list(ctx: Context): Promise<void> {
  const { flags } = ctx;
  const quiet = flags.bool("quiet");
  const reference = ctx.args[0] === undefined ? [] : [`reference=${ctx.args[0]}`];
  const images = await ctx.client.get<ImageSummary[]>("/images/json", {
    all: flags.bool("all"),
    filters: filtersQuery([...flags.list("filter"), ...reference]),
  });
  const format = flags.string("format") || (quiet ? "" : ctx.config.format("imagesFormat"));
  const digests = flags.bool("digests");
  const shape = imageFormat(ctx.sys.clock.now(), flags.bool("no-trunc"), digests);
  await ctx.out(renderList(shape, imageRows(images, digests || format.includes(".Digest")), { format, quiet }));
}

export const ls: Command = { ...imageLs, completes: ["image"], run: list };
export const images: Command = { ...imagesSpec, completes: ["image"], run: list };
