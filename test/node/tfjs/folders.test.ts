import { appendFile, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Random } from '#core/tensor/Random'
import type { ModelSource, OpenOptions } from '#lab/ports/Engine'
import { inspectTfjs } from '#node/tfjs/inspectTfjs'
import { loadTfjs } from '#node/tfjs/loadTfjs'
import { readTfjsFile } from '#node/tfjs/tfjsFile'
import { asking, testedEngines } from '../../support/tfjsEngines'
import { smallNet, smallSpec, writeGraph, writeLayers } from '../../support/tfjsNets'

let root: string
let made = 0
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'halftone-tfjs-'))
})
afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

const fresh = (): string => join(root, String(made++))
const engines = await testedEngines()
const names = ['stop', 'yield', 'go', 'left', 'right']

interface Json {
  modelTopology: { config: { layers: { class_name: string; config: Record<string, unknown> }[] } }
  weightsManifest: { paths: string[]; weights: { name: string; shape: number[] }[] }[]
}

/** A folder with a net, and its model.json as it is after a change. */
async function changed(change: (json: Json) => void): Promise<string> {
  const folder = await writeLayers(fresh(), smallNet())
  const json = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as Json
  change(json)
  await writeFile(join(folder, 'model.json'), JSON.stringify(json))
  return folder
}

/** The graph with one more node, whose size is a constant of the file. */
async function growing(op: string, inputs: readonly string[], sizes: readonly number[]): Promise<string> {
  const folder = await writeGraph(fresh(), smallNet())
  const path = join(folder, 'model.json')
  const json = JSON.parse(await readFile(path, 'utf8')) as {
    modelTopology: { node: object[] }
    weightsManifest: { weights: object[] }[]
  }
  const T = { type: 'DT_INT32' }
  json.modelTopology.node.push(
    { name: 'many', op: 'Const', attr: { dtype: T } },
    { name: 'copy', op: 'Identity', input: ['many'], attr: { T } },
    { name: 'grown', op, input: inputs, attr: {} },
  )
  const shape = op === 'Pad' ? [4, 2] : [sizes.length]
  json.weightsManifest[0]!.weights.push({ name: 'many', shape, dtype: 'int32' })
  await appendFile(join(folder, 'group1-shard2of2.bin'), new Uint8Array(Int32Array.from(sizes).buffer))
  await writeFile(path, JSON.stringify(json))
  return folder
}

async function open(
  path: string,
  more: Partial<ModelSource & { kind: 'file' }> = {},
  options: OpenOptions = {},
) {
  const loaded = await loadTfjs({ kind: 'file', path, ...more })
  return await loaded!.open(options)
}

describe('a folder of a TF.js model', () => {
  it('is opened by its own path and by that of its model.json, as one model', async () => {
    const folder = await writeLayers(fresh(), smallNet())
    const [a, b] = [await open(folder), await open(join(folder, 'model.json'))]
    expect(a.info.id).toBe(b.info.id)
    expect(a.info.id).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is another model when only its weights are others', async () => {
    const [a, b] = [await writeLayers(fresh(), smallNet()), await writeLayers(fresh(), smallNet({ gain: 2 }))]
    expect((await readTfjsFile(join(a, 'model.json'))).hash).not.toBe(
      (await readTfjsFile(join(b, 'model.json'))).hash,
    )
  })

  it('takes class names and a profile from beside it', async () => {
    const folder = await writeLayers(fresh(), smallNet())
    await writeFile(join(folder, 'model.labels.txt'), names.join('\n'))
    await writeFile(
      join(folder, 'model.profile.json'),
      JSON.stringify({ range: '-1..1', channelOrder: 'BGR' }),
    )
    const { info } = await open(folder)
    expect(info.classes).toEqual(names)
    expect(info.profile).toMatchObject({ range: '-1..1', channelOrder: 'BGR', layout: 'NHWC' })
  })

  it("reads Teachable Machine's labels and range", async () => {
    const folder = await writeLayers(fresh(), smallNet())
    const metadata = { packageName: '@teachablemachine/image', labels: names, imageSize: 224 }
    await writeFile(join(folder, 'metadata.json'), JSON.stringify(metadata))
    const { info } = await open(folder)
    expect(info.classes).toEqual(names)
    expect(info.profile.range).toBe('-1..1')
  })

  it('says that a model which begins by dividing by 255 takes 0..255, and gives the gradient of its pixels', async () => {
    const rescaling = { class_name: 'Rescaling', config: { name: 'rescaling', scale: 1 / 255, offset: 0 } }
    const plain = await open(await writeLayers(fresh(), smallNet()))
    const scaled = await open(await writeLayers(fresh(), smallNet(), [rescaling]))
    expect(scaled.info.profile.range).toBe('0..255')
    const random = new Random('pixels')
    const images = {
      ...smallSpec,
      count: 1,
      data: Float32Array.from({ length: 360 }, () => random.uniform()),
    }
    const loss = { kind: 'cross-entropy', labels: [2] } as const
    const [a, b] = [await plain.model.gradient(images, loss), await scaled.model.gradient(images, loss)]
    const difference = Math.hypot(...a.gradient.data.map((value, i) => value - b.gradient.data[i]!))
    expect(difference / Math.hypot(...a.gradient.data)).toBeLessThan(1e-4)
  })

  it('gives inner values by the names of layers and nodes', async () => {
    const images = { ...smallSpec, count: 2, data: new Float32Array(720).fill(0.5) }
    for (const write of [writeLayers, writeGraph]) {
      const { model } = await open(await write(fresh(), smallNet()))
      const { shape, data } = await model.activations(images, 'conv_b')
      expect(shape).toEqual([2, 6, 5, 8])
      expect(data).toHaveLength(480)
      await expect(model.activations(images, 'nothing')).rejects.toMatchObject({ code: 'not-found' })
    }
  })

  it.each(engines)('is told of without being opened for an attack: %s', async (engine) => {
    for (const write of [writeLayers, writeGraph]) {
      const folder = await write(fresh(), smallNet({ softmax: true }))
      const found = await inspectTfjs(await readTfjsFile(join(folder, 'model.json')), asking[engine])
      expect(found.model?.provider).toBe(engine)
      expect(found.problem).toBeNull()
      expect(found.graph.logits?.classes).toBe(5)
      expect(found.graph.parameters).toBe(162 + 6 + 432 + 72 + 40 + 5)
      // Convolutions of 12x10, 6x5 and 3x3 places, and the dense layer.
      expect(found.graph.flops).toBe(2 * (120 * 162 + 30 * 432 + 9 * 72 + 40))
    }
  })
})

