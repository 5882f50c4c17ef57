import { mkdtempSync } from 'node:fs'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { layoutDefaults, type LayoutOptions } from '#core/sheet/LayoutOptions'
import { layoutSheets } from '#core/sheet/layoutSheets'
import { Random } from '#core/tensor/Random'
import { raster, type Raster } from '#core/tensor/Raster'
import { encodePng } from '#node/images/encodePicture'
import { writeSheetsFile } from '#node/pdf/sheets'
import type { Row } from './table'

const SHEETS = 100
const SIDE = 128
/** Each clean image is printed under as many settings as the paper has. */
const SETTINGS = 12

/** Shapes on a ramp with the noise of a perturbation: compresses about as well as a photographed sign. */
function picture(random: Random, perturbed: boolean): Raster {
  const out = raster(SIDE, SIDE, 3)
  const hue = random.bits() % 200
  for (let i = 0; i < out.data.length; i++) {
    const [x, y] = [Math.floor(i / 3) % SIDE, Math.floor(i / 3 / SIDE)]
    const base = Math.hypot(x - 64, y - 64) < 45 ? hue + 18 * (i % 3) : (x + y) / 2 + 40
    out.data[i] = base + (random.bits() % 5) + (perturbed ? (random.bits() & 1) * 16 - 8 : 0)
  }
  return out
}

/**
 * A hundred A4 pages of 128-pixel pairs from PNG files on disk: time, size of the file, memory. The peak is that of the
 * whole bench process: run this section alone to have its own.
 */
export async function benchSheets(): Promise<readonly Row[]> {
  const random = new Random('bench sheets')
  const options: LayoutOptions = { ...layoutDefaults, imagePx: { width: SIDE, height: SIDE } }
  const pages = layoutSheets({ options, experiment: 'BENCH1', pairs: 1 }).layout.pairsPerSheet
  const pairs = SHEETS * pages
  const plan = layoutSheets({ options, experiment: 'BENCH1', pairs })
  const folder = mkdtempSync(join(tmpdir(), 'halftone-bench-'))
  try {
    let sources = 0
    const store = async (name: string, perturbed: boolean): Promise<void> => {
      const png = await encodePng(picture(random, perturbed))
      sources += png.length
      await writeFile(join(folder, name), png)
    }
    const clean = Math.ceil(pairs / SETTINGS)
    for (let i = 0; i < clean; i++) await store(`clean-${i}.png`, false)
    for (let i = 0; i < pairs; i++) await store(`adversarial-${i}.png`, true)
    const before = process.resourceUsage().maxRSS
    const file = join(folder, 'sheets.pdf')
    const cpu = process.cpuUsage()
    const start = performance.now()
    await writeSheetsFile(
      {
        name: 'A hundred sheets',
        code: 'BENCH1',
        ...plan,
        pair: async (index) => ({
          index: String(index + 1),
          label: 'Speed limit 30',
          method: 'Basic iterative, ε = 16',
          clean: await readFile(join(folder, `clean-${index % clean}.png`)),
          adversarial: await readFile(join(folder, `adversarial-${index}.png`)),
        }),
      },
      file,
    )
    const seconds = (performance.now() - start) / 1000
    const { user, system } = process.cpuUsage(cpu)
    const { size } = await stat(file)
    return [
      {
        name: `${SHEETS} pages, ${pairs} pairs`,
        value: seconds,
        unit: 's',
        reference: '10 (50 pages in 5 s)',
      },
      { name: 'processor time of that', value: (user + system) / 1e6, unit: 's' },
      { name: 'file', value: size / 1e6, unit: 'MB', note: `${clean + pairs} different images` },
      { name: 'file over the PNG files in it', value: size / sources, unit: 'x', reference: '1' },
      {
        name: 'peak memory',
        value: process.resourceUsage().maxRSS / 1024,
        unit: 'MiB',
        note: `${Math.round(before / 1024)} MiB before the first page`,
      },
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
