/**
 * A small browser for the cluster's published ports. What it shows is a stranger's page: the frame is sandboxed without our origin, so the
 * page cannot reach us; only the address that we set is known here.
 */
import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { show } from "../state/announce";
import { picture, publishedPorts } from "../state/cluster";
import { clusterId } from "../state/session";
import { IconButton } from "../ui/Icon";
import { t } from "../ui/i18n";
import { PaneFrame } from "../ui/PaneFrame";
import { type Address, parseAddress, showAddress } from "./address";

/** What is shown, and how often it was loaded: a reload is a new load of the same address. */
const visited = signal<{ address: Address; load: number } | undefined>(undefined);

function visit(address: Address): void {
  visited.value = { address, load: (visited.value?.load ?? 0) + 1 };
}

export function BrowserPane() {
  const current = visited.value;
  return (
    <PaneFrame pane="browser" tools={current && <BrowserTools address={current.address} />}>
      <div class="browser">
        <AddressBar address={current?.address} />
        {current ? <Frame key={current.load} address={current.address} /> : <p class="empty">{emptyText()}</p>}
      </div>
    </PaneFrame>
  );
}

const emptyText = (): string => t(publishedPorts.value.length === 0 ? "browser.empty" : "browser.pick");

const urlOf = ({ port, path }: Address): string => `/p/${clusterId()}/${port}${path}`;

function BrowserTools({ address }: { address: Address }) {
  return (
    <>
      <IconButton icon="reload" label={t("browser.reload")} onClick={() => visit(address)} />
      <IconButton
        icon="window"
        label={t("browser.window")}
        onClick={() => window.open(urlOf(address), "_blank", "noopener")}
      />
    </>
  );
}

function AddressBar({ address }: { address: Address | undefined }) {
  const text = useSignal("");
  useEffect(() => {
    text.value = address ? showAddress(address) : "";
  }, [address]);
  const go = (event: Event) => {
    event.preventDefault();
    const machines = picture.value.machines.flatMap((it) => [it.name, it.address]);
    const wanted = parseAddress(text.value, machines);
    if (wanted) visit(wanted);
    else show(t("browser.bad"));
  };
  return (
    <form class="address-bar" onSubmit={go}>
      <fieldset class="port-chips" aria-label={t("browser.ports")}>
        {publishedPorts.value.map(({ port, by }) => (
          <button
            key={port}
            type="button"
            class="port-chip"
            data-active={address?.port === port}
            title={by}
            aria-label={t("browser.open", { port })}
            onClick={() => visit({ port, path: "/" })}
          >
            {port}
          </button>
        ))}
      </fieldset>
      <input
        aria-label={t("browser.address")}
        placeholder="http://localhost:…"
        value={text.value}
        spellcheck={false}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
    </form>
  );
}

function Frame({ address }: { address: Address }) {
  return (
    <iframe
      class="browser-frame"
      title={t("browser.frame", { port: address.port })}
      src={urlOf(address)}
      sandbox="allow-scripts allow-forms allow-popups"
      referrerpolicy="no-referrer"
    />
  );
}
