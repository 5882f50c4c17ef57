import type { Random } from '../tensor/Random'
import { raster, type Raster } from '../tensor/Raster'
import { blurPlanes, gaussianHalf, motionTaps } from './blur'
import { demosaic, finish, toneTable } from './develop'
import type { PhotoGeometry } from './geometry'
import { inverseMap } from './inverseMap'
import { normalTable } from './noise'
import type { SimulatorParams } from './params'
import type { PrintedPage } from './printPage'
import { planes, samplePage } from './samplePage'
import { exposeMosaic, exposePlanes, illumination, type SensorTask } from './sensor'
import { table } from './table'

/** Rows that are worked on at a time: small enough for the planes to stay in the cache. */
const stripRows = 48

/**
 * Photographs a printed page: lens and pose, blur, light, sensor, and the camera's own processing, in strips of rows.
 * @returns 8-bit sRGB, 3 channels.
 */
export function photograph(
  page: PrintedPage,
  geometry: PhotoGeometry,
  params: SimulatorParams,
  random: Random,
): Raster {
  const { width, height } = geometry.photo
  const half = gaussianHalf(params.defocus)
  const motion = motionTaps(params.motion, (params.motionAngle * Math.PI) / 180)
  const smear = Math.max(...motion.map(({ dx, dy }) => Math.max(Math.abs(dx), Math.abs(dy))))
  // Sharpening needs one pixel more on each side, the mosaic two, motion and blur what they reach.
  const mosaicMargin = 3
  const lightMargin = half.length - 1 + smear
  const margin = mosaicMargin + lightMargin

  const map = inverseMap(geometry, margin)
  const surface = table(params, random.fork('table'))
  const normals = normalTable(65536, random.fork('noise'))
  const noiseSeed = random.fork('rows').bits() | 0
  const light = illumination(geometry.photo, params)
  const tones = toneTable(params)
  const photo = raster(width, height, 3)

  let buffers = stripBuffers(width, Math.min(stripRows, height), margin, lightMargin)
  for (let y0 = 0; y0 < height; y0 += stripRows) {
    const rows = Math.min(stripRows, height - y0)
    if (rows !== buffers.rows) buffers = stripBuffers(width, rows, margin, lightMargin)
    const { sampled, scratch, mosaic, developed } = buffers
    samplePage(page, surface, map, -margin, y0 - margin, sampled)
    blurPlanes(sampled, scratch, sampled, half)
    const task: SensorTask = {
      light: sampled,
      margin: lightMargin,
      x0: -mosaicMargin,
      y0: y0 - mosaicMargin,
      illumination: light,
      motion,
      normals,
      noiseSeed,
      params,
    }
    if (params.bayer) {
      const mosaicWidth = width + 2 * mosaicMargin
      exposeMosaic(task, mosaic, mosaicWidth, rows + 2 * mosaicMargin)
      demosaic(mosaic, mosaicWidth, -1, y0 - 1, developed)
    } else {
      exposePlanes({ ...task, margin: margin - 1, x0: -1, y0: y0 - 1 }, developed)
    }
    finish(developed, tones, params.sharpening, photo.data, y0 * width * 3)
  }
  return photo
}

function stripBuffers(width: number, rows: number, margin: number, lightMargin: number) {
  const sampledWidth = width + 2 * margin
  const sampledRows = rows + 2 * margin
  return {
    rows,
    sampled: planes(sampledWidth, sampledRows),
    scratch: planes(sampledWidth, sampledRows),
    mosaic: new Float32Array((sampledWidth - 2 * lightMargin) * (sampledRows - 2 * lightMargin)),
    developed: planes(width + 2, rows + 2),
  }
}
