import { copyFile, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ProfileInput } from '#contract/profile'
import type { GradientResult, Loss } from '#core/models/DifferentiableModel'
import type { OnnxModel } from '#core/models/OnnxModel'
import type { Images, Logits } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { projectFolder } from '#node/lab/projectFolder'
import { GraphCache, type CacheLimits } from '#node/onnx/cache/GraphCache'
import type { Builder } from '#node/onnx/cache/thisMachine'
import { findModel, modelKey } from '#node/onnx/modelFile'
import { openModel } from '#node/onnx/openModel'
import { convNetBytes } from '../../../support/onnxNets'
import { temporaryFolder } from '../../../support/temporary'

const cpu = { provider: 'cpu', threads: 1 } as const
const signs = join(projectFolder(), 'assets', 'models', 'signs.onnx')
const losses: readonly Loss[] = [
  { kind: 'cross-entropy', labels: [1, 2] },
  { kind: 'margin', labels: [1, 2], targeted: true, confidence: 2 },
  { kind: 'margin', labels: [1, 2], targeted: false, confidence: 2 },
]

interface Start {
  readonly logits: Logits
  readonly gradients: readonly GradientResult[]
  /** How often the model's file was read and understood. */
  readonly reads: number
}

/** Opens a model as a new process would, and takes its scores and gradients. */
async function start(
  cache: GraphCache | null,
  path: string,
  profile?: ProfileInput,
  kinds: readonly Loss[] = losses,
): Promise<Start> {
  const found = await findModel({ kind: 'file', path, ...(profile && { profile }) }, cache?.hashes)
  let reads = 0
  const counted = {
    ...found,
    read: () => {
      reads++
      return found.read()
    },
  }
  const { model: opened } = await openModel(counted, cpu, cache?.entry(modelKey(found), found.name) ?? null)
  await using model = opened
  const images = imagesFor(model)
  const logits = await model.logits(images)
  const gradients: GradientResult[] = []
  for (const loss of kinds) gradients.push(await model.gradient(images, loss))
  return { logits, gradients, reads }
}

function imagesFor(model: OnnxModel): Images {
  const random = new Random('images')
  const { channels, height, width } = model.input
  const data = Float32Array.from({ length: 2 * channels * height * width }, () => random.uniform())
  return { ...model.input, count: 2, data }
}

const answers = ({ logits, gradients }: Start): unknown => ({ logits, gradients })

async function withNet(limits: Partial<CacheLimits> = {}, builder?: Builder) {
  const folder = await temporaryFolder()
  const path = join(folder, 'net.onnx')
  await writeFile(path, convNetBytes())
  const place = join(folder, 'cache')
  return { path, place, cache: new GraphCache(place, limits, builder) }
}

/** The one folder of the one model that was kept. */
async function entryOf(cache: GraphCache): Promise<string> {
  const [entry, ...others] = await cache.list()
  expect(others).toEqual([])
  return entry!.folder
}

const filesLike = async (folder: string, ending: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith(ending)).map((name) => join(folder, name))

describe('the second start of a model', () => {
  it.each([
    ['the embedded one', signs, undefined],
    ['one with a profile', null, { mean: [0.4, 0.5, 0.6], std: [0.2, 0.3, 0.25] }],
  ] as const)('gives bit for bit what the first gave, and reads no file: %s', async (_, file, profile) => {
    const { path, cache } = await withNet()
    const kinds = file === null ? losses : losses.slice(0, 1)
    const first = await start(cache, file ?? path, profile, kinds)
    expect(first.reads).toBe(1)
    const second = await start(cache, file ?? path, profile, kinds)
    expect(second.reads).toBe(0)
    expect(answers(second)).toEqual(answers(first))
    expect(answers(await start(null, file ?? path, profile, kinds))).toEqual(answers(first))
  })

  it('tells what the first told', async () => {
    const { path, cache } = await withNet()
    const found = await findModel({ kind: 'file', path })
    const open = async () => {
      const { model, info } = await openModel(found, cpu, cache.entry(modelKey(found), found.name))
      await model[Symbol.asyncDispose]()
      return info
    }
    expect(await open()).toEqual(await open())
  })

  it('builds what the first did not ask for', async () => {
    const { path, cache } = await withNet()
    const plain = await start(null, path)
    await start(cache, path, undefined, losses.slice(0, 1))
    const more = await start(cache, path)
    expect(more.reads).toBe(1)
    expect(answers(more)).toEqual(answers(plain))
    expect((await start(cache, path)).reads).toBe(0)
  })

  it('says of an operator without a gradient what the first said', async () => {
    const { path, cache } = await withNet()
    await writeFile(path, convNetBytes({ extra: { op: 'Asinh' } }))
    for (let i = 0; i < 2; i++) await expect(start(cache, path)).rejects.toThrow(/Asinh/)
  })

  it('gives inner tensors, for which it reads the file', async () => {
    const { path, cache } = await withNet()
    const activations = async () => {
      const found = await findModel({ kind: 'file', path }, cache.hashes)
      const { model: opened } = await openModel(found, cpu, cache.entry(modelKey(found), found.name))
      await using model = opened
      return await model.activations(imagesFor(model), 'conv_a')
    }
    expect(await activations()).toEqual(await activations())
  })
})

