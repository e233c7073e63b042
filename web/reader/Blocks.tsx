/** The parts of a lesson that do something: commands to type, keys to send, files to create. */
import { useSignal } from "@preact/signals";
import { say, show } from "../state/announce";
import { absolute, existing, openFile } from "../state/files";
import { openPane } from "../state/layout";
import { lesson } from "../state/lesson";
import { sendKey, typeCommand } from "../terminal/terminals";
import { Icon } from "../ui/Icon";
import { t } from "../ui/i18n";
import type { Block } from "./markdown";

export function BlockView({ block }: { block: Block }) {
  if (block.kind === "run") return <Commands commands={block.commands} />;
  if (block.kind === "keys") return <KeyButton name={block.key} />;
  if (block.kind === "file") return <FileBox path={block.path} />;
  // Made by `marked` with raw HTML escaped.
  return <div class="prose" dangerouslySetInnerHTML={{ __html: block.html }} />;
}

function Commands({ commands }: { commands: string[] }) {
  return (
    <ul class="commands">
      {commands.map((command) => (
        <Command key={command} command={command} />
      ))}
    </ul>
  );
}

function Command({ command }: { command: string }) {
  const copied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(command);
    copied.value = true;
    say(t("command.copied"));
    setTimeout(() => {
      copied.value = false;
    }, 1_500);
  };
  return (
    <li class="command">
      <button
        type="button"
        class="command-type"
        title={t("command.type")}
        onClick={() => {
          typeCommand(command);
          say(t("command.typed"));
        }}
      >
        <Icon name="type" />
        <code>{command}</code>
      </button>
      <button
        type="button"
        class="icon-button"
        title={t("command.copy")}
        aria-label={`${t("command.copy")}: ${command}`}
        onClick={() => void copy()}
      >
        <Icon name={copied.value ? "check" : "copy"} />
      </button>
    </li>
  );
}

function KeyButton({ name }: { name: string }) {
  return (
    <button type="button" class="key-button" title={t("command.key", { key: name })} onClick={() => sendKey(name)}>
      <Icon name="keyboard" />
      <kbd>{name}</kbd>
    </button>
  );
}

function FileBox({ path }: { path: string }) {
  const content = lesson.value?.files.find((file) => file.path === path)?.content ?? "";
  const exists = existing.value.has(absolute(path));
  const open = async () => {
    openPane("editor");
    await openFile(absolute(path), "node1", content);
    if (!exists) show(t("file.created", { path }));
  };
  return (
    <figure class="file-box">
      <figcaption>
        <Icon name="file" />
        <span>{path}</span>
        <button
          type="button"
          class="button small"
          data-file={path}
          aria-label={t(exists ? "file.open" : "file.create", { path })}
          onClick={() => void open()}
        >
          {t(exists ? "file.openShort" : "file.createShort")}
        </button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{content}</pre>
    </figure>
  );
}
