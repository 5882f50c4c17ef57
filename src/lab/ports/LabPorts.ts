import type { Engine, OpenOptions } from './Engine'
import type { ReportInput } from '#core/report/ReportInput'
import type { ExperimentStore } from './ExperimentStore'
import type { OpenImages } from './ImageSource'
import type { Machine } from './Machine'
import type { OpenPhotoReader, OpenSheetCamera, PhotoFiles } from './Photos'
import type { Pictures } from './Pictures'
import type { PrintSheets } from './SheetPrinter'

/** Everything of the world that the lab uses. Each host makes one; tests make one of fakes. */
export interface LabPorts {
  readonly store: ExperimentStore
  readonly engine: Engine
  /** Back end and threads, as the user chose them. */
  readonly engineOptions: OpenOptions
  /** Path of the model that comes with Halftone. */
  readonly embeddedModel: string
  readonly openImages: OpenImages
  readonly pictures: Pictures
  readonly machine: Machine
  readonly printSheets: PrintSheets
  readonly openSheetCamera: OpenSheetCamera
  readonly openPhotoReader: OpenPhotoReader
  readonly photoFiles: PhotoFiles
  /** The report as a PDF; the same input gives the same bytes. */
  readonly writeReport: (input: ReportInput) => Promise<Uint8Array>
}
