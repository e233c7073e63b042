import { expect, test } from "vitest";
import { catalogue, findCatalogImage, hasCatalogRepository } from "./index";

const total = (name: string, tag: string) =>
  findCatalogImage(name, tag)?.layers.reduce((sum, layer) => sum + layer.size, 0);

test("shows the sizes that Docker Hub's images have", () => {
  expect(total("python", "2.7-slim")).toBe(148_000_000);
  expect(total("alpine", "latest")).toBe(8_322_560);
  expect(total("nginx", "latest")).toBeCloseTo(192_000_000, -5);
  expect(total("hello-world", "latest")).toBe(10_072);
});

test("no tag of a repository stands for two images", () => {
  const names = catalogue.flatMap((image) => image.tags.map((tag) => `${image.repository}:${tag}`));
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

test("every layer has a size and every history line its layer", () => {
  for (const image of catalogue) {
    expect(image.history.filter((line) => !line.emptyLayer)).toHaveLength(image.layers.length);
    for (const layer of image.layers) expect(layer.size, image.tags[0]).toBeGreaterThanOrEqual(0);
  }
});

test("knows a repository apart from its tags", () => {
  expect(findCatalogImage("python", "9.9")).toBeUndefined();
  expect(hasCatalogRepository("python")).toBe(true);
  expect(hasCatalogRepository("nosuch")).toBe(false);
});

test("links of an image lead to files of the image", () => {
  const files = new Set(
    findCatalogImage("python", "2.7-slim")?.layers.flatMap((layer) => layer.files.map((file) => file.path)),
  );
  for (const path of [
    "/usr/local/bin/python",
    "/usr/local/bin/python2",
    "/usr/local/bin/python2.7",
    "/usr/local/bin/pip",
    "/usr/bin/sh",
  ]) {
    expect(files, path).toContain(path);
  }
});
