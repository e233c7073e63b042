/** The page of dockersamples/visualizer: tells about the container that answers. */
import type { Program } from "../../api/process";
import { answer, ended } from "./serving";

const escape = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Serves on 8080 until it is told to end. */
export const visualizer: Program = async (sys) => {
  const port = Number(sys.env.PORT) || 8080;
  const rows = () =>
    sys.net.addresses.map((one) => `<li>${escape(one.name)}: ${escape(one.address)}/${one.prefix}</li>`).join("\n");
  const page = () => `<!DOCTYPE html>
<html>
<head><meta charset="utf-8"><title>Visualizer</title></head>
<body>
<h1>Visualizer</h1>
<p>Container ${escape(sys.hostname)}</p>
<ul>
${rows()}
</ul>
</body>
</html>
`;
  const end = ended(sys, ["SIGTERM", "SIGINT"]);
  const server = sys.net.listen(port, {
    http: async (request) =>
      request.path.split("?")[0] === "/"
        ? answer(sys, 200, page(), [["Content-Type", "text/html; charset=utf-8"]])
        : answer(sys, 404, `Cannot ${request.method} ${request.path}\n`, [["Content-Type", "text/plain"]]),
  });
  await sys.stdout.write(
    `\n> swarmVisualizer@0.0.1 start\n> node server.js\n\nrequest.js loaded\nlistening on port ${port}\n`,
  );
  const signal = await end;
  server.close();
  return signal === "SIGINT" ? 130 : 143;
};