describe('what is no TF.js model', () => {
  it('is left to others: an ONNX file', async () => {
    expect(await loadTfjs({ kind: 'file', path: join(root, 'net.onnx') })).toBeNull()
  })

  it.each([
    [
      'a folder without model.json',
      async () => (await mkdir(join(root, 'empty'), { recursive: true }), join(root, 'empty')),
      'unreadable-file',
      /without a model.json/,
    ],
    [
      'a missing file',
      () => Promise.resolve(join(root, 'nowhere', 'model.json')),
      'not-found',
      /There is no model/,
    ],
    [
      'a SavedModel',
      async () => {
        const folder = fresh()
        await mkdir(folder)
        await writeFile(join(folder, 'saved_model.pb'), '')
        return folder
      },
      'unreadable-file',
      /tensorflowjs_converter/,
    ],
    [
      'damaged JSON',
      async () => {
        const folder = await writeLayers(fresh(), smallNet())
        await truncate(join(folder, 'model.json'), 100)
        return folder
      },
      'unreadable-file',
      /damaged/,
    ],
    [
      'other JSON',
      () => changed((json) => Object.assign(json, { weightsManifest: 3 })),
      'unreadable-file',
      /weightsManifest/,
    ],
    [
      'a short shard',
      async () => {
        const folder = await writeLayers(fresh(), smallNet())
        await truncate(join(folder, 'group1-shard2of2.bin'), 10)
        return folder
      },
      'unreadable-file',
      /bytes; model.json says/,
    ],
    [
      'a missing shard',
      async () => {
        const folder = await writeLayers(fresh(), smallNet())
        await rm(join(folder, 'group1-shard2of2.bin'))
        return folder
      },
      'not-found',
      /group1-shard2of2.bin/,
    ],
    [
      'weights of another shape than the layer',
      () => changed((json) => (json.weightsManifest[0]!.weights[0]!.shape = [3, 3, 6, 3])),
      'unreadable-file',
      /cannot be built/,
    ],
    [
      'an unknown layer',
      () => changed((json) => (json.modelTopology.config.layers[3]!.class_name = 'Attention9')),
      'unsupported',
      /Attention9/,
    ],
    [
      'a layer that fills the memory',
      () => changed((json) => (json.modelTopology.config.layers[1]!.config['filters'] = 1e13)),
      'unreadable-file',
      /asks for 10,000,000,000,000 filters/,
    ],
    ...(
      [
        ['Tile', ['image', 'many'], [1, 30_000, 30_000, 1]],
        ['ResizeBilinear', ['image', 'copy'], [50_000, 50_000]],
        ['Fill', ['many', 'image'], [40_000, 40_000]],
        ['Pad', ['image', 'many'], [0, 0, 2_000_000_000, 0, 0, 0, 0, 0]],
      ] as const
    ).map(
      ([op, inputs, sizes]) =>
        [
          `a graph whose ${op} fills the memory`,
          () => growing(op, inputs, sizes),
          'unsupported',
          new RegExp(`'grown' \\(${op}\\) makes a tensor of`),
        ] as const,
    ),
    [
      'a layer whose output fills the memory',
      () =>
        changed((json) => {
          const config = { name: 'up', size: [30_000, 30_000] }
          json.modelTopology.config.layers.splice(2, 0, { class_name: 'UpSampling2D', config })
        }),
      'unsupported',
      /'up' makes a tensor of/,
    ],
  ] as const)('is refused with its reason: %s', async (_, make, code, message) => {
    const path = await make()
    await expect(open(path)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    })
  })

  it.each(['../secret.bin', '/etc/hostname', 'a/../../secret.bin', 'C:\\secret.bin', ''])(
    'is refused where its weights lead out of the folder: %s',
    async (path) => {
      await writeFile(join(root, 'secret.bin'), new Uint8Array(2868))
      const folder = await changed((json) => (json.weightsManifest[0]!.paths = [path]))
      await expect(open(folder)).rejects.toMatchObject({
        code: 'unreadable-file',
        message: expect.stringContaining('own folder') as string,
      })
    },
  )

  it('is refused where a link leads out of the folder', async () => {
    const folder = await writeLayers(fresh(), smallNet())
    const shard = join(folder, 'group1-shard2of2.bin')
    const outside = join(root, 'outside.bin')
    await writeFile(outside, await readFile(shard))
    await rm(shard)
    await symlink(outside, shard)
    await expect(open(folder)).rejects.toMatchObject({ code: 'unreadable-file' })
  })
})
