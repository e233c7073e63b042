/** Volumes as the API shows them (moby `volume/service/convert.go`). */
import type { VolumeRow } from "../../../core/engine/tables";
import { volumePath, volumeSize, volumeUsers } from "../../../core/engine/volumes";
import type { View } from "../../../core/store/store";
import { rfc3339 } from "../../../core/time/calendar";

export const volumeJson = (volume: VolumeRow): Record<string, unknown> => ({
  CreatedAt: rfc3339(Math.floor(volume.createdAt / 1000) * 1000),
  Driver: volume.driver,
  Labels: Object.keys(volume.labels).length > 0 ? volume.labels : null,
  Mountpoint: volumePath(volume.name),
  Name: volume.name,
  Options: volume.options,
  Scope: "local",
});

/** With what it occupies and how many containers mount it. */
export const usedVolumeJson = (view: View, volume: VolumeRow): Record<string, unknown> => ({
  ...volumeJson(volume),
  UsageData: {
    RefCount: volumeUsers(view, volume.machine, volume.name).length,
    Size: volumeSize(view, volume.machine, volume.name),
  },
});
