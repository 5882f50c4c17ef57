import { fitModel, predictedDeviation, type Fit, type Observation } from './fit'
import type { LuminanceView } from './linear'
import type { Patch } from './patterns'
import { registerPatch, searchPatch } from './register'
import type { SheetModel } from './SheetModel'
import type { PointPx } from './types'

/** A patch that was found in the picture. */
export interface Found {
  readonly patch: Patch
  readonly observation: Observation
  readonly correlation: number
  /** Deviation of the blur in pixels. */
  readonly blurPx: number
}

export interface Grown {
  readonly fit: Fit
  readonly found: readonly Found[]
  /** Patches whose place lies inside the picture by the last fit. */
  readonly visible: readonly Patch[]
}

/** A patch counts as found when picture and pattern correlate at least this much. */
const leastCorrelation = 0.7
/** No patch is known better than this many pixels: interpolation, 4:2:0 chroma, JPEG blocks. */
const floorPx = 0.04

/** Times that everything is measured again at the end, at most; once the fit stays within `settledPx` it is enough. */
const maxPolishing = 3
const settledPx = 0.1

/**
 * Fits the model to a few rough points, then measures every patch whose place it predicts well enough to search for,
 * fits again, and so outwards over the sheet until nothing new is found. Last, everything is measured once more from
 * the good model, and what does not agree is dropped.
 * @param seeds rough points, used until enough patches have been measured
 */
export function growFit(
  view: LuminanceView,
  start: SheetModel,
  seeds: readonly Observation[],
  patches: readonly Patch[],
): Grown | undefined {
  let fit = fitModel(start, seeds)
  if (!fit) return undefined
  let found = new Map<Patch, Found>()
  for (let round = 0; round < 8; round++) {
    const fresh: Found[] = []
    for (const patch of patches) {
      if (found.has(patch)) continue
      const seen = measure(view, fit, patch, blurOf(found))
      if (seen) fresh.push(seen)
    }
    if (fresh.length === 0) break
    for (const item of fresh) found.set(item.patch, item)
    const next = refit(fit.model, seeds, found)
    if (!next) return undefined
    fit = next.fit
    found = next.found
  }
  if (found.size === 0) return undefined
  for (let round = 0; round < maxPolishing; round++) {
    const again = new Map<Patch, Found>()
    for (const patch of patches) {
      const seen = measure(view, fit, patch, blurOf(found))
      if (seen) again.set(patch, seen)
    }
    const next = refit(fit.model, seeds, again)
    if (!next) return undefined
    const moved = largestMove(fit.model, next.fit.model, patches)
    fit = next.fit
    found = next.found
    if (moved < settledPx) break
  }
  const { model } = fit
  const visible = patches.filter((patch) => isInside(model, patch))
  return { fit, found: [...found.values()], visible }
}

/** How far any patch's place moves from one model to the other, pixels. */
function largestMove(a: SheetModel, b: SheetModel, patches: readonly Patch[]): number {
  let largest = 0
  for (const { center } of patches) {
    const p = a.project(center.x, center.y)
    const q = b.project(center.x, center.y)
    if (isIn(b, q)) largest = Math.max(largest, Math.hypot(p.x - q.x, p.y - q.y))
  }
  return largest
}

function isIn({ picture }: SheetModel, { x, y }: PointPx): boolean {
  return x >= 0 && y >= 0 && x <= picture.width && y <= picture.height
}

function isInside(model: SheetModel, { center, half }: Patch): boolean {
  return [-half, half].every((dy) =>
    [-half, half].every((dx) => {
      return isIn(model, model.project(center.x + dx, center.y + dy))
    }),
  )
}

/** Median blur of what was found, pixels. */
function blurOf(found: ReadonlyMap<Patch, Found>): number {
  if (found.size === 0) return 1
  const all = [...found.values()].map((item) => item.blurPx).sort((a, b) => a - b)
  return all[all.length >> 1]!
}

function measure(view: LuminanceView, fit: Fit, patch: Patch, blurPx: number): Found | undefined {
  const { model } = fit
  const { x, y } = patch.center
  const [a, b, c, d] = model.scaleAt(x, y)
  const scale = Math.sqrt(Math.abs(a * d - b * c))
  if (!(scale > 0.5)) return undefined
  const uncertainty = predictedDeviation(fit, x, y) / Math.SQRT2 / scale
  // Further than this, something else could be taken for the patch: checkers are all alike, codes are not.
  const limit = patch.kind === 'mark' ? 1.5 * patch.module : 5 * patch.module
  if (2 * uncertainty > limit) return undefined
  let guess = { dx: 0, dy: 0 }
  const radius = 3 * uncertainty + 0.15 * patch.module
  if (radius > 0.3 * patch.module) {
    const hit = searchPatch(view, model, patch, Math.min(limit, radius), blurPx / scale)
    if (!hit || hit.correlation < leastCorrelation - 0.15) return undefined
    guess = hit
  }
  const seen = registerPatch(view, model, patch, guess, blurPx / scale)
  if (!seen || seen.correlation < leastCorrelation) return undefined
  const p = model.project(x + seen.dx, y + seen.dy)
  return {
    patch,
    correlation: seen.correlation,
    blurPx: seen.blur * scale,
    observation: {
      mmX: x,
      mmY: y,
      pxX: p.x,
      pxY: p.y,
      deviation: Math.hypot(seen.deviation * scale, floorPx),
    },
  }
}

/** Fits to what was found and drops what lies far off, once. Seeds serve while few patches are known. */
function refit(
  start: SheetModel,
  seeds: readonly Observation[],
  found: ReadonlyMap<Patch, Found>,
): { readonly fit: Fit; readonly found: Map<Patch, Found> } | undefined {
  const items = [...found.values()]
  const rough = items.length < 6 ? seeds : []
  const fit = fitModel(start, [...items.map((item) => item.observation), ...rough])
  if (!fit) return undefined
  const scaled = items.map((item, i) => fit.residuals[i]! / item.observation.deviation)
  const typical = [...scaled].sort((a, b) => a - b)[scaled.length >> 1] ?? 0
  const kept = items.filter((_, i) => scaled[i]! <= Math.max(6 * typical, 8) || fit.residuals[i]! < 0.3)
  if (kept.length === items.length || kept.length < 4) return { fit, found: new Map(found) }
  const again = fitModel(fit.model, [...kept.map((item) => item.observation), ...rough])
  if (!again) return undefined
  return { fit: again, found: new Map(kept.map((item) => [item.patch, item])) }
}
