import { sliceImages, type Images } from '#core/tensor/Images'
import type { Gene } from './differentialEvolution'

/** Values of one batch of candidates: 8 MB, small enough for the inner tensors of a large net to fit too. */
const batchValues = 1 << 21

/**
 * Candidates of the one-pixel attack on one image, as genes (x, y, then a level for each channel, for each pixel) and as
 * images. The clean image is copied once; each candidate only writes its pixels, and takes them back afterwards.
 */
export class PixelCandidates {
  /** What each gene may be and how it is drawn first: places uniform, levels N(128, 127). */
  readonly genes: readonly Gene[]
  /** How many candidates are drawn at a time. */
  readonly room: number
  readonly #clean: Images
  readonly #batch: Images
  readonly #perPixel: number
  #drawn: readonly Float64Array[] = []

  /** @param clean one image */
  constructor(clean: Images, pixels: number) {
    const { width, height, channels } = clean
    const place = (length: number): Gene => ({
      low: 0,
      high: length,
      first: (random) => random.uniform(0, length),
    })
    const level: Gene = { low: 0, high: 255, first: (random) => random.normal(128, 127) }
    const pixel = [place(width), place(height), ...new Array<Gene>(channels).fill(level)]
    this.genes = Array.from({ length: pixels }, () => pixel).flat()
    this.#clean = clean
    this.#perPixel = pixel.length
    this.room = Math.max(1, Math.floor(batchValues / clean.data.length))
    const data = new Float32Array(this.room * clean.data.length)
    for (let at = 0; at < data.length; at += clean.data.length) data.set(clean.data, at)
    this.#batch = { ...clean, count: this.room, data }
  }

  /** At most {@link room} candidates as a batch, which the next call overwrites. */
  draw(candidates: readonly Float64Array[]): Images {
    this.#drawn.forEach((candidate, n) => {
      this.#forEachValue(candidate, (at) => {
        this.#batch.data[n * this.#clean.data.length + at] = this.#clean.data[at]!
      })
    })
    candidates.forEach((candidate, n) => {
      this.#write(candidate, n * this.#clean.data.length, this.#batch.data)
    })
    this.#drawn = candidates
    return sliceImages(this.#batch, 0, candidates.length)
  }

  /** One candidate's image. */
  imageOf(candidate: Float64Array): Float32Array {
    const data = this.#clean.data.slice()
    this.#write(candidate, 0, data)
    return data
  }

  #write(candidate: Float64Array, offset: number, data: Float32Array): void {
    this.#forEachValue(candidate, (at, level) => {
      data[offset + at] = Math.round(level) / 255
    })
  }

  #forEachValue(candidate: Float64Array, visit: (at: number, level: number) => void): void {
    const { width, height, channels } = this.#clean
    for (let gene = 0; gene < candidate.length; gene += this.#perPixel) {
      // The upper end of the range is the last row or column.
      const x = Math.min(Math.floor(candidate[gene]!), width - 1)
      const y = Math.min(Math.floor(candidate[gene + 1]!), height - 1)
      for (let c = 0; c < channels; c++) visit((c * height + y) * width + x, candidate[gene + 2 + c]!)
    }
  }
}
