import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { CommandName, Input, NewExperiment, Output } from '#contract/commands'
import type { ReadSheet } from '#core/capture/types'
import { HalftoneError } from '#core/errors'
import type { ReportInput } from '#core/report/ReportInput'
import type { SheetGeometry } from '#core/sheet/SheetGeometry'
import { Random } from '#core/tensor/Random'
import { raster, rasterOf, type Raster } from '#core/tensor/Raster'
import { Lab } from '#lab/Lab'
import type { LabPorts } from '#lab/ports/LabPorts'
import type { PhoneStation } from '#lab/ports/PhoneStation'
import { pictures } from '#node/lab/pictures'
import { photoFiles } from '#node/lab/photoFiles'
import { FileJournal } from '#node/lab/FileJournal'
import { halftoneFolder } from '#node/lab/halftoneFolder'
import { modelFiles } from '#node/lab/modelFiles'
import { printSheets } from '#node/lab/printSheets'
import { readable } from '#node/lab/readable'
import { settingsFile } from '#node/lab/settingsFile'
import { FolderStore } from '#node/store/FolderStore'
import { tidyFolder } from '#node/store/tidyFolder'
import { fakeClasses, fakeEngine, fakeInput, fakePicture, type FakeEngine } from './fakeEngine'
import { temporaryFolder } from './temporary'

/**
 * The lab on a real folder, with real attacks, pictures and sheets, and with a linear model, and a camera and a photo
 * reader that are quick: a "photo" names its page, and its crops are noise round one colour.
 */
export interface FakeLab {
  readonly root: string
  readonly engine: FakeEngine
  readonly ports: LabPorts
  readonly lab: Lab
  readonly notices: string[]
  readonly reports: ReportInput[]
  /** Pages that were photographed, in order; from 0. */
  readonly photographed: number[]
  /** What a photo of this page does, from 0: the reader's refusal, or a failure of the camera. */
  readonly trouble: Map<number, { readonly refused: string } | { readonly fails: Error }>
  /** @throws the reply's failure as an error with its code */
  send<K extends CommandName>(name: K, input: Input<K>): Promise<Output<K>>
}

