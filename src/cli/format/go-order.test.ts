import { describe, expect, it } from "vitest";
import { asStruct } from "./go-order";
import { compileTemplate } from "./template";

const show = (template: string, value: unknown) => compileTemplate(template)(value);

describe("objects as templates see them", () => {
  it("a service has the members its daemon left out, but not in its JSON", () => {
    const service = asStruct("service", {
      Spec: { TaskTemplate: { ContainerSpec: { Image: "a" } } },
      Endpoint: { Spec: {} },
    });
    expect(
      show("{{len .Endpoint.VirtualIPs}} {{json .Spec.TaskTemplate.ContainerSpec.Env}} {{json .Endpoint}}", service),
    ).toBe('0 null {"Spec":{}}');
    expect(() => show("{{.Endpoint.Nosuch}}", service)).toThrow('map has no entry for key "Nosuch"');
  });

  it("an image's configuration is written in the struct's order without what is empty", () => {
    const image = { Config: { Cmd: ["sh"], Entrypoint: null, Env: ["A=1"], User: "" } };
    expect(show("{{json .Config}}", asStruct("image", image))).toBe('{"Env":["A=1"],"Cmd":["sh"]}');
  });

  it("the keys of maps are sorted", () => {
    expect(show("{{json .Options}}", asStruct(undefined, { Options: { type: "tmpfs", device: "tmpfs" } }))).toBe(
      '{"device":"tmpfs","type":"tmpfs"}',
    );
  });
});
