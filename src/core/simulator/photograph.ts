import type { Random } from '../tensor/Random'
import { raster, type Raster } from '../tensor/Raster'
import { blurLine, lensBlur, type LensBlur } from './blur'
import { developMosaic, developPlanes, encoded, sharpen, toneTable } from './develop'
import type { PhotoGeometry } from './geometry'
import { inverseMap } from './inverseMap'
import { normalTable } from './noise'
import type { SimulatorParams } from './params'
import type { PrintedPage } from './printPage'
import { pageSampler, planes, type LightSampler } from './samplePage'
import { exposeMosaic, exposePlanes, illumination, type SensorTask } from './sensor'
import { table } from './table'

/** The photo is made in bands of columns, each in strips of rows: small enough for their planes to stay in the cache. */
const bandColumns = 1024
const stripRows = 24
/** Sharpening looks one pixel to each side, the mosaic's interpolation two. */
const mosaicMargin = 3

/** What all bands of one photo share. */
interface Camera {
  readonly sample: LightSampler
  readonly blur: LensBlur
  readonly sensor: Omit<SensorTask, 'light' | 'margin' | 'x0' | 'y0'>
  readonly tones: Float32Array
}

/**
 * Photographs a printed page: lens and pose, blur, light, sensor, and the camera's own processing.
 * @returns 8-bit sRGB, 3 channels.
 */
export function photograph(
  page: PrintedPage,
  geometry: PhotoGeometry,
  params: SimulatorParams,
  random: Random,
): Raster {
  const { width, height } = geometry.photo
  const blur = lensBlur(params.defocus, params.motion, (params.motionAngle * Math.PI) / 180)
  const map = inverseMap(geometry, mosaicMargin + blur.reach + blur.alongRows.length)
  const camera: Camera = {
    sample: pageSampler(page, table(params, random.fork('table')), map),
    blur,
    sensor: {
      illumination: illumination(geometry.photo, params),
      taps: blur.taps,
      normals: normalTable(8192, random.fork('noise')),
      noiseSeed: random.fork('rows').bits() | 0,
      params,
    },
    tones: toneTable(params),
  }
  const photo = raster(width, height, 3)
  for (let left = 0; left < width; left += bandColumns) {
    takeBand(camera, photo, left, Math.min(bandColumns, width - left))
  }
  return photo
}

function takeBand(camera: Camera, photo: Raster, left: number, columns: number): void {
  const { blur, sensor, tones, sample } = camera
  const { params } = sensor
  const margin = mosaicMargin + blur.reach
  const rowReach = blur.alongRows.length - 1
  const sharp = planes(columns + 2 * (margin + rowReach), stripRows + 2 * margin)
  const light = planes(columns + 2 * margin, stripRows + 2 * margin)
  const mosaicWidth = columns + 2 * mosaicMargin
  const mosaic = new Float32Array(mosaicWidth * (stripRows + 2 * mosaicMargin))
  const linear = planes(columns + 2, params.bayer ? 0 : stripRows + 2)
  const developed = encoded(columns + 2, stripRows + 2)

  for (let top = 0; top < photo.height; top += stripRows) {
    const rows = Math.min(stripRows, photo.height - top)
    // The strip before has already seen the rows that this one shares with it.
    const kept = top === 0 ? 0 : 2 * margin
    if (kept > 0) {
      for (const plane of light.colours) plane.copyWithin(0, stripRows * light.width)
    }
    const fresh = { ...sharp, rows: rows + 2 * margin - kept }
    sample(left - margin - rowReach, top - margin + kept, fresh)
    for (const c of [0, 1, 2] as const) {
      for (let row = 0; row < fresh.rows; row++) {
        const from = row * sharp.width
        blurLine(
          sharp.colours[c],
          from,
          blur.alongRows,
          light.colours[c],
          (kept + row) * light.width,
          light.width,
        )
      }
    }
    const strip = { ...developed, rows: rows + 2 }
    if (params.bayer) {
      const corner = { x0: left - mosaicMargin, y0: top - mosaicMargin }
      exposeMosaic(
        { ...sensor, ...corner, light, margin: blur.reach },
        mosaic,
        mosaicWidth,
        rows + 2 * mosaicMargin,
      )
      developMosaic(mosaic, mosaicWidth, left - 1, top - 1, tones, strip)
    } else {
      const seen = { ...linear, rows: strip.rows }
      exposePlanes({ ...sensor, x0: left - 1, y0: top - 1, light, margin: margin - 1 }, seen)
      developPlanes(seen, tones, strip)
    }
    sharpen(strip, params.sharpening, photo.data, (top * photo.width + left) * 3, photo.width * 3)
  }
}
