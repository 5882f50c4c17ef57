import type { ImageSpec, Images, Logits } from '#core/tensor/Images'
import type { DifferentiableModel, GradientResult, Loss } from '../DifferentiableModel'
import type { ImageMap } from './ImageMap'

/**
 * A model behind a map, f(g(x)), that is a model again: a defense with BPDA where g has a substitute's way back, a
 * reparameterization x = h(z) where the images are z (Athalye, Carlini and Wagner 2018, section 4.3). Closing it leaves the
 * inner model open, which belongs to whoever made it.
 */
export class MappedModel implements DifferentiableModel {
  readonly id: string
  readonly input: ImageSpec
  readonly classes: readonly string[]
  readonly cost: number
  readonly #model: DifferentiableModel
  readonly #map: ImageMap

  /** @param input what the map takes; by default what the model does */
  constructor(model: DifferentiableModel, map: ImageMap, input: ImageSpec = model.input) {
    this.id = `${model.id} behind ${map.id}`
    this.input = input
    this.classes = model.classes
    this.cost = model.cost ?? 1
    this.#model = model
    this.#map = map
  }

  async logits(images: Images): Promise<Logits> {
    return this.#model.logits((await this.#map.apply(images)).images)
  }

  async gradient(images: Images, loss: Loss): Promise<GradientResult> {
    const mapped = await this.#map.apply(images)
    const result = await this.#model.gradient(mapped.images, loss)
    return { ...result, gradient: await mapped.pull(result.gradient) }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve()
  }
}