describe('an entry', () => {
  it('is one for each profile, each set of class names, each version and each machine', async () => {
    const machine = { halftone: '1', onnxruntime: '1', system: 'linux x64', cpu: 'one' }
    const { path, place, cache } = await withNet({}, machine)
    await start(cache, path)
    expect((await start(cache, path, { mean: [0.4, 0.5, 0.6] })).reads).toBe(1)
    for (const change of [
      { halftone: '2' },
      { onnxruntime: '2' },
      { system: 'linux arm64' },
      { cpu: 'two' },
    ]) {
      expect((await start(new GraphCache(place, {}, { ...machine, ...change }), path)).reads).toBe(1)
    }
    await writeFile(join(path, '..', 'net.labels.txt'), 'abcdefghij'.split('').join('\n'))
    expect((await start(cache, path)).reads).toBe(1)
    expect(await cache.list()).toHaveLength(7)
  })

  it('is another for a file of the same name and size with another content', async () => {
    const { path, cache } = await withNet()
    const first = await start(cache, path)
    await writeFile(path, convNetBytes({ seed: 'another' }))
    const other = await start(cache, path)
    expect(other.reads).toBe(1)
    expect(other.logits).not.toEqual(first.logits)
    expect(answers(other)).toEqual(answers(await start(null, path)))
  })

  it('keeps constants that graphs have in common once', async () => {
    const { path, cache } = await withNet()
    await start(cache, path)
    const folder = await entryOf(cache)
    const weights = await Promise.all((await filesLike(folder, '.weights')).map((each) => stat(each)))
    const total = weights.reduce((sum, { size }) => sum + size, 0)
    expect(await filesLike(folder, '.graph.json')).toHaveLength(1 + losses.length)
    expect(total).toBeLessThan(2 * (await stat(path)).size + 16 * 4096)
  })

  it('takes two processes that build at once', async () => {
    const { path, place } = await withNet()
    const both = await Promise.all([1, 2].map(() => start(new GraphCache(place), path)))
    expect(answers(both[0]!)).toEqual(answers(both[1]!))
    const after = await start(new GraphCache(place), path)
    expect(after.reads).toBe(0)
    expect(answers(after)).toEqual(answers(both[0]!))
  })
})

describe('a damaged entry is built again', () => {
  const damages: readonly [string, (bytes: Buffer) => Uint8Array][] = [
    ['cut short', (bytes) => bytes.subarray(0, bytes.length / 2)],
    // Not one between the constants, where nothing is read.
    ['another byte', (bytes) => bytes.map((value, i) => (i === 100 ? value ^ 255 : value))],
  ]
  const cases = ['.onnx', '.weights', '.weights.json', '.graph.json', 'entry.json'].flatMap((ending) =>
    damages.map(([how, damage]) => ({ ending, how, damage })),
  )
  it.each(cases)('$ending: $how', async ({ ending, damage }) => {
    const { path, cache } = await withNet()
    const first = await start(cache, path, undefined, losses.slice(0, 1))
    for (const file of await filesLike(await entryOf(cache), ending)) {
      await writeFile(file, damage(await readFile(file)))
    }
    const again = await start(cache, path, undefined, losses.slice(0, 1))
    expect(again.reads).toBe(1)
    expect(answers(again)).toEqual(answers(first))
    expect((await start(cache, path, undefined, losses.slice(0, 1))).reads).toBe(0)
  })

  it('but not a copy that is the same to the byte', async () => {
    const { path, cache } = await withNet()
    const first = await start(cache, path)
    for (const file of await filesLike(await entryOf(cache), '.weights')) {
      await writeFile(file, await readFile(file))
    }
    const again = await start(cache, path)
    expect(again.reads).toBe(0)
    expect(answers(again)).toEqual(answers(first))
  })
})

