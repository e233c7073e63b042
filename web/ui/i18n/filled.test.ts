import { expect, it } from "vitest";
import { sentences } from "../../../src/core/swarm/explain/sentences";
import { filled } from ".";
import { whyEn } from "./why-en";

it("chooses between one and many, then fills the places", () => {
  const sentence = "{nodes:The only node cannot|None of {nodes} nodes can} take {what}.";
  expect(filled(sentence, { nodes: 1, what: "it" })).toBe("The only node cannot take it.");
  expect(filled(sentence, { nodes: "3", what: "it" })).toBe("None of 3 nodes can take it.");
});

it("reads no choice out of a value", () => {
  expect(filled("It failed: {error}", { error: "{error:a|b}" })).toBe("It failed: {error:a|b}");
});

it("words reasons as the API does", () => {
  const worded = Object.fromEntries(Object.entries(whyEn).map(([key, text]) => [key.slice("why.".length), text]));
  expect(worded).toEqual(sentences);
});
