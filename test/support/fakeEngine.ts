import { attackOf } from '#core/attacks/index'
import { runAttack } from '#core/attacks/run'
import { HalftoneError } from '#core/errors'
import { softmax } from '#core/metrics/classification'
import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import type { ModelInfo } from '#core/models/ModelInfo'
import { plainProfile } from '#core/models/profile/plainProfile'
import { pixelsPerImage, toFloats, type ImageSpec, type Images, type Logits } from '#core/tensor/Images'
import type { Engine, EngineModel } from '#lab/ports/Engine'

export const fakeInput: ImageSpec = { channels: 3, height: 16, width: 16 }
export const fakeClasses: readonly string[] = ['red', 'green', 'blue', 'cyan', 'magenta', 'yellow', 'grey']

/** Each class is known by its mean colour. */
const colours = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [0, 1, 1],
  [1, 0, 1],
  [1, 1, 0],
  [0.5, 0.5, 0.5],
] as const

/** How steep the scores are: steep enough that a change of 16/255 turns some images, and not all. */
const gain = 12

/** Score of a class: its colour times the image's mean colour, less half its square; a linear model, so its gradient is exact. */
function linearModel(): DifferentiableModel {
  const plane = fakeInput.height * fakeInput.width
  const logits = (images: Images): Promise<Logits> => {
    const data = new Float32Array(images.count * colours.length)
    for (let n = 0; n < images.count; n++) {
      const mean = [0, 1, 2].map((c) => {
        const from = (n * 3 + c) * plane
        const values = images.data.subarray(from, from + plane)
        return values.reduce((sum, value) => sum + value, 0) / plane
      })
      colours.forEach((colour, k) => {
        data[n * colours.length + k] =
          gain * colour.reduce<number>((sum, part, c) => sum + part * mean[c]! - (part * part) / 2, 0)
      })
    }
    return Promise.resolve({ data, count: images.count, classes: colours.length })
  }
  return {
    id: 'linear',
    input: fakeInput,
    classes: fakeClasses,
    logits,
    async gradient(images, loss) {
      if (loss.kind !== 'cross-entropy') throw new HalftoneError('unsupported', 'Cross-entropy only.')
      const scores = await logits(images)
      const gradient = { ...images, data: new Float32Array(images.data.length) }
      const values = new Float32Array(images.count)
      loss.labels.forEach((label, n) => {
        const row = scores.data.subarray(n * colours.length, (n + 1) * colours.length)
        const probabilities = softmax(row)
        values[n] = -Math.log(probabilities[label]!)
        for (let c = 0; c < 3; c++) {
          const slope = colours.reduce(
            (sum, colour, k) => sum + (probabilities[k]! - (k === label ? 1 : 0)) * gain * colour[c]!,
            0,
          )
          gradient.data.fill(slope / plane, (n * 3 + c) * plane, (n * 3 + c + 1) * plane)
        }
      })
      return { loss: values, logits: scores, gradient }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

export interface FakeEngine extends Engine {
  /** Attacks that were asked for, by setting: the attack's id and its epsilon. */
  readonly attacks: string[]
  /** Thrown by the next attack. */
  failure: Error | undefined
  /** What the model file's hash is said to be. */
  sha256: string
}

/** An engine in this process that runs the real attacks on a linear model. */
export function fakeEngine(): FakeEngine {
  const model = linearModel()
  const attacks: string[] = []
  const engine: FakeEngine = {
    attacks,
    failure: undefined,
    sha256: 'a'.repeat(64),
    inspect: () => Promise.reject(new HalftoneError('unsupported', 'A linear model is no file.')),
    check: () => Promise.reject(new HalftoneError('unsupported', 'A linear model has one profile.')),
    open: () => Promise.resolve(opened()),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const opened = (): EngineModel => ({
    info: {
      id: engine.sha256,
      name: 'linear',
      input: fakeInput,
      classes: fakeClasses,
      provider: 'cpu',
      passedOver: [],
      threads: 1,
      differentiable: { ok: true },
      profile: plainProfile(fakeInput),
      notes: [],
    } satisfies ModelInfo,
    classify: (images) => model.logits(toFloats(images)),
    gradient: (images, loss) => model.gradient(images, loss),
    activations: () =>
      Promise.reject(new HalftoneError('unsupported', 'A linear model has no inner layers.')),
    attack(request, options) {
      const { failure } = engine
      engine.failure = undefined
      if (failure) return Promise.reject(failure)
      attacks.push(`${request.attack}-${String(request.params?.['epsilon'])}`)
      return runAttack({ ...request, attack: attackOf(request.attack), model }, options)
    },
    close: () => Promise.resolve(),
  })
  return engine
}

/** Mean colour of a class with an offset that makes some images sure and some not; noise on every pixel. */
export function fakePicture(label: number, doubt: number, noise: () => number): Uint8Array {
  const data = new Uint8Array(pixelsPerImage(fakeInput))
  const plane = fakeInput.height * fakeInput.width
  data.forEach((_, i) => {
    const colour = colours[label]![Math.floor(i / plane)]!
    const level = 128 + (colour - 0.5) * 255 * (1 - doubt) + 10 * noise()
    data[i] = Math.max(0, Math.min(255, Math.round(level)))
  })
  return data
}
