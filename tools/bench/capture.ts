import { median, type Row } from './table'
import { gridPhoto, gridSheets, makeGridSheets, type GridPhoto, type GridSheets } from './captureGrid'
import { coverTwoCodes, cropError, psnr, type CropError } from './captureScore'
import { glance } from '#core/capture/look'
import type { CaptureOutcome, Crop, ReadSheet } from '#core/capture/types'
import type { Resolution, StrengthLevel } from '#core/simulator/levels'
import { Random } from '#core/tensor/Random'
import type { Raster } from '#core/tensor/Raster'
import { createCapture, type Capture } from '#node/capture/createCapture'
import { readPhoto } from '#node/capture/readPhoto'

export interface CaptureBenchOptions {
  /** Photos in each of the nine cells; the bars ask for at least 200 a level, so 67 a cell. */
  readonly photos?: number
  readonly levels?: readonly StrengthLevel[]
  readonly resolutions?: readonly Resolution[]
  /** A folder that keeps the simulated photos between runs. */
  readonly cache?: string
}

const allLevels = ['careful hand', 'hurried hand', 'hostile'] as const
const allResolutions = ['720p', '1080p', '12MP'] as const

/** The bars, by level and, where it matters, resolution. */
const usableBar: Readonly<Record<string, string>> = {
  'careful hand 720p': '>= 99.5',
  'careful hand 1080p': '>= 99.5',
  'careful hand 12MP': '>= 99.5',
  'hurried hand 720p': '>= 90',
  'hurried hand 1080p': '>= 98',
  'hurried hand 12MP': '>= 98',
  'hostile 1080p': '>= 45',
  'hostile 12MP': '>= 75',
}
const meanBar: Readonly<Record<string, string>> = { 'careful hand': '<= 0.10', 'hurried hand': '<= 0.15' }
const p95Bar: Readonly<Record<string, string>> = { 'careful hand': '<= 0.25', 'hurried hand': '<= 0.5' }

/** What one photo showed. */
interface Measured {
  readonly outcome: CaptureOutcome
  readonly read: ReadSheet | undefined
  readonly rightSheet: boolean
  readonly error: CropError | undefined
  /** Over the crops that were judged usable. */
  readonly usableError: CropError | undefined
  readonly paper: CropError | undefined
  /** PSNR of the refined crops as they are and corrected, dB. */
  readonly colour: readonly [number, number] | undefined
  readonly twoCodes: boolean
  readonly glanceMs: number
}

/** Prints the bars of the capture over a seeded grid of simulated photos: every figure is of that many photos. */
export async function benchCapture(options: CaptureBenchOptions = {}): Promise<Row[]> {
  const photos = options.photos ?? 67
  const sheets = makeGridSheets()
  const capture = await createCapture()
  const rows: Row[] = []
  try {
    for (const level of options.levels ?? allLevels) {
      for (const resolution of options.resolutions ?? allResolutions) {
        const measured: Measured[] = []
        for (let i = 0; i < photos; i++) {
          const photo = await gridPhoto(sheets, level, resolution, i, options.cache)
          measured.push(await measure(capture, sheets, photo, `${level}/${resolution}/${i}`))
        }
        rows.push(...rowsOf(level, resolution, measured))
      }
    }
  } finally {
    capture.close()
  }
  return rows
}

async function measure(
  capture: Capture,
  sheets: GridSheets,
  photo: GridPhoto,
  seed: string,
): Promise<Measured> {
  const picture = await readPhoto(photo.jpeg)
  const outcome = capture.photo(picture, sheets.geometries)
  const read = outcome.kind === 'read' ? outcome.sheets[0] : undefined
  const sheet = sheets.geometries[photo.sheet]!
  const started = performance.now()
  glance(picture, capture.tools.reader)
  const glanceMs = performance.now() - started
  const rightSheet = read?.sheet === photo.sheet
  const scored = rightSheet ? read : undefined
  return {
    outcome,
    read,
    rightSheet,
    error: scored && cropError(scored, sheet, photo.truth, 'refined'),
    usableError: scored && cropError(scored, sheet, photo.truth, 'refined', true),
    paper: scored && cropError(scored, sheet, photo.truth, 'paper'),
    colour: scored && colourGain(sheets, photo.sheet, scored),
    twoCodes: twoCodesSuffice(capture, sheets, photo, picture, new Random(seed)),
    glanceMs,
  }
}

