/** The page of a cluster: its panes in three columns; on a narrow screen one under the other. */
import { BrowserPane } from "../browser/BrowserPane";
import { EditorPane } from "../editor/EditorPane";
import { MapPane } from "../map/MapPane";
import { ReaderPane } from "../reader/ReaderPane";
import { notice, spoken } from "../state/announce";
import { connection } from "../state/cluster";
import { enlarged, isOpen, layout } from "../state/layout";
import { TerminalPane } from "../terminal/TerminalPane";
import { t } from "./i18n";
import { KeyHelp } from "./KeyHelp";
import { PaneJump } from "./PaneJump";
import { Splitter } from "./Splitter";
import { TopBar } from "./TopBar";

const strip = "44px"; // what is left of a collapsed column

export function Workspace() {
  const { left, right, editor, map } = layout.value;
  const lessonOpen = isOpen("lesson");
  const rightOpen = isOpen("map") || isOpen("browser");
  const columns = [
    lessonOpen ? `${left * 100}fr` : strip,
    "auto",
    `${(1 - (lessonOpen ? left : 0) - (rightOpen ? right : 0)) * 100}fr`,
    "auto",
    rightOpen ? `${right * 100}fr` : strip,
  ].join(" ");
  return (
    <div class="workspace">
      <TopBar />
      <ConnectionBanner />
      <main class="columns" data-enlarged={enlarged.value} style={{ "--columns": columns }}>
        <ReaderPane />
        <Splitter border="left" pane="pane.lesson" upright />
        <div class="column" style={{ "--rows": rows(isOpen("editor"), isOpen("terminal"), editor) }}>
          <EditorPane />
          <Splitter border="editor" pane="pane.editor" upright={false} />
          <TerminalPane />
        </div>
        <Splitter border="right" pane="pane.map" upright fromEnd />
        <div class="column" data-strip={!rightOpen} style={{ "--rows": rows(isOpen("map"), isOpen("browser"), map) }}>
          <MapPane />
          <Splitter border="map" pane="pane.map" upright={false} />
          <BrowserPane />
        </div>
      </main>
      <PaneJump />
      <KeyHelp />
      <p class="visually-hidden" role="status" aria-live="polite">
        {spoken.value}
      </p>
      {notice.value && (
        <p class="notice" aria-hidden="true">
          {notice.value}
        </p>
      )}
    </div>
  );
}

function rows(upper: boolean, lower: boolean, share: number): string {
  if (upper && lower) return `${share * 100}fr auto ${(1 - share) * 100}fr`;
  if (upper) return "1fr auto auto";
  if (lower) return "auto auto 1fr";
  return "auto auto auto";
}

function ConnectionBanner() {
  if (connection.value !== "lost") return null;
  return (
    <p class="banner" role="alert">
      <span class="banner-dot" />
      {t("connection.lost")}
    </p>
  );
}
