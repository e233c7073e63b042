import { expect, it } from "vitest";
import { readCreateRequest } from "./clusters";

it.each([
  ["", {}],
  ["{}", {}],
  ['{"seed":7,"machines":64,"speed":0.5,"colour":"red"}', { seed: 7, machines: 64, speed: 0.5 }],
  ["{", "the body is not valid JSON"],
  ["[]", "the body must be a JSON object"],
  ["null", "the body must be a JSON object"],
  ['{"seed":1.5}', "seed must be an integer"],
  ['{"machines":0}', "machines must be an integer from 1 to 64"],
  ['{"machines":65}', "machines must be an integer from 1 to 64"],
  ['{"machines":"3"}', "machines must be an integer from 1 to 64"],
  ['{"speed":0}', "speed must be a number from 0.01 to 1000"],
  ['{"speed":-1}', "speed must be a number from 0.01 to 1000"],
])("reads a wish for a cluster: %s", (text, expected) => {
  expect(readCreateRequest(text)).toEqual(expected);
});
