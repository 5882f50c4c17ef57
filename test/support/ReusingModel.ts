import type { DifferentiableModel, GradientResult, Loss } from '#core/models/DifferentiableModel'
import type { Images, ImageSpec, Logits } from '#core/tensor/Images'

/** A model that puts gradients where it is told; none of them is worth anything any more once the next is asked for. */
export class ReusingModel implements DifferentiableModel {
  readonly id: string
  readonly input: ImageSpec
  readonly classes: readonly string[]
  readonly #model: DifferentiableModel
  #last: Float32Array | undefined

  constructor(model: DifferentiableModel) {
    this.#model = model
    this.id = model.id
    this.input = model.input
    this.classes = model.classes
  }

  logits(images: Images): Promise<Logits> {
    return this.#model.logits(images)
  }

  async gradient(images: Images, loss: Loss, into?: Float32Array): Promise<GradientResult> {
    this.#last?.fill(NaN)
    const result = await this.#model.gradient(images, loss)
    const data = (this.#last = into ?? result.gradient.data)
    data.set(result.gradient.data)
    return { ...result, gradient: { ...result.gradient, data } }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#model[Symbol.asyncDispose]()
  }
}
