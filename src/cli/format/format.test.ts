import { describe, expect, it } from "vitest";
import { table } from "./table";
import { compileTemplate } from "./template";
import { naturalCompare } from "./text";
import { bytesSize, humanDuration, humanSize } from "./units";

describe("templates", () => {
  const data = { Name: "web", N: 3, Tags: ["b", "a"], Labels: { z: "1", y: "2" }, State: { Running: true }, Nil: null };
  it.each([
    ["{{.Name}}/{{.State.Running}}", "web/true"],
    ["{{range $i, $t := .Tags}}{{if $i}},{{end}}{{$t}}{{end}}", "b,a"],
    ["{{range $k, $v := .Labels}}{{$k}}={{$v}};{{end}}", "y=2;z=1;"],
    ["{{with .Name}}<{{.}}>{{end}}{{with .Nil}}x{{else}}none{{end}}", "<web>none"],
    ['{{printf "%-5s|%03d|%q" .Name .N .Name}}', 'web  |003|"web"'],
    ['{{join .Tags "-"}} {{index .Labels "y"}} {{len .Tags}} {{title .Name}}', "b-a 2 2 Web"],
    ['{{if and (gt .N 2) (ne .Name "x")}}ok{{end}}', "ok"],
    ["a {{- .N -}} b", "a3b"],
    ["{{.Labels}} {{.Tags}} {{.Nil}}", "map[y:2 z:1] [b a] <no value>"],
    ["{{/* nothing */}}{{pad .Name 1 2}}|", " web  |"],
  ])("%s", (source, expected) => {
    expect(compileTemplate(source)(data)).toBe(expected);
  });

  it.each([
    ["{{.Nope}}", 'template: :1:2: executing "" at <.Nope>: map has no entry for key "Nope"'],
    ["{{.State.Nope}}", 'template: :1:8: executing "" at <.State.Nope>: map has no entry for key "Nope"'],
    ["{{.Nope.More}}", 'template: :1:7: executing "" at <.Nope.More>: map has no entry for key "Nope"'],
  ])("says where %s went wrong, a chain of fields at its second", (source, message) => {
    expect(() => compileTemplate(source)(data)).toThrow(message);
  });

  it.each([
    ["{{nope .}}", 'template: :1: function "nope" not defined'],
    ["{{if .}}", "template: :1: unexpected EOF"],
    ["{{end}}", "template: :1: unexpected {{end}}"],
    ["{{}}", "template: :1: missing value for command"],
  ])("does not parse %s", (source, message) => {
    expect(() => compileTemplate(source)).toThrow(message);
  });
});

it.each([
  [500, "Less than a second"],
  [61_000, "About a minute"],
  [3_600_000, "About an hour"],
  [20 * 86_400_000, "2 weeks"],
  [500 * 86_400_000, "16 months"],
])("%d ms in words", (millis, words) => {
  expect(humanDuration(millis)).toBe(words);
});

it("sizes keep three or four digits", () => {
  expect([humanSize(148_000_000, 3), humanSize(999_600, 3), humanSize(4608), bytesSize(8_000_000_000)]).toEqual([
    "148MB",
    "1e+03kB",
    "4.608kB",
    "7.451GiB",
  ]);
});

it("natural order compares runs of digits as numbers", () => {
  expect(["s10", "s9", "sec"].sort(naturalCompare)).toEqual(["s9", "s10", "sec"]);
});

it("a table pads all cells but the last, counting an ellipsis as one", () => {
  expect(
    table([
      ["NAME", "X"],
      ["abcdefghij…", ""],
    ]),
  ).toBe("NAME          X\nabcdefghij…   \n");
});
