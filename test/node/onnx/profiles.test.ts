import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create, toBinary, fromBinary } from '@bufbuild/protobuf'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ModelProfile, ProfileInput } from '#contract/profile'
import { checkProfile } from '#core/models/profile/checkProfile'
import { profilePresets } from '#core/models/profile/presets'
import { int, ints } from '#core/onnx/attributes'
import { elementCodes } from '#core/onnx/elementTypes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
} from '../../../src/core/onnx/gen/onnx_pb'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { writeModel } from '#core/onnx/writeModel'
import { toFloats, type ByteImages, type Images } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { readModelFile } from '#node/onnx/modelFile'
import { openModel } from '#node/onnx/openModel'
import { convNet } from '../../support/onnxNets'
import { halved, profiledNet } from '../../support/profiledNets'

const cpu = { provider: 'cpu' } as const
const spec = { channels: 3, height: 12, width: 12 }
const random = new Random('profiles')
const bytes: ByteImages = {
  ...spec,
  count: 3,
  data: Uint8Array.from({ length: 3 * 432 }, () => random.int(256)),
}
const images: Images = toFloats(bytes)
const loss = { kind: 'cross-entropy', labels: [1, 4, 2] } as const

const open = (graph: OnnxGraph, profile?: ProfileInput) =>
  openModel({ bytes: writeModel(graph), name: 'net', hash: 'h', profile }, cpu)

/** Logits and gradient of a graph under a profile. */
async function answers(graph: OnnxGraph, profile?: ProfileInput) {
  const { model, info } = await open(graph, profile)
  const { logits, gradient } = await model.gradient(images, loss)
  const alone = await model.logits(images)
  await model[Symbol.asyncDispose]()
  return { info, logits: logits.data, gradient: gradient.data, alone: alone.data }
}

/** Relative L2 difference. */
function apart(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length)
  const norm = (values: Float32Array): number => Math.hypot(...values)
  return norm(a.map((value, i) => value - b[i]!)) / norm(b)
}

type Pixels = Parameters<typeof profiledNet>[0]
const pixels = (given: Partial<Pixels>): Pixels => ({
  layout: 'NCHW',
  range: '0..1',
  mean: [0],
  std: [1],
  channelOrder: 'RGB',
  ...given,
})

describe('a profile folded into the graph', () => {
  const ways: [string, Pixels, ('float' | 'uint8' | 'double')?][] = [
    ['mean and deviation', pixels({ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] })],
    ['-1..1', pixels({ range: '-1..1' })],
    ['BGR bytes less a mean', pixels({ range: '0..255', channelOrder: 'BGR', mean: [104, 117, 124] })],
    ['channels last', pixels({ layout: 'NHWC', std: [0.5] })],
    ['channels last, BGR', pixels({ layout: 'NHWC', channelOrder: 'BGR', mean: [0.1, 0.2, 0.3] })],
    ['a uint8 input', pixels({ range: '0..255' }), 'uint8'],
    ['a uint8 input with channels last', pixels({ range: '0..255', layout: 'NHWC' }), 'uint8'],
    ['a double input', pixels({}), 'double'],
  ]
  it.each(ways)('gives the scores and gradients of [0,1] pixels: %s', async (_, way, element) => {
    const plain = await answers(convNet())
    const folded = await answers(profiledNet(way, element), way)
    expect(apart(folded.logits, plain.logits)).toBeLessThan(2e-5)
    expect(apart(folded.alone, plain.logits)).toBeLessThan(2e-5)
    expect(apart(folded.gradient, plain.gradient)).toBeLessThan(1e-4)
    expect(folded.info.input).toEqual(spec)
    expect(folded.info.profile.sources.range.origin).toBe('given')
  })

  it('leaves a model alone that takes [0,1] pixels', async () => {
    const { info } = await open(convNet())
    expect(info.profile).toMatchObject({ layout: 'NCHW', range: '0..1', mean: [0], std: [1] })
    expect(info.notes).toEqual([])
  })

  it('computes half precision in 32 bits, from the same weights, and says so', async () => {
    const { info, logits, gradient } = await answers(halved(convNet()))
    const plain = await answers(convNet())
    expect(info.notes.join()).toMatch(/computes in float16; .*in 32-bit floats/)
    expect(info.profile.element).toBe('float16')
    // Weights rounded to 11 bits.
    expect(apart(logits, plain.logits)).toBeLessThan(3e-3)
    expect(apart(gradient, plain.gradient)).toBeLessThan(3e-3)
  })

  it('takes a size where the file leaves it open, and says what it took', async () => {
    const free = pooled(['n', 3, 'h', 'w'])
    const { model, info } = await open(free, { size: { height: 10, width: 14 } })
    expect(info.input).toEqual({ channels: 3, height: 10, width: 14 })
    const one = { channels: 3, height: 10, width: 14, count: 1, data: new Float32Array(420).fill(0.3) }
    const result = await model.gradient(one, { kind: 'cross-entropy', labels: [0] })
    expect(result.gradient.data.some((value) => value !== 0)).toBe(true)
    expect((await open(free)).info.profile.sources.size).toMatchObject({ origin: 'default' })
  })
})

