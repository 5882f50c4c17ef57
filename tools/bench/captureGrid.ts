import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { layoutDefaults } from '#core/sheet/LayoutOptions'
import { layoutSheets } from '#core/sheet/layoutSheets'
import type { SheetGeometry } from '#core/sheet/SheetGeometry'
import type { PhotoGeometry } from '#core/simulator/geometry'
import { truthOf, type PhotoTruth } from '#core/simulator/simulatePhoto'
import type { Resolution, StrengthLevel } from '#core/simulator/levels'
import { Random } from '#core/tensor/Random'
import { raster, type Raster } from '#core/tensor/Raster'
import { openPdf } from '#node/simulator/rasterise'
import { simulateSheet } from '#node/simulator/simulateSheet'
import { writeSheets } from '#node/pdf/sheets'

/** The experiment of the grid: 200 sheets, so that identity is a choice among 200. */
export const gridSheets = 200
const imagePx = 128

/** Sheets and their PDF, the same for every run. */
export interface GridSheets {
  readonly geometries: readonly SheetGeometry[]
  readonly images: readonly Raster[]
  /** Names the layout: photos kept from another layout are not used. */
  readonly key: string
  /** Written at the first call: kept photos need none. */
  pdf(): Promise<Uint8Array>
}

export interface GridPhoto {
  readonly jpeg: Uint8Array
  readonly sheet: number
  readonly truth: PhotoTruth
}

/** Two hundred sheets on which forty different pictures stand, so that the PDF stays small. */
export function makeGridSheets(): GridSheets {
  const random = new Random('capture-bench')
  const images = Array.from({ length: 40 }, (_, i) => noisePicture(random.fork(i)))
  const options = { ...layoutDefaults, imagePx: { width: imagePx, height: imagePx } }
  const experiment = 'BENCH1'
  const each = layoutSheets({ options, experiment, pairs: 1 }).layout.pairsPerSheet
  const { layout, sheets } = layoutSheets({ options, experiment, pairs: gridSheets * each })
  const geometries = sheets.map((sheet) => sheet.geometry)
  let written: Promise<Uint8Array> | undefined
  const write = async (): Promise<Uint8Array> => {
    const out = new PassThrough()
    const collected = buffer(out)
    await writeSheets(
      {
        name: 'Capture bench',
        code: experiment,
        layout,
        sheets,
        pair: (index) => ({
          index: String(index + 1),
          label: 'noise',
          method: 'none',
          clean: images[(2 * index) % images.length]!,
          adversarial: images[(2 * index + 1) % images.length]!,
        }),
      },
      out,
    )
    return collected
  }
  return {
    geometries,
    images,
    key: createHash('sha256').update(JSON.stringify(geometries[0])).digest('hex').slice(0, 8),
    pdf: () => (written ??= write()),
  }
}

/** Blocks and waves with fine noise on top, as an adversarial image has it. */
function noisePicture(random: Random): Raster {
  const out = raster(imagePx, imagePx, 3)
  const base = Array.from({ length: 3 }, () => random.uniform(60, 200))
  const waves = Array.from({ length: 6 }, () => ({
    x: random.uniform(-0.3, 0.3),
    y: random.uniform(-0.3, 0.3),
    phase: random.uniform(0, 6.3),
    strength: [random.uniform(-25, 25), random.uniform(-25, 25), random.uniform(-25, 25)],
  }))
  for (let y = 0; y < imagePx; y++) {
    for (let x = 0; x < imagePx; x++) {
      for (let c = 0; c < 3; c++) {
        let v = base[c]! + random.pick([-8, 8])
        for (const wave of waves) v += wave.strength[c]! * Math.sin(wave.x * x + wave.y * y + wave.phase)
        out.data[(y * imagePx + x) * 3 + c] = Math.max(0, Math.min(255, Math.round(v)))
      }
    }
  }
  return out
}

/**
 * Photo `index` of one cell of the grid: seeded, so that it is the same in every run.
 * @param cache a folder for photos between runs: simulating them takes most of a bench's time
 */
export async function gridPhoto(
  sheets: GridSheets,
  level: StrengthLevel,
  resolution: Resolution,
  index: number,
  cache: string | undefined,
): Promise<GridPhoto> {
  const seed = `capture-bench/${level}/${resolution}/${index}`
  const sheet = new Random(seed).int(gridSheets)
  const name = `${level}-${resolution}-${index}-${sheets.key}`.replaceAll(' ', '-')
  const jpegFile = join(cache ?? '', `${name}.jpg`)
  const truthFile = join(cache ?? '', `${name}.json`)
  if (cache !== undefined && existsSync(truthFile)) {
    const geometry = JSON.parse(await readFile(truthFile, 'utf8')) as PhotoGeometry
    return { jpeg: await readFile(jpegFile), sheet, truth: truthOf(geometry) }
  }
  using pdf = await openPdf(await sheets.pdf())
  const { jpeg, truth } = await simulateSheet(pdf, sheet, { level, resolution, seed })
  if (cache !== undefined) {
    await mkdir(cache, { recursive: true })
    await writeFile(jpegFile, jpeg)
    await writeFile(truthFile, JSON.stringify(truth.geometry))
  }
  return { jpeg, sheet, truth }
}
