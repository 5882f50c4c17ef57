import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Loss } from '#core/models/DifferentiableModel'
import { openModel } from '#node/onnx/openModel'
import type { Images } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { convNetBytes, type ConvNetOptions } from '../../support/onnxNets'

const file = (options?: ConvNetOptions, classes?: string[]) => {
  const bytes = convNetBytes(options)
  return { bytes, name: 'net.onnx', hash: createHash('sha256').update(bytes).digest('hex'), classes }
}
const cpu = { provider: 'cpu' } as const
const spec = { channels: 3, height: 12, width: 12 }
const random = new Random('images')
const some = (count: number): Images => ({
  ...spec,
  count,
  data: Float32Array.from({ length: count * 432 }, () => random.uniform()),
})

describe('an ONNX model', () => {
  it('says what it is', async () => {
    const { info, model } = await openModel(file())
    expect(info).toMatchObject({ input: spec, name: 'net.onnx', differentiable: { ok: true } })
    expect(info.classes).toEqual(Array.from({ length: 10 }, (_, i) => `class ${i}`))
    expect(info.id).toMatch(/^[0-9a-f]{64}$/)
    // Whatever this machine has, the CPU comes last and is reached only past every other back end.
    if (info.provider === 'cpu')
      expect(info.passedOver.map((line) => line.split(':')[0])).toEqual(['cuda', 'dml', 'coreml', 'webgpu'])
    await model[Symbol.asyncDispose]()
  })

  const losses: { name: string; loss: Loss }[] = [
    { name: 'cross-entropy', loss: { kind: 'cross-entropy', labels: [3, 9, 0] } },
    { name: 'margin', loss: { kind: 'margin', labels: [3, 9, 0], targeted: false, confidence: 1000 } },
    {
      name: 'targeted margin',
      loss: { kind: 'margin', labels: [1, 1, 2], targeted: true, confidence: 1000 },
    },
    {
      name: 'cotangent',
      loss: { kind: 'cotangent', cotangent: Float32Array.from({ length: 30 }, () => random.normal()) },
    },
  ]
  it.each(losses)('gives the gradient of $name that differences of its loss give', async ({ loss }) => {
    const { model } = await openModel(file(), cpu)
    const images = some(3)
    const result = await model.gradient(images, loss)
    expect((await model.logits(images)).data).toEqual(result.logits.data)
    // Along random directions; a step that is large against float32 and small against the kinks of Relu.
    for (let trial = 0; trial < 3; trial++) {
      const direction = images.data.map(() => random.normal(0, 1))
      const at = async (step: number): Promise<number> => {
        const data = images.data.map((value, i) => value + step * direction[i]!)
        const { loss: values } = await model.gradient({ ...images, data }, loss)
        return values.reduce((sum, value) => sum + value, 0)
      }
      const measured = ((await at(1e-4)) - (await at(-1e-4))) / 2e-4
      const expected = result.gradient.data.reduce((sum, value, i) => sum + value * direction[i]!, 0)
      expect(Math.abs(measured - expected)).toBeLessThan(0.02 * Math.abs(expected) + 0.1)
    }
    await model[Symbol.asyncDispose]()
  })

  it('gives an image the same answer alone, in a batch, and from a file saved for one batch size', async () => {
    const images = some(5)
    const loss: Loss = { kind: 'cross-entropy', labels: [0, 1, 2, 3, 4] }
    const { model: free } = await openModel(file(), cpu)
    const { model: fixed } = await openModel(file({ batch: 2 }), cpu)
    const whole = await free.gradient(images, loss)
    const padded = await fixed.gradient(images, loss)
    const near = (a: Float32Array, b: Float32Array): void => {
      expect(a.length).toBe(b.length)
      a.forEach((value, i) => {
        expect(Math.abs(value - b[i]!)).toBeLessThan(1e-5 + 1e-5 * Math.abs(value))
      })
    }
    near(padded.loss, whole.loss)
    near(padded.logits.data, whole.logits.data)
    near(padded.gradient.data, whole.gradient.data)
    const alone = { ...spec, count: 1, data: images.data.slice(432, 864) }
    near(
      (await free.gradient(alone, { kind: 'cross-entropy', labels: [1] })).gradient.data,
      whole.gradient.data.slice(432, 864),
    )
    await free[Symbol.asyncDispose]()
    await fixed[Symbol.asyncDispose]()
  })

  it('gives inner tensors by the names in the file', async () => {
    const { model } = await openModel(file(), cpu)
    const images = some(2)
    const inner = await model.activations(images, 'features')
    expect(inner.shape).toEqual([2, 288])
    const scores = await model.activations(images, 'scores')
    expect([...scores.data]).toEqual([...(await model.logits(images)).data])
    await expect(model.activations(images, 'nowhere')).rejects.toThrow(/no inner tensor 'nowhere'.*scores/)
    await model[Symbol.asyncDispose]()
  })

  it('takes class names from the model, from outside first, and checks their number', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `sign ${i}`)
    const metadata = [['classes', JSON.stringify(names)]] as const
    expect((await openModel(file({ metadata }))).info.classes).toEqual(names)
    const others = names.map((name) => name.toUpperCase())
    expect((await openModel(file({ metadata }, others))).info.classes).toEqual(others)
    await expect(openModel(file({}, ['one']))).rejects.toThrow(/10 class names.*got 1/)
  })

  it('still classifies with an operator that has no gradient rule, and names it when asked for the gradient', async () => {
    const { model, info } = await openModel(file({ extra: { op: 'Asinh' } }))
    expect((await model.logits(some(2))).data.every(Number.isFinite)).toBe(true)
    expect(info.differentiable).toMatchObject({ ok: false })
    await expect(model.gradient(some(1), { kind: 'cross-entropy', labels: [0] })).rejects.toMatchObject({
      code: 'not-differentiable',
      message: expect.stringMatching(/Asinh.*Supported: .*Conv/s) as string,
    })
  })

  it.each([
    ['labels out of range', some(1), { kind: 'cross-entropy', labels: [10] }, /0 to 9, got 10/],
    ['too few labels', some(2), { kind: 'cross-entropy', labels: [1] }, /2 labels/],
    [
      'a cotangent of the wrong size',
      some(1),
      { kind: 'cotangent', cotangent: new Float32Array(3) },
      /10 values/,
    ],
    [
      'images of another size',
      { ...some(1), height: 24, width: 6 },
      { kind: 'cross-entropy', labels: [1] },
      /3x12x12.*3x24x6/,
    ],
  ] as [string, Images, Loss, RegExp][])('refuses %s', async (_, images, loss, message) => {
    const { model } = await openModel(file(), cpu)
    await expect(model.gradient(images, loss)).rejects.toThrow(message)
  })

  it('refuses a provider that does not work here and a senseless number of threads', async () => {
    await expect(
      openModel(file(), { provider: process.platform === 'darwin' ? 'dml' : 'coreml' }),
    ).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/does not run on .*Leave the provider out/) as string,
    })
    await expect(openModel(file(), { threads: 0 })).rejects.toThrow(/1 to 1024, got 0/)
    expect((await openModel(file(), { provider: 'cpu', threads: 1 })).info).toMatchObject({
      provider: 'cpu',
      threads: 1,
      passedOver: [],
    })
  })
})
