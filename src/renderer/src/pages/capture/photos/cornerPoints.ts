import type { PointPx } from '#core/capture/types'

export type FourPoints = [PointPx, PointPx, PointPx, PointPx]

/** Where the handles stand at first: a little inside the photo's corners. */
export function startingPoints({
  width,
  height,
}: {
  readonly width: number
  readonly height: number
}): FourPoints {
  const [x, y] = [width * 0.12, height * 0.12]
  return [
    { x, y },
    { x: width - x, y },
    { x: width - x, y: height - y },
    { x, y: height - y },
  ]
}

/** A point moved inside the photo, to a tenth of a pixel. */
export function within(
  point: PointPx,
  { width, height }: { readonly width: number; readonly height: number },
): PointPx {
  const clamp = (value: number, most: number): number =>
    Math.round(Math.max(0, Math.min(most, value)) * 10) / 10
  return { x: clamp(point.x, width), y: clamp(point.y, height) }
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/**
 * What a key moves a point by, in photo pixels: about one pixel of the screen, ten with Shift, one of the photo with Alt.
 * @param scale photo pixels to one of the screen
 * @returns null for other keys
 */
export function stepOf(
  { key, shiftKey, altKey }: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey'>,
  scale: number,
): PointPx | null {
  const step = steps[key]
  if (!step) return null
  const by = altKey ? 1 : Math.max(1, scale) * (shiftKey ? 10 : 1)
  return { x: step[0] * by, y: step[1] * by }
}

/** Whether the four points go round a sheet: convex, none on a line with its neighbours. */
export function isRound(points: readonly PointPx[]): boolean {
  const turns = points.map((p, i) => {
    const q = points[(i + 1) % 4]!
    const r = points[(i + 2) % 4]!
    return (q.x - p.x) * (r.y - q.y) - (q.y - p.y) * (r.x - q.x)
  })
  return turns.every((turn) => turn > 1) || turns.every((turn) => turn < -1)
}
