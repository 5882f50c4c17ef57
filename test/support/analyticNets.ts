import type { DifferentiableModel, GradientResult, Loss } from '#core/models/DifferentiableModel'
import { pixelsPerImage, type Images, type ImageSpec, type Logits } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'

/** A class score function of one image and, for a cotangent on the scores, its exact gradient; all in float64. */
interface ScoreFunction {
  scores(x: Float64Array): Float64Array
  pull(x: Float64Array, cotangent: Float64Array): Float64Array
}

/** A model whose gradient is worked out by hand, so that attacks are tested without any engine. */
class AnalyticNet implements DifferentiableModel {
  readonly id: string
  readonly input: ImageSpec
  readonly classes: readonly string[]
  readonly #net: ScoreFunction

  constructor(id: string, input: ImageSpec, classes: number, net: ScoreFunction) {
    this.id = id
    this.input = input
    this.classes = Array.from({ length: classes }, (_, i) => `class ${i}`)
    this.#net = net
  }

  logits(images: Images): Promise<Logits> {
    return Promise.resolve(this.#logits(images))
  }

  gradient(images: Images, loss: Loss): Promise<GradientResult> {
    const logits = this.#logits(images)
    const values = new Float32Array(images.count)
    const data = new Float32Array(images.data.length)
    const size = pixelsPerImage(images)
    for (let n = 0; n < images.count; n++) {
      const x = Float64Array.from(images.data.subarray(n * size, (n + 1) * size))
      const { value, cotangent } = lossOf(this.#net.scores(x), loss, n)
      values[n] = value
      data.set(this.#net.pull(x, cotangent), n * size)
    }
    return Promise.resolve({ loss: values, logits, gradient: { ...images, data } })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve()
  }

  #logits(images: Images): Logits {
    const classes = this.classes.length
    const size = pixelsPerImage(images)
    const data = new Float32Array(images.count * classes)
    for (let n = 0; n < images.count; n++) {
      const x = Float64Array.from(images.data.subarray(n * size, (n + 1) * size))
      data.set(this.#net.scores(x), n * classes)
    }
    return { data, count: images.count, classes }
  }
}

/** One image's loss and d loss / d scores, straight from the formulas beside {@link Loss}. */
export function lossOf(z: Float64Array, loss: Loss, row: number): { value: number; cotangent: Float64Array } {
  const cotangent = new Float64Array(z.length)
  if (loss.kind === 'cotangent') {
    cotangent.set(loss.cotangent.subarray(row * z.length, (row + 1) * z.length))
    return { value: z.reduce((sum, score, i) => sum + score * cotangent[i]!, 0), cotangent }
  }
  const label = loss.labels[row]!
  if (loss.kind === 'cross-entropy') {
    const greatest = Math.max(...z)
    const sum = z.reduce((total, score) => total + Math.exp(score - greatest), 0)
    z.forEach((score, i) => (cotangent[i] = Math.exp(score - greatest) / sum - (i === label ? 1 : 0)))
    return { value: Math.log(sum) + greatest - z[label]!, cotangent }
  }
  let rival = label === 0 ? 1 : 0
  z.forEach((score, i) => {
    if (i !== label && score > z[rival]!) rival = i
  })
  const sign = loss.targeted ? 1 : -1
  const margin = sign * (z[rival]! - z[label]!)
  if (margin <= -loss.confidence) return { value: -loss.confidence, cotangent }
  cotangent[rival] = sign
  cotangent[label] = -sign
  return { value: margin, cotangent }
}

function matrix(random: Random, rows: number, columns: number, scale: number): Float64Array[] {
  return Array.from({ length: rows }, () =>
    Float64Array.from({ length: columns }, () => random.normal(0, scale)),
  )
}
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

/** Scores W (x - 1/2): the gradient of every loss points the same way everywhere in the image. */
export function linearNet(seed: string, input: ImageSpec, classes: number): AnalyticNet {
  const weights = matrix(new Random(seed), classes, pixelsPerImage(input), 1)
  return new AnalyticNet(`linear ${seed}`, input, classes, {
    scores: (x) =>
      Float64Array.from(weights, (row) =>
        dot(
          row,
          x.map((value) => value - 0.5),
        ),
      ),
    pull: (x, cotangent) =>
      x.map((_, i) => weights.reduce((sum, row, c) => sum + row[i]! * cotangent[c]!, 0)),
  })
}

/** Scores V tanh(W (x - 1/2)): curved, so that one step and many differ. */
export function tanhNet(seed: string, input: ImageSpec, classes: number, hidden = 24): AnalyticNet {
  const random = new Random(seed)
  const size = pixelsPerImage(input)
  const inner = matrix(random, hidden, size, 4 / Math.sqrt(size))
  const outer = matrix(random, classes, hidden, 1)
  const activation = (x: Float64Array): Float64Array =>
    Float64Array.from(inner, (row) =>
      Math.tanh(
        dot(
          row,
          x.map((value) => value - 0.5),
        ),
      ),
    )
  return new AnalyticNet(`tanh ${seed}`, input, classes, {
    scores: (x) => {
      const h = activation(x)
      return Float64Array.from(outer, (row) => dot(row, h))
    },
    pull: (x, cotangent) => {
      const h = activation(x)
      const atHidden = h.map((value, j) => {
        const sum = outer.reduce((total, row, c) => total + row[j]! * cotangent[c]!, 0)
        return sum * (1 - value * value)
      })
      return x.map((_, i) => inner.reduce((sum, row, j) => sum + row[i]! * atHidden[j]!, 0))
    },
  })
}
