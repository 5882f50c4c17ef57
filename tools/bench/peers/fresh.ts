import { readFileSync } from 'node:fs'
import { pixelsPerImage, type Images } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { Crews } from '#node/crew/Crews'
import { cacheFolder } from '#node/onnx/cache/cacheFolder'
import { GraphCache } from '#node/onnx/cache/GraphCache'
import { findModel, modelKey } from '#node/onnx/modelFile'
import { countedTwice } from './mappings'
import { threads } from './nets'

/**
 * What only a fresh process can tell: what it takes until the first gradient is there, and how much memory it comes to.
 * `bench-fresh.js MODEL BATCH` opens the model as the engine does, takes three gradients and prints one JSON object, a
 * {@link FreshRun}. HALFTONE_CACHE names where graphs are kept.
 */
const [path, batch] = process.argv.slice(2)
try {
  console.log(JSON.stringify(await measure(path!, Number(batch))))
} catch (error) {
  // One line, which the caller tells.
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

async function measure(path: string, count: number): Promise<FreshRun> {
  const baseline = status('VmRSS')
  const start = performance.now()
  const folder = cacheFolder(process.env)
  const cache = folder === null ? null : new GraphCache(folder)
  const found = await findModel({ kind: 'file', path }, cache?.hashes)
  const entry = cache?.entry(modelKey(found), found.name) ?? null
  await using crews = new Crews()
  const { model: opened } = await crews.open(found, { provider: 'cpu', threads }, entry)
  await using model = opened
  const openedAt = performance.now()
  const openedMemory = status('VmHWM')
  const random = new Random('bench images')
  const data = new Float32Array(count * pixelsPerImage(model.input)).map(() => random.uniform())
  const images: Images = { ...model.input, count, data }
  const labels = Array.from({ length: count }, () => 0)
  const peak = watchPeak()
  const before = performance.now()
  await model.gradient(images, { kind: 'cross-entropy', labels })
  const after = performance.now()
  for (let run = 1; run < 3; run++) await model.gradient(images, { kind: 'cross-entropy', labels })
  const once = peak()
  return {
    open: openedAt - start,
    first: after - before,
    started: after - (before - openedAt),
    baseline,
    opened: openedMemory,
    peak: once,
  }
}

export interface FreshRun {
  /** ms from before the model's file is read until it is open. */
  readonly open: number
  /** ms of the first gradient. */
  readonly first: number
  /** ms from the process's start until the first gradient is there. */
  readonly started: number
  /** KiB of resident memory after the imports; null where the system does not tell. */
  readonly baseline: number | null
  /** The most so far, once the model is open. */
  readonly opened: number | null
  /** The most after three gradients, with pages of a file that are mapped more than once counted once. */
  readonly peak: number | null
}

/**
 * Weights that threads map are in memory once and counted for each mapping: whenever the system's peak has risen, what is mapped
 * more than once by then is taken off.
 * @returns tells the peak up to now, with such pages counted once
 */
function watchPeak(): () => number | null {
  let [seen, peak] = [0, 0]
  const look = (): void => {
    const most = status('VmHWM') ?? 0
    if (most > seen) peak = Math.max(peak, most - countedTwice(proc('smaps') ?? ''))
    seen = most
  }
  look()
  // A process that fails meanwhile is to end.
  const looking = setInterval(look, 20).unref()
  return () => {
    clearInterval(looking)
    look()
    return seen > 0 ? peak : null
  }
}

function status(name: 'VmRSS' | 'VmHWM'): number | null {
  const text = proc('status')
  return text === null ? null : Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? NaN)
}

/** Null where the system has no such file. */
function proc(file: 'status' | 'smaps'): string | null {
  try {
    return readFileSync(`/proc/self/${file}`, 'utf8')
  } catch {
    return null
  }
}
