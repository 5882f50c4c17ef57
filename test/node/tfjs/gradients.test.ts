import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Random } from '#core/tensor/Random'
import { chooseTfjs } from '#node/tfjs/backEnds'
import { asking, testedEngines } from '../../support/tfjsEngines'

type Shape = [number, number, number, number]
type Pairs = [[number, number], [number, number], [number, number], [number, number]]
type Operator = (x: tf.Tensor4D) => tf.Tensor

const random = new Random('operators')
const shape: Shape = [2, 6, 7, 3]
const size = 2 * 6 * 7 * 3
// No two values lie nearer than the steps below, and none is as near to 0 or 1: no step goes over a kink.
const step = 0.004
const places = random.shuffle(Array.from({ length: size }, (_, i) => i))
const values = Float32Array.from(places, (place) => 0.01 * (place - size / 2) + 0.005)
const normal = (of: number): Float32Array => Float32Array.from({ length: of }, () => random.normal())
const kernel = normal(3 * 3 * 3 * 8)
const explicit: Pairs = [
  [0, 0],
  [2, 1],
  [0, 2],
  [0, 0],
]

const operators: Readonly<Record<string, Operator>> = Object.fromEntries([
  ['rectifier', tf.relu] as const,
  ['rectifier of small values', (x: tf.Tensor4D) => tf.mul(tf.relu(tf.mul(x, 1e-9)), 1e9)] as const,
  ['rectifier of six, small', (x: tf.Tensor4D) => tf.mul(tf.relu6(tf.mul(x, 1e-9)), 1e9)] as const,
  ['rectifier of six', (x: tf.Tensor4D) => tf.relu6(tf.mul(x, 6))] as const,
  ['slice', (x: tf.Tensor4D) => tf.stridedSlice(x, [0, 1, 1], [2, 6, 7], [1, 2, 3])] as const,
  [
    'slice of one channel',
    (x: tf.Tensor4D) => tf.stridedSlice(x, [0, 0, 0, 1], [0, 0, 0, 2], [1, 1, 1, 1], 7, 7, 0, 0, 8),
  ] as const,
  [
    'choice',
    (x: tf.Tensor4D) =>
      tf.where(tf.logicalAnd(tf.greater(x, 0), tf.logicalNot(tf.equal(x, 9))), x, tf.mul(x, 3)),
  ] as const,
  ...[1, 2, 3].flatMap((stride) => [
    ...(['same', 'valid'] as const).flatMap((pad): [string, Operator][] => [
      [`largest of 3 x 3, stride ${stride}, ${pad}`, (x) => tf.maxPool(x, 3, stride, pad)],
      [`mean of 3 x 2, stride ${stride}, ${pad}`, (x) => tf.avgPool(x, [3, 2], stride, pad)],
    ]),
    [
      `convolution, stride ${stride}, padding in numbers`,
      (x: tf.Tensor4D) => tf.conv2d(x, tf.tensor4d(kernel, [3, 3, 3, 8]), stride, explicit),
    ] as const,
    [
      `convolution of channels, stride ${stride}, padding in numbers`,
      (x: tf.Tensor4D) =>
        tf.depthwiseConv2d(x, tf.tensor4d(kernel.slice(0, 27), [3, 3, 3, 1]), stride, explicit),
    ] as const,
  ]),
  ...(['plain', 'corners', 'halves'] as const).flatMap((rule): [string, Operator][] => {
    const [corners, halves] = [rule === 'corners', rule === 'halves']
    return [
      [`bilinear, larger, ${rule}`, (x) => tf.image.resizeBilinear(x, [11, 9], corners, halves)],
      [`bilinear, smaller, ${rule}`, (x) => tf.image.resizeBilinear(x, [4, 3], corners, halves)],
      [`nearest, ${rule}`, (x) => tf.image.resizeNearestNeighbor(x, [11, 4], corners, halves)],
    ]
  }),
  ...(['reflect', 'symmetric'] as const).map((mode): [string, Operator] => [
    `mirrored: ${mode}`,
    (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [2, 3],
          [1, 2],
          [0, 0],
        ],
        mode,
      ),
  ]),
])

/** sum(c * f(x)) in 64 bits, with c from the seed. */
function weighted(f: Operator, x: Float32Array): number {
  const y = tf.tidy(() => f(tf.tensor4d(x, shape)).dataSync() as Float32Array)
  const weights = new Random('weights')
  return y.reduce((sum, value) => sum + value * Math.fround(weights.normal()), 0)
}

function gradientOf(f: Operator): Float32Array {
  return tf.tidy(() => {
    const x = tf.tensor4d(values, shape)
    const y = f(x)
    const weights = new Random('weights')
    const cotangent = tf.tensor(
      Float32Array.from({ length: y.size }, () => weights.normal()),
      y.shape,
    )
    return Float32Array.from(
      tf
        .grad((x) => f(x as tf.Tensor4D))(x, cotangent)
        .dataSync(),
    )
  })
}

/** All of these are linear for steps this small, so that central differences are exact but for rounding. */
describe.each([...(await testedEngines()), 'tfjs-cpu'] as const)('gradients on %s', (engine) => {
  it.each(Object.keys(operators))('%s', async (name) => {
    const { provider } = await chooseTfjs(asking[engine])
    expect(provider).toBe(engine)
    const f = operators[name]!
    const expected = values.map((value, i) => {
      const [above, below] = [values.with(i, value + step), values.with(i, value - step)]
      return (weighted(f, above) - weighted(f, below)) / (above[i]! - below[i]!)
    })
    const difference = gradientOf(f).map((value, i) => value - expected[i]!)
    expect(Math.hypot(...difference) / Math.hypot(...expected)).toBeLessThan(1e-3)
  })
})
