/** Where measured strengths stand on an axis, and which of them are written under it. */
export interface XAxis {
  readonly place: (x: number) => number
  readonly ticks: readonly { readonly at: number; readonly text: string }[]
}

/** Beyond this ratio of the widest to the narrowest step, strengths stand at equal steps instead of to scale. */
const UNEVEN = 6

/**
 * An axis over the strengths that were measured.
 *
 * @param xs Rising.
 * @param width In points.
 * @param widthOf Width of a tick's text in points.
 */
export function xAxis(xs: readonly number[], width: number, widthOf: (text: string) => number): XAxis {
  const steps = xs.slice(1).map((x, i) => x - xs[i]!)
  const even = steps.length === 0 || Math.max(...steps) <= UNEVEN * Math.min(...steps)
  const first = xs[0] ?? 0
  const span = (xs.at(-1) ?? 1) - first
  const place = (x: number): number => {
    if (xs.length < 2) return width / 2
    return even ? ((x - first) / span) * width : (indexOf(xs, x) / (xs.length - 1)) * width
  }
  const ticks: { at: number; text: string }[] = []
  let end = -Infinity
  for (const x of xs) {
    const text = String(Number(x.toPrecision(4))).replace('-', '−')
    const half = widthOf(text) / 2
    const at = place(x)
    if (at - half < end + 3) continue
    ticks.push({ at, text })
    end = at + half
  }
  return { place, ticks }
}

/** The place of a value among the strengths, between two of them if it was not measured. */
function indexOf(xs: readonly number[], x: number): number {
  const above = xs.findIndex((each) => each >= x)
  if (above <= 0) return above === 0 ? 0 : xs.length - 1
  const below = xs[above - 1]!
  return above - 1 + (x - below) / (xs[above]! - below)
}
