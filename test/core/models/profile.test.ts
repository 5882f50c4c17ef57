import { describe, expect, it } from 'vitest'
import type { ProfileInput } from '#contract/profile'
import { detectProfile } from '#core/models/profile/detectProfile'
import { huggingFaceHint, timmHint } from '#core/models/profile/profileHints'
import { readProfile } from '#core/models/profile/readProfile'
import { int, ints } from '#core/onnx/attributes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { Dimension, ElementType, OnnxGraph } from '#core/onnx/OnnxGraph'

interface Front {
  readonly shape?: readonly Dimension[]
  readonly type?: ElementType
  readonly metadata?: readonly (readonly [string, string])[]
  /** What the graph does first. */
  readonly begin?: (b: GraphBuilder, x: string) => string
}

/** A graph whose front is all that matters. */
function graphOf({ shape = ['n', 3, 8, 8], type = 'float', begin, metadata = [] }: Front): OnnxGraph {
  const b = new GraphBuilder()
  const x = b.input('input_1', type, shape)
  const y = begin?.(b, x) ?? x
  b.output(b.node('Conv', [y, b.floats(new Float32Array(27 * 4), [4, 3, 3, 3])]))
  return { ...b.build(), metadata: new Map(metadata) }
}

const vector = (b: GraphBuilder, values: number[]): string => b.floats(values, [3, 1, 1])
const nhwc = (b: GraphBuilder, x: string): string => b.node('Transpose', [x], { perm: ints([0, 3, 1, 2]) })
const normal = (mean: number, variance: number) => (b: GraphBuilder, x: string) =>
  b.node('BatchNormalization', [
    x,
    b.floats([1, 1, 1], [3]),
    b.floats([0, 0, 0], [3]),
    b.floats([mean, mean, mean], [3]),
    b.floats([variance, variance, variance], [3]),
  ])

describe('detecting a profile', () => {
  const cases: [string, Front, object, object][] = [
    ['channels first', {}, { layout: 'NCHW', range: '0..1' }, { layout: 'detected', range: 'default' }],
    ['channels last', { shape: ['n', 8, 8, 3], begin: nhwc }, { layout: 'NHWC' }, { layout: 'detected' }],
    [
      'channels last, by what the graph does first',
      { shape: ['n', 3, 3, 3], begin: nhwc },
      { layout: 'NHWC' },
      { layout: 'detected' },
    ],
    ['bytes', { type: 'uint8' }, { element: 'uint8', range: '0..255' }, { range: 'detected' }],
    [
      'a graph that divides by 255',
      { begin: (b, x) => b.node('Div', [x, b.scalar(255)]) },
      { range: '0..255', mean: [0], std: [1] },
      { range: 'detected', mean: 'detected' },
    ],
    [
      'a graph that brings bytes to -1..1, behind a move of axes',
      {
        shape: ['n', 8, 8, 3],
        begin: (b, x) => b.node('Sub', [b.node('Mul', [nhwc(b, x), b.scalar(1 / 127.5)]), b.scalar(1)]),
      },
      { range: '0..255', layout: 'NHWC' },
      { range: 'detected' },
    ],
    [
      "a graph with ImageNet's mean of 0..1",
      {
        begin: (b, x) =>
          b.node('Div', [
            b.node('Sub', [x, vector(b, [0.485, 0.456, 0.406])]),
            vector(b, [0.229, 0.224, 0.225]),
          ]),
      },
      { range: '0..1', mean: [0] },
      { range: 'detected' },
    ],
    [
      "a graph that turns the channels and takes Caffe's mean away",
      {
        begin: (b, x) =>
          b.node('Sub', [
            b.node('Gather', [x, b.ints([2, 1, 0])], { axis: int(1) }),
            vector(b, [103.9, 116.8, 123.7]),
          ]),
      },
      { range: '0..255', channelOrder: 'RGB' },
      { range: 'detected', channelOrder: 'detected' },
    ],
    [
      'a normalisation with the statistics of pictures in 0..1',
      { begin: normal(0.45, 0.07) },
      { range: '0..1' },
      { range: 'detected' },
    ],
    [
      'a normalisation with the statistics of bytes',
      { begin: normal(120, 4200) },
      { range: '0..255' },
      { range: 'detected' },
    ],
    [
      'a normalisation of what is normal already says nothing',
      { begin: normal(0, 1) },
      { range: '0..1' },
      { range: 'default' },
    ],
    [
      "ONNX's image metadata",
      {
        metadata: [
          ['Image.BitmapPixelFormat', 'Bgr8'],
          ['Image.NominalPixelRange', 'NominalRange_0_255'],
        ],
      },
      { range: '0..255', channelOrder: 'BGR' },
      { range: 'detected', channelOrder: 'detected' },
    ],
    [
      'its own entry',
      { metadata: [['halftone.profile', '{"mean":[0.5],"std":[0.25]}']] },
      { mean: [0.5], std: [0.25] },
      { mean: 'detected' },
    ],
    [
      'a free size',
      { shape: ['n', 3, 'h', 'w'] },
      { size: { height: 224, width: 224 } },
      { size: 'default' },
    ],
    [
      'free channels too, from the first weights',
      { shape: ['n', null, null, null] },
      { layout: 'NCHW' },
      { layout: 'detected' },
    ],
  ]
  it.each(cases)('%s', (_, front, values, origins) => {
    const { profile, input } = detectProfile(graphOf(front))
    expect(profile).toMatchObject(values)
    expect(input.channels).toBe(3)
    for (const [field, origin] of Object.entries(origins)) {
      expect(profile.sources[field as keyof typeof profile.sources], field).toMatchObject({ origin })
    }
  })

  it('takes what is given before what is beside the file, and that before what is in it', () => {
    const graph = graphOf({ metadata: [['Image.NominalPixelRange', 'NominalRange_0_255']] })
    const hints = [{ values: { range: '-1..1', mean: [0.5] }, reason: 'a file' } as const]
    const { profile } = detectProfile(graph, { mean: [0.1] }, hints)
    expect(profile).toMatchObject({ range: '-1..1', mean: [0.1] })
    expect(profile.sources.mean.origin).toBe('given')
    expect(profile.sources.range).toEqual({ origin: 'detected', reason: 'a file' })
  })

  it('keeps saying where the values of a stored profile came from', () => {
    const graph = graphOf({ type: 'uint8' })
    const { profile } = detectProfile(graph)
    expect(detectProfile(graph, profile).profile).toEqual(profile)
    expect(detectProfile(graph, {}, [{ values: profile, reason: 'saved', origin: 'given' }]).profile).toEqual(
      profile,
    )
  })

  const refused: [string, Front, ProfileInput, RegExp][] = [
    ['another type than the file has', {}, { element: 'uint8' }, /takes uint8, but the file says float/],
    [
      'another size than the file fixes',
      {},
      { size: { height: 9, width: 8 } },
      /9x8, but the file takes 8x8 .*only/,
    ],
    [
      'a mean that fits no channels',
      {},
      { mean: [1, 2] },
      /mean has 2 values; expected one for each of the 3/,
    ],
    ['an input of whole numbers', { type: 'int64' }, {}, /float, float16, double or uint8 .*'input_1' int64/],
    ['an input of three axes', { shape: [3, 8, 8] }, {}, /\[3, 8, 8\]/],
  ]
  it.each(refused)('refuses %s', (_, front, given, message) => {
    expect(() => detectProfile(graphOf(front), given)).toThrow(message)
  })
})