/** A net that takes any size: convolution, mean over the image, scores. */
function pooled(
  shape: readonly (string | number)[],
  end: (b: GraphBuilder, scores: string) => readonly string[] = (_, scores) => [scores],
): OnnxGraph {
  const weights = new Random('pooled')
  const b = new GraphBuilder()
  const some = (size: number, dims: number[]): string =>
    b.floats(
      Array.from({ length: size }, () => weights.normal()),
      dims,
    )
  const x = b.input('input', 'float', shape)
  const features = b.node('Relu', [b.node('Conv', [x, some(4 * 27, [4, 3, 3, 3])])])
  const mean = b.node('Flatten', [b.node('GlobalAveragePool', [features])])
  for (const name of end(b, b.node('MatMul', [mean, some(20, [4, 5])], {}, 'scores'))) b.output(name)
  return b.build()
}

describe('the scores of a model', () => {
  const shape = ['n', 3, 12, 12]
  const probabilities = (b: GraphBuilder, z: string): string => b.node('Softmax', [z], { axis: int(1) })
  const endings: [string, (b: GraphBuilder, z: string) => string, RegExp][] = [
    ['softmax', probabilities, /ends in Softmax/],
    [
      'a softmax written out',
      (b, z) => {
        const powers = b.node('Exp', [b.node('Sub', [z, b.node('ReduceMax', [z], { axes: ints([1]) })])])
        return b.node('Div', [powers, b.node('ReduceSum', [powers, b.ints([1])])])
      },
      /ends in Softmax/,
    ],
    ['sigmoid', (b, z) => b.node('Sigmoid', [z]), /ends in Sigmoid/],
    [
      'the logarithm of a bounded softmax',
      (b, z) => b.node('Log', [b.node('Clip', [probabilities(b, z), b.scalar(1e-7), b.scalar(1)])]),
      /ends in Softmax/,
    ],
  ]
  it.each(endings)('are taken from before %s', async (_, end, note) => {
    const plain = await answers(pooled(shape))
    const squeezed = await answers(pooled(shape, (b, z) => [end(b, z)]))
    expect(apart(squeezed.logits, plain.logits)).toBeLessThan(1e-6)
    expect(apart(squeezed.gradient, plain.gradient)).toBeLessThan(1e-6)
    expect(squeezed.info.notes.join()).toMatch(note)
  })

  it('are the logarithms of probabilities that come from no softmax of their own', async () => {
    const mixed = await answers(
      pooled(shape, (b, z) => [b.node('Mean', [probabilities(b, z), probabilities(b, b.node('Neg', [z]))])]),
    )
    expect(mixed.info.notes.join()).toMatch(/gives probabilities; attacks work on their logarithms/)
    const sums = Array.from({ length: 3 }, (_, n) =>
      mixed.logits.subarray(n * 5, n * 5 + 5).reduce((sum, value) => sum + Math.exp(value), 0),
    )
    for (const sum of sums) expect(sum).toBeCloseTo(1, 5)
    expect(mixed.gradient.every(Number.isFinite)).toBe(true)
  })

  it('come from the output that is asked for, or the one whose name says scores', async () => {
    const two = pooled(shape, (b, z) => [
      b.node('Neg', [z], {}, 'embedding'),
      b.node('Identity', [z], {}, 'logits'),
      b.node('Mul', [z, b.scalar(2)], {}, 'other'),
    ])
    const plain = await answers(pooled(shape))
    expect(apart((await answers(two)).logits, plain.logits)).toBeLessThan(1e-6)
    const asked = await answers(two, { output: 'other' })
    expect(
      apart(
        asked.logits,
        plain.logits.map((value) => 2 * value),
      ),
    ).toBeLessThan(1e-6)
    await expect(open(two, { output: 'scores' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/no output 'scores'.*'embedding', 'logits', 'other'/) as string,
    })
  })

  it('have no gradient behind a rounding to whole numbers, and that is said, not given as zeros', async () => {
    const rounded = new GraphBuilder()
    const x = rounded.input('input', 'float', shape)
    const whole = rounded.node('Cast', [x], { to: int(elementCodes.uint8) })
    const back = rounded.node('Cast', [whole], { to: int(elementCodes.float) })
    rounded.output(rounded.node('ReduceMax', [back], { axes: ints([2, 3]), keepdims: int(0) }))
    const { info } = await open(rounded.build())
    expect(info.differentiable).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/Nothing flows back/) as string,
    })
  })
})

