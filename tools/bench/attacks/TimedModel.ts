import type { DifferentiableModel, GradientResult, Loss } from '#core/models/DifferentiableModel'
import type { Images, Logits } from '#core/tensor/Images'

/**
 * A model that adds up the time its runs take: every call at the size it has, gradients and queries each at their own price,
 * warm as the attack finds them.
 */
export class TimedModel implements DifferentiableModel {
  readonly id
  readonly input
  readonly classes
  spent = 0
  readonly #model: DifferentiableModel

  constructor(model: DifferentiableModel) {
    this.#model = model
    this.id = model.id
    this.input = model.input
    this.classes = model.classes
  }

  logits(images: Images): Promise<Logits> {
    return this.#timed(() => this.#model.logits(images))
  }

  gradient(images: Images, loss: Loss, into?: Float32Array): Promise<GradientResult> {
    return this.#timed(() => this.#model.gradient(images, loss, into))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#model[Symbol.asyncDispose]()
  }

  async #timed<R>(run: () => Promise<R>): Promise<R> {
    const start = performance.now()
    const result = await run()
    this.spent += performance.now() - start
    return result
  }
}
