/**
 * The page of dockersamples/visualizer: a column per node with the tasks that shall run there, read again every `MS`
 * milliseconds. It builds elements, never markup: names and labels are strangers' text.
 */

const STYLE = `
body { margin: 0; background: #254356; color: #ccc; font-family: "Helvetica Neue", Helvetica, Arial, sans-serif; }
#cluster { display: flex; gap: 10px; margin: 24px; padding: 15px; background: #1f3747; border: 2px solid #2f5267; width: fit-content; }
#cluster:empty { display: none; }
.node { width: 200px; }
.node-meta { font-size: 14px; line-height: 20px; text-align: center; padding-bottom: 10px; overflow-wrap: anywhere; }
.node-meta b { font-size: 26px; font-weight: normal; line-height: 34px; }
.node-meta b::before { content: ""; display: inline-block; width: 16px; height: 16px; margin-right: 6px; border-radius: 50%; background: #e0303a; }
.node-meta[data-state="ready"] b::before { background: #28b062; }
.node-content { display: flex; flex-direction: column-reverse; min-height: 500px; padding: 0 10px; background: #192d3a; border: 2px solid #2f5267; }
.task { margin: 0 0 10px; padding: 5px; border: 2px solid; border-radius: 3px; background: #fff2; font-size: 10px; line-height: 18px; text-align: center; }
.task[data-state="running"] { background: #28b06266; }
.task div { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.task div:first-child { color: #fff; font-size: 12px; font-weight: bold; }
`;

const SCRIPT = `
const element = (kind, name, text) => Object.assign(document.createElement(kind), { className: name, textContent: text ?? "" });
const read = (path) => fetch("apis/" + path).then((answer) => answer.json()).then(({ objects }) => objects);

function colourOf(text) {
  let hash = 0;
  for (let n = 0; n < text.length; n++) hash = text.charCodeAt(n) + ((hash << 5) - hash);
  return "#" + [0, 8, 16].map((shift) => ((hash >> shift) & 255).toString(16).padStart(2, "0")).join("");
}

function taskBox(task, services) {
  const { Image = "", Args } = task.Spec.ContainerSpec ?? {};
  const image = Image.replace(/^.*\\//, "");
  const at = new Date(task.UpdatedAt);
  const rows = [
    services.find(({ ID }) => ID === task.ServiceID)?.Spec.Name,
    "image : " + image,
    "tag : " + (/:(.+)$/.exec(image)?.[1] ?? "latest"),
    ...(Args ? ["cmd : " + Args] : []),
    "updated : " + at.getDate() + "/" + (at.getMonth() + 1) + " " + at.getHours() + ":" + at.getMinutes(),
    task.Status.ContainerStatus?.ContainerID,
    "state : " + task.Status.State,
  ];
  const box = element("div", "task");
  box.dataset.state = task.Status.State;
  box.dataset.service = rows[0] ?? "";
  box.style.borderColor = colourOf(task.ServiceID ?? "");
  box.append(...rows.map((row) => element("div", "", row)));
  return box;
}

function nodeColumn(node, tasks, services) {
  const { Hostname, Platform, Resources } = node.Description;
  const meta = element("div", "node-meta");
  meta.dataset.state = node.Status.State === "ready" ? "ready" : "down";
  const labels = Object.entries(node.Spec.Labels ?? {}).map(([key, value]) => (value ? key + "=" + value : key));
  meta.append(
    element("b", "", Hostname),
    ...[node.Spec.Role, (Resources.MemoryBytes / 1024 ** 3).toFixed(3) + "G RAM", Platform.Architecture + "/" + Platform.OS, ...labels]
      .map((row) => element("div", "", row)),
  );
  const content = element("div", "node-content");
  content.append(...tasks.filter(({ NodeID }) => NodeID === node.ID).map((task) => taskBox(task, services)));
  const column = element("div", "node");
  column.append(meta, content);
  return column;
}

let drawn = "";
function draw(nodes, tasks, services) {
  const news = JSON.stringify([nodes, tasks, services]);
  if (news === drawn) return;
  drawn = news;
  const name = (node) => node.Description.Hostname ?? "";
  const wanted = tasks.filter(({ DesiredState }) => DesiredState === "running");
  const sorted = nodes.toSorted((a, b) => (name(a) > name(b) ? 1 : name(a) < name(b) ? -1 : 0));
  document.getElementById("cluster").replaceChildren(...sorted.map((node) => nodeColumn(node, wanted, services)));
}

async function look() {
  try {
    draw(...(await Promise.all(["nodes", "tasks", "services"].map(read))));
  } catch {
    // What was drawn last stays until the daemon answers again.
  }
  setTimeout(look, interval);
}
look();
`;

/** `interval` is the time between two looks, in milliseconds. */
export const visualizerPage = (interval: number): string =>
  `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Visualizer</title>
<style>${STYLE}</style>
</head>
<body>
<div id="cluster"></div>
<script>const interval = ${interval};${SCRIPT}</script>
</body>
</html>
`;
