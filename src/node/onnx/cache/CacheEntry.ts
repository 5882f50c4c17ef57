import { readdir, readFile, rm, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { profileSchema } from '#contract/profile'
import type { GraphPorts } from '#core/models/GraphKind'
import type { ModelSummary } from '#core/models/ModelSummary'
import { externalise, type Place } from '#core/onnx/externalise'
import type { OptimisedGraph, SessionGraph } from '../optimise'
import { readSealed, sha256, writeSealed, writeWhole } from './sealed'
import { checkWeights, placesIn, removeWeights, writeWeights } from './weights'

const summarySchema: z.ZodType<ModelSummary> = z.object({
  inputName: z.string(),
  input: z.object({ channels: z.int().positive(), height: z.int().positive(), width: z.int().positive() }),
  classes: z.array(z.string()).readonly(),
  batch: z.union([z.literal('free'), z.int().positive()]),
  activationBytes: z.int().nonnegative(),
  differentiable: z.union([
    z.object({ ok: z.literal(true) }),
    z.object({ ok: z.literal(false), reason: z.string() }),
  ]),
  profile: profileSchema,
  notes: z.array(z.string()).readonly(),
})

/** What an entry says of its model. */
export const entrySchema = z.object({ model: z.string(), summary: summarySchema })

export const entryFile = 'entry.json'

const fileName = z.string().regex(/^[\w-]+\.\w+$/)

const graphSchema = z.object({
  ports: z.object({
    input: z.string(),
    labels: z.string().optional(),
    confidence: z.string().optional(),
    cotangent: z.string().optional(),
    outputs: z.array(z.string()).readonly(),
  }),
  level: z.enum(['disabled', 'all']),
  executionProviders: z.array(
    z.union([z.string(), z.object({ name: z.string(), forceCpuNodeNames: z.array(z.string()).readonly() })]),
  ),
  file: fileName,
  hash: z.string(),
  /** The files that hold its large constants. */
  weights: z.array(fileName).readonly(),
})

/** A graph on the disk, and what goes in and comes out. */
export interface StoredGraph extends SessionGraph {
  /** A path. */
  readonly model: string
  readonly ports: GraphPorts
}

/** The disk that entries share. */
export interface Space {
  /** Whether so much more may be kept. */
  hasRoomFor(bytes: number): Promise<boolean>
  /** Called after something was kept: what is too old or too much may go. */
  prune(): Promise<void>
}

/**
 * The graphs of one model, each an ONNX file whose large constants are in files beside it; a constant that several graphs
 * have lies there once. Nothing here throws for what is damaged or missing: it is as if it had never been kept.
 */
export class CacheEntry {
  readonly #folder: string
  readonly #model: string
  readonly #space: Space

  /** @param model the model's name, for people */
  constructor(folder: string, model: string, space: Space) {
    this.#folder = folder
    this.#model = model
    this.#space = space
  }

  /** What was kept of the model; null for one that is not known. Marks the entry as used. */
  async summary(): Promise<ModelSummary | null> {
    const path = join(this.#folder, entryFile)
    const entry = await readSealed(path, entrySchema)
    if (!entry) return null
    const now = new Date()
    await utimes(path, now, now).catch(() => undefined)
    return entry.summary
  }

  async keepSummary(summary: ModelSummary): Promise<void> {
    await writeSealed(join(this.#folder, entryFile), { model: this.#model, summary }).catch(() => undefined)
  }

  async graph(name: string): Promise<StoredGraph | null> {
    const stored = await readSealed(this.#manifest(name), graphSchema)
    if (!stored) return null
    const path = join(this.#folder, stored.file)
    const bytes = await readFile(path).catch(() => null)
    if (!bytes || sha256(bytes) !== stored.hash) return null
    for (const file of stored.weights) {
      if (!(await checkWeights(this.#folder, file))) return null
    }
    const { level, executionProviders, ports } = stored
    return { model: path, level, executionProviders, ports }
  }

  /**
   * Keeps a graph under a name.
   * @returns whether it could be kept: the disk may be full, or not to be written to
   */
  async keepGraph(
    name: string,
    { graph, level, executionProviders }: OptimisedGraph,
    ports: GraphPorts,
  ): Promise<boolean> {
    try {
      const taken = externalise(graph, sha256)
      const places = await this.#known()
      const fresh = taken.blobs.filter(({ hash }) => !places.has(hash))
      if (fresh.length > 0) {
        const bytes = fresh.reduce((sum, { length }) => sum + length, 0)
        if (!(await this.#space.hasRoomFor(bytes))) return false
        for (const [hash, place] of await writeWeights(this.#folder, fresh)) places.set(hash, place)
      }
      const bytes = taken.write(({ hash }) => places.get(hash)!)
      const hash = sha256(bytes)
      const file = `${hash.slice(0, 16)}.onnx`
      const weights = [...new Set(taken.blobs.map((blob) => places.get(blob.hash)!.file))]
      await writeWhole(join(this.#folder, file), (handle) => handle.writeFile(bytes))
      // Last: it is what makes the others count.
      await writeSealed(this.#manifest(name), { ports, level, executionProviders, file, hash, weights })
      await this.#space.prune()
      return true
    } catch {
      return false
    }
  }

  /** Removes a graph that turned out to be of no use, with the files that it names. */
  async forget(name: string): Promise<void> {
    const path = this.#manifest(name)
    const stored = await readSealed(path, graphSchema)
    for (const each of stored ? [path, join(this.#folder, stored.file)] : [path]) {
      await rm(each, { force: true }).catch(() => undefined)
    }
    for (const file of stored?.weights ?? []) {
      await removeWeights(this.#folder, file).catch(() => undefined)
    }
  }

  /** Where the constants of the other graphs lie. */
  async #known(): Promise<Map<string, Place>> {
    const files = await readdir(this.#folder).catch(() => [])
    const places = new Map<string, Place>()
    for (const file of files.filter((each) => each.endsWith('.weights'))) {
      if (!(await checkWeights(this.#folder, file))) continue
      for (const [hash, place] of await placesIn(this.#folder, file)) places.set(hash, place)
    }
    return places
  }

  #manifest(name: string): string {
    return join(this.#folder, `${basename(name.replaceAll(/\W+/g, '-'))}.graph.json`)
  }
}
