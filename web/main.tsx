/** The page's entrance: decides by the address between the start page and a cluster's workspace. */
import "@xterm/xterm/css/xterm.css";
import "./ui/theme.css";
import "./ui/ui.css";
import "./reader/reader.css";
import "./editor/editor.css";
import "./map/map.css";
import "./map/large.css";
import "./map/why.css";
import "./map/machine.css";
import "./browser/browser.css";
import { signal } from "@preact/signals";
import { render } from "preact";
import { RequestError, readCluster } from "./state/api";
import { cluster } from "./state/cluster";
import { forgetCluster } from "./state/clusters";
import { startSession } from "./state/session";
import { applySettings } from "./state/settings";
import { startTerminals } from "./terminal/terminals";
import { startKeys } from "./ui/KeyHelp";
import { StartPage, UnknownPage } from "./ui/StartPage";
import { Workspace } from "./ui/Workspace";

type View = "start" | "workspace" | "unknown";

const view = signal<View>("start");

async function enter(id: string): Promise<void> {
  try {
    cluster.value = await readCluster(id);
  } catch (error) {
    if (error instanceof RequestError && error.status < 500) {
      forgetCluster(id);
      view.value = "unknown";
      return;
    }
    // The server is away for a moment: the workspace says so and comes back by itself.
  }
  startSession(id);
  startTerminals();
  view.value = "workspace";
}

function Page() {
  if (view.value === "unknown") return <UnknownPage />;
  if (view.value === "workspace") return <Workspace />;
  return <StartPage onEnter={enterFromStart} />;
}

function enterFromStart(id: string): void {
  history.replaceState(null, "", `/s/${id}`);
  void enter(id);
}

applySettings();
startKeys();
const id = /^\/s\/([^/]+)/.exec(location.pathname)?.[1];
const place = document.getElementById("page");
if (place) {
  if (id) await enter(id);
  render(<Page />, place);
}
