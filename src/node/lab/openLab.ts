import { join, resolve } from 'node:path'
import type { Provider } from '#core/models/ModelInfo'
import { Lab } from '#lab/Lab'
import type { OpenOptions } from '#lab/ports/Engine'
import type { PhoneStation } from '#lab/ports/PhoneStation'
import type { SettingsFile } from '#lab/ports/SettingsFile'
import { EngineProcess } from '../engine/EngineProcess'
import type { LaunchEngine } from '../engine/protocol'
import { FolderStore } from '../store/FolderStore'
import { tidyFolder } from '../store/tidyFolder'
import { FileJournal } from './FileJournal'
import { halftoneFolder } from './halftoneFolder'
import { machine } from './machine'
import { modelFiles } from './modelFiles'
import { openImages } from './openImages'
import { openSheetCamera } from './openSheetCamera'
import { photoFiles } from './photoFiles'
import { PhotoReaders } from './PhotoReaders'
import { pictures } from './pictures'
import { printSheets } from './printSheets'
import { projectFolder } from './projectFolder'
import { readable as onlyReadable } from './readable'
import { settingsFile } from './settingsFile'
import { writeReport } from './writeReport'

export interface LabOptions {
  /** The folder of experiments. */
  readonly folder: string
  /** Back end and threads of this lab, whatever the settings are. */
  readonly provider?: Provider
  readonly threads?: number
  /**
   * Folders that commands may name files in, beside the folder of experiments with its uploads: for a lab that is asked
   * from elsewhere. All files when absent.
   */
  readonly readable?: readonly string[]
  /** Serves the page for phones; there is none when absent. */
  readonly phone?: PhoneStation
  /** How this process gets an engine, where it may not fork one. */
  readonly launchEngine?: LaunchEngine
}

/** The lab on this computer. Disposing of it ends the jobs, which can be resumed later, and the engines. */
export function openLab(options: LabOptions): AsyncDisposable & { readonly lab: Lab } {
  const folder = resolve(options.folder)
  const where = halftoneFolder(folder)
  const launch = options.launchEngine && { launch: options.launchEngine }
  const engine = new EngineProcess(launch)
  const quickEngine = new EngineProcess(launch)
  const readers = new PhotoReaders()
  const settings = settingsFile(where.settings)
  const lab = new Lab({
    folder,
    store: new FolderStore(folder),
    engine,
    quickEngine,
    engineOptions: () => engineOptions(options, settings),
    embeddedModel: join(projectFolder(), 'assets', 'models', 'signs.onnx'),
    openImages,
    pictures,
    machine,
    printSheets,
    openSheetCamera,
    openPhotoReader: readers.open,
    photoFiles,
    writeReport,
    journal: new FileJournal(where.jobs),
    settings,
    modelFiles: modelFiles(where),
    tidy: tidyFolder(folder, where.uploads),
    checkReadable: onlyReadable(options.readable && [folder, ...options.readable]),
    phone: options.phone ?? null,
  })
  return {
    lab,
    async [Symbol.asyncDispose]() {
      // Work under way ends first: what is cancelled in the engine would else be taken for an engine that was lost.
      const closing = lab.close()
      await readers[Symbol.asyncDispose]()
      await closing
      await Promise.all([engine.close(), quickEngine.close()])
    },
  }
}

async function engineOptions(
  { provider, threads }: Pick<LabOptions, 'provider' | 'threads'>,
  settings: SettingsFile,
): Promise<OpenOptions> {
  const chosen = await settings.read()
  const options = { provider: provider ?? chosen.provider, threads: threads ?? chosen.threads }
  return {
    ...(options.provider !== null && { provider: options.provider }),
    ...(options.threads !== null && { threads: options.threads }),
  }
}
