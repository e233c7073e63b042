/** A service: what is wished and what is, its image, the ports it listens on, and how far an update is. */
import { stateWord, t } from "../ui/i18n";
import { type ServiceModel, withoutDigest } from "./model";

export function ServiceRow({ model: { service, hue } }: { model: ServiceModel }) {
  const share = service.replicas > 0 ? Math.min(1, service.running / service.replicas) : 1;
  return (
    <div class="service" style={{ "--hue": hue }} data-service={service.name} title={withoutDigest(service.image)}>
      <span class="service-name">{service.name}</span>
      <span class="service-count" data-short={service.running < service.replicas}>
        {t("map.tasks", { running: service.running, replicas: service.replicas })}
      </span>
      <span class="service-image">{withoutDigest(service.image)}</span>
      {service.updateState && service.updateState !== "completed" && (
        <span class="service-update">{t("map.update", { state: stateWord(service.updateState) })}</span>
      )}
      <span class="service-ports">
        {service.ports.map((port) => (
          <span key={`${port.published}/${port.protocol}`} class="port" data-port={port.published}>
            {port.published}→{port.target}
          </span>
        ))}
      </span>
      <span class="service-bar" aria-hidden="true">
        <span style={{ transform: `scaleX(${share})` }} />
      </span>
    </div>
  );
}
