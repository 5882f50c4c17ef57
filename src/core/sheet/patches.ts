import type { DotRect } from './dots'

type Rgb = readonly [number, number, number]

/** Nine greys from black to paper white, even steps in 8-bit sRGB. */
export const greys: readonly Rgb[] = [0, 32, 64, 96, 128, 160, 192, 224, 255].map((v) => [v, v, v] as const)

/** Six hues, each full, dark and light: enough spread to fit a root-polynomial colour correction. */
export const colours: readonly Rgb[] = [
  [0, 255],
  [0, 128],
  [128, 255],
].flatMap(([low, high]) =>
  [
    [1, 0, 0],
    [1, 1, 0],
    [0, 1, 0],
    [0, 1, 1],
    [0, 0, 1],
    [1, 0, 1],
  ].map((on): Rgb => [on[0] ? high! : low!, on[1] ? high! : low!, on[2] ? high! : low!]),
)

/** A patch in dots. */
export interface DotPatch {
  readonly box: DotRect
  readonly rgb: Rgb
}

/**
 * Two rows of patches, greys above colours, that fill a box; `turned` runs both the other way, so that light falling
 * off across the page does not stand in for one end of the ramp.
 */
export function patchRows(box: DotRect, turned: boolean): DotPatch[] {
  const half = Math.floor(box.height / 2)
  const row = (list: readonly Rgb[], y: number): DotPatch[] => {
    const width = Math.floor(box.width / list.length)
    const left = box.x + Math.floor((box.width - width * list.length) / 2)
    const order = turned ? [...list].reverse() : list
    return order.map((rgb, i) => ({ box: { x: left + i * width, y, width, height: half }, rgb }))
  }
  return [...row(greys, box.y), ...row(colours, box.y + half)]
}
