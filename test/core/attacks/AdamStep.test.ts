import { expect, it } from 'vitest'
import { AdamStep } from '#core/attacks/AdamStep'
import { descentProgram } from '#core/attacks/descentKernels'
import { scatter } from '#core/attacks/scatter'
import { Kernels } from '#core/simd/Kernels'
import { norms } from '#core/tensor/norms'
import { Random } from '#core/tensor/Random'

const kernels = new Kernels(descentProgram())
const spec = { channels: 1, height: 3, width: 11, count: 2 }

it("takes Adam's steps as a plain loop does", () => {
  const random = new Random('adam')
  const values = Float32Array.from({ length: 66 }, () => random.uniform())
  const [mean, square] = [new Float64Array(66), new Float64Array(66)]
  const images = { ...spec, data: values.slice() }
  const adam = new AdamStep(66, kernels)
  for (let t = 1; t <= 4; t++) {
    const slopes = Float32Array.from({ length: 66 }, (_, i) =>
      i === 5 ? 0 : random.normal(0, 10 ** (i % 5)),
    )
    adam.move(images, { ...spec, data: slopes }, -0.01)
    slopes.forEach((slope, i) => {
      mean[i] = 0.9 * mean[i]! + (1 - 0.9) * slope
      square[i] = 0.999 * square[i]! + (1 - 0.999) * slope * slope
      const down = Math.sqrt(square[i]! * (1 / (1 - 0.999 ** t))) + 1e-12
      values[i]! += (-0.01 * mean[i]! * (1 / (1 - 0.9 ** t))) / down
    })
    expect(images.data).toEqual(values)
  }
})

it.each(['linf', 'l2'] as const)('scatters images as a plain loop does, %s', (id) => {
  const start = Float32Array.from({ length: 66 }, (_, i) => i / 66)
  const images = { ...spec, data: start.slice() }
  scatter(images, norms[id], 0.1, [new Random('a'), new Random('b')], kernels)
  for (const [n, seed] of ['a', 'b'].entries()) {
    const stream = new Random(seed)
    const delta = Float32Array.from({ length: 33 }, () =>
      id === 'linf' ? stream.uniform(-0.1, 0.1) : stream.normal(),
    )
    if (id === 'l2') {
      norms.l2.normalize(delta)
      const length = 0.1 * stream.uniform() ** (1 / 33)
      delta.forEach((value, i) => (delta[i] = value * length))
    }
    const expected = delta.map((value, i) => start[n * 33 + i]! + value)
    expect(images.data.subarray(n * 33, (n + 1) * 33)).toEqual(expected)
  }
})
