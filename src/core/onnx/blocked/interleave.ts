import { int } from '../attributes'
import type { BlockedGraph } from './BlockedGraph'

interface Plane {
  readonly channels: number
  readonly height: number
  readonly width: number
}

/**
 * Puts blocked tensors together of which `parts[y][x]` holds every rows-th row from y on and every columns-th column from x
 * on; null for zeros, which fill whole rows or columns and never the first ones. What they have beyond the plane is cut off.
 * @returns the blocked tensor, [n, channels, height, width]
 */
export function interleave(
  work: BlockedGraph,
  parts: readonly (readonly (string | null)[])[],
  { channels, height, width }: Plane,
): string {
  const { block } = work
  const [rows, columns] = [parts.length, parts[0]!.length]
  const [high, wide] = [Math.ceil(height / rows), Math.ceil(width / columns)]
  const lines = parts.map((row) => (row[0] === null ? null : between(work, row, block)))
  const whole = between(work, lines, wide * columns * block)
  const blocks = Math.ceil(channels / block)
  const cut =
    high * rows > height || wide * columns > width
      ? work.add('Slice', [
          work.view(whole, [-1, blocks, high * rows, wide * columns * block]),
          work.ints([0, 0]),
          work.ints([height, width * block]),
          work.ints([2, 3]),
        ])
      : whole
  return work.view(cut, [-1, blocks * block, height, width])
}

/** Stretches of `length` numbers in turn from each tensor; where all but the first are null, zeros after each of its stretches. */
function between(work: BlockedGraph, parts: readonly (string | null)[], length: number): string {
  const [first] = parts
  if (parts.length === 1) return first!
  if (parts.slice(1).every((part) => part === null)) {
    return work.add('Pad', [
      work.view(first!, [-1, length]),
      work.ints([0, 0, 0, (parts.length - 1) * length]),
    ])
  }
  const views = parts.map((part) => work.view(part!, [-1, 1, length]))
  return work.add('Concat', views, { axis: int(1) })
}
