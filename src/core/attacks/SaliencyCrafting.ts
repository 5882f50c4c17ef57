import type { PairSearch } from './saliencyPair'
import { mostSalient, type Direction, type ForwardDerivative } from './saliencyMap'

export interface CraftingSettings {
  readonly features: 'pair' | 'single'
  readonly direction: Direction
  /** Levels that a chosen feature changes by. */
  readonly theta: number
  /** Most features that may differ from the clean image. */
  readonly limit: number
}

/** One image on its way: its whole levels, the features that may still be chosen, and how many differ from the clean ones. */
export class SaliencyCrafting {
  /** How many features differ from the clean image. */
  changed = 0
  readonly #clean: Uint8Array
  readonly #levels: Uint8Array
  /** Gamma, 1 for each feature that can still move. */
  readonly #domain: Uint8Array
  readonly #settings: CraftingSettings
  readonly #pairs: PairSearch

  /**
   * @param clean the image, values level / 255
   * @param pairs for as many features; may be shared
   */
  constructor(clean: Float32Array, settings: CraftingSettings, pairs: PairSearch) {
    this.#clean = new Uint8Array(clean.length)
    this.#domain = new Uint8Array(clean.length)
    pairs.levelsOf(clean, settings.direction, this.#clean, this.#domain)
    this.#levels = this.#clean.slice()
    this.#settings = settings
    this.#pairs = pairs
  }

  /** Whether the maximum distortion leaves room for one more step. */
  get hasRoom(): boolean {
    const { features, limit } = this.#settings
    return this.changed + (features === 'pair' ? 2 : 1) <= limit
  }

  /**
   * Changes the most salient feature or pair by theta, and takes features that have come to 0 or 255 out of the search
   * domain (Papernot 2016, algorithm 2, lines 6 to 12).
   * @param image the float image to change with it, values level / 255
   * @returns false when no feature helps
   */
  step(derivative: ForwardDerivative, image: Float32Array): boolean {
    const { features, direction } = this.#settings
    if (features === 'pair') {
      const pair = this.#pairs.run(derivative, direction, this.#domain)
      pair?.forEach((i) => {
        this.#change(i, image)
      })
      return pair !== undefined
    }
    const feature = mostSalient(derivative, direction, this.#domain)
    if (feature !== undefined) this.#change(feature, image)
    return feature !== undefined
  }

  #change(i: number, image: Float32Array): void {
    const { direction, theta } = this.#settings
    const before = this.#levels[i]!
    const level = direction === 'increase' ? Math.min(before + theta, 255) : Math.max(before - theta, 0)
    if (before === this.#clean[i]) this.changed++
    this.#levels[i] = level
    if (level === 0 || level === 255) this.#domain[i] = 0
    image[i] = level / 255
  }
}
