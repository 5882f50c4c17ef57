import type { DifferentiableModel, GradientResult, Loss } from '#core/models/DifferentiableModel'
import type { Images, ImageSpec, Logits } from '#core/tensor/Images'

/** A model that counts the images it is asked about. */
export class CountedModel implements DifferentiableModel {
  readonly id: string
  readonly input: ImageSpec
  readonly classes: readonly string[]
  gradientRows = 0
  logitRows = 0
  readonly #model: DifferentiableModel

  constructor(model: DifferentiableModel) {
    this.#model = model
    this.id = model.id
    this.input = model.input
    this.classes = model.classes
  }

  logits(images: Images): Promise<Logits> {
    this.logitRows += images.count
    return this.#model.logits(images)
  }

  gradient(images: Images, loss: Loss): Promise<GradientResult> {
    this.gradientRows += images.count
    return this.#model.gradient(images, loss)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#model[Symbol.asyncDispose]()
  }
}
