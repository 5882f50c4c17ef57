import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import type { Images, ImageSpec } from '#core/tensor/Images'
import { lossOf } from './analyticNets'

/** Weights [out][in] and bias [out] of one layer. */
export interface DenseLayer {
  readonly weights: readonly (readonly number[])[]
  readonly bias: readonly number[]
}

/** Dense layers with sigmoids between them on the flattened pixels, in float64: the nets of NumPy fixtures. */
export function denseNet(id: string, input: ImageSpec, layers: readonly DenseLayer[]): DifferentiableModel {
  const matrices = layers.map(({ weights, bias }) => ({
    rows: weights.map((row) => Float64Array.from(row)),
    bias: Float64Array.from(bias),
  }))
  const classes = layers.at(-1)!.bias.length
  const size = input.channels * input.height * input.width

  const forward = (x: Float64Array): Float64Array[] => {
    const inputs = [x]
    for (const [i, { rows, bias }] of matrices.entries()) {
      const z = Float64Array.from(rows, (row, j) =>
        row.reduce((sum, w, k) => sum + w * inputs[i]![k]!, bias[j]!),
      )
      inputs.push(i + 1 < matrices.length ? z.map((value) => 1 / (1 + Math.exp(-value))) : z)
    }
    return inputs
  }
  const rowOf = (images: Images, n: number) =>
    Float64Array.from(images.data.subarray(n * size, (n + 1) * size))
  const logitsOf = (images: Images) => {
    const data = new Float32Array(images.count * classes)
    for (let n = 0; n < images.count; n++) data.set(forward(rowOf(images, n)).at(-1)!, n * classes)
    return { data, count: images.count, classes }
  }
  return {
    id,
    input,
    classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
    logits: (images) => Promise.resolve(logitsOf(images)),
    gradient(images, loss) {
      const values = new Float32Array(images.count)
      const data = new Float32Array(images.data.length)
      for (let n = 0; n < images.count; n++) {
        const inputs = forward(rowOf(images, n))
        const { value, cotangent } = lossOf(inputs.at(-1)!, loss, n)
        values[n] = value
        let slope = cotangent
        for (let i = matrices.length - 1; i >= 0; i--) {
          const { rows } = matrices[i]!
          const below = inputs[i]!
          slope = below.map((h, k) => {
            const sum = rows.reduce((total, row, j) => total + row[k]! * slope[j]!, 0)
            return i > 0 ? sum * h * (1 - h) : sum
          })
        }
        data.set(slope, n * size)
      }
      return Promise.resolve({ loss: values, logits: logitsOf(images), gradient: { ...images, data } })
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
