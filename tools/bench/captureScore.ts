import { applyHomography } from '#core/capture/homography'
import { SheetModel } from '#core/capture/SheetModel'
import type { FittedSheet, ReadSheet } from '#core/capture/types'
import type { SheetGeometry } from '#core/sheet/SheetGeometry'
import type { PhotoTruth } from '#core/simulator/simulatePhoto'
import type { Random } from '#core/tensor/Random'
import type { Raster } from '#core/tensor/Raster'

/** Mean and 95th percentile of the crop error over one photo, in source pixels. */
export interface CropError {
  readonly mean: number
  readonly p95: number
}

/** Where a fit puts a page point, in the photo as it was taken. */
export function projectionOf(
  fit: FittedSheet,
  way: 'refined' | 'paper',
): (x: number, y: number) => { x: number; y: number } {
  const model = new SheetModel(fit.page, fit.picture, fit.parameters)
  return (x, y) => {
    const p = way === 'refined' ? model.project(x, y) : applyHomography(fit.paperHomography, x, y)
    return fit.mirrored ? { x: fit.picture.width - p.x, y: p.y } : p
  }
}

/**
 * How far the crops' sample points are from where the simulator printed them: 7 x 7 points of every slot. The photo point that
 * the fit gives is taken back to the page by the simulator's exact inverse, and compared in source pixels.
 * @param onlyUsable leaves out slots whose crop was judged not usable
 */
export function cropError(
  read: ReadSheet,
  sheet: SheetGeometry,
  truth: PhotoTruth,
  way: 'refined' | 'paper',
  onlyUsable = false,
): CropError | undefined {
  const project = projectionOf(read.fit, way)
  const errors: number[] = []
  sheet.slots.forEach(({ box }, slot) => {
    if (onlyUsable && !read.crops[slot]?.quality.usable) return
    const pitch = box.width / sheet.image.width
    for (let j = 0; j < 7; j++) {
      for (let i = 0; i < 7; i++) {
        const x = box.x + (i / 6) * box.width
        const y = box.y + (j / 6) * box.height
        const back = truth.unproject(project(x, y))
        errors.push(Math.hypot(back.x - x, back.y - y) / pitch)
      }
    }
  })
  if (errors.length === 0) return undefined
  errors.sort((a, b) => a - b)
  return {
    mean: errors.reduce((sum, e) => sum + e, 0) / errors.length,
    p95: errors[Math.floor(errors.length * 0.95)]!,
  }
}

/** The photo with two codes, drawn at random, painted grey with their quiet zones. */
export function coverTwoCodes(
  picture: Raster,
  sheet: SheetGeometry,
  truth: PhotoTruth,
  random: Random,
): Raster {
  const data = Uint8Array.from(picture.data)
  for (const { box } of random.shuffle(sheet.codes).slice(0, 2)) {
    const quiet = box.width / 10
    const corners = [
      { x: box.x - quiet, y: box.y - quiet },
      { x: box.x + box.width + quiet, y: box.y - quiet },
      { x: box.x + box.width + quiet, y: box.y + box.height + quiet },
      { x: box.x - quiet, y: box.y + box.height + quiet },
    ].map((mm) => truth.project(mm))
    const left = Math.max(0, Math.floor(Math.min(...corners.map((p) => p.x))))
    const right = Math.min(picture.width - 1, Math.ceil(Math.max(...corners.map((p) => p.x))))
    const top = Math.max(0, Math.floor(Math.min(...corners.map((p) => p.y))))
    const bottom = Math.min(picture.height - 1, Math.ceil(Math.max(...corners.map((p) => p.y))))
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const inside = corners.every((a, i) => {
          const b = corners[(i + 1) % 4]!
          return (b.x - a.x) * (y + 0.5 - a.y) - (b.y - a.y) * (x + 0.5 - a.x) >= 0
        })
        const at = (y * picture.width + x) * picture.channels
        if (inside) data.fill(128, at, at + picture.channels)
      }
    }
  }
  return { ...picture, data }
}

/** Peak signal to noise ratio of two pictures of one size, in dB. */
export function psnr(a: Raster, b: Raster): number {
  let sum = 0
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i]! - b.data[i]!) ** 2
  return 10 * Math.log10((255 * 255 * a.data.length) / sum)
}