describe('what exporters write beside a model', () => {
  it("reads Hugging Face's preprocessor_config.json", () => {
    const vit = {
      do_normalize: true,
      do_rescale: true,
      do_resize: true,
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
      rescale_factor: 0.00392156862745098,
      size: { height: 224, width: 224 },
    }
    expect(huggingFaceHint(vit)?.values).toEqual({
      range: '0..1',
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      channelOrder: 'RGB',
      size: { height: 224, width: 224 },
      resize: { fit: 'stretch', shortSide: null },
    })
    const convNext = { ...vit, size: { shortest_edge: 256 }, crop_size: 224, do_center_crop: true }
    expect(huggingFaceHint(convNext)?.values).toMatchObject({
      size: { height: 224, width: 224 },
      resize: { fit: 'crop', shortSide: 256 },
    })
    expect(huggingFaceHint({ ...vit, do_rescale: false, do_normalize: false })?.values).toMatchObject({
      range: '0..255',
      mean: [0],
      std: [1],
    })
    expect(huggingFaceHint({ architectures: ['Bert'] })).toBeNull()
  })

  it('reads how different processors of Hugging Face cut and turn', () => {
    const convNext = { do_normalize: true, size: { shortest_edge: 224 }, crop_pct: 0.875 }
    expect(huggingFaceHint(convNext)?.values.resize).toEqual({ fit: 'crop', shortSide: 256 })
    const large = { ...convNext, size: { shortest_edge: 384 } }
    expect(huggingFaceHint(large)?.values.resize).toEqual({ fit: 'stretch', shortSide: null })
    const deiT = {
      do_normalize: true,
      size: { height: 256, width: 256 },
      crop_size: { height: 224, width: 224 },
      do_center_crop: true,
    }
    expect(huggingFaceHint(deiT)?.values).toMatchObject({
      size: { height: 224, width: 224 },
      resize: { fit: 'crop', shortSide: 256 },
    })
    const mobileViT = {
      do_rescale: true,
      do_resize: true,
      do_center_crop: true,
      do_flip_channel_order: true,
      size: { shortest_edge: 288 },
      crop_size: { height: 256, width: 256 },
    }
    expect(huggingFaceHint(mobileViT)?.values).toMatchObject({
      range: '0..1',
      mean: [0],
      std: [1],
      channelOrder: 'BGR',
      resize: { fit: 'crop', shortSide: 288 },
    })
  })

  it("reads timm's config.json", () => {
    const config = {
      architecture: 'resnet50',
      pretrained_cfg: {
        mean: [0.48, 0.45, 0.4],
        std: [0.2, 0.2, 0.2],
        input_size: [3, 224, 224],
        crop_pct: 0.95,
      },
    }
    expect(timmHint(config)?.values).toMatchObject({
      range: '0..1',
      mean: [0.48, 0.45, 0.4],
      resize: { fit: 'crop', shortSide: 235 },
    })
    expect(timmHint({ num_labels: 2 })).toBeNull()
  })

  it('explains a profile that is none', () => {
    expect(readProfile('{"range":"0..255","mean":[1,2,3]}', 'x')).toEqual({
      range: '0..255',
      mean: [1, 2, 3],
    })
    expect(() => readProfile('{', 'net.profile.json')).toThrow(
      /net\.profile\.json: expected a profile as JSON/,
    )
    expect(() => readProfile('{"range":"0..2"}', 'x')).toThrow(/any of layout, .*range/)
    expect(() => readProfile('{"men":[1]}', 'x')).toThrow(/men/)
    expect(() => readProfile('{"std":[0]}', 'x')).toThrow(/above 0/)
  })
})