function twoCodesSuffice(
  capture: Capture,
  sheets: GridSheets,
  photo: GridPhoto,
  picture: Raster,
  random: Random,
): boolean {
  const sheet = sheets.geometries[photo.sheet]!
  const covered = coverTwoCodes(picture, sheet, photo.truth, random)
  const outcome = capture.photo(covered, sheets.geometries)
  const read = outcome.kind === 'read' ? outcome.sheets[0] : undefined
  if (read?.sheet !== photo.sheet) return false
  const error = cropError(read, sheet, photo.truth, 'refined')
  return error !== undefined && error.p95 < 1
}

function colourGain(sheets: GridSheets, sheet: number, read: ReadSheet): [number, number] {
  const slots = sheets.geometries[sheet]!.slots
  const against = (pick: (crop: Crop) => Raster): number =>
    median(
      read.crops.map((crop) => {
        const slot = slots[crop.slot]!
        const number = 2 * slot.pair + (slot.role === 'clean' ? 0 : 1)
        return psnr(pick(crop), sheets.images[number % sheets.images.length]!)
      }),
    )
  return [against((crop) => crop.refined), against((crop) => crop.refinedColour)]
}

function rowsOf(level: StrengthLevel, resolution: Resolution, all: readonly Measured[]): Row[] {
  const n = all.length
  const cell = `${level} ${resolution}`
  const percent = (test: (m: Measured) => boolean, of: readonly Measured[] = all): number =>
    (100 * of.filter(test).length) / of.length
  const read = all.filter((m) => m.read !== undefined)
  const accepted = all.filter((m) => m.usableError !== undefined)
  const over = (pick: (m: Measured) => number | undefined): number => {
    const values = all.map(pick).filter((v) => v !== undefined)
    return values.length > 0 ? median(values) : NaN
  }
  const row = (name: string, value: number, unit: string, reference?: string, note?: string): Row => ({
    name: `${cell}: ${name}`,
    value,
    unit,
    ...(reference === undefined ? {} : { reference }),
    ...(note === undefined ? {} : { note }),
  })
  const worst = Math.max(0, ...accepted.map((m) => m.usableError!.p95))
  return [
    row(
      'refused',
      percent((m) => m.read === undefined),
      '%',
      level === 'careful hand' ? '<= 0.5' : undefined,
      `of ${n} photos`,
    ),
    row(
      'usable (p95 < 1 px)',
      percent((m) => (m.error?.p95 ?? Infinity) < 1),
      '%',
      usableBar[cell],
    ),
    row(
      'crop error, mean',
      over((m) => m.error?.mean),
      'source px',
      meanBar[level],
      'median photo',
    ),
    row(
      'crop error, p95',
      over((m) => m.error?.p95),
      'source px',
      p95Bar[level],
      'median photo',
    ),
    row(
      "the paper's crop, mean",
      over((m) => m.paper?.mean),
      'source px',
      undefined,
      'median photo',
    ),
    row(
      "the paper's crop, p95",
      over((m) => m.paper?.p95),
      'source px',
      undefined,
      'median photo',
    ),
    row(
      "dropped by the paper's rule",
      percent((m) => (m.read?.codesRead ?? 0) < 4),
      '%',
      '3 to 6',
      'guided reading counted',
    ),
    row(
      'false accepts (p95 > 1 px)',
      percent((m) => m.usableError!.p95 > 1, accepted),
      '%',
      '<= 2',
      `worst ${worst.toFixed(2)} px`,
    ),
    row(
      'right sheet of 200',
      percent((m) => m.rightSheet, read),
      '%',
      '100',
      `of ${read.length} read; ${gridSheets} sheets`,
    ),
    row(
      'any two codes suffice',
      percent((m) => m.twoCodes),
      '%',
      level === 'hostile' ? undefined : '>= 99',
      'the other two covered',
    ),
    row(
      'colours as they are',
      over((m) => m.colour?.[0]),
      'dB PSNR',
    ),
    row(
      'colours corrected',
      over((m) => m.colour?.[1]),
      'dB PSNR',
      '3 to 7 dB more',
    ),
    row(
      'analysis',
      over((m) => analysisMs(m.outcome)),
      'ms',
      resolution === '12MP' ? '<= 500' : '<= 300',
    ),
    row(
      'crops',
      over((m) => m.outcome.times['crop']),
      'ms',
      '12 crops in 500',
      `${read[0]?.read?.crops.length ?? 0} images, four crops each`,
    ),
    row('preview scan', 1000 / over((m) => m.glanceMs), 'photos a second', '>= 15'),
  ]
}

function analysisMs({ times }: CaptureOutcome): number {
  return Object.entries(times).reduce((sum, [stage, ms]) => (stage === 'crop' ? sum : sum + ms), 0)
}
