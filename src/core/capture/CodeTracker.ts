import type { CodeReader, ReadCode } from './CodeReader'
import type { Gray } from './Gray'
import { glance } from './look'
import type { PointPx } from './types'

/** The whole picture is looked at again after so many ms, for sheets that have come meanwhile. */
const wholeEvery = 250
/** A window is this many sides of its code wide: a hand moves a sheet by half a side between two looks at most. */
const windowSides = 2.2

/**
 * Reads the codes of one camera picture after the other. Where codes were a moment ago they are looked for in windows round
 * their places, which costs a tenth of the whole picture's time; when one is not in its window, and every now and then, the
 * whole picture is looked at.
 */
export class CodeTracker {
  readonly #reader: CodeReader
  #last: readonly ReadCode[] = []
  #wholeAt = -Infinity
  #size = ''

  constructor(reader: CodeReader) {
    this.#reader = reader
  }

  /** @param now in ms, of any clock that only grows */
  read(gray: Gray, now: number): readonly ReadCode[] {
    const size = `${gray.width}x${gray.height}`
    const followed =
      size === this.#size && now - this.#wholeAt < wholeEvery && this.#last.length > 0
        ? this.#follow(gray)
        : undefined
    if (!followed) {
      this.#last = glance({ ...gray, channels: 1 }, this.#reader).codes
      this.#wholeAt = now
      this.#size = size
    } else this.#last = followed
    return this.#last
  }

  /** The same codes in their windows; undefined when one is not there. */
  #follow(gray: Gray): readonly ReadCode[] | undefined {
    const out: ReadCode[] = []
    for (const code of this.#last) {
      const { window, x, y } = cut(gray, code.corners)
      const found = this.#reader.read(window).find(({ text }) => text === code.text)
      if (!found) return undefined
      const [a, b, c, d] = found.corners
      const back = (point: PointPx): PointPx => ({ x: point.x + x, y: point.y + y })
      out.push({ ...found, corners: [back(a), back(b), back(c), back(d)] })
    }
    return out
  }
}

/** The part of a picture round a code, and where its top left corner is. */
function cut(gray: Gray, corners: readonly PointPx[]): { window: Gray; x: number; y: number } {
  const xs = corners.map((point) => point.x)
  const ys = corners.map((point) => point.y)
  const middle = (values: number[]): number => (Math.min(...values) + Math.max(...values)) / 2
  const span = (values: number[]): number => Math.max(...values) - Math.min(...values)
  const half = (windowSides * Math.max(span(xs), span(ys))) / 2
  const left = Math.max(0, Math.floor(middle(xs) - half))
  const top = Math.max(0, Math.floor(middle(ys) - half))
  const right = Math.min(gray.width, Math.ceil(middle(xs) + half))
  const bottom = Math.min(gray.height, Math.ceil(middle(ys) + half))
  const [width, height] = [Math.max(0, right - left), Math.max(0, bottom - top)]
  const data = new Uint8Array(width * height)
  for (let row = 0; row < height; row++) {
    const from = (top + row) * gray.width + left
    data.set(gray.data.subarray(from, from + width), row * width)
  }
  return { window: { width, height, data }, x: left, y: top }
}
