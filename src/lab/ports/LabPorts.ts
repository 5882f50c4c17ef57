import type { Engine } from './Engine'
import type { ExperimentStore } from './ExperimentStore'
import type { OpenImages } from './ImageSource'
import type { Machine } from './Machine'
import type { Pictures } from './Pictures'
import type { PrintSheets } from './SheetPrinter'

/** Everything of the world that the lab uses. Each host makes one; tests make one of fakes. */
export interface LabPorts {
  readonly store: ExperimentStore
  readonly engine: Engine
  /** Path of the model that comes with Halftone. */
  readonly embeddedModel: string
  readonly openImages: OpenImages
  readonly pictures: Pictures
  readonly machine: Machine
  readonly printSheets: PrintSheets
}