export async function fakeLab(
  root?: string,
  change: { readonly readable?: readonly string[]; readonly phone?: PhoneStation } = {},
): Promise<FakeLab> {
  const folder = root ?? join(await temporaryFolder(), 'experiments')
  const where = halftoneFolder(folder)
  const engine = fakeEngine()
  const photographed: number[] = []
  const trouble: FakeLab['trouble'] = new Map()
  const reports: ReportInput[] = []
  const ports: LabPorts = {
    store: new FolderStore(folder),
    folder,
    engine,
    quickEngine: engine,
    engineOptions: async () => {
      const { threads } = await ports.settings.read()
      return threads === null ? {} : { threads }
    },
    embeddedModel: 'linear.onnx',
    openImages: (_source, _model, seed) =>
      Promise.resolve({
        size: 40,
        skipped: [{ file: 'notes.txt', reason: 'It is no picture.' }],
        take(number) {
          if (number === 3) return Promise.resolve({ file: 'broken.png', reason: 'It is cut short.' })
          const random = new Random(seed).fork(number)
          const label = random.int(fakeClasses.length)
          const data = fakePicture(label, random.uniform(0, 0.95), () => random.normal())
          return Promise.resolve({
            image: { count: 1, ...fakeInput, data },
            label,
            origin: `picture ${number}`,
          })
        },
      }),
    // The photos here are no pictures.
    pictures: { ...pictures, thumbnail: () => Promise.resolve(raster(4, 4, 3)) },
    machine: {
      now: () => '2026-03-04T05:06:07.000Z',
      ticks: () => performance.now(),
      cores: () => 2,
      sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
      environment: () => ({ halftone: '1', node: 'v1', os: 'test', cpu: 'test', onnxruntime: '1' }),
    },
    printSheets,
    openSheetCamera: (_pdf, { seed }) =>
      Promise.resolve({
        photograph(page) {
          photographed.push(page)
          const failure = trouble.get(page)
          if (failure && 'fails' in failure) return Promise.reject(failure.fails)
          return Promise.resolve({
            jpeg: fakePhoto(page, seed),
            // Never looked at: these readings carry no fit that could be measured.
            geometry: flatGeometry,
            params: {} as never,
          })
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
    openPhotoReader: (sheets) =>
      Promise.resolve({
        read(photo) {
          const text = new TextDecoder().decode(photo)
          const [, page, seed] = /^photo of page (\d+), (.*)$/.exec(text) ?? []
          if (page === undefined) {
            return Promise.reject(
              new HalftoneError('unreadable-file', 'Expected a picture, got something else.'),
            )
          }
          const failure = trouble.get(Number(page))
          if (failure && 'refused' in failure) {
            return Promise.resolve({
              kind: 'refused',
              reason: 'no-sheet',
              message: failure.refused,
              picture: { width: 640, height: 480 },
              times: {},
            })
          }
          const sheet = fakeReading(Number(page), sheets[Number(page)]!, seed!)
          return Promise.resolve({ kind: 'read', sheets: [sheet], refused: [], times: {} })
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
    photoFiles,
    writeReport: (input) => {
      reports.push(input)
      return Promise.resolve(Uint8Array.of(0x25, 0x50, 0x44, 0x46))
    },
    journal: new FileJournal(where.jobs),
    settings: settingsFile(where.settings),
    modelFiles: modelFiles(where),
    tidy: tidyFolder(folder, where.uploads),
    checkReadable: readable(change.readable),
    phone: change.phone ?? null,
  }
  const lab = new Lab(ports)
  const notices: string[] = []
  lab.listen('notice', ({ message }) => notices.push(message))
  return {
    root: folder,
    engine,
    ports,
    lab,
    notices,
    reports,
    photographed,
    trouble,
    async send(name, input) {
      const reply = await lab.send(name, input)
      if (reply.ok) return reply.value
      throw Object.assign(new Error(reply.message), { code: reply.code })
    },
  }
}

/** The bytes of a "photo"; `quality` may follow a seed after a slash: the sharper of two is kept. */
export function fakePhoto(page: number, seed: string): Uint8Array {
  return new TextEncoder().encode(`photo of page ${page}, ${seed}`)
}

const flatGeometry = {
  paper: { width: 210, height: 297 },
  photo: { width: 2100, height: 2970 },
  printScale: [0, 0],
  feed: [],
  curl: { angle: 0, curvature: 0, skew: 0, extent: 1 },
  rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  translation: [0, 0, 1000],
  focal: 10000,
  lens: { k1: 0, k2: 0, p1: 0, p2: 0 },
} as const

/** Every slot with four crops drawn from the page, the slot and the seed. */
function fakeReading(page: number, sheet: SheetGeometry, seed: string): ReadSheet {
  const blur = Number(/blur (\d+)/.exec(seed)?.[1] ?? 1)
  return {
    sheet: page,
    codesRead: 4,
    codeCorrelation: 1,
    identityMargin: 1,
    marks: { found: 20, visible: 20 },
    residualPx: 0.1,
    cameraPxPerSourcePx: 2,
    blurPx: blur,
    warnings: [],
    crops: sheet.slots.map((_, slot) => {
      const picture = (kind: string): Raster => {
        const random = new Random(`${page}/${slot}/${kind}/${seed}`)
        const data = fakePicture(random.int(fakeClasses.length), 0.3, () => random.normal())
        return rasterOf({ count: 1, ...fakeInput, data }, 0)
      }
      return {
        slot,
        paper: picture('paper'),
        paperColour: picture('paperColour'),
        refined: picture('refined'),
        refinedColour: picture('refinedColour'),
        quality: {
          cameraPxPerSourcePx: 2,
          blurSourcePx: blur / 2,
          residualSourcePx: 0.05,
          expectedErrorSourcePx: 0.05,
          inside: true,
          usable: slot !== 1,
          reasons: slot === 1 ? ['The marks are off.'] : [],
        },
      }
    }),
    fit: {
      page: { width: sheet.paper.width, height: sheet.paper.height },
      picture: { width: 2100, height: 2970 },
      mirrored: false,
      parameters: Float64Array.from({ length: 34 }, (_, i) => (i === 0 || i === 4 ? 1 : 0)),
      paperHomography: Float64Array.of(10, 0, 0, 0, 10, 0, 0, 0, 1),
    },
  }
}

/** What `new` asks for by default, made small. */
export function smallExperiment(change: Partial<NewExperiment> = {}): NewExperiment {
  return {
    name: 'Try one',
    images: { kind: 'signs', split: 'test', seed: '1' },
    count: 6,
    seed: '7',
    cases: ['average', 'prefiltered'],
    prefilter: { confidence: 0.5, searchLimit: 24 },
    settings: [
      { attack: 'fgsm', params: { epsilon: 32 } },
      { attack: 'bim', params: { epsilon: 16 } },
    ],
    sheets: { paper: 'A4', orientation: 'portrait', imageMm: 50, columns: 1, margin: 10 },
    capture: { kind: 'simulator', level: 'careful hand', resolution: '12MP', seed: '7' },
    ...change,
  }
}
