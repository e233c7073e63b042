/** A task's state as a shape: how full it is tells how far it has come; endings have corners. Colour comes on top, never alone. */
type Shape = "dashed" | "ring" | "quarter" | "half" | "most" | "full" | "square" | "cross" | "pause";

const shapes: Record<string, Shape> = {
  new: "dashed",
  allocated: "dashed",
  pending: "dashed",
  created: "dashed",
  assigned: "ring",
  accepted: "ring",
  preparing: "quarter",
  ready: "half",
  starting: "most",
  restarting: "most",
  running: "full",
  complete: "square",
  shutdown: "square",
  exited: "square",
  remove: "square",
  removing: "square",
  failed: "cross",
  rejected: "cross",
  orphaned: "cross",
  dead: "cross",
  paused: "pause",
};

export function StateMark({ state }: { state: string }) {
  const shape = shapes[state] ?? "ring";
  return (
    <svg class="state-mark" data-shape={shape} viewBox="0 0 16 16" aria-hidden="true">
      {draw(shape)}
    </svg>
  );
}

function draw(shape: Shape) {
  if (shape === "square") return <rect class="fill" x="3" y="3" width="10" height="10" rx="1.500" />;
  if (shape === "cross") return <path class="line strong" d="M4 4l8 8m0-8-8 8" />;
  if (shape === "pause") return <path class="line strong" d="M5.500 3.500v9M10.500 3.500v9" />;
  if (shape === "full") return <circle class="fill" cx="8" cy="8" r="5.500" />;
  const slices: Partial<Record<Shape, string>> = {
    quarter: "M8 8V2.500A5.500 5.500 0 0 1 13.500 8z",
    half: "M8 2.500a5.500 5.500 0 0 1 0 11z",
    most: "M8 8H2.500A5.500 5.500 0 1 0 8 2.500z",
  };
  return (
    <>
      <circle class={shape === "dashed" ? "line dashed" : "line"} cx="8" cy="8" r="5.500" />
      {slices[shape] && <path class="fill" d={slices[shape]} />}
    </>
  );
}
