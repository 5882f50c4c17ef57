import { HalftoneError } from '#core/errors'
import { dotsOf, mmOf, type DotRect } from './dots'
import { MARK_DOTS, type LayoutOptions } from './LayoutOptions'

/** Rows of pairs with checker marks at every crossing of the gaps between images, in dots. */
export interface PairGrid {
  readonly columns: number
  readonly rows: number
  /** Left edges of the clean and of the adversarial image of each pair column. */
  readonly cleanX: readonly number[]
  readonly adversarialX: readonly number[]
  /** Top edges of the rows. */
  readonly imageY: readonly number[]
  /** Height of the band under each image. */
  readonly caption: number
  /** How far captions stay inside their image's edges, so that the marks keep white round them. */
  readonly captionInset: number
  /** Centres of the checker marks. */
  readonly marks: readonly { readonly x: number; readonly y: number }[]
}

/** White between a mark and the text beside it, in dots: 1 mm. */
const MARK_CLEARANCE = 24

/** Gaps grow into spare room up to these, in mm; what is left over after that stays white round the grid. */
const MOST_GUTTER = 14
const MOST_CAPTION = 9

/** Images taller than this get marks beside the middle of their sides too, and wide empty edges a column of marks. */
const TALL = dotsOf(45)
const WIDE_EDGE = dotsOf(15)

interface Fit {
  readonly columns: number
  readonly rows: number
}

/** The smallest gaps a sheet may have, even so that crossings fall on whole dots. */
function leastGaps(options: LayoutOptions): { gutter: number; caption: number } {
  const even = (mm: number): number => 2 * Math.round(dotsOf(mm) / 2)
  return { gutter: even(options.gutter), caption: even(options.caption) }
}

/** Pair columns and rows that fit an area with the least gaps; 0 when none do. */
export function pairsThatFit(
  area: { readonly width: number; readonly height: number },
  image: { readonly width: number; readonly height: number },
  options: LayoutOptions,
): Fit {
  const { gutter, caption } = leastGaps(options)
  const fit = (room: number, each: number): number => Math.max(0, Math.floor((room - MARK_DOTS) / each))
  return {
    columns: fit(area.width, 2 * (image.width + gutter)),
    rows: fit(area.height, image.height + caption),
  }
}

/**
 * Lays pairs over an area. Within a pair the gutter is the least one; spare width goes between pairs, so that the eye
 * finds the pairs, and spare height to the captions.
 *
 * @param image Printed size of one image in dots.
 * @param columns At most what `pairsThatFit` gives.
 */
export function pairGrid(
  area: DotRect,
  image: { readonly width: number; readonly height: number },
  columns: number,
  options: LayoutOptions,
): PairGrid {
  const least = leastGaps(options)
  const { rows } = pairsThatFit(area, image, options)
  const tall = image.height > TALL
  const roomy = MARK_DOTS + 2 * MARK_CLEARANCE
  const spare = (area.width - MARK_DOTS) / columns - 2 * image.width
  const gutter = tall && spare >= 2 * roomy ? Math.max(least.gutter, roomy) : least.gutter
  const pair = 2 * image.width + gutter
  const between = share(area.width, pair, columns, MOST_GUTTER, least.gutter)
  const caption = share(area.height, image.height, rows, MOST_CAPTION, least.caption)
  const left = area.x + Math.floor((area.width - columns * (pair + between)) / 2)
  const top = area.y + Math.floor((area.height - rows * (image.height + caption)) / 2)
  const columnsLeft = Array.from({ length: columns }, (_, i) => left + i * (pair + between))
  const rowsTop = Array.from({ length: rows }, (_, i) => top + i * (image.height + caption))
  const cleanX = columnsLeft.map((x) => x + between / 2)
  const imageY = rowsTop.map((y) => y + caption / 2)
  const markX = [
    ...cleanX.flatMap((x) => [x - between / 2, x + image.width + gutter / 2]),
    left + columns * (pair + between),
  ]
  const edges = [area.x + MARK_DOTS / 2, area.x + area.width - MARK_DOTS / 2]
  if (left - edges[0]! > WIDE_EDGE) markX.push(...edges)
  const markY = [...rowsTop, top + rows * (image.height + caption)]
  // Between rows every gap has room for a mark; beside an image only a gap that leaves white on both sides of it.
  const middles = tall ? imageY.map((y) => y + 2 * Math.floor(image.height / 4)) : []
  const beside = gutter >= roomy && between >= roomy ? markX : []
  return {
    columns,
    rows,
    cleanX,
    adversarialX: cleanX.map((x) => x + image.width + gutter),
    imageY,
    caption,
    captionInset: Math.max(0, MARK_CLEARANCE - (Math.min(gutter, between) - MARK_DOTS) / 2),
    marks: [
      ...markY.flatMap((y) => markX.map((x) => ({ x, y }))),
      ...middles.flatMap((y) => beside.map((x) => ({ x, y }))),
    ],
  }
}

/** An even share of the spare room for each of `count` gaps, at most `most` mm unless `least` dots are more. */
function share(room: number, each: number, count: number, most: number, least: number): number {
  const even = 2 * Math.floor((room - MARK_DOTS - count * each) / count / 2)
  return Math.min(even, Math.max(least, 2 * Math.round(dotsOf(most) / 2)))
}

/** Refuses gaps that cannot hold the marks which stand in them. */
export function checkGaps(options: LayoutOptions): void {
  const { gutter, caption } = leastGaps(options)
  const need = mmOf(MARK_DOTS).toFixed(1)
  if (gutter < MARK_DOTS) {
    throw new HalftoneError(
      'does-not-fit',
      `The gutter holds marks of ${need} mm and is ${options.gutter} mm. Choose a gutter of at least ${need} mm.`,
    )
  }
  if (caption < MARK_DOTS + 8) {
    const least = mmOf(MARK_DOTS + 8).toFixed(1)
    throw new HalftoneError(
      'does-not-fit',
      `The caption band holds text and marks of ${need} mm and is ${options.caption} mm. ` +
        `Choose a caption height of at least ${least} mm.`,
    )
  }
}