describe('checking a profile', () => {
  const way = pixels({ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], range: '0..1' })
  /** Patches of colours, so that the net names them differently. */
  const many: ByteImages = { ...spec, count: 48, data: new Uint8Array(48 * 432) }
  for (let start = 0; start < many.data.length; start += 36)
    many.data.fill(random.int(256), start, start + 36)

  async function check(current: ProfileInput, labels?: readonly number[]) {
    const graph = profiledNet(way)
    const truth = await open(graph, way)
    const right = labels ?? labelsOf((await truth.model.logits(toFloats(many))).data)
    const { model } = await open(graph, { ...current, ...profilePresets.plain.profile })
    const { info } = await open(graph, current)
    return await checkProfile({ model, current: info.profile, images: many, labels: right })
  }
  const labelsOf = (logits: Float32Array): number[] =>
    Array.from({ length: many.count }, (_, n) => {
      const row = [...logits.subarray(n * 10, n * 10 + 10)]
      return row.indexOf(Math.max(...row))
    })

  it('says that the right one fits', async () => {
    const { verdict, ranked, advice } = await check(way)
    expect(verdict).toBe('fits')
    expect(ranked[0]).toMatchObject({ chosen: true, right: 48, of: 48 })
    expect(advice).toMatch(/48 right|48 of 48/)
  })

  it.each([
    ['a missing mean', {}],
    ['the wrong range', { range: '0..255' }],
    ['the channels turned', { ...way, channelOrder: 'BGR' }],
  ] as [string, ProfileInput][])('finds the right one in place of %s', async (_, current) => {
    const { verdict, ranked, advice } = await check(current)
    expect(verdict).toBe('other-fits')
    expect(ranked[0]).toMatchObject({ chosen: false, right: 48 })
    const { range, mean, std, channelOrder } = ranked[0]!.profile satisfies ModelProfile
    expect({ range, mean, std, channelOrder }).toEqual(profilePresets.torchvision.profile)
    expect(advice).toMatch(/Take it over/)
  })

  it('says when no profile helps, because the labels are of another order', async () => {
    const guessed = Array.from({ length: many.count }, () => random.int(10))
    expect((await check(way, guessed)).verdict).toBe('none-fits')
  })
})

