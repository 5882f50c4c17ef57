import * as tf from '@tensorflow/tfjs-core'
// Registers tfjs's gradients.
import '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { Random } from '#core/tensor/Random'
import { registerWasm, wasmName } from '#node/tfjs/wasmBackEnd'

const random = new Random('turned')
const values = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.normal())

/** Gradient by x of sum(c * f(x)) on a back end. */
async function gradientOn(
  backEnd: string,
  x: { data: Float32Array; shape: [number, number, number, number] },
  f: (x: tf.Tensor4D) => tf.Tensor,
): Promise<Float32Array> {
  await tf.setBackend(backEnd)
  return tf.tidy(() => {
    const y = f(tf.tensor4d(x.data, x.shape))
    const weights = new Random('weights')
    const cotangent = tf.tensor(
      Float32Array.from({ length: y.size }, () => weights.normal()),
      y.shape,
    )
    const gradient = tf.grad((x) => f(x as tf.Tensor4D))(tf.tensor4d(x.data, x.shape), cotangent)
    return Float32Array.from(gradient.dataSync())
  })
}

function apart(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length)
  return Math.hypot(...a.map((value, i) => value - b[i]!)) / Math.hypot(...b)
}

beforeAll(() => {
  tf.enableProdMode()
  registerWasm()
})

/** Against tfjs's plain JavaScript, which has loops of its own for this. */
describe('gradients of convolutions on wasm', () => {
  it.each([
    { height: 7, width: 9, kernel: [3, 3], stride: 1, pad: 'same' },
    { height: 7, width: 9, kernel: [3, 2], stride: 1, pad: 'valid' },
    { height: 8, width: 9, kernel: [3, 3], stride: 2, pad: 'same' },
    { height: 9, width: 8, kernel: [3, 3], stride: 2, pad: 'valid' },
    { height: 10, width: 9, kernel: [1, 1], stride: 2, pad: 'same' },
    { height: 12, width: 11, kernel: [2, 2], stride: 3, pad: 'valid' },
    { height: 9, width: 9, kernel: [5, 3], stride: 4, pad: 'same' },
    { height: 8, width: 8, kernel: [1, 1], stride: 1, pad: 2 },
    { height: 8, width: 7, kernel: [3, 3], stride: 2, pad: 1 },
  ] as const)('$kernel, stride $stride, $pad of $height x $width', async (c) => {
    const [rows, columns] = c.kernel
    for (const channels of [3, 8]) {
      const shape: [number, number, number, number] = [2, c.height, c.width, channels]
      const x = { data: values(2 * c.height * c.width * channels), shape }
      const kernel = values(rows * columns * channels * 5)
      const each = values(rows * columns * channels)
      const whole = (x: tf.Tensor4D) =>
        tf.conv2d(x, tf.tensor4d(kernel, [rows, columns, channels, 5]), c.stride, c.pad)
      const depthwise = (x: tf.Tensor4D) =>
        tf.depthwiseConv2d(x, tf.tensor4d(each, [rows, columns, channels, 1]), c.stride, c.pad)
      for (const f of [whole, depthwise]) {
        const expected = await gradientOn('cpu', x, f)
        expect(apart(await gradientOn(wasmName, x, f), expected)).toBeLessThan(1e-5)
        // Turned kernels are kept from run to run.
        expect(apart(await gradientOn(wasmName, x, f), expected)).toBeLessThan(1e-5)
      }
    }
  })

  it('leaves several outputs of a channel to JavaScript', async () => {
    const x = { data: values(2 * 6 * 5 * 4), shape: [2, 6, 5, 4] as [number, number, number, number] }
    const kernel = values(3 * 3 * 4 * 2)
    const f = (x: tf.Tensor4D) => tf.depthwiseConv2d(x, tf.tensor4d(kernel, [3, 3, 4, 2]), 1, 'same')
    expect(apart(await gradientOn(wasmName, x, f), await gradientOn('cpu', x, f))).toBeLessThan(1e-5)
  })

  it("leaves tfjs's own wasm back end as it was", () => {
    const name = 'Conv2DBackpropInput'
    expect(tf.getKernel(name, 'wasm').kernelFunc).not.toBe(tf.getKernel(name, wasmName).kernelFunc)
    expect(tf.getKernel('Conv2DBackpropFilter', 'wasm')).toBeUndefined()
  })

  it('frees what it makes', async () => {
    const x = { data: values(2 * 6 * 5 * 4), shape: [2, 6, 5, 4] as [number, number, number, number] }
    const kernel = values(3 * 3 * 4 * 2)
    const f = (x: tf.Tensor4D) => tf.conv2d(x, tf.tensor4d(kernel, [3, 3, 4, 2]), 2, 'same')
    await gradientOn(wasmName, x, f)
    const held = (): readonly number[] => [tf.memory().numTensors, tf.backend().numDataIds()]
    const before = held()
    for (let i = 0; i < 5; i++) await gradientOn(wasmName, x, f)
    expect(held()).toEqual(before)
  })

  it('keeps turned weights for as long as the weights', async () => {
    const x = { data: values(2 * 6 * 5 * 4), shape: [2, 6, 5, 4] as [number, number, number, number] }
    await tf.setBackend(wasmName)
    const before = tf.backend().numDataIds()
    const kernel = tf.tensor4d(values(3 * 3 * 4 * 2), [3, 3, 4, 2])
    const f = (x: tf.Tensor4D) => tf.conv2d(x, kernel, 1, 'same')
    const first = await gradientOn(wasmName, x, f)
    expect(tf.backend().numDataIds()).toBe(before + 2)
    expect(await gradientOn(wasmName, x, f)).toEqual(first)
    expect(tf.backend().numDataIds()).toBe(before + 2)
    kernel.dispose()
    expect(tf.backend().numDataIds()).toBe(before)
  })
})
