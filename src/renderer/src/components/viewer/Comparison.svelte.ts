import type { Viewed } from './Viewed'
import { amplifiedDifference, fittingFactor, greatestChange } from './difference'
import { loadPixels } from './loadPixels'

/** Length of a picture's turn in flicker compare, in ms: two whole turns a second, below what WCAG 2.3.1 allows. */
export const flickerTurn = 250

/** The pictures of one image, loaded, and which two of them are compared. */
export class Comparison {
  #pixels = $state.raw<readonly ImageData[]>([])
  #problem = $state.raw<string | null>(null)
  #from = $state.raw(0)
  #to = $state.raw(1)
  #chosenFactor = $state.raw<number | null>(null)

  readonly #pair = $derived.by(() => {
    const from = this.#pixels[this.#from]
    const to = this.#pixels[this.#to]
    return from && to && from.width === to.width && from.height === to.height ? { from, to } : null
  })
  readonly #greatest = $derived(this.#pair && greatestChange(this.#pair.from, this.#pair.to))
  readonly #factor = $derived(this.#chosenFactor ?? fittingFactor(this.#greatest ?? 0))
  readonly #difference = $derived(
    this.#pair &&
      new ImageData(
        amplifiedDifference(this.#pair.from, this.#pair.to, this.#factor),
        this.#pair.from.width,
        this.#pair.from.height,
      ),
  )

  /** By the place of the picture in the image's list; those of the image before until they are loaded. */
  get pixels(): readonly ImageData[] {
    return this.#pixels
  }

  /** Width over height of the pictures. */
  get aspect(): number {
    const first = this.#pixels[0]
    return first ? first.width / first.height : 1
  }

  get problem(): string | null {
    return this.#problem
  }

  /** Middle grey where nothing changed; null where the two cannot be compared. */
  get difference(): ImageData | null {
    return this.#difference
  }

  get factor(): number {
    return this.#factor
  }

  set factor(factor: number) {
    this.#chosenFactor = factor
  }

  get from(): number {
    return this.#from
  }

  set from(index: number) {
    this.#from = index
  }

  get to(): number {
    return this.#to
  }

  set to(index: number) {
    this.#to = index
  }

  /** Loads an image's pictures. Returns the function that makes a late arrival be forgotten. */
  load(viewed: Viewed): () => void {
    let left = false
    Promise.all(viewed.images.map(({ source }) => loadPixels(source)))
      .then((pixels) => {
        if (left) return
        this.#pixels = pixels
        this.#problem = null
        if (this.#to >= pixels.length) this.#to = Math.min(1, pixels.length - 1)
        if (this.#from >= pixels.length) this.#from = 0
      })
      .catch((error: unknown) => {
        if (left) return
        this.#pixels = []
        this.#problem = error instanceof Error ? error.message : String(error)
      })
    return () => {
      left = true
    }
  }

  /** What one pixel is in each picture, as text: "clean 120 80 33". */
  readout(viewed: Viewed, { x, y }: { readonly x: number; readonly y: number }): string {
    const values = this.#pixels.map(({ width, data }) => [
      ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3),
    ])
    const parts = viewed.images.map(({ title }, i) => `${title} ${values[i]?.join(' ') ?? ''}`)
    const from = values[this.#from]
    const to = values[this.#to]
    if (from && to) {
      const change = to.map((value, c) => value - from[c]!).map((d) => (d > 0 ? `+${d}` : `${d}`))
      parts.push(`change ${change.join(' ')}`)
    }
    return [`Pixel ${x}, ${y} (R G B)`, ...parts].join(' · ')
  }
}