describe('a model beside its files', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'halftone-test-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** The conv net with its first large constant moved to a file of the given name. */
  async function withData(model: string, location: string, extra: Record<string, string> = {}) {
    const proto = fromBinary(ModelProtoSchema, writeModel(convNet()))
    const weights = proto.graph!.initializer.find(({ rawData }) => rawData.length > 500)!
    const data = weights.rawData
    weights.rawData = new Uint8Array()
    weights.dataLocation = TensorProto_DataLocation.EXTERNAL
    const entries = { location, offset: '64', length: String(data.length), ...extra }
    weights.externalData = Object.entries(entries).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    )
    await writeFile(join(folder, model), toBinary(ModelProtoSchema, proto))
    return Buffer.concat([new Uint8Array(64), data])
  }
  const read = (model: string) => readModelFile({ kind: 'file', path: join(folder, model) })

  it('reads its data from a file in its own folder, and counts them into its hash', async () => {
    await mkdir(join(folder, 'data'), { recursive: true })
    await writeFile(join(folder, 'data/w.bin'), await withData('out.onnx', 'data/w.bin'))
    const file = await read('out.onnx')
    const { model } = await openModel(file, cpu)
    const plain = await answers(convNet())
    expect(apart((await model.gradient(images, loss)).gradient.data, plain.gradient)).toBeLessThan(1e-6)
    await writeFile(join(folder, 'data/w.bin'), Buffer.alloc(100_000))
    expect((await read('out.onnx')).hash).not.toBe(file.hash)
  })

  it.each([
    ['../secret.bin', /leads|plain name/],
    ['/etc/hostname', /plain name/],
    ['data/../../x', /plain name/],
    ['C:\\x', /plain name/],
    ['nowhere.bin', /is missing/],
    ['linked.bin', /leads out of its folder/],
    ['data', /no plain file/],
  ])('refuses data in %s', async (location, message) => {
    await mkdir(join(folder, 'data'), { recursive: true })
    await symlink('/etc/hostname', join(folder, 'linked.bin')).catch(() => undefined)
    await withData('escape.onnx', location)
    await expect(read('escape.onnx')).rejects.toThrow(message)
  })

  it('says when its data were cut short', async () => {
    await writeFile(join(folder, 'short.bin'), (await withData('short.onnx', 'short.bin')).subarray(0, 90))
    const file = await read('short.onnx')
    await expect(openModel(file, cpu)).rejects.toThrow(/from byte 64 of 'short.bin', which has 90/)
  })

  it('takes a saved profile, what exporters wrote, and their class names', async () => {
    await mkdir(join(folder, 'hub/onnx'), { recursive: true })
    await writeFile(join(folder, 'hub/onnx/model.onnx'), writeModel(convNet()))
    const half = { do_normalize: true, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] }
    await writeFile(join(folder, 'hub/preprocessor_config.json'), JSON.stringify(half))
    const names = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [i, `animal ${i}`]))
    await writeFile(join(folder, 'hub/config.json'), JSON.stringify({ id2label: names }))
    const { info } = await openModel(await read('hub/onnx/model.onnx'), cpu)
    expect(info.profile).toMatchObject({ mean: [0.5, 0.5, 0.5], range: '0..1' })
    expect(info.profile.sources.mean.reason).toMatch(/preprocessor_config/)
    expect(info.classes[3]).toBe('animal 3')
    await writeFile(join(folder, 'hub/onnx/model.profile.json'), '{"range":"-1..1"}')
    const saved = await openModel(await read('hub/onnx/model.onnx'), cpu)
    expect(saved.info.profile.range).toBe('-1..1')
    expect(saved.info.profile.sources.range).toMatchObject({ origin: 'given' })
  })
})
