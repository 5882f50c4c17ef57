import { join } from 'node:path'
import type { Provider } from '#core/models/ModelInfo'
import { Lab } from '#lab/Lab'
import { EngineProcess } from '../engine/EngineProcess'
import { FolderStore } from '../store/FolderStore'
import { machine } from './machine'
import { openImages } from './openImages'
import { openPhotoReader } from './openPhotoReader'
import { openSheetCamera } from './openSheetCamera'
import { photoFiles } from './photoFiles'
import { pictures } from './pictures'
import { printSheets } from './printSheets'
import { projectFolder } from './projectFolder'
import { writeReport } from './writeReport'

export interface LabOptions {
  /** The folder of experiments. */
  readonly folder: string
  readonly provider?: Provider
  readonly threads?: number
}

/** The lab on this computer. Disposing of it ends the engine. */
export function openLab({ folder, provider, threads }: LabOptions): AsyncDisposable & { readonly lab: Lab } {
  const engine = new EngineProcess()
  const lab = new Lab({
    store: new FolderStore(folder),
    engine,
    engineOptions: { ...(provider && { provider }), ...(threads !== undefined && { threads }) },
    embeddedModel: join(projectFolder(), 'assets', 'models', 'signs.onnx'),
    openImages,
    pictures,
    machine,
    printSheets,
    openSheetCamera,
    openPhotoReader,
    photoFiles,
    writeReport,
  })
  return { lab, [Symbol.asyncDispose]: () => engine.close() }
}
