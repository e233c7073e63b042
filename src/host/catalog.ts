/** The catalogue of base images and of a machine's own files, as the core takes it. */
import { catalogue } from "../catalog";
import { machineFiles } from "../catalog/machine";
import { Catalog } from "../core/engine/catalog";

export const catalog = new Catalog({ images: catalogue as never, machineFiles });
