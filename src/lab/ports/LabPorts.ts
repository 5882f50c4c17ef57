import type { Engine, OpenOptions } from './Engine'
import type { ReportInput } from '#core/report/ReportInput'
import type { ExperimentStore } from './ExperimentStore'
import type { OpenImages } from './ImageSource'
import type { Journal } from './Journal'
import type { Machine } from './Machine'
import type { ModelFiles } from './ModelFiles'
import type { PhoneStation } from './PhoneStation'
import type { OpenPhotoReader, OpenSheetCamera, PhotoFiles } from './Photos'
import type { Pictures } from './Pictures'
import type { SettingsFile } from './SettingsFile'
import type { PrintSheets } from './SheetPrinter'
import type { Tidy } from './Tidy'

/** Everything of the world that the lab uses. Each host makes one; tests make one of fakes. */
export interface LabPorts {
  /** The folder of experiments, for people. */
  readonly folder: string
  readonly store: ExperimentStore
  /** Runs the jobs of experiments. */
  readonly engine: Engine
  /** Runs what a person waits for, beside the jobs: cancelling it, or losing it, costs them nothing. */
  readonly quickEngine: Engine
  /** Back end and threads, as the user has chosen them now. */
  readonly engineOptions: () => Promise<OpenOptions>
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
  readonly journal: Journal
  readonly settings: SettingsFile
  readonly modelFiles: ModelFiles
  readonly tidy: Tidy
  /**
   * Whether a path that came in a command may be read, links followed.
   * @throws HalftoneError `invalid-argument` saying what is allowed and what to do
   */
  readonly checkReadable: (path: string) => Promise<void>
  /** null where no page for phones can be served. */
  readonly phone: PhoneStation | null
}
