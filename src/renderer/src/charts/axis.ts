/** Values of an axis on a length in pixels. */
export type Scale = (value: number) => number

/** @param from,to the axis's ends @param start,end pixels where they lie */
export function linear(from: number, to: number, start: number, end: number): Scale {
  const span = to - from || 1
  return (value) => start + ((value - from) / span) * (end - start)
}

/** Round numbers that divide an axis into about `count` parts. */
export function ticks(from: number, to: number, count: number): number[] {
  const span = to - from
  if (!(span > 0)) return [from]
  const raw = span / count
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw * 0.999)!
  const list: number[] = []
  for (let tick = Math.ceil(from / step) * step; tick <= to + step * 1e-6; tick += step) {
    list.push(Number(tick.toPrecision(12)))
  }
  return list
}

/** Pixels of the page to a pixel of the design: on large screens everything grows with the root's text. */
export function designPixel(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
}
