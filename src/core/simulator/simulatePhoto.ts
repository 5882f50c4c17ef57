import type { PointMm } from '../sheet/SheetGeometry'
import type { Random } from '../tensor/Random'
import type { Raster } from '../tensor/Raster'
import { frameSheet } from './frame'
import { projectPoint, unprojectPoint, type PhotoGeometry, type PointPx } from './geometry'
import type { SimulatorParams } from './params'
import { photograph } from './photograph'
import { printPage } from './printPage'

/** What the simulator knows of its photo and a camera does not. */
export interface PhotoTruth {
  /** Plain numbers; {@link truthOf} makes the functions again on the other side of a process border. */
  readonly geometry: PhotoGeometry
  /** Page mm to photo px, exact; pixel (i, j) has its centre at (i + 0.5, j + 0.5). */
  project(point: PointMm): PointPx
  /** Photo px to page mm. */
  unproject(point: PointPx): PointMm
}

export function truthOf(geometry: PhotoGeometry): PhotoTruth {
  return {
    geometry,
    project: ({ x, y }) => projectPoint(geometry, x, y),
    unproject: ({ x, y }) => unprojectPoint(geometry, x, y),
  }
}

export interface PhotoTask {
  /** The page as a printer's raster image processor makes it: sRGB, one pixel per dot. */
  readonly page: Raster
  /** Dots per inch of the page. */
  readonly dpi: number
  readonly paperMm: { readonly width: number; readonly height: number }
  /** Size of the photo in px. */
  readonly size: { readonly width: number; readonly height: number }
  readonly params: SimulatorParams
  readonly random: Random
}

/** Prints a page and photographs it. Pure: the same task gives the same bytes. */
export function simulatePhoto(task: PhotoTask): { photo: Raster; truth: PhotoTruth } {
  const { page, dpi, paperMm, params, random } = task
  const geometry = frameSheet(paperMm, task.size, params, random.fork('feed'))
  const printed = printPage(page, dpi, shrinkFor(geometry, dpi), params, random.fork('paper'))
  return { photo: photograph(printed, geometry, params, random.fork('camera')), truth: truthOf(geometry) }
}

/**
 * Dots per pixel of the printed page's light: as many as keep about one page pixel per camera pixel where the camera
 * sees the page largest, but no more than 300 pixels an inch, which is what a 12 MP camera resolves of a whole page.
 */
export function shrinkFor(geometry: PhotoGeometry, dpi: number): number {
  const { width, height } = geometry.paper
  let finest = 0
  for (const [x, y] of [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
    [width / 2, height / 2],
  ] as const) {
    const here = projectPoint(geometry, x, y)
    for (const [dx, dy] of [
      [1, 0],
      [0, 1],
    ] as const) {
      const there = projectPoint(geometry, x + dx, y + dy)
      finest = Math.max(finest, Math.hypot(there.x - here.x, there.y - here.y))
    }
  }
  return Math.max(1, Math.floor(dpi / 300), Math.round(dpi / 25.4 / finest))
}