describe('without a place to keep graphs', () => {
  it('a model opens all the same', async () => {
    const { path, place } = await withNet()
    // A file where the folder should be: nobody can write below it, not even root.
    await writeFile(place, '')
    const cache = new GraphCache(place)
    const first = await start(cache, path)
    expect((await start(cache, path)).reads).toBe(1)
    expect(answers(first)).toEqual(answers(await start(null, path)))
  })

  it.each([
    ['the disk has little room left', { spare: 1e18 }],
    ['the model is larger than all that may be kept', { bytes: 1000 }],
  ])('because %s, a model opens all the same', async (_, limits) => {
    const { path, cache } = await withNet(limits)
    const first = await start(cache, path)
    expect(await start(cache, path)).toMatchObject({ reads: 1, ...(answers(first) as object) })
  })
})

describe('what goes', () => {
  async function withThree(limits: Partial<CacheLimits>) {
    const { path, place } = await withNet()
    const cache = new GraphCache(place)
    const folders: string[] = []
    for (const [age, seed] of [
      [30, 'a'],
      [20, 'b'],
      [10, 'c'],
    ] as const) {
      await writeFile(path, convNetBytes({ seed }))
      await start(cache, path, undefined, [])
      const { folder } = (await cache.list()).find((each) => !folders.includes(each.folder))!
      folders.push(folder)
      const time = new Date(Date.now() - age * 60_000)
      await utimes(join(folder, 'entry.json'), time, time)
    }
    return { cache: new GraphCache(place, limits), folders, path }
  }

  const left = async (cache: GraphCache): Promise<string[]> =>
    (await cache.list()).map(({ folder }) => folder)

  it('is what was not used for long', async () => {
    const { cache, folders } = await withThree({ unused: 25 * 60_000 })
    await cache.prune()
    expect(await left(cache)).toEqual([folders[2], folders[1]])
  })

  it('is what was used least recently, until the rest is small enough', async () => {
    const { folders, path, cache: any } = await withThree({})
    const size = (await any.list())[0]!.bytes
    const cache = new GraphCache(any.folder, { bytes: 2.5 * size })
    await cache.prune()
    expect(await left(cache)).toEqual([folders[2], folders[1]])
    // One more makes room for itself.
    await writeFile(path, convNetBytes({ seed: 'd' }))
    await start(cache, path, undefined, [])
    const after = await left(cache)
    expect(after).toHaveLength(2)
    expect(after[1]).toBe(folders[2])
  })

  it('is what a process left half written, once nobody can be writing it', async () => {
    const { path, cache } = await withNet()
    await start(cache, path, undefined, [])
    const folder = await entryOf(cache)
    const [old, fresh] = [join(folder, 'x.weights.unfinished-1'), join(folder, 'x.weights.unfinished-2')]
    for (const file of [old, fresh]) await writeFile(file, 'x')
    const yesterday = new Date(Date.now() - 25 * 3_600_000)
    await utimes(old, yesterday, yesterday)
    await cache.prune()
    expect((await readdir(folder)).filter((name) => name.includes('unfinished'))).toEqual([
      'x.weights.unfinished-2',
    ])
  })

  it('is everything, and nothing else that is in the folder, when it is cleared', async () => {
    const { path, place, cache } = await withNet()
    await start(cache, path)
    await mkdir(join(place, 'mine'))
    await copyFile(path, join(place, 'mine', 'net.onnx'))
    await cache.clear()
    expect(await cache.list()).toEqual([])
    expect(await readdir(place)).toEqual(['mine'])
  })
})
